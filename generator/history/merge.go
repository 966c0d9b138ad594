package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// Changes say what Merge did.
type Changes struct {
	Added    int            // buckets of which nothing was known
	Replaced int            // buckets that had another tally, or were of another width
	LeftOut  int            // buckets that are a part of a wider one which is stored
	Refused  map[string]int // buckets whose file is damaged, by SLO id

	Written, Removed []string // names of files, in order of time done
}

// Merge stores the series, by SLO id. A bucket that is stored already is
// replaced, so that merging the same series again changes nothing; where widths
// differ, stored buckets give way only to new ones that fill all their time.
// Months before closed become one file each, those that have days on disk too.
//
// Nothing is taken from a series that cannot be (a bucket not aligned, out of
// order or with more good than total): that is an error of the program which
// made it. Buckets whose file is damaged are refused with a problem, and the
// file stays as it is. Files whose rows do not change are left alone.
//
// One Merge at a time writes to a folder; others wait until it is done, its
// process ends or ctx does. An error of the disk leaves each file as it was or
// as it should be; merging again completes it.
func (s *Store) Merge(ctx context.Context, all map[string]slo.Series, closed slo.Month) (c Changes, problems diag.List, err error) {
	if err := valid(all); err != nil {
		return c, nil, err
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return c, nil, err
	}
	defer unlock()
	if err := s.clear(); err != nil {
		return c, nil, err
	}
	l, err := s.look()
	if err != nil {
		return c, nil, err
	}
	m := &merger{Store: s, listing: l, closed: closed, changes: &c}
	if err := m.refile(); err != nil {
		return c, nil, err
	}
	if len(c.Written)+len(c.Removed) > 0 {
		if m.listing, err = s.look(); err != nil {
			return c, nil, err
		}
	}
	parts := m.parts(all)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if err := m.merge(name, parts[name]); err != nil {
			return c, nil, err
		}
	}
	if _, err = s.look(); err != nil {
		return c, nil, err
	}
	return c, append(l.problems, m.refused...), nil
}

// valid returns an error if a series is none.
func valid(all map[string]slo.Series) error {
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if badID(id) {
			return fmt.Errorf("%q is not an SLO's id", id)
		}
		if all[id].Step%time.Second != 0 {
			return fmt.Errorf("%s: buckets of %v are not whole seconds wide", id, all[id].Step)
		}
		width := int64(all[id].Step / time.Second)
		before := make([]bucket, 0, 2)
		for _, p := range all[id].Points {
			upTo, err := follow(before, bucket{p, width})
			if err != nil {
				return fmt.Errorf("%s, %w", id, err)
			}
			before = append(before[:0], upTo[len(upTo)-1]) // enough to judge the next
		}
	}
	return nil
}

// lock waits until no other process writes to the folder, which it makes if
// there is none.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(s.dir, ".lock"))
	if _, err := lock.TryLockContext(ctx, 50*time.Millisecond); err != nil {
		return nil, fmt.Errorf("waiting for another program that writes to data/history: %w", err)
	}
	return func() { lock.Close() }, nil
}

// A merger is one call of Merge.
type merger struct {
	*Store
	*listing
	closed  slo.Month
	changes *Changes
	refused diag.List
}

// home returns the name of the segment that a bucket belongs to: a month if it is
// closed or has become one file before, else a day.
func (m *merger) home(at int64) string {
	t := time.Unix(at, 0)
	month := slo.MonthOf(t, m.zone)
	name := month.String()
	if month.Before(m.closed) || m.damaged[name] || m.find(name) != nil {
		return name
	}
	return slo.DateOf(t, m.zone).String()
}

func (m *merger) find(name string) *segment {
	i, ok := slices.BinarySearchFunc(m.segments, name, func(g segment, name string) int { return strings.Compare(g.name, name) })
	if !ok {
		return nil
	}
	return &m.segments[i]
}

// homes calls put for each run of n buckets, in order of time, that has one home.
func (m *merger) homes(n int, at func(i int) int64, put func(home string, from, to int)) {
	for from := 0; from < n; {
		home := m.home(at(from))
		to := from + sort.Search(n-from, func(i int) bool { return m.home(at(from+i)) != home })
		put(home, from, to)
		from = to
	}
}

// parts sorts the points of the series by home, and names the months into which
// days on disk are to be put together.
func (m *merger) parts(all map[string]slo.Series) map[string]map[string]slo.Series {
	parts := map[string]map[string]slo.Series{}
	part := func(home string) map[string]slo.Series {
		if parts[home] == nil {
			parts[home] = map[string]slo.Series{}
		}
		return parts[home]
	}
	for id, s := range all {
		m.homes(len(s.Points), func(i int) int64 { return s.Points[i].At }, func(home string, from, to int) {
			part(home)[id] = slo.Series{Step: s.Step, Points: s.Points[from:to]}
		})
	}
	for _, g := range m.segments {
		if home := m.home(g.span.From.Unix()); g.filed && home != g.name {
			part(home)
		}
	}
	return parts
}

