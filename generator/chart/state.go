package chart

import (
	"html/template"

	"tribune/generator/slo"
)

// Defs returns the glyphs and hatchings that the marks of a page refer to. It
// shows nothing; a page holds it once, before the first mark.
func Defs() template.HTML {
	return `<svg class="visually-hidden" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<symbol id="g-healthy" viewBox="0 0 12 12"><circle cx="6" cy="6" r="5" fill="currentColor"/></symbol>
<symbol id="g-watch" viewBox="0 0 12 12"><path d="M6 0 12 6 6 12 0 6z" fill="currentColor"/></symbol>
<symbol id="g-at-risk" viewBox="0 0 12 12"><path d="M6 .6 12 11.4H0z" fill="currentColor"/></symbol>
<symbol id="g-exhausted" viewBox="0 0 12 12"><path d="M1 1h10v10H1z" fill="currentColor"/></symbol>
<symbol id="g-exception" viewBox="0 0 12 12"><path d="M1.75 1.75h8.5v8.5h-8.5zM1.75 10.25l8.5-8.5" fill="none" stroke="currentColor" stroke-width="1.5"/></symbol>
<symbol id="g-little" viewBox="0 0 12 12"><circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5"/></symbol>
<symbol id="g-incomplete" viewBox="0 0 12 12"><circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M6 1.75a4.25 4.25 0 0 0 0 8.5z" fill="currentColor"/></symbol>
<symbol id="g-nodata" viewBox="0 0 12 12"><path d="M2 2l8 8M10 2l-8 8" fill="none" stroke="currentColor" stroke-width="1.75"/></symbol>
<pattern id="p-gap" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="gap" d="M0 0v4" stroke-width="1.5"/></pattern>
<pattern id="p-maint" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="fill-paper" width="4" height="4"/><path class="stroke-inc" d="M0 0v4" stroke-width="2.5"/></pattern>
<pattern id="p-unx" width="4" height="4" patternUnits="userSpaceOnUse"><rect class="fill-unx" width="4" height="4"/><circle class="fill-paper" cx="2" cy="2" r=".9"/></pattern>
</defs></svg>`
}

// StateClass returns the CSS class of a state, which is also the name of its
// glyph. A state that is none of them counts as no data.
func StateClass(s slo.State) string {
	switch s {
	case slo.Healthy, slo.Watch, slo.Exhausted:
		return string(s)
	case slo.AtRisk:
		return "at-risk"
	case slo.Excepted:
		return "exception"
	case slo.TooLittleTraffic:
		return "little"
	case slo.IncompleteData:
		return "incomplete"
	}
	return "nodata"
}

// Glyph returns the shape of a state. It says nothing to a screen reader: the
// state's word always stands beside it.
func Glyph(s slo.State) template.HTML {
	class := StateClass(s)
	return template.HTML(`<svg class="glyph ` + class + `" aria-hidden="true"><use href="#g-` + class + `"/></svg>`)
}

// Tally returns one glyph for each SLO, those that need a decision first. The
// counts in words stand beside it.
func Tally(counts map[slo.State]int) template.HTML {
	var d drawing
	d.put(`<span class="tally" aria-hidden="true">`)
	for _, s := range slo.States {
		for range counts[s] {
			d.put(string(Glyph(s)))
		}
	}
	d.put("</span>")
	return template.HTML(d.b)
}

// hue returns the class that a bar of this much spent budget has: that of its
// state, or, where an exception waives the state, of the raw result.
func hue(s slo.State, spent float64, th slo.Thresholds) string {
	if s != slo.Excepted {
		return StateClass(s)
	}
	switch left := 1 - spent; {
	case left < 0:
		return StateClass(slo.Exhausted)
	case left < th.AtRisk:
		return StateClass(slo.AtRisk)
	case left < th.Watch:
		return StateClass(slo.Watch)
	}
	return StateClass(slo.Healthy)
}
