package catalog

import (
	"fmt"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// firstMonth and lastMonth are the months whose edges a resolution must fit.
// Zones that changed before are taken as they are.
var (
	firstMonth = slo.Month{Year: 2020, Month: time.January}
	lastMonth  = slo.Month{Year: 2049, Month: time.December}
)

// monthEdges reports a resolution at which months begin within a bucket.
func (l *loader) monthEdges(r time.Duration, at diag.Pos) {
	if l.edge == 0 || l.edge%r == 0 {
		return
	}
	fits := 5 * time.Minute
	for _, d := range []time.Duration{12 * time.Hour, 8 * time.Hour, 6 * time.Hour, 4 * time.Hour, 3 * time.Hour, 2 * time.Hour, time.Hour, 30 * time.Minute, 20 * time.Minute, 15 * time.Minute, 10 * time.Minute} {
		if l.edge%d == 0 && d < r {
			fits = d
			break
		}
	}
	hint := fmt.Sprintf("set resolution = %q", short(fits))
	if r == 24*time.Hour {
		hint += `; 24h needs time_zone = "UTC"`
	}
	l.report(at, "month-edge", hint, "months in %s begin within a bucket of %s", l.cat.Site.ZoneName, short(r))
}

// short writes a duration without zero minutes and seconds: "30m", "24h".
func short(d time.Duration) string {
	switch {
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}

// instant returns the point in time that a value means. It reports a local time
// that the site's clocks leap over or show twice; of two it takes the first.
// The zero time stands for no value.
func (l *loader) instant(v value[moment]) time.Time {
	m := v.V
	if !m.local || v.wrong {
		return m.at
	}
	// Clocks change by less than a day, so the offsets of the days before and
	// after are all that may hold.
	zone := l.cat.Site.Zone
	var found []time.Time
	for _, days := range []int{-1, 1} {
		_, offset := m.at.AddDate(0, 0, days).In(zone).Zone()
		t := m.at.Add(-time.Duration(offset) * time.Second)
		if _, o := t.In(zone).Zone(); o == offset && (len(found) == 0 || !found[0].Equal(t)) {
			found = append(found, t)
		}
	}
	const hint = "write it in UTC, like 2026-10-20T00:00:00Z"
	switch len(found) {
	case 0:
		l.report(v.pos, "time-skipped", hint, "%s does not exist in %s: the clocks leap over it", v.written, l.cat.Site.ZoneName)
		return time.Time{}
	case 2:
		if found[1].Before(found[0]) {
			found[0] = found[1]
		}
		l.report(v.pos, "time-twice", hint, "%s is shown twice by the clocks of %s: the first is taken", v.written, l.cat.Site.ZoneName)
	}
	return found[0]
}

// span returns the time between two values and reports if it is none.
func (l *loader) span(from, to value[moment]) (s slo.Span, ok bool) {
	s = slo.Span{From: l.instant(from), To: l.instant(to)}
	if s.From.IsZero() || s.To.IsZero() {
		return s, false
	}
	if s.Empty() {
		l.report(to.pos, "span-order", "the end is not included: an hour is from 00:00 to 01:00", "to (%s) is not after from (%s)", to.written, from.written)
		return s, false
	}
	return s, true
}

// inOrder reports a second date that lies before the first; either may be absent.
func (l *loader) inOrder(firstKey string, first value[date], secondKey string, second value[date]) {
	if first.V.IsZero() || second.V.IsZero() || !second.V.Before(first.V.Date) {
		return
	}
	l.report(second.pos, "date-order", "put one of the two right", "%s (%s) is before %s (%s)", secondKey, second.V, firstKey, first.V)
}
