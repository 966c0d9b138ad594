package catalog

import (
	"testing"

	"github.com/google/go-cmp/cmp"
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
