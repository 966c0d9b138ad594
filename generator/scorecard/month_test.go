package scorecard

import (
	"encoding/json"
	"math"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

func TestAGoodMonthSaysWhatTheFormulasSay(t *testing.T) {
	r := september(t, compute(t, func(*shop) {}))
	good, total, bad := 29_970*slo.Event, 30_000*slo.Event, 30*slo.Event
	met := true
	want := SLO{
		Good: &good, Total: &total, Bad: &bad, SLI: known(0.999), SLIText: "99.90%", Met: &met, Coverage: known(1),
		Budget: Budget{
			Events: known(300), Spent: known(0.1), Left: known(0.9), SpentSoFar: known(0.1),
			OutageMinutes: known(0.001 * 30 * 24 * 60),
		},
		State: slo.Healthy,
	}
	got := SLO{
		Good: r.Good, Total: r.Total, Bad: r.Bad, SLI: r.SLI, SLIText: r.SLIText, Met: r.Met, Coverage: r.Coverage,
		Budget: r.Budget, State: r.State,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if r.Evidence.Word != "clearly_at_target" {
		t.Errorf("30 failures in 30,000 against 1%% are %q", r.Evidence.Word)
	}
}

func TestAStateIsTheFirstThatMatches(t *testing.T) {
	type met = string
	for _, c := range []struct {
		name   string
		change func(*shop)
		state  slo.State
		met    met // of the result, which stands beside the state always
	}{
		{"nothing is known", func(s *shop) { s.lose("2026-09-01", "2026-10-01") }, slo.NoData, "–"},
		{"two days of thirty are lost", func(s *shop) { s.lose("2026-09-01", "2026-09-03") }, slo.IncompleteData, "met"},
		{"one day of thirty is lost", func(s *shop) { s.lose("2026-09-01", "2026-09-02") }, slo.Healthy, "met"},
		{"99 sales allow less than one failure", func(s *shop) { s.sell(99, 0) }, slo.TooLittleTraffic, "met"},
		{"100 sales allow one failure", func(s *shop) { s.sell(100, 0) }, slo.Healthy, "met"},
		{"100 sales and the one failure", func(s *shop) { s.sell(100, 1) }, slo.AtRisk, "met"},
		{"no sales at all", func(s *shop) { s.sell(0, 0) }, slo.TooLittleTraffic, "–"},
		{"exhausted, with an exception", func(s *shop) { s.fail(900); s.except("2026-09-01", "2026-12-01") }, slo.Excepted, "missed"},
		{"exhausted, with an exception past its review", func(s *shop) { s.fail(900); s.except("2026-08-01", "2026-09-29") }, slo.Exhausted, "missed"},
		{"exhausted, with an exception of next month", func(s *shop) { s.fail(900); s.except("2026-10-01", "2026-12-01") }, slo.Exhausted, "missed"},
		{"healthy, with an exception", func(s *shop) { s.except("2026-09-01", "2026-12-01") }, slo.Excepted, "met"},
		{"one failure too many", func(s *shop) { s.fail(301) }, slo.Exhausted, "missed"},
		{"exactly nothing left", func(s *shop) { s.fail(300) }, slo.AtRisk, "met"},
		{"a little under a quarter left", func(s *shop) { s.fail(226) }, slo.AtRisk, "met"},
		{"exactly a quarter left", func(s *shop) { s.fail(225) }, slo.Watch, "met"},
		{"a little under half left", func(s *shop) { s.fail(151) }, slo.Watch, "met"},
		{"exactly half left", func(s *shop) { s.fail(150) }, slo.Healthy, "met"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := september(t, compute(t, c.change))
			got := "–"
			if r.Met != nil {
				got = map[bool]string{true: "met", false: "missed"}[*r.Met]
			}
			if r.State != c.state || got != c.met {
				t.Errorf("the state is %s and the result %s, want %s and %s", r.State, got, c.state, c.met)
			}
		})
	}
}

// sell makes September's sales n, of which bad failed, all on the 15th.
func (s *shop) sell(n, bad int) {
	for d := at("2026-09-01 00:00"); d.Before(at("2026-10-01 00:00")); d = d.AddDate(0, 0, 1) {
		s.count(till, d, 0, 0)
	}
	s.count(till, at("2026-09-15 00:00"), bad, n)
}

func (s *shop) except(granted, review string) {
	s.Exceptions = append(s.Exceptions, catalog.Exception{
		IDs: []string{till}, Reason: "new tills", Granted: day(granted), Review: day(review), ApprovedBy: "board",
	})
}

func TestARenewedExceptionHoldsAfterTheFirstExpired(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.fail(900)
		s.except("2026-07-01", "2026-09-01")
		s.except("2026-09-01", "2026-12-01")
	})
	r := september(t, facts)
	if r.State != slo.Excepted || r.Exception == nil || r.Exception.Review != day("2026-12-01") {
		t.Errorf("the state is %s, the exception %+v", r.State, r.Exception)
	}
}

