// Package digest says a month in short, for those who do not come to the site: in
// a job's summary, a chat or a mail. It is made from the facts that pages are made
// from and adds nothing; what it leaves out for length it counts.
package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// A Digest is one month of a tribe or of the organisation.
type Digest struct {
	Title    string // "Payments, October 2026"
	Site     string // the site's title
	Caveats  []string
	Short    []Line
	Table    Table
	Spent    []Line // where budgets went, by objective
	Asked    []Line // decisions, the most important first
	Overdue  []Line // actions
	Address  string // of the month's page; "" if the site has none
	Unlisted string // what is not in the lists, "and 3 more objectives"; "" if all is
}

// A Line is text in parts, some of which lead to a page.
type Line []Part

// A Part is a piece of a line. Href is a whole address; "" is plain text.
type Part struct{ Text, Href string }

// Text returns the line without its links.
func (l Line) Text() string {
	var b strings.Builder
	for _, p := range l {
		b.WriteString(p.Text)
	}
	return b.String()
}

// A Table has a line for each objective or tribe.
type Table struct {
	Name string // "Objectives"
	Head []string
	Rows [][]Line
}

// The most that a digest lists. A part of a text longer than longest letters is
// cut, and so is a line longer than longestLine or with more links than mostLinks, so
// that no title and no number of tribes makes a message that a chat refuses.
const (
	mostRows    = 12
	mostLines   = 8
	longest     = 200
	longestLine = 600
	mostLinks   = 12
)

// OfTribe makes the digest of a tribe's month. base is the address of the tribe's
// folder, with a slash at its end, or "". ok is false if it has no such month.
func OfTribe(t scorecard.Tribe, m slo.Month, base string) (d Digest, ok bool) {
	c := t.Card(m)
	if c == nil {
		return Digest{}, false
	}
	w := writer{base}
	d = Digest{Title: short(t.Index.Name) + ", " + scorecard.MonthName(m), Site: short(t.Index.Title), Address: w.at("scorecards/" + m.String() + "/")}
	d.Caveats = caveats(c.Closed, t.Index.Stale, c.Incomplete, t.Index)
	d.Short = w.lines(c.Short)
	d.Table = Table{Name: "Objectives", Head: []string{"Service", "Objective", "Result", "Budget spent", "State"}}
	for _, r := range c.SLOs {
		d.Table.Rows = append(d.Table.Rows, []Line{
			w.objective(*c, r), words(r.ObjectiveText), words(cmp.Or(r.SLIText, slo.Dash)), words(percent(spentOf(r))), words(r.State.Word()),
		})
		if l := w.spent(*c, r); l != nil {
			d.Spent = append(d.Spent, l)
		}
	}
	for _, a := range c.Asked {
		d.Asked = append(d.Asked, w.asked(a))
	}
	for _, a := range c.Actions.Late {
		d.Overdue = append(d.Overdue, w.overdue(a, ""))
	}
	d.shorten(c.Actions.Overdue, "objective", "objectives")
	return d, true
}

// OfOrg makes the digest of the organisation's month from its facts and its
// tribes'. base is the address of the site, or "".
func OfOrg(o scorecard.Org, tribes []scorecard.Tribe, base string) Digest {
	w := writer{base}
	d := Digest{Title: short(o.Title) + ", " + scorecard.MonthName(o.Month), Site: short(o.Title), Address: w.at("")}
	d.Caveats = caveats(o.Closed, o.Stale, o.Unjudged, scorecard.Index{DataTo: o.DataTo})
	d.Short = w.lines(o.Short)
	d.Table = Table{Name: "Tribes", Head: []string{"Tribe", "Met", "Out of budget", "Incidents", "Overdue actions"}}
	for _, t := range o.Tribes {
		d.Table.Rows = append(d.Table.Rows, []Line{
			{w.part(t.Name, t.ID+"/")}, words(fmt.Sprintf("%d of %d", t.Totals.Met, t.Totals.SLOs)),
			words(fmt.Sprint(t.Totals.ByState[slo.Exhausted])), words(fmt.Sprint(t.Incidents.Count)), words(fmt.Sprint(t.Overdue)),
		})
	}
	for _, a := range o.Asked {
		d.Asked = append(d.Asked, w.asked(a))
	}
	for _, t := range tribes {
		c := t.Card(o.Month)
		if c == nil {
			continue
		}
		in := writer{w.at(t.Index.ID + "/")}
		for _, r := range c.SLOs {
			if spentOf(r).Value > 1 {
				d.Spent = append(d.Spent, append(Line{{Text: short(t.Index.Name) + ", "}}, in.spent(*c, r)...))
			}
		}
		for _, a := range c.Actions.Late {
			d.Overdue = append(d.Overdue, in.overdue(a, t.Index.Name))
		}
	}
	d.shorten(o.Overdue, "tribe", "tribes")
	return d
}

// shorten cuts the lists to what may be listed and says what is left out.
func (d *Digest) shorten(overdue int, one, many string) {
	var left []string
	more := func(n int, one, many string) {
		if n > 0 {
			left = append(left, count(n, one, many))
		}
	}
	more(len(d.Table.Rows)-mostRows, one, many)
	more(len(d.Spent)-mostLines, "budget", "budgets")
	more(len(d.Asked)-mostLines, "question", "questions")
	more(max(overdue, len(d.Overdue))-min(mostLines, len(d.Overdue)), "overdue action", "overdue actions")
	d.Table.Rows = d.Table.Rows[:min(mostRows, len(d.Table.Rows))]
	d.Spent = d.Spent[:min(mostLines, len(d.Spent))]
	d.Asked = d.Asked[:min(mostLines, len(d.Asked))]
	d.Overdue = d.Overdue[:min(mostLines, len(d.Overdue))]
	if len(left) > 0 {
		d.Unlisted = "Not listed here: " + strings.Join(left, ", ") + "."
	}
}

