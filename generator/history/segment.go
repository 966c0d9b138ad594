package history

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"tribune/generator/slo"
)

// A row is one bucket as it stands in a segment. The order of the fields is the
// order of the columns. Bad events are stored rather than good ones: they are
// mostly none, while good would repeat the noise of total (18 to 45% more bytes).
type row struct {
	SLO     string `parquet:"slo,dict"`
	Time    int64  `parquet:"time,delta,timestamp(millisecond:utc)"` // the bucket's start, Unix milliseconds
	Seconds int32  `parquet:"seconds,delta"`                         // the bucket's width
	Bad     int64  `parquet:"bad,delta"`                             // thousandths of an event
	Total   int64  `parquet:"total,delta"`                           // likewise
}

// schema is that of every segment.
var schema = parquet.SchemaOf(row{})

// Keys of a segment's metadata.
const (
	keySegment = "tribune.segment" // the file's name without its suffix
	keyZone    = "tribune.zone"    // the IANA zone whose days and months the name means
	keySpan    = "tribune.span"    // the start of the first bucket and the end of the last
	keyTotals  = "tribune.totals"  // of a month: a line an SLO: id, good, total, buckets, seconds covered
)

// The settings are all written out: those that a new version of the library may
// choose otherwise would change the bytes of every file that is written again.
func settings(meta map[string]string) *parquet.WriterConfig {
	return &parquet.WriterConfig{
		CreatedBy:            "tribune version 1",
		Compression:          &zstd.Codec{Level: zstd.SpeedDefault, Concurrency: 1},
		ColumnIndexSizeLimit: func([]string) int { return 1000 }, // ids in full: a shortened one prunes less
		PageBufferSize:       64 << 10,                           // 8,192 numbers
		WriteBufferSize:      64 << 10,
		DataPageVersion:      2,
		DataPageStatistics:   true,
		MaxRowsPerRowGroup:   1 << 18,
		KeyValueMetadata:     meta,
		Sorting: parquet.SortingConfig{
			SortingColumns: []parquet.SortingColumn{parquet.Ascending("slo"), parquet.Ascending("time")},
		},
	}
}

// encode returns the bytes of a segment; there must be a bucket. The same
// buckets give the same bytes.
func encode(name, zone string, t tallies) ([]byte, error) {
	rows := make([]row, 0, t.count())
	from, to := int64(math.MaxInt64), int64(math.MinInt64)
	for _, id := range slices.Sorted(maps.Keys(t)) {
		for _, b := range t[id] {
			rows = append(rows, row{id, b.At * 1000, int32(b.width), int64(b.Bad()), int64(b.Total)})
			from, to = min(from, b.At), max(to, b.end())
		}
	}
	meta := map[string]string{
		keySegment: name,
		keyZone:    zone,
		keySpan:    stamp(from) + "/" + stamp(to),
	}
	if !isDay(name) {
		meta[keyTotals] = formatTotals(t)
	}
	var buf bytes.Buffer
	w := parquet.NewGenericWriter[row](&buf, settings(meta))
	if _, err := w.Write(rows); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return seal(buf.Bytes()), nil
}

func isDay(name string) bool { return len(name) == len(time.DateOnly) }

// stamp writes Unix seconds as RFC 3339.
func stamp(at int64) string { return time.Unix(at, 0).UTC().Format(time.RFC3339) }

// formatTotals writes the sums of each SLO, for keyTotals.
func formatTotals(all tallies) string {
	var b []byte
	for _, id := range slices.Sorted(maps.Keys(all)) {
		t := sum(all[id])
		b = append(b, id...)
		for _, n := range []int64{int64(t.Good), int64(t.Total), int64(t.Buckets), int64(t.Covered / time.Second)} {
			b = strconv.AppendInt(append(b, '\t'), n, 10)
		}
		b = append(b, '\n')
	}
	return string(b)
}

// parseTotals reads what formatTotals writes.
func parseTotals(text string) (map[string]Total, error) {
	totals := make(map[string]Total, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != 5 {
			return nil, errors.New("its totals are not a table")
		}
		var n [4]int64
		for i := range n {
			var err error
			if n[i], err = strconv.ParseInt(f[i+1], 10, 64); err != nil {
				return nil, fmt.Errorf("its totals hold %q", f[i+1])
			}
		}
		// The id is cloned: text is part of the whole footer.
		totals[strings.Clone(f[0])] = Total{
			slo.Tally{Good: slo.Count(n[0]), Total: slo.Count(n[1])}, int(n[2]), time.Duration(n[3]) * time.Second,
		}
	}
	return totals, nil
}

// A segment is sealed: between its last page and its footer, where a reader of
// Parquet does not look, stand these eight bytes and the SHA-256 of all others.
//
// Parquet's own checksums cover neither the headers of pages nor the footer, and
// parquet-go believes what these say: a list said to have 2³¹ entries ends the
// program, out of memory, which nothing can recover from. So the library is shown
// only bytes that tribune wrote. A seal is no signature: who may write to the
// repository can forge one.
const (
	sealMagic = "tribune1"
	sealSize  = len(sealMagic) + sha256.Size
)

// footerAt returns where the footer of a Parquet file begins.
func footerAt(data []byte) (int, bool) {
	if len(data) < 12 || string(data[:4]) != "PAR1" || string(data[len(data)-4:]) != "PAR1" {
		return 0, false
	}
	n := int64(binary.LittleEndian.Uint32(data[len(data)-8:]))
	at := int64(len(data)) - 8 - n
	return int(at), at >= 4
}

func seal(data []byte) []byte {
	at, _ := footerAt(data)
	sum := sha256.Sum256(data)
	return slices.Concat(data[:at], []byte(sealMagic), sum[:], data[at:])
}

var (
	errNotParquet = errors.New("it is not a whole Parquet file")
	errUnsealed   = errors.New("another program wrote it")
	errChanged    = errors.New("its bytes are not those that were written")
)

// checkSeal returns an error if data is not just as seal returned it, and else the
// digest in it.
func checkSeal(data []byte) (digest [sha256.Size]byte, err error) {
	at, ok := footerAt(data)
	if !ok {
		return digest, errNotParquet
	}
	from := at - sealSize
	if from < 4 || string(data[from:from+len(sealMagic)]) != sealMagic {
		return digest, errUnsealed
	}
	h := sha256.New()
	h.Write(data[:from])
	h.Write(data[at:])
	if h.Sum(digest[:0]); !bytes.Equal(digest[:], data[from+len(sealMagic):at]) {
		return digest, errChanged
	}
	return digest, nil
}

// open reads the footer of a segment whose seal has been checked.
func open(r io.ReaderAt, size int64) (f *parquet.File, err error) {
	defer recovered(&err)
	f, err = parquet.OpenFile(r, size, &parquet.FileConfig{SkipBloomFilters: true, ReadBufferSize: 64 << 10})
	if err != nil {
		return nil, err
	}
	if !parquet.EqualNodes(schema, f.Schema()) {
		return nil, errors.New("its columns are not slo, time, seconds, bad, total, as docs/history-format.md has them")
	}
	return f, nil
}

// recovered turns a panic into an error. parquet-go panics on some files that
// contradict themselves, which a seal makes unlikely but not impossible.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("its structure contradicts itself: %v", p)
	}
}
