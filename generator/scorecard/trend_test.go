package scorecard

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// spend makes the shop's history from October 2025 on: of each month's budget
// the given number of percent, or no data at all if it is negative.
func (s *shop) spend(percents ...int) {
	s.days = map[string]map[int64]slo.Tally{}
	m := month("2025-10")
	for i, percent := range percents {
		span := m.Add(i).In(time.UTC)
		for d := span.From; d.Before(span.To) && percent >= 0; d = d.AddDate(0, 0, 1) {
			s.count(till, d, 0, 1000)
		}
		if percent >= 0 {
			days := span.Duration() / (24 * time.Hour)
			s.count(till, span.From, percent*int(days)/10, 1000)
		}
	}
	s.asOf = m.Add(len(percents)).In(time.UTC).From
}

func TestATrendIsToldFromClosedMonths(t *testing.T) {
	rising := []int{10, 20, 30, 40, 50, 60, 70, 80, 90}
	facts := compute(t, func(s *shop) { s.spend(rising...) })
	tr := row(facts, "2026-06").Trend
	if tr.Word != "worsening" || tr.Months != 9 || !close(tr.Slope, 0.1) || tr.P.Value > 0.001 {
		t.Errorf("nine months, each a tenth of the budget worse: %+v", tr)
	}
	if tr := row(facts, "2026-02").Trend; tr.Word != "too_little_history" || tr.Months != 5 || tr.P.Known || tr.Slope.Known {
		t.Errorf("after five of them: %+v", tr)
	}
	if tr := row(facts, "2026-07").Trend; tr.Months != 9 {
		t.Errorf("the running month takes part: %+v", tr)
	}
	falling := compute(t, func(s *shop) { s.spend(90, 80, 70, 60, 50, 40, 30, 20, 10) })
	if tr := row(falling, "2026-06").Trend; tr.Word != "improving" || !close(tr.Slope, -0.1) {
		t.Errorf("the other way round: %+v", tr)
	}
	mixed := compute(t, func(s *shop) { s.spend(30, 10, 40, 10, 50, 90, 20, 60, 50) })
	if tr := row(mixed, "2026-06").Trend; tr.Word != "no_clear_trend" || !tr.P.Known {
		t.Errorf("up and down: %+v", tr)
	}
}

func TestATrendRestartsAtAChangedObjective(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.spend(10, 20, 30, 40, 50, 60, 70, 80, 90)
		s.till().Previous = []catalog.PastObjective{{Objective: 995_000_000, Until: day("2026-01-31")}}
	})
	for m, months := range map[string]int{"2026-01": 4, "2026-02": 1, "2026-06": 5} {
		if tr := row(facts, m).Trend; tr.Months != months || tr.Word != "too_little_history" {
			t.Errorf("%s: %+v, want %d months", m, tr, months)
		}
	}
}

func TestAMonthThatCannotBeToldKeepsItsPlaceInATrend(t *testing.T) {
	facts := compute(t, func(s *shop) { s.spend(10, 20, 30, -1, -1, 60, 70, 80, 90) })
	if tr := row(facts, "2026-06").Trend; tr.Months != 7 || !close(tr.Slope, 0.1) {
		t.Errorf("%+v", tr)
	}
}

func TestAStripHasTwelveMonthsThisOneLast(t *testing.T) {
	facts := compute(t, func(s *shop) { s.spend(10, 20, -1, 120) })
	strip := row(facts, "2026-01").Strip
	if len(strip) != 12 || strip[11].Month != month("2026-01") || strip[0].Month != month("2025-02") {
		t.Fatalf("%+v", strip)
	}
	for _, item := range strip[:8] {
		if item.State != "" || item.Spent.Known || item.Met != nil {
			t.Errorf("%s is before there was an SLO: %+v", item.Month, item)
		}
	}
	var states []slo.State
	for _, item := range strip[8:] {
		states = append(states, item.State)
	}
	if d := cmp.Diff([]slo.State{slo.Healthy, slo.Healthy, slo.NoData, slo.Exhausted}, states); d != "" {
		t.Error(d)
	}
	if got := row(facts, "2025-11").Before; !close(got, 0.1) {
		t.Errorf("the month before November spent %v", got)
	}
	if got := row(facts, "2026-01").Before; got.Known {
		t.Errorf("the month without data spent %v", got)
	}
}

func TestTotalsCountWhatCannotBeJudgedApart(t *testing.T) {
	yes, no := true, false
	got := totals([]SLO{
		{State: slo.Healthy, Met: &yes}, {State: slo.Exhausted, Met: &no}, {State: slo.Excepted, Met: &no},
		{State: slo.IncompleteData, Met: &no}, {State: slo.TooLittleTraffic, Met: &yes}, {State: slo.NoData},
	})
	want := Totals{SLOs: 6, Met: 1, Missed: 2, Unknown: 3, ByState: map[slo.State]int{
		slo.Healthy: 1, slo.Exhausted: 1, slo.Excepted: 1, slo.IncompleteData: 1, slo.TooLittleTraffic: 1, slo.NoData: 1,
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRowsStandByWhatNeedsADecision(t *testing.T) {
	facts := compute(t, func(s *shop) {
		bad := map[string]int{"a": 10, "b": 900, "c": 250, "d": 450, "e": 10}
		for _, key := range []string{"a", "b", "c", "d", "e"} {
			s.tribe.Services[0].SLOs = append(s.tribe.Services[0].SLOs, promise("till", key))
			for d := at("2026-09-01 00:00"); d.Before(s.asOf); d = d.AddDate(0, 0, 1) {
				s.count("shop/till/"+key, d, 0, 1000)
			}
			s.count("shop/till/"+key, at("2026-09-15 00:00"), bad[key], 1000)
		}
		s.lose("2026-09-01", "2026-09-20")
	})
	var got []string
	for _, r := range card(t, facts, "2026-09").SLOs {
		got = append(got, r.ID[len("shop/till/"):]+" "+string(r.State))
	}
	want := []string{"b exhausted", "d exhausted", "c at_risk", "availability incomplete_data", "a healthy", "e healthy"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
