package spec

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// define keeps what OpenSLO's SLOs may refer to.
func (r *reader) define(doc node) {
	version, kind := doc.get("apiVersion").text(), doc.get("kind").text()
	if version != "openslo/v1" && version != "openslo/v1alpha" {
		return
	}
	known := map[string]map[string]node{"SLI": r.indicators, "Service": r.services, "DataSource": r.sources}[kind]
	if known == nil {
		return
	}
	metadata, ok := r.needOf(doc, "metadata", yaml.MappingNode, "add metadata with a name")
	if !ok {
		return
	}
	name, ok := r.need(metadata, "name", "write its name")
	if !ok {
		return
	}
	// Services are often written beside each of their SLOs; the others decide
	// what is counted.
	if first, twice := known[name.text()]; twice && kind != "Service" {
		r.report(name, "spec-reference", "give one of them another name", "the %s %q is there already (%s)", kind, name.text(), first.pos())
		return
	}
	known[name.text()] = doc
}

// openSLO reads an OpenSLO v1 or v1alpha SLO: one SLO for each of its objectives.
func (r *reader) openSLO(doc node) {
	metadata, ok := r.needOf(doc, "metadata", yaml.MappingNode, "add metadata with a name")
	spec, hasSpec := r.needOf(doc, "spec", yaml.MappingNode, "add spec with service, indicator and objectives")
	if !ok || !hasSpec {
		return
	}
	name, named := r.need(metadata, "name", "write the SLO's name")
	service, served := r.need(spec, "service", "write the service's name")
	objectives, ok := r.needOf(spec, "objectives", yaml.SequenceNode, "list its objectives")
	if !named || !served || !ok {
		return
	}
	if part := composite(objectives); part.there() {
		r.report(part, "spec-unsupported", "write an SLO for each of its parts", "composite SLOs are not read yet, so the SLO %q is left out", name.text())
		return
	}
	about := r.services[service.text()]
	parts := objectives.items()
	for i, n := range parts {
		n.name = "the objective"
		d := r.draft(n)
		d.name, d.service = name.text(), service
		d.serviceName = about.get("metadata", "displayName").line()
		d.labels = []node{metadata.get("labels"), about.get("metadata", "labels")}
		d.slo.Title = firstOf(metadata.get("displayName").line(), spec.get("description").line())
		if len(parts) > 1 {
			part := n.get("displayName").line()
			d.name += "-" + firstOf(slug(part), strconv.Itoa(i+1))
			d.slo.Title = strings.TrimSuffix(d.slo.Title+": "+part, ": ")
		} else {
			d.at = doc
			d.slo.Pos = doc.pos()
		}
		if n.get("targetPercent").there() {
			d.slo.Objective = r.percent(n, "targetPercent")
		} else {
			d.slo.Objective = r.share(n, "target")
		}
		r.openSLOWindow(d, spec)
		r.openSLOSLI(d, spec, n)
		r.budgeting(d, spec, n)
		r.add(d)
	}
}

// composite returns what tells a composite SLO: an objective with an SLI of its
// own.
func composite(objectives node) node {
	for _, n := range objectives.items() {
		for _, key := range []string{"indicator", "indicatorRef", "compositeWeight"} {
			if part := n.get(key); part.there() {
				return part
			}
		}
	}
	return node{}
}

func firstOf(texts ...string) string {
	i := slices.IndexFunc(texts, func(s string) bool { return s != "" })
	if i < 0 {
		return ""
	}
	return texts[i]
}

// openSLOSLI finds the SLI of an SLO or, in v1alpha, of an objective.
func (r *reader) openSLOSLI(d *draft, spec, objective node) {
	in, key := spec, "indicator"
	switch ref := spec.get("indicatorRef"); {
	case objective.get("ratioMetrics").there():
		r.ratioMetric(d, objective, objective.get("ratioMetrics"))
		return
	case ref.there():
		sli, ok := r.indicators[ref.text()]
		if !ok {
			r.report(ref, "spec-reference", "add it as a document of kind SLI, in any file here", "there is no SLI %q", ref.text())
			return
		}
		in, key = sli, "spec"
	case spec.get("indicator", "spec").there():
		in, key = spec.get("indicator"), "spec"
	}
	sli, ok := r.oneOf(in, key, "ratioMetric", "thresholdMetric")
	switch {
	case !ok:
	case sli.name == "ratioMetric":
		r.ratioMetric(d, objective, sli)
	default:
		r.thresholdMetric(d, objective, sli)
	}
}

