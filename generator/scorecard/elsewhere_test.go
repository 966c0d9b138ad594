package scorecard

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
)

// Of a month that an earlier tool issued there is a percentage, and nothing that
// only events could tell.
func TestMonthsIssuedElsewhereStandInTheHistory(t *testing.T) {
	facts := compute(t, func(s *shop) {
		o := s.till()
		o.Was = []string{"kiosk/till/availability"}
		o.Previous = []catalog.PastObjective{{Objective: 980_000_000, Until: day("2026-05-31")}}
		s.issued = []Elsewhere{
			{till, month("2026-07"), 989_999_999},                       // missed by a billionth
			{"kiosk/till/availability", month("2026-06"), 990_000_000},  // met exactly, under an earlier id
			{till, month("2026-05"), 990_000_000},                       // against the objective of then
			{till, month("2026-08"), 500_000_000},                       // counted here
			{till, month("2026-10"), 500_000_000},                       // after the moment of the facts
			{"shop/gone/availability", month("2026-05"), 1_000_000_000}, // of no SLO
		}
	})
	var got []string
	for _, m := range facts.Index.Services[0].SLOs[0].Months {
		if m.Met == nil {
			got = append(got, fmt.Sprintf("%s %s", m.Month, m.State))
			continue
		}
		got = append(got, fmt.Sprintf("%s %.9g of %.3g met %v spent %.4g %q elsewhere %v changed %v",
			m.Month, m.SLI.Value, m.Objective, *m.Met, m.Spent.Value, m.State, m.Elsewhere, m.Changed))
	}
	want := []string{
		`2026-05 0.99 of 0.98 met true spent 0.5 "" elsewhere true changed false`,
		`2026-06 0.99 of 0.99 met true spent 1 "" elsewhere true changed true`,
		`2026-07 0.989999999 of 0.99 met false spent 1 "" elsewhere true changed false`,
		`2026-08 0.999 of 0.99 met true spent 0.1 "healthy" elsewhere false changed false`,
		`2026-09 0.999 of 0.99 met true spent 0.1 "healthy" elsewhere false changed false`,
		"2026-10 no_data",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, c := range facts.Cards {
		if c.Month.Before(month("2026-08")) && len(c.SLOs) > 0 {
			t.Errorf("%s has a scorecard", c.Month)
		}
	}
}
