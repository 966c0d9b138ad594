package sre

import (
	"slices"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// The clock of the automation ledger, in whole numbers.
const (
	ClockMonths = 18 // calendar months from the first time by hand to the deadline
	SoonDays    = 90 // a deadline this near or nearer is soon
)

// A State says where a task of the automation ledger stands.
type State string

// The states, as they stand in JSON. The clock of the first four goes on, that
// of the next two has stopped, and an exempt one is not held to its deadline for
// now.
const (
	Overdue    State = "overdue"
	DueSoon    State = "due_soon"
	Automated  State = "automated" // and not yet accepted
	Open       State = "open"
	HandedOver State = "handed_over"
	Retired    State = "retired"
	Exempt     State = "exempt"
)

// Word returns the state in words.
func (s State) Word() string {
	switch s {
	case DueSoon:
		return "due soon"
	case HandedOver:
		return "handed over"
	}
	return string(s)
}

// Due returns the last day on which a task that was first done by hand on the
// day opened is in time: 18 calendar months later, or the last day of that month
// where it is shorter (2025-08-31 → 2027-02-28).
func Due(opened slo.Date) slo.Date { return monthsLater(opened, ClockMonths) }

// monthsLater returns the same day n calendar months later, or the last day of
// that month.
func monthsLater(d slo.Date, n int) slo.Date {
	m := d.Of().Add(n)
	return slo.Date{Year: m.Year, Month: m.Month, Day: min(d.Day, m.Last().Day)}
}

// Age returns the months from one day to a later one: the whole calendar months,
// and of the one under way the share of its days. On the deadline it is 18.
func Age(from, to slo.Date) float64 {
	whole := (to.Year-from.Year)*12 + int(to.Month) - int(from.Month)
	for to.Before(monthsLater(from, whole)) {
		whole--
	}
	begin, end := monthsLater(from, whole), monthsLater(from, whole+1)
	return float64(whole) + float64(begin.DaysUntil(to))/float64(begin.DaysUntil(end))
}

// opened returns the day on which the clock of a task started: the first time by
// hand of the task, or of any that it was split from, whichever came first.
func opened(t catalog.Task, all []catalog.Task) slo.Date {
	first := t.FirstManual
	for range all { // no longer than the ledger, also if it goes in circles
		i := slices.IndexFunc(all, func(p catalog.Task) bool { return p.ID == t.SplitFrom })
		if t.SplitFrom == "" || i < 0 {
			break
		}
		if t = all[i]; t.FirstManual.Before(first) {
			first = t.FirstManual
		}
	}
	return first
}

// since returns the day on which something holds today: zero if it has not
// happened yet, or if the task was done by hand again on that day or later.
func since(happened slo.Date, t catalog.Task, today slo.Date) slo.Date {
	again := slices.ContainsFunc(t.Reopened, func(r slo.Date) bool {
		return !r.Before(happened) && !today.Before(r)
	})
	if today.Before(happened) || again {
		return slo.Date{}
	}
	return happened
}

// task tells how one line of the ledger stands today.
func task(t catalog.Task, all []catalog.Task, today slo.Date) Task {
	out := Task{
		ID: t.ID, Title: t.Title, Opened: opened(t, all), Reopened: []slo.Date{}, SplitFrom: t.SplitFrom,
		HoursPerMonth: t.Hours, Automated: since(t.Automated, t, today), Retired: since(t.Retired, t, today),
	}
	out.Due = Due(out.Opened)
	if accepted := since(t.Accepted, t, today); !out.Automated.IsZero() && t.AcceptedBy != "" && !accepted.IsZero() {
		out.Accepted, out.AcceptedBy = accepted, &t.AcceptedBy
	}
	for _, r := range t.Reopened {
		if !today.Before(r) {
			out.Reopened = append(out.Reopened, r)
		}
	}
	if t.Runs != nil {
		out.Runs = &Runs{t.Runs.Manual, t.Runs.Automated}
	}
	if t.Exempt != nil {
		out.Exempt = &Exemption{t.Exempt.Reason, t.Exempt.Review, !today.Before(t.Exempt.Review)}
	}
	out.Stopped = stopped(out)
	end := today
	if !out.Stopped.IsZero() {
		end = out.Stopped
	}
	out.Months = hundredths(Age(out.Opened, end))
	if out.Stopped.IsZero() {
		left, days := hundredths(ClockMonths-Age(out.Opened, end)), today.DaysUntil(out.Due)
		out.MonthsLeft, out.DaysLeft = &left, &days
	}
	out.Late = out.Due.Before(end)
	out.State = state(out)
	return out
}

// stopped returns the day on which the clock stopped, by acceptance or
// retirement, whichever came first; zero if it goes on.
func stopped(t Task) slo.Date {
	if t.Accepted.IsZero() || !t.Retired.IsZero() && t.Retired.Before(t.Accepted) {
		return t.Retired
	}
	return t.Accepted
}

func state(t Task) State {
	switch {
	case !t.Stopped.IsZero() && t.Stopped == t.Accepted:
		return HandedOver
	case !t.Stopped.IsZero():
		return Retired
	case t.Exempt != nil && !t.Exempt.Expired:
		return Exempt
	case t.Late:
		return Overdue
	case !t.Automated.IsZero():
		return Automated
	case *t.DaysLeft <= SoonDays:
		return DueSoon
	}
	return Open
}
