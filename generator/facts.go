package generator

import (
	"context"
	"fmt"
	"slices"

	"tribune/generator/catalog"
	"tribune/generator/history"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// A computer makes the facts of a tribe.
type computer func(ctx context.Context, t *catalog.Tribe) (scorecard.Tribe, error)

// computer returns what makes the facts of tribes from history and the
// postmortems that the readers may see. What the settler knows is not made again;
// it may be nil.
func (s *Site) computer(cfg Config, store *history.Store, posts []postmortem.Postmortem, k *settler) computer {
	return func(ctx context.Context, t *catalog.Tribe) (facts scorecard.Tribe, err error) {
		if err := ctx.Err(); err != nil {
			return facts, err
		}
		firsts, err := firstMonths(store, t)
		if err != nil {
			return facts, err
		}
		in := scorecard.Input{
			Catalog: s.Catalog, Tribe: t, Postmortems: posts, AsOf: cfg.AsOf.UTC(), Audience: cfg.Audience, Firsts: firsts,
			Hours: s.hoursOf(store, t), Totals: s.totalsOf(store), Elsewhere: s.elsewhere,
		}
		var some []sealedMonth
		if k != nil {
			some = k.candidates(t, firsts)
			in.Settled = k.settled(t, some)
		}
		if in.Issued, err = s.issuedTo(t, in.AsOf, in.Settled); err != nil {
			return facts, err
		}
		if facts, err = scorecard.Compute(in); err != nil {
			return facts, fmt.Errorf("tribe %s: %w", t.ID, err)
		}
		if k != nil {
			k.settle(some, &facts, in.Issued)
		}
		return facts, nil
	}
}

// firstMonths returns the first month with data of each SLO that has any.
func firstMonths(store *history.Store, t *catalog.Tribe) (map[string]slo.Month, error) {
	first := make(map[string]slo.Month)
	left := keys(t)
	for _, m := range store.Months() {
		if len(left) == 0 {
			break
		}
		totals, err := store.Totals(m, left)
		if err != nil {
			return nil, err
		}
		for id := range totals {
			first[id] = m
		}
		left = slices.DeleteFunc(left, func(k history.Key) bool { _, ok := totals[k.ID]; return ok })
	}
	return first, nil
}

// hoursOf reads the tallies of some SLOs, or of all of the tribe.
func (s *Site) hoursOf(store *history.Store, t *catalog.Tribe) func(slo.Span, ...string) (map[string]slo.Series, error) {
	return func(span slo.Span, ids ...string) (map[string]slo.Series, error) {
		if len(ids) == 0 {
			return store.Read(span, keys(t))
		}
		return store.Read(span, s.keysOf(ids))
	}
}

// totalsOf reads what history holds of a month of some SLOs.
func (s *Site) totalsOf(store *history.Store) func(slo.Month, ...string) (map[string]scorecard.Sum, error) {
	return func(m slo.Month, ids ...string) (map[string]scorecard.Sum, error) {
		totals, err := store.Totals(m, s.keysOf(ids))
		sums := make(map[string]scorecard.Sum, len(totals))
		for id, t := range totals {
			sums[id] = scorecard.Sum{Tally: t.Tally, Buckets: t.Buckets}
		}
		return sums, err
	}
}

// keysOf returns the keys of some SLOs, by ids that they have or had.
func (s *Site) keysOf(ids []string) (all []history.Key) {
	s.indexing.Do(s.index)
	for _, id := range ids {
		all = append(all, s.keys[id]...)
	}
	return all
}

// index finds the keys of all SLOs by each id that they have or had.
func (s *Site) index() {
	s.keys = make(map[string][]history.Key)
	for i := range s.Catalog.Tribes {
		for _, k := range keys(&s.Catalog.Tribes[i]) {
			every := append([]string{k.ID}, k.Was...)
			for _, id := range every {
				others := slices.DeleteFunc(slices.Clone(every), func(other string) bool { return other == id })
				s.keys[id] = append(s.keys[id], history.Key{ID: id, Was: others})
			}
		}
	}
}
