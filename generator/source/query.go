package source

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/model"
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

// placeholder stands for the window in a query.
var placeholder = regexp.MustCompile(`\{\{-?\s*\.window\s*-?\}\}`)

// A filled query is one that can be asked.
type filled struct {
	text   string
	factor float64 // what its value is multiplied by, to be the events of a bucket
}

// A rangeFunc is what a function over a window counts.
type rangeFunc int

const (
	unknown   rangeFunc = iota
	perBucket           // events of a counter, such as increase
	perSecond           // events of a counter per second, such as rate
	ofSamples           // a sum or number of the samples in the window
	inSamples           // another thing about them, such as their average: no events
)

func rangeFuncOf(name string) rangeFunc {
	switch {
	case name == "rate" || name == "irate" || name == "deriv":
		return perSecond
	case strings.HasPrefix(name, "increase") || name == "delta" || name == "idelta" || name == "changes" || name == "resets":
		return perBucket
	case name == "sum_over_time" || name == "count_over_time":
		return ofSamples
	case strings.HasSuffix(name, "_over_time"):
		return inSamples
	}
	return unknown
}

// fill puts the window into a query, for buckets (or slices) of a width. counts
// says what the query counts, as the SLO does: "increase", "rate", or "" to tell
// from the functions that take the window.
func fill(query, counts string, width, scrape time.Duration, how Increase) (filled, error) {
	plain := masked(query)
	var text strings.Builder
	var events, seconds bool
	scale := 1.0
	end := 0
	for _, at := range placeholder.FindAllStringIndex(query, -1) {
		text.WriteString(query[end:at[0]])
		end = at[1]
		open := strings.LastIndexByte(plain[:at[0]], '[')
		if open < 0 || strings.TrimSpace(plain[open+1:at[0]]) != "" { // a part of a name, such as errors:ratio_rate{{.window}}
			text.WriteString(model.Duration(width).String())
			continue
		}
		window, modifier := width, ""
		switch f := rangeFuncOf(holder(plain[:open])); f {
		case ofSamples, inSamples:
			// Each sample belongs to one bucket: without one at the left edge, on
			// servers that would count it in both.
			window -= time.Millisecond
			events = events || f == ofSamples
		case perBucket, perSecond:
			events, seconds = events || f == perBucket, seconds || f == perSecond
			if how == Overlap {
				window += scrape - time.Millisecond
				if f == perBucket {
					scale = width.Seconds() / (width + scrape).Seconds()
				}
			}
			if how == Anchored && strings.HasPrefix(strings.TrimSpace(plain[end:]), "]") {
				modifier = "anchored"
			}
		}
		text.WriteString(strconv.FormatInt(window.Milliseconds(), 10) + "ms")
		if modifier != "" {
			text.WriteString("] " + modifier)
			end += strings.IndexByte(plain[end:], ']') + 1
		}
	}
	text.WriteString(query[end:])
	switch {
	case counts == "rate" || counts == "" && seconds && !events:
		return filled{text.String(), width.Seconds()}, nil
	case counts == "increase" || counts == "" && events && !seconds:
		return filled{text.String(), scale}, nil
	case events:
		return filled{}, faultf(BadQuery, `add counts = "increase" if its value is events, or counts = "rate" if it is events per second`,
			"it is unclear what the query counts, since it uses both increase and rate: %s", oneLine(query))
	}
	return filled{}, faultf(BadQuery, `write increase(…[{{.window}}]), or add counts = "increase" if its value is the events of a bucket, "rate" if it is events per second`,
		"it is unclear what the query counts, since no function such as increase takes {{.window}}: %s", oneLine(query))
}

// holder returns the name of the function that the range selector at the end of
// a query stands in, "" if there is none.
func holder(plain string) string {
	depth := 0
	for i := len(plain) - 1; i >= 0; i-- {
		switch plain[i] {
		case ')', ']', '}':
			depth++
		case '[', '{', '(':
			if depth > 0 {
				depth--
				continue
			}
			if plain[i] != '(' {
				return "" // a bracket that nothing closes
			}
			before := strings.TrimRight(plain[:i], " \t\r\n")
			name := before[strings.LastIndexFunc(before, func(r rune) bool { return !wordRune(r) })+1:]
			if name != "" {
				return name
			}
		}
	}
	return ""
}

func wordRune(r rune) bool {
	return r == '_' || r == ':' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// masked returns a query of the same length with every byte of its strings and
// comments, quotes included, replaced by a space.
func masked(query string) string {
	b := []byte(query)
	for i := 0; i < len(b); i++ {
		quote := b[i]
		if quote == '#' {
			for ; i < len(b) && b[i] != '\n'; i++ {
				b[i] = ' '
			}
			continue
		}
		if quote != '"' && quote != '\'' && quote != '`' {
			continue
		}
		b[i] = ' '
		for i++; i < len(b) && b[i] != quote; i++ {
			if b[i] == '\\' && quote != '`' && i+1 < len(b) {
				b[i] = ' '
				i++
			}
			b[i] = ' '
		}
		if i < len(b) {
			b[i] = ' '
		}
	}
	return string(b)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
