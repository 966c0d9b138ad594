package history

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tribune/generator/slo"
)

// Read returns the series of the buckets that start within the span, by the
// key's ID; an SLO without any is not in it. Without keys it returns all that is
// stored, by the ids it is stored under. Buckets of a series whose widths differ
// are summed to the widest.
func (s *Store) Read(span slo.Span, keys []Key) (map[string]slo.Series, error) {
	found, err := s.gather(span, keys)
	if err != nil {
		return nil, err
	}
	all := make(map[string]slo.Series, len(found))
	for id, list := range found {
		all[id] = series(list)
		delete(found, id) // as it goes, so that memory need not hold both
	}
	return all, nil
}

// Totals returns the sums over a month of each key that has buckets in it, by
// the key's ID, or of all ids without keys. A closed month's were summed when it
// was written; others are summed from their rows.
func (s *Store) Totals(m slo.Month, keys []Key) (map[string]Total, error) {
	totals := map[string]Total{}
	rest, err := keys, error(nil)
	if known, ok := s.known(m); ok {
		if keys == nil {
			return maps.Clone(known), nil
		}
		if rest = known.take(keys, totals); len(rest) == 0 {
			return totals, nil
		}
	}
	found, err := s.gather(m.In(s.zone), rest)
	for id, list := range found {
		totals[id] = sum(list)
	}
	return totals, err
}

// sums are the totals of a month by the ids they are stored under.
type sums map[string]Total

// known returns the sums that were written with a month. ok is false if they are
// not all there is: a day stands beside the month, a file is not where it
// belongs, or the month reaches beyond AsOf.
func (s *Store) known(m slo.Month) (totals sums, ok bool) {
	span := m.In(s.zone)
	for _, g := range s.listed().segments {
		switch {
		case g.filed && g.month != m || g.span.Meet(span).Empty():
		case g.totals == nil || !s.AsOf.IsZero() && g.span.To.After(s.AsOf):
			return nil, false
		default:
			totals = g.totals()
		}
	}
	return totals, totals != nil
}

// take adds the sums of the keys to totals, and returns those keys of which
// several ids have buckets: they may have the same ones.
func (known sums) take(keys []Key, totals map[string]Total) (rest []Key) {
	for _, k := range keys {
		ids := slices.DeleteFunc(k.ids(), func(id string) bool { return known[id].Buckets == 0 })
		switch len(ids) {
		case 0:
		case 1:
			totals[k.ID] = known[ids[0]]
		default:
			rest = append(rest, k)
		}
	}
	return rest
}

func (k Key) ids() []string { return slices.Concat([]string{k.ID}, k.Was) }

// gather reads the buckets that start within the span and end by AsOf, by the
// keys' IDs.
func (s *Store) gather(span slo.Span, keys []Key) (found tallies, err error) {
	var ids []string
	for _, k := range keys {
		ids = append(ids, k.ids()...)
	}
	slices.Sort(ids)
	err = s.steady(func(l *listing) error {
		found = tallies{}
		for _, g := range l.segments {
			if g.span.Meet(span).Empty() {
				continue
			}
			rows, err := s.memory.read(g, span, ids, func() (tallies, error) { return s.rows(g, span, ids) })
			if err != nil {
				return err
			}
			found.lay(rows, new(Changes))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !s.AsOf.IsZero() {
		for id, list := range found {
			list = slices.DeleteFunc(list, func(b bucket) bool { return b.end() > s.AsOf.Unix() })
			if found[id] = list; len(list) == 0 {
				delete(found, id)
			}
		}
	}
	if keys == nil {
		return found, nil
	}
	joined := tallies{}
	for _, k := range keys {
		for _, id := range slices.Backward(k.ids()) {
			if list := overlay(joined[k.ID], found[id], new(Changes)); len(list) > 0 {
				joined[k.ID] = list
			}
		}
	}
	return joined, nil
}

// errMoved says that a file is not the one that was looked at.
var errMoved = errors.New("data/history is being written all the time; try again when it is not")

// Reading begins anew patience times, with a pause, while another program writes.
const (
	patience = 100
	pause    = 20 * time.Millisecond
)

// steady calls read with what the folder holds, and again if another program
// wrote there meanwhile, so that read never sees a month without its days
// because they were just put together.
func (s *Store) steady(read func(*listing) error) error {
	for range patience {
		if err := read(s.listed()); !errors.Is(err, errMoved) {
			return err
		}
		time.Sleep(pause)
		if _, err := s.look(); err != nil {
			return err
		}
	}
	return errMoved
}

// rows reads those buckets of a segment that start within the span; without ids
// those of all SLOs. ids are sorted.
func (s *Store) rows(g segment, span slo.Span, ids []string) (tallies, error) {
	f, err := os.Open(filepath.Join(s.dir, g.name+suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errMoved
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !os.SameFile(info, g.info) || info.Size() != g.info.Size() || !info.ModTime().Equal(g.info.ModTime()) {
		return nil, errMoved
	}
	rows, err := decode(f, info.Size(), span, ids)
	if err != nil {
		return nil, damage{g.name, err}
	}
	return rows, nil
}
