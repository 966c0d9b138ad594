package source

import (
	"fmt"
	"sort"
	"time"

	"github.com/prometheus/common/model"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// A grid is the instants of a question: the ends of its buckets, or of their
// slices.
type grid struct {
	first, step int64 // Unix seconds; seconds
	n           int
}

func (g grid) last() int64 { return g.first + int64(g.n-1)*g.step }

// A value is what a query said at an instant; known is false if it said nothing.
type value struct {
	of    float64
	known bool
}

// values are those of each match of a question's label, by the grid. Without a
// label they are under "".
type values map[string][]value

// read sums the series of an answer by the question's label, and multiplies
// them by factor. Series of values of the label that no SLO has are left out.
func (q Question) read(matrix model.Matrix, g grid, factor float64) (values, error) {
	by, found := model.LabelName(q.SLOs[0].By), values{}
	for _, o := range q.SLOs {
		found[match(o)] = nil
	}
	sort.Sort(matrix) // so that sums of floats do not depend on the server's order
	for i, series := range matrix {
		if i > 0 && series.Metric.Equal(matrix[i-1].Metric) {
			return nil, faultf(BadAnswer, "is something between us and the server that joins answers?", "the answer has the series %s twice", series.Metric)
		}
		of := string(series.Metric[by])
		list, asked := found[of]
		if !asked {
			continue
		}
		if list == nil {
			list = make([]value, g.n)
			found[of] = list
		}
		if len(series.Histograms) > 0 {
			return nil, faultf(BadQuery, "count its observations, as histogram_count(…) does", "the query answers with histograms, not numbers")
		}
		for j, s := range series.Values {
			at := int64(s.Timestamp) / 1000
			k := (at - g.first) / g.step
			if int64(s.Timestamp)%1000 != 0 || at < g.first || k >= int64(g.n) || (at-g.first)%g.step != 0 {
				return nil, faultf(BadAnswer, "does something between us and the server change the step?",
					"the answer speaks of %s, which was not asked for", s.Timestamp.Time().UTC().Format(time.RFC3339Nano))
			}
			if j > 0 && s.Timestamp <= series.Values[j-1].Timestamp {
				return nil, faultf(BadAnswer, "", "the answer is not in order of time")
			}
			list[k] = value{list[k].of + float64(s.Value)*factor, true}
		}
	}
	return found, nil
}

// answer makes tallies of the values of good (or bad) and of total.
func (q Question) answer(span slo.Span, some, all values) Answer {
	a := Answer{span, map[string]slo.Series{}, map[string]Doubt{}}
	for _, o := range q.SLOs {
		series, doubt := tallies(o, span, q.step(), some[match(o)], all[match(o)])
		if len(series.Points) > 0 {
			a.Series[o.ID] = series
		}
		if doubt != (Doubt{}) {
			a.Doubts[o.ID] = doubt
		}
	}
	return a
}

// tallies makes the buckets of one SLO, each of one value or of all slices.
func tallies(o catalog.SLO, span slo.Span, step time.Duration, some, all []value) (slo.Series, Doubt) {
	series := slo.Series{Step: o.Resolution}
	var doubt Doubt
	if all == nil {
		return series, doubt
	}
	slices := int(o.Resolution / step)
	for i := 0; i < len(all); i += slices {
		at := span.From.Unix() + int64(i/slices)*int64(o.Resolution/time.Second)
		var sum bucket
		var why error
		for k := i; k < i+slices && why == nil; k++ {
			var v value
			if some != nil {
				v = some[k]
			}
			t, ok, err := tally(o, v, all[k])
			if why = err; ok {
				sum.add(o, t)
			}
		}
		switch {
		case why != nil:
			if doubt.LeftOut++; doubt.Why == "" {
				doubt.Why = fmt.Sprintf("%s: %v", time.Unix(at, 0).UTC().Format(time.RFC3339), why)
			}
		case sum.known:
			series.Points = append(series.Points, slo.Point{At: at, Tally: sum.tally()})
		}
	}
	return series, doubt
}

// tally makes a tally of two values at one instant. ok is false if there is no
// data; the error says why the values cannot be a tally.
func tally(o catalog.SLO, some, all value) (t slo.Tally, ok bool, err error) {
	if !all.known {
		return t, false, nil
	}
	if t.Total, err = slo.CountOf(all.of); err != nil {
		return t, false, fmt.Errorf("total: %w", err)
	}
	if t.Total == 0 {
		return t, true, nil
	}
	part, err := slo.CountOf(some.of)
	if err != nil {
		return t, false, fmt.Errorf("%s: %w", partName(o), err)
	}
	if part > t.Total {
		// Series are not scraped at one moment, so a little more is as good as all.
		if part-t.Total > t.Total/100+slo.Event {
			return t, false, fmt.Errorf("%s (%s) is more than total (%s)", partName(o), part, t.Total)
		}
		part = t.Total
	}
	if t.Good = part; o.Bad != "" {
		t.Good = t.Total - part
	}
	return t, true, nil
}

// match is the value of the question's label whose series are the SLO's.
func match(o catalog.SLO) string {
	if o.By == "" {
		return ""
	}
	return o.Match
}

func partName(o catalog.SLO) string {
	if o.Bad != "" {
		return "bad"
	}
	return "good"
}

// A bucket is added up from its slices; most have one, which is the bucket.
type bucket struct {
	known  bool // some slice has data
	events slo.Tally
	shares float64 // ratio timeslices: the sum of the slices' shares, rounded once
}

// add adds a slice. One of no traffic counts nothing.
func (b *bucket) add(o catalog.SLO, t slo.Tally) {
	b.known = true
	switch {
	case o.Budgeting == "":
		b.events = b.events.Plus(t)
	case t.Total == 0:
	case o.Budgeting == catalog.RatioTimeslices:
		share, _ := t.SLI()
		b.shares += share
		b.events.Total += slo.Event
	default:
		b.events.Total += slo.Event
		if met, _ := o.SliceTarget.Met(t); met {
			b.events.Good += slo.Event
		}
	}
}

func (b *bucket) tally() slo.Tally {
	if b.shares > 0 {
		good, _ := slo.CountOf(b.shares) // at most as many as there are slices
		return slo.Tally{Good: min(good, b.events.Total), Total: b.events.Total}
	}
	return b.events
}
