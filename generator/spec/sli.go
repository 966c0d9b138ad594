package spec

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tribune/generator/catalog"
)

// A draft is an SLO as its spec has it, before its place in the catalog is known.
type draft struct {
	slo         catalog.SLO
	at          node   // where it is declared
	errors      int    // how many there were before it
	name        string // as the spec calls it
	service     node   // its name, as the spec calls it
	serviceName string // for readers; "" if it is the same
	labels      []node // tables of labels, the nearest first
	source      string // a source that the spec names, or ""
	elsewhere   bool   // its SLI is asked of a backend without PromQL
}

func (r *reader) draft(at node) *draft {
	return &draft{at: at, errors: r.errors, slo: catalog.SLO{Resolution: r.cat.Site.Resolution, Pos: at.pos()}}
}

// oneOf returns the one of the named tables that is under the key of n.
func (r *reader) oneOf(n node, key string, names ...string) (only node, ok bool) {
	hint := "write one of " + listing(names)
	parent, ok := r.needOf(n, key, yaml.MappingNode, hint)
	if !ok {
		return node{}, false
	}
	var found []node
	for _, name := range names {
		if c := parent.get(name); c.there() {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		r.report(parent, "spec-sli", hint, "%s holds no SLI", key)
	case 1:
		return found[0], true
	default:
		r.report(found[1], "spec-sli", "keep one of them", "%s holds two SLIs: %s and %s", key, found[0].name, found[1].name)
	}
	return node{}, false
}

// count makes an SLI of the queries that count good or bad events, and all.
// counter says that bare series are counters, which OpenSLO tells apart.
func (r *reader) count(d *draft, good, bad, total node, counter bool) {
	part := good
	if !part.there() {
		part = bad
	}
	q, counts, ok := r.counting(part, counter)
	all, countsAll, okAll := r.counting(total, counter)
	if !ok || !okAll {
		return
	}
	if counts != "" && countsAll != "" && counts != countsAll {
		r.report(total, "spec-query", "use rate in both, or increase in both", "%s counts with %s, but %s with %s", part.name, counts, total.name, countsAll)
		return
	}
	d.slo.Total, d.slo.Counts = all, counts
	if counts == "" {
		d.slo.Counts = countsAll
	}
	if good.there() {
		d.slo.Good = q
	} else {
		d.slo.Bad = q
	}
}

// counting returns a query that counts events over {{.window}}, and what it
// counts: see countsOf.
func (r *reader) counting(n node, counter bool) (query, counts string, ok bool) {
	query, ranges, ok := r.ranged(n)
	switch {
	case !ok:
		return "", "", false
	case len(ranges) > 0:
		return query, countsOf(ranges), true
	case counter:
		if q, ok := counted(query); ok {
			return q, "increase", true
		}
	}
	r.report(n, "spec-query", "write sum(increase(…[{{.window}}])), or counter: true beside a bare metric of OpenSLO", "%s has no range, so it cannot be asked for a bucket", n.name)
	return "", "", false
}

// ratio makes an SLI of a query that answers with a share of good or bad events.
func (r *reader) ratio(d *draft, n node, good bool) {
	query, ranges, ok := r.ranged(n)
	if !ok {
		return
	}
	if len(ranges) == 0 { // it tells of a moment
		query = "avg_over_time(" + in(query) + "[" + window + ":1m])"
	}
	r.report(n, "spec-ratio", "count bad and total events if the metrics do", "%s tells a ratio, not how many events there were: every second counts the same", n.name)
	d.setRatio(query, good)
}

// setRatio asks a ratio as though it were events per second, one a second. So it
// counts seconds.
func (d *draft) setRatio(query string, good bool) {
	if good {
		d.slo.Good = query
	} else {
		d.slo.Bad = query
	}
	d.slo.Total, d.slo.Counts, d.slo.Unit = present(query), "rate", catalog.Seconds
	d.slo.Caveats = append(d.slo.Caveats, "Its source tells a ratio, not how many events there were: every second counts the same, a quiet night as much as a busy day.")
}

// ranged returns a query and its ranges, of which one at least is {{.window}} if
// there are any: a fixed one, of a spec whose tool has no window, becomes it.
func (r *reader) ranged(n node) (query string, ranges []span, ok bool) {
	query, ranges, ok = r.query(n)
	isWindow := func(s span) bool { return s.length == window }
	if !ok || len(ranges) == 0 || slices.ContainsFunc(ranges, isWindow) {
		return query, ranges, ok
	}
	fixed := ranges[0].length
	for _, s := range ranges {
		if _, isDuration := parseDuration(s.length); !isDuration || s.length != fixed {
			r.report(n, "spec-query", "write [{{.window}}] where the bucket's length belongs", "%s has the range [%s], so it cannot be asked for any bucket", n.name, s.length)
			return "", nil, false
		}
	}
	for _, s := range slices.Backward(ranges) {
		query = query[:s.from] + window + query[s.to:]
	}
	r.report(n, "spec-range", "write [{{.window}}] to say so", "%s is asked over each bucket instead of [%s]", n.name, fixed)
	ranges, _ = spans(query)
	return query, ranges, true
}

// query returns a query with its window as ours write it, and its ranges.
func (r *reader) query(n node) (query string, ranges []span, ok bool) {
	query = written.ReplaceAllString(n.text(), window)
	if rest := strings.ReplaceAll(query, window, ""); strings.Contains(rest, "{{") {
		r.report(n, "spec-query", "only {{.window}} is filled in", "%s has a placeholder that is not known", n.name)
		return "", nil, false
	}
	ranges, err := spans(query)
	if err != nil {
		r.report(n, "spec-query", "try the query in Prometheus", "%s is no PromQL: %v", n.name, err)
		return "", nil, false
	}
	return query, ranges, true
}

// threshold makes an SLI of a query that answers with a value, looked at each
// minute, which is good if it compares so with the limit.
func (r *reader) threshold(d *draft, n node, op, limit string) {
	query, ranges, ok := r.query(n)
	if !ok {
		return
	}
	if slices.ContainsFunc(ranges, func(s span) bool { return s.length == window }) {
		r.report(n, "spec-query", "write a fixed range, such as [5m]: the value is looked at each minute", "%s has {{.window}}, but tells the value of a moment", n.name)
		return
	}
	samples := func(condition string) string {
		return fmt.Sprintf("sum(sum_over_time((%s %s)[%s:1m]))", in(query), condition, window)
	}
	d.slo.Good, d.slo.Total = samples(op+" bool "+limit), samples(">= bool -Inf") // NaN is no sample
	d.slo.Counts, d.slo.Unit = "increase", catalog.Samples
	d.slo.Caveats = append(d.slo.Caveats, "It looks at a value once a minute, and counts those looks, not events.")
}

// listing returns "a, b or c".
func listing(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
