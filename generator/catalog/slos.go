package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// A template is an SLO for many services, before it is given to them.
type template struct {
	table *templateTable
	slo   SLO
	right bool
}

func (m template) isFor(service string) bool {
	only := texts(m.table.Services)
	return len(only) == 0 || slices.Contains(only, service)
}

func (l *loader) templates(tribe string, f *tribeFile) (all []template) {
	var services []string
	for _, s := range f.Services {
		services = append(services, s.ID.written)
	}
	seen := map[id]diag.Pos{}
	for i := range f.Templates {
		t := &f.Templates[i]
		o, right := l.slo(&t.sloTable)
		for _, v := range t.Services.items {
			if !v.wrong && !slices.Contains(services, string(v.V)) {
				l.report(v.pos, "service-unknown", suggest(string(v.V), services, "name services of this file"), "the tribe has no service %q", v.V)
			}
		}
		if l.unique(seen, "template", t.ID) {
			o.Template, o.By = tribe+"/"+o.Key, string(t.By.V)
			all = append(all, template{t, o, right})
		}
	}
	return all
}

// slo builds an SLO, but for what its service gives it. right is false if
// anything in its table is wrong.
func (l *loader) slo(t *sloTable) (o SLO, right bool) {
	before := len(l.list)
	o = SLO{
		Key:        string(t.ID.V),
		Title:      cmp.Or(string(t.Title.V), string(t.ID.V)),
		Objective:  slo.Objective(t.Objective.V),
		Since:      t.Since.V.Date,
		Retired:    t.Retired.V.Date,
		Window:     slo.Window(t.Window.or(window(slo.Monthly))),
		Resolution: time.Duration(t.Resolution.or(resolution(l.cat.Site.Resolution))),
		Good:       string(t.Good.V),
		Bad:        string(t.Bad.V),
		Total:      string(t.Total.V),
		Counts:     string(t.Counts.V),
		Pos:        t.pos,
	}
	l.inOrder("since", t.Since, "retired", t.Retired)
	if t.Resolution.V != 0 {
		l.monthEdges(o.Resolution, t.Resolution.pos)
	}
	o.Previous = l.previous(t)
	l.queries(t)
	o.Source = l.sourceOf(t)
	right = !t.wrong && len(l.list) == before
	return o, right && l.askable(t, o)
}

func (l *loader) previous(t *sloTable) (all []PastObjective) {
	var last slo.Date
	for _, p := range t.Previous {
		until := p.Until.V.Date
		if until.IsZero() {
			continue
		}
		if end := until.Of().Last(); until != end {
			l.report(p.Until.pos, "previous-month-end", fmt.Sprintf("write %s or %s: a month has one objective", until.Of().Add(-1).Last(), end), "until (%s) is not the last day of a month", until)
		} else if !last.Before(until) {
			l.report(p.Until.pos, "previous-order", "write the oldest first", "until (%s) is not after the one before it (%s)", until, last)
		}
		last = until
		all = append(all, PastObjective{slo.Objective(p.Objective.V), until})
	}
	return all
}

// sourceOf returns the name of the source that an SLO asks: the one that it
// names, else the only one there is, if there is anything to ask it.
func (l *loader) sourceOf(t *sloTable) string {
	name, names := string(t.Source.V), sortedKeys(l.sources)
	if !l.siteRead {
		return name
	}
	asks := t.Good.given() || t.Bad.given() || t.Total.given()
	_, exists := l.sources[name]
	switch {
	case name != "" && !exists:
		l.report(t.Source.pos, "source-unknown", suggest(name, names, "add it to data/site.toml as [sources."+name+"]"), "there is no source %q", name)
	case name != "" && l.sources[name] == Prometheus && !asks:
		l.report(t.Source.pos, "query-missing", "add good (or bad) and total; without source it has imported history only", "the SLO has no query for its source")
	case name == "" && len(names) > 1 && asks:
		l.report(t.pos, "source-unclear", "add source, one of "+listing(names), "the SLO does not say which source it asks")
	case name == "" && len(names) == 1 && (asks || l.sources[names[0]] != Prometheus):
		name = names[0]
	}
	return name
}
