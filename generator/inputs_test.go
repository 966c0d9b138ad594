package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator"
)

// wholeShop adds to the corner shop one of each kind of file that a site can have.
const wholeShop = `
-- data/sre.toml --
[[members]]
id = "sre-shop"
fte = 0.5
available_hours_per_month = 60

[[tasks]]
id = "ledger"
title = "Copy the ledger"
first_manual = 2025-11-01
hours_per_month = 8
-- data/focus/2026-02.csv --
date,hours,kind,mode,squad,task,note
2026-02-03,4,reliability,manual,,ledger,
-- data/slos/door.yaml --
version: prometheus/v1
service: door
labels:
  tribe: shop
slos:
  - name: opens
    objective: 99
    description: The door opens.
    sli:
      events:
        error_query: sum(rate(door_stuck_total[{{.window}}]))
        total_query: sum(rate(door_total[{{.window}}]))
-- data/exclusions.toml --
[[maintenance]]
ids = ["shop/till"]
from = 2026-03-02T00:00:00Z
to = 2026-03-03T00:00:00Z
reason = "a new drawer"
-- data/decisions.toml --
[[decisions]]
ids = ["shop"]
date = 2026-02-11
text = "Oil the drawer."
owner = "owner of the shop"
-- content/_index.md --
Bread and milk.
-- content/pages/about.md --
# About

Who we are.
-- content/scorecards/2026-02/shop.md --
A quiet month.
-- content/postmortems/shop/2026-02-12-bell.md --
# The bell rang

![the bell](bell.png) and ![the street](../../../street.png)
-- content/postmortems/shop/bell.png --
the bell
-- street.png --
the street
-- templates/method.html --
{{define "main"}}<p>As always.</p>{{end}}
-- templates/style.css --
p { margin: 1px }
-- templates/icon.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
`

// replaced returns an edit that puts new text in place of old in a file.
func replaced(file, old, new string) func(t *testing.T, site string, cfg *generator.Config) {
	return func(t *testing.T, site string, _ *generator.Config) {
		t.Helper()
		path := filepath.Join(site, filepath.FromSlash(file))
		b, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(b), old) {
			t.Fatalf("%s does not say %q: %v", file, old, err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(b), old, new, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// told returns an edit of what the build is told.
func told(change func(*generator.Config)) func(*testing.T, string, *generator.Config) {
	return func(_ *testing.T, _ string, cfg *generator.Config) { change(cfg) }
}

// TestABuildNoticesEveryInput changes one input at a time, each of the least
// size, and wants another site: the one that a build without a memory makes.
func TestABuildNoticesEveryInput(t *testing.T) {
	site := corner(t)
	sealAll(t, site)
	for _, f := range txtar.Parse([]byte(wholeShop)).Files {
		if err := edited(site, f.Name, string(f.Data)); err != nil {
			t.Fatal(err)
		}
	}
	cfg := generator.Config{
		Site: site, Out: filepath.Join(site, "public"), AsOf: moment("2026-03-06"), Audience: "org",
		Version: "1", Commit: "aaaaaaa",
	}
	buildWith(t, cfg)
	if r := buildWith(t, cfg); !r.Unchanged {
		t.Fatal("a build of the same does not find that nothing has changed")
	}
	for _, c := range []struct {
		input string
		edit  func(t *testing.T, site string, cfg *generator.Config)
	}{
		{"data/site.toml", replaced("data/site.toml", "Corner shop", "Corner Shop")},
		{"data/tribes", replaced("data/tribes/shop.toml", `"99%"`, `"98%"`)},
		{"data/slos", replaced("data/slos/door.yaml", "The door opens", "The door shuts")},
		{"data/exclusions.toml", replaced("data/exclusions.toml", "a new drawer", "a mew drawer")},
		{"data/decisions.toml", replaced("data/decisions.toml", "Oil", "Wax")},
		{"data/sre.toml", replaced("data/sre.toml", "Copy", "Cope")},
		{"data/focus", replaced("data/focus/2026-02.csv", ",4,", ",5,")},
		{"data/history", func(t *testing.T, site string, _ *generator.Config) {
			if err := edited(site, "more.csv", "slo,time,bad,total\nshop/till/availability,2026-03-05T00:00:00Z,9,1000\n"); err != nil {
				t.Fatal(err)
			}
			if r, err := generator.Import(t.Context(), site, []string{filepath.Join(site, "more.csv")}, moment("2026-03-06")); err != nil {
				t.Fatalf("%v\n%v", err, r.Problems)
			}
		}},
		{"data/sealed", func(t *testing.T, site string, _ *generator.Config) {
			if err := os.Remove(filepath.Join(site, "data", "sealed", "2026-01", "shop.json")); err != nil {
				t.Fatal(err)
			}
		}},
		{"a postmortem", replaced("content/postmortems/shop/2026-02-12-bell.md", "rang", "sang")},
		{"a new postmortem", func(t *testing.T, site string, _ *generator.Config) {
			if err := edited(site, "content/postmortems/shop/cat.md", "# The cat slept\n"); err != nil {
				t.Fatal(err)
			}
		}},
		{"a picture", replaced("content/postmortems/shop/bell.png", "bell", "ball")},
		{"a picture outside content", replaced("street.png", "street", "strait")},
		{"the front page's text", replaced("content/_index.md", "milk", "silk")},
		{"a page of the site's own", replaced("content/pages/about.md", "Who", "How")},
		{"the comment on a month", replaced("content/scorecards/2026-02/shop.md", "quiet", "quite")},
		{"a template", replaced("templates/method.html", "always", "ever")},
		{"the stylesheet", replaced("templates/style.css", "1px", "2px")},
		{"the icon", replaced("templates/icon.svg", "<svg ", "<svg  ")},
		{"--as-of", told(func(cfg *generator.Config) { cfg.AsOf = moment("2026-03-07") })},
		{"--audience", told(func(cfg *generator.Config) { cfg.Audience = "public" })},
		{"--tribe", told(func(cfg *generator.Config) { cfg.Tribes = []string{"shop"} })},
		{"the commit", told(func(cfg *generator.Config) { cfg.Commit = "bbbbbbb" })},
		{"the version", told(func(cfg *generator.Config) { cfg.Version = "2" })},
	} {
		before := tree(t, cfg.Out)
		c.edit(t, site, &cfg)
		warm := buildWith(t, cfg)
		if warm.Unchanged {
			t.Errorf("%s: the build takes it for unchanged", c.input)
		}
		after := tree(t, cfg.Out)
		if cmp.Equal(before, after) {
			t.Errorf("%s: the site is as it was before the change", c.input)
		}
		cold := cfg
		cold.Out = filepath.Join(t.TempDir(), "public")
		if err := os.RemoveAll(filepath.Join(site, ".tribune")); err != nil {
			t.Fatal(err)
		}
		buildWith(t, cold)
		if diff := cmp.Diff(tree(t, cold.Out), after); diff != "" {
			t.Errorf("%s: the site is not what a build makes that remembers nothing (-cold +warm):\n%s", c.input, diff)
		}
		buildWith(t, cfg) // remembers again
		if r := buildWith(t, cfg); !r.Unchanged {
			t.Errorf("%s: a build of the same does not find that nothing has changed", c.input)
		}
	}
}
