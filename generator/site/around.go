package site

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/chart"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// zoomBuckets is how many buckets an incident must cover to be shown in an
// interactive figure as well.
const zoomBuckets = 6

// A surrounding is the SLI around an incident, of the SLO that it cost most.
type surrounding struct {
	chart.Incident
	cost scorecard.Cost
}

// around returns what happened around an incident; its span is empty if that
// cannot be told.
func (t *tribeSite) around(e *scorecard.Postmortem, written postmortem.Postmortem) (s surrounding, err error) {
	window, ok := written.Window()
	if !ok || len(e.Budget) == 0 {
		return s, nil
	}
	s.cost = e.Budget[0]
	for _, c := range e.Budget {
		if c.Share.Value > s.cost.Share.Value {
			s.cost = c
		}
	}
	all := t.in.Catalog.Tribe(t.facts.Index.ID).SLOs()
	i := slices.IndexFunc(all, func(o catalog.SLO) bool { return o.ID == s.cost.SLO })
	if i < 0 {
		return s, nil
	}
	o := all[i]
	span := slo.Span{
		From: window.From.Add(-window.Duration() - 6*o.Resolution).Truncate(o.Resolution),
		To:   window.To.Add(window.Duration() + 7*o.Resolution).Truncate(o.Resolution),
	}
	series, err := t.hours(span, o.ID)
	if err != nil {
		return s, err
	}
	found := buckets(series)
	if len(found) == 0 {
		return s, nil
	}
	objective, _ := o.ObjectiveIn(s.cost.Month)
	s.Incident = chart.Incident{
		Label: s.cost.Name + ": " + o.Title, Span: span, Zone: t.in.Catalog.Site.Zone, Step: o.Resolution,
		Objective: objective, Impact: window, Buckets: found,
	}
	if b := s.cost.Burnt; b != nil && b.From != nil && b.StartDiffers {
		s.TextSays, s.DataSay = window.From, *b.From
	}
	return s, nil
}

// surround puts the figure on a postmortem's page, with markers for the rows of
// its timeline.
func (t *tribeSite) surround(v *postmortemView, p place, e *scorecard.Postmortem, s surrounding, rows []postmortem.Moment) (err error) {
	if s.Span.Empty() {
		return nil
	}
	s.Markers = markers(e, rows, s.Impact)
	v.Figure = s.SVG()
	v.FigureNote = fmt.Sprintf("%s: share of events that failed, a column each %s. Grey is the impact by the text%s.",
		s.cost.Name, stepName(s.Step), legend(s.Incident))
	v.Differs = t.differs(s)
	// Zoom is of use only where there is something to zoom into.
	if s.Impact.Duration() >= zoomBuckets*s.Step {
		f, err := s.Figure(chart.FigureID("around", e.Slug))
		if v.Interactive, err = t.figure(p, f, err); err != nil {
			return err
		}
		if v.Interactive != nil {
			v.Interactive.Instead = "around-static"
		}
	}
	v.FigureHead = []string{"From", "Failed", "Events"}
	for _, b := range s.Buckets {
		failed := slo.Dash
		if b.Events > 0 {
			failed = fmt.Sprintf("%.2f%%", b.Bad*100)
		}
		v.FigureRows = append(v.FigureRows, []string{b.At.In(s.Zone).Format("2 Jan 15:04"), failed, fmt.Sprintf("%.0f", b.Events)})
	}
	return nil
}

// legend explains the markers that the figure shows.
func legend(in chart.Incident) string {
	numbers, letters := "", ""
	for _, m := range in.Markers {
		switch {
		case !in.Span.Contains(m.At):
		case m.Href != "":
			numbers = "; numbers lead to the timeline in the text"
		default:
			letters += "; " + m.Sign + " is when it was " + strings.ToLower(m.Text)
		}
	}
	return numbers + letters
}

// differs says where the text has other times than the SLI, which the figure
// shows.
func (t *tribeSite) differs(s surrounding) string {
	b := s.cost.Burnt
	if b == nil {
		return ""
	}
	var says []string
	add := func(differs bool, bucket *time.Time, text time.Time, verb string) {
		if differs && bucket != nil {
			says = append(says, fmt.Sprintf("The data say that impact %s between %s, the text says at %s.",
				verb, t.dayClocks(*bucket, bucket.Add(s.Step)), t.dayClock(text)))
		}
	}
	add(b.StartDiffers, b.From, s.Impact.From, "began")
	if b.To != nil {
		last := b.To.Add(-s.Step)
		add(b.EndDiffers, &last, s.Impact.To, "ended")
	}
	if len(says) == 0 {
		return ""
	}
	return strings.Join(says, " ") + fmt.Sprintf(" Impact in the data is a burn rate of 6 or more, by buckets of %s; the ledger takes the times of the text.", stepWidth(s.Step))
}

// dayClock writes a moment in the site's zone with its day.
func (b *builder) dayClock(at time.Time) string {
	return at.In(b.in.Catalog.Site.Zone).Format("15:04 on 2 January")
}

// dayClocks writes two moments, the day once if it is the same.
func (b *builder) dayClocks(from, to time.Time) string {
	zone := b.in.Catalog.Site.Zone
	if slo.DateOf(from, zone) == slo.DateOf(to, zone) {
		return from.In(zone).Format("15:04") + " and " + b.dayClock(to)
	}
	return b.dayClock(from) + " and " + b.dayClock(to)
}

// stepWidth writes the width of a bucket: "an hour".
func stepWidth(d time.Duration) string {
	switch name := stepName(d); name {
	case "hour":
		return "an hour"
	case "day":
		return "a day"
	default:
		return name
	}
}

func stepName(d time.Duration) string {
	switch {
	case d == time.Hour:
		return "hour"
	case d == 24*time.Hour:
		return "day"
	}
	return fmt.Sprintf("%.0f minutes", d.Minutes())
}

// markers are the rows of the timeline that the page numbers, and what is known
// to have happened during the impact without a row: that has letters.
func markers(e *scorecard.Postmortem, rows []postmortem.Moment, impact slo.Span) (all []chart.Marker) {
	for _, r := range rows {
		if r.N > 0 {
			all = append(all, chart.Marker{Sign: fmt.Sprint(r.N), At: r.At, Text: r.Text, Href: "#" + r.ID})
		}
	}
	told := len(all)
	for _, m := range []struct {
		at   *time.Time
		text string
	}{{e.Detected, "Detected"}, {e.Acknowledged, "Acknowledged"}, {e.Mitigated, "Mitigated"}} {
		if m.at == nil || m.at.Equal(impact.From) || m.at.Equal(impact.To) {
			continue // an edge of what is grey
		}
		row := slices.ContainsFunc(all[:told], func(r chart.Marker) bool { return r.At.Sub(*m.at).Abs() <= time.Minute })
		if !row {
			all = append(all, chart.Marker{At: *m.at, Text: m.text})
		}
	}
	slices.SortStableFunc(all, func(a, b chart.Marker) int { return a.At.Compare(b.At) })
	letter := 'a'
	for i := range all {
		if all[i].Sign == "" {
			all[i].Sign = string(letter)
			letter++
		}
	}
	return all
}
