package ledger

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"tribune/generator/slo"
)

// billion is 100% of a ratio, which is kept in parts per billion.
const billion = 1_000_000_000

// usualBad returns the share of events, in parts per billion, that are bad in a
// usual bucket: the median of the buckets that have traffic and that nothing
// covers. It is 0 if there is none.
func usualBad(s slo.Series, pieces [][]piece) int64 {
	var ratios []int64
	for i, p := range s.Points {
		if pieces[i] == nil && p.Total > 0 {
			ratios = append(ratios, scale(int64(p.Bad()), billion, int64(p.Total)))
		}
	}
	if len(ratios) == 0 {
		return 0
	}
	slices.Sort(ratios)
	return (ratios[(len(ratios)-1)/2] + ratios[len(ratios)/2]) / 2
}

// divide gives out the bad events of a bucket whose covered pieces are given.
func (l *Ledger) divide(t slo.Tally, pieces []piece, step time.Duration, usual int64) {
	var byIncidents, byMaintenance time.Duration
	for _, p := range pieces {
		if p.incidents == nil {
			byMaintenance += p.length
		} else {
			byIncidents += p.length
		}
	}
	// usually returns the bad events that a part of the bucket would usually have.
	usually := func(part time.Duration) slo.Count {
		return slo.Count(scale(scale(int64(t.Total), usual, billion), int64(part), int64(step)))
	}
	left := t.Bad()
	open := step - byIncidents
	taken := claim(left, byIncidents, open, usually(open))
	l.give(taken, pieces, open > 0)

	left -= taken
	open -= byMaintenance
	taken = claim(left, byMaintenance, open, usually(open))
	l.Maintenance += taken
	l.Background += left - taken
}

// claim returns how many of the bad events in a stretch of time belong to its
// covered part: all but what is usual in the open part, and at least the covered
// share of the time. A bucket does not say when in it the events were, but an
// outage of ten minutes is most of what a bad day saw.
func claim(bad slo.Count, covered, open time.Duration, usualInOpen slo.Count) slo.Count {
	if covered == 0 {
		return 0
	}
	byTime := portions(bad, []int64{int64(covered), int64(open)})[0]
	return max(byTime, bad-usualInOpen)
}

// give divides bad events among incidents: first among the pieces they cover, by
// length, then equally among the incidents of each.
func (l *Ledger) give(bad slo.Count, pieces []piece, partly bool) {
	var lengths []int64
	var shared [][]int
	for _, p := range pieces {
		if p.incidents != nil {
			lengths = append(lengths, int64(p.length))
			shared = append(shared, p.incidents)
		}
	}
	for i, n := range portions(bad, lengths) {
		equal := slices.Repeat([]int64{1}, len(shared[i]))
		for j, part := range portions(n, equal) {
			share := &l.Incidents[shared[i][j]]
			share.Bad += part
			share.Estimate = share.Estimate || bad > 0 && (partly || len(lengths) > 1)
		}
	}
}

// portions divides n in proportion to the weights so that the parts sum to it
// (largest remainder; of equal remainders the first). Not all weights are 0.
func portions(n slo.Count, weights []int64) []slo.Count {
	var all int64
	for _, w := range weights {
		all += w
	}
	parts := make([]slo.Count, len(weights))
	rests := make([]uint64, len(weights))
	order := make([]int, len(weights))
	left := n
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(n), uint64(w))
		part, rest := bits.Div64(hi, lo, uint64(all))
		parts[i], rests[i], order[i] = slo.Count(part), rest, i
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rests[j], rests[i]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}

// scale returns n · part / whole, rounded down; part is at most whole.
func scale(n, part, whole int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(part))
	q, _ := bits.Div64(hi, lo, uint64(whole))
	return int64(q)
}
