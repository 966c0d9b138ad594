// Package generator is the order of the steps: load, check, compute, render,
// write. It knows what comes after what, and leaves each step to the package
// that knows it.
package generator

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/history"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
	"tribune/generator/spec"
)

// ErrProblems says that what people wrote has errors: see the report's
// problems. Nothing was written.
var ErrProblems = errors.New("what was written has errors")

// ErrTribe says that a tribe was asked for which the site does not have.
var ErrTribe = errors.New("no tribe")

// A Site is everything that people wrote, as it was understood.
type Site struct {
	Catalog     *catalog.Catalog
	Postmortems []postmortem.Postmortem
	shelf       []shelved          // the files of sealed months
	issued      []scorecard.Issued // those that were read; see sealed
	elsewhere   []scorecard.Elsewhere
	root        *os.Root // the folder, to write to
	files       fs.FS    // the same, to read from
	dir         string
	memory      *Memory // nil if there is none

	indexing sync.Once
	keys     map[string][]history.Key // of SLOs, by each id; see keysOf
}

// Load reads a site's folder. Problems are what is wrong with it; the error is
// for a folder that cannot be read at all. Close the site when done.
func Load(dir string) (*Site, diag.List, error) {
	return load(dir, func(site fs.FS) fs.FS { return site }, postmortem.Load)
}

// LoadData is Load without postmortems: who owns what, which SLOs there are, and
// what was agreed.
func LoadData(dir string) (*Site, diag.List, error) {
	return load(dir, func(site fs.FS) fs.FS { return site },
		func(fs.FS, *time.Location, postmortem.Names) ([]postmortem.Postmortem, diag.List) { return nil, nil })
}

// load is Load with a watch on what is read, and another way to read all
// postmortems.
func load(
	dir string, watch func(fs.FS) fs.FS,
	read func(fs.FS, *time.Location, postmortem.Names) ([]postmortem.Postmortem, diag.List),
) (*Site, diag.List, error) {
	root, files, err := openSite(dir)
	if err != nil {
		return nil, nil, err
	}
	s := &Site{root: root, files: watch(files), dir: dir}
	var problems, more diag.List
	s.Catalog, problems = catalog.Load(s.files)
	problems = append(problems, spec.Load(s.files, s.Catalog)...)
	s.Postmortems, more = read(s.files, s.Catalog.Site.Zone, names(s.Catalog))
	return s, slices.Concat(problems, more).Sorted(), nil
}

// Close releases the site's folder.
func (s *Site) Close() error { return s.root.Close() }

// names tells a postmortem's reader what exists.
func names(cat *catalog.Catalog) postmortem.Names {
	n := postmortem.Names{
		Services: map[string]string{}, SLOs: map[string]string{}, Called: map[string][]string{}, Aliases: aliases(cat), Refused: cat.Refused(),
	}
	for _, t := range cat.Tribes {
		n.Tribes = append(n.Tribes, t.ID)
		for _, v := range t.Services {
			for _, id := range append([]string{v.FullID()}, v.Was...) {
				n.Services[id] = v.FullID()
			}
			for _, called := range append([]string{v.Name}, v.Aliases...) {
				called = strings.ToLower(called)
				n.Called[called] = append(n.Called[called], v.FullID())
			}
			for _, s := range v.SLOs {
				for _, id := range append([]string{s.ID}, s.Was...) {
					n.SLOs[id] = s.ID
				}
			}
		}
	}
	return n
}

// aliases are the site's own words for what postmortems say.
func aliases(cat *catalog.Catalog) postmortem.Aliases {
	a := postmortem.Aliases{Headings: map[postmortem.SectionKind][]string{}, Keys: cat.Site.Postmortems.Keys}
	for kind, words := range cat.Site.Postmortems.Headings {
		a.Headings[postmortem.SectionKind(kind)] = words
	}
	return a
}

// history opens the site's store of tallies.
func (s *Site) history() (*history.Store, diag.List, error) {
	dir := filepath.Join(s.dir, "data", "history")
	if s.memory != nil {
		return s.memory.history.Open(dir, s.Catalog.Site.Zone)
	}
	return history.Open(dir, s.Catalog.Site.Zone)
}

// issuedElsewhere reads the months of which only a percentage is known, and
// returns what is wrong with their file.
func (s *Site) issuedElsewhere(store *history.Store) (diag.List, error) {
	months, problems, err := store.Issued()
	for _, m := range months {
		s.elsewhere = append(s.elsewhere, scorecard.Elsewhere{SLO: m.SLO, Month: m.Month, SLI: slo.Objective(m.SLI)})
	}
	return problems, err
}

// overrides returns the site's own templates, or nil.
func (s *Site) overrides() fs.FS {
	sub, err := fs.Sub(s.files, "templates")
	if err != nil {
		return nil
	}
	return sub
}

// keys returns under which ids the tallies of the tribe's SLOs are stored.
func keys(t *catalog.Tribe) (all []history.Key) {
	for _, s := range t.SLOs() {
		all = append(all, history.Key{ID: s.ID, Was: s.Was})
	}
	return all
}

// SiteSettings returns what data/site.toml says, with the defaults for what it
// leaves out or says wrongly.
func SiteSettings(dir string) catalog.Site {
	root, files, err := openSite(dir)
	if err != nil {
		return catalog.Site{Zone: time.UTC}
	}
	defer root.Close()
	cat, _ := catalog.Load(files)
	return cat.Site
}
