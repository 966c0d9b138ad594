package scorecard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// mention is the share of a budget from which the summary names a part of an
// overspent one.
const mention = 0.05

func say(format string, args ...any) Part { return Part{Text: fmt.Sprintf(format, args...)} }

// join writes "a", "a and b", "a, b and c".
func join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// count writes "1 action" or "3 actions".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// label names a row among its fellows: the service, and the key of the SLO
// where the service has several.
func (c *Card) label(r SLO) string {
	for _, o := range c.SLOs {
		if o.Service == r.Service && o.ID != r.ID {
			return r.ServiceName + ", " + r.ID[strings.LastIndexByte(r.ID, '/')+1:]
		}
	}
	return r.ServiceName
}

// inShort answers the reader's first question: what was met, where the worst
// budget went, what waits.
func (c *Card) inShort() []Sentence {
	out := []Sentence{c.metSentence()}
	if s := c.worstSentence(); s != nil {
		out = append(out, s)
	}
	if c.Actions.Overdue > 0 {
		verb := "are"
		if c.Actions.Overdue == 1 {
			verb = "is"
		}
		out = append(out, Sentence{{count(c.Actions.Overdue, "action", "actions") + " " + verb + " overdue", "actions/"}, say(".")})
	}
	return out
}

func (c *Card) metSentence() Sentence {
	t := c.Totals
	if t.SLOs == 0 {
		return Sentence{say("No objective is in scope in %s.", MonthName(c.Month))}
	}
	text := fmt.Sprintf("%d of %s met", t.Met, count(t.SLOs, "objective", "objectives"))
	if t.Missed > 0 {
		text += fmt.Sprintf(", %d missed", t.Missed)
	}
	if t.Unknown > 0 {
		text += fmt.Sprintf(", %d cannot be judged", t.Unknown)
	}
	if !c.Closed {
		text = "So far, " + text
	}
	return Sentence{say("%s.", text)}
}

