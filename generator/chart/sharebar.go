package chart

import (
	"html/template"
	"math"
	"strings"

	"tribune/generator/slo"
)

// A ShareBar is a share of a whole in one month against its limits, from 0 to
// all of it.
type ShareBar struct {
	Label     string
	Share     float64
	Known     bool
	Low, High float64 // the band in which it should be; none if both are 0
	Limit     float64 // a target or a cap
}

// shareWidth is the width of all of it.
const shareWidth = 200.0

// SVG draws the bar. It stretches to the width its table gives it, so it holds
// no text.
func (b ShareBar) SVG() template.HTML {
	const fixed = ` vector-effect="non-scaling-stroke"`
	var d drawing
	d.open("bullet", shareWidth, 16, ` preserveAspectRatio="none"`, b.title())
	d.rect(shareWidth*b.Low, 1, shareWidth*(b.High-b.Low), 14, `class="band"`)
	if b.known() {
		d.rect(0, 4, shareWidth*math.Min(math.Max(b.Share, 0), 1), 8, `class="fill-inc"`)
	} else {
		d.rect(0, 4, shareWidth, 8, `fill="url(#p-gap)"`)
	}
	d.put(`<path d="M0 2v12M200 2v12" class="tick"`, fixed, "/>")
	x := shareWidth * b.Limit
	d.stroke(x, 0, x, 16, `class="limit"`+fixed)
	return d.close()
}

func (b ShareBar) known() bool { return b.Known && finite(b.Share) }

func (b ShareBar) title() string {
	if !b.known() {
		return b.Label + ": not told"
	}
	return b.Label + ": " + shortPercent(b.Share, 1)
}

// A ShareStrip is a share of a whole, month by month; the last is the month the
// page is about.
type ShareStrip struct {
	Label     string
	Months    []ShareMonth // in order of time, without holes
	Low, High float64      // the band in which it should be; none if both are 0
	Limit     float64      // a target or a cap
}

// A ShareMonth is one column of it.
type ShareMonth struct {
	Month   slo.Month
	Share   float64
	Known   bool
	Outside bool // of the band, or over the cap
}

// shareFull is the height of all of it.
const shareFull = 30.0

// SVG draws the strip. A column outside its limits has another colour, and the
// limits are drawn, so that both can be read without it.
func (s ShareStrip) SVG() template.HTML {
	var d drawing
	width := d.openStrip(len(s.Months), s.title())
	d.rect(0, stripBaseline-shareFull*s.High, width, shareFull*(s.High-s.Low), `class="band"`)
	for i, m := range s.Months {
		x := float64(10 * i)
		switch {
		case !m.Known || !finite(m.Share):
			d.rect(x, stripBaseline-shareFull*s.Limit, 8, shareFull*s.Limit, `fill="url(#p-gap)"`)
		default:
			paint := `class="fill-inc"`
			if m.Outside {
				paint = `class="bar exhausted"`
			}
			height := math.Max(1, shareFull*math.Min(math.Max(m.Share, 0), 1))
			d.rect(x, stripBaseline-height, 8, height, paint)
		}
	}
	d.stroke(0, stripBaseline-shareFull*s.Limit, width, stripBaseline-shareFull*s.Limit, `class="limit thin"`)
	d.closeStrip(width)
	return d.close()
}

func (s ShareStrip) title() string {
	values := make([]string, len(s.Months))
	for i, m := range s.Months {
		if values[i] = "not told"; m.Known && finite(m.Share) {
			values[i] = shortPercent(m.Share, 1)
		}
	}
	title := s.Label + " by month"
	if n := len(s.Months); n > 0 {
		title += ", " + between(s.Months[0].Month, s.Months[n-1].Month) + ": " + strings.Join(values, ", ")
	}
	return title
}
