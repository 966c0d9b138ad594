package verify

import (
	"bytes"
	"regexp"

	"golang.org/x/net/html"

	"tribune/generator/diag"
)

var (
	styleComment = regexp.MustCompile(`(?s)/\*.*?(?:\*/|$)`)
	styleAddress = regexp.MustCompile(`url\(\s*['"]?([^'")]*)['"]?\s*\)|@import\s+['"]([^'"]*)['"]`)
)

// style follows the addresses of a stylesheet.
func (f *folder) style(name string, text []byte, c *content) {
	text = styleComment.ReplaceAllFunc(text, func(comment []byte) []byte {
		return bytes.Repeat([]byte(" "), len(comment))
	})
	for _, m := range styleAddress.FindAllSubmatchIndex(text, -1) {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		f.follow(name, address{at(name, text, m[0]), string(text[from:to]), true}, c)
	}
}

// picture looks for scripts and other hosts in an SVG file, which may come from
// anybody. It may have styles, since none of our policies holds in it.
func (f *folder) picture(name string, text []byte, c *content) {
	var here, next place
	z := html.NewTokenizer(bytes.NewReader(text))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		here = next
		next.pass(z.Raw())
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		f.pictureTag(here.in(name), name, tagOf(z), c)
	}
}

func (f *folder) pictureTag(pos diag.Pos, name string, t tag, c *content) {
	if t.name == "script" || t.name == "foreignobject" {
		c.problem(pos, "script-inline", "", "a <%s> stands in the picture", t.name)
	}
	for _, a := range t.attrs {
		switch {
		case len(a.Key) > 2 && a.Key[:2] == "on":
			c.problem(pos, "script-inline", "", "<%s> has a handler, %s", t.name, a.Key)
		case a.Key == "href" || a.Key == "xlink:href" || a.Key == "src":
			if scheme := schemeOf(a.Val); scheme != "data" || !loads(t) { // a picture may hold another
				f.follow(name, address{pos, a.Val, loads(t)}, c)
			}
		}
	}
}
