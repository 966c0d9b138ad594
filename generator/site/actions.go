package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

type actionsView struct {
	Groups []actionGroup
	Note   string
	Done   []actionRow
	JSON   string
}

// An actionGroup is what one owner still has to do.
type actionGroup struct {
	Owner string
	Rows  []actionRow
	Note  string
}

// actionRow prints an action; tribe is the way from the root to its tribe's
// folder, "" on the tribe's own pages.
func (b *builder) actionRow(p place, a scorecard.Action, tribe string) actionRow {
	row := actionRow{
		Title: a.Title, Priority: a.Priority, Owner: a.Owner, Kind: a.Kind, Dropped: a.Dropped,
		Source: linked{a.Source, p.to(tribe + "postmortems/" + a.Postmortem + "/")},
	}
	row.Ticket.Text = a.Ticket
	if strings.HasPrefix(a.Ticket, "https://") || strings.HasPrefix(a.Ticket, "http://") {
		row.Ticket = linked{"ticket", a.Ticket}
	}
	row.Due = mediumDay(a.Due)
	switch {
	case a.Overdue:
		row.Late = count(a.DaysLate, "day late", "days late")
		row.State = row.Late
	case a.State == "open":
		row.State = "open"
	case a.State == "dropped":
		row.State = "dropped"
	default:
		row.State = "done"
		if !a.Closed.IsZero() {
			row.State += " " + mediumDay(a.Closed)
		}
	}
	if a.Age.Known {
		row.Age = fmt.Sprintf("%.0f days", a.Age.Value)
	}
	return row
}

// recentlyDone is how many finished actions the page credits.
const recentlyDone = 12

// A promise is an action and the way from the page's root to its tribe.
type promise struct {
	scorecard.Action
	tribe string
}

// actionsPage lists what a tribe promised.
func (t *tribeSite) actionsPage() error {
	var all []promise
	for _, a := range t.facts.Actions {
		all = append(all, promise{a, ""})
	}
	return t.promises(all, "Actions, "+t.facts.Index.Name)
}

// allActions lists what all tribes promised.
func (r *root) allActions() error {
	var all []promise
	for _, t := range r.in.Tribes {
		for _, a := range t.Actions {
			a.Owner = t.Index.Name + ", " + cmp.Or(a.Owner, "no owner")
			all = append(all, promise{a, t.Index.ID + "/"})
		}
	}
	slices.SortStableFunc(all, func(a, b promise) int { return b.Closed.Compare(a.Closed) })
	return r.promises(all, "Actions")
}

// promises writes a page of actions: what is open by owner, overdue first, then
// what was done.
func (r *root) promises(actions []promise, heading string) error {
	p := r.at("actions/index.html")
	pg := p.page(heading, "Actions")
	pg.Trust = append([]trustItem{{Text: "As of " + r.instant(r.in.AsOf), Strong: true}}, r.built()...)
	v := actionsView{}
	groups := make(map[string]*actionGroup)
	open, overdue, ownerless, dateless := 0, 0, 0, 0
	for _, a := range actions {
		row := r.actionRow(p, a.Action, a.tribe)
		if a.State != "open" {
			if a.State == "done" && len(v.Done) < recentlyDone {
				v.Done = append(v.Done, row)
			}
			continue
		}
		open++
		if a.Overdue {
			overdue++
		}
		if a.Owner == "" {
			ownerless++
		}
		if a.Due.IsZero() {
			dateless++
		}
		g := groups[a.Owner]
		if g == nil {
			g = &actionGroup{Owner: cmp.Or(a.Owner, "No owner")}
			groups[a.Owner] = g
		}
		g.Rows = append(g.Rows, row)
	}
	for _, g := range groups {
		v.Groups = append(v.Groups, *g)
	}
	late := func(g actionGroup) (n int) {
		for _, x := range g.Rows {
			if x.Late != "" {
				n++
			}
		}
		return n
	}
	slices.SortFunc(v.Groups, func(a, b actionGroup) int {
		return cmp.Or(-cmp.Compare(late(a), late(b)), cmp.Compare(strings.ToLower(a.Owner), strings.ToLower(b.Owner)))
	})
	for i, g := range v.Groups {
		v.Groups[i].Note = fmt.Sprintf("%d open, %d late", len(g.Rows), late(g))
	}
	short := fmt.Sprintf("%s open, %d of them overdue.", count(open, "action is", "actions are"), overdue)
	if open == 0 {
		short = "Nothing is open. Actions are read from postmortems: a task list under a heading such as “Action items”."
	}
	var lacking []string
	if ownerless > 0 {
		lacking = append(lacking, fmt.Sprintf("%s no owner", count(ownerless, "has", "have")))
	}
	if dateless > 0 {
		lacking = append(lacking, fmt.Sprintf("%s no due date", count(dateless, "has", "have")))
	}
	if len(lacking) > 0 {
		short += " " + strings.Join(lacking, " and ") + "."
	}
	pg.Short = [][]linked{{{short, ""}}}
	pg.Description = short
	pg.Body = v
	return p.render("actions", pg)
}

type methodView struct {
	Thresholds slo.Thresholds
	Watch      string
	AtRisk     string
	Coverage   string
	Zone       string
	Resolution string
	Settle     string
	Freshness  string
}

func (r *root) methodPage() error {
	p := r.at("method/index.html")
	pg := p.page("Method and glossary", "Method")
	pg.Description = "What every figure on this site means."
	site := r.in.Catalog.Site
	pg.Short = [][]linked{{{"What every figure on this site means, and what it does not. One definition each; pages, JSON and feeds use these words.", ""}}}
	pg.Body = methodView{
		Thresholds: site.Thresholds, Watch: slo.BudgetPercent(site.Thresholds.Watch), AtRisk: slo.BudgetPercent(site.Thresholds.AtRisk),
		Coverage: slo.BudgetPercent(site.Thresholds.Coverage), Zone: site.ZoneName,
		Resolution: stepName(site.Resolution), Settle: fmt.Sprintf("%.0f hours", site.Settle.Hours()),
		Freshness: fmt.Sprintf("%.0f hours", site.Freshness.Hours()),
	}
	return p.render("method", pg)
}
