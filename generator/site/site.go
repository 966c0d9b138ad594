// Package site makes the pages: which there are, where they lie, how they link,
// and their bytes. It does no sums: figures come as facts from scorecard, marks
// from chart. It reads no network and no clock.
//
// Each tribe's folder is a complete site by itself, with its own assets, search
// and feed; the organisation's pages are a front over them, made from the
// tribes' facts alone.
package site

import (
	"context"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
	"tribune/generator/sre"
	"tribune/templates"
)

// Input is what a site is made from.
type Input struct {
	Catalog *catalog.Catalog
	// Postmortems are those that the readers may see; their bodies are read
	// from Files when their pages are made.
	Postmortems []postmortem.Postmortem
	Files       fs.FS // the site's folder
	Overrides   fs.FS // the site's own templates; nil if it has none
	AsOf        time.Time
	Commit      string // of the site's sources, short; "" if unknown
	Audience    string
	Problems    diag.List // what check found, to be printed on the pages it concerns
	// Body renders the text of a postmortem's file, as postmortem.Body does.
	Body func(file, title string, links postmortem.Links) (postmortem.Rendered, diag.List, error)
	// Again puts a file into the site that an earlier build made of what has the
	// digest, and returns its path. ok is false if it is not there as it was left.
	Again func(of Digest) (path string, ok bool)
	// Hours returns tallies by SLO id, for the buckets that start in the span.
	Hours func(span slo.Span, ids ...string) (map[string]slo.Series, error)
}

// A Front is what the organisation's pages are made from: its own facts, and
// those of the tribes as far as Tribe.Fold leaves them.
type Front struct {
	Tribes []scorecard.Tribe
	Org    *scorecard.Org
	SRE    *sre.Facts // nil if the readers may not see them
}

// workers is how many pages are made at once.
const workers = 4

// A Writer makes a site, a tribe at a time: each is a site by itself, and needs
// nothing of the others.
type Writer struct{ b *builder }

type builder struct {
	in        Input
	front     Front
	templates map[string]*template.Template
	source    Digest // of the templates
	put       Put
	style     []byte
	icon      []byte
	scripts   map[string][]byte    // by file name: site.js, search.js, echarts.js, minisearch.js
	problems  map[string]diag.List // by file
	kept      sync.Map             // paths by digest, of one of two files that Keep found
}

// A Put takes a file of the site, from several goroutines; it must not keep
// content. The digest is zero if the file shall be made anew by every build.
type Put func(path string, content []byte, of Digest) error

// Open begins a site, of which each file is handed to put but those that Again
// knows.
func Open(in Input, put Put) (*Writer, error) {
	b := &builder{in: in, put: put, problems: make(map[string]diag.List)}
	for _, p := range in.Problems {
		b.problems[p.Pos.File] = append(b.problems[p.Pos.File], p)
	}
	return &Writer{b}, b.load()
}

