package postmortem

import (
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// folder is where postmortems are kept, relative to the site's folder.
const folder = "content/postmortems"

// Read reads the facts of one file. file is its path relative to the site's
// folder; times without a zone are in zone. The postmortem is whole as far as
// the file could be read, also if there are problems. One whose audience cannot
// be read is for its tribe alone.
func Read(file string, src []byte, zone *time.Location, names Names) (Postmortem, diag.List) {
	p := Postmortem{File: file, Pos: diag.Pos{File: file, Line: 1}}
	s, problems := open(file, src)
	s.words = names.Aliases
	front := s.frontMatter(&problems)
	p.readFields(front, zone, names, &problems)
	if s.broken {
		p.Audience = "tribe"
	}
	name := stem(file)
	if p.Slug == "" {
		p.Slug = slugOf(name)
	}
	if root, ok := s.parse(&problems); ok {
		p.readProse(s, name, root, zone, names, &problems)
		if fromCState(front) {
			p.holdCState(s, root, zone, &problems)
		}
		p.Actions = append(p.Actions, actionsIn(s, root, zone, &problems)...)
	}
	if p.Title == "" {
		p.Title = titleOfName(name)
		p.fromProse("title", 0, false)
	}
	p.Actions = mergeActions(p.Actions)
	for i := range p.Actions {
		p.Actions[i].Opened = p.Date
	}
	if !s.broken {
		p.checkWindow(front, names, &problems)
	}
	return p, problems
}

// checkWindow warns, once, of what keeps a postmortem out of the ledger. What
// the front matter says but nobody could read has its own problem.
func (p *Postmortem) checkWindow(front node, names Names, problems *diag.List) {
	if p.Withdrawn != "" || !names.measures(p.Tribe) {
		return
	}
	says := func(key string) bool {
		n, ok := front.table[key]
		return ok && !n.flag
	}
	var missing []string
	if len(p.Services) == 0 && !says("services") && !says("slos") {
		missing = append(missing, "service")
	}
	if p.Started.IsZero() && !says("started") {
		missing = append(missing, "start")
	}
	if p.Resolved.IsZero() && p.Mitigated.IsZero() && !says("resolved") && !says("mitigated") {
		missing = append(missing, "end")
	}
	if len(missing) > 0 {
		problems.Add(p.Pos, RuleWindow, diag.Warning, "add services, started and resolved to the front matter",
			"takes nothing in the budget ledger: it has no %s", strings.Join(missing, ", no "))
	}
}

// checkOrder reports times that do not follow each other. Ends before the start
// are contradictions; impact may well be noticed before it is felt.
func (p *Postmortem) checkOrder(front node, problems *diag.List) {
	for _, pair := range []struct {
		first, then string
		a, b        time.Time
		severity    diag.Severity
	}{
		{"started", "resolved", p.Started, p.Resolved, diag.Error},
		{"started", "mitigated", p.Started, p.Mitigated, diag.Error},
		{"mitigated", "resolved", p.Mitigated, p.Resolved, diag.Error},
		{"started", "detected", p.Started, p.Detected, diag.Warning},
		{"detected", "acknowledged", p.Detected, p.Acknowledged, diag.Warning},
	} {
		if !pair.a.IsZero() && !pair.b.IsZero() && pair.b.Before(pair.a) {
			problems.Add(front.table[pair.then].pos, RuleOrder, pair.severity, "", "%s is before %s", pair.then, pair.first)
		}
	}
	day := slo.DateOf(p.Started, time.UTC)
	if n := p.Date.DaysUntil(day); !p.Date.IsZero() && !p.Started.IsZero() && (n > 366 || n < -366) {
		problems.Add(front.table["started"].pos, RuleOrder, diag.Error, "", "started is more than a year from date, %s", p.Date)
	}
}
