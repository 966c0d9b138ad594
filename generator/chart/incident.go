package chart

import (
	"html/template"
	"math"
	"slices"
	"time"

	"tribune/generator/slo"
)

// An Incident is the SLI around an incident: the share of events that failed, a
// column a bucket, with the impact and the rows of the timeline.
type Incident struct {
	Label     string   // what is counted: "Checkout API, answered without a server error"
	Span      slo.Span // what is shown: the impact and some time around it
	Zone      *time.Location
	Step      time.Duration // the width of a bucket
	Buckets   []Bucket      // in order of time; a bucket that is not there is a gap
	Objective slo.Objective
	Impact    slo.Span  // by the data, else by the text; empty if neither tells
	TextSays  time.Time // when impact began by the text, where the data differ; else zero
	DataSay   time.Time // when it began by the data, where the text differs; else zero
	Markers   []Marker  // in order of time: the rows of the timeline, and what else is known
}

// A Bucket is the events of one stretch of time, Step long.
type Bucket struct {
	At     time.Time
	Bad    float64 // the share that was bad
	Events float64 // how many there were; 0 is no traffic, and Bad says nothing
}

// A Marker is a moment of the incident.
type Marker struct {
	Sign string // on its disc, one to three letters or figures: the number of a row of the timeline
	At   time.Time
	Text string // what happened
	Href string // where its row is in the page, such as #t-10-02; "" if it has none
}

// SVG draws the incident twice, because text must not shrink: once for wide
// pages and once for narrow ones. CSS shows one of them.
func (in Incident) SVG() template.HTML {
	wide := incidentDrawing{in: in, class: "chart chart-wide", right: 1154, bottom: 236, columns: 9}
	narrow := incidentDrawing{in: in, class: "chart chart-narrow", right: 354, bottom: 206, columns: 3, narrow: true}
	return wide.svg() + narrow.svg()
}

const (
	incidentLeft, incidentTop = 34.0, 34.0
	discPitch                 = 19.0 // discs of markers are 18 wide
)

type incidentDrawing struct {
	drawing
	in            Incident
	class         string
	right, bottom float64
	columns       int // the most labels on the time axis
	narrow        bool
	top           float64 // the share at the top of the scale
	steps         int     // the gridlines above 0
}

func (d *incidentDrawing) svg() template.HTML {
	d.top, d.steps = scaleTop(d.in.worst())
	role := "img"
	if slices.ContainsFunc(d.in.Markers, func(m Marker) bool { return m.Href != "" }) {
		role = "group"
	}
	d.openAs(role, d.class, d.right+6, d.bottom+24, "", d.in.title())
	d.desc(d.in.describe())
	if impact := d.in.Impact.Meet(d.in.Span); !impact.Empty() {
		d.rect(d.x(impact.From), incidentTop, d.x(impact.To)-d.x(impact.From), d.bottom-incidentTop, `class="band"`)
	}
	d.scale()
	d.clock()
	d.gaps()
	d.bars()
	d.markers()
	d.beginnings()
	d.objective()
	return d.close()
}

func (d *incidentDrawing) x(t time.Time) float64 {
	share := t.Sub(d.in.Span.From).Seconds() / max(1, d.in.Span.Duration().Seconds())
	return incidentLeft + (d.right-incidentLeft)*math.Min(math.Max(share, 0), 1)
}

func (d *incidentDrawing) y(bad float64) float64 {
	return d.bottom - (d.bottom-incidentTop)*math.Min(math.Max(bad/d.top, 0), 1)
}

// scale draws the gridlines, from 0 up to the top.
func (d *incidentDrawing) scale() {
	for i := range d.steps + 1 {
		share := d.top * float64(i) / float64(d.steps)
		class, text := "hair", shortNumber(share*100, 6)
		switch i {
		case 0:
			class = "limit"
		case d.steps:
			text += "%"
		}
		d.stroke(incidentLeft, d.y(share), d.right, d.y(share), `class="`+class+`"`)
		d.text(incidentLeft-5, d.y(share)+4, "end", text)
	}
}

func (d *incidentDrawing) clock() {
	for _, t := range clockTicks(d.in.Span, d.in.Zone, d.columns) {
		x := d.x(t)
		d.stroke(x, d.bottom, x, d.bottom+4, `class="tick"`)
		layout := clockLayout
		if t.Hour() == 0 && t.Minute() == 0 {
			layout = "2 Jan"
		}
		text := t.Format(layout)
		if half := 3.5 * float64(len(text)); x+half > d.right+6 {
			d.text(d.right+6, d.bottom+18, "end", text) // the picture ends here
		} else {
			d.text(x, d.bottom+18, "mid", text)
		}
	}
}

