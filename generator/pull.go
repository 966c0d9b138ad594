package generator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/history"
	"tribune/generator/slo"
	"tribune/generator/source"
)

// ErrPulled says that some SLOs were not pulled, or not whole: see the faults in
// what Pull returns. The others are stored.
var ErrPulled = errors.New("some SLOs were not pulled")

// ErrNoSLO says that an id names none of the SLOs that have a source.
var ErrNoSLO = errors.New("no such SLO")

// pullTime is how long a pull may take: a nightly job must end.
const pullTime = 6 * time.Hour

// A PullConfig says what to pull.
type PullConfig struct {
	Site  string    // folder
	Now   time.Time // buckets that end later are not asked for
	Since time.Time // ask everything from here on again; zero to ask for what is missing or settling
	SLOs  []string  // each a tribe, a tribe/service or a full SLO id; none for all

	// Lookup gives the values of the environment that the sources name.
	Lookup func(name string) (value string, ok bool)
	// Progress is called as answers come, one call at a time: how many SLOs of all
	// are done. It may be nil.
	Progress func(done, all int)
}

// A Pulled is what a pull did.
type Pulled struct {
	Sources  []PulledSource // in order of name; those that have SLOs to pull
	Problems diag.List
}

// A PulledSource is what came from one source.
type PulledSource struct {
	Name, Kind string
	Increase   source.Increase // how the server counts; "" if it is no Prometheus, or could not be asked
	Requests   int
	Took       time.Duration
	SLOs       []PulledSLO // in order of id
}

// A PulledSLO is what came for one SLO, in buckets.
type PulledSLO struct {
	ID        string
	Asked     int
	Stored    int // of which nothing was known
	Replaced  int // that had another tally
	Unchanged int // that had the same
	Refused   int // that came, but whose file is damaged: see the problems
	Forgotten int // stored, but the source does not have them any more, or says that they are empty; they stay
	Missing   int // neither stored nor at the source: gaps
	Empty     int // without traffic, of those that came

	Fault *source.Fault // nil if all that was asked was answered

	traffic, good bool // whether any bucket that came had either
}

// NoneGood reports whether no event was good in all that came, though there were
// some: the query may be wrong.
func (o PulledSLO) NoneGood() bool { return o.traffic && !o.good }

// count notes what a bucket that came says.
func (o *PulledSLO) count(p slo.Point) {
	if p.Total == 0 {
		o.Empty++
	}
	o.traffic = o.traffic || p.Total > 0
	o.good = o.good || p.Good > 0
}

// Failed returns the SLOs with a fault.
func (r Pulled) Failed() (all []PulledSLO) {
	for _, s := range r.Sources {
		for _, o := range s.SLOs {
			if o.Fault != nil {
				all = append(all, o)
			}
		}
	}
	return all
}

// Pull asks the sources for the tallies of all SLOs that name one, and stores
// what comes. It asks for what is missing and for the newest buckets, which may
// still change; what is stored is replaced only by another answer, never by
// none. A fault of one SLO harms no other, and when ctx ends what came is kept.
//
// It returns ErrPulled if an SLO has a fault, and ErrProblems if what people
// wrote has errors; SLOs without errors are pulled all the same.
func Pull(ctx context.Context, cfg PullConfig) (r Pulled, err error) {
	s, found, err := Load(cfg.Site)
	if err != nil {
		return r, err
	}
	defer s.Close()
	for _, p := range found {
		if strings.HasPrefix(p.Pos.File, "data/") { // what is wrong with a postmortem concerns no pull
			r.Problems = append(r.Problems, p)
		}
	}
	if len(s.Catalog.Tribes) == 0 && r.Problems.Count(diag.Error) > 0 {
		return r, ErrProblems
	}
	bySource, err := s.toPull(cfg.SLOs)
	if err != nil {
		return r, err
	}
	store, damaged, err := s.history()
	if err != nil {
		return r, err
	}
	r.Problems = append(r.Problems, damaged...)

	ctx, cancel := context.WithTimeout(ctx, pullTime)
	defer cancel()
	all, _ := s.toPull(nil)
	p := &pull{cfg: cfg, planner: planner{s.Catalog.Site, cfg.Now, cfg.Since, store}, bySource: bySource, ofSource: all}
	r.Sources = p.prepare(store)
	err = p.run(ctx, r.Sources)
	wrong := r.Problems.Count(diag.Error) + p.keeper.problems.Count(diag.Error)
	r.Problems = slices.Concat(r.Problems, p.keeper.problems, p.csvProblems).Sorted()
	switch {
	case err != nil:
		return r, err
	case wrong > 0:
		return r, ErrProblems
	case len(r.Failed()) > 0:
		return r, ErrPulled
	}
	return r, nil
}

