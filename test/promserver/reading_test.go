package promserver

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/promql/parser"
	"golang.org/x/tools/txtar"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/spec"
)

// specFiles are the specs in the archives of package spec, but for mistakes, and
// those of the folder that TRIBUNE_SPECS names.
func specFiles(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	archives, err := filepath.Glob("../../generator/spec/testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("%v, %v", archives, err)
	}
	for _, name := range archives {
		if strings.HasSuffix(name, "_mistakes.txtar") {
			continue // what is wrong there is said by package spec
		}
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if rest, ok := strings.CutPrefix(f.Name, "data/slos/"); ok {
				files[path(strings.TrimSuffix(filepath.Base(name), ".txtar"), rest)] = f.Data
			}
		}
	}
	if dir := os.Getenv("TRIBUNE_SPECS"); dir != "" {
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			files[name], err = fs.ReadFile(os.DirFS(dir), name)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func path(parts ...string) string { return strings.Join(parts, "/") }

// A specSite is a site of specs, in which each file is of a tribe of its own: so
// copies of an SLO do not clash. The tribe has the squads that its labels name.
type specSite struct {
	want     map[string]reading // by id
	tribeOf  map[string]string  // the file of each tribe
	cat      *catalog.Catalog
	problems diag.List
}

func readSpecs(t *testing.T) specSite {
	t.Helper()
	files := specFiles(t)
	site := fstest.MapFS{"data/site.toml": {Data: []byte("title = \"All\"\n[specs]\ntribe_labels = []\nsource = \"prod\"\nwindow = \"30d\"\n[sources.prod]\nkind = \"prometheus\"\nurl = \"http://p\"\n")}}
	s := specSite{want: map[string]reading{}, tribeOf: map[string]string{}}
	for i, name := range slices.Sorted(maps.Keys(files)) {
		tribe := fmt.Sprintf("file-%d", i)
		s.tribeOf[tribe] = name
		squads := map[string]bool{}
		for id, r := range plainly(files[name]) {
			s.want[tribe+"/"+id], squads[r.squad] = r, true
		}
		text := "name = \"" + tribe + "\"\n"
		for _, squad := range slices.Sorted(maps.Keys(squads)) {
			if squad != "" {
				text += fmt.Sprintf("[[squads]]\nid = %q\nname = %q\n", idOf(squad), squad)
			}
		}
		site["data/tribes/"+tribe+".toml"] = &fstest.MapFile{Data: []byte(text)}
		site["data/slos/"+tribe+"/"+filepath.Base(name)] = &fstest.MapFile{Data: files[name]}
	}
	var problems diag.List
	if s.cat, problems = catalog.Load(site); problems.Count(diag.Error) > 0 {
		t.Fatal(problems)
	}
	s.problems = spec.Load(site, s.cat)
	return s
}

// file is the file of specs that a path below data/slos, or an SLO, comes from.
func (s specSite) file(name string) string {
	tribe, _, _ := strings.Cut(strings.TrimPrefix(name, "data/slos/"), "/")
	return s.tribeOf[tribe]
}

// What package spec makes of specs agrees with a plain reading of them in
// objective, window and squad; what it leaves out has a problem that says why. It
// prints how many SLOs of each folder were understood.
func TestSpecsAgreeWithASecondReading(t *testing.T) {
	s := readSpecs(t)
	explained, reasons := map[string]bool{}, map[string]map[string]int{} // by file; by folder and rule
	for _, p := range s.problems {
		file := s.file(p.Pos.File)
		if p.Severity > diag.Note {
			explained[file] = true
			folder := filepath.Dir(file)
			if reasons[folder] == nil {
				reasons[folder] = map[string]int{}
			}
			reasons[folder][p.Rule]++
		}
	}
	got := map[string]catalog.SLO{}
	for _, o := range s.cat.SLOs() {
		if got[o.ID] = o; s.want[o.ID] == (reading{}) {
			t.Errorf("%s: %s is not there when it is read plainly", s.file(o.ID), o.ID)
		}
	}
	understood, said := map[string]int{}, map[string]int{}
	for id, r := range s.want {
		folder := filepath.Dir(s.file(id))
		said[folder]++
		o, ok := got[id]
		switch {
		case ok:
			understood[folder]++
			if int64(o.Objective) != r.objective || string(o.Window) != r.window || o.Squad != idOf(r.squad) {
				t.Errorf("%s, %s: %d, %s, squad %q; read plainly it is %d, %s, squad %q",
					s.file(id), id, int64(o.Objective), o.Window, o.Squad, r.objective, r.window, r.squad)
			}
		case !explained[s.file(id)]:
			t.Errorf("%s: nothing says why %s is left out", s.file(id), id)
		}
	}
	if len(s.want) < 30 {
		t.Errorf("only %d SLOs were read plainly", len(s.want))
	}
	for _, folder := range slices.Sorted(maps.Keys(said)) {
		t.Logf("%s: %d of %d SLOs understood, %v", folder, understood[folder], said[folder], reasons[folder])
	}
}

// Every query that a spec becomes is one that the parser of Prometheus reads, or
// one of which check says that it does not.
func TestEveryQueryOfASpecParses(t *testing.T) {
	s := readSpecs(t)
	refused, told := map[string]int{}, map[string]int{}
	queries, read := 0, parser.NewParser(parser.Options{})
	for _, o := range s.cat.SLOs() {
		for _, query := range []string{o.Good, o.Bad, o.Total} {
			if query == "" {
				continue
			}
			queries++
			if _, err := read.ParseExpr(window.ReplaceAllString(query, "1h")); err != nil {
				refused[s.file(o.ID)]++
				t.Logf("%s: %v", o.ID, err)
			}
		}
	}
	for _, p := range s.problems {
		if p.Rule == "spec-promql" {
			told[s.file(p.Pos.File)]++
		}
	}
	if d := cmp.Diff(refused, told); d != "" || queries == 0 {
		t.Errorf("queries by file, -that Prometheus refuses +of which check says so:\n%s", d)
	}
	t.Logf("%d queries of %d SLOs", queries, len(s.cat.SLOs()))
}