// gaps hatches the time for which nothing is known.
func (d *incidentDrawing) gaps() {
	for _, gap := range d.in.gaps() {
		d.rect(d.x(gap.From), incidentTop, d.x(gap.To)-d.x(gap.From), d.bottom-incidentTop, `fill="url(#p-gap)"`)
	}
}

// bars draws all columns as one path: a month of hours stays small.
func (d *incidentDrawing) bars() {
	var path drawing
	for _, b := range d.in.shown() {
		x, to := d.x(b.At), d.x(b.At.Add(d.in.Step))
		width := max(to-x-0.8, 0.4)
		if h := d.bottom - d.y(b.Bad); b.Events > 0 && h >= 0.005 {
			path.put("M", x, " ", d.bottom, "v", -max(h, 0.75), "h", width, "V", d.bottom, "z")
		}
		if b.Events == 0 && to-x > 6 {
			d.put(`<circle cx="`, (x+to)/2, `" cy="`, d.bottom-3, `" r="1.75" class="outline quiet"/>`)
		}
	}
	if len(path.b) > 0 {
		d.put(`<path d="`, string(path.b), `" class="bar exhausted"/>`)
	}
}

// markers draws a disc with its sign for each marker, with a leader to its
// moment, and a link to its row. Where they do not all fit, every second, third…
// has a disc.
func (d *incidentDrawing) markers() {
	var shown []Marker
	for _, m := range d.in.Markers {
		if d.in.Span.Contains(m.At) || m.At.Equal(d.in.Span.To) {
			shown = append(shown, m)
		}
	}
	fit := int((d.right-incidentLeft)/discPitch) + 1
	every := (len(shown) + fit - 1) / fit
	var discs []Marker
	var at []float64
	for i, m := range shown {
		x := d.x(m.At)
		if i%every != 0 {
			d.stroke(x, 24, x, 30, `class="outline"`)
			continue
		}
		discs, at = append(discs, m), append(at, x)
	}
	for i, x := range d.spread(at) {
		foot := d.y(d.in.badAt(discs[i].At))
		d.put(`<path d="M`, x, " 20L", at[i], " 30V", foot, `" class="outline" stroke-width="1"/>`)
		if foot < d.bottom {
			d.stroke(at[i], foot, at[i], d.bottom, `class="stroke-paper thin"`)
		}
		d.disc(x, discs[i])
	}
}

func (d *incidentDrawing) disc(x float64, m Marker) {
	if m.Href != "" {
		d.put(`<a href="`)
		d.escape(m.Href)
		d.put(`" aria-label="`)
		d.escape(m.Sign + ": " + m.At.In(d.in.Zone).Format(clockLayout) + " " + m.Text)
		d.put(`">`)
	}
	d.put(`<circle cx="`, x, `" cy="11" r="9" class="fill-ink"/>`)
	d.text(x, 15, "mid on-ink", m.Sign)
	if m.Href != "" {
		d.put("</a>")
	}
}

// spread moves places apart, as little as it can, until they are a disc's width
// from each other; none goes beyond the ends. Places that collide become a
// cluster around their middle.
func (d *incidentDrawing) spread(at []float64) []float64 {
	type cluster struct {
		left float64 // where its first disc stands
		n    int
	}
	var clusters []cluster
	for _, x := range at {
		c := cluster{x, 1}
		for len(clusters) > 0 {
			last := clusters[len(clusters)-1]
			if c.left-last.left >= discPitch*float64(last.n) {
				break
			}
			// The mean of where each cluster would like to begin, by size.
			n := float64(last.n + c.n)
			c.left = (last.left*float64(last.n) + (c.left-discPitch*float64(last.n))*float64(c.n)) / n
			c.n += last.n
			clusters = clusters[:len(clusters)-1]
		}
		clusters = append(clusters, c)
	}
	spread := make([]float64, 0, len(at))
	for _, c := range clusters {
		for i := range c.n {
			spread = append(spread, c.left+discPitch*float64(i))
		}
	}
	for i := range spread {
		spread[i] = max(spread[i], incidentLeft+discPitch*float64(i))
	}
	for i := len(spread) - 1; i >= 0; i-- {
		spread[i] = min(spread[i], d.right-discPitch*float64(len(spread)-1-i))
	}
	return spread
}

// beginnings says where text and data differ on when the impact began.
func (d *incidentDrawing) beginnings() {
	var words []string
	for _, b := range []struct {
		says string
		at   time.Time
	}{{"text says ", d.in.TextSays}, {"data say ", d.in.DataSay}} {
		if !b.at.IsZero() {
			words = append(words, b.says+b.at.In(d.in.Zone).Format(clockLayout))
		}
	}
	if len(words) == 0 {
		return
	}
	if t := d.in.TextSays; d.in.Span.Contains(t) {
		d.stroke(d.x(t), incidentTop, d.x(t), d.bottom, `class="stroke-unx" stroke-width="1.5" stroke-dasharray="3 2"`)
	}
	x, class := d.beside(80)
	for i, w := range words {
		c := class
		if i == len(words)-1 && !d.in.DataSay.IsZero() {
			c += " strong"
		}
		d.text(x, incidentTop+14+14*float64(i), c, w)
	}
}