// worstSentence says who spent most and on what; nil if there is nothing to say.
func (c *Card) worstSentence() Sentence {
	var over []SLO
	for _, r := range c.SLOs {
		if judged(r) && r.Budget.Spent.Known {
			over = append(over, r)
		}
	}
	if len(over) == 0 {
		return nil
	}
	slices.SortStableFunc(over, func(a, b SLO) int {
		switch x, y := a.Budget.Spent.Value, b.Budget.Spent.Value; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	worst := over[0]
	if worst.Budget.Spent.Value <= 1 {
		return Sentence{say("No budget ran out; the most was %s, by ", slo.BudgetPercent(worst.Budget.Spent.Value)),
			{c.label(worst), servicePath(worst)}, say(".")}
	}
	s := Sentence{{c.label(worst), servicePath(worst)}, say(" spent %s of its error budget", slo.BudgetPercent(worst.Budget.Spent.Value))}
	s = append(s, c.spentOn(worst)...)
	var others []string
	for _, r := range over[1:] {
		if r.Budget.Spent.Value > 1 {
			others = append(others, fmt.Sprintf("%s %s", c.label(r), slo.BudgetPercent(r.Budget.Spent.Value)))
		}
	}
	if n := len(others); n > 0 && n <= 2 {
		s = append(s, say("; %s", join(others)))
	} else if n > 2 {
		s = append(s, say("; %d others ran out too", n))
	}
	return append(s, say("."))
}

// spentOn names the parts of a budget that matter, in points of it.
func (c *Card) spentOn(r SLO) (s Sentence) {
	add := func(p ...Part) {
		if len(s) == 0 {
			s = append(s, say(": "))
		} else {
			s = append(s, say(", "))
		}
		s = append(s, p...)
	}
	parts := slices.Clone(r.Ledger.Incidents)
	slices.SortStableFunc(parts, func(a, b Portion) int { return int(b.Bad - a.Bad) })
	for i, p := range parts {
		if i == 2 || p.Share.Value < mention {
			break
		}
		switch {
		case p.Restricted:
			add(say("%s in restricted incidents", points(p.Share)))
		case p.Tribe != "":
			add(say("%s in %s of %s", points(p.Share), name(p), p.Tribe))
		default:
			add(say("%s in ", points(p.Share)), Part{name(p), "postmortems/" + *p.Slug + "/"})
		}
	}
	unexplained := 0.0
	for _, e := range r.Ledger.Unexplained {
		unexplained += e.Share.Value
	}
	if unexplained >= mention {
		add(say("%s unexplained", points(known(unexplained))))
	}
	if len(s) > 0 {
		s[1].Text = strings.Replace(s[1].Text, " ", " points ", 1)
	}
	return s
}

func name(p Portion) string {
	if p.ID != nil {
		return *p.ID
	}
	return p.Title
}

// points writes a share of a budget in whole points of a hundred.
func points(n Number) string { return fmt.Sprintf("%.0f", n.Value*100) }

// servicePath is the page of a row's service; "" if it is no longer the tribe's.
func servicePath(r SLO) string {
	if r.Elsewhere {
		return ""
	}
	return "services/" + r.Service + "/"
}

// Stability says in a sentence how the trends of the rows stand.
func (c *Card) Stability() string {
	groups := make(map[string][]string)
	most := 0
	for _, r := range c.SLOs {
		groups[r.Trend.Word] = append(groups[r.Trend.Word], c.label(r))
		most = max(most, r.Trend.Months)
	}
	var parts []string
	for _, g := range []struct{ word, text string }{
		{string(slo.Worsening), "worsening for"}, {string(slo.Improving), "improving for"},
	} {
		if names := groups[g.word]; len(names) > 0 {
			slices.Sort(names)
			parts = append(parts, g.text+" "+join(names))
		}
	}
	if n := len(groups[string(slo.NoClearTrend)]); n > 0 {
		parts = append(parts, fmt.Sprintf("no clear trend in %d", n))
	}
	if n := len(groups[string(slo.TooLittleHistory)]); n > 0 {
		parts = append(parts, fmt.Sprintf("too little history for %d", n))
	}
	if len(parts) == 0 {
		return ""
	}
	if most == 0 {
		return strings.Join(parts, ", ") + "."
	}
	return fmt.Sprintf("%s (up to %s, corrected for %s).", strings.Join(parts, ", "),
		count(most, "closed month", "closed months"), count(len(c.SLOs), "test", "tests"))
}

// length writes minutes as a reader says them: "47 minutes", "51 hours".
func length(minutes float64) string {
	switch {
	case minutes < 120:
		return count(int(minutes+0.5), "minute", "minutes")
	case minutes < 14*24*60:
		return count(int(minutes/60+0.5), "hour", "hours")
	}
	return count(int(minutes/60/24+0.5), "day", "days")
}

// when writes a stretch of time: "17 October, 02:00 to 04:00".
func when(from, to time.Time, zone *time.Location) string {
	a, b := from.In(zone), to.In(zone)
	if slo.DateOf(from, zone) == slo.DateOf(to.Add(-time.Second), zone) {
		end := b.Format("15:04")
		if end == "00:00" {
			end = "24:00"
		}
		return fmt.Sprintf("%s, %s to %s", a.Format("2 January"), a.Format("15:04"), end)
	}
	return a.Format("2 January 15:04") + " to " + b.Format("2 January 15:04")
}

// MonthName writes "October 2026".
func MonthName(m slo.Month) string { return fmt.Sprintf("%s %d", m.Month, m.Year) }

// DayName writes "17 October 2026".
func DayName(d slo.Date) string { return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year) }

// agreements adds what was agreed for the month: maintenance and exclusions.
func (c *Card) agreements(in *Input, span slo.Span, rows []catalog.SLO) {
	touches := func(ids []string) bool {
		return slices.ContainsFunc(rows, func(s catalog.SLO) bool { return catalog.Covers(ids, s) })
	}
	for _, x := range in.Catalog.Maintenance {
		if touches(x.IDs) && !x.Span.Meet(span).Empty() {
			c.Maintenance = append(c.Maintenance, Agreement{IDs: x.IDs, From: x.Span.From, To: x.Span.To, Reason: x.Reason})
		}
	}
	for _, x := range in.Catalog.Exclusions {
		if touches(x.IDs) && !x.Span.Meet(span).Empty() {
			c.Exclusions = append(c.Exclusions, Agreement{x.IDs, x.Span.From, x.Span.To, x.Reason, x.ApprovedBy})
		}
	}
}

// decisions adds those that still stood at the end of the month.
func (in *Input) decisions(c *Card) {
	touches := func(ids []string) bool {
		return slices.ContainsFunc(c.SLOs, func(r SLO) bool { return catalog.Covers(ids, catalog.SLO{ID: r.ID}) })
	}
	end := c.Month.Last()
	for _, d := range in.Catalog.Decisions {
		if (len(d.IDs) == 0 || touches(d.IDs)) && !end.Before(d.Date) && (d.Done.IsZero() || !d.Done.Of().Before(c.Month)) {
			shown := Decision{d.Date, d.Text, d.Owner, d.Due, d.Done}
			if end.Before(d.Done) {
				shown.Done = slo.Date{}
			}
			c.Decisions = append(c.Decisions, shown)
		}
	}
}
