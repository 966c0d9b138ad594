package slo

// Thresholds are where states begin. The site may set them; every page that
// uses them prints them.
type Thresholds struct {
	AtRisk   float64 // the share of the budget left below which an SLO is at risk; 0.25
	Watch    float64 // the share left below which it is watched; 0.50
	Coverage float64 // the share of buckets that must be there to judge; 0.95
}

// DefaultThresholds are those of FORMULAS.
var DefaultThresholds = Thresholds{AtRisk: 0.25, Watch: 0.50, Coverage: 0.95}
