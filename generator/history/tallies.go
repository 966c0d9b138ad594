package history

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tribune/generator/slo"
)

// A bucket is a point that knows how wide it is: one SLO's history may have been
// imported by the day and then pulled by the hour.
type bucket struct {
	slo.Point
	width int64 // seconds
}

// end is the first second after the bucket, Unix.
func (b bucket) end() int64 { return b.At + b.width }

// tallies are the buckets of each SLO in order of time, none overlapping.
type tallies map[string][]bucket

// always is all the time in which a bucket may begin.
var always = slo.Span{From: time.Unix(0, 0).UTC(), To: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}

// day is in seconds.
const day = 24 * 60 * 60

// fault says what is wrong with a bucket by itself, or "".
func (b bucket) fault() string {
	switch {
	case b.width <= 0 || day%b.width != 0:
		return fmt.Sprintf("its width of %d s does not divide a day", b.width)
	case b.At < always.From.Unix() || b.At >= always.To.Unix():
		return "it is not between 1970 and 9998"
	case b.At%b.width != 0:
		return "it is not aligned to UTC"
	case b.Good < 0 || b.Good > b.Total:
		return slo.ErrTally.Error()
	case b.Total > slo.MaxCount:
		return "its total is too large"
	}
	return ""
}

// badID reports whether an SLO cannot be called so: ids stand in tables whose
// columns end at tabs and lines at line feeds.
func badID(id string) bool {
	return id == "" || len(id) > 1000 || strings.ToValidUTF8(id, "") != id ||
		strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// follow returns the list of an SLO with a bucket added, which must come after
// those that are there. The error says what is wrong with it.
func follow(list []bucket, b bucket) ([]bucket, error) {
	why := b.fault()
	if n := len(list); why == "" && n > 0 && b.At < list[n-1].end() {
		why = "it does not come after the bucket before it"
	}
	if why != "" {
		return list, fmt.Errorf("bucket %s: %s", stamp(b.At), why)
	}
	return append(list, b), nil
}

func (t tallies) count() (n int) {
	for _, list := range t {
		n += len(list)
	}
	return n
}

func (t tallies) equal(u tallies) bool {
	return maps.EqualFunc(t, u, slices.Equal[[]bucket])
}

// lay lays the buckets of newer over those of t.
func (t tallies) lay(newer tallies, c *Changes) {
	for id, list := range newer {
		t[id] = overlay(t[id], list, c)
	}
}

// overlay returns the buckets of both lists of an SLO. Where they have the same
// bucket, newer's counts. Where buckets of different widths overlap, those of
// newer replace the stored ones only if they fill all their time: an hour does
// not push out the day it is a part of, but 24 hours do.
func overlay(stored, newer []bucket, c *Changes) []bucket {
	if len(newer) == 0 {
		return stored
	}
	if n := len(stored); n == 0 || stored[n-1].end() <= newer[0].At {
		c.Added += len(newer)
		return append(stored, newer...)
	}
	merged := make([]bucket, 0, len(stored)+len(newer))
	for len(stored) > 0 || len(newer) > 0 {
		i, j := overlapping(stored, newer)
		a, b := stored[:i], newer[:j]
		stored, newer = stored[i:], newer[j:]
		switch {
		case !fills(b, a):
			c.LeftOut += len(b)
			merged = append(merged, a...)
			continue
		case len(a) == 0:
			c.Added += len(b)
		case !slices.Equal(a, b):
			c.Replaced += len(b)
		}
		merged = append(merged, b...)
	}
	return merged
}

// overlapping returns how many buckets at the heads of the lists overlap one
// another, directly or through others between them. It is at least one in all.
func overlapping(a, b []bucket) (i, j int) {
	var end int64
	if len(b) == 0 || len(a) > 0 && a[0].At <= b[0].At {
		i, end = 1, a[0].end()
	} else {
		j, end = 1, b[0].end()
	}
	for {
		switch {
		case i < len(a) && a[i].At < end:
			end = max(end, a[i].end())
			i++
		case j < len(b) && b[j].At < end:
			end = max(end, b[j].end())
			j++
		default:
			return i, j
		}
	}
}

// fills reports whether the buckets of b leave no time of those of a free.
func fills(b, a []bucket) bool {
	for _, x := range a {
		free := x.width
		for _, y := range b {
			free -= max(0, min(x.end(), y.end())-max(x.At, y.At))
		}
		if free > 0 {
			return false
		}
	}
	return true
}

// sum adds up buckets.
func sum(list []bucket) (t Total) {
	for _, b := range list {
		t.Tally = t.Plus(b.Tally)
		t.Covered += time.Duration(b.width) * time.Second
	}
	t.Buckets = len(list)
	return t
}

// series returns the buckets as a series of the widest of their widths: narrower
// ones are summed into the bucket of that width in which they start.
func series(list []bucket) slo.Series {
	var width int64
	for _, b := range list {
		width = max(width, b.width)
	}
	s := slo.Series{Step: time.Duration(width) * time.Second, Points: make([]slo.Point, 0, len(list))}
	for _, b := range list {
		p := b.Point
		p.At -= p.At % width
		if n := len(s.Points); n > 0 && s.Points[n-1].At == p.At {
			s.Points[n-1].Tally = s.Points[n-1].Plus(p.Tally)
			continue
		}
		s.Points = append(s.Points, p)
	}
	return s
}
