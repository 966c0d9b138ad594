package postmortem

import (
	"fmt"
	"slices"
	"time"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// A Moment is an entry of a timeline.
type Moment struct {
	At   time.Time // UTC; zero if the text does not tell when
	Text string    // what happened, on one line, not cut
	Line int
	Kind string // started | detected | acknowledged | mitigated | resolved if the entry says so in words, else ""
	ID   string // anchor of the entry in the page, "" if Body did not render it
	N    int    // its number in the page and in its chart, from 1; 0 if that does not show it
	// ZoneAssumed is whether the site's zone was taken, since the text names none.
	ZoneAssumed bool

	day  slo.Date // on which the text says it was, in its own zone, also without a clock
	rank int      // of Kind, see milestoneWords
	when string   // as the entry begins
	more []string // what else it says
	node ast.Node // of the entry
	at   int      // where it begins in the file
}

// A calendar turns written times into moments. It warns of each trouble once.
type calendar struct {
	*source
	day      slo.Date // of the incident
	unnamed  bool     // whether that is only the first day of the timeline or the text
	beside   slo.Date // another day, if it is one of several that the text names
	unsure   bool     // whether it may be another, so that no clock is of it which says no day
	startDay slo.Date // on which the text says that it started, in its own zone
	site     *time.Location
	zones    []zone // that the text names for all its times
	months   int    // which of "12-05" is the month: 1, 2 or 0 if that is not told
	problems *diag.List
	told     map[string]bool
	rows     []Moment // of the timeline, once it is read
}

// warn adds a problem, once of each kind.
func (c *calendar) warn(kind string, at int, rule, hint, format string, args ...any) {
	if !c.told[kind] {
		c.told[kind] = true
		c.problems.Add(c.pos(at), rule, diag.Warning, hint, format, args...)
	}
}

// dayOf returns the day that a text means: a day without a year is the one
// nearest to the incident. ok is false if that cannot be told.
func (c *calendar) dayOf(w written, at int) (d slo.Date, ok bool) {
	d = w.day
	if w.either != [3]int{} {
		a, b := w.either[0], w.either[1]
		switch {
		case c.months == 1 || a <= 12 && b > 12 || a == b:
			d = slo.Date{Year: w.either[2], Month: time.Month(a), Day: b}
		case c.months == 2 || b <= 12 && a > 12:
			d = slo.Date{Year: w.either[2], Month: time.Month(b), Day: a}
		default:
			c.warn("either", at, RuleDate, "write it as 2026-12-05", "%d and %d: which is the month?", a, b)
			return slo.Date{}, false
		}
		if d.Year == 0 && (d.Month > 12 || d.Day > 31) {
			return slo.Date{}, false
		}
	}
	if d.Year == 0 {
		if c.day.IsZero() {
			return slo.Date{}, false
		}
		best := 0
		for year := c.day.Year - 1; year <= c.day.Year+1; year++ {
			try, is := dateOf(year, int(d.Month), d.Day)
			if is && (best == 0 || distant(try, c.day) < distant(slo.Date{Year: best, Month: d.Month, Day: d.Day}, c.day)) {
				best = year
			}
		}
		d.Year = best
	}
	return dateOf(d.Year, int(d.Month), d.Day)
}

func distant(a, b slo.Date) int { return max(a.DaysUntil(b), b.DaysUntil(a)) }

// momentOf returns the moment at which a clock showed a time of a day, zero if
// that cannot be told, and whether the site's zone was taken. The zones that
// stand with the time come first, then the first of those around it: its
// table's, the text's, that of the times beside it.
func (c *calendar) momentOf(day slo.Date, w written, at int, around ...[]zone) (t time.Time, assumed bool) {
	zones := w.zones
	for _, wider := range around {
		if len(zones) == 0 {
			zones = wider
		}
	}
	if assumed = len(zones) == 0; assumed {
		zones = []zone{{name: c.site.String(), clock: c.site}}
	}
	wall := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC).Add(w.clock)
	t, trouble := momentOf(wall, zones, c.site)
	if trouble != nil {
		c.warn(zones[0].name+trouble.hint, at, RuleTime, trouble.hint, "%s", trouble.message)
	}
	return t, assumed && !t.IsZero()
}

