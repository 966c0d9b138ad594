package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator/diag"
)

func TestAFileThatIsTooLargeIsNotRead(t *testing.T) {
	site := manual(t)
	site["data/tribes/large.toml"] = &fstest.MapFile{Data: make([]byte, maxSize+1)}
	_, problems := Load(site)
	if len(problems) != 1 || problems[0].Rule != "file-size" || problems[0].Pos.File != "data/tribes/large.toml" {
		t.Errorf("problems are %v, want file-size", problems)
	}
}

func TestAByteOrderMarkIsSkipped(t *testing.T) {
	site := fstest.MapFS{"data/site.toml": {Data: []byte("\uFEFFtitle = \"Acme\"\nresolution = \"x\"\n")}}
	c, problems := Load(site)
	if c.Site.Title != "Acme" || len(problems) != 1 || problems[0].Pos != (diag.Pos{File: "data/site.toml", Line: 2, Col: 15}) {
		t.Errorf("title %q, problems %v", c.Site.Title, problems)
	}
}

func TestALeastSiteHasTheDefaults(t *testing.T) {
	c, problems := Load(fstest.MapFS{"data/site.toml": {Data: []byte(`title = "Acme"`)}})
	s := c.Site
	got := fmt.Sprint(problems, s.ZoneName, s.Resolution, s.Freshness, s.Settle, s.Thresholds, s.Specs)
	if want := "[]UTC1h0m0s 26h0m0s 72h0m0s {0.25 0.5 0.95} {[tribe] [squad team owner] [service]  30d}"; got != want {
		t.Errorf("the defaults are %s, want %s", got, want)
	}
}

func TestABrokenSiteStillHasAZoneAndBuckets(t *testing.T) {
	c, problems := Load(fstest.MapFS{})
	if c.Site.Zone == nil || c.Site.Resolution == 0 || problems.Count(diag.Error) == 0 {
		t.Errorf("site %+v, problems %v", c.Site, problems)
	}
}

// The two hours from 02:00 to 03:00 of 25 October 2026 in Berlin begin at 00:00
// and 01:00 UTC.
func TestOfTwoEqualTimesTheFirstIsTaken(t *testing.T) {
	site := manual(t)
	site["data/exclusions.toml"] = &fstest.MapFile{Data: []byte(`
[[maintenance]]
ids = ["payments"]
from = 2026-10-25T02:30:00
to = 2026-10-26
reason = "upgrade"
`)}
	c, _ := Load(site)
	got := c.Maintenance[0].Span
	if f, to := got.From.String(), got.To.String(); f != "2026-10-25 00:30:00 +0000 UTC" || to != "2026-10-25 23:00:00 +0000 UTC" {
		t.Errorf("from %s to %s", f, to)
	}
}

func TestATemplateIsForTheServicesItNames(t *testing.T) {
	site := manual(t)
	tribe := site["data/tribes/payments.toml"]
	c, _ := Load(site)
	if n := len(c.SLOs()); n != 3 {
		t.Errorf("for one service there are %d SLOs, want 3", n)
	}
	tribe.Data = []byte(strings.Replace(string(tribe.Data), `services = ["ledger"]`, "", 1))
	c, _ = Load(site)
	if n := len(c.SLOs()); n != 4 {
		t.Errorf("for both services there are %d SLOs, want 4", n)
	}
}

func TestAnExclusionMayNameWhatASpecAdds(t *testing.T) {
	site := manual(t)
	site["data/slos/shop/cart.yml"] = &fstest.MapFile{}
	site["data/exclusions.toml"] = &fstest.MapFile{Data: []byte(`
[[maintenance]]
ids = ["shop"]
from = 2026-10-25
to = 2026-10-26
reason = "upgrade"
`)}
	c, problems := Load(site)
	if len(problems) > 0 {
		t.Errorf("before the specs are read there are problems: %v", problems)
	}
	if got := c.CheckNames(); len(got) != 1 || got[0].Rule != "id-unknown" {
		t.Errorf("if they add nothing: %v, want id-unknown", got)
	}
	c.Tribes = append(c.Tribes, Tribe{ID: "shop"})
	if got := c.CheckNames(); len(got) > 0 {
		t.Errorf("if they add it: %v", got)
	}
}

func TestIDsThatAreSafe(t *testing.T) {
	for id, want := range map[string]bool{
		"checkout-api": true, "a": true, "0": true, "a_b.c-1": true, "console": true, "com10": true, strings.Repeat("x", 64): true,
		"": false, ".": false, "..": false, "-a": false, "_a": false, "a.": false, "a/b": false, `a\b`: false, "A": false, "é": false,
		"a b": false, "a\x00": false, "nul": false, "lpt1.toml": false, strings.Repeat("x", 65): false,
	} {
		if err := CheckID(id); (err == nil) != want {
			t.Errorf("CheckID(%q) = %v", id, err)
		}
	}
}

// Whatever is in the files, Load answers: each problem is of a rule, says what to
// do and stands within its file, and what is in the catalog can be relied on.
func FuzzLoad(f *testing.F) {
	names, _ := filepath.Glob("testdata/mistakes/*.txtar")
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		site := siteOf(a)
		for _, file := range site {
			f.Add([]byte("title = \"Acme\"\n"), file.Data)
		}
		if s := site["data/site.toml"]; s != nil {
			f.Add(s.Data, []byte{})
		}
	}
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(doc, doc)
	f.Fuzz(func(t *testing.T, site, tribe []byte) {
		files := fstest.MapFS{
			"data/site.toml":         {Data: site},
			"data/tribes/tribe.toml": {Data: tribe},
		}
		c, problems := Load(files)
		for _, p := range problems {
			checkProblem(t, p, files)
		}
		for _, s := range c.SLOs() {
			if s.Objective <= 0 || s.Objective >= 1_000_000_000 || s.Resolution <= 0 || CheckID(s.Key) != nil || CheckID(s.Service) != nil {
				t.Errorf("an SLO cannot be relied on: %+v", s)
			}
			if got, ok := c.Resolve(s.ID); !ok || got != s.ID {
				t.Errorf("Resolve(%q) = %q, %v", s.ID, got, ok)
			}
		}
		_, again := Load(files)
		if answer(again) != answer(problems) {
			t.Errorf("read twice, the problems are\n%s\nand\n%s", answer(problems), answer(again))
		}
	})
}

func checkProblem(t *testing.T, p diag.Problem, files fstest.MapFS) {
	t.Helper()
	file := files[p.Pos.File]
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
