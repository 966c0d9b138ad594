package scorecard

import (
	"cmp"
	"math"
	"slices"

	"tribune/generator/slo"
)

// stripMonths is how many months a strip shows and a trend is told from.
const stripMonths = 12

// strips gives each row its last twelve months, this one last.
func (in *Input) strips(c *Card) {
	for i := range c.SLOs {
		r := &c.SLOs[i]
		for m := c.Month.Add(1 - stripMonths); m.Before(c.Month); m = m.Add(1) {
			item := StripItem{Month: m}
			if old := in.rowOf(m, r.ID); old != nil {
				item = stripItem(m, *old)
			}
			r.Strip = append(r.Strip, item)
		}
		r.Strip = append(r.Strip, stripItem(c.Month, *r))
		r.Before = r.Strip[len(r.Strip)-2].Spent
	}
}

func stripItem(m slo.Month, r SLO) StripItem {
	return StripItem{Month: m, Spent: r.Budget.Spent, State: r.State, Met: r.Met, Changed: r.Changed != ""}
}

// trends tells from the closed months of each strip whether the budget spent
// falls, corrected for the number of SLOs of the tribe. A changed objective
// begins a new series.
func (c *Card) trends() {
	trends := make([]slo.Trend, len(c.SLOs))
	for i, r := range c.SLOs {
		months := r.Strip
		if !c.Closed {
			months = months[:len(months)-1]
		}
		var spent []float64
		for _, m := range months {
			if m.Changed {
				spent = spent[:0]
			}
			value := math.NaN()
			if m.Spent.Known && m.State != slo.IncompleteData {
				value = m.Spent.Value
			}
			spent = append(spent, value)
		}
		trends[i] = slo.TrendOf(spent)
	}
	for i, t := range slo.Adjust(trends) {
		enough := t.Word != slo.TooLittleHistory
		c.SLOs[i].Trend = Trend{string(t.Word), t.Months, told(t.P, enough), told(t.Adjusted, enough), told(t.Slope, enough)}
	}
}

func totals(rows []SLO) Totals {
	t := Totals{SLOs: len(rows), ByState: make(map[slo.State]int)}
	for _, r := range rows {
		t.ByState[r.State]++
		switch {
		case !judged(r):
			t.Unknown++
		case *r.Met:
			t.Met++
		default:
			t.Missed++
		}
	}
	return t
}

// judged reports whether the month's data suffice to say met or missed.
func judged(r SLO) bool {
	switch r.State {
	case slo.NoData, slo.IncompleteData, slo.TooLittleTraffic:
		return false
	}
	return r.Met != nil
}

// Worst returns the n rows that spent most of their budget, of those that have
// a burn-down to draw.
func (c *Card) Worst(n int) []SLO {
	var rows []SLO
	for _, r := range c.SLOs {
		if len(r.Burn) > 1 && r.State != slo.TooLittleTraffic {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b SLO) int { return -cmp.Compare(a.Budget.Spent.Value, b.Budget.Spent.Value) })
	return rows[:min(n, len(rows))]
}
