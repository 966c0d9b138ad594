package slo

import (
	"math"
	"math/big"
	"math/bits"
	"strings"
	"testing"
	"testing/quick"
)

func TestAnSLIIsPrintedOnItsSideOfTheObjective(t *testing.T) {
	for _, c := range []struct {
		objective string
		tally     Tally
		want      string
	}{
		{"99.9%", events(9994, 6), "99.94%"},
		{"99.9%", events(9990, 10), "99.90%"},                // exactly met
		{"99.9%", events(998_999, 1001), "99.8999%"},         // missed by one of a million
		{"99.9%", events(999_001, 999), "99.9001%"},          // met by one
		{"99.9%", events(99_899_999, 100_001), "99.899999%"}, // by one of a hundred million
		{"99.9%", Tally{999_000 - 1, 1_000_000}, "99.8999%"}, // by a thousandth of an event
		{"99.9%", events(999_999, 1), "99.9999%"},            // not 100.00%
		{"99.9%", events(1_000_000, 0), "100%"},
		{"99.9%", events(0, 10), "0%"},
		{"99.9%", events(1, 999_999), "0.0001%"},
		{"99%", events(9979, 21), "99.79%"},
		{"99.95%", events(99_978, 22), "99.978%"},
		{"99.9%", Tally{}, "–"},
	} {
		if got := Percent(c.tally, parsed(t, c.objective)); got != c.want {
			t.Errorf("%s of %s against %s prints %s; want %s", c.tally.Good, c.tally.Total, c.objective, got, c.want)
		}
	}
}

func TestThePrintedSLINeverContradictsTheVerdict(t *testing.T) {
	law(t, func(n, good, bad uint32) bool {
		o, a := objective(n), tally(good, bad)
		met, ok := o.Met(a)
		text := Percent(a, o)
		if !ok {
			return text == Dash
		}
		shown, _ := new(big.Rat).SetString(strings.TrimSuffix(text, "%"))
		target := big.NewRat(int64(o), int64(whole)/100)
		return met == (shown.Cmp(target) >= 0) && (text == "100%") == (bad == 0) && (text == "0%") == (good == 0)
	})
}

func TestABoundIsPrintedOnItsSideOfTheObjective(t *testing.T) {
	o := parsed(t, "99.9%")
	for share, want := range map[float64]string{
		0.99863: "99.86%", 0.999: "99.90%", 0.9989999: "99.89999%", 0.99999: "99.999%", 1: "100%", 0: "0%",
	} {
		if got := SharePercent(share, o); got != want {
			t.Errorf("the bound %v prints %s; want %s", share, got, want)
		}
	}
}

func TestAShareOfABudgetIsPrinted(t *testing.T) {
	for share, want := range map[float64]string{
		0: "0%", 1e-12: "<1%", 0.0099: "<1%", 0.01: "1%", 0.384: "38%", 0.995: "99.5%", 0.9999: "99.99%",
		1: "100%", 1.0000000000000002: "100%", 1.004: "100.4%", 1.006: "101%", 1.4: "140%", 20.83: "2083%",
		-1.4: "−140%", -0.004: "−0.4%", 571.428571: "57143%",
	} {
		if got := BudgetPercent(share); got != want {
			t.Errorf("%v of a budget prints %s; want %s", share, got, want)
		}
	}
}

// A page prints thousands of these, so they are made without rationals; with
// them they are the same.
func TestAShareOfABudgetIsPrintedAsExactArithmeticHasIt(t *testing.T) {
	exact := func(n int64) string {
		return distinct(big.NewRat(n, int64(whole)), 0, new(big.Rat), big.NewRat(1, 1))
	}
	law(t, func(n int32, near uint8) bool {
		for _, n := range []int64{int64(n), int64(n) * 1000, int64(whole) + int64(near) - 128, int64(near) - 128, int64(n) / 5_000_000 * 5_000_000} {
			if share := float64(n) / float64(whole); (share <= 0 || share >= 0.01) && BudgetPercent(share) != exact(n) {
				t.Logf("%d billionths print %s; want %s", n, BudgetPercent(share), exact(n))
				return false
			}
		}
		return true
	})
}

// The short way with whole numbers must say what the long way with fractions says.
func TestPercentInWholeNumbersIsThatOfFractions(t *testing.T) {
	law := func(part, of uint64, near bool, nines uint8) bool {
		o := []Objective{whole * 9 / 10, whole / 100 * 99, 995_000_000, 999_000_000, 999_500_000, 999_900_000, 999_990_000, 999_999_999}[nines%8]
		of = of>>uint(of%60) + 2
		if near { // beside the objective, where digits matter
			hi, lo := bits.Mul64(of, uint64(o))
			part, _ = bits.Div64(hi, lo, uint64(whole))
			part += uint64(nines % 3)
		}
		part = part%(of-1) + 1
		if of > math.MaxInt64 {
			return true
		}
		text := strings.TrimSuffix(o.String(), "%")
		_, decimals, _ := strings.Cut(text, ".")
		places := max(2, len(decimals)+1)
		want := distinct(big.NewRat(int64(part), int64(of)), places, new(big.Rat), big.NewRat(int64(o), int64(whole)), big.NewRat(1, 1))
		got, ok := distinctWithin(part, of, places, o)
		if ok && got != want {
			t.Logf("%d of %d beside %s: %s, fractions say %s", part, of, o, got, want)
		}
		return !ok || got == want
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 20000}); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ part, of uint64 }{{1, 2}, {999, 1000}, {998_999, 1_000_000}, {1, 1_000_000}} {
		if _, ok := distinctWithin(c.part, c.of, 2, 999_000_000); !ok {
			t.Errorf("%d of %d takes fractions", c.part, c.of)
		}
	}
}
