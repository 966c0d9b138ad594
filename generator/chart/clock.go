package chart

import (
	"time"

	"tribune/generator/slo"
)

// clockSteps are the distances that labels of a time axis may have, in minutes;
// those under a day divide it.
var clockSteps = []int{5, 10, 15, 30, 60, 120, 180, 360, 720}

// clockTicks returns at most n moments of the span that fall on round times of
// the zone's clock: the same times on every day, also when clocks change. They
// are in the zone.
func clockTicks(span slo.Span, zone *time.Location, n int) []time.Time {
	minutes := span.Minutes()
	for _, step := range clockSteps {
		if minutes/float64(step) <= float64(n) {
			return dayTicks(span, zone, 1, step)
		}
	}
	days := 1
	for minutes/(24*60) > float64(n*days) {
		days++
	}
	return dayTicks(span, zone, days, 24*60)
}

// dayTicks returns the moments on every days-th day at multiples of step
// minutes.
func dayTicks(span slo.Span, zone *time.Location, days, step int) []time.Time {
	var ticks []time.Time
	day := span.From.In(zone)
	for n := 0; ; n += days {
		for m := 0; m < 24*60; m += step {
			t := time.Date(day.Year(), day.Month(), day.Day()+n, 0, m, 0, 0, zone)
			switch {
			case t.After(span.To):
				return ticks
			case t.Before(span.From), len(ticks) > 0 && !t.After(ticks[len(ticks)-1]):
				continue
			}
			ticks = append(ticks, t)
		}
	}
}