func TestWhatCannotBeToldIsNullAndNeverZero(t *testing.T) {
	for name, change := range map[string]func(*shop){
		"no data":    func(s *shop) { s.lose("2026-09-01", "2026-10-01") },
		"no traffic": func(s *shop) { s.sell(0, 0) },
	} {
		r := september(t, compute(t, change))
		for what, n := range map[string]Number{
			"sli": r.SLI, "spent": r.Budget.Spent, "left": r.Budget.Left, "minutes": r.Budget.OutageMinutes, "low": r.Evidence.Low,
		} {
			if n.Known {
				t.Errorf("%s: %s is %v", name, what, n.Value)
			}
		}
		if r.Met != nil || r.SLIText != "" {
			t.Errorf("%s: met is told, or the SLI: %q", name, r.SLIText)
		}
	}
	r := september(t, compute(t, func(s *shop) { s.lose("2026-09-01", "2026-10-01") }))
	if r.Good != nil || r.Total != nil || r.Bad != nil || r.Budget.Events.Known {
		t.Error("without data there are counts")
	}
	r = september(t, compute(t, func(s *shop) { s.sell(0, 0) }))
	if r.Total == nil || *r.Total != 0 {
		t.Error("no traffic is not counted as no events")
	}
}

func TestAnExclusionLeavesGoodBadAndTheExpectedBuckets(t *testing.T) {
	tenth := catalog.Exclusion{
		IDs: []string{"shop/till"}, Span: slo.Span{From: at("2026-09-10 00:00"), To: at("2026-09-11 00:00")},
		Reason: "load test", ApprovedBy: "head of shop",
	}
	r := september(t, compute(t, func(s *shop) {
		s.count(till, at("2026-09-10 00:00"), 900, 1000)
		s.Exclusions = []catalog.Exclusion{tenth}
	}))
	if *r.Total != 29_000*slo.Event || *r.Bad != 29*slo.Event || r.Coverage != known(1) || r.Budget.Events != known(290) {
		t.Errorf("total %v, bad %v, coverage %v, budget %v", r.Total, r.Bad, r.Coverage, r.Budget.Events)
	}
	want := []Excluded{{Minutes: 1440, Good: 100 * slo.Event, Bad: 900 * slo.Event, Reason: "load test", ApprovedBy: "head of shop"}}
	if d := cmp.Diff(want, r.Excluded); d != "" {
		t.Error(d)
	}

	// Of two lost days, one was excluded anyway: one of 29 is missing.
	r = september(t, compute(t, func(s *shop) {
		s.lose("2026-09-10", "2026-09-12")
		s.Exclusions = []catalog.Exclusion{tenth}
	}))
	if r.Coverage != known(28.0/29) || r.MissingMin != 1440 {
		t.Errorf("coverage %v, missing %v minutes", r.Coverage, r.MissingMin)
	}

	// Two that overlap take the day once.
	r = september(t, compute(t, func(s *shop) { s.Exclusions = []catalog.Exclusion{tenth, tenth} }))
	if *r.Total != 29_000*slo.Event || r.Coverage != known(1) {
		t.Errorf("twice excluded: total %v, coverage %v", r.Total, r.Coverage)
	}
}

