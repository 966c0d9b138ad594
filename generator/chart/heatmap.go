package chart

import (
	"html/template"
	"math"
	"strconv"
	"time"

	"tribune/generator/slo"
)

// A Heatmap is a calendar month of one SLO: the share of the month's budget
// that each day spent, a row a week, weeks starting on Monday.
type Heatmap struct {
	Label string
	Month slo.Month
	Days  []Day // in order; days without one, such as those to come, stay empty
}

// A Day is one cell of a heatmap.
type Day struct {
	Date      slo.Date
	Spent     float64 // the share of the month's budget spent on this day
	Known     bool    // whether the day has data
	NoTraffic bool    // it has, but there was nothing to count
}

// Cells are 50 by 36 and begin every 52 and 38, so that seven of them with
// their text fit a phone unscaled.
const (
	cellWidth, cellHeight = 50.0, 36.0
	cellStepX, cellStepY  = 52.0, 38.0
	heatTop               = 18.0
)

// SVG draws the month.
func (h Heatmap) SVG() template.HTML {
	first := time.Date(h.Month.Year, h.Month.Month, 1, 0, 0, 0, 0, time.UTC)
	offset := (int(first.Weekday()) + 6) % 7 // days since Monday
	days := h.Month.Last().Day
	weeks := (offset + days + 6) / 7

	byDay := make([]*Day, days+1)
	for i, day := range h.Days {
		if day.Date.Of() == h.Month && day.Date.Day >= 1 && day.Date.Day <= days {
			byDay[day.Date.Day] = &h.Days[i]
		}
	}

	var d drawing
	d.open("chart heat", 7*cellStepX-2, heatTop+float64(weeks)*cellStepY-2, "", h.title(byDay))
	d.desc(h.describe(byDay))
	for i, name := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} {
		d.text(float64(i)*cellStepX+4, 11, "", name)
	}
	for n := 1; n <= days; n++ {
		i := offset + n - 1
		h.cell(&d, float64(i%7)*cellStepX, heatTop+float64(i/7)*cellStepY, n, byDay[n])
	}
	return d.close()
}

func (h Heatmap) cell(d *drawing, x, y float64, n int, day *Day) {
	number := strconv.Itoa(n)
	value := func(class, s string) { d.text(x+cellWidth-4, y+cellHeight-6, class, s) }
	middle := func(class, s string) { d.text(x+cellWidth/2, y+cellHeight-6, class, s) }
	switch day.shown() {
	case dayEmpty:
		d.rect(x+0.5, y+0.5, cellWidth-1, cellHeight-1, `class="track"`)
		d.text(x+4, y+12, "", number)
	case dayMissing:
		d.rect(x, y, cellWidth, cellHeight, `fill="url(#p-gap)"`)
		d.text(x+4, y+12, "label", number)
		middle("label mid", "no data")
	case dayIdle:
		d.rect(x+0.5, y+0.5, cellWidth-1, cellHeight-1, `class="track"`)
		d.text(x+4, y+12, "", number)
		middle("mid", "no traffic")
	default:
		d.rect(x+0.5, y+0.5, cellWidth-1, cellHeight-1, `class="track"`)
		d.rect(x, y, cellWidth, cellHeight, `class="fill-inc" fill-opacity="`+heat(day.Spent)+`"`)
		d.text(x+4, y+12, "", number)
		class := "end fill-ink"
		if day.Spent >= heavyDay {
			class += " strong"
		}
		value(class, percent(day.Spent))
	}
}

// What a cell shows.
const (
	dayEmpty   = iota // nothing is said of the day
	dayMissing        // no data
	dayIdle           // no traffic
	daySpent
)

func (day *Day) shown() int {
	switch {
	case day == nil:
		return dayEmpty
	case !day.Known || !finite(day.Spent):
		return dayMissing
	case day.NoTraffic:
		return dayIdle
	}
	return daySpent
}

// heavyDay is the share of a month's budget from which the policy asks for a
// postmortem.
const heavyDay = 0.2

// heat returns the opacity of a day's cell, in five steps: under 1% of the
// budget, up to an even day's share (about 3%), 10%, 20%, and above. The
// darkest still carries the number in ink.
func heat(spent float64) string {
	switch {
	case spent < 0.01:
		return ".04"
	case spent < 0.033:
		return ".1"
	case spent < 0.1:
		return ".18"
	case spent < heavyDay:
		return ".28"
	}
	return ".42"
}

func (h Heatmap) title(byDay []*Day) string {
	sum, missing := 0.0, 0
	for _, day := range byDay[1:] {
		switch day.shown() {
		case daySpent:
			sum += math.Max(0, day.Spent)
		case dayMissing:
			missing++
		}
	}
	title := h.Label + ": share of the budget spent by day, " + monthName(h.Month) + ", " + percent(sum) + " in all"
	if missing > 0 {
		title += ", " + count(missing, "day") + " without data"
	}
	return title
}

func (h Heatmap) describe(byDay []*Day) string {
	s := ""
	for n, day := range byDay {
		text := ""
		switch day.shown() {
		case dayEmpty:
			continue
		case dayMissing:
			text = "no data"
		case dayIdle:
			text = "no traffic"
		default:
			text = percent(day.Spent)
		}
		if s != "" {
			s += ", "
		}
		s += strconv.Itoa(n) + ": " + text
	}
	return s
}
