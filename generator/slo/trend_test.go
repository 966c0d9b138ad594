package slo

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Kendall, Rank Correlation Methods (1975), appendix table 1, which Gilbert,
// Statistical Methods for Environmental Pollution Monitoring (1987), prints as
// table A18: the chance of S or more, one-sided, without ties.
func TestMannKendallAgreesWithPublishedProbabilities(t *testing.T) {
	for n, table := range map[int]map[int]float64{
		4:  {0: 0.625, 2: 0.375, 4: 0.167, 6: 0.042},
		5:  {0: 0.592, 2: 0.408, 4: 0.242, 6: 0.117, 8: 0.042, 10: 0.0083},
		6:  {1: 0.5, 3: 0.36, 5: 0.235, 7: 0.136, 9: 0.068, 11: 0.028, 13: 0.0083, 15: 0.0014},
		7:  {1: 0.5, 3: 0.386, 5: 0.281, 7: 0.191, 9: 0.119, 11: 0.068, 13: 0.035, 15: 0.015, 17: 0.0054, 19: 0.0014, 21: 0.0002},
		8:  {0: 0.548, 2: 0.452, 4: 0.36, 6: 0.274, 8: 0.199, 10: 0.138, 12: 0.089, 14: 0.054, 16: 0.031, 18: 0.016, 20: 0.0071, 22: 0.0028},
		9:  {0: 0.54, 2: 0.46, 4: 0.381, 6: 0.306, 8: 0.238, 10: 0.179, 12: 0.13, 14: 0.09, 16: 0.06, 18: 0.038, 20: 0.022, 22: 0.012, 24: 0.0063, 26: 0.0029, 28: 0.0012},
		10: {1: 0.5, 3: 0.431, 5: 0.364, 7: 0.3, 9: 0.242, 11: 0.19, 13: 0.146, 15: 0.108, 17: 0.078, 19: 0.054, 21: 0.036, 23: 0.023, 25: 0.014, 27: 0.0083, 29: 0.0046, 31: 0.0023, 33: 0.0011},
	} {
		noTies := slices.Repeat([]int{1}, n)
		for s, oneSided := range table {
			twoSided, digits := 2*oneSided, 1e-3
			switch {
			case s == 0:
				twoSided = 1 // all orders are as far from 0 as this
			case oneSided < 0.01:
				digits = 1e-4
			}
			near(t, fmt.Sprintf("n = %d, S = %d", n, s), kendallP(s, noTies), twoSided, digits)
			near(t, "falling", kendallP(-s, noTies), kendallP(s, noTies), 0)
		}
	}
}

// Helsel and Hirsch, Statistical Methods in Water Resources (2002), chapter 10:
// seven equally spaced values, one of which is an outlier. Of 21 slopes the
// median is 1, where least squares give 1.71.
func TestTheilSenAgreesWithAWorkedExample(t *testing.T) {
	got := TrendOf([]float64{1, 2, 3, 4, 5, 16, 7})
	near(t, "slope", got.Slope, 1, 0)
	if got.S != 19 || got.Word != Worsening {
		t.Errorf("S = %d, %s; one of 21 pairs falls", got.S, got.Word)
	}
}

// The least |S| that is a trend at 5%, two-sided. With four months none is.
func TestMannKendallCriticalValues(t *testing.T) {
	for n, least := range map[int]int{5: 10, 6: 13, 7: 15, 8: 18, 9: 20, 10: 23, 12: 30} {
		noTies := slices.Repeat([]int{1}, n)
		if p := kendallP(least, noTies); p > trendLevel {
			t.Errorf("n = %d, S = %d: p = %v; want at most 5%%", n, least, p)
		}
		if p := kendallP(least-2, noTies); p <= trendLevel {
			t.Errorf("n = %d, S = %d: p = %v; want over 5%%", n, least-2, p)
		}
	}
	if p := kendallP(6, []int{1, 1, 1, 1}); p <= trendLevel {
		t.Errorf("four rising months: p = %v; want over 5%%", p)
	}
}

// bruteForceP counts all orders of the values.
func bruteForceP(values []float64) float64 {
	statistic := func(v []float64) (s int) {
		for j := range v {
			for i := range j {
				s += cmp.Compare(v[j], v[i])
			}
		}
		return max(s, -s)
	}
	seen, far, all := statistic(values), 0, 0
	var permute func(v []float64, k int)
	permute = func(v []float64, k int) {
		if k == len(v) {
			all++
			if statistic(v) >= seen {
				far++
			}
			return
		}
		for i := k; i < len(v); i++ {
			v[k], v[i] = v[i], v[k]
			permute(v, k+1)
			v[k], v[i] = v[i], v[k]
		}
	}
	permute(slices.Clone(values), 0)
	return float64(far) / float64(all)
}

func TestMannKendallCountsAllOrders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 2; n <= 7; n++ {
		for range 40 {
			values := make([]float64, n)
			for i := range values {
				values[i] = float64(r.IntN(1 + r.IntN(2*n))) // ties are common
			}
			s := 0
			for j := range values {
				for i := range j {
					s += cmp.Compare(values[j], values[i])
				}
			}
			near(t, "p", kendallP(s, ties(values)), bruteForceP(values), 1e-15)
		}
	}
}

