package spec

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/promql"
)

var update = flag.Bool("update", false, "rewrite what testdata wants; then look at the diff")

// least is the site of an archive that has none of its own.
var least = map[string]string{
	"data/site.toml": `title = "Acme"
[sources.prod]
kind = "prometheus"
url = "https://prometheus.acme.example"
`,
	"data/tribes/payments.toml": `name = "Payments"
[[squads]]
id = "checkout"
name = "Checkout Squad"
[[services]]
id = "checkout-api"
squad = "checkout"
`,
}

func siteOf(a *txtar.Archive) fstest.MapFS {
	site := fstest.MapFS{}
	for name, text := range least {
		site[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for _, f := range a.Files {
		if f.Name != "want" {
			site[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return site
}

// load reads a site whose catalog, but for the specs, has nothing wrong.
func load(t testing.TB, site fstest.MapFS) (*catalog.Catalog, diag.List) {
	t.Helper()
	cat, problems := catalog.Load(site)
	if len(problems) > 0 {
		t.Fatalf("the site itself is wrong: %v", problems)
	}
	return cat, Load(site, cat)
}

// understood writes every SLO of a catalog, then every problem.
func understood(cat *catalog.Catalog, problems diag.List) string {
	var b strings.Builder
	for _, s := range cat.SLOs() {
		fmt.Fprintf(&b, "%s: %s over %s\n", s.ID, s.Objective, s.Window)
		for _, line := range []struct{ name, text string }{
			{"title", s.Title}, {"squad", s.Squad}, {"source", s.Source},
			{"good", s.Good}, {"bad", s.Bad}, {"total", s.Total}, {"counts", s.Counts}, {"unit", s.Unit},
			{"budgeting", s.Budgeting}, {"slice", slice(s)}, {"grouping", strings.Join(s.Grouping, ", ")},
			{"caveat", strings.Join(s.Caveats, "\n")}, {"was", strings.Join(s.Was, ", ")},
		} {
			if line.text != "" {
				fmt.Fprintf(&b, "\t%-9s %s\n", line.name, strings.ReplaceAll(line.text, "\n", "\n\t          "))
			}
		}
	}
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func slice(s catalog.SLO) string {
	if s.Slice == 0 {
		return ""
	}
	return fmt.Sprintf("%s, good from %s", s.Slice, s.SliceTarget)
}

// Each archive holds specs and, in want, all that is made of them.
func TestSpecsAreAnsweredInFull(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) < 20 {
		t.Fatalf("there are %d archives (%v)", len(names), err)
	}
	answered := map[string]bool{}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			cat, problems := load(t, siteOf(a))
			for _, p := range problems {
				answered[p.Rule] = true
			}
			want := &a.Files[len(a.Files)-1]
			got := understood(cat, problems)
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(want.Data), got); want.Name != "want" || d != "" {
				t.Errorf("%s: -want +got:\n%s", name, d)
			}
		})
	}
	for _, r := range Rules {
		if !answered[r.ID] {
			t.Errorf("no archive breaks the rule %s", r.ID)
		}
	}
}

func TestASiteWithoutSpecsIsLeftAlone(t *testing.T) {
	if _, problems := load(t, siteOf(&txtar.Archive{})); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestAFileThatIsTooLargeIsNotRead(t *testing.T) {
	_, problems := load(t, siteOf(&txtar.Archive{Files: []txtar.File{{Name: "data/slos/large.yaml", Data: make([]byte, maxSize+1)}}}))
	if len(problems) != 1 || problems[0].Rule != "spec-file" {
		t.Errorf("problems are %v, want spec-file", problems)
	}
}

// A list of ten aliases of a list of ten aliases of …: a kilobyte that stands for
// ten thousand million values.
func TestABombOfAliasesIsRefusedAtOnce(t *testing.T) {
	bomb := "version: prometheus/v1\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 10; i++ {
		bomb += fmt.Sprintf("a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	bomb += "service: s\nslos: *a9\n"
	began := time.Now()
	_, problems := load(t, siteOf(&txtar.Archive{Files: []txtar.File{{Name: "data/slos/payments/bomb.yaml", Data: []byte(bomb)}}}))
	if len(problems) != 1 || problems[0].Rule != "spec-size" {
		t.Errorf("problems are %v, want spec-size", problems)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

// What a pull relies on, whatever the file.
func checkSLO(t *testing.T, cat *catalog.Catalog, s catalog.SLO) {
	t.Helper()
	if s.Objective <= 0 || s.Objective >= 1_000_000_000 || s.Window == "" || s.Resolution <= 0 {
		t.Errorf("%s cannot be relied on: %+v", s.ID, s)
	}
	if got, ok := cat.Resolve(s.ID); !ok || got != s.ID {
		t.Errorf("Resolve(%q) = %q, %v", s.ID, got, ok)
	}
	if s.Good != "" && s.Bad != "" || (s.Good+s.Bad == "") != (s.Total == "") {
		t.Errorf("%s has good %q, bad %q and total %q", s.ID, s.Good, s.Bad, s.Total)
	}
	for _, q := range []string{s.Good, s.Bad, s.Total} {
		ranges, err := promql.Ranges(q)
		if err != nil || q != "" && !strings.Contains(q, promql.Window) || strings.Contains(strings.ReplaceAll(q, promql.Window, ""), "{{") {
			t.Errorf("%s: the query %q has ranges %v, %v", s.ID, q, ranges, err)
		}
	}
	if (s.Slice > 0) != (s.Budgeting != "") || s.Slice > 0 && s.Resolution%s.Slice != 0 || (s.SliceTarget > 0) != (s.Budgeting == catalog.Timeslices) {
		t.Errorf("%s has slices of %v with target %v for %q", s.ID, s.Slice, s.SliceTarget, s.Budgeting)
	}
}

func checkProblem(t *testing.T, p diag.Problem, site fstest.MapFS) {
	t.Helper()
	file := site[p.Pos.File]
	if file == nil {
		t.Fatalf("%v: there is no such file", p)
	}
	lines := strings.Split(string(file.Data), "\n")
	if p.Pos.Line < 1 || p.Pos.Line > len(lines) || p.Pos.Col < 1 || p.Pos.Col > len(lines[p.Pos.Line-1])+1 {
		t.Errorf("%v: is not within the file", p)
	}
	if p.Message == "" || p.Hint == "" || p.Rule == "" {
		t.Errorf("%+v: something is empty", p)
	}
}

// Whatever is in a spec, Load answers: each problem stands within its file and
// says what to do, and each SLO can be relied on. Read twice it says the same.
func FuzzLoad(f *testing.F) {
	names, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if strings.HasPrefix(file.Name, "data/slos/") {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		site := siteOf(&txtar.Archive{Files: []txtar.File{{Name: "data/slos/payments/fuzz.yaml", Data: text}}})
		began := time.Now()
		cat, problems := load(t, site)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%d bytes took %v", len(text), took)
		}
		for _, p := range problems {
			checkProblem(t, p, site)
		}
		for _, s := range cat.SLOs() {
			checkSLO(t, cat, s)
		}
		again, problemsAgain := load(t, site)
		if d := cmp.Diff(understood(cat, problems), understood(again, problemsAgain)); d != "" {
			t.Errorf("read twice: -first +second:\n%s", d)
		}
	})
}
