package slo

import "strings"

// A State says how one SLO stood in one month. The first that matches, in the
// order of the constants, holds. The raw result is printed beside it always.
type State string

// The states, as they stand in JSON.
const (
	NoData           State = "no_data"
	IncompleteData   State = "incomplete_data"
	TooLittleTraffic State = "too_little_traffic"
	Excepted         State = "exception"
	Exhausted        State = "exhausted"
	AtRisk           State = "at_risk"
	Watch            State = "watch"
	Healthy          State = "healthy"
)

// States are all of them in the order in which pages sort rows: by what needs a
// decision.
var States = []State{Exhausted, Excepted, AtRisk, IncompleteData, NoData, TooLittleTraffic, Watch, Healthy}

// Word returns the state as pages print it: "at risk".
func (s State) Word() string { return strings.ReplaceAll(string(s), "_", " ") }

// Thresholds are where states begin. The site may set them; every page that
// uses them prints them.
type Thresholds struct {
	AtRisk   float64 // the share of the budget left below which an SLO is at risk; 0.25
	Watch    float64 // the share left below which it is watched; 0.50
	Coverage float64 // the share of buckets that must be there to judge; 0.95
}

// DefaultThresholds are those that hold unless data/site.toml sets others.
var DefaultThresholds = Thresholds{AtRisk: 0.25, Watch: 0.50, Coverage: 0.95}

// A Standing is what the state of an SLO in one month depends on.
type Standing struct {
	Present, Expected int // buckets with data, and buckets that should have some by now
	Budget            Budget
	Excepted          bool // an exception to the policy is in force
}

// lowTraffic is the budget below which a single bad event moves an SLO by more
// than a tenth of it.
const lowTraffic = 10 * Event

// LowTraffic reports whether the budget is so small (under 10 events) that a
// page marks the SLO as of low traffic, whatever its state.
func LowTraffic(b Budget) bool { return !b.AllowsAtLeast(lowTraffic) }

// Judge returns the state of an SLO. All comparisons are made in whole numbers:
// a budget with exactly nothing left is at risk, not exhausted, since the
// objective was met.
func (th Thresholds) Judge(s Standing) State {
	leftAtLeast := func(share float64) bool {
		atLeast, ok := s.Budget.LeftAtLeast(share)
		return atLeast && ok
	}
	switch {
	case s.Present <= 0:
		return NoData
	case int64(s.Present)*int64(whole) < int64(s.Expected)*billionths(th.Coverage):
		return IncompleteData
	case !s.Budget.AllowsAtLeast(Event):
		return TooLittleTraffic
	case s.Excepted:
		return Excepted
	case !leftAtLeast(0):
		return Exhausted
	case !leftAtLeast(th.AtRisk):
		return AtRisk
	case !leftAtLeast(th.Watch):
		return Watch
	}
	return Healthy
}
