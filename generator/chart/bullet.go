package chart

import (
	"html/template"
	"math"

	"tribune/generator/slo"
)

// Bullets, strips and ledger bars share one scale: 0 to 150% of the budget.
const scaleEnd = 1.5

// A Bullet is the bar of one SLO in one month: the budget it spent, against all
// of it.
type Bullet struct {
	Label      string // the SLO, as its row names it
	Spent      float64
	Known      bool // whether Spent could be told
	State      slo.State
	Coverage   float64 // the share of buckets that are there, said where data are incomplete
	Thresholds slo.Thresholds
}

const (
	bulletWidth = 200.0
	bulletFull  = bulletWidth / scaleEnd // where the whole budget is spent
)

// SVG draws the bullet. It stretches to the width its table gives it, so it
// holds no text.
func (b Bullet) SVG() template.HTML {
	state := b.State
	if !b.Known || !finite(b.Spent) {
		if state != slo.TooLittleTraffic {
			state = slo.NoData
		}
	}
	const fixed = ` vector-effect="non-scaling-stroke"`
	spent := math.Min(math.Max(b.Spent, 0), scaleEnd) * bulletFull

	var d drawing
	d.open("bullet", bulletWidth, 16, ` preserveAspectRatio="none"`, b.title(state))
	switch state {
	case slo.NoData:
		d.rect(0, 4, bulletFull, 8, `fill="url(#p-gap)"`)
	case slo.IncompleteData:
		d.rect(0, 4, spent, 8, `class="fill-bg"`)
		d.rect(spent, 4, bulletFull-spent, 8, `fill="url(#p-gap)"`)
	case slo.TooLittleTraffic:
		b.ticks(&d, 2, 12, bulletWidth, `class="tick"`+fixed)
		d.stroke(0, 8, bulletFull, 8, `class="tick" stroke-dasharray="2 3"`+fixed)
	default:
		paint := `class="bar ` + hue(state, b.Spent, b.Thresholds) + `"`
		b.ticks(&d, 2, 12, bulletWidth, `class="tick"`+fixed)
		if b.Spent > scaleEnd {
			d.rect(0, 4, bulletWidth-5, 8, paint)
			d.put(`<path d="M195 4l5 4-5 4z" `, paint, "/>")
		} else {
			d.rect(0, 4, spent, 8, paint)
		}
		b.ticks(&d, 4, 8, spent, `class="stroke-paper thin"`+fixed)
	}
	d.stroke(0, 2, 0, 14, `class="tick"`+fixed)
	d.stroke(bulletFull, 0, bulletFull, 16, `class="limit"`+fixed)
	return d.close()
}

// ticks marks the thresholds that lie before the end.
func (b Bullet) ticks(d *drawing, y, height, end float64, paint string) {
	var path drawing
	for _, left := range []float64{b.Thresholds.Watch, b.Thresholds.AtRisk} {
		if x := (1 - left) * bulletFull; x > 0 && x < bulletFull && x < end {
			path.put("M", x, " ", y, "v", height)
		}
	}
	if len(path.b) > 0 {
		d.put(`<path d="`, string(path.b), `" `, paint, "/>")
	}
}

func (b Bullet) title(state slo.State) string {
	switch state {
	case slo.NoData:
		return b.Label + ": no data"
	case slo.TooLittleTraffic:
		return b.Label + ": too little traffic to judge"
	case slo.IncompleteData:
		return b.Label + ": " + percent(b.Spent) + " of the budget spent, with data for " + shortPercent(b.Coverage, 1) + " of the time"
	}
	return b.Label + ": " + percent(b.Spent) + " of the budget spent"
}

// BulletAxis returns the scale of a column of bullets, for its heading.
func BulletAxis(th slo.Thresholds) template.HTML {
	var d drawing
	d.put(`<svg class="bullet" viewBox="0 0 200 16" aria-hidden="true">`)
	d.text(0, 13, "", "0")
	taken := []float64{0, bulletFull}
	for _, left := range []float64{th.AtRisk, th.Watch} {
		x := (1 - left) * bulletFull
		free := x > 0 && x < bulletFull
		for _, t := range taken {
			free = free && math.Abs(x-t) >= 26
		}
		if free {
			d.text(x, 13, "mid", points(1-left))
			taken = append(taken, x)
		}
	}
	d.text(bulletFull, 13, "mid strong", "100%")
	d.text(bulletWidth, 13, "end", "150")
	return d.close()
}

// HBar returns the bar of one row in a list of counts, a share of its width.
// The count stands beside it.
func HBar(share float64) template.HTML {
	var d drawing
	d.put(`<svg class="hbar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">`)
	if finite(share) {
		d.rect(0, 1, 100*math.Min(share, 1), 8, `class="fill-inc"`)
	}
	return d.close()
}
