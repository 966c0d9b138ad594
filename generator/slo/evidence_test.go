package slo

import (
	"math"
	"testing"
)

// Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
func TestWilsonAgreesWithPublishedIntervals(t *testing.T) {
	for _, c := range []struct{ k, n, low, high float64 }{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		low, high := Wilson(c.k, c.n)
		near(t, "low", low, c.low, 5e-5)
		near(t, "high", high, c.high, 5e-5)
	}
	if low, high := Wilson(0, 0); low != 0 || high != 1 {
		t.Errorf("of no events the interval is %v to %v; want 0 to 1", low, high)
	}
}

func TestWilsonHoldsTheShareSeen(t *testing.T) {
	law(t, func(good, bad uint32) bool {
		k, n := float64(good), float64(good)+float64(bad)
		low, high := Wilson(k, n)
		const rounding = 1e-15
		return 0 <= low && high <= 1 && (n == 0 || low <= k/n+rounding && k/n <= high+rounding)
	})
}

func TestZeroFailuresDemonstrateAnObjective(t *testing.T) {
	for text, want := range map[string]int64{"99%": 381, "99.9%": 3838, "99.99%": 38_413} {
		o := parsed(t, text)
		few := Weigh([]Tally{events(want-1, 0)}, o)
		if few.Word != CannotTell || few.Needs != want {
			t.Errorf("%s, %d events and no failure: %q, needs %d; want cannot tell, needs %d", text, want-1, few.Word, few.Needs, want)
		}
		if enough := Weigh([]Tally{events(want, 0)}, o); enough.Word != ClearlyAtTarget || enough.Needs != 0 {
			t.Errorf("%s, %d events and no failure: %q, needs %d", text, want, enough.Word, enough.Needs)
		}
	}
}

func TestEvidenceIsOneOfThreeWords(t *testing.T) {
	o := parsed(t, "99.9%")
	for _, c := range []struct {
		tally Tally
		want  EvidenceWord
	}{
		{events(999_500, 500), ClearlyAtTarget},
		{events(998_500, 1500), ClearlyBelow},
		{events(999, 1), CannotTell},
		{events(99_890, 110), CannotTell}, // missed, but it may be chance
		{events(0, 10), ClearlyBelow},
		{Tally{}, NoEvidence},
	} {
		if e := Weigh([]Tally{c.tally}, o); e.Word != c.want {
			t.Errorf("%s bad of %s: %q (%v to %v); want %q", c.tally.Bad(), c.tally.Total, e.Word, e.Low, e.High, c.want)
		}
	}
}

func TestNoTrafficIsNoEvidence(t *testing.T) {
	e := Weigh([]Tally{{}, {}, {}}, parsed(t, "99%"))
	if want := (Evidence{NoEvidence, 0, 1, 1, 381}); e != want {
		t.Errorf("no traffic weighs %+v; want %+v", e, want)
	}
}

func TestFailuresInBurstsAreWeakerEvidence(t *testing.T) {
	o := parsed(t, "99.9%")
	even, burst := make([]Tally, 30), make([]Tally, 30)
	for i := range even {
		even[i], burst[i] = events(9995, 5), events(10_000, 0)
	}
	burst[7] = events(9850, 150) // the same month's failures on one day
	a, b := Weigh(even, o), Weigh(burst, o)
	if a.Word != ClearlyAtTarget || a.Phi != 1 {
		t.Errorf("even failures: %q, φ = %v; want clearly at target, φ = 1", a.Word, a.Phi)
	}
	// By hand: 29 days of 0 and one of 150 where 5 were expected, variance 4.9975.
	near(t, "φ", b.Phi, (29*25+145*145)/4.9975/29, 1e-9)
	if b.Word != CannotTell {
		t.Errorf("failures on one day: %q (%v to %v); want cannot tell", b.Word, b.Low, b.High)
	}
}

func TestDaysWithoutTrafficAddNothing(t *testing.T) {
	days := []Tally{events(990, 10), events(950, 50)}
	with := []Tally{{}, days[0], {}, {}, days[1]}
	o := parsed(t, "98%")
	if a, b := Weigh(days, o), Weigh(with, o); a != b || a.Phi == 1 {
		t.Errorf("%+v became %+v with days of no traffic", a, b)
	}
	if e := Weigh([]Tally{{}, days[1]}, o); e.Phi != 1 {
		t.Errorf("a single day with traffic has φ = %v; want 1", e.Phi)
	}
}

func TestEvidenceIsAlwaysANumber(t *testing.T) {
	law(t, func(n, g1, b1, g2, b2 uint32) bool {
		e := Weigh([]Tally{tally(g1, b1), tally(g2, b2), tally(0, b1), tally(g1, 0)}, objective(n))
		return 0 <= e.Low && e.Low <= e.High && e.High <= 1 && e.Phi >= 1 && !math.IsInf(e.Phi, 0)
	})
}