func TestMaintenanceCountsAndIsAttributed(t *testing.T) {
	r := september(t, compute(t, func(s *shop) {
		s.count(till, at("2026-09-10 00:00"), 100, 1000)
		s.Maintenance = []catalog.Maintenance{{
			IDs: []string{"shop"}, Span: slo.Span{From: at("2026-09-10 00:00"), To: at("2026-09-11 00:00")}, Reason: "new drawer",
		}}
	}))
	if *r.Bad != 129*slo.Event || r.Ledger.Maintenance != 100*slo.Event || r.Ledger.Background != 29*slo.Event {
		t.Errorf("bad %v, ledger %+v", r.Bad, r.Ledger)
	}
}

func TestAnSLOIsInScopeFromSinceToRetired(t *testing.T) {
	facts := compute(t, func(s *shop) { s.till().Since = day("2026-09-16") })
	if r := row(facts, "2026-08"); r != nil {
		t.Errorf("before since, the till has a row: %s", r.State)
	}
	if r := september(t, facts); *r.Total != 15_000*slo.Event || r.Coverage != known(1) {
		t.Errorf("from the 16th there are %v sales, coverage %v", r.Total, r.Coverage)
	}

	facts = compute(t, func(s *shop) { s.till().Retired = day("2026-08-10") })
	if r := row(facts, "2026-08"); *r.Total != 10_000*slo.Event || r.Coverage != known(1) {
		t.Errorf("up to and including the 10th there are %v sales, coverage %v", r.Total, r.Coverage)
	}
	if r := row(facts, "2026-09"); r != nil {
		t.Errorf("after it was retired, the till has a row: %s", r.State)
	}
}

func TestWithoutSinceAnSLOIsInScopeFromItsFirstMonthWithData(t *testing.T) {
	facts := compute(t, func(s *shop) { s.lose("2026-08-01", "2026-09-02") })
	if r := row(facts, "2026-08"); r != nil {
		t.Errorf("before its first data, the till has a row: %s", r.State)
	}
	if r := september(t, facts); r.Coverage != known(29.0/30) {
		t.Errorf("coverage of the first month is %v", r.Coverage)
	}
	facts = compute(t, func(s *shop) { s.lose("2026-08-01", "2026-10-01") })
	if r := september(t, facts); r.State != slo.NoData {
		t.Errorf("an SLO that never had data is %s", r.State)
	}
	facts = compute(t, func(s *shop) {
		s.lose("2026-08-01", "2026-10-01")
		s.till().Since = day("2026-09-01")
	})
	if row(facts, "2026-08") != nil || september(t, facts).State != slo.NoData {
		t.Error("an SLO that never had data is not in scope from since on")
	}
}

func TestAMonthIsHeldAgainstTheObjectiveOfItsTime(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.fail(200) // 99.33%
		s.till().Objective = 995_000_000
		s.till().Previous = []catalog.PastObjective{{Objective: 990_000_000, Until: day("2026-08-31")}}
	})
	august, r := row(facts, "2026-08"), september(t, facts)
	if august.ObjectiveText != "99%" || august.Changed != "" {
		t.Errorf("August was held against %s, before it %q", august.ObjectiveText, august.Changed)
	}
	if r.ObjectiveText != "99.5%" || r.Changed != "99%" || *r.Met || r.State != slo.Exhausted {
		t.Errorf("September was held against %s, before it %q: %s", r.ObjectiveText, r.Changed, r.State)
	}
	if last := r.Strip[len(r.Strip)-1]; !last.Changed {
		t.Error("the strip does not show the change")
	}
	if october := row(facts, "2026-10"); october.Changed != "" {
		t.Errorf("October says %q again", october.Changed)
	}
}

func TestABudgetIsProjectedWhileTheMonthRuns(t *testing.T) {
	// Thirty minutes without sales on the first day, at 99.9%.
	facts := compute(t, func(s *shop) {
		s.till().Objective = 999_000_000
		s.count(till, at("2026-09-01 00:00"), 30, 1440)
		s.asOf = at("2026-09-02 00:00")
	})
	r := september(t, facts)
	if !r.Budget.Projected || !close(r.Budget.Spent, 0.694) || !close(r.Budget.SpentSoFar, 20.833) || !close(r.Budget.Events, 43.2) {
		t.Errorf("%+v", r.Budget)
	}
	if c := card(t, facts, "2026-09"); c.Closed {
		t.Error("September is closed on its second day")
	}

	// Once it is over the whole of it counts, and both figures are one.
	r = september(t, compute(t, func(s *shop) { s.fail(30) }))
	if r.Budget.Projected || r.Budget.Spent != r.Budget.SpentSoFar {
		t.Errorf("%+v", r.Budget)
	}
}

