package postmortem

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// cStateKeys are what cState, a status page, says in its front matter beside
// keys that mean the same here. Its resolved is a yes or no.
var cStateKeys = []string{"resolvedWhen", "affected", "informational", "section"}

// fromCState reports whether front matter is cState's.
func fromCState(front node) bool {
	_, when := front.table["resolvedWhen"]
	return when || front.table["resolved"].flag
}

// readCState takes over what front matter of cState says: date is when downtime
// began and resolvedWhen when it ended, if resolved says yes, as cState itself
// counts them. What is informational was no downtime.
func (p *Postmortem) readCState(f fields, names Names) {
	if f.reason("informational", "yes") == "" {
		if date := f.text("date"); strings.Contains(date, ":") && p.Started.IsZero() {
			p.Started = f.time("date")
		}
		if n, ok := f.table["resolved"]; (!ok || strings.EqualFold(n.text, "true")) && p.Resolved.IsZero() {
			p.Resolved = f.time("resolvedWhen")
		}
	}
	if !p.Resolved.IsZero() && !p.Started.IsZero() && !p.Resolved.After(p.Started) {
		f.problems.Add(f.table["resolvedWhen"].pos, RuleOrder, diag.Error, "", "resolvedWhen is not after date")
		p.Started, p.Resolved = time.Time{}, time.Time{}
	}
	var missing []string
	for _, name := range f.texts("affected", false) {
		id, ok := names.called(name, p.Tribe)
		if !ok {
			missing = append(missing, cut(name, 40))
		} else if !slices.Contains(p.Services, id) {
			p.Services = append(p.Services, id)
		}
	}
	if len(missing) > 0 {
		f.problems.Add(f.table["affected"].pos, RuleService, diag.Note, "add it to the aliases of the service that is meant", "there is no service called %s", strings.Join(missing, ", "))
	}
}

// holdCState warns if the text tells of another day, or of other times of harm,
// than date and resolvedWhen: those are often copied from the last announcement,
// or of the whole work.
func (p *Postmortem) holdCState(s *source, root ast.Node, zone *time.Location, problems *diag.List) {
	if p.Started.IsZero() || p.Resolved.IsZero() {
		return
	}
	c := calendar{source: s, day: p.Date, site: zone, zones: s.zonesOfAll(root), problems: problems, told: map[string]bool{}}
	if midnight(p.Started, zone) && p.Resolved.Sub(p.Started) >= halfDay && !saysMidnight.Match(s.text) {
		c.warn("midnight", 0, RuleTime, "write when it began, or date without a time", "date says midnight, which often stands for an unknown time")
	}
	var other dayAt
	agreed := false
	harmful := harm.MatchString(string(s.text))
	ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || !holdsText(n) {
			return ast.WalkContinue, nil
		}
		text := plain(n, s.text)
		for _, day := range c.announcedIn(text) {
			agreed = agreed || day == p.Date || day == slo.DateOf(p.Started, time.UTC)
			other = dayAt{day, n.Pos()}
		}
		if !harm.MatchString(text) && !(harmful && wholeRange.MatchString(text)) {
			return ast.WalkSkipChildren, nil
		}
		for _, one := range c.rangesIn(text, n.Pos(), false) {
			from, to := one["started"][0].at, one["resolved"][0].at
			if from.Sub(p.Started).Abs() > nearEnough || to.Sub(p.Resolved).Abs() > nearEnough {
				c.warn("cstate", n.Pos(), RuleOrder, "correct date and resolvedWhen, or write started and resolved beside them", "the text says from %s until %s, the front matter from %s until %s", c.clock(from), c.clock(to), c.clock(p.Started), c.clock(p.Resolved))
			}
		}
		return ast.WalkSkipChildren, nil
	})
	if !agreed && !other.day.IsZero() {
		c.warn("announced", other.at, RuleDate, "correct date, or the text", "the text speaks of %s, the date is %s", other.day, p.Date)
	}
}

// midnight reports whether it was midnight, in UTC or on the site's clocks.
func midnight(t time.Time, zone *time.Location) bool {
	return t.Truncate(24*time.Hour).Equal(t) || t.In(zone).Format(time.TimeOnly) == "00:00:00"
}

// halfDay is how long something must have taken for its midnight to be doubted:
// who knows the end of a short one knows its beginning.
const halfDay = 12 * time.Hour

var saysMidnight = regexp.MustCompile(`(?i)\bmidnight\b|\b0?0:00\b|\b12\s?am\b`)

// announcedIn returns the days of a text that stand with their day of the week:
// Thursday, the 19th of October.
func (c *calendar) announcedIn(text string) (days []slo.Date) {
	for _, m := range weekdayBefore.FindAllStringIndex(text, -1) {
		if at := dayNamed.FindStringIndex(text[m[1]:]); at != nil && at[0] == 0 {
			days = append(days, c.daysIn(text[m[1]:m[1]+at[1]])...)
		}
	}
	return days
}

var (
	weekdayBefore = regexp.MustCompile(`(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+(?:the\s+)?`)
	wholeRange    = regexp.MustCompile(`(?i)^(?:from|between)\s`) // an item that is a time and nothing else
)

// known returns the front matter with the site's own keys as those that they
// stand for.
func (a Aliases) known(front node) node {
	for i, key := range front.keys {
		if slices.Contains(keys, key) {
			continue
		}
		means := a.key(key)
		if means == "" {
			means = a.key(strings.ReplaceAll(key, "_", " "))
		}
		if _, there := front.table[means]; means == "" || !slices.Contains(keys, means) || there {
			continue
		}
		front.table[means] = front.table[key]
		delete(front.table, key)
		front.keys[i] = means
	}
	return front
}
