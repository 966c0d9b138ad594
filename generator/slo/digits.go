package slo

import (
	"cmp"
	"math/big"
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
	return percentBeside(big.NewRat(int64(t.Good), int64(t.Total)), o)
}

// SharePercent returns a share from 0 to 1 that is not a tally's, such as a bound
// of an interval, as Percent does. It counts to nine decimal places.
func SharePercent(share float64, o Objective) string {
	return percentBeside(big.NewRat(billionths(share), int64(whole)), o)
}

func percentBeside(share *big.Rat, o Objective) string {
	zero, one := new(big.Rat), big.NewRat(1, 1)
	switch {
	case share.Cmp(zero) == 0:
		return "0%"
	case share.Cmp(one) == 0:
		return "100%"
	}
	text := strings.TrimSuffix(o.String(), "%")
	_, places, _ := strings.Cut(text, ".")
	return distinct(share, max(2, len(places)+1), zero, big.NewRat(int64(o), int64(whole)), one)
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
