package slo

import (
	"math/bits"
	"time"
)

// burnWindow is the window for which the well-known burn rates 14.4, 6, 3 and 1
// were chosen.
const burnWindow = 30 * 24 * time.Hour

// BurnRate returns how fast a tally uses up the budget: at 1 exactly all of it
// is spent when the window ends, at 2 in half the window. ok is false if there
// was no traffic.
func BurnRate(t Tally, o Objective) (rate float64, ok bool) {
	return Budget{Objective: o, Tally: t}.Spent()
}

// BurnThreshold scales a burn rate that was chosen for 30 days to another
// window, so that reaching it spends the same share of the budget: 14.4 is
// 13.44 for 28 days.
func BurnThreshold(rate float64, window time.Duration) float64 {
	return rate * float64(window) / float64(burnWindow)
}

// Exhaustion returns how long a full budget lasts at a steady burn rate: 3 days
// of a window of 30 at 10. ok is false if it lasts for ever, or for longer than
// a Duration can say.
func Exhaustion(rate float64, window time.Duration) (lasts time.Duration, ok bool) {
	d := float64(window) / rate
	if !(rate > 0) || d >= 1<<63 {
		return 0, false
	}
	return time.Duration(d), true
}

// BurnsAtLeast reports, in whole numbers, whether a tally burns at the rate or
// faster. A tally of no traffic does not burn.
func BurnsAtLeast(rate int64, t Tally, o Objective) bool {
	if t.Total <= 0 {
		return false
	}
	bh, bl := bits.Mul64(uint64(t.Bad()), uint64(whole))
	th, tl := bits.Mul64(uint64(t.Total), uint64(rate)*uint64(whole-o))
	return bh > th || bh == th && bl >= tl
}