func close(n Number, to float64) bool { return n.Known && math.Abs(n.Value-to) < 0.001 }

func TestABucketCountsOnceItHasEnded(t *testing.T) {
	r := september(t, compute(t, func(s *shop) { s.asOf = at("2026-09-11 23:59") }))
	if *r.Total != 10_000*slo.Event || r.Coverage != known(1) {
		t.Errorf("total %v, coverage %v", r.Total, r.Coverage)
	}
}

func TestTheWindowOfAnSLOStandsAsOfTheMonthsEnd(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.till().Window = slo.Rolling28
		s.count(till, at("2026-09-02 00:00"), 900, 1000) // the day before the 28
		s.count(till, at("2026-09-03 00:00"), 101, 1000) // the first of them
	})
	w := september(t, facts).Window
	if w == nil || !w.From.Equal(at("2026-09-03 00:00")) || !w.To.Equal(at("2026-10-01 00:00")) || !close(w.Spent, 128.0/280) {
		t.Fatalf("28 days to the end of September: %+v", w)
	}
	if w.State != slo.Healthy {
		t.Errorf("with 54%% left it is %s", w.State)
	}
	if september(t, facts).State != slo.Exhausted {
		t.Error("the month itself, with 1,030 failures of 300, is not exhausted")
	}
}

func TestAWindowThatRollsReachesBackBeforeTheRunningMonth(t *testing.T) {
	w := september(t, compute(t, func(s *shop) {
		s.till().Window = slo.Rolling28
		s.asOf = at("2026-09-11 00:00")
	})).Window
	if !w.From.Equal(at("2026-08-14 00:00")) || !w.To.Equal(at("2026-09-11 00:00")) || !close(w.Spent, 0.1) || w.State != slo.Healthy {
		t.Errorf("28 days to 11 September: %+v", w)
	}
}

func TestAQuarterOnItsWayIsToldAsOfTheMonthsEnd(t *testing.T) {
	quarterly := func(asOf string) func(*shop) {
		return func(s *shop) {
			s.till().Window = slo.Quarterly
			for d := at("2026-07-01 00:00"); d.Before(at("2026-08-01 00:00")); d = d.AddDate(0, 0, 1) {
				s.count(till, d, 1, 1000)
			}
			s.asOf = at(asOf)
		}
	}
	atTheTime := row(compute(t, quarterly("2026-09-01 00:00")), "2026-08").Window
	later := row(compute(t, quarterly("2026-10-01 00:00")), "2026-08").Window
	if d := cmp.Diff(atTheTime, later); d != "" {
		t.Errorf("August's figure of the quarter changed afterwards:\n%s", d)
	}
	// 62 failures of B̂ = 62,000 · 1% · 92/62.
	if later.State != slo.Healthy || !close(later.Spent, 62/920.0) {
		t.Errorf("by the end of August: %+v", later)
	}
	whole := september(t, compute(t, quarterly("2026-10-01 00:00"))).Window
	if whole.State != slo.Healthy || !close(whole.Spent, 0.1) || !whole.From.Equal(at("2026-07-01 00:00")) {
		t.Errorf("the whole quarter: %+v", whole)
	}
}

func TestMonthsAreThoseOfTheZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	facts := compute(t, func(s *shop) {
		s.site.Zone, s.site.ZoneName = berlin, "Europe/Berlin"
		s.till().Resolution = time.Hour
		s.days = nil
		s.days = map[string]map[int64]slo.Tally{}
		for hour := at("2026-09-30 22:00"); hour.Before(at("2026-10-31 23:00")); hour = hour.Add(time.Hour) {
			s.count(till, hour, 0, 1)
		}
		s.asOf = at("2026-10-31 23:00")
	})
	c := card(t, facts, "2026-10")
	if !c.Closed || *c.SLOs[0].Total != 745*slo.Event || c.SLOs[0].Coverage != known(1) {
		t.Errorf("October in Berlin: closed %v, %v hours, coverage %v", c.Closed, c.SLOs[0].Total, c.SLOs[0].Coverage)
	}
	if n := len(c.SLOs[0].Days); n != 31 {
		t.Errorf("it has %d days", n)
	}
}

