package generator

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tribune/generator/cache"
	"tribune/generator/diag"
	"tribune/generator/scorecard"
	"tribune/generator/site"
	"tribune/generator/stage"
	"tribune/templates"
)

// A render makes the files of a site. It returns the facts of the tribes in it and
// the problems that it found.
type render func(ctx context.Context, w *site.Writer) ([]scorecard.Tribe, diag.List, error)

// write puts what render makes into a staged folder and swaps it in. Pages that
// are known to be made of the same as before are taken over as they are; known is
// nil if none are.
func write(ctx context.Context, cfg Config, in site.Input, r Report, known *cache.Cache, render render) (Report, error) {
	tidy := func() error { return nil }
	how := stage.Options{Waiting: cfg.Waiting}
	if cfg.Fleeting {
		how.Beside, how.Later = cfg.Beside, func(later func() error) { tidy = later }
	}
	st, err := stage.Open(ctx, cfg.Out, how)
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
	cfg.placed(r)
	return r, tidy()
}
