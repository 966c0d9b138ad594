package chart

import (
	"html/template"
	"math"
	"slices"
	"time"

	"tribune/generator/slo"
)

// A BurnDown is the budget left through a window, against spending it evenly.
type BurnDown struct {
	Label  string
	Span   slo.Span // the whole window, also while it runs
	Zone   *time.Location
	Points []BurnPoint // in order of time
	Bands  []Band      // in order of time
	// Low is the lower end of the scale, a share of the budget; see LowEnd. All
	// burn-downs beside each other have the same.
	Low float64
	End time.Time // up to when there are data: the window's end, or as of
}

// A BurnPoint is the share of the budget left at a moment, at most 1 and below
// 0 when more than the budget is spent.
type BurnPoint struct {
	At   time.Time
	Left float64
}

// A Band is a stretch of time that a figure marks.
type Band struct {
	Span  slo.Span
	Kind  BandKind
	Label string  // "INC-212"; the kind's word if empty
	Share float64 // the share of the budget that it took
}

// A BandKind is why a stretch of time is marked.
type BandKind string

// The kinds of band; their values are their words.
const (
	IncidentBand    BandKind = "incident"
	MaintenanceBand BandKind = "maintenance"
	UnexplainedBand BandKind = "unexplained"
	MissingBand     BandKind = "no data"
)

func (b Band) name() string {
	if b.Label == "" {
		return string(b.Kind)
	}
	return b.Label
}

// LowEnd returns the lower end of a scale on which all of the points can be
// drawn: −50% at most, and a whole number of gridlines below zero.
func LowEnd(points ...[]BurnPoint) float64 {
	low := -0.5
	for _, ps := range points {
		for _, p := range ps {
			if finite(p.Left) {
				low = math.Min(low, p.Left)
			}
		}
	}
	step := burnStep(low)
	return math.Floor(low/step+1e-9) * step
}

// burnStep returns the distance of the gridlines: the smallest round one with
// at most four lines below zero.
func burnStep(low float64) float64 {
	for step := 0.5; ; step *= 10 {
		for _, s := range []float64{step, 2 * step, 4 * step} {
			if -low <= 4*s || s > 1e9 {
				return s
			}
		}
	}
}

// The plot is 196 by 150; the value at the end stands in the right margin.
const (
	burnLeft, burnRight = 32.0, 228.0
	burnTop, burnBottom = 10.0, 160.0
)

// SVG draws the burn-down.
func (b BurnDown) SVG() template.HTML {
	line := b.line()
	var d drawing
	d.open("chart", 274, 180, "", b.title())
	d.desc(b.describe())
	b.grid(&d)
	for _, band := range b.Bands {
		b.band(&d, band)
	}
	d.stroke(burnLeft, b.y(1), burnRight, b.y(0), `class="even"`)
	if len(line) > 0 {
		d.polyline(line)
		end := line[len(line)-1]
		d.put(`<circle cx="`, end.x, `" cy="`, end.y, `" r="3" class="fill-ink"/>`)
	}
	b.labels(&d, line)
	return d.close()
}

func (b BurnDown) x(t time.Time) float64 {
	share := t.Sub(b.Span.From).Seconds() / max(1, b.Span.Duration().Seconds())
	return burnLeft + (burnRight-burnLeft)*math.Min(math.Max(share, 0), 1)
}

func (b BurnDown) y(left float64) float64 {
	low := math.Min(b.Low, 0)
	share := (1 - left) / (1 - low)
	return burnTop + (burnBottom-burnTop)*math.Min(math.Max(share, 0), 1)
}

// known returns the points that can be drawn, up to End.
func (b BurnDown) known() []BurnPoint {
	var ps []BurnPoint
	for _, p := range b.Points {
		if finite(p.Left) && !p.At.After(b.End) {
			ps = append(ps, p)
		}
	}
	return ps
}

// line returns the line in pixels, without points that nobody would miss.
func (b BurnDown) line() []point {
	var line []point
	for _, p := range b.known() {
		line = append(line, point{b.x(p.At), b.y(p.Left)})
	}
	return simplify(line, 0.3)
}

func (b BurnDown) grid(d *drawing) {
	low := math.Min(b.Low, 0)
	step := burnStep(low)
	rows := []float64{1}
	for v := math.Floor(1/step) * step; v >= low-1e-9; v -= step {
		if v < 1 {
			rows = append(rows, v)
		}
	}
	for _, v := range rows {
		class, text := `class="hair"`, shortNumber(v*100, 0)
		switch {
		case v == 1:
			text = "100%"
		case v == 0:
			class = `class="limit"`
		}
		d.stroke(burnLeft, b.y(v), burnRight, b.y(v), class)
		d.text(burnLeft-5, b.y(v)+4, "end", text)
	}
	first := slo.DateOf(b.Span.From, b.Zone)
	last := slo.DateOf(b.Span.To.Add(-time.Second), b.Zone)
	for n := 0; n <= first.DaysUntil(last); n += 7 {
		t := time.Date(first.Year, first.Month, first.Day+n, 0, 0, 0, 0, b.Zone)
		layout := "2"
		if n+7 > first.DaysUntil(last) || n == 0 && first.Of() != last.Of() {
			layout = "2 Jan"
		}
		x := b.x(t)
		d.stroke(x, burnBottom, x, burnBottom+4, `class="tick"`)
		d.text(x, burnBottom+16, "mid", t.Format(layout))
	}
}

