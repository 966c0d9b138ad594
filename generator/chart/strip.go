package chart

import (
	"html/template"
	"math"
	"strconv"
	"strings"

	"tribune/generator/slo"
)

// A Strip is the budget that one SLO spent, month by month: 12 of them in a
// scorecard, 24 on a service's page. The last is the month the page is about.
type Strip struct {
	Label      string
	Months     []StripMonth // in order of time, without holes
	Thresholds slo.Thresholds
}

// A StripMonth is one column of a strip.
type StripMonth struct {
	Month   slo.Month
	Spent   float64
	Known   bool // whether Spent could be told
	InScope bool // false before the SLO began and after it was retired: nothing is drawn
	Changed bool // the objective is another than in the month before
	State   slo.State
}

// Columns are 8 wide, begin every 10 and stand on the baseline.
const (
	stripHeight   = 34.0
	stripBaseline = 31.0
	stripFull     = 20.0 // the height of a whole budget
)

// SVG draws the strip.
func (s Strip) SVG() template.HTML {
	var d drawing
	width := d.openStrip(len(s.Months), s.title())
	if changed := s.changed(); changed != "" {
		d.desc(changed)
	}
	drawn := false
	for i, m := range s.Months {
		drawn = s.column(&d, float64(10*i), m) || drawn
	}
	if drawn {
		d.stroke(0, stripBaseline-stripFull, width, stripBaseline-stripFull, `class="tick thin"`)
	}
	d.closeStrip(width)
	for i, m := range s.Months {
		if m.Changed && i > 0 {
			d.stroke(float64(10*i)-1, 0, float64(10*i)-1, stripHeight, `class="limit thin" stroke-dasharray="2 2"`)
		}
	}
	return d.close()
}

// column draws one month, and reports whether it was drawn to scale.
func (s Strip) column(d *drawing, x float64, m StripMonth) bool {
	spent := math.Max(m.Spent, 0)
	height := math.Min(math.Max(stripFull*spent, 1), stripFull*scaleEnd)
	switch m.shown() {
	case outOfScope:
		return false
	case slo.NoData:
		d.rect(x, stripBaseline-stripFull, 8, stripFull, `fill="url(#p-gap)"`)
	case slo.TooLittleTraffic:
		d.put(`<circle cx="`, x+4, `" cy="28" r="1.75" class="outline quiet"/>`)
		return false
	case slo.IncompleteData:
		d.rect(x, stripBaseline-stripFull, 8, stripFull-height, `fill="url(#p-gap)"`)
		d.rect(x, stripBaseline-height, 8, height, `class="fill-bg"`)
	default:
		d.rect(x, stripBaseline-height, 8, height, `class="bar `+hue(m.State, m.Spent, s.Thresholds)+`"`)
		if spent > scaleEnd { // a cut says that the column goes on
			d.put(`<path d="M`, x-1, ` 7l10-3" class="stroke-paper"/>`)
		}
	}
	return true
}

// outOfScope is what a month shows that the SLO does not cover.
const outOfScope slo.State = "out of scope"

// shown returns the state that a month is drawn in.
func (m StripMonth) shown() slo.State {
	switch {
	case !m.InScope:
		return outOfScope
	case m.State == slo.TooLittleTraffic:
		return slo.TooLittleTraffic
	case !m.Known || !finite(m.Spent):
		return slo.NoData
	}
	return m.State
}

func (s Strip) title() string {
	values := make([]string, len(s.Months))
	for i, m := range s.Months {
		switch m.shown() {
		case outOfScope:
			values[i] = "not in scope"
		case slo.NoData:
			values[i] = "no data"
		case slo.TooLittleTraffic:
			values[i] = "too little traffic"
		case slo.IncompleteData:
			values[i] = percent(m.Spent) + " of incomplete data"
		default:
			values[i] = percent(m.Spent)
		}
	}
	title := s.Label + ": budget spent by month"
	if n := len(s.Months); n > 0 {
		title += ", " + between(s.Months[0].Month, s.Months[n-1].Month) + ": " + strings.Join(values, ", ")
	}
	return title
}

// changed names the months that began with another objective.
func (s Strip) changed() string {
	var months []string
	for i, m := range s.Months {
		if m.Changed && i > 0 {
			months = append(months, monthName(m.Month))
		}
	}
	if len(months) == 0 {
		return ""
	}
	return "The objective changed in " + strings.Join(months, ", ") + "."
}

// A Missed is how many objectives a tribe missed, month by month.
type Missed struct {
	Label  string
	Months []MissedMonth // in order of time, without holes
}

// A MissedMonth is one column of a tribe's strip.
type MissedMonth struct {
	Month  slo.Month
	Missed int
	Known  bool // whether any objective could be judged
}

// SVG draws a square for each missed objective. More than three do not fit on
// each other: then two squares carry the number.
func (m Missed) SVG() template.HTML {
	const pitch = 9.0
	square := func(d *drawing, x float64, row int) {
		d.rect(x, stripBaseline-8-pitch*float64(row), 8, 8, `class="bar exhausted"`)
	}
	var d drawing
	width := d.openStrip(len(m.Months), m.title())
	for i, month := range m.Months {
		x := float64(10 * i)
		switch n := month.Missed; {
		case !month.Known:
			d.rect(x, stripBaseline-7, 8, 7, `fill="url(#p-gap)"`)
		case n <= 0:
			d.rect(x, stripBaseline-1, 8, 1, `class="fill-bg"`)
		case n <= 3:
			for row := range n {
				square(&d, x, row)
			}
		default:
			square(&d, x, 0)
			square(&d, x, 1)
			d.text(x+4, 11, "mid strong", strconv.Itoa(n))
		}
	}
	d.closeStrip(width)
	return d.close()
}

func (m Missed) title() string {
	values := make([]string, len(m.Months))
	for i, month := range m.Months {
		if values[i] = "no data"; month.Known {
			values[i] = strconv.Itoa(max(0, month.Missed))
		}
	}
	title := m.Label + ": objectives missed by month"
	if n := len(m.Months); n > 0 {
		title += ", " + between(m.Months[0].Month, m.Months[n-1].Month) + ": " + strings.Join(values, ", ")
	}
	return title
}

// openStrip begins a strip of n columns and returns its width. One of more than
// twelve has the class wide as well.
func (d *drawing) openStrip(n int, title string) (width float64) {
	class := "strip"
	if n > 12 {
		class = "strip wide"
	}
	width = max(8, float64(10*n-2))
	d.open(class, width, stripHeight, "", title)
	return width
}

// closeStrip draws the baseline, and a line under the last month.
func (d *drawing) closeStrip(width float64) {
	d.stroke(0, stripBaseline+0.5, width, stripBaseline+0.5, `class="tick thin"`)
	d.stroke(width-8, stripHeight-0.5, width, stripHeight-0.5, `class="limit"`)
}
