package generator_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

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
		if r, err := generator.Build(context.Background(), cfg); err != nil {
			t.Fatalf("%v\n%v", err, r.Problems)
		}
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
