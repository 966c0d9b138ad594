package generator_test

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// leftovers are what a page shows when a figure or a template went wrong.
var leftovers = []string{"NaN", "%!", "&lt;no value&gt;", "<no value>", "{{", "}}", "&lt;nil&gt;", `href=""`, "ZgotmplZ", "0001-01-01", "1 January 1"}

func pagesPrintNoLeftovers(t *testing.T, built fs.FS) {
	paths, content := matching(t, built, ".html", ".xml")
	for _, name := range paths {
		text := string(content[name])
		if strings.HasSuffix(name, ".html") {
			text = codeBlock.ReplaceAllString(text, "") // people may write of queries
		}
		for _, bad := range leftovers {
			if i := strings.Index(text, bad); i >= 0 {
				t.Errorf("%s has %q: …%s…", name, bad, text[max(0, i-80):min(len(text), i+80)])
			}
		}
	}
}

var codeBlock = regexp.MustCompile(`(?s)<code.*?</code>`)

func pagesAreWholeDocuments(t *testing.T, built fs.FS) {
	paths, content := matching(t, built, ".html")
	for _, name := range paths {
		doc, err := html.Parse(bytes.NewReader(content[name]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var h1s, titles int
		var csp, description string
		for n := range doc.Descendants() {
			switch {
			case n.Type != html.ElementNode:
				continue
			case n.Data == "html" && attr(n, "lang") == "":
				t.Errorf("%s has no lang", name)
			case n.Data == "h1":
				h1s++
			case n.Data == "title" && n.Parent.Data == "head" && n.FirstChild != nil:
				titles++
			case n.Data == "meta" && attr(n, "name") == "description":
				description = attr(n, "content")
			case n.Data == "meta" && attr(n, "http-equiv") == "Content-Security-Policy":
				csp = attr(n, "content")
			case n.Data == "table" && !has(n, "th"):
				t.Errorf("%s has a table without header cells", name)
			case n.Data == "a" && hasAttr(n, "href") && attr(n, "href") == "":
				t.Errorf("%s has a link to nowhere", name)
			}
			if hasAttr(n, "style") {
				t.Errorf("%s has style=%q on <%s>", name, attr(n, "style"), n.Data)
			}
		}
		if h1s != 1 || titles != 1 || description == "" {
			t.Errorf("%s has %d h1, %d titles, the description %q", name, h1s, titles, description)
		}
		if !strings.Contains(csp, "default-src 'none'") && !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s has the policy %q", name, csp)
		}
	}
}

func pagesAskNoOtherHost(t *testing.T, built fs.FS) {
	paths, content := matching(t, built, ".html")
	for _, name := range paths {
		doc, err := html.Parse(bytes.NewReader(content[name]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for n := range doc.Descendants() {
			for _, at := range []string{"src", "srcset", "poster", "data", "xlink:href", "action"} {
				if foreign(attr(n, at)) {
					t.Errorf("%s: <%s %s=%q>", name, n.Data, at, attr(n, at))
				}
			}
			if n.Data == "link" && foreign(attr(n, "href")) {
				t.Errorf("%s: <link href=%q>", name, attr(n, "href"))
			}
			if n.Data == "script" && n.FirstChild != nil {
				t.Errorf("%s has a script in the page", name)
			}
		}
	}
	_, styles := matching(t, built, ".css")
	for name, text := range styles {
		if bytes.Contains(text, []byte("//")) && regexp.MustCompile(`url\(["']?(https?:)?//|@import`).Match(text) {
			t.Errorf("%s asks another host", name)
		}
	}
}

// foreign reports whether an address leads to another host.
func foreign(address string) bool {
	return strings.HasPrefix(address, "//") || strings.Contains(address, "://")
}

func scorecardsAreSmall(t *testing.T, built fs.FS) {
	const most = 100_000
	pages, content := matching(t, built, "/index.html")
	_, styles := matching(t, built, ".css")
	n := 0
	for _, name := range pages {
		dir := path.Dir(name)
		month, _ := path.Match("*/scorecards/*", dir)
		if !month && strings.Contains(dir, "/") || dir == "." {
			continue
		}
		tribe, _, _ := strings.Cut(name, "/")
		for style, text := range styles {
			if strings.HasPrefix(style, tribe+"/assets/") {
				n++
				if sum := len(content[name]) + len(text); sum > most {
					t.Errorf("%s takes %d bytes with its styles, more than %d", name, sum, most)
				}
			}
		}
	}
	if n == 0 {
		t.Error("there is no scorecard")
	}
}

func attr(n *html.Node, key string) string {
	i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if i < 0 {
		return ""
	}
	return n.Attr[i].Val
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}

// has reports whether an element of the name is below n.
func has(n *html.Node, name string) bool {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name {
			return true
		}
	}
	return false
}
