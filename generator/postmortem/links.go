package postmortem

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
)

// allowed reports whether an address leads out of the site in a way that a page
// may offer.
func (b *body) allowed(to string) bool {
	u, err := url.Parse(to)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Host != ""
	case "mailto":
		return u.Opaque != ""
	}
	return false
}

// link finds where a link leads. One that leads nowhere becomes marked text.
func (b *body) link(n *ast.Link) {
	to := strings.TrimSpace(textURL(n.Destination))
	if b.allowed(to) {
		return
	}
	why := "this link does not lead to a page"
	if anchor, ok := strings.CutPrefix(to, "#"); ok {
		if id := "s-" + slugOf(unescapePath(anchor)); b.ids[id] {
			n.Destination = []byte("#" + id)
			return
		}
		why = "there is no such heading"
	} else if file, fragment, ok := b.beside(to); ok && b.links.Page != nil {
		switch href, ok := b.links.Page(file); {
		case ok && href == "":
			replace(n, &mark{why: "that page is for other readers"})
			return
		case ok:
			if fragment != "" {
				href += "#s-" + slugOf(fragment)
			}
			n.Destination = []byte(href)
			return
		}
	}
	b.problems.Add(b.pos(n.Pos()), RuleLink, diag.Warning, "", "the link to %q leads nowhere and is shown as text", cut(to, 80))
	replace(n, &mark{why: why})
}

// beside returns the file that a relative address means, within the site's
// folder, and the heading in it.
func (b *body) beside(to string) (file, fragment string, ok bool) {
	to, fragment, _ = strings.Cut(to, "#")
	to, _, _ = strings.Cut(to, "?")
	to = unescapePath(to)
	if to == "" || strings.ContainsAny(to, "\\:") || to[0] == '/' {
		return "", "", false
	}
	file = path.Join(path.Dir(b.file), to)
	return file, unescapePath(fragment), file != "." && file != ".." && !strings.HasPrefix(file, "../")
}

func unescapePath(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// textURL returns the address as a browser would understand it.
func textURL(raw []byte) string { return legible(unbroken.Replace(string(raw))) }

// unbroken takes out what browsers leave out of an address.
var unbroken = strings.NewReplacer("\n", "", "\t", "", "\r", "")

// pictures are the kinds of image that are copied. SVG is not among them: it is
// a document which can hold scripts.
var pictures = []string{".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"}

// image finds the file of a picture. One that is not in the site becomes marked
// text: a page asks no other host for anything.
func (b *body) image(n *ast.Image) {
	to := strings.TrimSpace(textURL(n.Destination))
	file, _, ok := b.beside(to)
	if ok && b.links.Image != nil && slices.Contains(pictures, strings.ToLower(path.Ext(file))) {
		if href, ok := b.links.Image(file); ok {
			n.Destination = []byte(href)
			if !slices.Contains(b.out.Images, file) {
				b.out.Images = append(b.out.Images, file)
			}
			return
		}
	}
	hint := "put the picture beside the text"
	switch {
	case strings.EqualFold(path.Ext(file), ".svg"):
		hint = "save it as PNG: an SVG can hold scripts and is not copied"
	case ok && !slices.Contains(pictures, strings.ToLower(path.Ext(file))):
		hint = "save it as " + strings.Join(pictures, ", ")
	}
	b.problems.Add(b.pos(n.Pos()), RuleImage, diag.Warning, hint, "the picture %q is not in this site", cut(to, 80))
	m := &mark{text: "image not in this site"}
	if alt := plain(n, b.text); alt != "" {
		m.text += ": " + alt
	}
	if b.allowed(to) && !withinLink(n) {
		m.href = to
	}
	replace(n, m, ast.NewString(nil))
}

func withinLink(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindLink {
			return true
		}
	}
	return false
}
