package postmortem

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// Times may be read as they are written and be wrong all the same: those of a
// timeline copied from another report, of the evening before, of a row with a
// slip of the pen. What follows finds them by what stands around them.

// clockDay returns the day of clocks that say none: that of the incident, unless
// the summary speaks of the days beside it and not of that one. A report is often
// filed under the day after, or under that of UTC.
func (c *calendar) clockDay(root ast.Node) slo.Date {
	if c.day.IsZero() || c.unnamed && !c.beside.IsZero() {
		return slo.Date{}
	}
	var beside *dayAt
	for _, part := range c.parts(root) {
		if part.kind != Summary && part.kind != Impact {
			continue
		}
		for _, block := range part.blocks {
			if block.Kind() != ast.KindParagraph {
				continue
			}
			for _, day := range c.daysIn(plain(block, c.text)) {
				switch n := distant(day, c.day); {
				case n == 0:
					return c.day
				case n <= 2 && beside == nil:
					beside = &dayAt{day, block.Pos()}
				}
			}
		}
	}
	if beside == nil {
		return c.day
	}
	c.warn("beside", beside.at, RuleDate, "write the day before the first time", "the text speaks of %s, the date is %s: times without a day are not read", beside.day, c.day)
	return slo.Date{}
}

// dayNamed finds days with the name of a month, and those in figures that begin
// with the year.
var dayNamed = regexp.MustCompile(`(?i)\b(?:(\d{4})-(\d\d)-(\d\d)|` + monthName + `\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?|(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?` + monthName + `\b\.?(?:,?\s+(\d{4}))?)(?:\D|$)`)

// daysIn returns the days that a text names; those without a year are the nearest
// to the incident.
func (c *calendar) daysIn(text string) (days []slo.Date) {
	if !strings.ContainsAny(text, "0123456789") {
		return nil
	}
	for _, m := range dayNamed.FindAllStringSubmatch(text, -1) {
		number := func(i int) int { n, _ := strconv.Atoi(m[i]); return n }
		w := written{}
		switch {
		case m[1] != "":
			w.day = slo.Date{Year: number(1), Month: time.Month(number(2)), Day: number(3)}
		case m[4] != "":
			w.day = slo.Date{Year: number(6), Month: time.Month(monthOf(m[4])), Day: number(5)}
		default:
			w.day = slo.Date{Year: number(9), Month: time.Month(monthOf(m[8])), Day: number(7)}
		}
		if d, ok := c.dayOf(w, 0); ok {
			days = append(days, d)
		}
	}
	return days
}

// ofAnother reports whether all days of a timeline are so far from the incident's
// that it may be another's, and tells.
func (c *calendar) ofAnother(rows []Moment) bool {
	at := slices.IndexFunc(rows, func(m Moment) bool { return !m.At.IsZero() })
	if at < 0 || c.day.IsZero() {
		return false
	}
	for _, m := range rows {
		if !m.At.IsZero() && distant(m.day, c.day) <= 31 {
			return false
		}
	}
	c.warn("another", rows[at].at, RuleDate, "write the day of the incident before its times", "the timeline is of %s, the date is %s: no time of the incident is taken from it", rows[at].day, c.day)
	return true
}

// weekdayNamed finds the name of a day of the week.
var weekdayNamed = regexp.MustCompile(`(?i)\b(mon|tues|wednes|thurs|fri|satur|sun)day\b`)

// tellWeekday warns if the summary speaks of one day of the week, and neither the
// date nor an entry of the timeline is on it: one of them is a slip of the pen.
func (c *calendar) tellWeekday(root ast.Node, rows []Moment) {
	if c.day.IsZero() {
		return
	}
	said, at := "", 0
	for _, part := range c.parts(root) {
		if part.kind != Summary && part.kind != Impact {
			continue
		}
		for _, block := range part.blocks {
			if block.Kind() != ast.KindParagraph {
				continue
			}
			text := plain(block, c.text)
			if !strings.Contains(text, "day") && !strings.Contains(text, "DAY") {
				continue // as most have none, which is cheaper to see so
			}
			for _, name := range weekdayNamed.FindAllString(text, -1) {
				if said != "" && !strings.EqualFold(said, name) {
					return
				}
				said, at = name, block.Pos()
			}
		}
	}
	named := func(d slo.Date) string {
		return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC).Weekday().String()
	}
	if said == "" || strings.EqualFold(said, named(c.day)) || slices.ContainsFunc(rows, func(m Moment) bool { return !m.At.IsZero() && strings.EqualFold(said, named(m.day)) }) {
		return
	}
	c.warn("weekday", at, RuleDate, "correct the day, or add date to the front matter", "the text speaks of a %s, %s is a %s", said, c.day, named(c.day))
}

// tellOutOfOrder warns of a row that is more than an hour before the one above it
// in a timeline that otherwise runs on: either may be wrong.
func (c *calendar) tellOutOfOrder(rows []Moment) {
	var last *Moment
	var back []*Moment
	on := 0
	for i := range rows {
		m := &rows[i]
		switch {
		case m.At.IsZero():
			continue
		case last != nil && last.At.Sub(m.At) > time.Hour:
			back = append(back, last, m)
		case last != nil && m.At.After(last.At):
			on++
		}
		last = m
	}
	if len(back) == 0 || on < len(back)/2 {
		return // the newest stand first
	}
	c.problems.Add(c.pos(back[1].at), RuleOrder, diag.Warning, "put the rows in order, or correct the time that is wrong", "%s comes after %s", c.clock(back[1].At), c.clock(back[0].At))
}
