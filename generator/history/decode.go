package history

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"tribune/generator/slo"
)

// decode reads a segment whose seal has been checked, as rows does.
func decode(r io.ReaderAt, size int64, span slo.Span, ids []string) (found tallies, err error) {
	defer recovered(&err)
	f, err := open(r, size)
	if err != nil {
		return nil, err
	}
	found = tallies{}
	for _, group := range f.RowGroups() {
		stretches, err := stretchesOf(group, ids)
		if err != nil {
			return nil, err
		}
		for _, stretch := range stretches {
			if err := scan(group, stretch, span, ids, found); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// A stretch is rows of a group from one up to but not including another.
type stretch struct{ from, to int64 }

// stretchesOf returns the stretches of the pages that may hold one of the ids,
// told by the least and the greatest id of each page.
func stretchesOf(group parquet.RowGroup, ids []string) (wanted []stretch, err error) {
	if ids == nil {
		return []stretch{{0, group.NumRows()}}, nil
	}
	slos := group.ColumnChunks()[0]
	bounds, err := slos.ColumnIndex()
	if err != nil {
		return nil, err
	}
	pages, err := slos.OffsetIndex()
	if err != nil {
		return nil, err
	}
	for i := range bounds.NumPages() {
		first, _ := slices.BinarySearch(ids, string(bounds.MinValue(i).ByteArray()))
		if first == len(ids) || ids[first] > string(bounds.MaxValue(i).ByteArray()) {
			continue
		}
		s := stretch{pages.FirstRowIndex(i), group.NumRows()}
		if i+1 < pages.NumPages() {
			s.to = pages.FirstRowIndex(i + 1)
		}
		if n := len(wanted); n > 0 && wanted[n-1].to == s.from {
			wanted[n-1].to = s.to
			continue
		}
		wanted = append(wanted, s)
	}
	return wanted, nil
}

// scan adds the wanted buckets of a stretch to found. It holds a thousand rows
// at a time.
func scan(group parquet.RowGroup, rows stretch, span slo.Span, ids []string, found tallies) error {
	var cols [5]column
	for i, chunk := range group.ColumnChunks() {
		cols[i].pages = chunk.Pages()
		defer cols[i].close()
		if err := cols[i].pages.SeekToRow(rows.from); err != nil {
			return err
		}
	}
	const most = 1000
	var (
		slos             [most]parquet.Value
		time, bad, total [most]int64
		seconds          [most]int32

		id       string // of the last row
		wanted   bool   // whether it is one of ids
		list     []bucket
		from, to = span.From.Unix(), span.To.Unix()
	)
	store := func() {
		if len(list) > 0 {
			found[id] = list
		}
	}
	for left := rows.to - rows.from; left > 0; left -= most {
		n := min(left, most)
		if err := errors.Join(
			fill(&cols[0], slos[:n], parquet.ValueReader.ReadValues),
			fill(&cols[1], time[:n], readInt64s),
			fill(&cols[2], seconds[:n], readInt32s),
			fill(&cols[3], bad[:n], readInt64s),
			fill(&cols[4], total[:n], readInt64s),
		); err != nil {
			return err
		}
		for i := range n {
			if name := slos[i].ByteArray(); string(name) != id {
				if string(name) < id {
					return fmt.Errorf("%q does not come after %q", name, id)
				}
				store()
				if id = string(name); badID(id) {
					return fmt.Errorf("%q is not an SLO's id", id)
				}
				_, wanted = slices.BinarySearch(ids, id)
				wanted = wanted || ids == nil
				likely := len(list) // for a month's SLOs have about as many buckets each
				if list = found[id]; list == nil && wanted {
					list = make([]bucket, 0, likely)
				}
			}
			at := time[i] / 1000
			if !wanted || at < from || at >= to {
				continue
			}
			tally := slo.Tally{Good: slo.Count(total[i] - bad[i]), Total: slo.Count(total[i])}
			var err error
			if list, err = follow(list, bucket{slo.Point{At: at, Tally: tally}, int64(seconds[i])}); err != nil {
				return fmt.Errorf("%s, %w", id, err)
			}
		}
	}
	store()
	return nil
}

// A column reads the values of one column from page to page.
type column struct {
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
}

func (c *column) close() {
	if c.page != nil {
		parquet.Release(c.page)
	}
	c.pages.Close()
}

// fill reads as many values as dst takes.
func fill[T any](c *column, dst []T, read func(parquet.ValueReader, []T) (int, error)) error {
	for len(dst) > 0 {
		if c.values == nil {
			page, err := c.pages.ReadPage()
			if err != nil {
				return fmt.Errorf("a column ends before its rows do: %w", err)
			}
			c.page, c.values = page, page.Values()
		}
		n, err := read(c.values, dst)
		dst = dst[n:]
		switch {
		case err == io.EOF:
			parquet.Release(c.page)
			c.page, c.values = nil, nil
		case err != nil:
			return err
		case n == 0:
			return io.ErrNoProgress
		}
	}
	return nil
}

func readInt64s(r parquet.ValueReader, dst []int64) (int, error) {
	return r.(parquet.Int64Reader).ReadInt64s(dst)
}

func readInt32s(r parquet.ValueReader, dst []int32) (int, error) {
	return r.(parquet.Int32Reader).ReadInt32s(dst)
}