func (r *reader) ratioMetric(d *draft, objective, sli node) {
	if op := objective.get("op"); op.there() {
		r.report(op, "spec-op", "leave it out: only a thresholdMetric compares", "op means nothing for a ratio")
	}
	good, bad, raw := sli.get("good"), sli.get("bad"), sli.get("raw")
	if raw.there() {
		kind := sli.get("rawType").text()
		if kind != "success" && kind != "failure" {
			r.report(sli, "spec-key", "write rawType: success or rawType: failure", "%s has raw, but no rawType that says of what", sli.name)
		}
		if q, ok := r.asked(d, raw); ok {
			r.ratio(d, q, kind == "success")
		}
		return
	}
	if good.there() == bad.there() {
		r.report(sli, "spec-sli", "write good or bad, and total", "%s has to count either good or bad events", sli.name)
		return
	}
	part := good
	if !part.there() {
		part = bad
	}
	total, ok := r.needOf(sli, "total", yaml.MappingNode, "add total, which counts all valid events")
	if !ok {
		return
	}
	counter := sli.get("counter").text() == "true" || sli.get("incremental").text() == "true"
	q, ok := r.asked(d, part)
	all, okAll := r.asked(d, total)
	switch {
	case !ok || !okAll:
	case good.there():
		r.count(d, q, node{}, all, counter)
	default:
		r.count(d, node{}, q, all, counter)
	}
}

