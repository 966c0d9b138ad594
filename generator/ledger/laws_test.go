package ledger

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"tribune/generator/slo"
)

// law checks that a law holds for hundreds of random months.
func law(t *testing.T, holds func(in Input, r *rand.Rand) bool) {
	t.Helper()
	f := func(seed uint64) bool {
		r := rand.New(rand.NewPCG(seed, 1))
		return holds(month(r), r)
	}
	if err := quick.Check(f, &quick.Config{MaxCount: 300}); err != nil {
		t.Error(err)
	}
}

// month makes a month of buckets with gaps, quiet hours, noise and bursts, and
// windows that overlap each other and the month's edges.
func month(r *rand.Rand) Input {
	step := []time.Duration{15 * time.Minute, time.Hour, 24 * time.Hour}[r.IntN(3)]
	in := Input{Series: slo.Series{Step: step}, Month: october, Objective: slo.Objective(900_000_000 + r.Int64N(99_999_999))}
	burst := false
	for from := in.Month.From; from.Before(in.Month.To); from = from.Add(step) {
		if r.IntN(20) == 0 {
			burst = !burst
		}
		total := slo.Count(r.Int64N(1_000_000))
		bad := total * slo.Count(r.IntN(10)) / 1000
		switch {
		case r.IntN(30) == 0:
			continue
		case r.IntN(30) == 0:
			total, bad = 0, 0
		case burst:
			bad = slo.Count(r.Int64N(int64(total) + 1))
		}
		in.Series.Points = append(in.Series.Points, slo.Point{At: from.Unix(), Tally: slo.Tally{Good: total - bad, Total: total}})
	}
	in.Budget = slo.Budget{Objective: in.Objective, Tally: in.Series.Sum()}.Count()
	for i := range r.IntN(6) {
		in.Incidents = append(in.Incidents, Window{string(rune('A' + i)), window(r)})
	}
	for range r.IntN(4) {
		in.Maintenance = append(in.Maintenance, window(r))
	}
	return in
}

// window begins up to a day before the month and lasts from minutes to days; one
// in ten is empty.
func window(r *rand.Rand) slo.Span {
	from := october.From.Add(time.Duration(r.Int64N(int64(33*24*time.Hour))) - 24*time.Hour)
	if r.IntN(3) == 0 {
		from = from.Truncate(time.Hour)
	}
	lasts := []time.Duration{10 * time.Minute, time.Hour, 5 * time.Hour, 50 * time.Hour}[r.IntN(4)]
	if r.IntN(10) == 0 {
		lasts = 0
	}
	return slo.Span{From: from, To: from.Add(lasts)}
}

// all returns every part of a ledger.
func all(l Ledger) []slo.Count {
	parts := []slo.Count{l.Maintenance, l.Background}
	for _, s := range l.Incidents {
		parts = append(parts, s.Bad)
	}
	for _, e := range l.Unexplained {
		parts = append(parts, e.Bad)
	}
	return parts
}

func sum(parts []slo.Count) (n slo.Count) {
	for _, p := range parts {
		n += p
	}
	return n
}

func TestTheLedgerSumsToTheBadEvents(t *testing.T) {
	law(t, func(in Input, r *rand.Rand) bool {
		parts := all(Compute(in))
		return sum(parts) == in.Series.Sum().Bad() && slices.Min(parts) >= 0
	})
}

func TestOneMoreIncidentMovesEventsButMakesNone(t *testing.T) {
	law(t, func(in Input, r *rand.Rand) bool {
		before := Compute(in)
		in.Incidents = append(slices.Clone(in.Incidents), Window{"Z", window(r)})
		after := Compute(in)
		return sum(all(before)) == sum(all(after))
	})
}

func TestTheOrderOfWindowsChangesNothing(t *testing.T) {
	law(t, func(in Input, r *rand.Rand) bool {
		before := Compute(in)
		in.Incidents, in.Maintenance = slices.Clone(in.Incidents), slices.Clone(in.Maintenance)
		r.Shuffle(len(in.Incidents), func(i, j int) {
			in.Incidents[i], in.Incidents[j] = in.Incidents[j], in.Incidents[i]
		})
		r.Shuffle(len(in.Maintenance), func(i, j int) {
			in.Maintenance[i], in.Maintenance[j] = in.Maintenance[j], in.Maintenance[i]
		})
		after := Compute(in)
		for i, s := range after.Incidents {
			if s.ID != in.Incidents[i].ID {
				return false
			}
		}
		byID := func(a, b Share) int { return strings.Compare(a.ID, b.ID) }
		slices.SortFunc(after.Incidents, byID)
		return slices.Equal(before.Incidents, after.Incidents) && slices.Equal(before.Unexplained, after.Unexplained) &&
			before.Maintenance == after.Maintenance && before.Background == after.Background
	})
}