// Tribe makes every file of a tribe. Problems are those found in the bodies of its
// postmortems.
func (w *Writer) Tribe(ctx context.Context, facts *scorecard.Tribe) (diag.List, error) {
	t, err := w.b.tribe(facts)
	if err != nil {
		return nil, err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	t.pages(ctx, g)
	err = g.Wait()
	return slices.Concat(t.found...), err
}

// Copy adds a file of a tribe that another build made.
func (w *Writer) Copy(path string, content []byte) error { return w.b.write(path, content) }

// Front makes the organisation's files, which lie over the folders of the tribes.
func (w *Writer) Front(ctx context.Context, f Front) error {
	w.b.front = f
	return w.b.organisation(ctx)
}

// write adds a file that every build makes anew.
func (b *builder) write(path string, content []byte) error {
	return b.put(path, content, Digest{})
}

// again adds a file of an earlier build, if one is known that is made of the same.
func (b *builder) again(of Digest) (path string, ok bool) {
	if b.in.Again == nil || of == (Digest{}) {
		return "", false
	}
	if path, ok := b.kept.Load(of); ok {
		return path.(string), true
	}
	return b.in.Again(of)
}

// load reads templates, styles and scripts, the site's own before ours.
func (b *builder) load() error {
	var texts []string
	shared := template.New("base.html")
	for _, from := range []fs.FS{nil, b.in.Overrides} { // an older base.html lacks what later pages share
		base, err := templates.Read(from, "base.html")
		if err != nil {
			return err
		}
		if shared, err = shared.Parse(string(base)); err != nil {
			return err
		}
		texts = append(texts, string(base))
	}
	b.templates = make(map[string]*template.Template)
	for _, name := range templates.Names() {
		if name == "base.html" {
			continue
		}
		text, err := templates.Read(b.in.Overrides, name)
		if err != nil {
			return err
		}
		t := template.Must(shared.Clone())
		if t, err = t.New(name).Parse(string(text)); err != nil {
			return err
		}
		b.templates[strings.TrimSuffix(name, ".html")] = t.Lookup("base.html")
		texts = append(texts, name, string(text))
	}
	b.source = digestOf(texts)
	var err error
	if b.style, err = templates.Read(b.in.Overrides, "style.css"); err != nil {
		return err
	}
	b.style = append(b.style, postmortem.HighlightCSS()...)
	if b.icon, err = templates.Read(b.in.Overrides, "icon.svg"); err != nil {
		return err
	}
	b.scripts = make(map[string][]byte)
	for _, name := range []string{"site.js", "search.js"} {
		if b.scripts[name], err = templates.Read(nil, "assets/src/"+name); err != nil {
			return err
		}
	}
	if lib, ok := templates.ECharts(); ok {
		b.scripts["echarts.js"] = lib
	}
	if lib, ok := templates.MiniSearch(); ok {
		b.scripts["minisearch.js"] = lib
	}
	return nil
}

// root begins a folder that is a site by itself and writes its assets.
func (b *builder) root(prefix, title string) (*root, error) {
	r := &root{builder: b, prefix: prefix, title: title, feed: "feed.xml"}
	for _, a := range []struct {
		at      *string
		name    string
		content []byte
	}{
		{&r.style, "style.css", b.style},
		{&r.icon, "icon.svg", b.icon},
		{&r.script, "site.js", b.scripts["site.js"]},
		{&r.lib, "echarts.js", b.scripts["echarts.js"]},
	} {
		var err error
		if *a.at, err = r.asset(a.name, a.content); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// asset writes a file that pages share and returns where it is; "" if there is
// none.
func (r *root) asset(name string, content []byte) (path string, err error) {
	if content == nil {
		return "", nil
	}
	path = "assets/" + hashed(name, content)
	return path, r.write(r.prefix+path, content)
}

// nav lists the masthead's entries, with links from the root.
func (r *root) nav() []navItem {
	if r.prefix == "" {
		items := []navItem{{Text: "Organisation", Href: "index.html"}}
		for _, t := range r.front.Org.Tribes {
			items = append(items, navItem{Text: t.Name, Href: t.ID + "/index.html"})
		}
		if r.front.SRE != nil {
			items = append(items, navItem{Text: "SRE team", Href: "sre/index.html"})
		}
		return append(items, navItem{Text: "Postmortems", Href: "postmortems/index.html"}, navItem{Text: "Actions", Href: "actions/index.html"},
			navItem{Text: "Method", Href: "method/index.html"})
	}
	id := strings.TrimSuffix(r.prefix, "/")
	t := r.in.Catalog.Tribe(id)
	items := []navItem{
		{Text: t.Name, Href: "index.html"},
		{Text: "Postmortems", Href: "postmortems/index.html"},
		{Text: "Actions", Href: "actions/index.html"},
		{Text: "Method", Href: "method/index.html"},
	}
	// The way up is absolute where the site has an address, since a tribe's
	// folder may be published alone, where a relative link would lead nowhere.
	// On a disk or a local server the script makes it relative. A tribe with an
	// address of its own is known to be published alone and has none.
	if t.BaseURL == "" && r.in.Audience != "tribe" {
		up := navItem{Text: "Organisation", Href: "../index.html"}
		if base := r.in.Catalog.Site.BaseURL; base != "" {
			up.Href, up.Up = base, "../index.html"
		}
		items = append([]navItem{up}, items...)
	}
	return items
}

// A tribeSite is one tribe's folder.
type tribeSite struct {
	*root
	facts    *scorecard.Tribe
	writings map[string]postmortem.Postmortem // by slug
	pagesOf  map[string]string                // Markdown file → path of its page; "" if it is for other readers
	found    []diag.List                      // problems in the bodies, by postmortem
	copied   sync.Map                         // paths of pictures that are written
	lately   func() (map[string]slo.Series, error)
}

func (b *builder) tribe(facts *scorecard.Tribe) (*tribeSite, error) {
	r, err := b.root(facts.Index.ID+"/", facts.Index.Name+", "+b.in.Catalog.Site.Title)
	if err != nil {
		return nil, err
	}
	t := &tribeSite{
		root: r, facts: facts, writings: map[string]postmortem.Postmortem{}, pagesOf: map[string]string{},
		found: make([]diag.List, len(facts.Postmortems)),
	}
	t.lately = sync.OnceValues(func() (map[string]slo.Series, error) {
		var ids []string
		for _, v := range facts.Index.Services {
			for _, o := range v.SLOs {
				ids = append(ids, o.ID)
			}
		}
		return b.in.Hours(t.recent(), ids...)
	})
	for _, p := range b.in.Postmortems {
		if p.Tribe == facts.Index.ID && !p.Restricted {
			t.writings[p.Slug] = p
			t.pagesOf[p.File] = "postmortems/" + p.Slug + "/"
		}
		if p.Restricted {
			t.pagesOf[p.File] = ""
		}
	}
	return t, nil
}

// pages queues every page of the tribe.
func (t *tribeSite) pages(ctx context.Context, g *errgroup.Group) {
	do := func(f func() error) {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return f()
		})
	}
	for i := range t.facts.Cards {
		c := &t.facts.Cards[i]
		if c.Settled {
			continue
		}
		do(func() error { return t.scorecardPage(c, "scorecards/"+c.Month.String()+"/index.html") })
		if c.Month == t.facts.Index.Latest {
			do(func() error { return t.scorecardPage(c, "index.html") })
		}
	}
	for i := range t.facts.Index.Services {
		v := &t.facts.Index.Services[i]
		do(func() error { return t.servicePage(v) })
		do(func() error { return t.serviceFeed(v) })
	}
	do(t.postmortemLists)
	for i := range t.facts.Postmortems {
		e := &t.facts.Postmortems[i]
		do(func() (err error) {
			t.found[i], err = t.postmortemPage(e)
			return err
		})
	}
	do(t.actionsPage)
	do(t.methodPage)
	do(t.api)
	do(t.tables)
	do(t.tribeFeed)
	do(t.tribeCalendar)
}

// organisation makes the pages of all tribes together.
func (b *builder) organisation(ctx context.Context) error {
	r, err := b.root("", b.in.Catalog.Site.Title)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(workers)
	for _, f := range []func() error{
		r.orgPage, r.srePage, r.allPostmortems, r.allActions, r.methodPage, r.notFound, r.orgAPI, r.orgFeed, r.orgCalendar, r.sitemap, r.schemas, r.robots, r.ownPages,
	} {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return f()
		})
	}
	return g.Wait()
}

// comment returns the lead's comment on a month of a tribe, rendered; "" if there is
// none.
func (b *builder) comment(m slo.Month, tribe string) template.HTML {
	file := fmt.Sprintf("content/scorecards/%s/%s.md", m, tribe)
	src, err := fs.ReadFile(b.in.Files, file)
	if err != nil {
		return ""
	}
	if !b.mayRead(file, src) {
		return ""
	}
	body, _ := postmortem.Body(file, src, "", postmortem.Links{Page: nowhere, Image: nowhere})
	return body.HTML
}

// mayRead reports whether a page of the site's own text is for the readers of
// this build, as its front matter says; without a word it is for the
// organisation.
func (b *builder) mayRead(file string, src []byte) bool {
	written, _ := postmortem.Read(file, src, b.in.Catalog.Site.Zone, postmortem.Names{})
	return audienceRank(written.Audience) <= audienceRank(b.in.Audience)
}

func nowhere(string) (string, bool) { return "", false }
