package postmortem

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/slo"
)

// A claim is what one place of the text says of when a moment of the incident
// was. Labels have rank 0, the section about the impact 1, and entries of the
// timeline one more than their words.
type claim struct {
	at      time.Time
	pos     int
	rank    int
	assumed bool     // whether the site's zone was taken
	day     slo.Date // as the text says it, in its own zone
}

// nearEnough is how far apart two claims may be that people would call the same.
const nearEnough = 15 * time.Minute

// readTimes takes the times that the front matter does not say from labels, the
// section about the impact, and those entries of the timeline that say in words
// what they are. Claims that contradict each other are told, and none is taken.
func (p *Postmortem) readTimes(c *calendar, root ast.Node, labels []label) {
	claims := map[string][]claim{}
	c.rows = c.moments(root, c.timeline(root))
	c.unsure = c.unnamed && (!c.beside.IsZero() || !c.most(c.rows))
	c.labelClaims(labels, claims)
	c.impactClaims(root, claims)
	c.tellOutOfOrder(c.rows)
	c.tellWeekday(root, c.rows)
	if c.ofAnother(c.rows) {
		c.rows = nil
	}
	for _, m := range c.rows {
		if m.Kind != "" && !m.At.IsZero() {
			claims[m.Kind] = append(claims[m.Kind], claim{m.At, c.lines[m.Line-1], m.rank + 1, m.ZoneAssumed, m.day})
		}
	}
	taken := map[string]claim{}
	for _, field := range timeKeys {
		if to := p.timeOf(field); to.IsZero() {
			if found, ok := c.settle(field, claims[field]); ok {
				*to, taken[field] = found.at, found
			}
		}
	}
	p.dropContradictions(c, taken)
	c.startDay = taken["started"].day
	for _, field := range timeKeys {
		if found, ok := taken[field]; ok {
			p.fromProse(field, c.pos(found.pos).Line, found.assumed)
		}
	}
}

// timeOf returns where a moment is kept.
func (p *Postmortem) timeOf(field string) *time.Time {
	return map[string]*time.Time{"started": &p.Started, "detected": &p.Detected, "acknowledged": &p.Acknowledged,
		"mitigated": &p.Mitigated, "resolved": &p.Resolved}[field]
}

// settle returns the claim of the lowest rank, unless another of its rank says
// another time. What a label or the section about the impact says must agree
// with the timeline, if that says something of it too.
func (c *calendar) settle(field string, claims []claim) (found claim, ok bool) {
	if len(claims) == 0 {
		return claim{}, false
	}
	found = slices.MinFunc(claims, func(a, b claim) int { return a.rank - b.rank })
	var other claim
	agreed := false
	for _, o := range claims {
		switch apart := o.at.Sub(found.at).Abs(); {
		case o.rank == found.rank && apart > 0:
			c.warn("settle"+field, o.pos, RuleOrder, "write "+field+" in the front matter", "%s is told twice, as %s and %s: it is not read", field, c.clock(found.at), c.clock(o.at))
			return claim{}, false
		case o.rank == found.rank || o.rank > 3 || found.rank > 1:
			// When an outage is over, the incident need not be.
		case apart <= nearEnough:
			agreed = true
		default:
			other = o
		}
	}
	if !other.at.IsZero() && !agreed {
		c.warn("settle"+field, found.pos, RuleOrder, "write "+field+" in the front matter", "%s is told as %s here and as %s in line %d: it is not read", field, c.clock(found.at), c.clock(other.at), c.pos(other.pos).Line)
		return claim{}, false
	}
	return found, true
}

// clock prints a moment as the site's clocks showed it.
func (c *calendar) clock(t time.Time) string { return t.In(c.site).Format("2006-01-02 15:04 MST") }

