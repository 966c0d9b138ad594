package slo

import (
	"math"
	"math/big"
	"time"
)

// A Budget is the bad events that an objective allows over a window,
// B = (1 − objective) · total, and the tally that is held against it.
//
// While a window runs, its traffic is only known so far, so B is projected to
// the whole of it: B · Window / Elapsed. Half an hour of outage on the first day
// is then 69% of a month's budget at 99.9%, not 2083% of that day's.
type Budget struct {
	Objective Objective
	Tally     Tally // the events so far

	// Elapsed is how much of the Window has passed. They are equal once the
	// window has closed; both zero also says that nothing is projected.
	Elapsed, Window time.Duration
}

// Projected reports whether the window still runs, so that the budget is an
// estimate and a page must say so.
func (b Budget) Projected() bool { return 0 < b.Elapsed && b.Elapsed < b.Window }

// Events returns B, the bad events allowed.
func (b Budget) Events() float64 {
	_, allowed, event := b.terms()
	return quotient(allowed, event)
}

// Count returns B as a Count, rounded to the nearest and no more than a Count
// can hold.
func (b Budget) Count() Count {
	_, allowed, event := b.terms()
	n := product(int64(Event)).Mul(allowed, big.NewInt(2*int64(Event)))
	n.Add(n, event).Quo(n, event.Lsh(event, 1))
	if !n.IsInt64() {
		return math.MaxInt64
	}
	return Count(n.Int64())
}

// Spent returns the share of the budget used: 1 is all of it, 2 is twice over.
// ok is false if there is no budget, since there was no traffic.
func (b Budget) Spent() (share float64, ok bool) {
	bad, allowed, _ := b.terms()
	if allowed.Sign() <= 0 {
		return 0, false
	}
	return quotient(bad, allowed), true
}

// Left returns the share of the budget that is left, 1 − spent. It is never
// clamped: −1.4 says that the budget was spent 2.4 times. ok is false if there
// is no budget.
func (b Budget) Left() (share float64, ok bool) {
	bad, allowed, _ := b.terms()
	if allowed.Sign() <= 0 {
		return 0, false
	}
	return quotient(bad.Sub(allowed, bad), allowed), true
}

// LeftAtLeast reports whether the share of the budget that is left is no less
// than share, in whole numbers: a budget with exactly a quarter left has at
// least 0.25. The share counts to nine decimal places. ok is false if there is
// no budget.
func (b Budget) LeftAtLeast(share float64) (atLeast, ok bool) {
	bad, allowed, _ := b.terms()
	if allowed.Sign() <= 0 {
		return false, false
	}
	left := bad.Sub(allowed, bad)
	left.Mul(left, product(int64(whole)))
	return left.Cmp(allowed.Mul(allowed, product(billionths(share)))) >= 0, true
}

// AllowsAtLeast reports whether B is no less than n bad events, in whole
// numbers.
func (b Budget) AllowsAtLeast(n Count) bool {
	_, allowed, event := b.terms()
	allowed.Mul(allowed, product(int64(Event)))
	return allowed.Cmp(event.Mul(event, product(int64(n)))) >= 0
}

// OutageMinutes returns how many minutes of full outage the bad events equal,
// given the minutes of the window that have data. Pages label it "equivalent".
// ok is false if there was no traffic.
func (b Budget) OutageMinutes(minutesWithData float64) (minutes float64, ok bool) {
	if b.Tally.Total <= 0 {
		return 0, false
	}
	return float64(b.Tally.Bad()) / float64(b.Tally.Total) * minutesWithData, true
}

// EvenLeft returns the share of the budget that would be left now if it was
// spent evenly: 1 when the window begins and 0 when it has closed.
func (b Budget) EvenLeft() float64 {
	if !b.Projected() {
		return 0
	}
	return 1 - float64(b.Elapsed)/float64(b.Window)
}

// AllowedOutage returns the longest full outage that the objective allows in a
// window of even traffic, rounded down: 99.95% of a week is 5 m 2.4 s.
func (o Objective) AllowedOutage(window time.Duration) time.Duration {
	d := product(int64(whole-o), int64(window))
	return time.Duration(d.Quo(d, product(int64(whole))).Int64())
}

// terms returns the bad events, B, and one event, as whole numbers of a common
// unit. They are the caller's to change.
func (b Budget) terms() (bad, allowed, event *big.Int) {
	elapsed, window := int64(1), int64(1)
	if b.Projected() {
		elapsed, window = int64(b.Elapsed), int64(b.Window)
	}
	bad = product(int64(b.Tally.Bad()), int64(whole), elapsed)
	allowed = product(int64(b.Tally.Total), int64(whole-b.Objective), window)
	event = product(int64(Event), int64(whole), elapsed)
	return bad, allowed, event
}

func product(factors ...int64) *big.Int {
	p := big.NewInt(1)
	for _, f := range factors {
		p.Mul(p, big.NewInt(f))
	}
	return p
}

// quotient returns the float nearest to a/b.
func quotient(a, b *big.Int) float64 {
	q, _ := new(big.Rat).SetFrac(a, b).Float64()
	return q
}

// billionths returns a share in parts per billion, as objectives are kept: 0.1,
// which no float is exactly, becomes exactly a tenth.
func billionths(share float64) int64 { return int64(math.Round(share * float64(whole))) }
