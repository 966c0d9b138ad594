package scorecard

import (
	"cmp"
	"slices"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// actions returns what the tribe promised, in all postmortems its readers may
// see: overdue first, then open by due day, then the rest by the day they were
// closed, latest first.
func (in *Input) actions() []Action {
	today := slo.DateOf(in.AsOf, in.Catalog.Site.Zone)
	out := []Action{}
	for i := range in.own {
		p := &in.own[i]
		if p.Restricted || p.Withdrawn != "" {
			continue
		}
		for _, a := range p.Actions {
			out = append(out, in.entry(a, p, in.dates[i], today))
		}
	}
	slices.SortStableFunc(out, byUrgency)
	return out
}

func (in *Input) entry(a postmortem.Action, p *postmortem.Postmortem, day, today slo.Date) Action {
	e := Action{
		Title: a.Title, Owner: Text(in.squadName(a.Owner)), Kind: Text(a.Kind), Priority: Text(a.Priority),
		Opened: opened(a, day), Due: a.Due, Closed: a.Closed, State: "open", Dropped: Text(a.Dropped), Ticket: Text(a.Ticket),
		Overdue: a.Overdue(today), Postmortem: p.Slug, Source: cmp.Or(p.ID, p.Title),
	}
	switch {
	case a.Dropped != "":
		e.State = "dropped"
	case !a.Open():
		e.State = "done"
	}
	if e.Overdue {
		e.DaysLate = a.Due.DaysUntil(today)
	}
	if !e.Opened.IsZero() && a.Open() {
		e.Age = known(float64(e.Opened.DaysUntil(today)))
	}
	return e
}

func opened(a postmortem.Action, day slo.Date) slo.Date {
	if a.Opened.IsZero() {
		return day
	}
	return a.Opened
}

// byUrgency sorts actions: the overdue first, then the open ones, both by
// priority and due day (no day last), then those that are over, latest first.
func byUrgency(a, b Action) int {
	rank := func(x Action) int {
		switch {
		case x.Overdue:
			return 0
		case x.State == "open":
			return 1
		}
		return 2
	}
	due := func(x Action) slo.Date {
		if x.Due.IsZero() {
			return slo.Date{Year: 9999}
		}
		return x.Due
	}
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	if rank(a) == 2 {
		return cmp.Or(b.Closed.Compare(a.Closed), cmp.Compare(a.Title, b.Title))
	}
	return cmp.Or(
		cmp.Compare(cmp.Or(a.Priority, "P9"), cmp.Or(b.Priority, "P9")),
		due(a).Compare(due(b)),
		cmp.Compare(a.Title, b.Title),
	)
}

// backlog says how the actions moved in the month: opening + new − closed −
// dropped = now. An action that was ticked off without a date counts as closed
// on the day it was opened.
func (in *Input) backlog(m slo.Month) Backlog {
	zone := in.Catalog.Site.Zone
	b := Backlog{Late: []Action{}}
	end := slo.DateOf(in.AsOf, zone)
	if last := m.Last(); last.Before(end) {
		end = last
	}
	for i := range in.own {
		p := &in.own[i]
		if p.Restricted || p.Withdrawn != "" {
			continue
		}
		for _, a := range p.Actions {
			begin := opened(a, in.dates[i])
			over := a.Closed
			if over.IsZero() && !a.Open() {
				over = begin
			}
			if end.Before(begin) {
				continue
			}
			ended := !a.Open() && !end.Before(over)
			switch {
			case ended && over.Of().Before(m):
				continue
			case begin.Of() == m:
				b.New++
			default:
				b.Opening++
			}
			switch {
			case ended && a.Dropped != "":
				b.Dropped++
			case ended:
				b.Closed++
			default:
				b.Now++
			}
			if !a.Due.IsZero() && a.Due.Of() == m && !end.Before(a.Due) && a.Dropped == "" {
				b.Due++
				if ended && !a.Due.Before(over) {
					b.DueClosed++
				}
			}
			if !ended && !a.Due.IsZero() && a.Due.Before(end) {
				b.Overdue++
				b.Late = append(b.Late, in.late(a, p, begin, end))
			}
		}
	}
	slices.SortStableFunc(b.Late, byUrgency)
	return b
}

// late describes an action that was open and overdue at the end of the month,
// whatever became of it since.
func (in *Input) late(a postmortem.Action, p *postmortem.Postmortem, begin, end slo.Date) Action {
	e := in.entry(a, p, begin, end)
	e.State, e.Overdue, e.Closed = "open", true, slo.Date{}
	e.DaysLate = a.Due.DaysUntil(end)
	return e
}
