package site

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// An incidentRow is an incident that began in the month.
type incidentRow struct {
	Day, Minutes string
	ID, Href     string
	Text         string
	Repeat       []linked
}

// An askRow is a decision that the scorecard asks for, and of whom.
type askRow struct {
	Sentence []linked
	Who      string
}

// An exceptionRow is an exception that was agreed for an objective.
type exceptionRow struct {
	Review, Name, Text string
	Expired            bool
}

// A decisionRow is what was decided in the month.
type decisionRow struct {
	Day, Text, Note string
}

func (t *tribeSite) incidentRows(p place, c *scorecard.Card) (rows []incidentRow, note string) {
	for _, i := range c.Incidents.Items {
		row := incidentRow{
			Day: shortDay(i.Date), Minutes: minutes(i.Minutes), ID: cmp.Or(deref(i.ID), i.Title),
			Href: p.to("postmortems/" + i.Slug + "/"), Text: cmp.Or(string(i.Impact), i.Title),
		}
		if row.Text == row.ID {
			row.Text = ""
		}
		if r := i.RepeatOf; r != nil {
			row.Repeat = []linked{{"A repeat of ", ""}, {cmp.Or(r.ID, r.Title), p.to("postmortems/" + r.Slug + "/")}}
			if r.Open {
				row.Repeat = append(row.Repeat, linked{", which still had an open action", ""})
			}
			row.Repeat = append(row.Repeat, linked{".", ""})
		}
		rows = append(rows, row)
	}
	return rows, spreadText(c)
}

// spreadText says how many incidents there were and how long they lasted, with
// n: few durations have no median worth printing.
func spreadText(c *scorecard.Card) string {
	s := c.Incidents.Minutes
	text := count(c.Incidents.Count, "incident began", "incidents began") + " in " + c.Month.Month.String()
	if c.Incidents.Count == 0 {
		return "None began in " + scorecard.MonthName(c.Month) + "."
	}
	switch {
	case s.N == 0:
		text += ", of unknown length"
	case s.N == 1:
		text += ", " + minutes(s.Sum)
	default:
		text += fmt.Sprintf(", %s to %s, %s in all", minutes(s.Min), minutes(s.Max), minutes(s.Sum))
	}
	switch {
	case s.Median.Known:
		text += fmt.Sprintf(" (n = %d, median %s)", s.N, minutes(s.Median))
	case s.N > 1:
		text += fmt.Sprintf(" (n = %d, too few for a median)", s.N)
	}
	if n := c.Incidents.Restricted; n > 0 {
		text += fmt.Sprintf("; %s", count(n, "restricted incident", "restricted incidents"))
	}
	return text + "."
}

func actionNote(c *scorecard.Card) string {
	b := c.Actions
	if b.Due == 0 {
		return "None was due in " + c.Month.Month.String() + "."
	}
	low, high := slo.Wilson(float64(b.DueClosed), float64(b.Due))
	return fmt.Sprintf("%d of the %d due in %s closed on time (%.0f%%, 95%% interval %.0f to %.0f%%).",
		b.DueClosed, b.Due, c.Month.Month, 100*float64(b.DueClosed)/float64(b.Due), 100*low, 100*high)
}

// agreed fills what was agreed and decided: exceptions, maintenance, exclusions
// and decisions.
func (t *tribeSite) agreed(v *scorecardView, c *scorecard.Card) {
	names := make(map[string]string)
	for _, r := range c.SLOs {
		names[r.ID] = rowName(c, r)
		if r.Exception == nil {
			continue
		}
		x := r.Exception
		text := fmt.Sprintf("%s; granted %s by %s.", x.Reason, scorecard.DayName(x.Granted), x.ApprovedBy)
		if r.Met != nil {
			_, note := result(r)
			text += fmt.Sprintf(" The result stands: %s spent, %s.", percent(r.Budget.Spent), note)
		}
		v.Exceptions = append(v.Exceptions, exceptionRow{mediumDay(x.Review), rowName(c, r), text, x.Expired})
	}
	name := func(ids []string) string {
		var out []string
		for _, id := range ids {
			out = append(out, cmp.Or(names[id], t.nameOf(id)))
		}
		return strings.Join(out, ", ")
	}
	for _, m := range c.Maintenance {
		v.Agreements = append(v.Agreements, fmt.Sprintf("Planned maintenance, %s, %s: %s. It counts.", name(m.IDs), t.stretch(m.From, m.To), m.Reason))
	}
	for _, x := range c.Exclusions {
		v.Agreements = append(v.Agreements, fmt.Sprintf("Excluded, %s, %s: %s, approved by %s. It leaves the SLI.",
			name(x.IDs), t.stretch(x.From, x.To), x.Reason, x.ApprovedBy))
	}
	for _, d := range c.Decisions {
		note := d.Owner
		switch {
		case !d.Done.IsZero():
			note = strings.TrimPrefix(note+", done "+shortDay(d.Done), ", ")
		case !d.Due.IsZero():
			note = strings.TrimPrefix(note+", by "+scorecard.DayName(d.Due), ", ")
		}
		v.Decisions = append(v.Decisions, decisionRow{mediumDay(d.Date), d.Text, note})
	}
}

// nameOf gives an id its name: a service's, the tribe's, or the id itself.
func (t *tribeSite) nameOf(id string) string {
	if id == t.facts.Index.ID {
		return "all of " + t.facts.Index.Name
	}
	for _, v := range t.facts.Index.Services {
		if id == t.facts.Index.ID+"/"+v.ID {
			return v.Name
		}
	}
	return id
}

// stretch writes a stretch of time in the site's zone.
func (b *builder) stretch(from, to time.Time) string {
	zone := b.in.Catalog.Site.Zone
	x, y := from.In(zone), to.In(zone)
	if slo.DateOf(from, zone) == slo.DateOf(to.Add(-time.Second), zone) {
		end := y.Format("15:04")
		if end == "00:00" {
			end = "24:00"
		}
		return x.Format("2 January, 15:04") + " to " + end
	}
	return x.Format("2 January 15:04") + " to " + y.Format("2 January 15:04")
}
