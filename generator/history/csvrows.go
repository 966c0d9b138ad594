package history

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// A csvSLO is what a file says of one SLO.
type csvSLO struct {
	id   string
	step int64 // the width of its buckets, seconds; 0 if there is no such SLO
	rows []csvRow
}

type csvRow struct {
	at int64 // Unix seconds
	slo.Tally
	line, col int32 // where its time stands
}

// value returns the field of a column; ok is false if there is no such column.
func (f *csvFile) value(fields []field, column string) (v field, ok bool) {
	i, ok := f.columns[column]
	if ok {
		v = fields[i]
	}
	return v, ok
}

// tallyRow reads a row of tallies.
func (f *csvFile) tallyRow(fields []field) {
	s := f.sloOf(fields)
	if s.step == 0 {
		return
	}
	when, _ := f.value(fields, "time")
	t, err := time.Parse(time.RFC3339, when.text)
	switch {
	case err != nil:
		f.add(when.col, "csv-time", "write the start of the bucket as 2026-10-01T00:00:00Z", "%q is not a moment in RFC 3339", when.text)
		return
	case !always.Contains(t):
		f.add(when.col, "csv-time", "", "%q is not between 1970 and 9998", when.text)
		return
	case t.Nanosecond() != 0:
		f.add(when.col, "csv-time", "a bucket begins on a whole second", "%q has a fraction of a second", when.text)
		return
	}
	if !f.fits(fields, t.Unix(), s.step) {
		return
	}
	if tally, ok := f.tally(fields); ok {
		s.rows = append(s.rows, csvRow{t.Unix(), tally, int32(f.line), int32(when.col)})
	}
}

// sloOf returns what the file has said of the row's SLO so far. One that does not
// exist is reported where it stands first.
func (f *csvFile) sloOf(fields []field) *csvSLO {
	id, _ := f.value(fields, "slo")
	if s := f.slos[id.text]; s != nil {
		return s
	}
	step, ok := f.resolve(id.text)
	if !ok || badID(id.text) {
		step = 0
		f.add(id.col, "csv-slo", "declare it in data/tribes, or write the id of one that is there: tribe/service/slo", "there is no SLO %q", id.text)
	}
	s := &csvSLO{id: strings.Clone(id.text), step: int64(step / time.Second)} // a clone, so that the line can go
	f.slos[s.id] = s
	return s
}

// fits reports whether a row that begins at a moment lies in one bucket, as far
// as the row says how wide it is.
func (f *csvFile) fits(fields []field, at, step int64) bool {
	seconds, ok := f.value(fields, "seconds")
	if !ok {
		return true
	}
	width, err := strconv.ParseInt(seconds.text, 10, 32)
	switch {
	case err != nil || width <= 0:
		f.add(seconds.col, "csv-seconds", "write how wide the row is in whole seconds", "%q is not a number of seconds", seconds.text)
	case width > step:
		f.add(seconds.col, "csv-coarse", coarseHint, "the row is %s wide, the SLO's buckets %s", wide(width), wide(step))
	case step%width != 0 || at%width != 0:
		f.add(seconds.col, "csv-seconds", "rows are aligned to UTC, and a whole number of them makes a bucket",
			"a row of %s that begins at %s is not in one bucket of %s", wide(width), stamp(at), wide(step))
	default:
		return true
	}
	return false
}

const coarseHint = "set the SLO's resolution to the width of the rows, or export finer ones"

// wide writes a number of seconds as a person would set it: 24h, 5m, 90s.
func wide(seconds int64) string {
	switch {
	case seconds%3600 == 0:
		return strconv.FormatInt(seconds/3600, 10) + "h"
	case seconds%60 == 0:
		return strconv.FormatInt(seconds/60, 10) + "m"
	}
	return strconv.FormatInt(seconds, 10) + "s"
}