func (b BurnDown) band(d *drawing, band Band) {
	span := band.Span.Meet(b.Span)
	if span.Empty() {
		return
	}
	x := b.x(span.From)
	paint := map[BandKind]string{
		IncidentBand:    `class="band"`,
		MaintenanceBand: `fill="url(#p-maint)" fill-opacity=".45"`,
		UnexplainedBand: `fill="url(#p-unx)" fill-opacity=".55"`,
		MissingBand:     `fill="url(#p-gap)"`,
	}[band.Kind]
	d.rect(x, burnTop, max(4, b.x(span.To)-x), burnBottom-burnTop, paint)
}

// labels writes the value at the end, and names the drops of ten points or
// more: right of the drop where it is free, else left below, else not.
func (b BurnDown) labels(d *drawing, line []point) {
	known := b.known()
	if len(known) == 0 {
		return
	}
	end := line[len(line)-1]
	value := percent(known[len(known)-1].Left)
	taken := []box{labelBox(end.x+5.7, end.y+4, "", value)}
	d.text(end.x+5.7, end.y+4, "label strong", value)

	place := func(text string, spots ...spot) {
		for _, s := range spots {
			bx := labelBox(s.x, s.y, s.class, text)
			if bx.inside(burnLeft, burnTop-2, 274, burnBottom) && !slices.ContainsFunc(taken, bx.meets) {
				taken = append(taken, bx)
				d.text(s.x, s.y, "label"+s.class, text)
				return
			}
		}
	}
	for _, band := range b.Bands {
		if band.Share < 0.1 || !finite(band.Share) || band.Span.Meet(b.Span).Empty() {
			continue
		}
		from, to := b.x(band.Span.From), b.x(band.Span.To)
		top, bottom := heightAt(line, from), heightAt(line, to)
		right := max(to, from+4) + 3.4
		place(band.name()+" −"+points(band.Share),
			spot{right, (top+bottom)/2 + 4, ""},
			spot{from - 3, bottom + 13, " end"},
			spot{from - 3, bottom + 26, " end"},
			spot{right, top - 4, ""},
			spot{from - 3, burnBottom - 4, " end"},
		)
	}
	for _, at := range []float64{0.36, 0.62, 0.14} {
		x := burnLeft + at*(burnRight-burnLeft)
		y := b.y(1 - at)
		if far := math.Abs(heightAt(line, x+25)-y) > 14; far {
			n := len(taken)
			if place("even spend", spot{x + 4, y - 4, ""}); len(taken) > n {
				return
			}
		}
	}
}

func (b BurnDown) title() string {
	first := b.Span.From.In(b.Zone)
	if last := b.Span.To.Add(-time.Second).In(b.Zone); last.Month() != first.Month() || last.Year() != first.Year() {
		return b.Label + ": budget left from " + first.Format(dayYearLayout) + " to " + last.Format(dayYearLayout)
	}
	return b.Label + ": budget left through " + first.Format("January 2006")
}

func (b BurnDown) describe() string {
	known := b.known()
	if len(known) == 0 {
		return "No data."
	}
	first, last := known[0], known[len(known)-1]
	day := func(t time.Time) string { return t.In(b.Zone).Format(dayLayout) }
	end := last.At
	if end.Equal(b.Span.To) {
		end = end.Add(-time.Second) // midnight belongs to the day it ends
	}
	s := "Budget left, from " + percent(first.Left) + " on " + day(first.At) + " to " + percent(last.Left) + " on " + day(end) + "."
	for _, p := range known {
		if p.Left < 0 {
			s += " All of it was spent on " + day(p.At.Add(-time.Second)) + "."
			break
		}
	}
	for _, band := range b.Bands {
		s += " " + band.name() + " on " + day(band.Span.From)
		if band.Kind != MissingBand {
			s += ": " + points(band.Share) + " points"
		}
		s += "."
	}
	return s
}

// A point is a place in a drawing, in its units.
type point struct{ x, y float64 }

// polyline draws the line through the points.
func (d *drawing) polyline(line []point) {
	d.put(`<path class="line" d="`)
	for i, p := range line {
		command := "L"
		if i == 0 {
			command = "M"
		}
		d.put(command, p.x, " ", p.y)
	}
	d.put(`"/>`)
}

// simplify leaves out points that lie within the tolerance of the line between
// those it keeps (Ramer, Douglas and Peucker). A month of hours becomes a few
// dozen points.
func simplify(line []point, tolerance float64) []point {
	if len(line) < 3 {
		return line
	}
	first, last := line[0], line[len(line)-1]
	length := math.Hypot(last.x-first.x, last.y-first.y)
	far, at := 0.0, 0
	for i, p := range line[1 : len(line)-1] {
		distance := math.Hypot(p.x-first.x, p.y-first.y)
		if length > 0 {
			distance = math.Abs((last.x-first.x)*(first.y-p.y)-(first.x-p.x)*(last.y-first.y)) / length
		}
		if distance > far {
			far, at = distance, i+1
		}
	}
	if far <= tolerance {
		return []point{first, last}
	}
	left := simplify(line[:at+1], tolerance)
	return append(left[:len(left)-1:len(left)-1], simplify(line[at:], tolerance)...)
}

// heightAt returns the line's y at x; beyond its ends, that of the nearer end.
func heightAt(line []point, x float64) float64 {
	for i, p := range line {
		if p.x < x {
			continue
		}
		if i == 0 || p.x == line[i-1].x {
			return p.y
		}
		a := line[i-1]
		return a.y + (p.y-a.y)*(x-a.x)/(p.x-a.x)
	}
	return line[len(line)-1].y
}
