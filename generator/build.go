package generator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"tribune/generator/audience"
	"tribune/generator/cache"
	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/history"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/site"
	"tribune/generator/slo"
	"tribune/generator/sre"
	"tribune/generator/stage"
	"tribune/templates"
)

// A Config is what a build is told.
type Config struct {
	Site      string    // folder
	Out       string    // folder to be replaced
	AsOf      time.Time // the moment the site speaks of
	Tribes    []string  // only these; all if empty
	Audience  string    // public, org or tribe
	KeepGoing bool      // build in spite of errors in what was written
	Commit    string    // of the site's sources; "" if unknown
	Version   string    // of tribune
	Waiting   func()    `json:"-"` // called if another build must end first; may be nil
}

// A Report is what a build did.
type Report struct {
	AsOf        time.Time // the moment that the site speaks of
	Problems    diag.List
	Tribes      int
	Postmortems int
	Files       int
	Pages       int // of these, HTML
	Bytes       int64
	DataTo      map[string]time.Time // the end of a tribe's newest bucket, by its id; not of tribes without data
	Charts      bool                 // whether interactive charts are in it
	Search      bool                 // whether its postmortems can be searched
	Unchanged   bool                 // nothing has changed since the last build, and nothing was done
	Behind      []scorecard.Behind   // tribes that were not built with the others; see Assemble
}

// Build makes the site: load, check, compute, render, write. It is a function
// of the files and as of: no network, no clock. If what people wrote has errors
// it returns ErrProblems and, unless told to keep going, the old site is as it
// was. What the site's cache knows is not done again.
func Build(ctx context.Context, cfg Config) (r Report, err error) {
	known := cache.Open(cfg.Site)
	if known.Recall(cfg.Out, cfg.settings(), &r) {
		r.Unchanged = true
		return r, nil
	}
	if r, err = build(ctx, cfg, known); err == nil {
		known.Remember(cfg.Out, cfg.settings(), r)
	}
	return r, err
}

// settings are what a build depends on besides the site's files and the program.
func (cfg Config) settings() string {
	cfg.Site, cfg.Out, cfg.AsOf = "", "", cfg.AsOf.UTC()
	told, _ := json.Marshal(cfg) // no value of it fails
	return string(told)
}

// build is Build where something has changed.
func build(ctx context.Context, cfg Config, known *cache.Cache) (r Report, err error) {
	s, problems, err := load(cfg.Site, known.Watch, known.Load)
	if err != nil {
		return Report{}, err
	}
	defer s.Close()
	store, damaged, err := s.history()
	if err != nil {
		return Report{}, err
	}
	store.AsOf = cfg.AsOf
	percentages, err := s.issuedElsewhere(store)
	if err != nil {
		return Report{}, err
	}
	r.Problems = slices.Concat(problems, damaged, percentages, s.sealed()).Sorted()
	if r.Problems.Count(diag.Error) > 0 && !cfg.KeepGoing {
		return r, ErrProblems
	}
	tribes, err := s.chosen(cfg)
	if err != nil {
		return r, err
	}
	in := site.Input{
		Catalog: s.Catalog, Files: s.files, Overrides: s.overrides(), AsOf: cfg.AsOf.UTC(),
		Commit: cfg.Commit, Audience: cfg.Audience,
	}
	only := ""
	if cfg.Audience == audience.Tribe {
		only = tribes[0].ID
	}
	s.Postmortems = audience.Filter(s.Postmortems, cfg.Audience, only) // no other copy is kept
	in.Postmortems = s.Postmortems
	in.Problems = audience.Problems(r.Problems, in.Postmortems)
	if in.Tribes, err = s.compute(ctx, cfg, store, tribes, in); err != nil {
		return r, err
	}
	if len(cfg.Tribes) == 0 {
		s.front(cfg, &in)
	}
	in.Hours = func(span slo.Span, ids ...string) (map[string]slo.Series, error) {
		return store.Read(span, s.keysOf(ids))
	}
	known.OpenBodies(cfg.Audience, cfg.Tribes)
	own := aliases(s.Catalog)
	in.Body = func(file, title string, links postmortem.Links) (postmortem.Rendered, diag.List, error) {
		links.Aliases = own
		return known.Body(in.Files, file, title, links)
	}
	known.OpenPages(cfg.Out)
	r, err = write(ctx, cfg, in, r, known, site.Write)
	known.CloseBodies(err == nil)
	if err == nil {
		known.ClosePages(cfg.Out)
	}
	return r, err
}

// front makes the organisation's facts of its tribes'.
func (s *Site) front(cfg Config, in *site.Input) {
	org := scorecard.Assemble(s.Catalog.Site.Title, cfg.Audience, in.AsOf, s.Catalog.Site.Headline, in.Tribes)
	in.Org = &org
	if in.SRE = s.sre(cfg, *in); in.SRE != nil {
		in.Org.AskBreaches(in.SRE.Tasks)
	}
}

// sre makes the facts of the SRE team; nil if they are not for the audience.
func (s *Site) sre(cfg Config, in site.Input) *sre.Facts {
	if !audience.SRE(cfg.Audience) {
		return nil
	}
	f := sre.Compute(s.Catalog, cfg.Audience, in.AsOf)
	f.Quality = scorecard.QualityOf(in.Tribes, s.Catalog, f.Month)
	return &f
}