func TestAnEpisodeHoldsOnlyBurningBucketsThatNothingCovers(t *testing.T) {
	law(t, func(in Input, r *rand.Rand) bool {
		end := october.From
		for _, e := range Compute(in).Unexplained {
			for _, w := range in.Incidents {
				if !w.Span.Meet(e.Span).Empty() && !w.Span.Empty() {
					return false
				}
			}
			for _, m := range in.Maintenance {
				if !m.Meet(e.Span).Empty() && !m.Empty() {
					return false
				}
			}
			inside := in.Series.In(e.Span)
			for _, p := range inside.Points {
				if !slo.BurnsAtLeast(EpisodeBurn, p.Tally, in.Objective) {
					return false
				}
			}
			whole := time.Duration(len(inside.Points))*in.Series.Step == e.Span.Duration()
			enough := e.Bad*100 >= in.Budget*EpisodePercent
			if !whole || !enough || e.Bad != inside.Sum().Bad() || e.Span.From.Before(end) {
				return false
			}
			end = e.Span.To
		}
		return true
	})
}

// An outage of ten minutes in steady traffic: what exceeds the usual is the
// incident's, however wide the buckets are.
func TestATenMinuteOutageIsFoundInBucketsOfAnyWidth(t *testing.T) {
	const perMinute, usuallyBad = 1000 * slo.Event, slo.Event // 0.1%
	outage := span(9*24+14.25, 9*24+14.25+1./6)
	for _, step := range []time.Duration{5 * time.Minute, time.Hour, 24 * time.Hour} {
		in := Input{Series: slo.Series{Step: step}, Month: october, Objective: 999_000_000, Incidents: []Window{{"A", outage}}}
		minutes := slo.Count(step / time.Minute)
		for from := in.Month.From; from.Before(in.Month.To); from = from.Add(step) {
			down := slo.Span{From: from, To: from.Add(step)}.Meet(outage).Duration()
			bad := (minutes-slo.Count(down/time.Minute))*usuallyBad + slo.Count(down/time.Minute)*perMinute
			in.Series.Points = append(in.Series.Points, slo.Point{At: from.Unix(), Tally: slo.Tally{Good: minutes*perMinute - bad, Total: minutes * perMinute}})
		}
		if got := Compute(in).Incidents[0].Bad; got != 10*perMinute {
			t.Errorf("buckets of %v: the incident took %s; want 10000", step, got)
		}
	}
}

func TestPortionsSumAndDifferByLessThanOneFromTheirShare(t *testing.T) {
	f := func(n uint64, a, b, c uint32) bool {
		amount, weights := slo.Count(n>>2), []int64{int64(a), int64(b), int64(c) + 1}
		parts := portions(amount, weights)
		total := float64(a) + float64(b) + float64(c) + 1
		for i, p := range parts {
			if off := float64(p) - float64(amount)*float64(weights[i])/total; off*off > 1+1e-18*float64(amount)*float64(amount) {
				return false
			}
		}
		return sum(parts) == amount && slices.Min(parts) >= 0
	}
	if err := quick.Check(f, nil); err != nil {
		t.Error(err)
	}
}

func TestTheLargestRemaindersGetTheRest(t *testing.T) {
	for _, c := range []struct {
		n       slo.Count
		weights []int64
		want    []slo.Count
	}{
		{7, []int64{1, 1, 4}, []slo.Count{1, 1, 5}}, // 1.17, 1.17, 4.67
		{5, []int64{1, 2, 1}, []slo.Count{1, 3, 1}}, // 1.25, 2.5, 1.25
		{5, []int64{1, 1, 1}, []slo.Count{2, 2, 1}}, // all the same: the first
		{0, []int64{3, 4}, []slo.Count{0, 0}},
		{math.MaxInt64, []int64{1, 1}, []slo.Count{1 << 62, 1<<62 - 1}},
	} {
		if got := portions(c.n, c.weights); !slices.Equal(got, c.want) {
			t.Errorf("%d by %v: %v; want %v", int64(c.n), c.weights, got, c.want)
		}
	}
}

func BenchmarkCompute(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 1))
	in := month(r)
	for in.Series.Step != time.Hour || len(in.Incidents) < 5 {
		in = month(r)
	}
	b.ReportAllocs()
	for b.Loop() {
		Compute(in)
	}
}
