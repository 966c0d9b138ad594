package generator

import (
	"context"
	"fmt"
	"slices"

	"tribune/generator/audience"
	"tribune/generator/cache"
	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/digest"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// Digest says a month in short: of cfg's tribe if it names one, else of the
// organisation. A zero month is the latest that is closed. It is Build without
// pages: what cfg says holds, but for where they would go.
func Digest(ctx context.Context, cfg Config, month slo.Month) (digest.Digest, diag.List, error) {
	known := cache.Open(cfg.Site)
	defer known.Close()
	s, problems, err := load(cfg.Site, known.Watch, known.Load)
	if err != nil {
		return digest.Digest{}, nil, err
	}
	defer s.Close()
	store, damaged, err := s.history()
	if err != nil {
		return digest.Digest{}, nil, err
	}
	store.AsOf = cfg.AsOf
	percentages, err := s.issuedElsewhere(store)
	if err != nil {
		return digest.Digest{}, nil, err
	}
	problems = slices.Concat(problems, damaged, percentages, s.sealed(nil)).Sorted()
	if problems.Count(diag.Error) > 0 && !cfg.KeepGoing {
		return digest.Digest{}, problems, ErrProblems
	}
	tribes, err := s.chosen(cfg)
	if err != nil {
		return digest.Digest{}, problems, err
	}
	only := ""
	if cfg.Audience == audience.Tribe {
		only = tribes[0].ID
	}
	compute := s.computer(cfg, store, audience.Filter(s.Postmortems, cfg.Audience, only), nil)
	var facts []scorecard.Tribe
	for _, t := range tribes {
		f, err := compute(ctx, t)
		if err != nil {
			return digest.Digest{}, problems, err
		}
		facts = append(facts, f)
	}
	if len(cfg.Tribes) > 0 {
		d, err := s.tribeDigest(tribes[0], facts[0], month)
		return d, problems, err
	}
	d, err := s.orgDigest(cfg, facts, month)
	return d, problems, err
}

func (s *Site) tribeDigest(t *catalog.Tribe, facts scorecard.Tribe, month slo.Month) (digest.Digest, error) {
	if month == (slo.Month{}) {
		month = facts.Index.Latest
	}
	base := t.BaseURL
	if base == "" && s.Catalog.Site.BaseURL != "" {
		base = s.Catalog.Site.BaseURL + t.ID + "/"
	}
	d, ok := digest.OfTribe(facts, month, base)
	if !ok {
		return d, fmt.Errorf("tribe %s has no scorecard of %s", t.ID, month)
	}
	return d, nil
}

// orgDigest assembles the organisation as of its latest closed month, or as it was
// with another month's scorecards.
func (s *Site) orgDigest(cfg Config, facts []scorecard.Tribe, month slo.Month) (digest.Digest, error) {
	if month != (slo.Month{}) {
		if !slices.ContainsFunc(facts, func(t scorecard.Tribe) bool { return t.Card(month) != nil }) {
			return digest.Digest{}, fmt.Errorf("no tribe has a scorecard of %s", month)
		}
		for i := range facts {
			facts[i].Index.Latest = month
		}
	}
	front := s.front(cfg.Audience, cfg.AsOf.UTC(), facts)
	return digest.OfOrg(*front.Org, facts, s.Catalog.Site.BaseURL), nil
}
