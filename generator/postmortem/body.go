package postmortem

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// Links says what a body may refer to within the site. Both functions take a
// file, relative to the site's folder with forward slashes, and return its
// address relative to the page; ok is false if the page may not refer to it.
type Links struct {
	// Page finds the page of a Markdown file; "" is one that the readers of this
	// build may not see, to which a link becomes text without further words.
	Page  func(file string) (href string, ok bool)
	Image func(file string) (href string, ok bool) // a picture that exists and will be copied

	// For the timeline: the site's zone, without which no times are read, the
	// day of the incident, and the site's words.
	Zone    *time.Location
	Day     slo.Date
	Aliases Aliases
	// Chart is the time that a chart of the page shows, whose anchor is Around;
	// empty if there is none. Entries of the timeline within it have numbers.
	Chart slo.Span
}

// A Rendered body is safe to stand in a page as it is: no script, no style, no
// request to another host.
type Rendered struct {
	HTML     template.HTML
	Contents []Heading // the headings of levels 2 and 3
	Sections []Section // those that are recognised, in the order of the text
	Images   []string  // files that the page shows, for the caller to copy
	Timeline []Moment  // in the order of the text; empty without Links.Zone
}

// A Section is a part of the text whose heading says what it holds.
type Section struct {
	Kind SectionKind
	ID   string // anchor of the heading
}

// Body renders the text of a file, which begins with its front matter if it
// has one. The heading that repeats the title is left out, so that the page has
// one h1: the others begin at level 2 and are anchors whose ids begin with
// "s-". The problems are those of links, pictures and HTML; what is wrong with
// the file itself is told by Read.
func Body(file string, src []byte, title string, links Links) (Rendered, diag.List) {
	s, _ := open(file, src)
	s.words = links.Aliases
	b := body{source: s, links: links, ids: map[string]bool{}}
	root, ok := s.parse(new(diag.List))
	if !ok {
		return Rendered{HTML: template.HTML("<pre tabindex=\"0\">" + template.HTMLEscapeString(legible(string(s.text))) + "</pre>\n")}, nil
	}
	b.dropTitle(root, title)
	b.headings(root)
	if links.Zone != nil {
		b.timeline(root)
	}
	b.prepare(root)
	var html bytes.Buffer
	if err := markdown.Renderer().Render(&html, s.text, root); err != nil {
		panic(err) // a buffer takes all that is written
	}
	b.out.HTML = template.HTML(sanitise(&html))
	return b.out, b.problems
}

// A body is a text on its way to HTML: the tree is changed until it holds only
// what a page may show.
type body struct {
	*source
	links    Links
	ids      map[string]bool
	out      Rendered
	problems diag.List
	tables   int
	rawHTML  bool // already told of
}

// dropTitle takes out the heading that the page shows as its h1.
func (b *body) dropTitle(root ast.Node, title string) {
	h := b.titleHeading(root)
	if h != nil && cut(plain(h, b.text), maxTitle) == title {
		root.RemoveChild(root, h)
	}
}

// headings gives every heading its level in the page, below the title and one
// below that of the heading it stands under, and an id.
func (b *body) headings(root ast.Node) {
	var levels []int // as written, of the headings that are open
	ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		for len(levels) > 0 && levels[len(levels)-1] >= h.Level {
			levels = levels[:len(levels)-1]
		}
		levels = append(levels, h.Level)
		h.Level = min(1+len(levels), 6)
		text := plain(h, b.text)
		id := b.id(text)
		h.SetAttributeString("id", []byte(id))
		if h.Level <= 3 && text != "" {
			b.out.Contents = append(b.out.Contents, Heading{h.Level, id, text})
		}
		if kind := b.kindOf(text); kind != "" {
			b.out.Sections = append(b.out.Sections, Section{kind, id})
		}
		return ast.WalkSkipChildren, nil
	})
}

// id returns a new anchor for a heading. Repeated ones are counted from 1, as
// GitHub does, so that links written for GitHub hold.
func (b *body) id(text string) string {
	return b.unique("s-" + slugOf(text))
}

func (b *body) unique(base string) string {
	id := base
	for n := 1; b.ids[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	b.ids[id] = true
	return id
}

// prepare replaces what a page may not hold: links that lead nowhere, pictures
// that are not there, raw HTML. Nodes are collected first, since a tree must
// not change under a walk.
func (b *body) prepare(root ast.Node) {
	var nodes []ast.Node
	ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindLink, ast.KindAutoLink, ast.KindImage, ast.KindRawHTML, ast.KindHTMLBlock, east.KindTable:
			if entering {
				nodes = append(nodes, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range nodes {
		switch n := n.(type) {
		case *ast.Link:
			b.link(n)
		case *ast.AutoLink:
			if to := string(n.URL(b.text)); !b.allowed(to) && n.AutoLinkType != ast.AutoLinkEmail {
				b.problems.Add(b.pos(n.Pos()), RuleLink, diag.Warning, "", "the link %s may not stand in a page", cut(to, 80))
				replace(n, &mark{why: "not a link to a page"}, ast.NewString(n.Label(b.text)))
			}
		case *ast.Image:
			b.image(n)
		case *ast.RawHTML:
			b.tag(n)
		case *ast.HTMLBlock:
			b.htmlBlock(n)
		case *east.Table:
			b.tables++
			n.SetAttributeString("number", b.tables)
		}
	}
}

// replace puts a node, with the children of the old one or those given, in the
// place of the old one.
func replace(old, with ast.Node, children ...ast.Node) {
	if len(children) == 0 {
		for c := old.FirstChild(); c != nil; c = old.FirstChild() {
			with.AppendChild(with, c)
		}
	}
	for _, c := range children {
		with.AppendChild(with, c)
	}
	old.Parent().ReplaceChild(old.Parent(), old, with)
}

// tag drops an inline tag; its text stays. A line break is kept.
func (b *body) tag(n *ast.RawHTML) {
	tag := string(n.Segments.Value(b.text))
	with := ast.Node(ast.NewString(nil))
	switch name := tagName(tag); name {
	case "br":
		with = &lineBreak{}
	case "": // a comment
	default:
		b.tellHTML(n.Pos(), name)
	}
	n.Parent().ReplaceChild(n.Parent(), n, with)
}

// htmlBlock turns a block of HTML into its text.
func (b *body) htmlBlock(n *ast.HTMLBlock) {
	var raw bytes.Buffer
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		raw.Write(line.Value(b.text))
	}
	if n.HasClosure() {
		raw.Write(n.ClosureLine.Value(b.text))
	}
	text, name := textOfHTML(raw.String())
	if name != "" {
		b.tellHTML(n.Pos(), name)
	}
	p := ast.NewParagraph()
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			p.AppendChild(p, &lineBreak{})
		}
		p.AppendChild(p, ast.NewString([]byte(line)))
	}
	if text == "" {
		n.Parent().RemoveChild(n.Parent(), n)
		return
	}
	n.Parent().ReplaceChild(n.Parent(), n, p)
}

// tellHTML notes, once a file, that HTML is left out.
func (b *body) tellHTML(at int, name string) {
	if !b.rawHTML {
		b.problems.Add(b.pos(at), RuleHTML, diag.Note, "write it as Markdown", "HTML is left out, its text stays: <%s>", cut(name, 20))
	}
	b.rawHTML = true
}