// merge makes the segment hold its own rows, those of the days that belong into
// it and those of the series, and removes these days.
func (m *merger) merge(name string, all map[string]slo.Series) error {
	newer := tallies{}
	for id, s := range all {
		list := make([]bucket, len(s.Points))
		for i, p := range s.Points {
			list[i] = bucket{p, int64(s.Step / time.Second)}
		}
		newer[id] = list
	}
	if m.damaged[name] {
		m.refuse(name, newer)
		return nil
	}
	stored := tallies{}
	if g := m.find(name); g != nil {
		var err error
		if stored, err = m.rows(*g, always, nil); err != nil {
			return err
		}
	}
	merged := maps.Clone(stored)
	days := m.daysOf(name)
	for _, g := range days {
		rows, err := m.rows(g, always, nil)
		if err != nil {
			return err
		}
		merged.lay(rows, new(Changes))
	}
	merged.lay(newer, m.changes)
	if !merged.equal(stored) {
		if err := m.write(name, m.zone.String(), merged); err != nil {
			return err
		}
	}
	var names []string
	for _, g := range days {
		names = append(names, g.name)
	}
	return m.remove(names...)
}

// refuse reports buckets that cannot be stored.
func (m *merger) refuse(name string, t tallies) {
	n := t.count()
	if n == 0 {
		return
	}
	if m.changes.Refused == nil {
		m.changes.Refused = map[string]int{}
	}
	for id, list := range t {
		m.changes.Refused[id] += len(list)
	}
	m.refused.Add(pos(name+suffix), "history-refused", diag.Error, "mend that file, then do this again",
		"%d buckets were not stored, since the file that they belong into is damaged", n)
}

// daysOf returns the days that belong into a month, none if name is a day.
func (m *merger) daysOf(name string) (days []segment) {
	for _, g := range m.segments {
		if isDay(g.name) && !isDay(name) && g.filed && g.month.String() == name {
			days = append(days, g)
		}
	}
	return days
}

// refile puts rows where they belong that stand elsewhere, because the site's
// zone is another than when they were written, or a file was renamed. All of
// them are added where they belong before any is removed where it was. A file
// stays as it is if it holds rows that belong into a damaged one.
func (m *merger) refile() error {
	var moved []string
	for _, g := range m.segments {
		if g.filed {
			continue
		}
		rows, err := m.rows(g, always, nil)
		if err != nil {
			return err
		}
		byHome := m.split(rows)
		delete(byHome, g.name)
		homes := slices.Sorted(maps.Keys(byHome))
		if slices.ContainsFunc(homes, func(home string) bool { return m.damaged[home] }) {
			continue
		}
		for _, home := range homes {
			if err := m.put(home, byHome[home]); err != nil {
				return err
			}
		}
		moved = append(moved, g.name)
	}
	for _, name := range moved {
		rows, _, err := m.fresh(name)
		if err != nil {
			return err
		}
		if stay := m.split(rows)[name]; len(stay) > 0 {
			err = m.write(name, m.zone.String(), stay)
		} else {
			err = m.remove(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// split sorts rows by home.
func (m *merger) split(rows tallies) map[string]tallies {
	byHome := map[string]tallies{}
	for id, list := range rows {
		m.homes(len(list), func(i int) int64 { return list[i].At }, func(home string, from, to int) {
			if byHome[home] == nil {
				byHome[home] = tallies{}
			}
			byHome[home][id] = list[from:to:to]
		})
	}
	return byHome
}

// put adds rows to a segment, whose own count where both have one. If some of
// its own belong elsewhere it stays known as such: it names no zone.
func (m *merger) put(name string, rows tallies) error {
	stored, filed, err := m.fresh(name)
	if err != nil {
		return err
	}
	rows.lay(stored, new(Changes))
	zone := ""
	if filed {
		zone = m.zone.String()
	}
	if rows.equal(stored) {
		return nil
	}
	return m.write(name, zone, rows)
}

// fresh reads a segment that this merge may have written; one that does not
// exist is empty and filed.
func (m *merger) fresh(name string) (rows tallies, filed bool, err error) {
	g, err := m.inspect(name)
	if errors.Is(err, fs.ErrNotExist) {
		return tallies{}, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	rows, err = m.rows(g, always, nil)
	return rows, g.filed, err
}

func (m *merger) write(name, zone string, t tallies) error {
	data, err := encode(name, zone, t)
	if err != nil {
		return fmt.Errorf("%s: %w", name+suffix, err)
	}
	if err := replace(m.dir, name+suffix, data); err != nil {
		return err
	}
	m.changes.Written = append(m.changes.Written, name+suffix)
	return nil
}

func (m *merger) remove(names ...string) error {
	if len(names) == 0 {
		return nil
	}
	for i := range names {
		names[i] += suffix
	}
	m.changes.Removed = append(m.changes.Removed, names...)
	return remove(m.dir, names...)
}
