package catalog

import (
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
)

// A loader reads the files in their order: the site first, since its zone and
// sources are needed by the others.
type loader struct {
	problems
	fsys     fs.FS
	cat      *Catalog
	siteRead bool                  // data/site.toml could be read, so what it does not name does not exist
	sources  map[string]sourceKind // every source that it names, right or wrong
	edge     time.Duration         // the widest bucket at whose edges all months of the zone begin; 0 if the zone is not known
	buckets  bool                  // zone and resolution are known, so edges of buckets are
	earlier  []earlierID           // in order of file and place
	embedded []embedding           // likewise
}

// An earlierID is an id that a service once had.
type earlierID struct {
	id, now string
	pos     diag.Pos
}

// Load reads the files of data/ in a site's folder, and reports all that is
// wrong with them, sorted. The catalog holds what is right: a tribe whose file
// is unreadable has no services, and an SLO with anything wrong in it is left
// out. The catalog is never nil, and its site has a zone and a resolution even
// if data/site.toml has none.
func Load(fsys fs.FS) (*Catalog, diag.List) {
	l := &loader{fsys: fsys, cat: &Catalog{refused: map[string]bool{}}, sources: map[string]sourceKind{}}
	headline := l.site()
	l.tribes()
	l.cat.Site.Headline = l.mention("headline", headline)
	l.exclusions()
	l.decisions()
	l.sre()
	l.focus()
	if specs, _ := SpecFiles(fsys); len(specs) == 0 {
		l.list = append(l.list, l.cat.CheckNames()...)
	}
	return l.cat, l.list.Sorted()
}

// read reads a TOML file into a struct of tables.go. It reports whether the file
// is there and can be read; if it is optional it may be absent.
func (l *loader) read(name string, optional bool, into any) bool {
	text, ok := l.readFile(l.fsys, name, optional)
	if !ok {
		return false
	}
	root, ok := l.parse(name, text)
	if ok {
		l.fill(root, reflect.ValueOf(into).Elem())
	}
	return ok
}

func (l *loader) tribes() {
	entries, err := fs.ReadDir(l.fsys, "data/tribes")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.report(diag.Pos{File: "data/tribes"}, "file-unreadable", "look at its permissions, and whether it is a folder", "the folder cannot be read: %v", cause(err))
	}
	for _, e := range entries {
		id, isTOML := strings.CutSuffix(e.Name(), ".toml")
		if !isTOML || strings.HasPrefix(id, ".") {
			continue
		}
		l.tribe(id, "data/tribes/"+e.Name())
	}
	slices.SortFunc(l.cat.Tribes, func(a, b Tribe) int { return strings.Compare(a.ID, b.ID) })
	l.earlierIDs()
}

// earlierIDs reports ids in was that belong to a service now, or to two.
func (l *loader) earlierIDs() {
	for i, e := range l.earlier {
		tribe, service, _ := strings.Cut(e.id, "/")
		if t := l.cat.Tribe(tribe); t != nil && t.Service(service) != nil {
			l.report(e.pos, "was-clash", "take it out of was, or rename the service that has it now", "%s is the id of a service, so it is no earlier id of %s", e.id, e.now)
		}
		for _, f := range l.earlier[:i] {
			if e.id == f.id {
				l.report(e.pos, "was-clash", "its history can follow one of them only", "%s is an earlier id of %s already (%s)", e.id, f.now, f.pos)
				break
			}
		}
	}
}