func TestMannKendallAboveTenMonthsIsNearTheExactOne(t *testing.T) {
	// 11 months without ties, S = 27: exact two-sided p is 0.0405 (Kendall 1970).
	near(t, "n = 11, S = 27", kendallP(27, slices.Repeat([]int{1}, 11)), 0.0405, 0.005)
	// By hand: n = 12 with three equal, S = 20: variance (12·11·29 − 3·2·11)/18 = 209.
	near(t, "n = 12, a tie of 3", kendallP(20, []int{3, 1, 1, 1, 1, 1, 1, 1, 1, 1}), math.Erfc(19/math.Sqrt(209)/math.Sqrt2), 1e-12)
	near(t, "all equal", kendallP(0, []int{24}), 1, 0)
}

func TestATrendHasAWordAndASize(t *testing.T) {
	gap := math.NaN()
	for _, c := range []struct {
		about string
		spent []float64
		word  TrendWord
		slope float64
	}{
		{"spending more every month", []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, Worsening, 0.1},
		{"spending less every month", []float64{2, 1.8, 1.6, 1.4, 1.2, 1, 0.8}, Improving, -0.2},
		{"up and down", []float64{0.5, 0.2, 0.6, 0.1, 0.7, 0.3, 0.4}, NoClearTrend, 0},
		{"the same every month", []float64{0, 0, 0, 0, 0, 0, 0, 0}, NoClearTrend, 0},
		{"five months", []float64{1, 2, 3, 4, 5}, TooLittleHistory, 0},
		{"no months", nil, TooLittleHistory, 0},
		{"six months and a gap", []float64{0.1, 0.2, gap, 0.4, 0.5, 0.6, 0.7}, Worsening, 0.1},
		{"five months and a gap", []float64{0.1, 0.2, gap, 0.4, 0.5, 0.6}, TooLittleHistory, 0},
		{"one bad month is no trend", []float64{0.1, 0.1, 0.1, 0.1, 0.1, 9}, NoClearTrend, 0},
	} {
		got := TrendOf(c.spent)
		if got.Word != c.word {
			t.Errorf("%s: %s (n = %d, S = %d, p = %v); want %s", c.about, got.Word, got.Months, got.S, got.P, c.word)
		}
		if c.about != "up and down" {
			near(t, c.about, got.Slope, c.slope, 1e-12)
		}
	}
}

func TestTheSlopeIsTheMedianOfPairs(t *testing.T) {
	got := TrendOf([]float64{0, 1, 10, 2, 3, 5})
	pairs := []float64{1, 5, 2. / 3, 3. / 4, 1, 9, 1. / 2, 2. / 3, 1, -8, -7. / 2, -5. / 3, 1, 1.5, 2}
	slices.Sort(pairs)
	near(t, "slope", got.Slope, pairs[len(pairs)/2], 1e-12)
}

// Benjamini & Hochberg, J. R. Statist. Soc. B 57 (1995), section 4.2: of fifteen
// tests of a thrombolysis trial the first four stand at 5%.
func TestAdjustAgreesWithBenjaminiAndHochberg(t *testing.T) {
	published := []float64{
		0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
		0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
	}
	var trends []Trend
	for i, p := range published {
		trends = append(trends, Trend{Word: NoClearTrend, Months: 12, S: 1 - i%2*2, P: p})
	}
	trends = append(trends, Trend{Word: TooLittleHistory, Months: 3, P: 1, Adjusted: 1})
	for i, got := range Adjust(trends) {
		want := NoClearTrend
		switch {
		case i == len(published):
			want = TooLittleHistory
		case i < 4 && i%2 == 0:
			want = Worsening
		case i < 4:
			want = Improving
		}
		if got.Word != want {
			t.Errorf("p = %v of 15 (adjusted %v): %s; want %s", got.P, got.Adjusted, got.Word, want)
		}
	}
	near(t, "adjusted fourth", Adjust(trends)[3].Adjusted, 15*0.0095/4, 1e-15)
	near(t, "adjusted ninth", Adjust(trends)[8].Adjusted, 15*0.0459/9, 1e-15)
}

func TestAdjustKeepsItsInputAndItsOrder(t *testing.T) {
	law(t, func(seed uint64, n uint8) bool {
		r := rand.New(rand.NewPCG(seed, 0))
		trends := make([]Trend, n%20)
		for i := range trends {
			months := make([]float64, r.IntN(14))
			for j := range months {
				months[j] = float64(j)*r.Float64()*0.3 + r.Float64()
			}
			trends[i] = TrendOf(months)
		}
		before := slices.Clone(trends)
		once := Adjust(trends)
		twice := Adjust(once)
		for i := range once {
			if once[i].P != trends[i].P || once[i].Adjusted < once[i].P {
				return false
			}
		}
		return slices.Equal(before, trends) && slices.Equal(once, twice)
	})
}
