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
	// Beside is the output of a build of all tribes for the same readers, from which
	// a build of some takes what is the same; "" if there is none. It changes no byte.
	Beside string `json:"-"`
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
	in.Hours = func(span slo.Span, ids ...string) (map[string]slo.Series, error) {
		return store.Read(span, s.keysOf(ids))
	}
	shared := cfg.Tribes // whose texts are remembered together
	if cfg.Beside != "" {
		shared = nil
	}
	known.OpenBodies(cfg.Audience, shared)
	own := aliases(s.Catalog)
	in.Body = func(file, title string, links postmortem.Links) (postmortem.Rendered, diag.List, error) {
		links.Aliases = own
		return known.Body(in.Files, file, title, links)
	}
	known.OpenPages(cfg.Out, cfg.Beside)
	r, err = write(ctx, cfg, in, r, known, func(ctx context.Context, w *site.Writer) ([]scorecard.Tribe, diag.List, error) {
		return s.render(ctx, cfg, tribes, s.computer(cfg, store, in.Postmortems), w)
	})
	known.CloseBodies(err == nil && cfg.Beside == "")
	if err == nil {
		known.ClosePages(cfg.Out)
	}
	return r, err
}

// render makes the pages of each tribe while the facts of the next are computed,
// and then the organisation's, which show so little of a tribe's facts that not
// much of them is kept.
func (s *Site) render(ctx context.Context, cfg Config, tribes []*catalog.Tribe, compute computer, w *site.Writer) (facts []scorecard.Tribe, found diag.List, err error) {
	next := make(chan scorecard.Tribe)
	g, made := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(next)
		for _, t := range tribes {
			f, err := compute(made, t)
			if err != nil {
				return err
			}
			select {
			case next <- f:
			case <-made.Done():
				return made.Err()
			}
		}
		return nil
	})
	g.Go(func() error {
		for f := range next {
			problems, err := w.Tribe(made, &f)
			if err != nil {
				return err
			}
			f.Fold()
			facts, found = append(facts, f), append(found, problems...)
		}
		return nil
	})
	if err := g.Wait(); err != nil || len(cfg.Tribes) > 0 {
		return facts, found, err
	}
	return facts, found, w.Front(ctx, s.front(cfg.Audience, cfg.AsOf.UTC(), facts))
}

// front makes the organisation's facts of its tribes'.
func (s *Site) front(audience string, asOf time.Time, tribes []scorecard.Tribe) site.Front {
	org := scorecard.Assemble(s.Catalog.Site.Title, audience, asOf, s.Catalog.Site.Headline, tribes)
	f := site.Front{Tribes: tribes, Org: &org, SRE: s.sre(audience, asOf, tribes)}
	if f.SRE != nil {
		f.Org.AskBreaches(f.SRE.Tasks)
	}
	return f
}

// sre makes the facts of the SRE team; nil if they are not for the audience.
func (s *Site) sre(readers string, asOf time.Time, tribes []scorecard.Tribe) *sre.Facts {
	if !audience.SRE(readers) {
		return nil
	}
	f := sre.Compute(s.Catalog, readers, asOf)
	f.Quality = scorecard.QualityOf(tribes, s.Catalog, f.Month)
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

// A computer makes the facts of a tribe.
type computer func(ctx context.Context, t *catalog.Tribe) (scorecard.Tribe, error)

// computer returns what makes the facts of tribes from history and the
// postmortems that the readers may see.
func (s *Site) computer(cfg Config, store *history.Store, posts []postmortem.Postmortem) computer {
	return func(ctx context.Context, t *catalog.Tribe) (facts scorecard.Tribe, err error) {
		if err := ctx.Err(); err != nil {
			return facts, err
		}
		firsts, err := firstMonths(store, t)
		if err != nil {
			return facts, err
		}
		facts, err = scorecard.Compute(scorecard.Input{
			Catalog: s.Catalog, Tribe: t, Postmortems: posts, AsOf: cfg.AsOf.UTC(), Audience: cfg.Audience, Firsts: firsts,
			Hours: s.hoursOf(store, t), Totals: s.totalsOf(store), Issued: s.issued, Elsewhere: s.elsewhere,
		})
		if err != nil {
			return facts, fmt.Errorf("tribe %s: %w", t.ID, err)
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

// A render makes the files of a site. It returns the facts of the tribes in it and
// the problems that it found.
type render func(ctx context.Context, w *site.Writer) ([]scorecard.Tribe, diag.List, error)

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
			for _, from := range []string{cfg.Out, cfg.Beside} {
				p, ok := known.Page(from, of)
				if ok && st.Keep(from, p.Path, stage.File{SHA256: p.SHA256, Bytes: p.Bytes}, p.Written) {
					count(p.Path, p.Bytes)
					known.KeepPage(of, p)
					return p.Path, true
				}
			}
			return "", false
		}
	}
	w, err := site.Open(in, func(path string, content []byte, of site.Digest) error {
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
	tribes, found, err := render(ctx, w)
	if err != nil {
		return r, err
	}
	r.Problems = slices.Concat(r.Problems, found).Sorted()
	origin := stage.Origin{
		Version: cfg.Version, Audience: cfg.Audience, AsOf: in.AsOf, Commit: cfg.Commit,
		Freshness: int64(in.Catalog.Site.Freshness.Seconds()), DataTo: map[string]*time.Time{},
	}
	for _, t := range tribes {
		origin.DataTo[t.Index.ID] = t.Index.DataTo
	}
	if err := st.Commit(origin); err != nil {
		return r, err
	}
	_, r.Charts = templates.ECharts()
	_, r.Search = templates.MiniSearch()
	r.AsOf = in.AsOf
	r.Tribes, r.Files, r.Pages, r.Bytes = len(tribes), int(files.Load()), int(pages.Load()), bytes.Load()
	r.DataTo = make(map[string]time.Time)
	for _, t := range tribes {
		r.Postmortems += len(t.Postmortems)
		if t.Index.DataTo != nil {
			r.DataTo[t.Index.ID] = *t.Index.DataTo
		}
	}
	return r, nil
}