func TestTheLedgerSumsExactlyToTheBadEvents(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	moment := func() time.Time {
		return at("2026-08-20 00:00").Add(time.Duration(random.Intn(50*24*60)) * time.Minute)
	}
	span := func() slo.Span {
		from := moment()
		return slo.Span{From: from, To: from.Add(time.Duration(1+random.Intn(1000)) * time.Minute)}
	}
	for range 60 {
		facts := compute(t, func(s *shop) {
			s.till().Resolution = time.Hour
			s.days = map[string]map[int64]slo.Tally{}
			for hour := at("2026-08-01 00:00"); hour.Before(s.asOf); hour = hour.Add(time.Hour) {
				if total := random.Intn(200); total > 10 { // else a gap
					s.count(till, hour, max(0, random.Intn(total)*(random.Intn(6)-4)), total)
				}
			}
			for i := range random.Intn(8) {
				p := incident(i, "2026-09-01 00:00", "2026-09-01 00:00")
				window := span()
				p.Started, p.Resolved, p.Restricted = window.From, window.To, random.Intn(3) == 0
				s.posts = append(s.posts, p)
			}
			for range random.Intn(3) {
				s.Maintenance = append(s.Maintenance, catalog.Maintenance{IDs: []string{"shop"}, Span: span()})
				out := span()
				out.From, out.To = out.From.Truncate(time.Hour), out.To.Truncate(time.Hour)
				s.Exclusions = append(s.Exclusions, catalog.Exclusion{IDs: []string{till}, Span: out})
			}
		})
		for _, c := range facts.Cards {
			for _, r := range c.SLOs {
				sum := r.Ledger.Maintenance + r.Ledger.Background
				for _, p := range r.Ledger.Incidents {
					sum += p.Bad
				}
				for _, e := range r.Ledger.Unexplained {
					sum += e.Bad
				}
				if r.Bad != nil && sum != *r.Bad {
					t.Fatalf("%s: the parts sum to %v, the bad events are %v", c.Month, sum, *r.Bad)
				}
			}
		}
	}
}

// A page that was published must not be lost: that of a month before all SLOs would
// be, as the next month ends.
func TestAMonthBeforeAllSLOsHasNoScorecard(t *testing.T) {
	for _, c := range []struct {
		asOf string
		want []string
	}{{"2026-10-20 00:00", []string{"2026-10"}}, {"2026-11-02 00:00", []string{"2026-10", "2026-11"}}} {
		facts := compute(t, func(s *shop) {
			s.till().Since = slo.Date{Year: 2026, Month: time.October, Day: 1}
			s.days = map[string]map[int64]slo.Tally{}
			s.count(till, at("2026-10-03 00:00"), 0, 1)
			s.asOf = at(c.asOf)
		})
		var got []string
		for _, m := range facts.Index.Months {
			got = append(got, m.String())
		}
		if !slices.Equal(got, c.want) || facts.Index.Latest.String() != "2026-10" {
			t.Errorf("as of %s: %v, the latest is %s", c.asOf, got, facts.Index.Latest)
		}
	}
}

// Unknown is null in JSON, and never an empty text that a program takes for an
// answer.
func TestWhatNobodyWroteIsNull(t *testing.T) {
	for key, value := range map[string]any{
		"severity": Postmortem{}, "status": Postmortem{}, "detection": Postmortem{}, "impact": Incident{}, "owner": Action{}, "ticket": Action{}, "runbook": Model{},
	} {
		b, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), `"`+key+`":null`) {
			t.Errorf("%s of %T: %s", key, value, b)
		}
	}
	var p Postmortem
	if err := json.Unmarshal([]byte(`{"severity": "SEV1", "status": null}`), &p); err != nil || p.Severity != "SEV1" || p.Status != "" {
		t.Errorf("it is read as %q and %q, %v", p.Severity, p.Status, err)
	}
}
