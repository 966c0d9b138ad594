package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tribune/generator/catalog"
	"tribune/generator/promql"
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
	if d.slo.Counts = cmp.Or(counts, countsAll); d.slo.Counts == "" {
		r.report(total, "spec-counts", "write increase(…[{{.window}}]) or rate(…[{{.window}}])", "it is unclear what %s and %s count: no function such as increase takes {{.window}} in either", part.name, total.name)
	}
	d.slo.Total = all
	if good.there() {
		d.slo.Good = q
	} else {
		d.slo.Bad = q
	}
}

// counting returns a query that counts events over {{.window}}, and what it
// counts: "" if that cannot be told.
func (r *reader) counting(n node, counter bool) (query, counts string, ok bool) {
	query, ranges, ok := r.ranged(n)
	switch {
	case !ok:
		return "", "", false
	case len(ranges) > 0:
		r.readable(n, query)
		counts, _ = promql.Counts(ranges)
		return query, counts, true
	case counter:
		if q, ok := counted(query); ok {
			return q, promql.Increase, true
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
	r.readable(n, query)
	if len(ranges) == 0 { // it tells of a moment
		query = "avg_over_time(" + in(query) + "[" + promql.Window + ":1m])"
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
	d.slo.Total, d.slo.Counts, d.slo.Unit = present(query), promql.Rate, catalog.Seconds
	d.slo.Caveats = append(d.slo.Caveats, "Its source tells a ratio, not how many events there were: every second counts the same, a quiet night as much as a busy day.")
}

// ranged returns a query and its ranges, of which one at least is {{.window}} if
// there are any: a fixed one, of a spec whose tool has no window, becomes it.
func (r *reader) ranged(n node) (query string, ranges []promql.Range, ok bool) {
	query, ranges, ok = r.query(n)
	if !ok || len(ranges) == 0 || slices.ContainsFunc(ranges, isWindow) {
		return query, ranges, ok
	}
	fixed := ranges[0].Length
	for _, s := range ranges {
		if _, isDuration := parseDuration(s.Length); !isDuration || s.Length != fixed {
			r.report(n, "spec-query", "write [{{.window}}] where the bucket's length belongs", "%s has the range [%s], so it cannot be asked for any bucket", n.name, s.Length)
			return "", nil, false
		}
	}
	for _, s := range slices.Backward(ranges) {
		query = query[:s.From] + promql.Window + query[s.To:]
	}
	r.report(n, "spec-range", "write [{{.window}}] to say so", "%s is asked over each bucket instead of [%s]", n.name, fixed)
	ranges, _ = promql.Ranges(query)
	return query, ranges, true
}

func isWindow(r promql.Range) bool { return r.Length == promql.Window }

// query returns a query with its window as ours write it, and its ranges.
func (r *reader) query(n node) (query string, ranges []promql.Range, ok bool) {
	query = promql.Plain(n.text())
	if rest := strings.ReplaceAll(query, promql.Window, ""); strings.Contains(rest, "{{") {
		r.report(n, "spec-query", "only {{.window}} is filled in", "%s has a placeholder that is not known", n.name)
		return "", nil, false
	}
	ranges, err := promql.Ranges(query)
	if err != nil {
		r.report(n, "spec-query", "try the query in Prometheus", "%s is no query: %v", n.name, err)
		return "", nil, false
	}
	return query, ranges, true
}

// readable reports a query that Prometheus cannot read.
func (r *reader) readable(n node, query string) {
	if err := promql.Syntax(query); err != nil && !r.cat.Site.ReadsMore("") {
		r.report(n, "spec-promql", catalog.PromQLHint, "Prometheus cannot read %s: %v", n.name, err)
	}
}

// threshold makes an SLI of a query that answers with a value, looked at each
// minute, which is good if it compares so with the limit.
func (r *reader) threshold(d *draft, n node, op, limit string) {
	query, ranges, ok := r.query(n)
	if !ok {
		return
	}
	if slices.ContainsFunc(ranges, isWindow) {
		r.report(n, "spec-query", "write a fixed range, such as [5m]: the value is looked at each minute", "%s has {{.window}}, but tells the value of a moment", n.name)
		return
	}
	r.readable(n, query)
	samples := func(condition string) string {
		return fmt.Sprintf("sum(sum_over_time((%s %s)[%s:1m]))", in(query), condition, promql.Window)
	}
	d.slo.Good, d.slo.Total = samples(op+" bool "+limit), samples(">= bool -Inf") // NaN is no sample
	d.slo.Counts, d.slo.Unit = promql.Increase, catalog.Samples
	d.slo.Caveats = append(d.slo.Caveats, "It looks at a value once a minute, and counts those looks, not events.")
}

// listing returns "a, b or c".
func listing(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
