package postmortem

import (
	"slices"
	"time"
)

// fitTimes takes when it started, was detected and was over from how long the
// text says that detection and repair took: "Time to detection: 8 minutes, time
// to recovery: 25 minutes". Both lengths must lead from a row of the timeline to
// other rows, from that row alone, and agree with what is known otherwise; one
// length alone fits by chance.
func (p *Postmortem) fitTimes(c *calendar, labels []label) {
	repair, ok := oneLength(labels, "duration", 1)
	if !ok || repair == 0 || !p.Started.IsZero() && !p.Detected.IsZero() && !p.Resolved.IsZero() {
		return
	}
	detection, hasDetection := oneLength(labels, "detection took", 0)
	rows := map[time.Time]Moment{}
	for _, m := range slices.Backward(c.rows) {
		if !m.At.IsZero() {
			rows[m.At] = m // the first of those at one moment
		}
	}
	var start, noticed, over Moment
	for _, m := range c.rows {
		if m.At.IsZero() || !start.At.IsZero() && m.At.Equal(start.At) {
			continue
		}
		at, end := m.At.Add(detection), m.At.Add(repair)
		if _, is := rows[end]; !is || !p.fits(m.At, at, end, hasDetection, rows) {
			continue
		}
		if !start.At.IsZero() {
			return // it fits twice
		}
		start, over = m, rows[end]
		if hasDetection {
			noticed = rows[at]
		}
	}
	take := func(field string, row Moment) {
		if to := p.timeOf(field); to.IsZero() && !row.At.IsZero() {
			*to = row.At
			p.fromProse(field, row.Line, row.ZoneAssumed)
		}
	}
	if p.Started.IsZero() {
		c.startDay = start.day
	}
	take("started", start)
	take("detected", noticed)
	if p.Mitigated.IsZero() {
		take("resolved", over)
	}
}

// fits reports whether an incident may have started, been detected and been over
// at these times: nothing that is known speaks against it, and something other
// than the row at the end speaks for it.
func (p *Postmortem) fits(start, at, end time.Time, hasDetection bool, rows map[time.Time]Moment) bool {
	agreed := 0
	agree := func(told, fitted time.Time) bool {
		if told.Equal(fitted) {
			agreed++
		}
		return told.IsZero() || told.Equal(fitted)
	}
	if !agree(p.Started, start) {
		return false
	}
	if hasDetection {
		if _, is := rows[at]; !is || !agree(p.Detected, at) {
			return false
		}
		if at.After(start) {
			agreed++
		}
	}
	if !p.Resolved.Equal(end) && !p.Mitigated.Equal(end) && !(p.Resolved.IsZero() && p.Mitigated.IsZero()) {
		return false
	}
	if p.Resolved.Equal(end) || p.Mitigated.Equal(end) {
		agreed++
	}
	return agreed > 0
}

// oneLength returns the length that the labels of a key and rank say, exactly and
// all the same; ok is false if there is none.
func oneLength(labels []label, key string, rank int) (d time.Duration, ok bool) {
	for _, l := range labels {
		if l.key != key || l.rank != rank {
			continue
		}
		said, is := scanDuration(l.value, unitIn(l.note))
		if !is || said.partly || aboutWord.MatchString(l.value) || ok && said.Duration != d {
			return 0, false
		}
		d, ok = said.Duration, true
	}
	return d, ok
}
