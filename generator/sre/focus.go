package sre

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// Bounds of the two axes, as shares.
const (
	SplitLow, SplitHigh = 0.40, 0.60 // the band of the focus split around its target of a half
	ToilCap             = 0.50
	EnoughRecorded      = 0.70 // of the hours available, for a month to be told
)

// A FocusMonth is what the team's time of a month went into, on two axes: what
// it was for, and how it was done. Both shares are null if too few hours are
// recorded to tell, or none.
type FocusMonth struct {
	Month       slo.Month `json:"month"`
	Closed      bool      `json:"closed"` // the month has ended
	Reliability float64   `json:"reliability_hours"`
	Improvement float64   `json:"improvement_hours"`
	Toil        float64   `json:"toil_hours"` // by hand, whatever for
	Recorded    float64   `json:"recorded_hours"`
	Available   *float64  `json:"available_hours"` // up to as of; null if a member's are not known
	Split       *float64  `json:"split"`           // reliability of reliability and improvement
	ToilShare   *float64  `json:"toil_share"`      // by hand of all recorded
	Coverage    *float64  `json:"recorded_coverage"`
}

// Thin reports whether too few of the hours available are recorded to tell what
// they went into.
func (f FocusMonth) Thin() bool { return f.Coverage != nil && *f.Coverage < EnoughRecorded }

// InBand reports whether a focus split is in the band.
func InBand(split float64) bool { return SplitLow <= split && split <= SplitHigh }

// focus returns every month from the first with a record to the running one.
func focus(team *catalog.SRETeam, today slo.Date) []FocusMonth {
	all := []FocusMonth{}
	first := today.Of().Add(1)
	for _, r := range team.Records {
		if m := r.Date.Of(); m.Before(first) {
			first = m
		}
	}
	for m := first; !today.Of().Before(m); m = m.Add(1) {
		all = append(all, focusMonth(team, m, today))
	}
	return all
}

func focusMonth(team *catalog.SRETeam, m slo.Month, today slo.Date) FocusMonth {
	var reliability, improvement, toil time.Duration
	for _, r := range team.Records {
		if r.Date.Of() != m || today.Before(r.Date) {
			continue
		}
		if r.Kind == catalog.Reliability {
			reliability += r.Time
		} else {
			improvement += r.Time
		}
		if r.Mode == catalog.ByHand {
			toil += r.Time
		}
	}
	recorded := reliability + improvement
	f := FocusMonth{
		Month: m, Closed: m.Before(today.Of()), Reliability: reliability.Hours(), Improvement: improvement.Hours(),
		Toil: toil.Hours(), Recorded: recorded.Hours(), Available: available(team.Members, m, today),
	}
	if f.Available != nil && *f.Available > 0 {
		f.Coverage = share(f.Recorded, *f.Available)
	}
	if recorded > 0 && !f.Thin() {
		f.Split, f.ToilShare = share(f.Reliability, f.Recorded), share(f.Toil, f.Recorded)
	}
	return f
}

// available returns the hours that the members had in the month up to as of: of
// each as many as fall on its working days, Monday to Friday. It is nil if there
// was no member, or one of whom nobody says.
func available(members []catalog.Member, m slo.Month, today slo.Date) *float64 {
	sum, someone := 0.0, false
	for _, member := range members {
		there, of := 0, 0
		for day := 1; day <= m.Last().Day; day++ {
			d := slo.Date{Year: m.Year, Month: m.Month, Day: day}
			if weekday := d.In(time.UTC).From.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
				continue
			}
			of++
			if member.In(d) && !today.Before(d) {
				there++
			}
		}
		if there == 0 {
			continue
		}
		if member.Hours == 0 {
			return nil
		}
		someone = true
		sum += member.Hours * float64(there) / float64(of)
	}
	if !someone {
		return nil
	}
	sum = hundredths(sum)
	return &sum
}

// A TaskTime is what one task, or the work for no task in particular, took in a
// month.
type TaskTime struct {
	Task       string  `json:"task"` // "" is work for none in particular
	Title      string  `json:"title"`
	Manual     float64 `json:"manual_hours"`
	Automation float64 `json:"automation_hours"`
}

// UserSupport is the task that records name for helping users, which is no line
// of the ledger.
const UserSupport = "user-support"

// Support is what user support took of the month of the facts.
type Support struct {
	Hours  float64  `json:"hours"`
	Share  *float64 `json:"share"`        // of the hours recorded; null if too few are to tell
	Before *float64 `json:"share_before"` // of the month before, likewise
}

// support counts the records of user support; nil if none of the month or the one
// before names it.
func support(team *catalog.SRETeam, months []FocusMonth, m slo.Month, today slo.Date) *Support {
	took := func(m slo.Month) (hours float64, of *float64, some bool) {
		for _, r := range team.Records {
			if r.Task == UserSupport && r.Date.Of() == m && !today.Before(r.Date) {
				hours, some = hours+r.Time.Hours(), true
			}
		}
		for _, f := range months {
			if f.Month == m && f.Recorded > 0 && !f.Thin() {
				of = share(hours, f.Recorded)
			}
		}
		return hundredths(hours), of, some
	}
	hours, of, now := took(m)
	_, before, then := took(m.Add(-1))
	if !now && !then {
		return nil
	}
	return &Support{hours, of, before}
}

// taskTimes returns the hours of a month by task, the most first and those for
// none in particular last.
func taskTimes(team *catalog.SRETeam, m slo.Month, today slo.Date) []TaskTime {
	type spent struct{ manual, automation time.Duration }
	byTask := map[string]spent{}
	for _, r := range team.Records {
		if r.Date.Of() != m || today.Before(r.Date) {
			continue
		}
		s := byTask[r.Task]
		if r.Mode == catalog.ByHand {
			s.manual += r.Time
		} else {
			s.automation += r.Time
		}
		byTask[r.Task] = s
	}
	all := []TaskTime{}
	for id, s := range byTask {
		t := TaskTime{id, id, s.manual.Hours(), s.automation.Hours()}
		if i := slices.IndexFunc(team.Tasks, func(t catalog.Task) bool { return t.ID == id }); i >= 0 {
			t.Title = team.Tasks[i].Title
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b TaskTime) int {
		if (a.Task == "") != (b.Task == "") {
			return cmp.Compare(len(b.Task), len(a.Task))
		}
		return cmp.Or(-cmp.Compare(a.Manual+a.Automation, b.Manual+b.Automation), strings.Compare(a.Task, b.Task))
	})
	return all
}

// toilTrend tests whether the share of work by hand falls, in the last twelve
// closed months. A month that is too thin to tell takes no part.
func toilTrend(months []FocusMonth, last slo.Month) Trend {
	var shares []float64
	for _, f := range months {
		if f.Month.Before(last.Add(1-trendMonths)) || last.Before(f.Month) {
			continue
		}
		value := math.NaN()
		if f.ToilShare != nil {
			value = *f.ToilShare
		}
		shares = append(shares, value)
	}
	t := slo.TrendOf(shares)
	if t.Word == slo.TooLittleHistory {
		return Trend{Word: string(t.Word), Months: t.Months}
	}
	return Trend{string(t.Word), t.Months, &t.P, &t.Slope}
}
