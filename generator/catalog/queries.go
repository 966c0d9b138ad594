package catalog

import (
	"slices"

	"tribune/generator/promql"
)

func (l *loader) queries(t *sloTable) {
	switch {
	case t.Good.given() && t.Bad.given():
		l.report(t.Bad.pos, "query-both", "keep the one that is easier to ask for: the other follows from total", "the SLO counts good and bad events both")
	case t.Good.given() && !t.Total.given():
		l.report(t.Good.pos, "query-total", "add total, the query that counts all valid events", "the SLO counts good events, but not all of them")
	case t.Bad.given() && !t.Total.given():
		l.report(t.Bad.pos, "query-total", "add total, the query that counts all valid events", "the SLO counts bad events, but not all of them")
	case t.Total.given() && !t.Good.given() && !t.Bad.given():
		l.report(t.Total.pos, "query-total", "add good or bad", "the SLO counts all events, but not which are good or bad")
	}
}

// askable reports what is wrong with the queries of an SLO that asks a
// Prometheus. ok is false if no server could read one.
func (l *loader) askable(t *sloTable, o SLO) (ok bool) {
	if l.sources[o.Source] != Prometheus {
		return true
	}
	ok = true
	for _, q := range []struct {
		name string
		value[text]
	}{{"good", t.Good}, {"bad", t.Bad}, {"total", t.Total}} {
		if q.given() && !l.query(q.name, q.value, o) {
			ok = false
		}
	}
	return ok
}

func (l *loader) query(name string, v value[text], o SLO) (ok bool) {
	query := promql.Plain(string(v.V))
	ranges, err := promql.Ranges(query)
	if err != nil {
		l.report(v.pos, "query-syntax", "try the query in Prometheus", "%s is no query: %v", name, err)
		return false
	}
	if _, why := promql.Counts(ranges); why != "" && o.Counts == "" {
		l.report(v.pos, "query-counts", `write increase(…[{{.window}}]), or add counts = "increase" if its value is the events of a bucket, "rate" if it is events per second`, "it is unclear what %s counts, since %s", name, why)
	}
	if err := promql.Syntax(query); err != nil && !l.cat.Site.ReadsMore(o.Source) {
		l.report(v.pos, "query-promql", PromQLHint, "Prometheus cannot read %s: %v", name, err)
	}
	return true
}

// PromQLHint is what to do about a query that Prometheus cannot read.
const PromQLHint = `put it right; if VictoriaMetrics is asked, which reads more, write increase = "exact" into its source`

// ReadsMore reports whether a source is known to read queries that Prometheus
// cannot, as VictoriaMetrics does. With "" it asks that of any source.
func (s Site) ReadsMore(source string) bool {
	return slices.ContainsFunc(s.Sources, func(src Source) bool {
		return (source == "" || src.Name == source) && src.Increase == "exact"
	})
}
