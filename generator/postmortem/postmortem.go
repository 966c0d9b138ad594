package postmortem

import (
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// A Postmortem is what one file says about an incident. Whatever the file does
// not say is left at its zero value and means unknown.
type Postmortem struct {
	File     string // relative to the site's folder, forward slashes
	Tribe    string
	Slug     string // unique within the tribe; safe as a file name
	ID       string // such as INC-212; "" if the file has none
	Title    string
	Date     slo.Date // the day of the incident
	Severity string   // as written, "SEV1"
	Services []string // full ids, tribe/service
	SLOs     []string // full ids; empty means all SLOs of the services
	Status   string   // draft | review | final
	Audience string   // public | org | tribe

	// Moments, UTC; zero if unknown.
	Started, Detected, Acknowledged, Mitigated, Resolved time.Time

	// Stated is how long it took in the words of the text, 0 if it does not say.
	Stated time.Duration

	Detection  string // alert | customer | human | as written
	Impact     string // one or two plain sentences
	Causes     []string
	Tags       []string
	Authors    []string // roles rather than names
	Actions    []Action
	Withdrawn  string    // why it was withdrawn; "" if it was not
	Aliases    []string  // earlier slugs
	FromProse  []string  // names of the fields that were read from the text, such as "title"
	Prose      []Reading // the same with their places, in the same order
	Restricted bool      // hidden from the readers of this build: only its times and services are left
	Pos        diag.Pos
}

// Window returns the time that the postmortem claims in the budget ledger:
// [started, resolved), else [started, mitigated). ok is false if either end is
// unknown or they are the wrong way round.
func (p Postmortem) Window() (span slo.Span, ok bool) {
	end := p.Resolved
	if end.IsZero() {
		end = p.Mitigated
	}
	span = slo.Span{From: p.Started, To: end}
	return span, !p.Started.IsZero() && !end.IsZero() && !span.Empty()
}

// An Action is something that was promised after an incident.
type Action struct {
	Title    string
	Owner    string // a squad or a role; "" if nobody
	Kind     string // prevent | detect | mitigate | process
	Priority string // P0 … P3
	Due      slo.Date
	Opened   slo.Date // the day of the postmortem
	Closed   slo.Date // zero if still open
	Done     bool     // ticked off, perhaps without a date
	Dropped  string   // why it will not be done; "" if it will
	Ticket   string
	Pos      diag.Pos
}

// Open reports whether the action is still to be done.
func (a Action) Open() bool { return !a.Done && a.Closed.IsZero() && a.Dropped == "" }

// Overdue reports whether the action is open after its due day.
func (a Action) Overdue(asOf slo.Date) bool {
	return a.Open() && !a.Due.IsZero() && a.Due.Before(asOf)
}

// A Heading is an entry of the contents list.
type Heading struct {
	Level int
	ID    string // anchor, unique within the page
	Text  string
}
