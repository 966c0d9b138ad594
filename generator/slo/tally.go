package slo

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"
)

// A Count is an exact number of events, in thousandths of one. Sums do not
// depend on their order, so the same input gives the same bytes.
type Count int64

// Event is one event.
const Event Count = 1000

// MaxCount is the most events that a tally takes, 92 billion: a million a second
// for a day. Sums of a hundred thousand of the largest tallies still fit.
const MaxCount = Count(math.MaxInt64 / 100_000)

// CountOf rounds a number of events, as a server returns it, to a Count. It is
// called once, when a sample is pulled.
func CountOf(events float64) (Count, error) {
	n := math.Round(events * float64(Event))
	if math.IsNaN(n) || n < 0 || n > float64(MaxCount) {
		return 0, fmt.Errorf("%v is not a number of events", events)
	}
	return Count(n), nil
}

// ParseCount reads a plain decimal number of events, with up to three places.
func ParseCount(s string) (Count, error) {
	n, err := parseDecimal(strings.TrimSpace(s), 3)
	if err != nil {
		return 0, fmt.Errorf("%q %w", s, err)
	}
	if Count(n) > MaxCount {
		return 0, fmt.Errorf("%q is too large", s)
	}
	return Count(n), nil
}

// Events returns the count as a number, for JSON and charts.
func (c Count) Events() float64 { return float64(c) / float64(Event) }

// String returns the number of events without needless zeros.
func (c Count) String() string { return trimDecimal(int64(c), 3) }

// MarshalJSON writes the number of events, exactly.
func (c Count) MarshalJSON() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Count) UnmarshalJSON(b []byte) error {
	neg := len(b) > 0 && b[0] == '-'
	if neg {
		b = b[1:]
	}
	n, err := parseDecimal(string(b), 3)
	if err != nil {
		return fmt.Errorf("count %s %w", b, err)
	}
	if *c = Count(n); neg {
		*c = -*c
	}
	return nil
}

// A Tally is the valid events of one or more buckets: how many were good, of
// how many in all. A tally with Total 0 says there was no traffic, which is not
// the same as having no tally at all (a gap).
type Tally struct {
	Good, Total Count
}

// ErrTally says that a tally cannot be: more good events than events.
var ErrTally = errors.New("good is more than total")

// Bad returns the events that were not good.
func (t Tally) Bad() Count { return t.Total - t.Good }

// Plus returns the events of both.
func (t Tally) Plus(u Tally) Tally { return Tally{t.Good + u.Good, t.Total + u.Total} }

// Minus returns the events of t without those of u.
func (t Tally) Minus(u Tally) Tally { return Tally{t.Good - u.Good, t.Total - u.Total} }

// SLI returns the share of events that were good. ok is false if there were
// none, when it cannot be told.
func (t Tally) SLI() (share float64, ok bool) {
	if t.Total <= 0 {
		return 0, false
	}
	return float64(t.Good) / float64(t.Total), true
}

// A Point is the tally of one bucket.
type Point struct {
	At int64 // the bucket's start, Unix seconds, a multiple of the series' step
	Tally
}

// A Series is the tallies of one SLO in order of time, at most one a bucket. A
// bucket without a point is a gap: nothing is known of it.
type Series struct {
	Step   time.Duration // the width of a bucket; buckets are aligned to UTC
	Points []Point
}

// In returns the part of the series whose buckets start within the span. It
// shares memory with s.
func (s Series) In(span Span) Series {
	from, to := span.From.Unix(), span.To.Unix()
	i := sort.Search(len(s.Points), func(i int) bool { return s.Points[i].At >= from })
	j := sort.Search(len(s.Points), func(j int) bool { return s.Points[j].At >= to })
	return Series{s.Step, s.Points[i:max(i, j)]}
}

// Sum returns the events of all buckets.
func (s Series) Sum() (sum Tally) {
	for _, p := range s.Points {
		sum = sum.Plus(p.Tally)
	}
	return sum
}

// A DayTally is the events of one day.
type DayTally struct {
	Date Date
	Tally
}

// Days returns the events of each day of the zone that has a bucket, in order.
func (s Series) Days(zone *time.Location) (days []DayTally) {
	var end time.Time // of the last day
	for _, p := range s.Points {
		at := time.Unix(p.At, 0)
		if !at.Before(end) {
			d := DateOf(at, zone)
			days, end = append(days, DayTally{Date: d}), d.In(zone).To
		}
		last := &days[len(days)-1]
		last.Tally = last.Plus(p.Tally)
	}
	return days
}
