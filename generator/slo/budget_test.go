package slo

import (
	"math"
	"testing"
	"time"
)

const day = 24 * time.Hour

func near(t testing.TB, about string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: %v; want %v", about, got, want)
	}
}

// events is a tally of whole events.
func events(good, bad int64) Tally { return Tally{Count(good) * Event, Count(good+bad) * Event} }

func parsed(t testing.TB, text string) Objective {
	t.Helper()
	o, err := ParseObjective(text)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestSpentAgreesWithPublishedFigures(t *testing.T) {
	for _, c := range []struct {
		source, objective string
		tally             Tally
		spent             float64
	}{
		{"Kibana's error-budget test", "99.9%", events(999, 1), 1},
		{"Kibana's error-budget test", "99.9%", events(333, 444), 571.428571},
		{"Kibana's error-budget test", "99.9%", events(0, 100), 1000},
		{"slo-generator's report test", "99%", events(5, 5), 50},
		{"slo-generator's report test", "90%", events(5, 5), 5},
	} {
		spent, ok := Budget{Objective: parsed(t, c.objective), Tally: c.tally}.Spent()
		if !ok {
			t.Errorf("%s: nothing can be told", c.source)
		}
		near(t, c.source, spent, c.spent, 1e-6)
	}
}

// Minutes of budget and of outage, as tools that count time rather than events
// print them.
func TestMinutesAgreeWithPublishedFigures(t *testing.T) {
	for _, c := range []struct {
		source, objective string
		window            time.Duration
		tally             Tally
		spent, left       float64 // minutes
		within            float64
	}{
		{"slo-generator's report test", "99%", time.Hour, events(5, 5), 30, -29.4, 1e-9},
		{"slo-generator's report test", "90%", 12 * time.Hour, events(5, 5), 360, -288, 1e-9},
		{"GitLab error budgets", "99.95%", 28 * day, events(9997, 3), 12, 8, 0.5},
		{"GitLab error budgets", "99.95%", 28 * day, events(9990, 10), 40, -20, 0.5},
	} {
		o := parsed(t, c.objective)
		b := Budget{Objective: o, Tally: c.tally}
		spent, _ := b.OutageMinutes(c.window.Minutes())
		left, _ := b.Left()
		near(t, c.source+", spent", spent, c.spent, c.within)
		near(t, c.source+", left", left*o.AllowedOutage(c.window).Minutes(), c.left, c.within)
	}
}

// Sloth's burned-budget test: a 30-day month of even traffic at 99.9%, with a
// worse day, then ever better ones.
func TestLeftAgreesWithSlothDayByDay(t *testing.T) {
	b := Budget{Objective: parsed(t, "99.9%"), Window: 30 * day}
	want := []float64{66.667, 36.667, 10, -13.333, -33.333, -50, -63.333}
	for i, sli := range []int64{990, 991, 992, 993, 994, 995, 996} {
		b.Tally = b.Tally.Plus(events(sli, 1000-sli))
		b.Elapsed += day
		left, ok := b.Left()
		if !ok {
			t.Fatal("nothing can be told")
		}
		near(t, b.Elapsed.String(), left*100, want[i], 5e-4)
	}
	b.Elapsed = 14 * day
	near(t, "even spending after day 14", b.EvenLeft()*100, 53.333, 5e-4)
	b.Elapsed = b.Window
	near(t, "even spending when closed", b.EvenLeft(), 0, 0)
}

// The SRE Workbook's multi-window table.
func TestABurnRateSpendsItsShareOfAMonth(t *testing.T) {
	for _, c := range []struct {
		over  time.Duration
		rate  float64
		spent float64
	}{
		{time.Hour, 14.4, 0.02},
		{6 * time.Hour, 6, 0.05},
		{3 * day, 1, 0.10},
	} {
		bad := int64(c.rate * 1000) // of a million, 1000 of which are allowed
		b := Budget{parsed(t, "99.9%"), events(1_000_000-bad, bad), c.over, 30 * day}
		spent, _ := b.Spent()
		near(t, c.over.String(), spent, c.spent, 1e-12)
	}
}

func TestARunningMonthIsHeldAgainstAllOfIt(t *testing.T) {
	b := Budget{Objective: parsed(t, "99.9%"), Tally: events(1410, 30)} // half an hour of a day of minutes
	spent, _ := b.Spent()
	near(t, "of the budget so far", spent, 20.83, 0.005)
	if b.Projected() {
		t.Error("a budget without times says that it is projected")
	}

	b.Elapsed, b.Window = day, 30*day
	spent, _ = b.Spent()
	near(t, "of the month's budget", spent, 0.694, 0.0005)
	near(t, "events", b.Events(), 43.2, 1e-12)
	if b.Count() != 43_200 || !b.Projected() {
		t.Errorf("a day of a month: %s events, projected %v; want 43.2, true", b.Count(), b.Projected())
	}

	b.Elapsed = b.Window
	if b.Count() != 1440 || b.Projected() { // 1.44 events
		t.Errorf("a closed month: %s events, projected %v; want 1.44, false", b.Count(), b.Projected())
	}
}

func TestABudgetIsExactWhereFloatsAreNot(t *testing.T) {
	b := Budget{Objective: parsed(t, "99.95%"), Tally: events(1_000_000, 0)}
	if b.Count() != 500*Event {
		t.Errorf("99.95%% of a million allows %s; want 500", b.Count())
	}
	if got := (Budget{Objective: parsed(t, "99.9%"), Tally: Tally{0, 1499}}).Count(); got != 1 {
		t.Errorf("1.499 thousandths round to %d; want 1", got)
	}
	if got := (Budget{Objective: parsed(t, "99.9%"), Tally: Tally{0, 1500}}).Count(); got != 2 {
		t.Errorf("1.5 thousandths round to %d; want 2", got)
	}
	huge := Budget{Objective: 1, Tally: Tally{0, math.MaxInt64}, Elapsed: time.Nanosecond, Window: 90 * day}
	if huge.Count() != math.MaxInt64 {
		t.Errorf("the largest budget is %d", huge.Count())
	}
}

func TestNothingCanBeToldOfNoTraffic(t *testing.T) {
	b := Budget{Objective: parsed(t, "99.9%"), Elapsed: day, Window: 30 * day}
	_, spent := b.Spent()
	_, left := b.Left()
	_, atLeast := b.LeftAtLeast(0)
	_, minutes := b.OutageMinutes(1440)
	if spent || left || atLeast || minutes {
		t.Errorf("no traffic, yet spent %v, left %v, left at least %v, minutes %v", spent, left, atLeast, minutes)
	}
}

func TestLeftIsJudgedInWholeNumbers(t *testing.T) {
	for _, c := range []struct {
		bad, total Count
		share      float64
		want       bool
	}{
		{1000, 1_000_000, 0, true},
		{1001, 1_000_000, 0, false},
		{750, 1_000_000, 0.25, true},
		{751, 1_000_000, 0.25, false},
		{900, 1_000_000, 0.1, true},  // 0.1 as a float is a little more than a tenth
		{430, 1_000_000, 0.57, true}, // 0.57 a little less
		{431, 1_000_000, 0.57, false},
		{300, 1_000_000, 0.7, true},
		{301, 1_000_000, 0.7, false},
		{6000, 1_000_000, -5, true},
	} {
		b := Budget{Objective: 999_000_000, Tally: Tally{c.total - c.bad, c.total}}
		if got, ok := b.LeftAtLeast(c.share); got != c.want || !ok {
			t.Errorf("%d bad of %d leaves %v or more: %v; want %v", c.bad, c.total, c.share, got, c.want)
		}
	}
}

func TestSomethingIsLeftIfAndOnlyIfTheObjectiveIsMet(t *testing.T) {
	law(t, func(n, good uint32, bad uint16) bool {
		o, a := objective(n), tally(good, uint32(bad))
		b := Budget{Objective: o, Tally: a, Elapsed: 30 * day, Window: 30 * day}
		met, ok := o.Met(a)
		atLeast, known := b.LeftAtLeast(0)
		left, _ := b.Left()
		return ok == known && (!ok || met == atLeast && met == (left >= 0))
	})
}

func TestMoreBadEventsNeverMendABudget(t *testing.T) {
	law(t, func(n, good, bad uint32, more uint16, elapsed uint8) bool {
		b := Budget{objective(n), tally(good, bad), time.Duration(elapsed) * time.Hour, 256 * time.Hour}
		worse := b
		worse.Tally = worse.Tally.Plus(tally(0, uint32(more)))
		x, ok := b.Spent()
		y, _ := worse.Spent()
		return !ok || y >= x
	})
}

func TestSpentAndLeftSumToOne(t *testing.T) {
	law(t, func(n, good, bad uint32) bool {
		b := Budget{Objective: objective(n), Tally: tally(good, bad)}
		spent, ok := b.Spent()
		left, _ := b.Left()
		return !ok || math.Abs(spent+left-1) <= 1e-12*max(1, spent)
	})
}
