// Package sre tells whether the SRE team's work holds what it promises: that its
// time is split between reliability and improvement, that work by hand is handed
// over to the Platform Team within 18 months, that squads have somebody of the
// team with them, and that it is agreed how services are run.
//
// It is arithmetic over the catalog: no files, network or clock. Its Facts are
// api/sre.json as it stands in the contract; the page is made from them and adds
// nothing. Hours are hours, shares are in [0,1], dates are days in the site's
// zone, ages are months since a task was first done by hand. What cannot be told
// is null, never 0.
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

// trendMonths is how many closed months a trend is told from.
const trendMonths = 12

// Facts are all that is told of the SRE team: api/sre.json.
type Facts struct {
	Schema     string       `json:"schema"`
	Title      string       `json:"title"` // of the site
	AsOf       time.Time    `json:"as_of"`
	Audience   string       `json:"audience"`
	Month      slo.Month    `json:"month"`     // the latest that has ended
	Described  bool         `json:"described"` // there is a data/sre.toml
	FTE        float64      `json:"fte"`
	Engineers  *int         `json:"engineers"`          // of the whole organisation; null if nobody says
	Share      *float64     `json:"share_of_engineers"` // the team's posts of them
	Focus      []FocusMonth `json:"focus"`              // oldest first; the last month is running
	Toil       Trend        `json:"toil_trend"`
	ByTask     []TaskTime   `json:"by_task"` // of the month
	Support    *Support     `json:"user_support"`
	Tasks      []Task       `json:"tasks"` // overdue first, then by deadline; those that have stopped last, the latest first
	Ledger     Ledger       `json:"ledger"`
	Automation Automation   `json:"automation"`
	Handover   Handover     `json:"handover"`
	Embedded   Embedded     `json:"embedded"`
	Models     Models       `json:"operational_models"`
	Requests   []Request    `json:"requests"` // open first, each by the day they were asked
	Quality    Quality      `json:"quality"`
	Short      []string     `json:"in_short"`
}

// A Trend is a Mann–Kendall test over closed months, as slo.TrendOf makes it.
type Trend struct {
	Word   string   `json:"word"` // improving says that the share falls
	Months int      `json:"months"`
	P      *float64 `json:"p"`
	Slope  *float64 `json:"slope"` // a month
}

// A Task is one line of the automation ledger as it stands.
type Task struct {
	ID            string     `json:"id"`
	Title         string     `json:"title"`
	Opened        slo.Date   `json:"opened"` // first done by hand, by it or by what it was split from
	Due           slo.Date   `json:"due"`
	State         State      `json:"state"`
	Automated     slo.Date   `json:"automated"`
	Accepted      slo.Date   `json:"accepted"`
	AcceptedBy    *string    `json:"accepted_by"`
	Retired       slo.Date   `json:"retired"`
	Stopped       slo.Date   `json:"stopped"`  // when the clock stopped; null while it goes on
	Reopened      []slo.Date `json:"reopened"` // done by hand again
	SplitFrom     string     `json:"split_from"`
	Exempt        *Exemption `json:"exempt"`
	HoursPerMonth *float64   `json:"hours_per_month"`
	Runs          *Runs      `json:"runs"`
	Months        float64    `json:"months"`      // from opened until the clock stopped, or as of
	MonthsLeft    *float64   `json:"months_left"` // to the deadline, negative beyond it; null once the clock has stopped
	DaysLeft      *int       `json:"days_left"`   // likewise
	Late          bool       `json:"late"`        // the clock went, or has gone, beyond the deadline
}

// An Exemption lets a task stay manual until its review.
type Exemption struct {
	Reason  string   `json:"reason"`
	Review  slo.Date `json:"review"`
	Expired bool     `json:"expired"` // the day of the review has come: it holds no longer
}

// Runs says how often a task is run in a month.
type Runs struct {
	Manual    int `json:"manual"`
	Automated int `json:"automated"`
}

