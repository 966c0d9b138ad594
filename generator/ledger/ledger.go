// Package ledger says where an error budget went. For one SLO and one month it
// splits the bad events, exactly and in whole numbers, into incidents, planned
// maintenance, unexplained episodes and background:
//
//	bad = Σ incidents + maintenance + Σ unexplained + background
//
// It is pure: no files, no clock.
package ledger

import (
	"tribune/generator/slo"
)

// A Window is the time that one postmortem claims.
type Window struct {
	ID   string // the postmortem's key, unique in the call
	Span slo.Span
}

// Input is one SLO and month. The series holds the buckets that count:
// exclusions are already taken out, and so is everything outside the month.
type Input struct {
	Series      slo.Series
	Month       slo.Span
	Objective   slo.Objective
	Budget      slo.Count // B, the bad events allowed; projected while the month runs
	Incidents   []Window
	Maintenance []slo.Span
}

// A Share is what one incident took.
type Share struct {
	ID       string
	Bad      slo.Count
	Estimate bool // a bucket was covered only in part, and its events had to be divided
}

// An Episode is a stretch of burn that no postmortem and no maintenance covers.
type Episode struct {
	Span slo.Span
	Bad  slo.Count
	// Joined is whether the episode touches the month's edge and may go on in
	// the month before or after.
	FromBefore, IntoNext bool
}

// A Ledger is where the budget went. The four kinds sum to the SLO's bad events.
type Ledger struct {
	Incidents   []Share // in the order of the input; incidents that took nothing included
	Maintenance slo.Count
	Unexplained []Episode // in order of time
	Background  slo.Count
}
