package slo

import (
	"testing"
	"time"
)

func TestBurnThresholdsScaleWithTheWindow(t *testing.T) {
	for rate, in28days := range map[float64]float64{14.4: 13.44, 6: 5.6, 3: 2.8, 1: 0.9333} {
		near(t, "28 days", BurnThreshold(rate, 28*day), in28days, 5e-5)
		near(t, "30 days", BurnThreshold(rate, 30*day), rate, 1e-12)
	}
}

// The SRE Workbook's table of burn rates and time to exhaustion.
func TestABurnRateExhaustsTheBudget(t *testing.T) {
	for rate, want := range map[float64]time.Duration{
		1: 30 * day, 2: 15 * day, 10: 3 * day, 1000: 43*time.Minute + 12*time.Second,
	} {
		if got, ok := Exhaustion(rate, 30*day); got != want || !ok {
			t.Errorf("burning at %v exhausts 30 days in %v; want %v", rate, got, want)
		}
	}
	for _, rate := range []float64{0, 1e-30} {
		if got, ok := Exhaustion(rate, 30*day); ok {
			t.Errorf("burning at %v exhausts the budget in %v; want never", rate, got)
		}
	}
}

func TestBurnRateOfKnownTallies(t *testing.T) {
	rate, ok := BurnRate(events(5, 5), parsed(t, "99%"))
	if near(t, "slo-generator's report test", rate, 50, 0); !ok {
		t.Error("nothing can be told")
	}
	if rate, ok := BurnRate(Tally{}, parsed(t, "99%")); ok {
		t.Errorf("no traffic burns at %v", rate)
	}
}

func TestAJoinedStretchBurnsBetweenItsParts(t *testing.T) {
	law(t, func(n, g1, b1, g2, b2 uint32) bool {
		o, a, b := objective(n), tally(g1, b1), tally(g2, b2)
		x, ok1 := BurnRate(a, o)
		y, ok2 := BurnRate(b, o)
		joined, _ := BurnRate(a.Plus(b), o)
		return !ok1 || !ok2 || min(x, y) <= joined && joined <= max(x, y)
	})
}

func TestBurningAtLeastIsExact(t *testing.T) {
	o := parsed(t, "99.9%")
	for _, c := range []struct {
		tally Tally
		want  bool
	}{
		{events(994, 6), true},
		{Tally{994_001, 1_000_000}, false},
		{Tally{}, false},
		{events(0, 1), true},
		{Tally{0, 1<<63 - 1}, true},
	} {
		if got := BurnsAtLeast(6, c.tally, o); got != c.want {
			t.Errorf("%v burns at 6 or more: %v; want %v", c.tally, got, c.want)
		}
	}
	law(t, func(n, good, bad uint32, rate uint8) bool {
		b := Budget{Objective: objective(n), Tally: tally(good, bad)}
		over, ok := b.LeftAtLeast(1 - float64(rate)) // left ≥ 1 − rate says spent ≤ rate
		atLeast := BurnsAtLeast(int64(rate), b.Tally, b.Objective)
		return !ok || atLeast || over
	})
}
