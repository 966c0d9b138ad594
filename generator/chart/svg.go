package chart

import (
	"html/template"
	"math"
	"strconv"
)

// A drawing is SVG under way. Text that people wrote enters through title, desc
// and text only, which escape it; put takes our own markup and numbers.
type drawing struct{ b []byte }

// put appends markup (string) and numbers (float64, int).
func (d *drawing) put(parts ...any) {
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			d.b = append(d.b, p...)
		case int:
			d.b = strconv.AppendInt(d.b, int64(p), 10)
		case float64:
			d.b = appendNumber(d.b, p)
		}
	}
}

// open begins a mark that readers meet as one image, with its title.
func (d *drawing) open(class string, width, height float64, attributes, title string) {
	d.openAs("img", class, width, height, attributes, title)
}

// openAs begins a mark of another role: one that holds links is a group.
func (d *drawing) openAs(role, class string, width, height float64, attributes, title string) {
	d.put(`<svg class="`, class, `" viewBox="0 0 `, width, " ", height, `"`, attributes, ` role="`, role, `"><title>`)
	d.escape(title)
	d.put("</title>")
}

// desc adds what a title is too short for.
func (d *drawing) desc(s string) {
	d.put("<desc>")
	d.escape(s)
	d.put("</desc>")
}

// text writes a label at x, y, the left end of its baseline unless the class
// (mid, end) says otherwise.
func (d *drawing) text(x, y float64, class, s string) {
	d.put(`<text x="`, x, `" y="`, y, `"`)
	if class != "" {
		d.put(` class="`, class, `"`)
	}
	d.put(">")
	d.escape(s)
	d.put("</text>")
}

// rect draws a rectangle; paint is its class or fill attribute. One without
// width or height is left out.
func (d *drawing) rect(x, y, w, h float64, paint string) {
	if w < 0.005 || h < 0.005 {
		return
	}
	d.put(`<rect x="`, x, `" y="`, y, `" width="`, w, `" height="`, h, `" `, paint, "/>")
}

// stroke draws the straight line from (x1, y1) to (x2, y2).
func (d *drawing) stroke(x1, y1, x2, y2 float64, paint string) {
	d.put(`<path d="M`, x1, " ", y1)
	switch {
	case x1 == x2:
		d.put("V", y2)
	case y1 == y2:
		d.put("H", x2)
	default:
		d.put("L", x2, " ", y2)
	}
	d.put(`" `, paint, "/>")
}

func (d *drawing) escape(s string) { d.put(template.HTMLEscapeString(s)) }

func (d *drawing) close() template.HTML {
	d.put("</svg>")
	return template.HTML(d.b)
}

// appendNumber writes x with at most two decimals: enough for a hundredth of a
// pixel, and the same text on every machine.
func appendNumber(b []byte, x float64) []byte {
	x = math.Round(x*100)/100 + 0 // + 0 turns −0 into 0
	return strconv.AppendFloat(b, x, 'f', -1, 64)
}

// finite reports whether x can be drawn and printed. No share of anything comes
// near the bound.
func finite(x float64) bool { return math.Abs(x) < 1e12 }
