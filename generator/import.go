package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/history"
	"tribune/generator/slo"
)

// An Imported is what an import did.
type Imported struct {
	Files    int // taken whole
	Refused  int // files with errors, of which nothing was taken
	SLOs     int
	Changes  history.Changes
	Issued   int // months known only by their percentage, added or changed
	Problems diag.List
}

// Import stores the SLI history of CSV files: see history.ReadCSV for their
// form. A file with an error is left out whole; the others are taken. Months
// that were over and settled by now become one file each. It returns
// ErrProblems if a file was refused.
func Import(ctx context.Context, dir string, files []string, now time.Time) (r Imported, err error) {
	s, problems, err := Load(dir)
	if err != nil {
		return r, err
	}
	defer s.Close()
	if len(s.Catalog.Tribes) == 0 {
		r.Problems = problems
		return r, ErrProblems
	}
	store, damaged, err := s.history()
	if err != nil {
		return r, err
	}
	r.Problems = damaged
	resolve := s.resolver()
	site := s.Catalog.Site
	closed := slo.MonthOf(now.Add(-site.Settle), site.Zone)
	touched := make(map[string]bool)
	for _, name := range files {
		in, found, err := readCSV(name, resolve)
		if err != nil {
			return r, err
		}
		r.Problems = append(r.Problems, found...)
		if found.Count(diag.Error) > 0 {
			r.Refused++
			continue
		}
		c, found, err := store.Merge(ctx, in.Series, closed)
		r.Changes.Added += c.Added
		r.Changes.Replaced += c.Replaced
		r.Changes.LeftOut += c.LeftOut
		r.Problems = append(r.Problems, found...)
		if err != nil {
			return r, err
		}
		n, found, err := store.MergeIssued(ctx, in.Issued)
		r.Issued += n
		r.Problems = append(r.Problems, found...)
		if err != nil {
			return r, err
		}
		r.Files++
		for id := range in.Series {
			touched[id] = true
		}
	}
	r.SLOs = len(touched)
	r.Problems = r.Problems.Sorted()
	if r.Problems.Count(diag.Error) > 0 {
		return r, ErrProblems
	}
	return r, nil
}

func readCSV(name string, resolve func(string) (time.Duration, bool)) (history.Import, diag.List, error) {
	f, err := os.Open(name)
	if err != nil {
		return history.Import{}, nil, err
	}
	defer f.Close()
	return history.ReadCSV(filepath.ToSlash(name), f, resolve)
}

// resolver tells the bucket width of an SLO by its id, of today or earlier.
func (s *Site) resolver() func(id string) (time.Duration, bool) {
	step := make(map[string]time.Duration)
	for i := range s.Catalog.Tribes {
		for _, o := range s.Catalog.Tribes[i].SLOs() {
			for _, id := range append([]string{o.ID}, o.Was...) {
				step[id] = o.Resolution
			}
		}
	}
	return func(id string) (time.Duration, bool) {
		d, ok := step[id]
		return d, ok
	}
}

// String says in a sentence what an import did.
func (r Imported) String() string {
	var news []string
	if c := r.Changes; c.Added+c.Replaced > 0 {
		news = append(news, fmt.Sprintf("%s, %s added, %d replaced",
			count(r.SLOs, "SLO", "SLOs"), count(c.Added, "bucket", "buckets"), c.Replaced))
	}
	if r.Issued > 0 {
		news = append(news, count(r.Issued, "issued month", "issued months"))
	}
	if len(news) == 0 {
		news = []string{"nothing new"}
	}
	return fmt.Sprintf("imported %s: %s", count(r.Files, "file", "files"), strings.Join(news, ", "))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
