package verify

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"tribune/generator/diag"
)

// An address is one in a page, a style or a picture.
type address struct {
	at    diag.Pos
	text  string
	loads bool // the browser fetches it by itself: an image, a script
}

// An anchor is a link to a part of a page.
type anchor struct {
	at           diag.Pos
	text         string
	target, part string
}

// A figure is an interactive one in a page, and the script with its data.
type figure struct {
	at       diag.Pos
	id, data string
}

// addresses reads those of an element.
func (p *page) addresses(t tag) {
	for _, a := range t.attrs {
		switch a.Key {
		case "href", "xlink:href", "cite", "action", "formaction":
			if up, ok := t.lookup("data-up"); ok {
				p.wayUp(a.Val, up)
				continue
			}
			p.lead(a.Val, loads(t))
		case "src", "poster", "data", "background":
			p.lead(a.Val, true)
		case "ping", "data-src", "data-lib", "data-library", "data-indexes", "data-rows":
			for _, one := range strings.Fields(a.Val) {
				p.lead(one, true)
			}
		case "srcset", "imagesrcset":
			for candidate := range strings.SplitSeq(a.Val, ",") {
				if fields := strings.Fields(candidate); len(fields) > 0 {
					p.lead(fields[0], true)
				}
			}
		default:
			for _, m := range inValue.FindAllStringSubmatch(a.Val, -1) {
				p.lead(m[1], true)
			}
		}
	}
	if t.name == "meta" && strings.EqualFold(t.get("http-equiv"), "refresh") {
		if _, to, ok := strings.Cut(t.get("content"), "="); ok {
			p.lead(strings.Trim(to, ` '"`), false)
		}
	}
	if id, ok := t.lookup("data-figure"); ok {
		data, _, _ := strings.Cut(t.get("data-src"), "#")
		p.figures = append(p.figures, figure{p.pos(), id, path.Join(path.Dir(p.from), data)})
	}
}

// inValue finds an address in an attribute such as fill="url(#hatch)".
var inValue = regexp.MustCompile(`url\(\s*['"]?([^'")]*)['"]?\s*\)`)

// loads reports whether the browser fetches by itself what an element's href
// names.
func loads(t tag) bool {
	switch t.name {
	case "use", "image", "feimage", "script":
		return true
	case "link":
		rel := strings.ToLower(t.get("rel"))
		return rel != "canonical" && rel != "alternate" && rel != "next" && rel != "prev"
	}
	return false
}

// lead follows an address of the page.
func (p *page) lead(text string, loads bool) {
	a := address{p.pos(), text, loads}
	if p.name == notFound && strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") {
		p.absolute = append(p.absolute, a)
		return
	}
	target, part, ok := p.follow(p.from, a, p.content)
	if !ok {
		return
	}
	if part != "" && path.Ext(target) == ".html" {
		link := anchor{a.at, text, target, part}
		if target == p.name {
			p.own = append(p.own, link)
		} else {
			p.anchors = append(p.anchors, link)
		}
	}
	if ext := path.Ext(target); loads && (ext == ".css" || ext == ".svg") {
		p.weight[target] = p.size[target]
	}
}

