package generator_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"tribune/generator"
	"tribune/generator/diag"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// TestTheExample builds the site that the repository is and holds it against
// what is promised of every site, and of this one.
func TestTheExample(t *testing.T) {
	built := build(t, "..")
	for _, law := range []struct {
		name string
		hold func(*testing.T, fs.FS)
	}{
		{"its JSON fits the published schemas", jsonFitsTheSchemas},
		{"its JSON has the fields of the contract", jsonHasTheFieldsOfTheContract},
		{"its pages print no leftovers", pagesPrintNoLeftovers},
		{"its pages are whole documents", pagesAreWholeDocuments},
		{"its pages ask no other host for anything", pagesAskNoOtherHost},
		{"its scorecards are small", scorecardsAreSmall},
		{"its ledger agrees with what was planted", ledgerAgreesWithWhatWasPlanted},
		{"every state is on some scorecard", everyStateIsOnSomeScorecard},
		{"its postmortems are tied to the data", postmortemsAreTiedToTheData},
		{"its SRE team tells its whole story", theSRETeamTellsItsStory},
	} {
		t.Run(law.name, func(t *testing.T) { law.hold(t, built) })
	}
}

// build makes the site in dir as of its as_of and returns its files.
func build(t *testing.T, dir string) fs.FS {
	t.Helper()
	out := t.TempDir()
	r, err := generator.Build(context.Background(), generator.Config{
		Site: dir, Out: out, AsOf: generator.SiteSettings(dir).AsOf, Audience: "org", Version: "test",
	})
	for _, p := range r.Problems {
		if p.Severity == diag.Error {
			t.Error(p)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return os.DirFS(out)
}

// matching returns the files whose path ends in one of the suffixes, with what
// is in them, in order of path. There must be some.
func matching(t *testing.T, fsys fs.FS, suffixes ...string) (paths []string, content map[string][]byte) {
	t.Helper()
	content = map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) }) {
			return err
		}
		paths = append(paths, name)
		content[name], err = fs.ReadFile(fsys, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("the site has no file %v", suffixes)
	}
	return paths, content
}

// cards returns every scorecard of a built site, in order of tribe and month.
func cards(t *testing.T, built fs.FS) (all []scorecard.Card) {
	t.Helper()
	paths, content := matching(t, built, ".json")
	for _, name := range paths {
		if ok, _ := path.Match("*/api/scorecards/*.json", name); !ok {
			continue
		}
		var c scorecard.Card
		if err := json.Unmarshal(content[name], &c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, c)
	}
	return all
}

func everyStateIsOnSomeScorecard(t *testing.T, built fs.FS) {
	seen := map[slo.State]bool{}
	for _, c := range cards(t, built) {
		for _, r := range c.SLOs {
			seen[r.State] = true
		}
	}
	for _, state := range slo.States {
		if !seen[state] {
			t.Errorf("no SLO was ever %s", state.Word())
		}
	}
}