// A Ledger is the automation ledger in numbers.
type Ledger struct {
	ByState map[State]int `json:"by_state"`
	Soon    int           `json:"due_in_90_days"` // whose clock goes on, automated or not
	Cohort  Cohort        `json:"cohort"`
	Removed float64       `json:"hours_removed"` // manual hours a month that the tasks handed over took
	Unsized int           `json:"unsized"`       // of the tasks handed over, those of which nobody knows the hours
}

// A Cohort is the tasks whose deadline was in the twelve months before as of:
// from From up to and including To. An exempt task is in none.
type Cohort struct {
	From   slo.Date `json:"from"`
	To     slo.Date `json:"to"`
	Due    int      `json:"due"`
	InTime int      `json:"in_time"` // handed over or retired by their deadline
}

// Automation is how much of the runs of the ledger's tasks a machine does, in
// the latest month known of each. Retired tasks take no part.
type Automation struct {
	Tasks     int      `json:"tasks"` // of which the runs are known
	Manual    int      `json:"manual_runs"`
	Automated int      `json:"automated_runs"`
	ByRuns    *float64 `json:"by_runs"`
	ByHours   *float64 `json:"by_hours"` // each task weighs its hours a month, its runs share them
}

// A Request is something that the Platform Team was asked for.
type Request struct {
	Title   string   `json:"title"`
	Asked   slo.Date `json:"asked"`
	Done    slo.Date `json:"done"`
	Refused string   `json:"refused"`
	Days    *int     `json:"open_days"` // null unless it is open
}

// Quality stands beside stability: do incidents repeat, do changes cause them,
// and who does what was promised. It is counted over the twelve months up to
// the month of the facts, from what their readers may see.
type Quality struct {
	From          slo.Month `json:"from"`
	To            slo.Month `json:"to"`
	Incidents     int       `json:"incidents"`
	Repeats       int       `json:"repeats"` // same service and cause class as another within 90 days before
	Classed       int       `json:"classed"` // incidents with a cause class
	Changes       int       `json:"caused_by_change"`
	ActionsDue    int       `json:"actions_due"`
	ActionsOnTime int       `json:"actions_on_time"`
	Actions       int       `json:"actions"` // promised, by the day they were
	OwnedBySRE    int       `json:"actions_of_sre"`
	OwnedBySquads int       `json:"actions_of_squads"`
	OwnedByNobody int       `json:"actions_of_nobody"` // the rest belongs to others
	Written       int       `json:"postmortems"`       // of these incidents, that were not withdrawn
	BySquads      int       `json:"written_by_squads"` // somebody of a squad or tribe is among their authors
	BySRE         int       `json:"written_by_sre"`    // only the SRE team is
	ByUnknown     int       `json:"without_author"`    // the rest was written by others
}

// Compute tells how the SRE team stands as of a moment. Quality, which is made
// of the tribes' facts, is left to the caller.
func Compute(cat *catalog.Catalog, audience string, asOf time.Time) Facts {
	today := slo.DateOf(asOf, cat.Site.Zone)
	team := &cat.SRE
	month := today.Of().Add(-1)
	f := Facts{
		Schema: "tribune/sre/v1", Title: cat.Site.Title, AsOf: asOf.UTC(), Audience: audience,
		Month: month, Described: team.Pos.File != "", Focus: focus(team, today), ByTask: taskTimes(team, month, today),
		Tasks: ledger(team.Tasks, today), Embedded: embedded(cat, month, today), Models: models(cat, today),
		Requests: requests(team.Requests, today),
	}
	f.Support = support(team, f.Focus, month, today)
	for _, m := range f.Embedded.Members {
		f.FTE = hundredths(f.FTE + m.FTE)
	}
	if n := team.Engineers; n > 0 {
		f.Engineers, f.Share = &n, share(f.FTE, float64(n))
	}
	f.Toil = toilTrend(f.Focus, month)
	f.Ledger = summary(f.Tasks, today)
	f.Automation = automation(f.Tasks)
	f.Handover = handover(f.Tasks)
	f.Short = f.inShort()
	return f
}

