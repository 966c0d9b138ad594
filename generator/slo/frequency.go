package slo

import (
	"math"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// ClearLaplace is how far from 0 Laplace must be to say that incidents come more
// often (above) or more rarely (below): 5% of steady histories go so far.
const ClearLaplace = 1.96

// A FrequencyWord says whether events come more or less often.
type FrequencyWord string

// The words, as they stand in JSON; without enough months it is
// too_little_history, as of a trend.
const (
	MoreOften        FrequencyWord = "more_often"
	LessOften        FrequencyWord = "less_often"
	NoClearChange    FrequencyWord = "no_clear_change"
	TooLittleToCount FrequencyWord = "too_little_history"
)

// FrequencyOf tests by Laplace whether events become more frequent, from their
// numbers month by month, the oldest first: each is taken to have come in the
// middle of its month. u is 0 and ok false if there was none.
func FrequencyOf(first Month, counts []int) (word FrequencyWord, u float64, ok bool) {
	var at []time.Time
	for i, n := range counts {
		m := first.Add(i).In(time.UTC)
		for range n {
			at = append(at, m.From.Add(m.Duration()/2))
		}
	}
	u, ok = Laplace(Span{first.In(time.UTC).From, first.Add(len(counts)).In(time.UTC).From}, at)
	switch {
	case len(counts) < trendMonths:
		return TooLittleToCount, u, ok
	case u > ClearLaplace:
		return MoreOften, u, ok
	case u < -ClearLaplace:
		return LessOften, u, ok
	}
	return NoClearChange, u, ok
}

// ShowsAt returns which numbers of events in the next stretch, as long as one in
// which k came, would show by SameRate at 5% that the rate is another: fewest or
// fewer, most or more. fewest is −1 if even none would not.
func ShowsAt(k int) (fewest, most int) {
	shows := func(n int) bool { return SameRate(Frequency{k, 1}, Frequency{n, 1}) <= trendLevel }
	fewest, most = -1, k+1
	for n := 0; n < k && shows(n); n++ {
		fewest = n
	}
	for !shows(most) {
		most++
	}
	return fewest, most
}

// PoissonInterval returns the exact 95% interval of a rate of which k events
// were seen in the exposure, such as incidents in months. The rate is per unit
// of exposure, which must be above 0.
func PoissonInterval(k int, exposure float64) (low, high float64) {
	if k > 0 {
		low = distuv.ChiSquared{K: 2 * float64(k)}.Quantile(0.025) / 2 / exposure
	}
	return low, distuv.ChiSquared{K: 2*float64(k) + 2}.Quantile(0.975) / 2 / exposure
}

// Laplace tests whether events become more frequent within the span: u is 0 for
// a steady stream, positive if they crowd towards its end. Events outside the
// span do not count. ok is false if none is inside.
func Laplace(span Span, at []time.Time) (u float64, ok bool) {
	var sum time.Duration // from the middle of the span
	k := 0
	length := span.Duration()
	for _, t := range at {
		if span.Contains(t) {
			sum += t.Sub(span.From) - length/2
			k++
		}
	}
	if k == 0 {
		return 0, false
	}
	return float64(sum) / float64(length) * math.Sqrt(12/float64(k)), true
}

// A Frequency is how many events came in a stretch of time.
type Frequency struct {
	Events   int
	Exposure float64 // how long, in any unit that both sides share; above 0
}

// SameRate returns the two-sided probability of a difference as large as the one
// between two periods if events came at the same rate in both (the exact
// conditional binomial test). It is 1 if there were no events at all.
func SameRate(before, after Frequency) (p float64) {
	n := before.Events + after.Events
	if n == 0 {
		return 1
	}
	dist := distuv.Binomial{N: float64(n), P: before.Exposure / (before.Exposure + after.Exposure)}
	atMost := dist.CDF(float64(before.Events))
	atLeast := 1.0
	if before.Events > 0 {
		atLeast = dist.Survival(float64(before.Events - 1))
	}
	return min(1, 2*min(atMost, atLeast))
}