// follow says where an address in a file leads, and what is wrong with it if it
// leads nowhere. ok is false if it leads out of the site or is wrong.
func (f *folder) follow(from string, a address, c *content) (target, part string, ok bool) {
	wrong := func(rule, format string, args ...any) (string, string, bool) {
		c.problem(a.at, rule, "", "%q "+format, append([]any{a.text}, args...)...)
		return "", "", false
	}
	if a.loads && a.text == "data:," {
		return "", "", false // the empty icon, which spares a request
	}
	switch scheme := schemeOf(a.text); {
	case scheme == "":
	case a.loads:
		return wrong("foreign-host", "is loaded from elsewhere")
	case scheme == "http", scheme == "https", scheme == "mailto", scheme == "tel":
		return "", "", false
	default:
		return wrong("link-unsafe", "is neither a page nor a web or mail address")
	}
	if text := strings.TrimLeft(a.text, " \t\n\r\f"); len(text) > 1 && strings.Trim(text[:2], `/\`) == "" {
		if a.loads {
			return wrong("foreign-host", "is loaded from elsewhere")
		}
		return wrong("link-unsafe", "leads to another host without saying how")
	}
	to, err := url.Parse(a.text)
	switch {
	case err != nil || strings.Contains(a.text, `\`):
		return wrong("link-broken", "is no address")
	case a.text == "":
		return wrong("link-broken", "is empty")
	case path.IsAbs(to.Path):
		return wrong("link-absolute", "is not relative, and the site may lie in any folder of a server")
	}
	target = path.Join(path.Dir(from), to.Path)
	if to.Path == "" {
		target = from
	}
	if fault := f.border(from, target); fault != "" {
		return wrong("link-outside", "%s", fault)
	}
	_, there := f.size[target]
	switch {
	case there, f.isOrganisation(from, target):
		return target, to.Fragment, true
	case f.folders[target], target == ".":
		return wrong("link-broken", "is a folder: from a disk it shows a list of files")
	}
	return wrong("link-broken", "does not exist")
}

// border says why a file must not lead to a path; "" if it may.
func (f *folder) border(from, target string) string {
	if !fs.ValidPath(target) {
		return "leads out of the site"
	}
	tribe, ok := f.tribeOf(from)
	if !ok || tribe == "." || strings.HasPrefix(target, tribe+"/") || f.isOrganisation(from, target) {
		return ""
	}
	return "leads out of " + tribe + "/, which may be published alone"
}

// isOrganisation reports whether a tribe's link leads to the organisation's front
// page in a site without an address, which can be published as a whole only.
func (f *folder) isOrganisation(from, target string) bool {
	_, tribe := f.tribeOf(from)
	_, addressed := f.size["sitemap.xml"]
	return tribe && !addressed && target == "index.html"
}

// wayUp holds the link from a tribe to the organisation: absolute, and relative
// in data-up for those who look at the whole site on their disk.
func (p *page) wayUp(href, up string) {
	tribe, ok := p.tribeOf(p.from)
	scheme := schemeOf(href)
	switch {
	case !ok:
		p.problem(p.pos(), "link-up", "", "only a tribe's pages have a way up")
	case scheme != "http" && scheme != "https":
		p.problem(p.pos(), "link-up", "", "the way up, %q, is not absolute, so it leads nowhere when the tribe is published alone", href)
	case path.Join(path.Dir(p.from), up) != path.Join(tribe, "..", "index.html"):
		p.problem(p.pos(), "link-up", "", "data-up %q does not lead to the front page above the tribe's folder", up)
	}
}

// schemeOf returns the scheme that a browser sees in an address, in small
// letters, whatever white space and control characters hide it; "" if none.
func schemeOf(text string) string {
	plain := strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, text)
	m := scheme.FindStringSubmatch(plain)
	if m == nil {
		return ""
	}
	return strings.ToLower(m[1])
}

var scheme = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*):`)

// notFound is the page that a server shows at any address, so that its links
// begin with the path under which the site lies.
const notFound = "404.html"

// fromAnyAddress follows the links of 404.html, all from one base path, which is
// what stands before the first file that is known.
func (p *page) fromAnyAddress() {
	base, ok := "", false
	for _, a := range p.absolute {
		rest := a.text
		for !ok && strings.Contains(rest, "/") {
			_, rest, _ = strings.Cut(rest, "/")
			_, ok = p.size[rest]
		}
		if ok {
			base = strings.TrimSuffix(a.text, rest)
			break
		}
	}
	for _, a := range p.absolute {
		rest, within := strings.CutPrefix(a.text, base)
		rest, _, _ = strings.Cut(rest, "#")
		if rest == "" || strings.HasSuffix(rest, "/") {
			rest += "index.html"
		}
		if _, there := p.size[rest]; !ok || !within || !there {
			p.problem(a.at, "link-broken", "", "%q does not exist", a.text)
		}
	}
}

// holdAnchors follows the links to parts of other pages, now that all are read.
func (f *folder) holdAnchors(contents []content) diag.List {
	var p problems
	for _, c := range contents {
		for _, a := range c.anchors {
			if i, ok := slices.BinarySearch(f.names, a.target); ok {
				p.hold(a, contents[i].ids)
			}
		}
	}
	return p.list
}

// hold sees that a page has the part that a link names. What has a = in it, such
// as #q=failover, is for a script to read.
func (p *problems) hold(a anchor, ids map[string]bool) {
	if !ids[a.part] && a.part != "top" && !strings.Contains(a.part, "=") {
		p.problem(a.at, "anchor-missing", "", "%q names a part that %s has not", a.text, a.target)
	}
}
