package slo

import (
	"slices"
	"testing"
	"time"
)

func TestTheFirstStateThatMatchesHolds(t *testing.T) {
	// A month of 1,000,000 events at 99.9% allows 1,000 bad ones.
	good := func(change func(*Standing)) Standing {
		s := Standing{Present: 744, Expected: 744, Budget: Budget{Objective: 999_000_000, Tally: events(1_000_000, 0)}}
		change(&s)
		return s
	}
	bad := func(n Count) func(*Standing) {
		return func(s *Standing) { s.Budget.Tally = Tally{1_000_000*Event - n, 1_000_000 * Event} }
	}
	for _, c := range []struct {
		about string
		in    Standing
		want  State
	}{
		{"nothing bad", good(func(*Standing) {}), Healthy},
		{"exactly half left", good(bad(500_000)), Healthy},
		{"a thousandth of an event less than half left", good(bad(500_001)), Watch},
		{"exactly a quarter left", good(bad(750_000)), Watch},
		{"a thousandth less than a quarter left", good(bad(750_001)), AtRisk},
		{"exactly nothing left: the objective is met", good(bad(1_000_000)), AtRisk},
		{"a thousandth too many", good(bad(1_000_001)), Exhausted},
		{"everything bad", good(bad(1_000_000_000)), Exhausted},
		{"an exception over a missed objective", good(func(s *Standing) { bad(2_000_000)(s); s.Excepted = true }), Excepted},
		{"an exception over a healthy one", good(func(s *Standing) { s.Excepted = true }), Excepted},
		{"a budget under one event", good(func(s *Standing) { s.Budget.Tally = Tally{0, 999_999}; s.Excepted = true }), TooLittleTraffic},
		{"a budget of exactly one event", good(func(s *Standing) { s.Budget.Tally = events(1000, 0) }), Healthy},
		{"no traffic at all", good(func(s *Standing) { s.Budget.Tally = Tally{} }), TooLittleTraffic},
		{"exactly 95% covered", good(func(s *Standing) { s.Present, s.Expected = 19, 20 }), Healthy},
		{"less than 95% covered", good(func(s *Standing) { s.Present, s.Expected = 706, 744 }), IncompleteData},
		{"incomplete, though also exhausted", good(func(s *Standing) { bad(2_000_000)(s); s.Present = 700 }), IncompleteData},
		{"no bucket", good(func(s *Standing) { s.Present = 0 }), NoData},
		{"nothing expected, as all is excluded", good(func(s *Standing) { s.Present, s.Expected = 0, 0 }), NoData},
	} {
		if got := DefaultThresholds.Judge(c.in); got != c.want {
			t.Errorf("%s: %s; want %s", c.about, got.Word(), c.want.Word())
		}
	}
}

func TestADraftIsJudgedByTheProjectedBudget(t *testing.T) {
	s := Standing{Present: 24, Expected: 24, Budget: Budget{Objective: 999_000_000, Tally: events(1410, 30)}}
	if got := DefaultThresholds.Judge(s); got != Exhausted {
		t.Errorf("half an hour down in a window of a day: %s; want exhausted", got.Word())
	}
	s.Budget.Elapsed, s.Budget.Window = 24*time.Hour, 720*time.Hour
	if got := DefaultThresholds.Judge(s); got != Watch {
		t.Errorf("half an hour down on day 1 of a month: %s; want watch", got.Word())
	}
}

func TestThresholdsAreTheSites(t *testing.T) {
	strict := Thresholds{AtRisk: 0.1, Watch: 0.9, Coverage: 1}
	s := Standing{Present: 9, Expected: 10, Budget: Budget{Objective: 999_000_000, Tally: events(999_100, 900)}}
	if got := strict.Judge(s); got != IncompleteData {
		t.Errorf("90%% covered where all must be: %s", got.Word())
	}
	s.Present = 10
	if got := strict.Judge(s); got != Watch {
		t.Errorf("exactly a tenth left, at risk below a tenth: %s; want watch", got.Word())
	}
}

func TestLowTrafficIsABudgetUnderTenEvents(t *testing.T) {
	for total, want := range map[Count]bool{9999_999: true, 10_000_000: false} {
		if got := LowTraffic(Budget{Objective: 999_000_000, Tally: Tally{total, total}}); got != want {
			t.Errorf("99.9%% of %s events is low traffic: %v; want %v", total, got, want)
		}
	}
}

func TestStatesAreListedOnceInOrderOfDecisions(t *testing.T) {
	want := []string{"exhausted", "exception", "at risk", "incomplete data", "no data", "too little traffic", "watch", "healthy"}
	var got []string
	for _, s := range States {
		got = append(got, s.Word())
	}
	if !slices.Equal(got, want) {
		t.Errorf("states are in the order %q; want %q", got, want)
	}
}
