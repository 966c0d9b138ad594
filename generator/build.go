package generator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tribune/generator/audience"
	"tribune/generator/cache"
	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/site"
	"tribune/generator/slo"
	"tribune/generator/sre"
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
	// Placed is called once the site is in its place, before what the build learnt is
	// written down for the next one; may be nil.
	Placed func(Report) `json:"-"`
	// Beside is the output of a build of all tribes for the same readers, from which
	// a build of some takes what is the same; "" if there is none. It changes no byte.
	// What such a build learns is not written down: one of all tribes follows it.
	Beside string `json:"-"`
	// Fleeting is a site that need not outlive a power cut, so that nobody waits for
	// the disk.
	Fleeting bool `json:"-"`
	// Memory is what earlier builds of this process have read; nil if nothing is kept.
	Memory *Memory `json:"-"`
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
	defer known.Close()
	passing := cfg.Beside != ""
	if !passing && known.Recall(cfg.Out, cfg.settings(), &r) {
		r.Unchanged = true
		cfg.placed(r)
		return r, nil
	}
	if r, err = build(ctx, cfg, known); err == nil && !passing {
		known.Remember(cfg.Out, cfg.settings(), r)
	}
	return r, err
}

func (cfg Config) placed(r Report) {
	if cfg.Placed != nil {
		cfg.Placed(r)
	}
}

// settings are what a build depends on besides the site's files and the program.
func (cfg Config) settings() string {
	cfg.Site, cfg.Out, cfg.AsOf = "", "", cfg.AsOf.UTC()
	told, _ := json.Marshal(cfg) // no value of it fails
	return string(told)
}

// build is Build where something has changed.
func build(ctx context.Context, cfg Config, known *cache.Cache) (r Report, err error) {
	shared := cfg.Tribes // whose texts are remembered together
	if cfg.Beside != "" {
		shared = nil
	}
	known.OpenBodies(cfg.Audience, shared)
	whole := false
	defer func() { known.CloseBodies(whole) }()
	s, problems, err := load(cfg.Site, known.Watch, known.Load)
	if err != nil {
		return Report{}, err
	}
	defer s.Close()
	s.memory = cfg.Memory
	var wrong diag.List // with sealed months, which are read beside the history
	var beside sync.WaitGroup
	beside.Go(func() { wrong = s.sealed(known) })
	store, damaged, err := s.history()
	beside.Wait()
	if err != nil {
		return Report{}, err
	}
	store.AsOf = cfg.AsOf
	percentages, err := s.issuedElsewhere(store)
	if err != nil {
		return Report{}, err
	}
	r.Problems = slices.Concat(problems, damaged, percentages, wrong).Sorted()
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
	own := aliases(s.Catalog)
	in.Body = func(file, title string, links postmortem.Links) (postmortem.Rendered, diag.List, error) {
		links.Aliases = own
		return known.Body(in.Files, file, title, links)
	}
	known.OpenPages(cfg.Out, cfg.Beside)
	r, err = write(ctx, cfg, in, r, known, func(ctx context.Context, w *site.Writer) ([]scorecard.Tribe, diag.List, error) {
		return s.render(ctx, cfg, tribes, s.computer(cfg, store, in.Postmortems, s.settler(cfg, store, in.Postmortems, known, w)), w)
	})
	whole = err == nil && cfg.Beside == ""
	if whole {
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