// beside returns where text of this width stands next to the impact: left of it
// if it fits, on the axis labels' margin if need be, else right of it, else at
// the end of the plot that is farther away.
func (d *incidentDrawing) beside(width float64) (x float64, class string) {
	from, to := d.x(d.in.Impact.From)-5, d.x(d.in.Impact.To)+5
	switch {
	case from-width >= incidentLeft-16:
		return from, "label end"
	case to+width <= d.right:
		return to, "label"
	case from-incidentLeft > d.right-to:
		return incidentLeft + 3, "label"
	}
	return d.right, "label end"
}

func (d *incidentDrawing) objective() {
	allowed := slo.Objective(1e9) - d.in.Objective
	if allowed.Share() > d.top {
		return
	}
	y := d.y(allowed.Share())
	d.stroke(incidentLeft, y, d.right, y, `class="even"`)
	text := "objective: at most " + allowed.String() + " fail"
	if d.narrow {
		text = "allowed " + allowed.String()
	}
	if left := d.x(d.in.Impact.From) - incidentLeft; left > d.right-d.x(d.in.Impact.To) {
		d.text(incidentLeft+3, y-5, "label", text)
		return
	}
	d.text(d.right, y-5, "label end", text)
}

// shown returns the buckets within the span whose share can be drawn.
func (in Incident) shown() []Bucket {
	var bs []Bucket
	for _, b := range in.Buckets {
		if in.Span.Contains(b.At) && finite(b.Bad) && finite(b.Events) {
			bs = append(bs, b)
		}
	}
	return bs
}

// gaps returns the stretches of the span that no bucket covers.
func (in Incident) gaps() []slo.Span {
	var gaps []slo.Span
	at := in.Span.From
	for _, b := range in.shown() {
		if at.Before(b.At) {
			gaps = append(gaps, slo.Span{From: at, To: b.At})
		}
		at = b.At.Add(in.Step)
	}
	if at.Before(in.Span.To) {
		gaps = append(gaps, slo.Span{From: at, To: in.Span.To})
	}
	return gaps
}

// worst returns the largest share of events that failed in a bucket.
func (in Incident) worst() float64 {
	worst := 0.0
	for _, b := range in.shown() {
		if b.Events > 0 {
			worst = max(worst, b.Bad)
		}
	}
	return worst
}

// badAt returns the share that failed in the bucket that holds t, else 0.
func (in Incident) badAt(t time.Time) float64 {
	for _, b := range in.shown() {
		if b.Events > 0 && (slo.Span{From: b.At, To: b.At.Add(in.Step)}).Contains(t) {
			return b.Bad
		}
	}
	return 0
}

func (in Incident) title() string {
	from, to := in.Span.From.In(in.Zone), in.Span.To.In(in.Zone)
	end := to.Format(clockLayout + " MST")
	if slo.DateOf(from, in.Zone) != slo.DateOf(to, in.Zone) {
		end = to.Format(dayYearLayout + ", " + clockLayout + " MST")
	}
	return in.Label + ": share of events that failed, " + from.Format(dayYearLayout+", "+clockLayout) + " to " + end
}

func (in Incident) describe() string {
	s := "No events failed."
	worst := in.worst()
	for _, b := range in.shown() {
		if worst > 0 && b.Events > 0 && b.Bad == worst {
			s = "At worst " + shortPercent(worst, 2) + " failed, at " + moment(b.At.In(in.Zone)) + "."
			break
		}
	}
	if !in.Impact.Empty() {
		s += " Impact from " + moment(in.Impact.From.In(in.Zone)) + " to " + moment(in.Impact.To.In(in.Zone)) + "."
	}
	missing := time.Duration(0)
	for _, gap := range in.gaps() {
		missing += gap.Duration()
	}
	if n := int(missing.Minutes()); n > 0 {
		s += " No data for " + count(n, "minute") + "."
	}
	return s
}

// scaleTop returns the top of a scale for shares up to worst, and how many
// steps to divide it into so that its labels are round.
func scaleTop(worst float64) (top float64, steps int) {
	for _, s := range []struct {
		top   float64
		steps int
	}{{0.001, 5}, {0.002, 4}, {0.005, 5}, {0.01, 5}, {0.02, 4}, {0.05, 5}, {0.1, 5}, {0.2, 4}, {0.5, 5}} {
		if worst <= s.top {
			return s.top, s.steps
		}
	}
	return 1, 4
}
