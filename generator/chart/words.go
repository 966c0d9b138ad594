package chart

import (
	"math"
	"strconv"
	"strings"
	"time"

	"tribune/generator/slo"
)

const minus = "−" // U+2212, as wide as a plus

// Percent writes a share of a budget as people read it: "38%", "−40%", "<1%"
// for some but less than one, "–" for what is not a number. Near 100% it has as
// many digits as tell the side: "99.6%" leaves something, "100.4%" does not.
func Percent(share float64) string {
	if !finite(share) {
		return "–"
	}
	return points(share) + "%"
}

// points writes a share as points of the budget: Percent without its sign.
func points(share float64) string {
	p := share * 100
	switch {
	case p > 0 && p < 1:
		return "<1"
	case p < 0 && p > -0.05:
		return minus + "<0.1"
	case p < 0 && p > -1:
		return signed(p, 1)
	}
	for digits := range 4 {
		if s := signed(p, digits); p == 100 || round(p, digits) != 100 {
			return s
		}
	}
	if p < 100 {
		return "<100"
	}
	return ">100"
}

// signed writes a number with a true minus and a fixed number of decimals.
func signed(x float64, digits int) string {
	return strings.Replace(strconv.FormatFloat(round(x, digits), 'f', digits, 64), "-", minus, 1)
}

// round rounds half away from zero, and never to −0.
func round(x float64, digits int) float64 {
	p := math.Pow10(digits)
	return math.Round(x*p)/p + 0
}

// sharePercent writes a share of time or of events, without needless zeros:
// "93.2%".
func sharePercent(share float64, digits int) string {
	return strconv.FormatFloat(round(share*100, digits), 'f', -1, 64) + "%"
}

// count writes a number and its noun: "1 day", "3 days".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

func monthName(m slo.Month) string { return m.Month.String() + " " + strconv.Itoa(m.Year) }

// between names the months that a row of columns covers: "November 2025 to
// October 2026".
func between(first, last slo.Month) string {
	if first == last {
		return monthName(first)
	}
	return monthName(first) + " to " + monthName(last)
}

const (
	dayLayout     = "2 January"
	dayYearLayout = "2 January 2006"
	clockLayout   = "15:04"
)

// moment names a moment in the zone of t: "6 October, 10:02".
func moment(t time.Time) string { return t.Format(dayLayout + ", " + clockLayout) }
