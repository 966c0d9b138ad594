package slo

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// Dash is what a page prints where nothing can be told.
const Dash = "–"

// Percent returns the SLI of a tally as it stands beside an objective: "99.94%",
// or Dash if there was no traffic. It has one decimal place more than the
// objective, at least two, and as many more as it takes to show on which side of
// the objective it fell. It is 100% only if no event was bad and 0% only if none
// was good.
func Percent(t Tally, o Objective) string {
	if t.Total <= 0 {
		return Dash
	}
	return percentBeside(int64(t.Good), int64(t.Total), o)
}

// SharePercent returns a share from 0 to 1 that is not a tally's, such as a bound
// of an interval, as Percent does. It counts to nine decimal places.
func SharePercent(share float64, o Objective) string {
	return percentBeside(billionths(share), int64(whole), o)
}

// percentBeside writes the share part/of, of must be more than 0.
func percentBeside(part, of int64, o Objective) string {
	switch part {
	case 0:
		return "0%"
	case of:
		return "100%"
	}
	text := strings.TrimSuffix(o.String(), "%")
	_, decimals, _ := strings.Cut(text, ".")
	places := max(2, len(decimals)+1)
	if 0 < part && part < of {
		if text, ok := distinctWithin(uint64(part), uint64(of), places, o); ok {
			return text
		}
	}
	return distinct(big.NewRat(part, of), places, new(big.Rat), big.NewRat(int64(o), int64(whole)), big.NewRat(1, 1))
}

// distinctWithin is distinct for a share between 0 and 1, in whole numbers of 128
// bits. ok is false if that many do not do.
func distinctWithin(part, of uint64, places int, o Objective) (text string, ok bool) {
	side := compareProducts(part, uint64(whole), uint64(o), of) // of the objective
	for unit := pow10(places); places <= 16; places, unit = places+1, unit*10 {
		hi, lo := bits.Mul64(part, 100*unit)
		shown, rest := bits.Div64(hi, lo, of) // in units of the last decimal place of a percent
		if rest >= of-rest {
			shown++
		}
		if shown > 0 && shown < 100*unit && compareProducts(shown, uint64(whole/100), uint64(o), unit) == side {
			decimals := strconv.FormatUint(unit+shown%unit, 10)[1:] // the 1 keeps the zeros behind it
			return strconv.FormatUint(shown/unit, 10) + "." + decimals + "%", true
		}
	}
	return "", false
}

func pow10(n int) (p uint64) {
	for p = 1; n > 0; n-- {
		p *= 10
	}
	return p
}

// compareProducts compares a·b with c·d.
func compareProducts(a, b, c, d uint64) int {
	hi1, lo1 := bits.Mul64(a, b)
	hi2, lo2 := bits.Mul64(c, d)
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

// BudgetPercent returns a share of a budget as text: "140%", "−140%" with a true
// minus. Anything above nothing but under one percent is "<1%". A share that is
// near but not 0 or 1 keeps the decimal places that show it, up to seven: a
// budget spent at 100.4% is exhausted, one at 100% is not.
func BudgetPercent(share float64) string {
	if 0 < share && share < 0.01 {
		return "<1%"
	}
	n, unit := billionths(share), int64(whole/100) // of one percent, then of a tenth of it …
	for places := 0; ; places++ {
		shown := roundTo(n, unit)
		if cmp.Compare(shown, 0) == cmp.Compare(n, 0) && cmp.Compare(shown, int64(whole)) == cmp.Compare(n, int64(whole)) {
			text := strconv.FormatFloat(float64(shown)/float64(whole/100), 'f', places, 64)
			return strings.Replace(text, "-", "−", 1) + "%"
		}
		unit /= 10
	}
}

// roundTo returns the multiple of unit that is nearest to n, of two the one
// further from 0.
func roundTo(n, unit int64) int64 {
	if n < 0 {
		return -roundTo(-n, unit)
	}
	return (n + unit/2) / unit * unit
}

// distinct writes a share as a percentage with the fewest decimal places, but no
// fewer than given, that keep it on its side of each mark: it is printed as
// equal to one only if it is.
func distinct(share *big.Rat, places int, marks ...*big.Rat) string {
	for ; ; places++ {
		text := inPercent(share).FloatString(places)
		shown, _ := new(big.Rat).SetString(text)
		apart := func(mark *big.Rat) bool { return shown.Cmp(inPercent(mark)) != share.Cmp(mark) }
		if !slices.ContainsFunc(marks, apart) {
			return strings.Replace(text, "-", "−", 1) + "%"
		}
	}
}

func inPercent(share *big.Rat) *big.Rat { return new(big.Rat).Mul(share, big.NewRat(100, 1)) }
