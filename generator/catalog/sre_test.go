package catalog

import (
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

func TestSquadsAndMembersAgreeOnWhoIsEmbedded(t *testing.T) {
	site := siteFiles(`
-- data/tribes/payments.toml --
[[squads]]
id = "checkout"
sre = ["sre-payments"]
[[squads]]
id = "ledger"
-- data/tribes/shop.toml --
[[squads]]
id = "web"
-- data/sre.toml --
[[members]]
id = "sre-payments"
fte = 1
available_hours_per_month = 128
[[members]]
id = "sre-lead"
fte = 0.8
squads = ["shop/web"]
tribes = ["payments"]
available_hours_per_month = 102
[[members]]
id = "sre-tools"
fte = 1
available_hours_per_month = 128
`)
	c, problems := Load(site)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	bySquad := map[string][]string{}
	for _, tribe := range c.Tribes {
		for _, q := range tribe.Squads {
			bySquad[tribe.ID+"/"+q.ID] = q.SRE
		}
	}
	want := map[string][]string{
		"payments/checkout": {"sre-lead", "sre-payments"}, "payments/ledger": {"sre-lead"}, "shop/web": {"sre-lead"},
	}
	if d := cmp.Diff(want, bySquad); d != "" {
		t.Errorf("by squad: -want +got:\n%s", d)
	}
	byMember := map[string][]string{}
	for _, m := range c.SRE.Members {
		byMember[m.ID] = m.Squads
	}
	want = map[string][]string{
		"sre-lead": {"payments/checkout", "payments/ledger", "shop/web"}, "sre-payments": {"payments/checkout"}, "sre-tools": nil,
	}
	if d := cmp.Diff(want, byMember); d != "" {
		t.Errorf("by member: -want +got:\n%s", d)
	}
}

func TestWhatWasSplitFromAFaultyTaskIsLeftOutWithIt(t *testing.T) {
	c, problems := Load(siteFiles(`
-- data/sre.toml --
[[tasks]]
id = "child"
title = "Part of the faulty one"
first_manual = 2026-03-01
hours_per_month = 1
split_from = "parent"
[[tasks]]
id = "grandchild"
title = "Part of that"
first_manual = 2026-04-01
hours_per_month = 1
split_from = "child"
[[tasks]]
id = "other"
title = "Another"
first_manual = 2026-04-01
hours_per_month = 1
[[tasks]]
id = "parent"
title = "Without a date that exists"
first_manual = "2025-02-30"
hours_per_month = 1
`))
	if len(problems) != 1 || len(c.SRE.Tasks) != 1 || c.SRE.Tasks[0].ID != "other" {
		t.Errorf("problems %v, tasks %v", problems, c.SRE.Tasks)
	}
}

// Whatever is written about the SRE team, Load answers, and what is in the
// catalog can be relied on: each task is in the ledger with what it was split
// from, and no way of splits leads back.
func FuzzLoadSRE(f *testing.F) {
	site := manual(f)
	f.Add(site["data/sre.toml"].Data, site["data/focus/2026-10.csv"].Data)
	names, _ := filepath.Glob("testdata/mistakes/*.txtar")
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		files := siteOf(a)
		team, focus := files["data/sre.toml"], files["data/focus/2026-10.csv"]
		if team != nil {
			f.Add(team.Data, []byte{})
		}
		if focus != nil {
			f.Add([]byte{}, focus.Data)
		}
	}
	f.Fuzz(func(t *testing.T, team, focus []byte) {
		files := fstest.MapFS{
			"data/site.toml":            {Data: []byte("title = \"Acme\"\n")},
			"data/tribes/payments.toml": site["data/tribes/payments.toml"],
			"data/sre.toml":             {Data: team},
			"data/focus/2026-10.csv":    {Data: focus},
		}
		c, problems := Load(files)
		for _, p := range problems {
			checkProblem(t, p, files)
		}
		parent := map[string]string{}
		for _, task := range c.SRE.Tasks {
			parent[task.ID] = task.SplitFrom
			if task.FirstManual.IsZero() || task.Exempt != nil && task.Exempt.Review.IsZero() || task.Hours != nil && *task.Hours < 0 {
				t.Errorf("a task cannot be relied on: %+v", task)
			}
		}
		for id := range parent {
			at := id
			for range parent {
				if at = parent[at]; at == "" {
					break
				}
				if _, ok := parent[at]; !ok || at == id {
					t.Errorf("the splits of %s lead to %q", id, at)
					break
				}
			}
		}
		for _, r := range c.SRE.Records {
			if r.Date.IsZero() || r.Time < 0 || r.Kind == "" || r.Mode == "" || r.Squad != "" && c.squad(r.Squad) == nil {
				t.Errorf("a record cannot be relied on: %+v", r)
			}
		}
		_, again := Load(files)
		if answer(again) != answer(problems) {
			t.Errorf("read twice, the problems are\n%s\nand\n%s", answer(problems), answer(again))
		}
	})
}
