package generator_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"tribune/generator"
)

const threePostmortems = `
-- data/site.toml --
title = "Corner shop"
-- data/tribes/shop.toml --
name = "Shop"
-- content/postmortems/shop/done.md --
+++
title = "The till stood still"
date = 2026-03-01
status = "final"
actions = [{ title = "Oil the drawer", owner = "front", due = 2026-04-01, closed = 2026-03-20 }]
+++
Nobody could pay.
-- content/postmortems/shop/promised.md --
+++
title = "The oven went cold"
date = 2026-03-02
status = "final"
actions = [{ title = "Buy a spare fuse", owner = "front", due = 2027-04-01 }]
+++
No bread.
-- content/postmortems/shop/draft.md --
+++
title = "No flour"
date = 2026-03-03
status = "draft"
+++
No cake.
`

// A page that changes every night is published every night, and tells its
// readers of a change that there was not.
func TestASettledPostmortemIsTheSamePageEveryNight(t *testing.T) {
	site := siteFrom(t, txtar.Parse([]byte(threePostmortems)).Files)
	built := func(day int, commit string) map[string]string {
		cfg := generator.Config{Site: site, Out: filepath.Join(site, "public"), Audience: "org", Version: "test", Commit: commit, AsOf: time.Date(2026, 10, day, 0, 0, 0, 0, time.UTC)}
		buildWith(t, cfg)
		pages := map[string]string{}
		for _, slug := range []string{"done", "promised", "draft"} {
			b, err := os.ReadFile(filepath.Join(cfg.Out, "shop/postmortems", slug, "index.html"))
			if err != nil {
				t.Fatal(err)
			}
			pages[slug] = string(b)
		}
		return pages
	}
	first, second := built(1, "abc1234"), built(2, "def5678")
	for slug, settled := range map[string]bool{"done": true, "promised": false, "draft": false} {
		if same := first[slug] == second[slug]; same != settled {
			t.Errorf("%s: the page of the next night is the same: %v", slug, same)
		}
	}
}

// While somebody writes, a tribe is built alone beside the whole site: what is the
// same there is taken, and the bytes are those of a build by itself.
func TestATribeBesideTheWholeSiteIsTheSame(t *testing.T) {
	site := siteFrom(t, txtar.Parse([]byte(threePostmortems)).Files)
	dir := t.TempDir()
	build := func(out, beside string, tribes ...string) {
		cfg := generator.Config{Site: site, Out: filepath.Join(dir, out), Audience: "org", Version: "test", Tribes: tribes, AsOf: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}
		if beside != "" {
			cfg.Beside = filepath.Join(dir, beside)
		}
		buildWith(t, cfg)
	}
	build("whole", "")
	if err := edited(site, "content/postmortems/shop/draft.md", "+++\ntitle = \"No flour\"\ndate = 2026-03-03\nstatus = \"draft\"\n+++\nNo cake, and no bread.\n"); err != nil {
		t.Fatal(err)
	}
	build("beside", "whole", "shop")
	build("alone", "", "shop")
	if err := os.RemoveAll(filepath.Join(site, ".tribune")); err != nil {
		t.Fatal(err)
	}
	build("afresh", "", "shop")
	for _, out := range []string{"beside", "alone"} {
		got, want := tree(t, filepath.Join(dir, out)), tree(t, filepath.Join(dir, "afresh"))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s:\n%s", out, d)
		}
	}
	at := func(out, page string) os.FileInfo {
		info, err := os.Stat(filepath.Join(dir, out, "shop/postmortems", page, "index.html"))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	if !os.SameFile(at("whole", "done"), at("beside", "done")) {
		t.Error("a page that is the same was made again")
	}
	if os.SameFile(at("whole", "draft"), at("beside", "draft")) {
		t.Error("a page that is another was taken over")
	}
}
