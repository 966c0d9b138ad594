package site

import (
	"testing"
	"time"

	"tribune/generator/chart"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

func date(y int, m time.Month, d int) slo.Date { return slo.Date{Year: y, Month: m, Day: d} }

func TestALineOfTheLedgerSaysWhatItsReaderMustKnow(t *testing.T) {
	left := func(days int) func(*sre.Task) { return func(t *sre.Task) { t.DaysLeft = &days } }
	automated := func(t *sre.Task) { t.Automated = date(2026, 8, 1) }
	again := func(t *sre.Task) { t.Reopened = []slo.Date{date(2026, 3, 1), date(2026, 9, 5)} }
	exempt := func(expired bool) func(*sre.Task) {
		return func(t *sre.Task) {
			t.Exempt = &sre.Exemption{Reason: "an auditor wants it", Review: date(2027, 1, 1), Expired: expired}
		}
	}
	stopped := func(late bool) func(*sre.Task) {
		return func(t *sre.Task) { t.Stopped, t.Late, t.DaysLeft = date(2026, 6, 10), late, nil }
	}
	for _, c := range []struct {
		state   sre.State
		changes []func(*sre.Task)
		note    string
		tone    chart.ClockTone
	}{
		{sre.Open, []func(*sre.Task){left(91)}, "91 days left", chart.ClockRuns},
		{sre.DueSoon, []func(*sre.Task){left(90)}, "90 days left", chart.ClockPresses},
		{sre.DueSoon, []func(*sre.Task){left(1), again}, "1 day left; by hand again since 5 Sep 2026", chart.ClockPresses},
		{sre.Automated, []func(*sre.Task){left(200), automated}, "200 days left; automated 1 Aug 2026, not accepted", chart.ClockRuns},
		{sre.Automated, []func(*sre.Task){left(5), automated}, "5 days left; automated 1 Aug 2026, not accepted", chart.ClockPresses},
		{sre.Overdue, []func(*sre.Task){left(-62), automated}, "62 days; automated 1 Aug 2026, not accepted", chart.ClockLate},
		{sre.Overdue, []func(*sre.Task){left(-1), exempt(true)}, "1 day; exemption ended 1 Jan 2027", chart.ClockLate},
		{sre.Exempt, []func(*sre.Task){left(-62), exempt(false)}, "an auditor wants it; review 1 Jan 2027", chart.ClockExempt},
		{sre.HandedOver, []func(*sre.Task){stopped(false)}, "10 Jun 2026", chart.ClockStopped},
		{sre.HandedOver, []func(*sre.Task){stopped(true)}, "late, 10 Jun 2026", chart.ClockStopped},
		{sre.Retired, []func(*sre.Task){stopped(false)}, "10 Jun 2026", chart.ClockStopped},
	} {
		task := sre.Task{State: c.state}
		for _, change := range c.changes {
			change(&task)
		}
		if note, tone := clockNote(task), tone(task); note != c.note || tone != c.tone {
			t.Errorf("%s is noted %q and painted %s, want %q and %s", c.state, note, tone, c.note, c.tone)
		}
	}
}

func TestWhereAMonthIsOnItsAxes(t *testing.T) {
	for _, c := range []struct {
		recorded, split, toil float64
		band, limit           string
	}{
		{100, 0.4, 0.5, "in the band, 40 to 60%", "under the cap of 50%"},
		{100, 0.6, 0.51, "in the band, 40 to 60%", "over the cap of 50%"},
		{100, 0.39, 0, "below the band, 40 to 60%", "under the cap of 50%"},
		{100, 0.61, 1, "above the band, 40 to 60%", "over the cap of 50%"},
		{100, -1, -1, "not enough recorded", "not enough recorded"},
		{0, -1, -1, "nothing recorded", "nothing recorded"},
	} {
		m := &sre.FocusMonth{Recorded: c.recorded}
		if c.split >= 0 {
			m.Split, m.ToilShare = &c.split, &c.toil
		}
		if band, limit := reading(m, bandReading), reading(m, capReading); band != c.band || limit != c.limit {
			t.Errorf("%v: %q and %q, want %q and %q", c, band, limit, c.band, c.limit)
		}
	}
}

func TestALargeTeamIsNamedInsteadOfDrawn(t *testing.T) {
	team := func(n int) *sre.Facts {
		f := &sre.Facts{Described: true}
		for i := range n {
			id := "sre-" + string(rune('a'+i))
			f.Embedded.Members = append(f.Embedded.Members, sre.Member{ID: id, FTE: 1})
			f.Embedded.Rows = append(f.Embedded.Rows, sre.Squad{Name: id, Members: []string{id}})
		}
		f.Embedded.Members = append(f.Embedded.Members, sre.Member{ID: "in-no-squad"})
		return f
	}
	for n, columns := range map[int]int{1: 1, matrixMembers: matrixMembers, matrixMembers + 1: 0} {
		var v sreView
		v.coverage(team(n))
		if len(v.Coverage.Members) != columns || len(v.Coverage.Rows[0].In) != columns || v.Coverage.Rows[0].Names != "sre-a" {
			t.Errorf("%d members have %d columns, want %d; the first row is %+v", n, len(v.Coverage.Members), columns, v.Coverage.Rows[0])
		}
	}
}
