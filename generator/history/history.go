// Package history keeps the tallies of SLIs: what each SLO counted in each
// bucket of time, in the folder data/history. Only pull and import write there.
//
// # Segments
//
// A segment is a Parquet file that holds the buckets which start on one day
// (2026-11-03.parquet) or in one month (2026-10.parquet), in the site's time
// zone. Days are written as they come; once a month is closed its days become
// one file. Its rows are sorted by slo and time, at most one for a moment:
//
//	slo      string     full id, tribe/service/key
//	time     timestamp  the bucket's start, UTC, milliseconds
//	seconds  int32      the bucket's width; it divides a day, and buckets are aligned to UTC
//	bad      int64      events that were not good, in thousandths of one
//	total    int64      all events, in thousandths; at least bad; 0 is no traffic
//
// A bucket without a row is a gap: nothing is known of it. The metadata of the
// file names the zone, and that of a month has the sums of each SLO, so that
// nobody need read its hours to know them. A seal (see checkSeal) tells a damaged
// file from a whole one. docs/history-format.md is the page for other programs.
//
// # What holds
//
// A row counts wherever it stands: a file's name says where it was put, not what
// is in it. Where a day and a month have a row for the same bucket, the day's
// counts. Buckets of one SLO do not overlap: see [Store.Merge].
//
// Files are replaced whole, and added to before anything is removed, so that a
// kill at any moment loses nothing that was stored. A damaged file is left as it
// is and reported; the others are read.
//
// Months that are known only as a percentage stand in issued.csv.
package history

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// A Store is the folder data/history of a site.
type Store struct {
	// AsOf is the moment that reading sees the store at: buckets that end later
	// are not there. Zero is no bound. It does not concern writing.
	AsOf time.Time

	dir    string
	zone   *time.Location
	memory *Memory // nil if nothing is kept

	mu   sync.Mutex // guards seen
	seen *listing
}

// A Key says under which ids the rows of an SLO are stored: its own, and those
// it had before, the latest first. Where several have a row for the same
// bucket, the first counts.
type Key struct {
	ID  string
	Was []string
}

// A Total is the sum of an SLO's buckets over some time.
type Total struct {
	slo.Tally
	Buckets int           // how many buckets have a row
	Covered time.Duration // how wide they are together
}

// A listing is what the folder held when it was looked through.
type listing struct {
	segments []segment // whole ones, in order of name: a month stands before its days
	problems diag.List
	damaged  map[string]bool // names of segments that cannot be read
}

// A segment is what is known of a file without reading its rows.
type segment struct {
	name   string // 2026-10 or 2026-11-03
	month  slo.Month
	info   fs.FileInfo
	digest [sha256.Size]byte // of its content, as its seal says
	zone   string            // the zone by which its name is meant
	filed  bool              // its rows are all those of its name, in the site's zone
	span   slo.Span          // from the start of the first bucket to the end of the last
	totals func() sums       // of a month that is filed, read when first asked for; nil of another file
}

// suffix ends the name of a segment's file.
const suffix = ".parquet"

// Open looks through the folder, which need not exist. Files that cannot be read
// are problems, and are left out; an error is a failure of the disk. Positions
// are relative to the site: data/history/NAME.
func Open(dir string, zone *time.Location) (*Store, diag.List, error) {
	return (*Memory)(nil).Open(dir, zone)
}

// Span returns the time from the start of the first bucket to the end of the
// last, which is how fresh the data is. It is empty if there are none.
func (s *Store) Span() (all slo.Span, err error) {
	err = s.steady(func(l *listing) error {
		all = slo.Span{}
		for _, g := range l.segments {
			part := g.span
			if !s.AsOf.IsZero() && part.To.After(s.AsOf) {
				if part, err = s.spanAsOf(g); err != nil {
					return err
				}
			}
			switch {
			case all.Empty():
				all = part
			case !part.Empty():
				all = slo.Span{From: earlier(all.From, part.From), To: later(all.To, part.To)}
			}
		}
		return nil
	})
	return all, err
}

// spanAsOf is the span of those buckets of a segment that end by AsOf.
func (s *Store) spanAsOf(g segment) (span slo.Span, err error) {
	rows, err := s.rows(g, slo.Span{From: g.span.From, To: s.AsOf}, nil)
	for _, list := range rows {
		for _, b := range list {
			at, end := time.Unix(b.At, 0).UTC(), time.Unix(b.end(), 0).UTC()
			switch {
			case end.After(s.AsOf):
			case span.Empty():
				span = slo.Span{From: at, To: end}
			default:
				span = slo.Span{From: earlier(span.From, at), To: later(span.To, end)}
			}
		}
	}
	return span, err
}

// Months returns the months that have data, in order, as far as can be told
// without reading rows: between the first and the last bucket of each file.
func (s *Store) Months() []slo.Month {
	seen := map[slo.Month]bool{}
	for _, g := range s.listed().segments {
		last := slo.MonthOf(g.span.To.Add(-time.Second), s.zone)
		for m := slo.MonthOf(g.span.From, s.zone); !last.Before(m); m = m.Add(1) {
			seen[m] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), slo.Month.Compare)
}

