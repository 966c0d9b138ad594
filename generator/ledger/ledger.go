// Package ledger says where an error budget went. For one SLO and one month it
// splits the bad events, exactly and in whole numbers, into incidents, planned
// maintenance, unexplained episodes and background:
//
//	bad = Σ incidents + maintenance + Σ unexplained + background
//
// It is pure: no files, no clock.
package ledger

import "tribune/generator/slo"

// An episode is consecutive buckets that nothing explains, each burning at
// EpisodeBurn or faster, which together spend EpisodePercent of the budget or
// more. Pages that show episodes print both.
const (
	EpisodeBurn    = 6
	EpisodePercent = 2
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
	// FromBefore and IntoNext say that the episode touches the first or the last
	// moment of the month, and may go on in the month before or after.
	FromBefore, IntoNext bool
}

// A Ledger is where the budget went. The four kinds sum to the SLO's bad events.
type Ledger struct {
	Incidents   []Share // in the order of the input; incidents that took nothing included
	Maintenance slo.Count
	Unexplained []Episode // in order of time
	Background  slo.Count
}

// Compute makes the ledger of one SLO and month.
//
// A bucket that incidents cover gives them its bad events, in equal parts. One
// that they cover only in part gives them what exceeds the usual, and at least
// their share of its time. Declared maintenance takes what incidents leave, by
// the same rule, and what is left after that is background. Buckets that nothing
// covers are episodes or background; those without traffic have nothing to give.
func Compute(in Input) Ledger {
	l := Ledger{Incidents: make([]Share, len(in.Incidents))}
	for i, w := range in.Incidents {
		l.Incidents[i].ID = w.ID
	}
	pieces := cover(in)
	usual := usualBad(in.Series, pieces)
	for i, p := range in.Series.Points {
		if pieces[i] != nil {
			l.divide(p.Tally, pieces[i], in.Series.Step, usual)
		}
	}
	l.findEpisodes(in, pieces)
	return l
}