// caveats are what a reader of the figures must know.
func caveats(closed, stale bool, incomplete int, data scorecard.Index) (all []string) {
	if !closed {
		all = append(all, "Draft: the month is not over, or not everywhere.")
	}
	if stale {
		to := "there are none"
		if data.DataTo != nil {
			to = "they end at " + data.DataTo.UTC().Format("2006-01-02 15:04 UTC")
		}
		all = append(all, "Data are stale: "+to+".")
	}
	if incomplete > 0 {
		all = append(all, count(incomplete, "objective", "objectives")+" cannot be judged for want of data.")
	}
	return all
}

// A writer knows where pages lie.
type writer struct{ base string }

// at returns the address of a page; "" if the site has none.
func (w writer) at(path string) string {
	if w.base == "" {
		return ""
	}
	return w.base + path
}

func (w writer) part(text, path string) Part { return Part{short(text), w.at(path)} }

func (w writer) line(s scorecard.Sentence) (l Line) {
	letters, links := 0, 0
	for _, p := range s {
		part := Part{Text: short(p.Text)}
		if p.Path != "" {
			links++
		}
		if letters += utf8.RuneCountInString(part.Text); letters > longestLine || links > mostLinks {
			return append(l, Part{Text: "…"})
		}
		if p.Path != "" {
			part.Href = w.at(p.Path)
		}
		l = append(l, part)
	}
	return l
}

func (w writer) lines(all []scorecard.Sentence) (out []Line) {
	for _, s := range all {
		out = append(out, w.line(s))
	}
	return out
}

// asked is a question and whom it asks.
func (w writer) asked(a scorecard.Ask) Line {
	l := w.line(a.Sentence)
	if a.Who != "" {
		l = append(l, Part{Text: " (" + short(a.Who) + ")"})
	}
	return l
}

// objective names a row by its service and, where that has several, its key.
func (w writer) objective(c scorecard.Card, r scorecard.SLO) Line {
	name := r.ServiceName
	if slices.ContainsFunc(c.SLOs, func(o scorecard.SLO) bool { return o.Service == r.Service && o.ID != r.ID }) {
		name += ", " + r.ID[strings.LastIndexByte(r.ID, '/')+1:]
	}
	return Line{w.part(name, "services/"+r.Service+"/")}
}

// spent says where a budget went, in points of a hundred; nil if nothing was spent
// or there is no budget to speak of.
func (w writer) spent(c scorecard.Card, r scorecard.SLO) Line {
	if of := spentOf(r); !of.Known || of.Value <= 0 || !r.Budget.Events.Known || r.Budget.Events.Value <= 0 {
		return nil
	}
	share := func(n slo.Count) float64 { return n.Events() / r.Budget.Events.Value }
	var incidents, unexplained slo.Count
	for _, p := range r.Ledger.Incidents {
		incidents += p.Bad
	}
	for _, e := range r.Ledger.Unexplained {
		unexplained += e.Bad
	}
	l := append(w.objective(c, r), Part{Text: " " + percent(r.Budget.Spent) + " spent: "})
	var parts []string
	for _, p := range []struct {
		n    slo.Count
		what string
	}{{incidents, "incidents"}, {r.Ledger.Maintenance, "maintenance"}, {unexplained, "unexplained"}, {r.Ledger.Background, "background"}} {
		if p.n > 0 {
			parts = append(parts, p.what+" "+strings.TrimSuffix(slo.BudgetPercent(share(p.n)), "%"))
		}
	}
	if parts == nil {
		return nil
	}
	return append(l, Part{Text: strings.Join(parts, ", ") + "."})
}

// overdue is an action that is late. tribe is named if it is not known anyway.
func (w writer) overdue(a scorecard.Action, tribe string) Line {
	l := Line{w.part(a.Title, "postmortems/"+a.Postmortem+"/")}
	var about []string
	for _, s := range []string{string(a.Priority), tribe, string(a.Owner)} {
		if s != "" {
			about = append(about, short(s))
		}
	}
	if !a.Due.IsZero() {
		about = append(about, "due "+scorecard.DayName(a.Due))
	}
	if about == nil {
		return l
	}
	return append(l, Part{Text: " (" + strings.Join(about, ", ") + ")"})
}

func words(s string) Line { return Line{{Text: s}} }

// percent writes a share of a budget.
func percent(n scorecard.Number) string {
	if !n.Known {
		return slo.Dash
	}
	return slo.BudgetPercent(n.Value)
}

// spentOf is the share of a budget that was spent; unknown of one that is less than an
// event, as on the page.
func spentOf(r scorecard.SLO) scorecard.Number {
	if r.State == slo.TooLittleTraffic {
		return scorecard.Number{}
	}
	return r.Budget.Spent
}

// short writes text on one line and cuts it if it is too long.
func short(s string) string {
	lead, trail := "", ""
	if strings.HasPrefix(s, " ") {
		lead = " "
	}
	if len(s) > 1 && strings.HasSuffix(s, " ") {
		trail = " "
	}
	letters := []rune(strings.Join(strings.Fields(s), " "))
	if len(letters) > longest {
		letters = append(letters[:longest-1], '…')
	}
	return lead + string(letters) + trail
}

// count writes "1 tribe" or "3 tribes".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
