package chart

import (
	"math"
	"strconv"
	"strings"
	"time"

	"tribune/generator/slo"
)

// percent writes a share of a budget, slo.Dash if it is not a number.
func percent(share float64) string {
	if !finite(share) {
		return slo.Dash
	}
	return slo.BudgetPercent(share)
}

// points writes a share as points of the budget: "38", "<1", "−40".
func points(share float64) string { return strings.TrimSuffix(percent(share), "%") }

// shortPercent writes a share of time or of events with at most this many
// decimals: "93.2%".
func shortPercent(share float64, digits int) string {
	if !finite(share) {
		return slo.Dash
	}
	return shortNumber(share*100, digits) + "%"
}

// shortNumber writes a number with at most this many decimals and a true minus.
func shortNumber(x float64, digits int) string {
	p := math.Pow10(digits)
	x = math.Round(x*p)/p + 0 // + 0 turns −0 into 0
	return strings.Replace(strconv.FormatFloat(x, 'f', -1, 64), "-", "−", 1)
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
