package chart

import (
	"html/template"
	"math"
)

// A ClockBar is the automation clock of one task: a cell for each month since it
// was first done by hand, up to the month of its deadline and beyond if it gets
// there.
type ClockBar struct {
	Label  string  // the task
	Months float64 // since it was first done by hand, until the clock stopped or as of
	Tone   ClockTone
}

// A ClockTone says how a clock stands, which is how its cells are painted.
type ClockTone string

// The tones; their values are their words.
const (
	ClockRuns    ClockTone = "running"
	ClockPresses ClockTone = "due soon"
	ClockLate    ClockTone = "overdue"
	ClockStopped ClockTone = "stopped"
	ClockExempt  ClockTone = "exempt"
)

const (
	clockCells              = 18    // months to the deadline
	clockMost               = 23    // cells that there is room for
	clockDue                = 189.0 // where the deadline is
	clockWidth, clockHeight = 248, 16
)

// clockCell returns where the cell of a month begins, the first being 0. After
// every six there is a gap.
func clockCell(i int) float64 { return float64(10*i + 4*(i/6)) }

// SVG draws the clock. One that has run further than there is room for ends in
// an arrowhead.
func (c ClockBar) SVG() template.HTML {
	months := c.Months
	if !finite(months) || months < 0 {
		months = 0
	}
	var d drawing
	d.open("clock", clockWidth, clockHeight, "", c.title(months))
	full := math.Min(months, clockMost)
	for i := 0; i < clockCells || float64(i) < full; i++ {
		x := clockCell(i)
		d.rect(x+0.5, 3.5, 7, 9, `class="track"`)
		d.rect(x, 3, 8*math.Min(math.Max(full-float64(i), 0), 1), 10, `class="`+c.paint(i)+`"`)
	}
	end := clockCell(int(math.Ceil(full))) + 1
	if months > clockMost {
		d.put(`<path d="M`, clockCell(clockMost)-1, ` 3l4 5-4 5z" class="`, c.paint(clockMost), `"/>`)
		end += 4
	}
	d.stroke(clockDue, 0, clockDue, clockHeight, `class="limit"`)
	if c.Tone == ClockStopped {
		if end < clockDue+3 && end+8 > clockDue-1 {
			end = clockDue + 3 // beside the line, not across it
		}
		d.put(`<path d="M`, end, ` 8l3 4 5-9" class="line"/>`)
	}
	return d.close()
}

// paint returns the class of a month's cell.
func (c ClockBar) paint(month int) string {
	switch {
	case c.Tone == ClockStopped:
		return "fill-inc"
	case c.Tone == ClockExempt:
		return "fill-bg"
	case month >= clockCells:
		return "bar exhausted"
	case c.Tone == ClockRuns:
		return "bar healthy"
	}
	return "bar at-risk"
}

func (c ClockBar) title(months float64) string {
	return c.Label + ": " + shortNumber(months, 1) + " of 18 months, " + string(c.Tone)
}

// ClockAxis returns the months under a column of clocks, for its heading.
func ClockAxis() template.HTML {
	var d drawing
	d.put(`<svg class="clock" viewBox="0 0 248 14" aria-hidden="true">`)
	d.text(0, 12, "", "0")
	d.text(clockCell(6), 12, "mid", "6")
	d.text(clockCell(12)-3, 12, "mid", "12")
	d.text(clockDue, 12, "mid strong", "18 months")
	return d.close()
}