// moments gives each entry of a timeline its moment. A clock without a day is
// of the day above it, or of the next if it is more than twelve hours before the
// clock above it: less can be either.
func (c *calendar) moments(root ast.Node, entries []entry) (all []Moment) {
	c.months = monthFirst(entries)
	halves, padded, evening := false, false, false
	common := commonZone{}
	for _, e := range entries {
		halves, padded = halves || e.from.halves, padded || e.from.padded
		evening = evening || e.from.timed && !e.from.half && e.from.clock >= 13*time.Hour
		common.add(e.from.zones)
	}
	day, last := c.day, time.Duration(-1)
	if first := slices.IndexFunc(entries, func(e entry) bool { return e.from.timed || e.from.dated() }); first >= 0 && !entries[first].from.dated() {
		day = c.clockDay(root)
		if c.unnamed && slices.ContainsFunc(entries[first:], func(e entry) bool { return e.from.dated() }) {
			c.warn("beside", entries[first].at, RuleDate, "write the day before the first time", "the first times have no day, and %s is named only below them: they are not read", c.day)
			day = slo.Date{}
		}
	}
	for _, e := range entries {
		w := e.from
		timed := w.timed && w.wrong == ""
		switch {
		case w.wrong != "":
			c.warn("wrong"+w.wrong, e.at, RuleTime, "", "%s", w.wrong)
			if w.dated() {
				day, last = slo.Date{}, -1
			}
		case w.dated():
			day, _ = c.dayOf(w, e.at)
			last = -1
		case timed && w.clock < last-12*time.Hour:
			day = nextDay(day)
			last = -1
		case timed && w.clock < last:
			c.warn("order", e.at, RuleOrder, "write the day before the time, 2026-10-06 10:02", "%s comes after %s: it may be of the same day or the next and is not read", clockText(w.clock), clockText(last))
			timed = false
		}
		if timed && halves && !evening && !w.half && !w.exact && (!w.zero || padded) {
			c.warn("half", e.at, RuleTime, "write am or pm, or all times as 13:05", "%s can be morning or evening and is not read", clockText(w.clock))
			timed = false
		}
		m := Moment{Text: e.text, Line: c.pos(e.at).Line, more: e.more, node: e.node, at: e.at, when: "entry"}
		if w.timed {
			m.when = clockText(w.clock)
		}
		if w.day.Year > 0 {
			m.when = w.day.String() + " " + m.when
		}
		m.day = day
		if timed {
			last = w.clock
			if !day.IsZero() {
				m.At, m.ZoneAssumed = c.momentOf(day, w, e.at, e.zones, c.zones, common.zones)
			}
		}
		if e.node == nil {
			continue
		}
		for _, text := range append([]string{e.text}, e.more...) {
			if kind, rank := milestone(text); kind != "" && (m.Kind == "" || kind == m.Kind && rank < m.rank) {
				m.Kind, m.rank = kind, rank
			}
		}
		all = append(all, m)
	}
	return all
}

// A commonZone is the one that times name, if they all name the same.
type commonZone struct {
	zones  []zone
	differ bool
}

func (c *commonZone) add(zones []zone) {
	switch {
	case len(zones) == 0 || c.differ:
	case c.zones == nil:
		c.zones = zones
	case c.zones[0].name != zones[0].name:
		c.zones, c.differ = nil, true
	}
}

// monthFirst returns which number of days such as 12-05 is the month, as far as
// one of them can be only one way; 0 if that is not told.
func monthFirst(entries []entry) (order int) {
	for _, e := range entries {
		only := 0
		switch a, b := e.from.either[0], e.from.either[1]; {
		case a > 12 && b <= 12:
			only = 2
		case b > 12 && a <= 12:
			only = 1
		}
		if only > 0 && order > 0 && only != order {
			return 0
		}
		order = max(order, only)
	}
	return order
}

func nextDay(d slo.Date) slo.Date {
	if d.IsZero() {
		return d
	}
	return slo.DateOf(time.Date(d.Year, d.Month, d.Day+1, 12, 0, 0, 0, time.UTC), time.UTC)
}

func clockText(d time.Duration) string {
	if s := int(d.Seconds()) % 60; s > 0 {
		return fmt.Sprintf("%02d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, s)
	}
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}
