package spec

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"tribune/generator/catalog"
	"tribune/generator/promql"
)

// leMatcher finds which bucket of a histogram a selector takes.
var leMatcher = regexp.MustCompile(`[{,]\s*le\s*=`)

// pyrra reads a Pyrra spec. Its metrics are bare selectors.
func (r *reader) pyrra(doc node) {
	d := r.draft(doc)
	metadata, ok := r.needOf(doc, "metadata", yaml.MappingNode, "add metadata with a name")
	spec, hasSpec := r.needOf(doc, "spec", yaml.MappingNode, "add spec with target, window and indicator")
	if !ok || !hasSpec {
		return
	}
	name, named := r.need(metadata, "name", "write the SLO's name")
	d.name = name.text()
	d.labels = []node{metadata.get("labels")}
	d.service = name
	if label := d.label(r.cat.Site.Specs.ServiceLabels); label.text() != "" {
		d.service = label
	}
	d.slo.Title = spec.get("description").line()
	d.slo.Objective = r.percent(spec, "target")
	if w, ok := r.need(spec, "window", "write a number of days or weeks, like 4w"); ok {
		length, isDuration := parseDuration(w.text())
		if !isDuration {
			r.report(w, "spec-key", "write a number of days or weeks, like 4w", "window %q is not a duration", w.text())
		} else if day := 24 * time.Hour; length%day == 0 {
			r.window(&d.slo, w, rolling(int(length/day)))
		} else {
			r.window(&d.slo, w, "")
		}
	}
	r.pyrraSLI(d, spec)
	if named {
		r.add(d)
	}
}

func (r *reader) pyrraSLI(d *draft, spec node) {
	sli, ok := r.oneOf(spec, "indicator", "ratio", "latency", "latencyNative", "bool_gauge")
	if !ok {
		return
	}
	o := &d.slo
	o.Counts = "increase"
	switch sli.name {
	case "ratio":
		bad, _ := r.metric(sli, "errors")
		total, _ := r.metric(sli, "total")
		o.Bad, o.Total = increase(bad), increase(total)
	case "latency":
		good, at := r.metric(sli, "success")
		total, _ := r.metric(sli, "total")
		if good != "" && !leMatcher.MatchString(good) {
			r.report(at, "spec-query", `add le, like le="0.5", to count what was faster`, "success counts every bucket of the histogram")
		}
		o.Good, o.Total = increase(good), increase(total)
	case "latencyNative":
		total, _ := r.metric(sli, "total")
		limit, ok := r.need(sli, "latency", "write the slowest that is good, like 200ms")
		length, isDuration := parseDuration(limit.text())
		if ok && !isDuration {
			r.report(limit, "spec-key", "write a number and a unit, like 200ms", "latency %q is not a duration", limit.text())
		}
		o.Total = "histogram_count(" + increase(total) + ")"
		o.Good = fmt.Sprintf("histogram_fraction(0, %v, %s) * %s", length.Seconds(), increase(total), o.Total)
	case "bool_gauge":
		gauge, _ := r.selector(sli)
		o.Good = "sum(sum_over_time(" + gauge + "[" + promql.Window + "]))"
		o.Total = "sum(count_over_time(" + gauge + "[" + promql.Window + "]))"
		o.Unit = catalog.Samples
	}
	r.grouping(d, sli.get("grouping"))
}

// grouping says that the SLO is one of several in Pyrra, one for each value of
// the labels.
func (r *reader) grouping(d *draft, n node) {
	d.slo.Grouping = n.texts()
	if len(d.slo.Grouping) == 0 {
		return
	}
	labels := strings.Join(d.slo.Grouping, ", ")
	r.report(n, "spec-grouping", "write a spec for each that is to be judged alone", "Pyrra judges each %s alone; here they are one SLO", labels)
	d.slo.Caveats = append(d.slo.Caveats, fmt.Sprintf("Pyrra judges each %s alone; here they are counted together.", labels))
}

// metric returns the selector in the table under a key.
func (r *reader) metric(sli node, key string) (selector string, at node) {
	n, ok := r.needOf(sli, key, yaml.MappingNode, "add "+key+" with a metric")
	if !ok {
		return "", node{}
	}
	return r.selector(n)
}

// selector returns the selector under metric, or reports why there is none.
func (r *reader) selector(n node) (selector string, at node) {
	at, ok := r.need(n, "metric", "write a metric, with its labels in braces")
	if ok && !promql.IsSelector(at.text()) {
		r.report(at, "spec-query", "write a metric, with its labels in braces: Pyrra and tribune put the rest around it", "metric is more than a selector, or none")
		return "", at
	}
	return at.text(), at
}