// Files returns the names of the files that may have buckets of a span, in order.
func (s *Store) Files(span slo.Span) (names []string) {
	for _, g := range s.listed().segments {
		if !g.span.Meet(span).Empty() {
			names = append(names, g.name+suffix)
		}
	}
	return names
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (s *Store) listed() *listing {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen
}

// look looks through the folder again.
func (s *Store) look() (*listing, error) {
	for range patience {
		l, err := s.list()
		if errors.Is(err, fs.ErrNotExist) {
			time.Sleep(pause) // a day has just become part of a month, which may not be listed
			continue
		}
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		s.seen = l
		s.mu.Unlock()
		return l, nil
	}
	return nil, errMoved
}

// list inspects every file. The error is fs.ErrNotExist if one went meanwhile.
func (s *Store) list() (*listing, error) {
	l := &listing{damaged: map[string]bool{}}
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), suffix)
		if !ok || strings.HasPrefix(name, ".") {
			continue
		}
		if _, ok := monthOfName(name); !ok {
			l.problems.Add(pos(e.Name()), "history-name", diag.Warning,
				"name a file 2026-10.parquet or 2026-11-03.parquet, or keep it elsewhere",
				"this is no day or month, so the file is not read")
			continue
		}
		names = append(names, name)
	}
	found, errs := s.inspectAll(names)
	for i, g := range found {
		if damage := (damage{}); errors.As(errs[i], &damage) {
			l.damaged[names[i]] = true
			l.problems = append(l.problems, damage.problem())
			continue
		}
		if errs[i] != nil {
			return nil, errs[i]
		}
		l.segments = append(l.segments, g)
	}
	slices.SortFunc(l.segments, func(a, b segment) int { return cmp.Compare(a.name, b.name) })
	return l, nil
}

// inspectors is how many files are looked at at once.
const inspectors = 4

// inspectAll inspects files, and returns what each says or what is wrong with it.
func (s *Store) inspectAll(names []string) ([]segment, []error) {
	found, errs := make([]segment, len(names)), make([]error, len(names))
	var wait sync.WaitGroup
	turn := make(chan int)
	for range min(inspectors, len(names)) {
		wait.Go(func() {
			for i := range turn {
				found[i], errs[i] = s.inspect(names[i])
			}
		})
	}
	for i := range names {
		turn <- i
	}
	close(turn)
	wait.Wait()
	return found, errs
}

func monthOfName(name string) (slo.Month, bool) {
	if isDay(name) {
		d, err := slo.ParseDate(name)
		return d.Of(), err == nil
	}
	m, err := slo.ParseMonth(name)
	return m, err == nil
}

// inspect reads what a file says of itself, once its seal is checked.
func (s *Store) inspect(name string) (g segment, err error) {
	path := filepath.Join(s.dir, name+suffix)
	if g.info, err = os.Lstat(path); err != nil {
		return g, err
	}
	if !g.info.Mode().IsRegular() {
		return g, damage{name, errors.New("it is not a plain file")}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return g, err
	}
	if g.digest, err = checkSeal(data); err != nil {
		return g, damage{name, err}
	}
	is := described{name, s.zone.String(), g.digest}
	if known, ok := s.memory.segment(is); ok {
		known.info = g.info
		return known, nil
	}
	if err := g.describe(name, s.zone, data); err != nil {
		return g, damage{name, err}
	}
	s.memory.keepSegment(is, g)
	return g, nil
}

// damage says that a segment cannot be read, and why.
type damage struct {
	name string
	why  error
}

func (d damage) Error() string { return d.problem().String() }

func (d damage) problem() diag.Problem {
	return diag.Problem{
		Pos: pos(d.name + suffix), Rule: "history-damaged", Severity: diag.Error,
		Message: fmt.Sprintf("the file cannot be read: %v", d.why),
		Hint:    "take it back from git, or move it away and pull or import that time again; the other files are whole",
	}
}

// describe fills in what the segment's bytes say of it, whose seal has been checked.
func (g *segment) describe(name string, zone *time.Location, data []byte) error {
	f, err := open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	g.name = name
	g.month, _ = monthOfName(name)
	g.zone, _ = f.Lookup(keyZone)
	called, _ := f.Lookup(keySegment)
	g.filed = g.zone == zone.String() && called == name

	text, _ := f.Lookup(keySpan)
	from, to, _ := strings.Cut(text, "/")
	g.span.From, err = time.Parse(time.RFC3339, from)
	g.span.To, _ = time.Parse(time.RFC3339, to)
	if err != nil || g.span.Empty() {
		return fmt.Errorf("its metadata does not say its span: %q", text)
	}
	if g.filed && !isDay(name) {
		text, _ := f.Lookup(keyTotals)
		text = strings.Clone(text) // not the whole footer
		g.totals = sync.OnceValue(func() sums {
			totals, err := parseTotals(text)
			if err != nil {
				return nil // cannot be, in a file that is sealed: the rows tell
			}
			return totals
		})
	}
	return nil
}

func pos(file string) diag.Pos { return diag.Pos{File: "data/history/" + file} }
