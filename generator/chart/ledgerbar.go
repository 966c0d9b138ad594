package chart

import (
	"html/template"
	"math"
	"sort"
)

// A LedgerBar is where one budget went. The four kinds are shares of the budget
// and may sum to more than 1.
type LedgerBar struct {
	Label                                           string
	Incidents, Maintenance, Unexplained, Background float64
}

const (
	ledgerWidth = 220.0
	ledgerFull  = ledgerWidth / scaleEnd
)

// SVG draws the four kinds one after the other, on the scale of the bullets. A
// longer bar ends in an arrowhead.
func (l LedgerBar) SVG() template.HTML {
	shares := []float64{l.Incidents, l.Maintenance, l.Unexplained, l.Background}
	sum := 0.0
	for i, s := range shares {
		if !finite(s) || s < 0 {
			shares[i] = 0
		}
		sum += shares[i]
	}
	paint := []string{`class="fill-inc"`, `fill="url(#p-maint)"`, `fill="url(#p-unx)"`, `class="fill-bg"`}
	end := ledgerWidth
	if sum > scaleEnd {
		end -= 5
	}

	var d drawing
	d.open("share", ledgerWidth, 12, "", l.title(shares))
	x, last := 0.0, 0
	for i, s := range shares {
		to := math.Min(x+s*ledgerFull, end)
		if to <= x {
			continue
		}
		d.rect(x, 1.5, to-x, 9, paint[i])
		if x > 0 {
			d.stroke(x, 1, x, 11, `class="stroke-paper"`)
		}
		x, last = to, i
	}
	if sum > scaleEnd {
		d.put(`<path d="M215 1.5l5 4.5-5 4.5z" `, paint[last], "/>")
	}
	d.stroke(ledgerFull, 0, ledgerFull, 12, `class="limit"`)
	d.stroke(0, 0, 0, 12, `class="tick"`)
	return d.close()
}

func (l LedgerBar) title(shares []float64) string {
	names := []string{"incidents ", ", maintenance ", ", unexplained ", ", background "}
	title := l.Label + ": "
	for i, p := range Points(shares...) {
		title += names[i] + p
	}
	return title + " points of 100"
}

// Points writes shares of a budget in whole points that add up: rounded by
// largest remainder, so the printed row sums to its printed total. A share too
// small for a point is "<1", none is "0".
func Points(shares ...float64) []string {
	order := make([]int, len(shares))
	whole := make([]float64, len(shares))
	sum, floors := 0.0, 0.0
	for i, s := range shares {
		order[i] = i
		whole[i] = math.Floor(s * 100)
		sum += s * 100
		floors += whole[i]
	}
	rest := func(i int) float64 { return shares[i]*100 - whole[i] }
	sort.SliceStable(order, func(a, b int) bool { return rest(order[a]) > rest(order[b]) })
	for i := 0; i < len(order) && float64(i) < math.Round(sum)-floors; i++ {
		whole[order[i]]++
	}
	text := make([]string, len(shares))
	for i, s := range shares {
		if text[i] = shortNumber(whole[i], 0); whole[i] == 0 && s > 0 {
			text[i] = "<1"
		}
	}
	return text
}
