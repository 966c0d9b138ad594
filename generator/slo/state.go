package slo

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

// Thresholds are where states begin. The site may set them; every page that
// uses them prints them.
type Thresholds struct {
	AtRisk   float64 // the share of the budget left below which an SLO is at risk; 0.25
	Watch    float64 // the share left below which it is watched; 0.50
	Coverage float64 // the share of buckets that must be there to judge; 0.95
}

// DefaultThresholds are those that hold unless data/site.toml sets others.
var DefaultThresholds = Thresholds{AtRisk: 0.25, Watch: 0.50, Coverage: 0.95}
