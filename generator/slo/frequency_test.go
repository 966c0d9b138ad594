package slo

import (
	"math"
	"slices"
	"testing"
	"time"
)

// Garwood, Biometrika 28 (1936), as tabulated by Ulm, Am. J. Epidemiol. 131 (1990).
func TestPoissonIntervalsAgreeWithPublishedOnes(t *testing.T) {
	for k, want := range map[int][2]float64{
		0: {0, 3.689}, 1: {0.025, 5.572}, 2: {0.242, 7.225}, 5: {1.623, 11.668}, 10: {4.795, 18.390},
	} {
		low, high := PoissonInterval(k, 1)
		near(t, "low", low, want[0], 5e-4)
		near(t, "high", high, want[1], 5e-4)
		low12, high12 := PoissonInterval(k, 12)
		near(t, "low a month", low12*12, low, 1e-12)
		near(t, "high a month", high12*12, high, 1e-12)
	}
}

func TestLaplaceTellsCrowdingFromSteadiness(t *testing.T) {
	span := Month{2026, time.October}.In(time.UTC)
	day := func(days ...float64) (at []time.Time) {
		for _, d := range days {
			at = append(at, span.From.Add(time.Duration(d*float64(24*time.Hour))))
		}
		return at
	}
	for _, c := range []struct {
		about string
		at    []time.Time
		want  float64
	}{
		{"evenly spread", day(5, 15.5, 26), 0},
		{"all at the start", day(0, 0, 0), -3}, // −√(3k)
		{"all but at the end", day(30.9999, 30.9999, 30.9999), 3},
		{"by hand: (20 − 15.5)/31 · √(12·4)", day(11, 18, 23, 28), 4.5 / 31 * math.Sqrt(48)},
		{"one outside does not count", day(5, 15.5, 26, 31, -1), 0},
	} {
		u, ok := Laplace(span, c.at)
		if near(t, c.about, u, c.want, 1e-4); !ok {
			t.Errorf("%s: cannot be told", c.about)
		}
		slices.Reverse(c.at)
		if again, _ := Laplace(span, c.at); again != u {
			t.Errorf("%s: %v in another order; was %v", c.about, again, u)
		}
	}
	if u, ok := Laplace(span, nil); ok {
		t.Errorf("no events crowd by %v", u)
	}
}

func TestTwoPeriodsAreComparedByTheConditionalBinomial(t *testing.T) {
	for _, c := range []struct {
		before, after Frequency
		want, within  float64
	}{
		{Frequency{3, 1}, Frequency{6, 1}, 0.51, 0.005},
		{Frequency{5, 1}, Frequency{15, 1}, 0.04, 0.005},
		{Frequency{15, 1}, Frequency{5, 1}, 0.0414, 0.00005},
		{Frequency{0, 1}, Frequency{0, 1}, 1, 0},
		{Frequency{4, 1}, Frequency{4, 1}, 1, 0},
		{Frequency{0, 1}, Frequency{6, 1}, 2. / 64, 1e-12},
		{Frequency{0, 3}, Frequency{2, 1}, 2. / 16, 1e-12}, // two of two in a quarter of the time
		{Frequency{30, 3}, Frequency{10, 1}, 1, 1e-9},
	} {
		near(t, "p", SameRate(c.before, c.after), c.want, c.within)
	}
}

// By hand, 2·Σ C(n, i)/2ⁿ over i up to the smaller of the two: 4 and 13 give
// 2·3214/2¹⁷ = .049, 4 and 12 give .077; 6 and 0 give .031, 5 and 0 give .063;
// 9 and 1 give .021, 9 and 2 give .065; 9 and 21 give .043, 9 and 20 give .061.
func TestWithFewEventsOnlyALargeChangeWouldShow(t *testing.T) {
	for k, want := range map[int][2]int{0: {-1, 6}, 4: {-1, 13}, 5: {-1, 15}, 6: {0, 17}, 9: {1, 21}} {
		if fewest, most := ShowsAt(k); fewest != want[0] || most != want[1] {
			t.Errorf("after %d a change shows at %d or fewer and at %d or more; want %v", k, fewest, most, want)
		}
	}
}

func TestFrequencyHasAWord(t *testing.T) {
	first := Month{2025, time.November}
	for _, c := range []struct {
		about  string
		counts []int
		word   FrequencyWord
	}{
		{"one a month", []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, NoClearChange},
		{"none at all", make([]int, 12), NoClearChange},
		{"more and more", []int{0, 0, 0, 0, 0, 1, 0, 2, 2, 3, 2, 4}, MoreOften},
		{"fewer and fewer", []int{4, 2, 3, 2, 2, 0, 1, 0, 0, 0, 0, 0}, LessOften},
		{"five months", []int{0, 0, 0, 0, 9}, TooLittleToCount},
		{"nothing", nil, TooLittleToCount},
	} {
		if word, u, ok := FrequencyOf(first, c.counts); word != c.word || ok != (u != 0 || c.about == "one a month") {
			t.Errorf("%s: %s (u = %v, %v); want %s", c.about, word, u, ok, c.word)
		}
	}
}
