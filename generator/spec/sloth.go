package spec

import (
	"fmt"

	"go.yaml.in/yaml/v3"
	"tribune/generator/promql"
)

// sloth reads a Sloth spec. doc is the document, spec the table in it that holds
// the SLOs: the same in a file of Sloth's own, another in a Kubernetes resource.
// What is snake_case in one is camelCase in the other.
func (r *reader) sloth(doc, spec node) {
	service, hasService := r.need(spec, "service", "write the service's name")
	slos, hasSLOs := r.needOf(spec, "slos", yaml.SequenceNode, "list its SLOs")
	if !hasService || !hasSLOs {
		return
	}
	for _, n := range slos.items() {
		n.name = "the SLO"
		d := r.draft(n)
		name, named := r.need(n, "name", "every SLO of Sloth has a name")
		d.name, d.service = name.text(), service
		d.labels = []node{n.get("labels"), spec.get("labels"), doc.get("metadata", "labels")}
		d.slo.Title = n.get("description").line()
		d.slo.Objective = r.percent(n, "objective")
		d.slo.Window = r.cat.Site.Specs.Window
		r.slothSLI(d, n)
		if named {
			r.add(d)
		}
	}
}

func (r *reader) slothSLI(d *draft, n node) {
	sli, ok := r.oneOf(n, "sli", "events", "raw", "plugin")
	if !ok {
		return
	}
	switch sli.name {
	case "events":
		bad, hasBad := r.either(sli, "error_query", "errorQuery")
		total, hasTotal := r.either(sli, "total_query", "totalQuery")
		if hasBad && hasTotal {
			r.count(d, node{}, bad, total, false)
		}
	case "raw":
		if q, ok := r.either(sli, "error_ratio_query", "errorRatioQuery"); ok {
			r.ratio(d, q, false)
		}
	case "plugin":
		id, ok := r.need(sli, "id", "write the plugin's id")
		if !ok {
			return
		}
		r.report(id, "spec-ratio", "see that Sloth's rules are loaded where it is asked", "the plugin %s can be run by Sloth only: the ratio that Sloth's rules record is asked instead", id.text())
		d.slo.Caveats = append(d.slo.Caveats, "Its figures are those that Sloth's rules recorded.")
		series := fmt.Sprintf("slo:sli_error:ratio_rate5m{sloth_id=%q}", d.service.text()+"-"+d.name)
		// Without traffic the record is NaN, which would spoil an average.
		d.setRatio(fmt.Sprintf("avg_over_time((%s >= 0)[%s:1m])", series, promql.Window), false)
		d.slo.Total += fmt.Sprintf(" or 0 * count_over_time(%s[%s])", series, promql.Window)
	}
}

// either returns the text of a key that a file and a Kubernetes resource spell
// differently.
func (r *reader) either(n node, snake, camel string) (value node, ok bool) {
	if n.get(camel).there() {
		return r.need(n, camel, "write a query")
	}
	return r.need(n, snake, "write a query")
}
