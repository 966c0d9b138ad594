package promql

import "strings"

// A Kind is what a function makes of a range.
type Kind int

// The kinds of function.
const (
	Unknown   Kind = iota
	PerBucket      // events of a counter, such as increase
	PerSecond      // events of a counter per second, such as rate
	OfSamples      // a sum or number of the samples in the range
	InSamples      // another thing about them, such as their average: no events
)

// Kind tells what becomes of the range from the name of its function.
func (r Range) Kind() Kind {
	switch name := r.Func; {
	case name == "rate" || name == "irate" || name == "deriv":
		return PerSecond
	case strings.HasPrefix(name, "increase") || name == "delta" || name == "idelta" || name == "changes" || name == "resets":
		return PerBucket
	case name == "sum_over_time" || name == "count_over_time":
		return OfSamples
	case strings.HasSuffix(name, "_over_time"):
		return InSamples
	}
	return Unknown
}

// What a query counts over its windows.
const (
	Increase = "increase" // events
	Rate     = "rate"     // events per second
)

// Counts says what a query with these ranges counts over its windows: Increase
// or Rate. If that cannot be told counts is "" and why says so.
func Counts(ranges []Range) (counts, why string) {
	for _, r := range ranges {
		of := ""
		switch kind := r.Kind(); {
		case r.Length != Window:
		case kind == PerSecond:
			of = Rate
		case kind == PerBucket || kind == OfSamples:
			of = Increase
		}
		switch {
		case of == "":
		case counts == "":
			counts = of
		case of != counts:
			return "", "it uses both increase and rate"
		}
	}
	if counts == "" {
		return "", "no function such as increase takes " + Window
	}
	return counts, ""
}
