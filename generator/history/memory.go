package history

import (
	"strings"
	"sync"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// A Memory keeps what the stores of one process have read, for those that it opens
// later: what is found in a segment by its digest depends on nothing else. Nil keeps
// nothing.
type Memory struct {
	mu       sync.Mutex
	segments map[described]segment
	rows     map[reading]tallies
	buckets  int // in rows
}

// A described is a segment, by name and content, and the zone that it was looked at
// from.
type described struct {
	name, zone string
	digest     [32]byte
}

// A reading is what was read of a segment, as Store.rows is told.
type reading struct {
	digest   [32]byte
	from, to int64
	ids      string // a line each; "" for all
}

// Whatever is kept beyond these is let go, all of it: a bucket takes 40 bytes, and a
// segment the sums of its SLOs.
const (
	mostBuckets  = 150_000
	mostSegments = 1_000
)

// Open is Open with what the memory knows.
func (m *Memory) Open(dir string, zone *time.Location) (*Store, diag.List, error) {
	s := &Store{dir: dir, zone: zone, memory: m}
	l, err := s.look()
	if err != nil {
		return nil, nil, err
	}
	return s, l.problems, nil
}

// segment returns what is known of a segment.
func (m *Memory) segment(d described) (g segment, ok bool) {
	if m == nil {
		return segment{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	g, ok = m.segments[d]
	return g, ok
}

func (m *Memory) keepSegment(d described, g segment) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.segments == nil || len(m.segments) >= mostSegments {
		m.segments = map[described]segment{}
	}
	m.segments[d] = g
}

// read returns the rows that read does, which nobody may change.
func (m *Memory) read(g segment, span slo.Span, ids []string, read func() (tallies, error)) (tallies, error) {
	if m == nil {
		return read()
	}
	r := reading{digest: g.digest, from: span.From.Unix(), to: span.To.Unix()}
	if ids != nil {
		r.ids = strings.Join(ids, "\n") + "\n"
	}
	m.mu.Lock()
	rows, ok := m.rows[r]
	m.mu.Unlock()
	if ok {
		return rows, nil
	}
	rows, err := read()
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	n := rows.count()
	if m.rows == nil || m.buckets+n > mostBuckets {
		m.rows, m.buckets = map[reading]tallies{}, 0
	}
	if _, known := m.rows[r]; !known && n <= mostBuckets {
		m.rows[r] = rows
		m.buckets += n
	}
	return rows, nil
}
