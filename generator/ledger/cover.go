package ledger

import (
	"cmp"
	"slices"
	"time"

	"tribune/generator/slo"
)

// A stretch is time which the same incidents cover throughout or, where there
// are none, maintenance.
type stretch struct {
	span      slo.Span
	incidents []int // indexes into the input, in order of their IDs
}

// A piece is the part of one bucket that lies in one stretch.
type piece struct {
	length    time.Duration
	incidents []int // none: maintenance
}

// cover returns the covered pieces of each bucket in order of time, and nil for
// a bucket that nothing covers.
func cover(in Input) [][]piece {
	pieces := make([][]piece, len(in.Series.Points))
	ahead := stretches(in)
	for i, p := range in.Series.Points {
		bucket := bucketAt(p.At, in.Series.Step)
		for len(ahead) > 0 && !ahead[0].span.To.After(bucket.From) {
			ahead = ahead[1:]
		}
		for _, s := range ahead {
			part := s.span.Meet(bucket)
			if part.Empty() {
				break
			}
			pieces[i] = append(pieces[i], piece{part.Duration(), s.incidents})
		}
	}
	return pieces
}

// stretches cuts the month at the edges of all windows and returns the covered
// parts in order of time. Neighbours always differ in who covers them.
func stretches(in Input) (all []stretch) {
	byID := make([]int, len(in.Incidents))
	for i := range byID {
		byID[i] = i
	}
	slices.SortStableFunc(byID, func(i, j int) int { return cmp.Compare(in.Incidents[i].ID, in.Incidents[j].ID) })

	for _, span := range between(edges(in)) {
		var incidents []int
		for _, i := range byID {
			if in.Incidents[i].Span.Contains(span.From) {
				incidents = append(incidents, i)
			}
		}
		maintained := slices.ContainsFunc(in.Maintenance, func(m slo.Span) bool { return m.Contains(span.From) })
		if incidents == nil && !maintained {
			continue
		}
		if n := len(all) - 1; n >= 0 && all[n].span.To.Equal(span.From) && slices.Equal(all[n].incidents, incidents) {
			all[n].span.To = span.To
			continue
		}
		all = append(all, stretch{span, incidents})
	}
	return all
}

// edges returns the moments of the month at which a window begins or ends, in
// order.
func edges(in Input) (at []time.Time) {
	add := func(window slo.Span) {
		if part := window.Meet(in.Month); !part.Empty() {
			at = append(at, part.From, part.To)
		}
	}
	for _, w := range in.Incidents {
		add(w.Span)
	}
	for _, m := range in.Maintenance {
		add(m)
	}
	slices.SortFunc(at, time.Time.Compare)
	return slices.CompactFunc(at, time.Time.Equal)
}

// between returns the spans from each moment to the next.
func between(at []time.Time) (spans []slo.Span) {
	for i := 1; i < len(at); i++ {
		spans = append(spans, slo.Span{From: at[i-1], To: at[i]})
	}
	return spans
}

func bucketAt(at int64, step time.Duration) slo.Span {
	from := time.Unix(at, 0).UTC()
	return slo.Span{From: from, To: from.Add(step)}
}
