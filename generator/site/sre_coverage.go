package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tribune/generator/chart"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

// matrixMembers is how many members have a column of their own; of a larger
// team, and on a narrow screen, each squad names those whom it has.
const matrixMembers = 8

type coverageView struct {
	Note    string
	Members []memberHead // none if the team is too large for a matrix
	Rows    []squadRow
}

type memberHead struct{ ID, FTE string }

type squadRow struct {
	Name, Tribe string
	In          []bool // by member, in the matrix
	Names       string // of its members, where there is no room for a matrix
	Maintenance string // names of its services in maintenance mode
	Alone       bool   // it has nobody of the team
}

type postsRow struct {
	Name, FTE, Squads, Hours string
}

type modelsView struct {
	Note string
	Rows []modelRow
}

type modelRow struct {
	Name, Href, Tribe string
	State             stateView
	Lacks, Revisit    string
	Overdue           bool // to be revisited before now
}

// An askedRow is something that the Platform Team was asked for.
type askedRow struct {
	When, Text, Note string
}

// coverage adds who is embedded where, and where the posts go.
func (v *sreView) coverage(f *sre.Facts) {
	e := f.Embedded
	if e.Squads > 0 {
		v.Coverage.Note = fmt.Sprintf("%d of %s somebody of the team", e.WithSRE, count(e.Squads, "squad has", "squads have"))
		if e.Maintenance > 0 {
			v.Coverage.Note += fmt.Sprintf(", and so do those of %d of %s in maintenance mode", e.MaintenanceWithSRE, count(e.Maintenance, "service", "services"))
		}
		v.Coverage.Note += "."
	}
	var placed []sre.Member // those who are in some squad
	for _, m := range e.Members {
		if slices.ContainsFunc(e.Rows, func(s sre.Squad) bool { return slices.Contains(s.Members, m.ID) }) {
			placed = append(placed, m)
		}
	}
	if len(placed) > matrixMembers {
		placed = nil
	}
	for _, m := range placed {
		v.Coverage.Members = append(v.Coverage.Members, memberHead{m.ID, decimal2(m.FTE)})
	}
	for _, s := range e.Rows {
		row := squadRow{Name: s.Name, Tribe: s.TribeName, Names: cmp.Or(strings.Join(s.Members, ", "), "nobody"), Alone: len(s.Members) == 0}
		var services []string
		for _, m := range s.Maintenance {
			services = append(services, m.Name)
		}
		row.Maintenance = strings.Join(services, ", ")
		for _, m := range placed {
			row.In = append(row.In, slices.Contains(s.Members, m.ID))
		}
		v.Coverage.Rows = append(v.Coverage.Rows, row)
	}
	if !f.Described {
		return
	}
	for _, t := range e.Tribes {
		row := postsRow{Name: t.Name, FTE: decimal2(t.FTE), Squads: fmt.Sprintf("%d of %d", t.WithSRE, t.Squads), Hours: slo.Dash}
		if t.ID == "" {
			row.Name, row.Squads = "For all", ""
		}
		if t.Hours != nil {
			row.Hours = decimal(*t.Hours)
		}
		v.Posts = append(v.Posts, row)
	}
	v.PostsNote = decimal2(f.FTE) + " FTE"
	if f.Share != nil {
		v.PostsNote += fmt.Sprintf(", %s of %d engineers", sre.Percent(*f.Share), *f.Engineers)
	}
	v.PostsNote += fmt.Sprintf(". A post is split evenly among its squads; hours are those recorded in %s.", f.Month.Month)
}

