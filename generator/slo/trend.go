package slo

import (
	"cmp"
	"math"
	"slices"
)

// A TrendWord says where an SLO is heading.
type TrendWord string

// The words, as they stand in JSON. Improving is a budget of which less and less
// is spent.
const (
	Improving        TrendWord = "improving"
	Worsening        TrendWord = "worsening"
	NoClearTrend     TrendWord = "no_clear_trend"
	TooLittleHistory TrendWord = "too_little_history"
)

const (
	trendMonths = 6    // the fewest months that can show a trend
	trendLevel  = 0.05 // how often chance alone may pass for one
	trendExact  = 10   // the most months for which all orders are counted
)

// A Trend is a Mann–Kendall test of the share of the budget spent month by
// month.
type Trend struct {
	Word     TrendWord
	Months   int     // how many months took part
	S        int     // pairs of months that rise less pairs that fall
	P        float64 // how often months in random order show as much, either way; 1 with too little history
	Adjusted float64 // P as Adjust left it, on which the word rests
	Slope    float64 // the median rise a month (Theil–Sen), in shares of the budget
}

// TrendOf tests the shares of the budget spent in closed months, the oldest
// first. NaN stands for a month of which nothing can be told: it takes no part,
// but the months around it stay two apart. The word holds for an SLO looked at
// alone: see Adjust.
func TrendOf(spent []float64) Trend {
	var known, slopes []float64
	s := 0
	for j, y := range spent {
		if math.IsNaN(y) {
			continue
		}
		known = append(known, y)
		for i, x := range spent[:j] {
			if !math.IsNaN(x) {
				s += cmp.Compare(y, x)
				slopes = append(slopes, (y-x)/float64(j-i))
			}
		}
	}
	t := Trend{TooLittleHistory, len(known), s, 1, 1, 0}
	if t.Months < trendMonths {
		return t
	}
	t.P = kendallP(s, ties(known))
	t.Slope = median(slopes)
	t.adjust(t.P)
	return t
}

// Adjust returns the trends of one tribe's SLOs in one month with their words
// set so that, over many months, at most 5% of the trends named are chance
// (Benjamini–Hochberg). Trends with too little history take no part.
func Adjust(trends []Trend) []Trend {
	all := slices.Clone(trends)
	var tested []*Trend
	for i := range all {
		if all[i].Word != TooLittleHistory {
			tested = append(tested, &all[i])
		}
	}
	slices.SortStableFunc(tested, func(a, b *Trend) int { return cmp.Compare(a.P, b.P) })
	least := 1.0
	for i := len(tested) - 1; i >= 0; i-- {
		least = min(least, tested[i].P*(float64(len(tested))/float64(i+1)))
		tested[i].adjust(least)
	}
	return all
}

func (t *Trend) adjust(p float64) {
	t.Adjusted = p
	switch {
	case p > trendLevel:
		t.Word = NoClearTrend
	case t.S < 0:
		t.Word = Improving
	default:
		t.Word = Worsening
	}
}

// ties returns how many months share each value; without ties all are 1.
func ties(values []float64) (sizes []int) {
	sorted := slices.Sorted(slices.Values(values))
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			sizes = append(sizes, 0)
		}
		sizes[len(sizes)-1]++
	}
	return sizes
}

// kendallP returns the two-sided probability of a statistic at least as far from
// 0 as s, if the months came in random order. sizes are the groups of equal
// values.
func kendallP(s int, sizes []int) float64 {
	n := 0
	for _, t := range sizes {
		n += t
	}
	if s < 0 {
		s = -s
	}
	if n > trendExact {
		spread := func(n int) int { return n * (n - 1) * (2*n + 5) }
		variance := spread(n)
		for _, t := range sizes {
			variance -= spread(t)
		}
		if s == 0 {
			return 1
		}
		return math.Erfc(float64(s-1) / math.Sqrt(float64(variance)/18) / math.Sqrt2)
	}
	orders := inversions(sizes)
	pairs := len(orders) - 1 // of unequal values
	var far, all float64
	for falling, count := range orders {
		all += count
		if d := pairs - 2*falling; d >= s || d <= -s {
			far += count
		}
	}
	return far / all
}

// inversions returns how many orders of values with the given groups of equals
// have 0, 1, 2 … pairs that fall. It is the Gaussian multinomial coefficient,
// built up a group at a time.
func inversions(sizes []int) []float64 {
	counts, placed := []float64{1}, 0
	for _, t := range sizes {
		placed += t
		counts = times(counts, gaussian(placed, t))
	}
	return counts
}

// gaussian returns the coefficients of the Gaussian binomial: how many ways to
// choose k of n places leave 0, 1, 2 … inversions.
func gaussian(n, k int) []float64 {
	if k == 0 || k == n {
		return []float64{1}
	}
	sum := make([]float64, k*(n-k)+1)
	for i, c := range gaussian(n-1, k-1) {
		sum[i] += c
	}
	for i, c := range gaussian(n-1, k) {
		sum[i+k] += c
	}
	return sum
}

func times(a, b []float64) []float64 {
	p := make([]float64, len(a)+len(b)-1)
	for i, x := range a {
		for j, y := range b {
			p[i+j] += x * y
		}
	}
	return p
}

// median returns the middle of the values, which it sorts.
func median(values []float64) float64 {
	slices.Sort(values)
	i := len(values) / 2
	if len(values)%2 == 1 {
		return values[i]
	}
	return (values[i-1] + values[i]) / 2
}
