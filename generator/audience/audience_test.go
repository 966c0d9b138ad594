package audience

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

func TestAPostmortemIsSeenByItsAudienceAndByNarrowerOnes(t *testing.T) {
	for _, c := range []struct {
		is, build, tribe string
		seen             bool
	}{
		{Public, Public, "", true}, {Public, Org, "", true}, {Public, Tribe, "shop", true}, {Public, Tribe, "bakery", true},
		{Org, Public, "", false}, {Org, Org, "", true}, {Org, Tribe, "shop", true}, {Org, Tribe, "bakery", true},
		{Tribe, Public, "", false}, {Tribe, Org, "", false}, {Tribe, Tribe, "shop", true}, {Tribe, Tribe, "bakery", false},
	} {
		p := postmortem.Postmortem{Tribe: "shop", Title: "Nobody could pay", Audience: c.is}
		got := Filter([]postmortem.Postmortem{p}, c.build, c.tribe)[0]
		if seen := !got.Restricted; seen != c.seen || seen != (got.Title != "") {
			t.Errorf("a postmortem of the shop for %s, in a build for %s %s: %+v", c.is, c.build, c.tribe, got)
		}
	}
}

func TestOfAHiddenPostmortemOnlyPlaceAndTimeAreLeft(t *testing.T) {
	moment := time.Date(2026, 9, 10, 9, 0, 0, 0, time.UTC)
	p := postmortem.Postmortem{
		File: "content/postmortems/shop/secret.md", Tribe: "shop", Slug: "secret", ID: "INC-1", Title: "Nobody could pay",
		Date: slo.Date{Year: 2026, Month: 9, Day: 10}, Severity: "SEV1", Services: []string{"shop/till"}, SLOs: []string{"shop/till/up"},
		Status: "final", Audience: Tribe, Started: moment, Detected: moment, Acknowledged: moment, Mitigated: moment, Resolved: moment,
		Detection: "alert", Impact: "None could.", Causes: []string{"change"}, Tags: []string{"cards"}, Authors: []string{"lead"},
		Actions: []postmortem.Action{{Title: "Fix it"}}, Aliases: []string{"cards"}, FromProse: []string{"title"},
	}
	all := []postmortem.Postmortem{p, p}
	all[1].Withdrawn = "it named a customer"
	want := postmortem.Postmortem{
		File: p.File, Tribe: "shop", Date: p.Date, Services: p.Services, SLOs: p.SLOs,
		Started: moment, Mitigated: moment, Resolved: moment, Restricted: true,
	}
	if d := cmp.Diff(want, Filter(all, Org, "")[0]); d != "" {
		t.Error(d)
	}
	want.Withdrawn = "withdrawn"
	if d := cmp.Diff(want, Filter(all, Org, "")[1]); d != "" {
		t.Error(d)
	}
	if all[0].Title == "" {
		t.Error("the filter changed its input")
	}
}

func TestProblemsOfAHiddenPostmortemAreNotTold(t *testing.T) {
	const hidden, open = "content/postmortems/shop/secret.md", "content/postmortems/shop/open.md"
	posts := Filter([]postmortem.Postmortem{
		{File: hidden, Tribe: "shop", Audience: Tribe}, {File: open, Tribe: "shop", Audience: Org},
	}, Org, "")
	told := diag.Problem{Pos: diag.Pos{File: open, Line: 3}, Message: "there is no service \"tills\""}
	all := diag.List{
		told,
		{Pos: diag.Pos{File: hidden, Line: 3}, Message: "there is no service \"tills\""},
		{Pos: diag.Pos{File: open, Line: 4}, Message: "the id INC-1 is taken", Hint: "see " + hidden},
	}
	if d := cmp.Diff(diag.List{told}, Problems(all, posts)); d != "" {
		t.Error(d)
	}
	if len(all) != 3 {
		t.Error("the filter changed its input")
	}
}

func TestAWordThatIsNoAudienceIsRefused(t *testing.T) {
	for _, word := range All {
		if err := Check(word); err != nil {
			t.Error(err)
		}
	}
	for word, want := range map[string]string{
		"tribes":   `audience "tribes" is none of public, org, tribe; did you mean tribe?`,
		"everyone": `audience "everyone" is none of public, org, tribe`,
		"":         `audience "" is none of public, org, tribe`,
	} {
		if err := Check(word); err == nil || err.Error() != want {
			t.Errorf("%q: %v", word, err)
		}
	}
}

func TestThePublicIsNotToldOfTheSRETeam(t *testing.T) {
	for _, word := range All {
		if got := SRE(word); got != (word != Public) {
			t.Errorf("SRE(%q) = %v", word, got)
		}
	}
}
