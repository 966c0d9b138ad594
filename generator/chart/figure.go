package chart

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// A Figure is an interactive chart: an option for ECharts, as data.
type Figure struct {
	ID     string // unique on its page
	Option []byte // JSON, safe within a script
	Height int    // in pixels; its width is that of its place
}

// Script returns the figure as a classic script, which a page loads when the
// figure scrolls into view. No text in it can end the script or begin another:
// json.Marshal escapes <, >, &, U+2028 and U+2029.
func (f Figure) Script() []byte {
	id, _ := json.Marshal(f.ID) // a string always can be
	return fmt.Appendf(nil, "tribune.figure(%s, %s, %d);\n", id, f.Option, f.Height)
}

// FigureID returns an ID for a kind of figure of something that has a name:
// "timeline.payments.checkout-api.availability". Two names never share an ID.
func FigureID(kind, name string) string {
	id := []byte(kind + ".")
	for _, c := range []byte(name) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-':
			id = append(id, c)
		case c == '/':
			id = append(id, '.')
		default:
			id = fmt.Appendf(id, "_%02x", c)
		}
	}
	return string(id)
}

// Formatters by name: site.js knows what they do. go-echarts could carry code as
// text instead; no figure of ours does.
const (
	formatPercent  = "percent"  // a number that is a percentage already
	formatCount    = "count"    // a large number, shortened
	formatName     = "name"     // the name of an item
	formatNumber   = "number"   // the number of a row of the timeline
	formatCell     = "cell"     // a cell of a budget history
	formatTimeline = "timeline" // tooltips
	formatAround   = "around"
	formatBudget   = "budget"
)

// common are the settings that all figures share. A description is what a screen
// reader says.
func common(description string, tooltip opts.Tooltip) []charts.GlobalOpts {
	tooltip.Show = opts.Bool(true)
	return []charts.GlobalOpts{
		charts.WithAnimation(false),
		charts.WithTooltipOpts(tooltip),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithAriaOpts(&opts.Aria{Enabled: opts.Bool(true), Label: &opts.AriaLabel{Description: description}}),
	}
}

// encode turns what go-echarts made of a chart into a figure. Unlike go-echarts'
// own encoder it escapes <, > and & and reports a number that JSON cannot hold.
//
// What go-echarts cannot say, or says where ECharts does not look, is put right
// here: tooltips are drawn as SVG text, because the HTML ones need inline styles,
// which the pages' security policy forbids; and times are not moved to the
// reader's zone.
func encode(id string, option map[string]any, height int) (Figure, error) {
	tooltip, _ := option["tooltip"].(opts.Tooltip)
	option["tooltip"] = svgTooltip{tooltip, "richText", true}
	option["useUTC"] = true
	for _, unused := range []string{"color", "title", "toolbox"} { // colours are named in the series
		delete(option, unused)
	}
	js, err := json.Marshal(option)
	if err != nil {
		return Figure{}, fmt.Errorf("figure %s: %w", id, err)
	}
	return Figure{ID: id, Option: js, Height: height}, nil
}

type svgTooltip struct {
	opts.Tooltip
	RenderMode string `json:"renderMode"`
	Confine    bool   `json:"confine"` // within the figure
}

// withData gives a series its items as plain arrays, a third shorter than the
// objects of go-echarts. A null is a gap.
func withData(items any) charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) { s.Data = items })
}

// clockMillis returns the time on the zone's clock, in milliseconds, as if the
// zone were UTC: so an axis has its days where the site has them, whatever the
// zone of the browser. The hour that clocks repeat in autumn lies on itself.
func clockMillis(t time.Time, zone *time.Location) int64 {
	_, offset := t.In(zone).Zone()
	return t.UnixMilli() + int64(offset)*1000
}

// timeAxis is an axis of times. Its label is turned off where another axis with
// the same times stands below.
func timeAxis(grid int, labels bool) opts.XAxis {
	return opts.XAxis{
		Type: "time", GridIndex: grid,
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(labels), HideOverlap: opts.Bool(true)},
		SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
	}
}

// A slider lets readers zoom. go-echarts' DataZoom cannot say where it stands,
// which is the foot of the figure.
type slider struct {
	Type           string `json:"type"`
	XAxisIndex     []int  `json:"xAxisIndex"`
	FilterMode     string `json:"filterMode"` // what is out of view keeps its lines
	Bottom         int    `json:"bottom"`
	Height         int    `json:"height"`
	MoveHandleSize int    `json:"moveHandleSize"`
	ShowDetail     bool   `json:"showDetail"`
	BrushSelect    bool   `json:"brushSelect"`
}

func sliderOver(axes ...int) []slider {
	return []slider{{Type: "slider", XAxisIndex: axes, FilterMode: "none", Bottom: 4, Height: 22}}
}

// fewBands is how many labels fit beside each other.
const fewBands = 6

// bandAreas returns the bands as marked areas, in the colour of their kind; a few
// are labelled. A colour is a name of the stylesheet, with its opacity behind @.
func bandAreas(bands []Band, zone *time.Location) [][]opts.MarkAreaData {
	colours := map[BandKind]string{
		IncidentBand: "--incidents@0.14", MaintenanceBand: "--mark@0.3", UnexplainedBand: "--unexplained@0.3", MissingBand: "--rule@0.5",
	}
	areas := make([][]opts.MarkAreaData, 0, len(bands))
	for _, b := range bands {
		from := opts.MarkAreaData{Name: b.name(), XAxis: clockMillis(b.Span.From, zone)}
		from.ItemStyle = &opts.ItemStyle{Color: colours[b.Kind]}
		from.Label = &opts.Label{Show: opts.Bool(len(bands) <= fewBands), Color: "--ink"}
		areas = append(areas, []opts.MarkAreaData{from, {XAxis: clockMillis(b.Span.To, zone)}})
	}
	return areas
}

// rounded keeps the digits of a percentage that a reader could tell apart.
func rounded(share float64) float64 {
	if !finite(share) {
		return share // which the encoder then reports
	}
	return math.Round(share*1e8) / 1e6
}

// names joins the names of bands for a description.
func names(bands []Band) string {
	var words []string
	for _, b := range bands {
		if w := b.name(); !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}

// objectiveLine marks the objective on an axis of percentages. Its label stands
// above the line (insideEndTop) or below (insideEndBottom).
func objectiveLine(at float64, text, position string) charts.SeriesOpts {
	return charts.WithSeriesOpts(func(s *charts.SingleSeries) {
		s.MarkLines = &opts.MarkLines{
			Data: []any{opts.MarkLineNameYAxisItem{Name: text, YAxis: at}},
			MarkLineStyle: opts.MarkLineStyle{
				Symbol:    []string{"none", "none"},
				LineStyle: &opts.LineStyle{Color: "--mark", Type: "dashed"},
				Label: &opts.Label{
					Show: opts.Bool(true), Position: position, Formatter: formatName, Color: "--ink", BackgroundColor: "--paper@0.8",
				},
			},
		}
	})
}
