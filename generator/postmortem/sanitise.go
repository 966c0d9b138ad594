package postmortem

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// policy lets through only what this package writes. It is a second lock: the
// renderer should let nothing else come so far.
var policy = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "em", "strong", "del", "code", "blockquote", "ul", "table", "thead", "tbody", "tr", "hr", "br", "sup", "pre", "div", "span", "h2", "h3", "h4", "h5", "h6", "ol", "li", "th", "td")
	exactly := func(words string) *regexp.Regexp { return regexp.MustCompile("^(?:" + words + ")$") }
	p.AllowAttrs("id").Matching(exactly(`s-[a-z0-9-]+`)).OnElements("h2", "h3", "h4", "h5", "h6")
	p.AllowAttrs("id").Matching(exactly(`t-[a-z0-9-]+`)).OnElements("tr", "li", "a", "span")
	p.AllowAttrs("id").Matching(exactly(`fn(ref\d*)?:\d+`)).OnElements("li", "sup")
	p.AllowAttrs("class").Matching(exactly(`missing|box|hl-[a-z]+`)).OnElements("span")
	p.AllowAttrs("class").Matching(exactly(`table|footnotes`)).OnElements("div")
	p.AllowAttrs("class").Matching(exactly(`align-(right|center)`)).OnElements("td", "th")
	p.AllowAttrs("class").Matching(exactly(`anchor|pin|footnote-ref|footnote-backref`)).OnElements("a")
	p.AllowAttrs("role").Matching(exactly(`region|doc-endnotes`)).OnElements("div")
	p.AllowAttrs("role").Matching(exactly(`img`)).OnElements("span")
	p.AllowAttrs("role").Matching(exactly(`doc-noteref|doc-backlink`)).OnElements("a")
	p.AllowAttrs("aria-label").Matching(exactly(`Table \d+|done|open|Link to this heading|Marker \d+ of the chart`)).OnElements("div", "span", "a")
	p.AllowAttrs("title").Matching(exactly(`[a-z ]+`)).OnElements("span")
	p.AllowAttrs("tabindex").Matching(exactly(`0`)).OnElements("div", "pre")
	p.AllowAttrs("scope").Matching(exactly(`col`)).OnElements("th")
	p.AllowAttrs("start").Matching(exactly(`\d{1,9}`)).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel").Matching(exactly(`noopener noreferrer`)).OnElements("a")
	p.AllowAttrs("src").Matching(exactly(`[^:/\\][^:\\]*`)).OnElements("img")
	p.AllowAttrs("alt").OnElements("img")
	p.AllowAttrs("loading").Matching(exactly(`lazy`)).OnElements("img")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	return p
}()

// sanitise returns HTML with nothing in it but what the policy lets through.
func sanitise(page *bytes.Buffer) string {
	var b strings.Builder
	b.Grow(page.Len() + page.Len()/16)
	if policy.SanitizeReaderToWriter(page, &b) != nil {
		return "" // rather than what was not looked at
	}
	return legible(b.String())
}

// tagName returns the name of the element that a tag begins or ends, "" for a
// comment and the like.
func tagName(tag string) string {
	z := html.NewTokenizer(strings.NewReader(tag))
	switch z.Next() {
	case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
		name, _ := z.TagName()
		return string(name)
	}
	return ""
}

// textOfHTML returns what a reader would see of a piece of HTML, a line for
// each of its own, and the name of its first element.
func textOfHTML(raw string) (text, first string) {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(raw))
	hidden := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			var lines []string
			for line := range strings.Lines(b.String()) {
				if line = oneLine(line); line != "" {
					lines = append(lines, line)
				}
			}
			return strings.Join(lines, "\n"), first
		case html.TextToken:
			if hidden == "" {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if first == "" {
				first = string(name)
			}
			switch string(name) {
			case "script", "style", "iframe", "noscript", "template", "textarea", "title", "object", "svg", "math":
				if hidden == "" {
					hidden = string(name)
				}
			case "br", "p", "div", "li", "tr":
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == hidden {
				hidden = ""
			}
		}
	}
}