// toPull returns the SLOs that have a source, or those of them that ids name, by
// source, in order of id.
func (s *Site) toPull(ids []string) (map[string][]catalog.SLO, error) {
	bySource, named := map[string][]catalog.SLO{}, map[string]bool{}
	var known []string
	for _, o := range s.Catalog.SLOs() {
		if o.Source == "" {
			continue
		}
		known = append(known, o.ID)
		wanted := len(ids) == 0
		for _, id := range ids {
			if catalog.Covers([]string{id}, o) {
				wanted, named[id] = true, true
			}
		}
		if wanted {
			bySource[o.Source] = append(bySource[o.Source], o)
		}
	}
	for _, id := range ids {
		if named[id] {
			continue
		}
		if near := diag.Nearest(id, known); near != "" {
			return nil, fmt.Errorf("%w: %q; did you mean %s?", ErrNoSLO, id, near)
		}
		return nil, fmt.Errorf("%w: %q is no tribe, service or SLO with a source", ErrNoSLO, id)
	}
	return bySource, nil
}

// A pull is one call of Pull.
type pull struct {
	cfg      PullConfig
	planner  planner
	bySource map[string][]catalog.SLO // to pull
	ofSource map[string][]catalog.SLO // all, whose ids a CSV file may hold
	keeper   *keeper

	mu          sync.Mutex // guards what follows
	done        float64    // SLOs, parts of them included
	all         int
	csvProblems diag.List
}

// prepare makes the report, which is filled in as answers come.
func (p *pull) prepare(store *history.Store) (sources []PulledSource) {
	site := p.planner.site
	p.keeper = &keeper{
		store: store, closed: slo.MonthOf(p.cfg.Now.Add(-site.Settle), site.Zone), stored: time.Now(),
		held: map[string]slo.Series{}, slos: map[string]*PulledSLO{}, keys: map[string]history.Key{},
		queried: map[string]bool{}, emptied: map[string]int64{},
	}
	for _, name := range slices.Sorted(maps.Keys(p.bySource)) {
		s := PulledSource{Name: name, SLOs: make([]PulledSLO, len(p.bySource[name]))}
		for i, o := range p.bySource[name] {
			s.SLOs[i].ID = o.ID
			p.keeper.slos[o.ID] = &s.SLOs[i]
			p.keeper.keys[o.ID] = history.Key{ID: o.ID, Was: o.Was}
			p.keeper.queried[o.ID] = o.Total != ""
			p.all++
		}
		sources = append(sources, s)
	}
	return sources
}

// run asks all sources at once. The error is that of the store; faults of
// sources stand in the report.
func (p *pull) run(ctx context.Context, sources []PulledSource) error {
	group, ctx := errgroup.WithContext(ctx)
	for i := range sources {
		s := &sources[i]
		at := slices.IndexFunc(p.planner.site.Sources, func(src catalog.Source) bool { return src.Name == s.Name })
		src := p.planner.site.Sources[at] // SLOs that name another were left out when they were read
		s.Kind = src.Kind
		group.Go(func() error {
			start := time.Now()
			defer func() { s.Took = time.Since(start) }()
			switch src.Kind {
			case catalog.Prometheus:
				return p.askServer(ctx, src, s)
			case catalog.Command:
				return p.runProgram(ctx, src)
			}
			return p.readFiles(ctx, src)
		})
	}
	err := group.Wait()
	return errors.Join(err, p.keeper.finish(ctx))
}

// fail notes a fault of SLOs that have none yet.
func (p *pull) fail(all []catalog.SLO, f *source.Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range all {
		if r := p.keeper.slos[o.ID]; r.Fault == nil {
			r.Fault = f
		}
	}
}

// finished counts SLOs, or a part of their time, that are done with, well or not.
func (p *pull) finished(n float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	if p.cfg.Progress != nil {
		p.cfg.Progress(int(p.done+1e-6), p.all)
	}
}