// dropContradictions tells of times that cannot all be true, and drops those
// that were read from the text.
func (p *Postmortem) dropContradictions(c *calendar, taken map[string]claim) {
	drop := func(fields ...string) {
		for _, field := range fields {
			if _, ok := taken[field]; ok {
				*p.timeOf(field) = time.Time{}
				delete(taken, field)
			}
		}
	}
	if from, ok := taken["started"]; ok && !p.Date.IsZero() && distant(p.Date, slo.DateOf(from.at, time.UTC)) > 366 {
		c.warn("year", from.pos, RuleOrder, "write started in the front matter", "started, %s, is more than a year from the date, %s: it is not read", c.clock(from.at), p.Date)
		drop("started")
	}
	for _, pair := range []struct {
		first, then string
		possible    bool // impact may be noticed before it is felt
	}{
		{"started", "resolved", false}, {"started", "mitigated", false}, {"mitigated", "resolved", false},
		{"started", "detected", true}, {"detected", "acknowledged", true},
	} {
		a, b := *p.timeOf(pair.first), *p.timeOf(pair.then)
		from, hasFrom := taken[pair.first]
		then, hasThen := taken[pair.then]
		contradict := b.Before(a) || b.Equal(a) && pair.first == "started" && !pair.possible
		if a.IsZero() || b.IsZero() || !contradict || !hasFrom && !hasThen {
			continue
		}
		at := from.pos
		if hasThen {
			at = then.pos
		}
		if pair.possible {
			c.warn("order"+pair.then, at, RuleOrder, "", "%s, %s, is before %s, %s", pair.then, c.clock(b), pair.first, c.clock(a))
			continue
		}
		c.warn("order"+pair.then, at, RuleOrder, "write both in the front matter", "%s, %s, is not after %s, %s: what the text says of them is not read", pair.then, c.clock(b), pair.first, c.clock(a))
		drop(pair.first, pair.then)
	}
}

// labelClaims reads the labels whose values are times.
func (c *calendar) labelClaims(labels []label, claims map[string][]claim) {
	last := time.Duration(-1) // the clock of the label before, if neither says a day
	var common commonZone
	for _, l := range labels {
		if from, _, _, ok := scanTime(l.value); ok {
			common.add(from.zones)
		}
	}
	for _, l := range labels {
		field := l.key
		if field == "detection" {
			field = "detected" // Detection: 10:05
		}
		if !slices.Contains(timeKeys, field) && field != "window" && field != "duration" {
			continue
		}
		from, until, rest, ok := scanTime(l.value)
		whole := ok && inBrackets.MatchString(strings.TrimLeft(rest, " )]|*_"))
		if !whole || (field == "window" || field == "duration") != (until != nil) {
			if looksTimed.MatchString(l.value) && slices.Contains(timeKeys, field) {
				c.warn("label"+field, l.at, RuleTime, "write it as 2026-10-06 10:02 UTC", "%s: %q is not a time", field, cut(l.value, 40))
			}
			continue
		}
		zones := zonesIn(l.note, true)
		if from.wrong != "" {
			c.warn("label"+field, l.at, RuleTime, "write it as 2026-10-06 10:02 UTC", "%s: %s", field, from.wrong)
			continue
		}
		if until != nil {
			c.rangeClaims(from, *until, zones, l.at, 0, claims)
			continue
		}
		day, known := c.sureDay(), !c.sureDay().IsZero()
		if from.dated() {
			day, known = c.dayOf(from, l.at)
			last = -1
		}
		if !known || !from.timed || from.unsure {
			continue
		}
		switch {
		case from.dated():
		case from.clock < last-12*time.Hour:
			day = nextDay(day)
		case from.clock < last:
			c.warn("label"+field, l.at, RuleOrder, "write the day before the time", "%s: %s comes after %s: it may be of the same day or the next and is not read", field, clockText(from.clock), clockText(last))
			continue
		default:
			last = from.clock
		}
		if at, assumed := c.momentOf(day, from, l.at, zones, c.zones, common.zones); !at.IsZero() {
			claims[field] = append(claims[field], claim{at, l.at, 0, assumed, day})
		}
	}
}

// looksTimed matches a value that is meant as a time, though it is none: 1600,
// or 22025-03-01 10:00 UTC.
var looksTimed = regexp.MustCompile(`^[\d\s:./T+-]*\d[\d\s:./TZ+-]*(?:[A-Z]{1,5})?\.?$`)

// rangeClaims adds both ends of a range. An end without a day is of the day of
// the beginning, or of the next if that puts it after it.
func (c *calendar) rangeClaims(from, until written, zones []zone, at, rank int, claims map[string][]claim) bool {
	if !from.timed || !until.timed || from.wrong+until.wrong != "" {
		return false
	}
	day := c.sureDay()
	if from.dated() {
		day, _ = c.dayOf(from, at)
	}
	to := day
	switch {
	case until.dated():
		to, _ = c.dayOf(until, at)
	case until.clock <= from.clock:
		to = nextDay(day)
	}
	if day.IsZero() || to.IsZero() {
		return false
	}
	a, assumedA := c.momentOf(day, from, at, zones, c.zones)
	b, assumedB := c.momentOf(to, until, at, zones, from.zones, c.zones)
	if a.IsZero() || b.IsZero() {
		return false
	}
	claims["started"] = append(claims["started"], claim{a, at, rank, assumedA, day})
	claims["resolved"] = append(claims["resolved"], claim{b, at, rank, assumedB, to})
	return true
}
