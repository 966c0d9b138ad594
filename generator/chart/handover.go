package chart

import (
	"html/template"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// A Handover is the share of tasks that have been handed over by age, as Kaplan
// and Meier estimate it.
type Handover struct {
	Label   string
	Steps   []HandoverStep // in order of age
	Watched []HandoverStep // tasks not handed over when last seen, in order of age
	Median  float64        // in months; 0 if less than half have been handed over
}

// A HandoverStep is an age in months, and the share handed over from then on.
type HandoverStep struct {
	Months, Share float64
	Name          string // what happened
}

// handoverDue is the age at which a task is due.
const handoverDue = 18.0

// The plot is 300 by 140.
const (
	handoverLeft, handoverRight = 32.0, 332.0
	handoverTop, handoverBottom = 10.0, 150.0
)

// end returns the end of the scale: two years, or as many half years as there
// are.
func (h Handover) end() float64 {
	end := 24.0
	for _, steps := range [][]HandoverStep{h.Steps, h.Watched} {
		for _, s := range steps {
			if finite(s.Months) {
				end = math.Max(end, s.Months)
			}
		}
	}
	return math.Ceil(end/6) * 6
}

func (h Handover) x(months float64) float64 {
	return handoverLeft + (handoverRight-handoverLeft)*math.Min(math.Max(months/h.end(), 0), 1)
}

func handoverY(share float64) float64 {
	return handoverBottom - (handoverBottom-handoverTop)*math.Min(math.Max(share, 0), 1)
}

// SVG draws the curve: steps where tasks were handed over, ticks for those that
// were not when last seen.
func (h Handover) SVG() template.HTML {
	var d drawing
	d.open("chart", 360, 180, "", h.Label)
	d.desc(h.describe())
	h.grid(&d)
	due := h.x(handoverDue)
	d.put(`<path d="M`, due, " ", handoverTop, "V", handoverBottom, `" class="limit thin" stroke-dasharray="3 3"/>`)
	d.text(due-4, 20, "label end", "due")
	d.put(`<path class="line" d="M`, handoverLeft, " ", handoverBottom)
	for _, s := range h.Steps {
		if finite(s.Months) && finite(s.Share) {
			d.put("H", h.x(s.Months), "V", handoverY(s.Share))
		}
	}
	d.put("H", handoverRight, `"/>`)
	for _, s := range h.Watched {
		if finite(s.Months) && finite(s.Share) {
			x, y := h.x(s.Months), handoverY(s.Share)
			d.stroke(x, y-4, x, y+4, `class="limit"`)
		}
	}
	if h.Median > 0 && finite(h.Median) {
		x := h.x(h.Median)
		d.put(`<path d="M`, handoverLeft, " ", handoverY(0.5), "H", x, "V", handoverBottom, `" class="even"/>`)
		d.text(x-4, handoverY(0.5)-6, "label end strong", "median "+shortNumber(h.Median, 1))
	}
	return d.close()
}

func (h Handover) grid(d *drawing) {
	for _, row := range []struct {
		share float64
		text  string
		paint string
	}{{0, "0", "limit"}, {0.5, "50", "hair"}, {1, "100%", "hair"}} {
		y := handoverY(row.share)
		d.stroke(handoverLeft, y, handoverRight, y, `class="`+row.paint+`"`)
		d.text(handoverLeft-5, y+4, "end", row.text)
	}
	step := 6.0 * math.Ceil(h.end()/48)
	for m := 0.0; m <= h.end(); m += step {
		x, text := h.x(m), shortNumber(m, 0)
		if m+step > h.end() {
			text += " months"
		}
		d.stroke(x, handoverBottom, x, handoverBottom+4, `class="tick"`)
		d.text(x, 168, "mid", text)
	}
}

func (h Handover) describe() string {
	text := count(len(h.Steps), "step") + " and " + count(len(h.Watched), "task") + " not handed over when last seen"
	if h.Median > 0 && finite(h.Median) {
		return text + "; half are handed over by " + shortNumber(h.Median, 1) + " months."
	}
	return text + "; fewer than half are handed over."
}

// A handoverItem is a point of the interactive curve.
type handoverItem struct {
	Name  string     `json:"name"` // the tooltip
	Value [2]float64 `json:"value"`
}

// Figure makes the curve interactive: each step and each tick says what it is.
func (h Handover) Figure(id string) (Figure, error) {
	line := charts.NewLine()
	line.SetGlobalOptions(common(h.Label+": "+h.describe(), opts.Tooltip{Trigger: "item", Formatter: formatBudget})...)
	line.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "48", Right: "24", Top: "16", Bottom: "40"}),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "value", Name: "months since first done by hand", NameLocation: "middle", NameGap: 26,
			Min: 0, Max: h.end(), MinInterval: 6, MaxInterval: 6, SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "value", Min: 0, Max: 100, AxisLabel: &opts.AxisLabel{Formatter: formatPercent},
		}),
	)
	steps := []handoverItem{{"just begun: 0% handed over", [2]float64{0, 0}}}
	for _, s := range h.Steps {
		steps = append(steps, handoverItem{s.Name, [2]float64{s.Months, rounded(s.Share)}})
	}
	last := steps[len(steps)-1]
	steps = append(steps, handoverItem{last.Name, [2]float64{h.end(), last.Value[1]}})
	line.AddSeries("handed over", nil, withData(steps),
		charts.WithLineChartOpts(opts.LineChart{Step: "end", Symbol: "circle", SymbolSize: 7, ShowSymbol: opts.Bool(true)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: "--ink", Width: 1.75}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "--ink"}),
		dueLine(),
	)
	watched := []handoverItem{}
	for _, s := range h.Watched {
		watched = append(watched, handoverItem{s.Name, [2]float64{s.Months, rounded(s.Share)}})
	}
	seen := charts.NewScatter()
	seen.AddSeries("not handed over", nil, withData(watched),
		charts.WithScatterChartOpts(opts.ScatterChart{Symbol: "rect", SymbolSize: []int{3, 13}}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "--ink"}),
	)
	line.Overlap(seen)
	line.Validate()
	return encode(id, line.JSON(), 260)
}

// dueLine marks the age at which tasks are due.
func dueLine() charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) {
		s.MarkLines = &opts.MarkLines{
			Data: []any{opts.MarkLineNameXAxisItem{Name: "due", XAxis: handoverDue}},
			MarkLineStyle: opts.MarkLineStyle{
				Symbol:    []string{"none", "none"},
				LineStyle: &opts.LineStyle{Color: "--ink-2", Type: "dashed"},
				Label:     &opts.Label{Show: opts.Bool(true), Position: "end", Formatter: formatName, Color: "--ink"},
			},
		}
	})
}