// chosen returns the tribes to build.
func (s *Site) chosen(cfg Config) (tribes []*catalog.Tribe, err error) {
	if cfg.Audience == audience.Tribe && len(cfg.Tribes) != 1 {
		return nil, errors.New("the audience tribe needs exactly one --tribe: a whole tree would show one tribe's secrets to another")
	}
	for i := range s.Catalog.Tribes {
		if t := &s.Catalog.Tribes[i]; len(cfg.Tribes) == 0 || slices.Contains(cfg.Tribes, t.ID) {
			tribes = append(tribes, t)
		}
	}
	for _, id := range cfg.Tribes {
		if s.Catalog.Tribe(id) == nil {
			return nil, fmt.Errorf("%w %q: there is no data/tribes/%s.toml", ErrTribe, id, id)
		}
	}
	return tribes, nil
}

// atOnce is how many tribes are computed at once: each holds the hours of a month.
const atOnce = 2

// compute makes the facts of each tribe.
func (s *Site) compute(ctx context.Context, cfg Config, store *history.Store, tribes []*catalog.Tribe, in site.Input) ([]scorecard.Tribe, error) {
	facts := make([]scorecard.Tribe, len(tribes))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, t := range tribes {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			firsts, err := firstMonths(store, t)
			if err != nil {
				return err
			}
			facts[i], err = scorecard.Compute(scorecard.Input{
				Catalog: s.Catalog, Tribe: t, Postmortems: in.Postmortems, AsOf: in.AsOf, Audience: cfg.Audience, Firsts: firsts,
				Hours: s.hoursOf(store, t), Totals: s.totalsOf(store), Issued: s.issued, Elsewhere: s.elsewhere,
			})
			if err != nil {
				return fmt.Errorf("tribe %s: %w", t.ID, err)
			}
			return nil
		})
	}
	return facts, g.Wait()
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
	for i := range s.Catalog.Tribes {
		for _, k := range keys(&s.Catalog.Tribes[i]) {
			every := append([]string{k.ID}, k.Was...)
			for _, id := range every {
				if slices.Contains(ids, id) {
					others := slices.DeleteFunc(slices.Clone(every), func(other string) bool { return other == id })
					all = append(all, history.Key{ID: id, Was: others})
				}
			}
		}
	}
	return all
}

// A render makes the files of a site, as site.Write does.
type render func(ctx context.Context, in site.Input, put site.Put) (diag.List, error)

// write puts what render makes into a staged folder and swaps it in. Pages that
// are known to be made of the same as before are taken over as they are; known is
// nil if none are.
func write(ctx context.Context, cfg Config, in site.Input, r Report, known *cache.Cache, render render) (Report, error) {
	st, err := stage.Open(ctx, cfg.Out, cfg.Waiting)
	if err != nil {
		return r, err
	}
	defer st.Abort()
	var files, pages, bytes atomic.Int64
	count := func(path string, size int64) {
		files.Add(1)
		if strings.HasSuffix(path, ".html") {
			pages.Add(1)
		}
		bytes.Add(size)
	}
	if known != nil {
		in.Again = func(of site.Digest) (path string, ok bool) {
			p, ok := known.Page(of)
			if !ok || !st.Keep(p.Path, stage.File{SHA256: p.SHA256, Bytes: p.Bytes}, p.Written) {
				return "", false
			}
			count(p.Path, p.Bytes)
			known.KeepPage(of, p)
			return p.Path, true
		}
	}
	found, err := render(ctx, in, func(path string, content []byte, of site.Digest) error {
		count(path, int64(len(content)))
		if err := st.Write(path, content); err != nil || known == nil || of == (site.Digest{}) {
			return err
		}
		f := st.Wrote(path)
		known.KeepPage(of, cache.Page{Path: path, SHA256: f.SHA256, Bytes: f.Bytes})
		return nil
	})
	if err != nil {
		return r, err
	}
	r.Problems = slices.Concat(r.Problems, found).Sorted()
	origin := stage.Origin{
		Version: cfg.Version, Audience: cfg.Audience, AsOf: in.AsOf, Commit: cfg.Commit,
		Freshness: int64(in.Catalog.Site.Freshness.Seconds()), DataTo: map[string]*time.Time{},
	}
	for _, t := range in.Tribes {
		origin.DataTo[t.Index.ID] = t.Index.DataTo
	}
	if err := st.Commit(origin); err != nil {
		return r, err
	}
	_, r.Charts = templates.ECharts()
	_, r.Search = templates.MiniSearch()
	r.AsOf = in.AsOf
	r.Tribes, r.Files, r.Pages, r.Bytes = len(in.Tribes), int(files.Load()), int(pages.Load()), bytes.Load()
	r.DataTo = make(map[string]time.Time)
	for _, t := range in.Tribes {
		r.Postmortems += len(t.Postmortems)
		if t.Index.DataTo != nil {
			r.DataTo[t.Index.ID] = *t.Index.DataTo
		}
	}
	return r, nil
}
