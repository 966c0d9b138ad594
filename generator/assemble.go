package generator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tribune/generator/audience"
	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/scorecard"
	"tribune/generator/site"
	"tribune/generator/stage"
)

// ErrBehind says that tribes are missing among what was to be assembled, or
// were built from something else than the others.
var ErrBehind = errors.New("what was built does not belong together")

// An AssembleConfig is what an assembly is told.
type AssembleConfig struct {
	Site      string   // folder; its data/ and content/ but for history and postmortems
	Built     []string // folders that builds of some tribes wrote
	Out       string   // folder to be replaced
	KeepGoing bool     // mark a tribe that is missing or behind; go on in spite of errors in what was written
	Commit    string   // of the site's sources; "" if unknown
	Version   string   // of tribune
	Waiting   func()   // called if another build must end first; may be nil
}

// Assemble makes the whole site of what builds of single tribes have written: it
// copies their folders and makes the organisation's front over them from their
// api/ alone, and from the site's data/ and content/ without history and
// postmortems. If all are as of one moment, from one commit and by one version
// of tribune, the result is the same as one build of all, byte for byte.
//
// Of a tribe that several folders have, the one that speaks of the latest moment
// counts. A tribe that none has, or that speaks of an earlier moment or of
// another commit than the rest, is an error; with KeepGoing the front page says
// so instead.
func Assemble(ctx context.Context, cfg AssembleConfig) (r Report, err error) {
	s, problems, err := LoadData(cfg.Site)
	if err != nil {
		return Report{}, err
	}
	defer s.Close()
	r.Problems = problems
	if problems.Count(diag.Error) > 0 && !cfg.KeepGoing {
		return r, ErrProblems
	}
	parts, err := openParts(cfg.Built)
	defer func() {
		for _, p := range parts {
			p.Close()
		}
	}()
	if err != nil {
		return r, err
	}
	origin, err := originOf(parts, cfg)
	if err != nil {
		return r, err
	}
	chosen, err := s.choose(parts, origin)
	if err != nil && (!cfg.KeepGoing || !errors.Is(err, ErrBehind)) {
		return r, err
	}
	in := site.Input{
		Catalog: s.Catalog, Files: s.files, Overrides: s.overrides(), AsOf: origin.AsOf,
		Commit: origin.Commit, Audience: origin.Audience,
	}
	var tribes []scorecard.Tribe
	for _, c := range chosen {
		if c.behind != nil {
			r.Behind = append(r.Behind, *c.behind)
		}
		if c.part == nil {
			continue
		}
		t, err := site.ReadTribe(c.tribe, c.part.Read)
		if err != nil {
			return r, err
		}
		tribes = append(tribes, t)
	}
	told := Config{Out: cfg.Out, Audience: origin.Audience, Commit: origin.Commit, Version: cfg.Version, Waiting: cfg.Waiting}
	front := s.front(origin.Audience, in.AsOf, tribes)
	front.Org.Behind = append(front.Org.Behind, r.Behind...)
	return write(ctx, told, in, r, nil, func(ctx context.Context, w *site.Writer) ([]scorecard.Tribe, diag.List, error) {
		for _, c := range chosen {
			if err := c.copyTo(ctx, w.Copy); err != nil {
				return nil, nil, err
			}
		}
		return tribes, nil, w.Front(ctx, front)
	})
}

// A part is a folder with some tribes.
type part struct {
	*stage.Built
	dir string
}

// has reports whether the tribe is in the part.
func (p part) has(tribe string) bool {
	return p.Manifest.Files[tribe+"/api/tribe.json"] != stage.File{}
}

func openParts(dirs []string) (parts []part, err error) {
	var failed []error
	for _, dir := range dirs {
		b, err := stage.OpenBuilt(dir)
		if err != nil {
			failed = append(failed, fmt.Errorf("%w\n\thint: name folders that tribune build --tribe wrote", err))
			continue
		}
		parts = append(parts, part{b, dir})
	}
	return parts, errors.Join(failed...)
}

