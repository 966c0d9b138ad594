package spec

import (
	"slices"

	"tribune/generator/catalog"
	"tribune/generator/diag"
)

// Rules are all that Load holds specs against. What is wrong with a spec is an
// error. What is right, but cannot be read or not as it is meant, is a warning;
// a note says what was made of it.
var Rules = []catalog.Rule{
	{ID: "spec-file", Severity: diag.Error, Title: "a spec's file can be read, is UTF-8 and has at most 1 MiB"},
	{ID: "spec-yaml", Severity: diag.Error, Title: "a spec is YAML, with each key set once"},
	{ID: "spec-hidden", Severity: diag.Error, Title: "a spec has no character that hides or reorders others"},
	{ID: "spec-size", Severity: diag.Error, Title: "a document has at most 100,000 values, its aliases followed"},
	{ID: "spec-format", Severity: diag.Warning, Title: "a document under data/slos is a Sloth, Pyrra or OpenSLO spec"},
	{ID: "spec-unsupported", Severity: diag.Warning, Title: "an SLO is of a kind that is read"},
	{ID: "spec-ignored", Severity: diag.Note, Title: "a document says something about SLOs, not only about alerts"},
	{ID: "spec-key", Severity: diag.Error, Title: "a spec has the keys that it needs, with values of their types"},
	{ID: "spec-reference", Severity: diag.Error, Title: "what a spec refers to is there, once"},

	{ID: "spec-objective", Severity: diag.Error, Title: "an objective leaves an error budget"},
	{ID: "spec-window", Severity: diag.Warning, Title: "a window is one that can be computed"},
	{ID: "spec-month", Severity: diag.Warning, Title: "1M is a month; 1m is a minute"},
	{ID: "spec-calendar", Severity: diag.Note, Title: "a calendar's months are those of the site"},
	{ID: "spec-slice", Severity: diag.Error, Title: "slices of time fill a bucket, and have a target where they need one"},

	{ID: "spec-sli", Severity: diag.Error, Title: "an SLO has one SLI, of a kind that its format has"},
	{ID: "spec-query", Severity: diag.Error, Title: "a query can be asked for any bucket"},
	{ID: "spec-counts", Severity: diag.Warning, Title: "a query says what it counts over {{.window}}"},
	{ID: "spec-promql", Severity: diag.Warning, Title: "a query is one that Prometheus can read"},
	{ID: "spec-range", Severity: diag.Note, Title: "a query's range is {{.window}}"},
	{ID: "spec-op", Severity: diag.Note, Title: "only a threshold has an operator"},
	{ID: "spec-ratio", Severity: diag.Note, Title: "an SLI counts events"},
	{ID: "spec-grouping", Severity: diag.Note, Title: "an SLO is judged as a whole"},
	{ID: "spec-backend", Severity: diag.Warning, Title: "an SLI is asked in PromQL"},
	{ID: "spec-source", Severity: diag.Error, Title: "it is clear which source a spec asks"},

	{ID: "spec-tribe", Severity: diag.Error, Title: "a spec belongs to a tribe that exists"},
	{ID: "spec-folder", Severity: diag.Note, Title: "a label says to which tribe a spec belongs"},
	{ID: "spec-squad", Severity: diag.Warning, Title: "the squad that a label names exists, and is the one in data/tribes"},
	{ID: "spec-service", Severity: diag.Note, Title: "a tribe's file declares the service of a spec"},
	{ID: "spec-id", Severity: diag.Note, Title: "a name can be an id"},
	{ID: "spec-name", Severity: diag.Error, Title: "an id can be made of a name"},
	{ID: "spec-clash", Severity: diag.Error, Title: "an SLO is declared once"},
}

// report adds a problem with the severity of its rule.
func (r *reader) report(at node, rule, hint, format string, args ...any) {
	r.reportAt(at.pos(), rule, hint, format, args...)
}

func (r *reader) reportAt(pos diag.Pos, rule, hint, format string, args ...any) {
	i := slices.IndexFunc(Rules, func(x catalog.Rule) bool { return x.ID == rule })
	if Rules[i].Severity == diag.Error {
		r.errors++
	}
	r.list.Add(pos, rule, Rules[i].Severity, hint, format, args...)
}