// FocusOf returns the month of the focus, or nil if nothing of it is known.
func (f *Facts) FocusOf(m slo.Month) *FocusMonth {
	for i := range f.Focus {
		if f.Focus[i].Month == m {
			return &f.Focus[i]
		}
	}
	return nil
}

// ledger returns the tasks that have begun, in the order of the page.
func ledger(all []catalog.Task, today slo.Date) []Task {
	tasks := []Task{}
	for _, t := range all {
		if made := task(t, all, today); !today.Before(made.Opened) {
			tasks = append(tasks, made)
		}
	}
	rank := func(t Task) int {
		switch t.State {
		case Overdue:
			return 0
		case Exempt:
			return 2
		case HandedOver:
			return 3
		case Retired:
			return 4
		}
		return 1
	}
	slices.SortFunc(tasks, func(a, b Task) int {
		if c := cmp.Compare(rank(a), rank(b)); c != 0 {
			return c
		}
		return cmp.Or(b.Stopped.Compare(a.Stopped), a.Due.Compare(b.Due), strings.Compare(a.ID, b.ID))
	})
	return tasks
}

func summary(tasks []Task, today slo.Date) Ledger {
	l := Ledger{ByState: map[State]int{}}
	l.Cohort = Cohort{From: monthsLater(today, -12), To: dayBefore(today)}
	for _, t := range tasks {
		l.ByState[t.State]++
		if t.State != Exempt && !t.Late && t.DaysLeft != nil && *t.DaysLeft <= SoonDays {
			l.Soon++
		}
		if t.State == HandedOver {
			if t.HoursPerMonth == nil {
				l.Unsized++
			} else {
				l.Removed += *t.HoursPerMonth
			}
		}
		if t.State != Exempt && !t.Due.Before(l.Cohort.From) && t.Due.Before(today) {
			l.Cohort.Due++
			if !t.Late {
				l.Cohort.InTime++
			}
		}
	}
	l.Removed = hundredths(l.Removed)
	return l
}

func automation(tasks []Task) (a Automation) {
	var machine, all float64 // hours
	for _, t := range tasks {
		if t.Runs == nil || t.State == Retired {
			continue
		}
		a.Tasks++
		a.Manual += t.Runs.Manual
		a.Automated += t.Runs.Automated
		if n := t.Runs.Manual + t.Runs.Automated; n > 0 && t.HoursPerMonth != nil {
			machine += *t.HoursPerMonth * float64(t.Runs.Automated) / float64(n)
			all += *t.HoursPerMonth
		}
	}
	if n := a.Manual + a.Automated; n > 0 {
		a.ByRuns = share(float64(a.Automated), float64(n))
	}
	if all > 0 {
		a.ByHours = share(machine, all)
	}
	return a
}

func requests(all []catalog.Request, today slo.Date) []Request {
	out := []Request{}
	for _, r := range all {
		if today.Before(r.Asked) {
			continue
		}
		q := Request{Title: r.Title, Asked: r.Asked, Refused: r.Refused}
		if !today.Before(r.Done) {
			q.Done = r.Done
		}
		if q.Done.IsZero() && q.Refused == "" {
			days := r.Asked.DaysUntil(today)
			q.Days = &days
		}
		out = append(out, q)
	}
	slices.SortStableFunc(out, func(a, b Request) int {
		if (a.Days == nil) != (b.Days == nil) {
			if a.Days != nil {
				return -1
			}
			return 1
		}
		return a.Asked.Compare(b.Asked)
	})
	return out
}

// share returns a part of a whole that is not 0.
func share(part, whole float64) *float64 {
	s := part / whole
	return &s
}

// hundredths rounds hours and months, of which nobody knows more.
func hundredths(x float64) float64 { return math.Round(x*100) / 100 }

func dayBefore(d slo.Date) slo.Date {
	return slo.DateOf(d.In(time.UTC).From.Add(-time.Hour), time.UTC)
}