// operators are how PromQL writes those of OpenSLO.
var operators = map[string]string{"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}

func (r *reader) thresholdMetric(d *draft, objective, sli node) {
	op, hasOp := r.need(objective, "op", "write how a good value compares with value: lt, lte, gt or gte")
	value, hasValue := r.need(objective, "value", "write the value to compare with")
	if hasOp && operators[op.text()] == "" {
		r.report(op, "spec-key", "write lt, lte, gt or gte", "op %q is no operator", op.text())
		hasOp = false
	}
	limit, err := strconv.ParseFloat(value.text(), 64)
	if hasValue && (err != nil || math.IsNaN(limit)) {
		r.report(value, "spec-key", "write a number", "value %q is not a number", value.text())
		hasValue = false
	}
	if q, ok := r.asked(d, sli); ok && hasOp && hasValue {
		r.threshold(d, q, operators[op.text()], strconv.FormatFloat(limit, 'g', -1, 64))
	}
}

// promQL are the backends that answer PromQL, as type and source name them.
var promQL = regexp.MustCompile(`(?i)^(|promql|.*(prometheus|thanos|mimir|cortex|victoria-?metrics).*)$`)

// asked returns the query of a metric, if it can be asked in PromQL. One that
// another backend answers leaves the SLO with imported history only.
func (r *reader) asked(d *draft, metric node) (query node, ok bool) {
	source, isV1 := metric.get("metricSource"), metric.get("metricSource").there()
	backend := metric.get("source") // v1alpha
	d.source = backend.text()
	if metric.get("queryType").text() == "promql" {
		backend = node{}
	}
	if isV1 {
		d.source, backend = source.get("metricSourceRef").text(), source.get("type")
		if !backend.there() {
			backend = r.sources[d.source].get("spec", "type")
		}
	}
	if d.elsewhere { // so is the other query
		return node{}, false
	}
	if !promQL.MatchString(backend.text()) {
		d.elsewhere = true
		r.report(metric, "spec-backend", "its history can be imported: tribune import", "%s is asked of %s, not in PromQL", metric.name, backend.text())
		d.slo.Caveats = append(d.slo.Caveats, fmt.Sprintf("Its SLI is measured in %s; its history here is imported.", backend.text()))
		return node{}, false
	}
	spec := metric
	if isV1 {
		if spec, ok = r.needOf(source, "spec", yaml.MappingNode, "add spec with a query"); !ok {
			return node{}, false
		}
	}
	key := "query"
	if spec.get("promql").there() {
		key = "promql"
	}
	query, ok = r.need(spec, key, "write a query in PromQL")
	query.name = metric.name
	return query, ok
}

// openSLODuration is a number and a unit: minutes, hours, days, weeks, Months,
// Quarters or Years.
var openSLODuration = regexp.MustCompile(`^([1-9][0-9]{0,3})([mhdwMQY])$`)

// openSLOWindow sets the window: the first of timeWindow, or of v1alpha's
// timeWindows.
func (r *reader) openSLOWindow(d *draft, spec node) {
	windows := append(spec.get("timeWindow").items(), spec.get("timeWindows").items()...)
	if len(windows) == 0 {
		d.slo.Window = r.cat.Site.Specs.Window
		return
	}
	w := windows[0]
	w.name = "the window"
	at, text := w.get("duration"), w.get("duration").text()
	if unit := w.get("unit"); unit.there() {
		letters := map[string]string{"Day": "d", "Week": "w", "Month": "M", "Quarter": "Q", "Year": "Y"}
		at, text = unit, firstOf(w.get("count").text(), "1")+firstOf(letters[unit.text()], "?")
	} else if _, ok := r.need(w, "duration", "write a duration, like 28d or 1M"); !ok {
		return
	}
	m := openSLODuration.FindStringSubmatch(text)
	if m == nil {
		r.report(at, "spec-key", "write a number and d, w, M, Q or Y, like 28d or 1M", "%q is not the length of a window", at.text())
		return
	}
	n, _ := strconv.Atoi(m[1])
	if m[2] == "m" {
		r.report(at, "spec-month", "write M for months", "%s is a window of minutes, which nothing can mean; it is taken for months", text)
		m[2] = "M"
	}
	// Windows of v1alpha roll unless they have a calendar.
	calendar := w.get("calendar")
	rolls := w.get("isRolling").text() == "true" || !w.get("isRolling").there() && !calendar.there()
	span := m[1] + m[2]
	switch {
	case rolls && m[2] == "d":
		r.window(&d.slo, at, rolling(n))
	case rolls && m[2] == "w":
		r.window(&d.slo, at, rolling(7*n))
	case !rolls && span == "1M":
		r.window(&d.slo, at, slo.Monthly)
		r.calendar(calendar, monthStart)
	case !rolls && (span == "3M" || span == "1Q"):
		r.window(&d.slo, at, slo.Quarterly)
		r.calendar(calendar, quarterStart)
	default:
		r.window(&d.slo, at, "")
	}
}

// The times at which months and quarters begin.
var (
	monthStart   = regexp.MustCompile(`^\d{4}-\d\d-01([T ]00:00(:00)?)?$`)
	quarterStart = regexp.MustCompile(`^\d{4}-(01|04|07|10)-01([T ]00:00(:00)?)?$`)
)

// calendar notes months or quarters that begin at another time than the site's.
func (r *reader) calendar(n node, begin *regexp.Regexp) {
	start, zone := n.get("startTime"), n.get("timeZone").text()
	if start.there() && !begin.MatchString(start.text()) || zone != "" && zone != r.cat.Site.ZoneName {
		r.report(n, "spec-calendar", "nothing needs to be done if that is meant", "months and quarters begin here on the first at midnight in %s, not as from %s", r.cat.Site.ZoneName, strings.TrimSpace(start.text()+" "+zone))
	}
}

// budgeting sets how tallies are made: of events, or of slices of time.
func (r *reader) budgeting(d *draft, spec, objective node) {
	method, ok := r.need(spec, "budgetingMethod", "write Occurrences, Timeslices or RatioTimeslices")
	o := &d.slo
	switch method.text() {
	case "Occurrences":
		return
	case "Timeslices":
		o.Budgeting = catalog.Timeslices
		o.SliceTarget = r.sliceTarget(objective)
	case "RatioTimeslices":
		o.Budgeting = catalog.RatioTimeslices
	default:
		if ok {
			r.report(method, "spec-key", "write Occurrences, Timeslices or RatioTimeslices", "budgetingMethod %q is none that is known", method.text())
		}
		return
	}
	o.Slice, o.Unit = time.Minute, catalog.Slices
	if w := objective.get("timeSliceWindow"); w.there() {
		length, isDuration := parseDuration(w.text())
		if !isDuration || length < time.Second || o.Resolution%length != 0 {
			r.report(w, "spec-slice", "write 1m, or another length that divides "+short(o.Resolution), "slices of %s do not fill a bucket of %s", w.text(), short(o.Resolution))
			return
		}
		o.Slice = length
	}
	o.Caveats = append(o.Caveats, fmt.Sprintf("It counts slices of time of %s, not events.", short(o.Slice)))
}

// sliceTarget reads the share of a slice that must be good, which may be all.
func (r *reader) sliceTarget(objective node) slo.Objective {
	const key, all = "timeSliceTarget", slo.Objective(1_000_000_000)
	if f, err := strconv.ParseFloat(objective.get(key).text(), 64); err == nil && f == 1 {
		return all
	}
	value, ok := r.need(objective, key, "write the share of a slice that must be good, like 0.95")
	if !ok {
		return 0
	}
	o, err := slo.ParseShare(quiet(value.text(), 9))
	if err != nil {
		r.report(value, "spec-slice", "write the share of a slice that must be good, like 0.95", "%s: %v", key, err)
	}
	return o
}

// short writes a duration without the units that are zero: 1h, 5m.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
