package chart

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tribune/generator/slo"
)

// A BudgetHistory is the budget that every SLO of a tribe spent, month by month:
// a row an SLO, a column a month, in each cell the shape of the state and the
// number.
type BudgetHistory struct {
	Label  string
	Months []slo.Month // in order of time
	Rows   []BudgetRow
}

// A BudgetRow is one SLO: its name and its months, as many as the history's.
type BudgetRow struct {
	Name   string
	Months []StripMonth
}

// glyphs are the shapes of the states as characters, for text.
var glyphs = map[slo.State]string{
	slo.Exhausted: "■", slo.Excepted: "◪", slo.AtRisk: "▲", slo.IncompleteData: "◐",
	slo.NoData: "✕", slo.TooLittleTraffic: "○", slo.Watch: "◆", slo.Healthy: "●",
}

// A budgetCell is an item of the history.
type budgetCell struct {
	Name      string         `json:"name"`  // the tooltip
	Value     [3]int         `json:"value"` // column, row, and 1: without a number no cell is drawn
	Class     string         `json:"class"`
	Glyph     string         `json:"glyph"`
	Text      string         `json:"text"`
	ItemStyle opts.ItemStyle `json:"itemStyle"`
}

// A row is 30 high; beneath the rows are the months and the slider.
const (
	historyRow  = 30
	historyFoot = 66
)

// Figure makes the history interactive. It shows the last year, on narrow pages
// the last five months; the slider leads to the others.
func (h BudgetHistory) Figure(id string) (Figure, error) {
	months := make([]string, len(h.Months))
	for i, m := range h.Months {
		months[i] = m.Month.String()[:3] + " " + strconv.Itoa(m.Year)
	}
	rows := make([]string, len(h.Rows))
	for i, r := range h.Rows {
		rows[i] = r.Name
	}
	heat := charts.NewHeatMap()
	heat.SetGlobalOptions(common(h.describe(), opts.Tooltip{Trigger: "item", Formatter: formatBudget})...)
	heat.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Right: "8", Top: "8", Height: strconv.Itoa(historyRow * len(h.Rows))}),
		charts.WithXAxisOpts(opts.XAxis{Type: "category", Data: months}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Data: rows, Inverse: opts.Bool(true),
			AxisLabel: &opts.AxisLabel{Overflow: "break"},
		}),
	)
	heat.AddSeries("budget spent", nil, withData(h.cells()),
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Formatter: formatCell, Color: "--ink"}),
	)
	heat.Validate()
	option := heat.JSON()
	option["dataZoom"] = sliderOver(0)
	option["media"] = []medium{
		h.medium(0, 190, 12),
		h.medium(620, 112, 5),
	}
	return encode(id, option, historyRow*len(h.Rows)+historyFoot)
}

// A medium is how a figure differs on pages up to a width; without one, on all.
type medium struct {
	Query  *mediumQuery `json:"query,omitempty"`
	Option struct {
		Grid     opts.Grid   `json:"grid"`
		YAxis    opts.YAxis  `json:"yAxis"`
		DataZoom []zoomStart `json:"dataZoom"`
	} `json:"option"`
}

type mediumQuery struct {
	MaxWidth int `json:"maxWidth"` // in pixels
}

type zoomStart struct {
	StartValue int `json:"startValue"` // the first month shown
	EndValue   int `json:"endValue"`
}

// medium gives the names of the rows this much room and shows the last months.
func (h BudgetHistory) medium(maxWidth, names, months int) medium {
	var m medium
	if maxWidth > 0 {
		m.Query = &mediumQuery{maxWidth}
	}
	m.Option.Grid.Left = strconv.Itoa(names)
	m.Option.YAxis.AxisLabel = &opts.AxisLabel{Show: opts.Bool(true), Width: names - 12}
	m.Option.DataZoom = []zoomStart{{max(0, len(h.Months)-months), len(h.Months) - 1}}
	return m
}

// cells returns what stands in the grid: nothing where an SLO was not in scope.
func (h BudgetHistory) cells() []budgetCell {
	cells := []budgetCell{}
	for y, row := range h.Rows {
		for x, m := range row.Months {
			state := m.shown()
			if state == outOfScope || x >= len(h.Months) {
				continue
			}
			cell := budgetCell{
				Value: [3]int{x, y, 1}, Class: StateClass(state), Glyph: glyphs[state],
				ItemStyle: opts.ItemStyle{Color: "--incidents@0.04"},
			}
			words := state.Word()
			if state != slo.NoData && state != slo.TooLittleTraffic {
				cell.Text = points(m.Spent)
				cell.ItemStyle.Color = tint(m.Spent)
				words = percent(m.Spent) + " of the budget spent, " + words
			}
			cell.Name = row.Name + "\n" + monthName(h.Months[x]) + ": " + words
			if m.Changed {
				cell.Name += "\nthe objective changed"
			}
			cells = append(cells, cell)
		}
	}
	return cells
}

// tint is the colour of a cell: in quarters of the budget, darkest above all of
// it.
func tint(spent float64) string {
	switch {
	case spent < 0.25:
		return "--incidents@0.04"
	case spent < 0.5:
		return "--incidents@0.1"
	case spent < 0.75:
		return "--incidents@0.18"
	case spent <= 1:
		return "--incidents@0.28"
	}
	return "--incidents@0.42"
}

func (h BudgetHistory) describe() string {
	s := h.Label + ": budget spent by month"
	if n := len(h.Months); n > 0 {
		s += ", " + between(h.Months[0], h.Months[n-1])
	}
	return s + ", " + count(len(h.Rows), "objective") + "."
}
