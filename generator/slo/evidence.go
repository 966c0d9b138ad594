package slo

import (
	"math"
	"math/big"
)

// z is the standard normal deviate of a 95% interval, and zSquared its square in
// parts per ten thousand.
const (
	z        = 1.96
	zSquared = 38_416
)

// An EvidenceWord says whether a service itself is at its objective, as far as
// one stretch of traffic can show. The result of that stretch, met or missed, is
// a fact and another question.
type EvidenceWord string

// The words, as they stand in JSON.
const (
	NoEvidence      EvidenceWord = "" // there was no traffic
	ClearlyAtTarget EvidenceWord = "clearly_at_target"
	CannotTell      EvidenceWord = "cannot_tell"
	ClearlyBelow    EvidenceWord = "clearly_below"
)

// Evidence is what the tallies of some days show about a service.
type Evidence struct {
	Word      EvidenceWord
	Low, High float64 // the 95% interval of the true SLI; 0 to 1 if there was no traffic
	Phi       float64 // how much more failures clump by day than chance would have them; at least 1

	// Needs is how many events without a single failure would show that the
	// objective is kept. It is 0 once something can be told.
	Needs int64
}

// Weigh holds the tallies of single days against the objective. Days of no
// traffic or without data add nothing.
func Weigh(days []Tally, o Objective) Evidence {
	var sum Tally
	for _, d := range days {
		sum = sum.Plus(d)
	}
	phi := overdispersion(days, sum)
	low, high := Wilson(sum.Good.Events()/phi, sum.Total.Events()/phi)
	e := Evidence{CannotTell, low, high, phi, 0}
	switch target := o.Share(); {
	case sum.Total <= 0:
		e.Word = NoEvidence
	case low >= target:
		e.Word = ClearlyAtTarget
	case high < target:
		e.Word = ClearlyBelow
	}
	if e.Word == NoEvidence || e.Word == CannotTell {
		e.Needs = zeroFailures(o)
	}
	return e
}

// Wilson returns the 95% score interval of a share of which k in n were seen.
// With n = 0 it is 0 to 1: nothing is known.
func Wilson(k, n float64) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	p := k / n
	mid := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	all := 1 + z*z/n
	return max(0, (mid-half)/all), min(1, (mid+half)/all)
}

// overdispersion returns how many times the daily numbers of bad events vary
// more than independent events would (χ² over its degrees of freedom), and no
// less than 1. Failures come in bursts: without it the interval is far too
// narrow.
func overdispersion(days []Tally, sum Tally) float64 {
	if sum.Bad() <= 0 || sum.Good <= 0 {
		return 1
	}
	p := float64(sum.Bad()) / float64(sum.Total)
	var chi2 float64
	n := 0
	for _, d := range days {
		if d.Total <= 0 {
			continue
		}
		expected := d.Total.Events() * p
		off := d.Bad().Events() - expected
		chi2 += off * off / (expected * (1 - p))
		n++
	}
	if n < 2 {
		return 1
	}
	return max(1, chi2/float64(n-1))
}

// zeroFailures returns the fewest events that demonstrate the objective if none
// of them fails: n ≥ z²·T/(1−T), in whole numbers.
func zeroFailures(o Objective) int64 {
	n := product(zSquared, int64(o))
	d := product(10_000, int64(whole-o))
	q, rest := new(big.Int).QuoRem(n, d, new(big.Int))
	if rest.Sign() > 0 {
		return q.Int64() + 1
	}
	return q.Int64()
}