// originOf returns what an assembly is made from: the latest moment of its
// parts. Parts for other readers, or by another version of tribune, cannot be
// assembled.
func originOf(parts []part, cfg AssembleConfig) (o stage.Origin, err error) {
	if len(parts) == 0 {
		return o, errors.New("no folder was named to assemble")
	}
	var failed []error
	for i, p := range parts {
		m := p.Manifest
		if i == 0 {
			o = m.Origin
		}
		if o.AsOf.Before(m.AsOf) {
			o.AsOf = m.AsOf
		}
		switch {
		case m.Audience == audience.Tribe:
			failed = append(failed, fmt.Errorf("%s was built for one tribe: a whole tree would show its secrets to others\n\thint: build it with --audience org or public", p.dir))
		case m.Audience != o.Audience:
			failed = append(failed, fmt.Errorf("%s was built for %s and %s for %s\n\thint: build all with the same --audience", parts[0].dir, o.Audience, p.dir, m.Audience))
		case m.Version != cfg.Version:
			failed = append(failed, fmt.Errorf("%s was built by tribune %s, and this is %s\n\thint: build it again with this one", p.dir, m.Version, cfg.Version))
		}
	}
	o.Commit = cfg.Commit
	return o, errors.Join(failed...)
}

// A choice is where a tribe is taken from.
type choice struct {
	tribe  string
	part   *part             // nil if no folder has it
	behind *scorecard.Behind // nil if it belongs to the others
}

// choose finds each tribe of the site among the parts, in the order of the
// catalog. The error names those that are missing or behind, all at once.
func (s *Site) choose(parts []part, o stage.Origin) (all []choice, err error) {
	var failed []string
	for i := range s.Catalog.Tribes {
		t := &s.Catalog.Tribes[i]
		c := choice{tribe: t.ID}
		for k := range parts {
			p := &parts[k]
			if p.has(t.ID) && (c.part == nil || cmp.Or(p.Manifest.AsOf.Compare(c.part.Manifest.AsOf), rank(p, o)-rank(c.part, o)) > 0) {
				c.part = p
			}
		}
		switch {
		case c.part == nil:
			c.behind = behind(t, nil)
			failed = append(failed, fmt.Sprintf("no folder has the tribe %s", t.ID))
		case !c.part.Manifest.AsOf.Equal(o.AsOf):
			c.behind = behind(t, &c.part.Manifest.AsOf)
			failed = append(failed, fmt.Sprintf("%s has %s as of %s, and others are as of %s",
				c.part.dir, t.ID, c.part.Manifest.AsOf.Format(time.RFC3339), o.AsOf.Format(time.RFC3339)))
		case rank(c.part, o) == 0:
			c.behind = behind(t, &c.part.Manifest.AsOf)
			failed = append(failed, fmt.Sprintf("%s has %s built from commit %s, and the site is at %s",
				c.part.dir, t.ID, cmp.Or(c.part.Manifest.Commit, "unknown"), cmp.Or(o.Commit, "an unknown one")))
		}
		all = append(all, c)
	}
	switch {
	case failed == nil:
		return all, nil
	case !slices.ContainsFunc(all, func(c choice) bool { return c.part != nil }):
		return nil, errors.New("no folder has any tribe of the site\n\thint: name folders that tribune build --tribe wrote for it")
	}
	return all, fmt.Errorf("%w\n\t%s\n\thint: build each tribe from the same commit with the same --as-of, or publish what there is with --keep-going, which marks them on the front page",
		ErrBehind, strings.Join(failed, "\n\t"))
}

// rank prefers a part that is from the commit of the site.
func rank(p *part, o stage.Origin) int {
	if p.Manifest.Commit == o.Commit {
		return 1
	}
	return 0
}

func behind(t *catalog.Tribe, asOf *time.Time) *scorecard.Behind {
	return &scorecard.Behind{Tribe: t.ID, Name: t.Name, AsOf: asOf}
}

// copiers is how many files are copied at once.
const copiers = 4

// copyTo hands on every file of the tribe, each held against its manifest.
func (c choice) copyTo(ctx context.Context, put func(path string, content []byte) error) error {
	if c.part == nil {
		return nil
	}
	var paths []string
	for path := range c.part.Manifest.Files {
		if strings.HasPrefix(path, c.tribe+"/") {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(copiers)
	for _, path := range paths {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			content, err := c.part.Read(path)
			if err != nil {
				return err
			}
			return put(path, content)
		})
	}
	return g.Wait()
}
