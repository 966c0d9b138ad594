package chart

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tribune/generator/slo"
)

// Figure makes the incident interactive: the columns of its SVG, to zoom, with
// the rows of the timeline in words.
func (in Incident) Figure(id string) (Figure, error) {
	top, _ := scaleTop(in.worst())
	allowed := slo.Objective(1e9) - in.Objective

	bars := charts.NewBar()
	bars.SetGlobalOptions(common(in.title()+". "+in.describe(), opts.Tooltip{
		Trigger: "axis", Formatter: formatAround, AxisPointer: &opts.AxisPointer{Type: "line"},
	})...)
	axis := timeAxis(0, true)
	axis.Min, axis.Max = clockMillis(in.Span.From, in.Zone), clockMillis(in.Span.To, in.Zone)
	bars.SetGlobalOptions(
		charts.WithGridOpts(opts.Grid{Left: "48", Right: "16", Top: "34", Bottom: "60"}),
		charts.WithXAxisOpts(axis),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "value", Min: 0, Max: rounded(top),
			AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Formatter: formatPercent},
		}),
	)
	bars.AddSeries("failed", nil, withData(in.data()),
		charts.WithBarChartOpts(opts.BarChart{BarCategoryGap: "5%"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "--exhausted"}),
		objectiveLine(rounded(allowed.Share()), "objective: at most "+allowed.String()+" fail", "insideEndTop"),
		charts.WithMarkAreaData(bandAreas(in.bands(), in.Zone)...),
	)
	markers := charts.NewScatter()
	markers.AddSeries("timeline", nil, withData(in.rows(top)),
		charts.WithScatterChartOpts(opts.ScatterChart{Symbol: "circle", SymbolSize: 18}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "--ink", Opacity: opts.Float(1)}),
		charts.WithLabelOpts(opts.Label{Show: opts.Bool(true), Formatter: formatNumber, Color: "--paper", FontWeight: "bold"}),
	)
	bars.Overlap(markers)
	bars.Validate()
	option := bars.JSON()
	option["dataZoom"] = sliderOver(0)
	return encode(id, option, 314)
}

// data returns a column a bucket, at its middle: time, percentage that failed,
// events.
func (in Incident) data() [][3]any {
	var items [][3]any
	for _, b := range in.Buckets {
		if !in.Span.Contains(b.At) {
			continue
		}
		item := [3]any{clockMillis(b.At.Add(in.Step/2), in.Zone), nil, b.Events}
		if b.Events != 0 {
			item[1] = rounded(b.Bad)
		}
		items = append(items, item)
	}
	return items
}

// rows returns the timeline as items at the top of the scale.
func (in Incident) rows(top float64) []timelineRow {
	rows := []timelineRow{}
	for _, m := range in.Markers {
		if in.Span.Contains(m.At) {
			at := [2]any{clockMillis(m.At, in.Zone), rounded(top)}
			rows = append(rows, timelineRow{m.Sign, m.Sign + ". " + m.At.In(in.Zone).Format(clockLayout) + " " + m.Text, at, m.Href})
		}
	}
	return rows
}

// A timelineRow is an item of a series, with what its disc and its tooltip say and
// where a click leads.
type timelineRow struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Value  [2]any `json:"value"`
	Href   string `json:"href,omitempty"`
}

// bands returns the impact, and the stretches without data.
func (in Incident) bands() []Band {
	var bands []Band
	if !in.Impact.Empty() {
		bands = append(bands, Band{Span: in.Impact, Kind: IncidentBand, Label: "impact"})
	}
	for _, gap := range in.gaps() {
		bands = append(bands, Band{Span: gap, Kind: MissingBand})
	}
	return bands
}
