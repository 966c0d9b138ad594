// Package source asks for tallies where they are counted: a Prometheus or what
// speaks like one, a program that prints CSV, and CSV files that another job
// leaves. docs/sources.md is the page for people.
//
// # Asking without losing events
//
// increase(x[1h]) at every hour loses what happened between the last sample of
// one hour and the first of the next, and bursts like to happen there. So the
// {{.window}} of a query is filled with the bucket, one scrape interval more and
// one millisecond less, and the answer is scaled back by bucket / (bucket +
// scrape interval). The millisecond makes that right whether the server counts
// a sample at the window's left edge (Prometheus 2) or not (3). Where the server
// counts an increase exactly the window is the bucket; see [Increase].
//
// A query is evaluated at the end of each bucket. Good (or bad) and total are
// asked at the same instants. Values are rounded once, to an [slo.Count].
//
// # What an answer means
//
// No total is no data: a gap. A total of 0 is no traffic. A total with no value
// beside it means that nothing was counted as good (or bad): zero. What cannot be
// a tally (NaN beside traffic, infinity, more good than all) is left out and
// said. An answer with warnings may lack a part of the data, so nothing of it is
// taken.
package source

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// A Question is what is asked at once: one pair of queries, for the SLOs that
// share it.
type Question struct {
	SLOs []catalog.SLO // in order of id
}

// An Answer is what a source said of a stretch of time.
type Answer struct {
	Span   slo.Span
	Series map[string]slo.Series // by SLO id; there is no point where the source has no data
	Doubts map[string]Doubt      // by SLO id: buckets that were left out
}

// A Doubt says what is wrong with an SLO's part of an answer.
type Doubt struct {
	LeftOut int    // buckets whose values cannot be a tally
	Why     string // of the first of them
}

// A Kind says what sort of thing went wrong, for people and metrics alike.
type Kind string

// The kinds of fault.
const (
	Settings    Kind = "settings"    // a variable is not set, or a setting cannot be used
	Unreachable Kind = "unreachable" // no connection
	Timeout     Kind = "timeout"     // no answer in time
	Denied      Kind = "denied"      // 401, 403
	NotFound    Kind = "not_found"   // 404
	Busy        Kind = "busy"        // 429, 503
	Server      Kind = "server"      // it failed in another way
	BadQuery    Kind = "query"       // the query is refused, or it is unclear what it counts
	BadAnswer   Kind = "answer"      // what came is not an answer to the question
	Clock       Kind = "clock"       // its clock is not ours
	Incomplete  Kind = "incomplete"  // the answer lacks a part of the data
	Size        Kind = "size"        // the answer is too large, even in small parts
	Program     Kind = "command"     // a command failed
	File        Kind = "file"        // a CSV file cannot be read
	Stopped     Kind = "stopped"     // the pull was stopped, or its source was given up on
)

// A Fault is why a source gave no tallies. Its text holds no secret.
type Fault struct {
	Kind    Kind
	Message string
	Hint    string // may be empty

	again   bool          // asking again may help
	after   time.Duration // the server asks to wait as long before that; 0 if it does not
	smaller bool          // asking for less at once may help
}

func (f *Fault) Error() string { return f.Message }

// OfSource reports whether the fault is the source's own, so that any other
// question would meet it too.
func (f *Fault) OfSource() bool {
	switch f.Kind {
	case Settings, Unreachable, Timeout, Denied, NotFound, Busy, Clock:
		return true
	}
	return false
}

func faultf(kind Kind, hint, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// Questions groups the SLOs of a source that have queries: those with the same
// queries and the same way of counting are asked at once. They are in order of
// their first SLO.
func Questions(all []catalog.SLO) (questions []Question) {
	type shared struct {
		good, bad, total, counts, by, budgeting, unit string
		resolution, slice                             time.Duration
		sliceTarget                                   slo.Objective
	}
	at := map[shared]int{}
	for _, o := range slices.SortedFunc(slices.Values(all), func(a, b catalog.SLO) int { return cmp.Compare(a.ID, b.ID) }) {
		if o.Total == "" {
			continue
		}
		key := shared{o.Good, o.Bad, o.Total, o.Counts, o.By, o.Budgeting, o.Unit, o.Resolution, o.Slice, o.SliceTarget}
		i, ok := at[key]
		if !ok {
			i = len(questions)
			at[key] = i
			questions = append(questions, Question{})
		}
		questions[i].SLOs = append(questions[i].SLOs, o)
	}
	return questions
}

// Resolution is the width of the buckets that it asks for.
func (q Question) Resolution() time.Duration { return q.SLOs[0].Resolution }

// step is the width of what is asked for: a bucket, or a slice of one.
func (q Question) step() time.Duration {
	if o := q.SLOs[0]; o.Budgeting != "" {
		return o.Slice
	}
	return q.Resolution()
}
