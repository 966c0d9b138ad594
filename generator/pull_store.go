package generator

import (
	"context"
	"slices"
	"sync"
	"time"

	"tribune/generator/diag"
	"tribune/generator/history"
	"tribune/generator/slo"
)

// How much a pull holds back before it writes: each write reads and replaces the
// files that it touches.
var (
	heldPoints = 500_000
	heldTime   = 30 * time.Second
)

// A keeper collects what is pulled, and stores it now and then.
type keeper struct {
	store  *history.Store
	closed slo.Month // months before it become one file each

	mu       sync.Mutex
	held     map[string]slo.Series // in order of time
	points   int
	stored   time.Time // when it last stored
	slos     map[string]*PulledSLO
	keys     map[string]history.Key
	queried  map[string]bool  // those that a server is asked about, which may forget
	emptied  map[string]int64 // the last bucket of each that such a server says was without traffic, though there was
	problems diag.List
}

// keep takes the points of an SLO, which come after those that it took before.
func (k *keeper) keep(ctx context.Context, id string, s slo.Series) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held[id] = slo.Series{Step: s.Step, Points: append(k.held[id].Points, s.Points...)}
	k.points += len(s.Points)
	if k.points < heldPoints && time.Since(k.stored) < heldTime {
		return nil
	}
	return k.write(ctx)
}

// finish stores what is held, and lets months that are over become one file.
func (k *keeper) finish(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.write(ctx)
}

// write stores what is held, also when the pull was stopped. The caller holds mu.
func (k *keeper) write(ctx context.Context) error {
	// Another program may hold the folder, but not for long.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	all, err := k.compare()
	if err != nil {
		return err
	}
	c, problems, err := k.store.Merge(ctx, k.held, k.closed)
	k.problems = append(k.problems, problems...)
	k.held, k.points, k.stored = map[string]slo.Series{}, 0, time.Now()
	if err != nil {
		return err
	}
	for id, n := range all {
		k.slos[id].add(n, c.Refused[id])
	}
	return nil
}

// A comparison counts what came for an SLO beside what is stored, in buckets.
type comparison struct{ added, replaced, unchanged, forgotten int }

// add counts what was written, of which some buckets were refused.
func (o *PulledSLO) add(n comparison, refused int) {
	added := max(0, n.added-refused)
	o.Stored += added
	o.Replaced += n.replaced - (refused - (n.added - added))
	o.Unchanged += n.unchanged
	o.Forgotten += n.forgotten
	o.Refused += refused
}

// compare counts what is new, and leaves out what is stored already. A server that
// has forgotten may answer with zero, if the query says so: such an answer takes no
// traffic away that is stored, nor does the one after it, which it may know of in
// part only.
func (k *keeper) compare() (map[string]comparison, error) {
	var span slo.Span
	var keys []history.Key
	for id, s := range k.held {
		keys = append(keys, k.keys[id])
		first, last := time.Unix(s.Points[0].At, 0), time.Unix(s.Points[len(s.Points)-1].At+1, 0)
		if span.Empty() || first.Before(span.From) {
			span.From = first
		}
		if last.After(span.To) {
			span.To = last
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	known, err := k.store.Read(span, keys)
	if err != nil {
		return nil, err
	}
	all := map[string]comparison{}
	for id, s := range k.held {
		old, n := known[id], comparison{}
		at, width := map[int64]slo.Tally{}, int64(s.Step/time.Second)
		if old.Step == s.Step {
			for _, p := range old.Points {
				at[p.At] = p.Tally
			}
		}
		s.Points = slices.DeleteFunc(s.Points, func(p slo.Point) bool {
			t, ok := at[p.At]
			switch {
			case ok && k.queried[id] && t.Total > 0 && t != p.Tally && (p.Total == 0 || k.emptied[id] == p.At-width):
				n.forgotten++
				if p.Total == 0 {
					k.emptied[id] = p.At
				}
				return true
			case !ok:
				n.added++
			case t != p.Tally:
				n.replaced++
			default:
				n.unchanged++
				return true
			}
			return false
		})
		all[id] = n
		if k.held[id] = s; len(s.Points) == 0 {
			delete(k.held, id)
		}
	}
	return all, nil
}
