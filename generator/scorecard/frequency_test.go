package scorecard

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/slo"
)

// counted makes counts of months, the first of which is given.
func counted(first string, counts ...int) map[slo.Month]int {
	byMonth := make(map[slo.Month]int)
	for i, n := range counts {
		byMonth[month(first).Add(i)] = n
	}
	return byMonth
}

func TestHowOftenIncidentsComeIsASentence(t *testing.T) {
	year := func(n ...int) []int { return append(n, make([]int, 12-len(n))...) }
	for _, c := range []struct {
		about  string
		counts map[slo.Month]int
		first  string
		want   string
	}{
		{"before a month has ended", nil, "2026-11", ""},
		{"a month", counted("2026-10", 1), "2026-10",
			"1 incident in October 2026: 1 a month (95% interval 0.025 to 5.6), too little history to say whether they come more often."},
		{"a year of none", counted("2025-11"), "2025-11",
			"0 incidents in the 12 months to October 2026: 0 a month (95% interval 0 to 0.31). No clear change in how often they come. From 0, only 6 or more in the next 12 months would show a change."},
		{"four in a year", counted("2025-11", 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1), "2025-11",
			"4 incidents in the 12 months to October 2026: 0.33 a month (95% interval 0.091 to 0.85). No clear change in how often they come (Laplace −0.2). From 4, only 13 or more in the next 12 months would show a change."},
		{"two years", counted("2024-11", append(year(5), 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 4, 4)...), "2024-11",
			"15 incidents in the 12 months to October 2026: 1.2 a month (95% interval 0.7 to 2.1). They come more often (Laplace 4.4); 5 in the 12 months before (p = .04). From 15, only 29 or more, or 5 or fewer, in the next 12 months would show a change."},
		{"fewer", counted("2024-11", append(year(3), 3, 2, 1)...), "2024-11",
			"6 incidents in the 12 months to October 2026: 0.5 a month (95% interval 0.18 to 1.1). They come less often (Laplace −3.4); 3 in the 12 months before, no clear difference (p = .51). From 6, only 17 or more, or none, in the next 12 months would show a change."},
		{"a year and some months", counted("2025-08", 9, 9, 9), "2025-08",
			"0 incidents in the 12 months to October 2026: 0 a month (95% interval 0 to 0.31). No clear change in how often they come. From 0, only 6 or more in the next 12 months would show a change."},
	} {
		if d := cmp.Diff(c.want, frequencyOf(c.counts, month(c.first), month("2026-10")).Sentence()); d != "" {
			t.Errorf("%s: -want +got:\n%s", c.about, d)
		}
	}
}

// A running month is not counted: its incidents may still come.
func TestFrequencyIsToldOfMonthsThatHaveEnded(t *testing.T) {
	facts := compute(t, func(s *shop) { s.spend(10, 20, 30) })
	for _, c := range facts.Cards {
		want := c.Month
		if !c.Closed {
			want = want.Add(-1)
		}
		if f := c.Incidents.Frequency; f.To != want || f.From.Before(facts.Cards[0].Month) {
			t.Errorf("%s: %s to %s", c.Month, f.From, f.To)
		}
	}
}

// A tribe that has just begun shows its first month, not the empty one before.
func TestANewTribeShowsTheMonthInWhichItBegan(t *testing.T) {
	for asOf, want := range map[string]string{"2025-10-20 00:00": "2025-10", "2025-11-20 00:00": "2025-10"} {
		facts := compute(t, func(s *shop) {
			s.spend(10, 20)
			s.asOf = at(asOf)
		})
		if facts.Index.Latest != month(want) {
			t.Errorf("as of %s it shows %s, not %s", asOf, facts.Index.Latest, want)
		}
	}
}
