package catalog

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator/diag"
)

var update = flag.Bool("update", false, "rewrite what testdata/mistakes wants; then look at the diff")

// siteOf returns the files of an archive. A site without data/site.toml gets the
// least that there can be.
func siteOf(a *txtar.Archive) fstest.MapFS {
	site := fstest.MapFS{"data/site.toml": {Data: []byte("title = \"Acme\"\n")}}
	for _, f := range a.Files {
		switch f.Name {
		case "want":
		case "no data/site.toml":
			delete(site, "data/site.toml")
		default:
			site[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	return site
}

// siteFiles returns the site of an archive's text.
func siteFiles(text string) fstest.MapFS { return siteOf(txtar.Parse([]byte(text))) }

func answer(l diag.List) string {
	var b strings.Builder
	for _, p := range l {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

// Each archive holds a site and, in want, everything that Load says of it.
func TestMistakesAreAnsweredInFull(t *testing.T) {
	names, err := filepath.Glob("testdata/mistakes/*.txtar")
	if err != nil || len(names) < 35 {
		t.Fatalf("there are %d archives (%v)", len(names), err)
	}
	answered := map[string]bool{"variable-unset": true, "file-size": true} // they have tests of their own
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, problems := Load(siteOf(a))
			for _, p := range problems {
				answered[p.Rule] = true
			}
			want := &a.Files[len(a.Files)-1]
			got := answer(problems)
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
