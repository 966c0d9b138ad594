package postmortem

import (
	"slices"

	"tribune/generator/slo"
)

// The day of an incident may be read as it is written and be another's: the first
// of a timeline that begins weeks before users felt anything, or the one on which
// the file was closed. What follows holds it against the days of the timeline.

// sureDay returns the day of times in labels and in the section about the impact
// that say none: the incident's, unless that may be another.
func (c *calendar) sureDay() slo.Date {
	if c.unsure {
		return slo.Date{}
	}
	return c.day
}

// most reports whether most entries of a timeline are of the day of the incident,
// as far as it says their days at all.
func (c *calendar) most(rows []Moment) bool {
	of, all := 0, 0
	for _, m := range rows {
		if m.day.IsZero() {
			continue
		}
		all++
		if c.ofDay(m) {
			of++
		}
	}
	return of*2 > all || all == 0
}

// ofDay reports whether an entry is of the day of the incident: as it says, or on
// the site's clocks, by which people may have named the file.
func (c *calendar) ofDay(m Moment) bool {
	return m.day == c.day || !c.unnamed && !m.At.IsZero() && slo.DateOf(m.At, c.site) == c.day
}

// holdDay moves a date that nobody named to the day on which the text says that it
// started, since many timelines begin days before, and warns of one that may be
// another: if no start is told and most entries of the timeline are of other days,
// or if the start is told as of another day than the title, the file's name or the
// front matter.
func (p *Postmortem) holdDay(c *calendar) {
	if p.Date.IsZero() {
		return
	}
	if !c.startDay.IsZero() {
		p.holdStart(c)
		return
	}
	if c.unnamed && !c.beside.IsZero() {
		c.warn("day", c.dayPlace(p), RuleDate, "add date to the front matter", "no day is named as the incident's: %s is only the first that the text names, beside %s", p.Date, c.beside)
		return
	}
	var days []slo.Date
	for _, m := range c.rows {
		if !m.day.IsZero() {
			days = append(days, m.day)
		}
	}
	if len(days) == 0 || c.most(c.rows) {
		return
	}
	slices.SortFunc(days, func(a, b slo.Date) int { return b.DaysUntil(a) })
	first, last := days[0], days[len(days)-1]
	before := slices.IndexFunc(days, func(d slo.Date) bool { return !d.Before(p.Date) }) // how many
	if before < 0 {
		before = len(days)
	}
	switch hint := "add date to the front matter"; {
	case c.unnamed && first == p.Date:
		c.warn("day", c.dayPlace(p), RuleDate, hint, "no day is named as the incident's: %s is only the first of a timeline that runs to %s", p.Date, last)
	case c.unnamed:
		c.warn("day", c.dayPlace(p), RuleDate, hint, "no day is named as the incident's: %s is only one of a timeline that runs from %s to %s", p.Date, first, last)
	case !slices.ContainsFunc(c.rows, c.ofDay):
		c.warn("day", c.dayPlace(p), RuleDate, "correct the date, or the days of the timeline", "the date is %s, of which the timeline has no entry: it begins on %s", p.Date, first)
	case first.DaysUntil(p.Date) >= 2 && before*2 > len(days):
		c.warn("day", c.dayPlace(p), RuleDate, "correct the date, or write started in the front matter", "the date is %s, most of the timeline is of days before it: it begins on %s", p.Date, first)
	}
}

// holdStart holds the date against the day on which the text says that it started.
func (p *Postmortem) holdStart(c *calendar) {
	date, started := slices.Index(p.FromProse, "date"), slices.Index(p.FromProse, "started")
	switch {
	case started < 0 || c.startDay == p.Date:
	case c.unnamed:
		p.Date, p.Prose[date].Line = c.startDay, p.Prose[started].Line
	case slo.DateOf(p.Started, c.site) != p.Date:
		c.warn("day", c.lines[p.Prose[started].Line-1], RuleDate, "correct the date, or write started in the front matter", "it started on %s, the date is %s", c.startDay, p.Date)
	}
}

// dayPlace returns where the date stands, the beginning of the file if that is in
// its name or the front matter.
func (c *calendar) dayPlace(p *Postmortem) int {
	if i := slices.Index(p.FromProse, "date"); i >= 0 && p.Prose[i].Line > 0 {
		return c.lines[p.Prose[i].Line-1]
	}
	return 0
}
