package site

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// shelfOf is a shelf of a tribe.
func shelfOf(posts ...scorecard.Postmortem) shelf {
	return (&tribeSite{facts: &scorecard.Tribe{Postmortems: posts}}).shelf()
}

func on(year int) slo.Date { return slo.Date{Year: year, Month: 10, Day: 31} }

func TestFacetsCountTheValuesOfAllPostmortems(t *testing.T) {
	ledger, checkout := scorecard.Named{Name: "Ledger"}, scorecard.Named{Name: "Checkout"}
	site := shelfOf(
		scorecard.Postmortem{Date: on(2026), Services: []scorecard.Named{ledger, checkout}, Squads: []string{"B", "A"}, Severity: "SEV2", Actions: scorecard.Counts{Total: 2, Open: 1, Overdue: 1}},
		scorecard.Postmortem{Date: on(2026), Services: []scorecard.Named{ledger}, Squads: []string{"B"}, Severity: "SEV1", Actions: scorecard.Counts{Total: 2}},
		scorecard.Postmortem{Date: on(2024), Actions: scorecard.Counts{Total: 2, Open: 1}},
	)
	var got []string
	for _, f := range site.facets() {
		for _, v := range f.Values {
			got = append(got, fmt.Sprintf("%s: %s %d", f.Name, v.Text, v.N))
		}
	}
	want := []string{
		"Service: Ledger 2", "Service: Checkout 1", // the frequent first
		"Squad: A 1", "Squad: B 2", // squads are not ranked
		"Severity: SEV1 1", "Severity: SEV2 1",
		"Actions: all done 1", "Actions: with an overdue action 1",
		"Year: 2026 2", "Year: 2024 1",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRareValuesAreBehindADisclosureAndTheRarestLeftOut(t *testing.T) {
	with := func(n int) facet {
		var posts []scorecard.Postmortem
		for i := range n {
			posts = append(posts, scorecard.Postmortem{Tags: []string{fmt.Sprintf("tag-%04d", i), "everywhere"}})
		}
		return shelfOf(posts...).facets()[0]
	}
	for n, want := range map[int]string{
		7:    "8 shown, 0 more, 0 left",
		8:    "9 shown, 0 more, 0 left", // a disclosure of one would be longer than the one
		9:    "8 shown, 2 more, 0 left",
		3000: "8 shown, 52 more, 2941 left",
	} {
		f := with(n)
		if got := fmt.Sprintf("%d shown, %d more, %d left", len(f.Values), len(f.More), f.Left); got != want || f.Values[0].Text != "everywhere" {
			t.Errorf("of %d tags and one everywhere: %s, want %s", n, got, want)
		}
	}
}

func TestTheScriptIsToldTheValuesThatArePrinted(t *testing.T) {
	e := scorecard.Postmortem{
		Date: on(2026), Services: []scorecard.Named{{Name: "A=B"}}, Causes: []string{"change"}, Tags: []string{"x", "y"},
		Severity: "SEV1", Detection: "alert", Status: "final",
	}
	want := "service=A=B\nseverity=SEV1\ncause=change\ndetected=alert\nreview=final\ntag=x\ntag=y\nyear=2026"
	if d := cmp.Diff(want, shelved{Postmortem: &e}.facetLines()); d != "" {
		t.Error(d)
	}
}

func TestTheIndexListsWholeYearsAndNoMoreThanItMay(t *testing.T) {
	for _, c := range []struct {
		counts string // postmortems of each year, the latest first
		want   int    // years on the index
	}{
		{"", 0}, {"12", 1}, {"100 100 100", 3}, {"100 100 101", 2}, {"5000 1", 1}, {"299 1 1", 2},
	} {
		var posts []scorecard.Postmortem
		for i, field := range strings.Fields(c.counts) {
			var n int
			fmt.Sscan(field, &n)
			for range n {
				posts = append(posts, scorecard.Postmortem{Date: on(2026 - i)})
			}
		}
		if got := recent(shelfOf(posts...).years()); got != c.want {
			t.Errorf("years of %s: the index lists %d, want %d", c.counts, got, c.want)
		}
	}
}

func TestACauseThatIsASentenceIsNoClass(t *testing.T) {
	s := shelfOf(scorecard.Postmortem{Causes: []string{"The job config was updated from a preset that nobody had read", "Nobody had read it.", "change"}})
	if f := s.facets(); len(f) != 1 || len(f[0].Values) != 1 || f[0].Values[0].Text != "change" || s.example() != "change" {
		t.Errorf("the facets are %+v, the example %q", f, s.example())
	}
}
