package chart

import (
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"tribune/generator/slo"
)

// A Timeline is the SLI of one SLO over time with its traffic beneath, to zoom.
type Timeline struct {
	Label     string
	Zone      *time.Location
	Step      time.Duration // the width of a bucket
	Objective slo.Objective
	Buckets   []Bucket // in order of time; a bucket that is not there is a gap
	Bands     []Band
}

// Figure makes the timeline interactive. A share that is not a number is an
// error.
func (t Timeline) Figure(id string) (Figure, error) {
	line := charts.NewLine()
	line.SetGlobalOptions(common(t.describe(), opts.Tooltip{
		Trigger: "axis", Formatter: formatTimeline, AxisPointer: &opts.AxisPointer{Type: "line"},
	})...)
	line.SetGlobalOptions(
		charts.WithGridOpts(
			opts.Grid{Left: "52", Right: "16", Top: "40", Height: "170"},
			opts.Grid{Left: "52", Right: "16", Top: "248", Height: "64"},
		),
		charts.WithXAxisOpts(timeAxis(0, false)),
		charts.WithYAxisOpts(opts.YAxis{
			Name: "share good", NameGap: 24, Type: "value", Min: t.low() * 100, Max: 100,
			AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Formatter: formatPercent},
		}),
		charts.WithAxisPointerOpts(&opts.AxisPointer{Link: []opts.AxisPointerLink{{XAxisIndex: []int{0, 1}}}}),
	)
	line.ExtendXAxis(timeAxis(1, true))
	line.ExtendYAxis(opts.YAxis{
		Name: "events in each bucket", Type: "value", GridIndex: 1, SplitNumber: 2,
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(true), Formatter: formatCount},
	})

	sli, traffic := t.data()
	line.AddSeries("SLI", nil, withData(sli),
		charts.WithLineChartOpts(opts.LineChart{Symbol: "circle", SymbolSize: 0, ConnectNulls: opts.Bool(false)}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: "--ink", Width: 1.25}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "--ink"}),
		objectiveLine(rounded(t.Objective.Share()), "objective "+t.Objective.String(), "insideEndBottom"),
		charts.WithMarkAreaData(bandAreas(t.Bands, t.Zone)...),
	)
	bars := charts.NewBar()
	bars.AddSeries("events", nil, withData(traffic),
		charts.WithBarChartOpts(opts.BarChart{XAxisIndex: 1, YAxisIndex: 1, BarCategoryGap: "0%"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: "--background"}),
	)
	line.Overlap(bars)
	line.Validate()
	option := line.JSON()
	option["dataZoom"] = sliderOver(0, 1)
	return encode(id, option, 372)
}

// data returns the SLI and the traffic, an item a bucket and a null for each
// gap. A bucket alone between gaps is shown as a dot.
func (t Timeline) data() (sli []any, traffic [][2]any) {
	told := func(i int) bool { return i >= 0 && i < len(t.Buckets) && t.Buckets[i].Events > 0 }
	joined := func(i int) bool { // to the bucket before
		return told(i) && told(i-1) && t.Buckets[i].At.Sub(t.Buckets[i-1].At) <= t.Step
	}
	for i, b := range t.Buckets {
		if i > 0 && b.At.Sub(t.Buckets[i-1].At) > t.Step {
			gap := [2]any{clockMillis(t.Buckets[i-1].At.Add(t.Step), t.Zone), nil}
			sli, traffic = append(sli, gap), append(traffic, gap)
		}
		at := clockMillis(b.At, t.Zone)
		traffic = append(traffic, [2]any{at, b.Events})
		switch {
		case !told(i):
			sli = append(sli, [2]any{at, nil})
		case joined(i) || joined(i+1):
			sli = append(sli, [2]any{at, rounded(1 - b.Bad)})
		default:
			sli = append(sli, opts.LineData{Value: [2]any{at, rounded(1 - b.Bad)}, SymbolSize: 3})
		}
	}
	return sli, traffic
}

// low returns the lower end of the scale, a share below the worst bucket and
// the objective.
func (t Timeline) low() float64 {
	worst := 1 - t.Objective.Share()
	for _, b := range t.Buckets {
		if b.Events > 0 && finite(b.Bad) {
			worst = max(worst, b.Bad)
		}
	}
	top, _ := scaleTop(worst * 1.05)
	return 1 - top
}

func (t Timeline) describe() string {
	s := t.Label + ": share of events that were good, and traffic"
	if n := len(t.Buckets); n > 0 {
		s += ", from " + moment(t.Buckets[0].At.In(t.Zone)) + " to " + moment(t.Buckets[n-1].At.Add(t.Step).In(t.Zone))
	}
	s += ". The objective is " + t.Objective.String() + "."
	if len(t.Bands) > 0 {
		s += " Marked: " + names(t.Bands) + "."
	}
	return s
}