// tally reads the numbers of a row.
func (f *csvFile) tally(fields []field) (slo.Tally, bool) {
	total, ok := f.number(fields, "total")
	if !ok {
		return slo.Tally{}, false
	}
	name := "good"
	if _, ok := f.columns["bad"]; ok {
		name = "bad"
	}
	part, ok := f.number(fields, name)
	if !ok {
		return slo.Tally{}, false
	}
	if part > total {
		v, _ := f.value(fields, name)
		f.add(v.col, "csv-number", "are the columns swapped?", "%s %s is more than total %s", name, part, total)
		return slo.Tally{}, false
	}
	if name == "bad" {
		part = total - part
	}
	return slo.Tally{Good: part, Total: total}, true
}

// number reads a number of events. More than three decimal places are rounded,
// as those that a server returns are.
func (f *csvFile) number(fields []field, column string) (slo.Count, bool) {
	v, _ := f.value(fields, column)
	n, err := slo.ParseCount(v.text)
	if err == nil {
		return n, true
	}
	if events, perr := strconv.ParseFloat(v.text, 64); perr == nil {
		if n, err = slo.CountOf(events); err == nil {
			return n, true
		}
	}
	hint := ""
	switch {
	case v.text == "":
		hint = "leave out the row if nothing is known of the bucket; write 0 if there was no traffic"
	case strings.HasPrefix(v.text, "-"):
		hint = "events are counted from 0 up"
	}
	f.add(v.col, "csv-number", hint, "%s: %q is not a number of events", column, v.text)
	return 0, false
}

// series sums the rows of each SLO into its buckets.
func (f *csvFile) series() map[string]slo.Series {
	all := map[string]slo.Series{}
	for _, id := range slices.Sorted(maps.Keys(f.slos)) {
		s := f.slos[id]
		if len(s.rows) == 0 {
			continue
		}
		// Equal times stay in the order of their lines.
		slices.SortStableFunc(s.rows, func(a, b csvRow) int { return cmp.Compare(a.at, b.at) })
		s.rows = f.once(s.rows)
		if _, told := f.columns["seconds"]; !told {
			f.coarse(s)
		}
		all[id] = slo.Series{Step: time.Duration(s.step) * time.Second, Points: f.points(s)}
		s.rows = nil
	}
	return all
}

// once leaves out rows that stand twice, and reports those that differ.
func (f *csvFile) once(rows []csvRow) []csvRow {
	kept := rows[:1]
	for _, r := range rows[1:] {
		first := kept[len(kept)-1]
		switch {
		case r.at != first.at:
			kept = append(kept, r)
		case r.Tally != first.Tally:
			f.addAt(int(r.line), int(r.col), "csv-twice", diag.Error, "keep the one that is right",
				"line %d has another tally for %s", first.line, stamp(r.at))
		}
	}
	return kept
}

// coarse reports rows that look as if each were wider than a bucket.
func (f *csvFile) coarse(s *csvSLO) {
	least, often := int64(0), 0 // the least distance of two rows, and how often it is kept
	for i := 1; i < len(s.rows); i++ {
		switch d := s.rows[i].at - s.rows[i-1].at; {
		case least == 0 || d < least:
			least, often = d, 1
		case d == least:
			often++
		}
	}
	if len(s.rows) >= 3 && least > s.step && 2*often >= len(s.rows)-1 {
		first := s.rows[0]
		f.addAt(int(first.line), int(first.col), "csv-coarse", diag.Error,
			coarseHint+"; if they are single buckets with gaps between them, say so with a column seconds that holds "+strconv.FormatInt(s.step, 10),
			"the rows of %s are %s apart, its buckets %s wide", s.id, wide(least), wide(s.step))
	}
}

// points sums sorted rows into buckets.
func (f *csvFile) points(s *csvSLO) (points []slo.Point) {
	for _, r := range s.rows {
		at := r.at - r.at%s.step
		n := len(points)
		if n == 0 || points[n-1].At != at {
			points = append(points, slo.Point{At: at, Tally: r.Tally})
			continue
		}
		p := &points[n-1]
		if p.Tally = p.Plus(r.Tally); p.Total > slo.MaxCount {
			f.addAt(int(r.line), int(r.col), "csv-number", diag.Error, "", "the bucket of %s has too many events", stamp(at))
			return points
		}
	}
	return points
}
