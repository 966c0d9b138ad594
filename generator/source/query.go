package source

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"tribune/generator/promql"
)

// An Increase is how a server counts the increase of a counter over a window.
type Increase string

// The ways of counting.
const (
	// Overlap: between the samples within the window, stretched to its edges, as
	// Prometheus does. Windows must overlap, or what happens between them is lost.
	Overlap Increase = "overlap"
	// Exact: from the last sample before the window, as VictoriaMetrics does.
	Exact Increase = "exact"
	// Anchored: the same, but only if the query says so. It is a feature of
	// Prometheus that must be turned on (promql-extended-range-selectors).
	Anchored Increase = "anchored"
)

// A filled query is one that can be asked.
type filled struct {
	text   string
	factor float64 // what its value is multiplied by, to be the events of a bucket
}

// fill puts the window into a query, for buckets (or slices) of a width. counts
// says what the query counts, as the SLO does: "increase", "rate", or "" to tell
// from the functions that take the window.
func fill(query, counts string, width, scrape time.Duration, how Increase) (filled, error) {
	query = promql.Plain(query)
	ranges, err := promql.Ranges(query)
	if err != nil {
		return filled{}, faultf(BadQuery, "put the query right", "%v: %s", err, oneLine(query))
	}
	if counts == "" {
		var why string
		if counts, why = promql.Counts(ranges); why != "" {
			return filled{}, faultf(BadQuery, `write increase(…[{{.window}}]), or add counts = "increase" if its value is the events of a bucket, "rate" if it is events per second`,
				"it is unclear what the query counts, since %s: %s", why, oneLine(query))
		}
	}
	// Elsewhere the window is a part of a name, such as errors:ratio_rate{{.window}}.
	named := strings.NewReplacer(promql.Window, model.Duration(width).String())
	var text strings.Builder
	scale, end := 1.0, 0
	for _, r := range ranges {
		if r.Length != promql.Window {
			continue
		}
		text.WriteString(named.Replace(query[end:r.From]))
		end = r.To
		window, modifier := width, ""
		switch kind := r.Kind(); {
		case kind == promql.OfSamples || kind == promql.InSamples:
			// Each sample belongs to one bucket: without one at the left edge, on
			// servers that would count it in both.
			window -= time.Millisecond
		case kind == promql.Unknown:
		case how == Overlap:
			window += scrape - time.Millisecond
			if kind == promql.PerBucket {
				scale = width.Seconds() / (width + scrape).Seconds()
			}
		case how == Anchored && query[end] == ']':
			modifier = "] anchored"
			end++
		}
		text.WriteString(strconv.FormatInt(window.Milliseconds(), 10) + "ms" + modifier)
	}
	text.WriteString(named.Replace(query[end:]))
	if counts == promql.Rate {
		return filled{text.String(), width.Seconds()}, nil
	}
	return filled{text.String(), scale}, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