// modelsOf tells how services are run, where something is missing or overdue. The
// page of a service is where services says.
func modelsOf(m sre.Models, services func(r sre.ServiceModel) string) (v modelsView) {
	v.Note = fmt.Sprintf("Of %s agreed for %d, partly for %d, missing for %d; %d past the day to revisit. Error budgets defined for %d of %d.",
		count(m.Services, "service", "services"), m.Agreed, m.Partly, m.Missing, m.RevisitOverdue, m.ErrorBudgets, m.Services)
	for _, r := range m.Rows {
		row := modelRow{
			Name: r.Name, Href: services(r), Tribe: r.TribeName,
			State: modelState(string(r.State)), Lacks: strings.Join(r.Lacks, ", "), Revisit: slo.Dash,
		}
		if r.State == sre.ModelMissing {
			row.Lacks = "everything"
		}
		if !r.ErrorBudget {
			row.Lacks = strings.TrimPrefix(row.Lacks+", error budget", ", ")
		}
		if !r.Revisit.IsZero() {
			row.Revisit = mediumDay(r.Revisit)
		}
		if row.Overdue = r.RevisitOverdue; row.Overdue {
			row.Revisit += ", overdue"
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}

// modelState gives the state of an operational model its shape.
func modelState(word string) stateView {
	glyph := map[string]slo.State{"agreed": slo.Healthy, "partly": slo.IncompleteData, "missing": slo.NoData}
	return stateView{chart.Glyph(glyph[word]), word}
}

// acceptor names who accepted a task, by name if it is a tribe.
func (r *root) acceptor(by *string) string {
	if by == nil {
		return slo.Dash
	}
	if t := r.in.Catalog.Tribe(*by); t != nil {
		return t.Name
	}
	return *by
}

// platform adds what the Platform Team was handed, and what it was asked for.
func (v *sreView) platform(f *sre.Facts) {
	v.Handed = "Nothing has been handed over yet."
	over := f.Ledger.ByState[sre.HandedOver]
	for _, t := range f.Tasks {
		if t.State == sre.HandedOver && over > 0 { // the first is the latest
			v.Handed = fmt.Sprintf("%s handed over, with %s manual hours a month; the latest is “%s”, on %s.",
				count(over, "task is", "tasks are"), decimal(f.Ledger.Removed), t.Title, mediumDay(t.Accepted))
			over = 0
		}
		if t.Stopped.IsZero() && !t.Automated.IsZero() {
			v.Asked = append(v.Asked, askedRow{mediumDay(t.Automated), "Accept “" + t.Title + "”", "automated, not accepted"})
		}
	}
	for _, r := range f.Requests {
		row := askedRow{mediumDay(r.Asked), r.Title, ""}
		switch {
		case r.Days != nil:
			row.Note = "open for " + count(*r.Days, "day", "days")
		case r.Refused != "":
			row.Note = "refused: " + r.Refused
		default:
			row.Note = "done " + mediumDay(r.Done)
		}
		v.Asked = append(v.Asked, row)
	}
}

// quality adds what stands beside stability.
func (v *sreView) quality(f *sre.Facts) {
	q := f.Quality
	v.Between = shortMonth(q.From) + " to " + shortMonth(q.To)
	of := func(n, all int, one, many string) string {
		if all == 0 {
			return "no " + many
		}
		return fmt.Sprintf("%d of %s", n, count(all, one, many))
	}
	others := q.Actions - q.OwnedBySquads - q.OwnedBySRE - q.OwnedByNobody
	v.Quality = []factRow{
		{Name: "Incidents that repeat", Text: of(q.Repeats, q.Incidents, "incident", "incidents")},
		{Name: "Caused by a change", Text: of(q.Changes, q.Classed, "incident with a cause class", "incidents with a cause class")},
		{Name: "Actions done on time", Text: of(q.ActionsOnTime, q.ActionsDue, "action that was due", "actions that were due")},
		{Name: "Postmortems written by squads", Text: of(q.BySquads, q.Written, "postmortem", "postmortems") + writers(q)},
		{Name: "Whose actions", Text: fmt.Sprintf("squads %d, SRE %d, others %d, nobody %d", q.OwnedBySquads, q.OwnedBySRE, others, q.OwnedByNobody)},
	}
}

// writers says who wrote the postmortems that no squad did.
func writers(q sre.Quality) string {
	var parts []string
	for _, w := range []struct {
		n    int
		name string
	}{{q.BySRE, "SRE alone"}, {q.Written - q.BySquads - q.BySRE - q.ByUnknown, "others"}, {q.ByUnknown, "no author given"}} {
		if w.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", w.name, w.n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "; " + strings.Join(parts, ", ")
}

// decimal2 writes posts, of which there may be a twentieth.
func decimal2(x float64) string { return strings.TrimSuffix(fmt.Sprintf("%.2f", x), "0") }
