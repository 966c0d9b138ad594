package browser

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A tribe's folder may be published alone, so its pages must lead nowhere out
// of it: each is crawled as a site of its own, besides the whole.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	for _, dir := range append([]string{"."}, tribes()...) {
		t.Run(dir, func(t *testing.T) {
			for _, fault := range crawl(t, os.DirFS(filepath.Join(root, dir))) {
				t.Error(fault)
			}
		})
	}
}

// A document is what a crawl must know of a page.
type document struct {
	ids    map[string]bool
	uses   []use
	faults []string
}

// A use is an address in a page: of another page, or of something it loads.
type use struct {
	address string
	loads   bool // the browser fetches it by itself: an image, a script
}

// crawl returns what is wrong with the links of a site, in order of its pages.
func crawl(t *testing.T, site fs.FS) (faults []string) {
	t.Helper()
	docs := map[string]document{}
	var names []string
	err := fs.WalkDir(site, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		switch path.Ext(name) {
		case ".html":
			f, err := site.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			node, err := html.Parse(f)
			if err != nil {
				return err
			}
			docs[name] = read(node)
			names = append(names, name)
		case ".css":
			b, err := fs.ReadFile(site, name)
			if err != nil {
				return err
			}
			docs[name] = document{uses: inStyle(string(b))}
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		for _, fault := range docs[name].faults {
			faults = append(faults, name+": "+fault)
		}
		for _, u := range docs[name].uses {
			if fault := follow(site, docs, name, u); fault != "" {
				faults = append(faults, fmt.Sprintf("%s: %s %s", name, u.address, fault))
			}
		}
	}
	return faults
}

// follow says why the address leads nowhere; "" if it leads somewhere.
func follow(site fs.FS, docs map[string]document, from string, u use) string {
	to, err := url.Parse(u.address)
	if err != nil {
		return "is no address"
	}
	switch {
	case u.loads && to.Scheme == "data" && to.Opaque == ",":
		return "" // the empty icon, which spares a request
	case u.loads && (to.Scheme != "" || to.Host != ""):
		return "is loaded from elsewhere"
	case to.Scheme == "http", to.Scheme == "https", to.Scheme == "mailto":
		return ""
	case to.Scheme != "" || to.Host != "":
		return "is neither a web address nor a page of the site"
	case path.IsAbs(to.Path) && from == "404.html":
		return "" // it is served for any path, so its links carry the base path
	case path.IsAbs(to.Path):
		return "is not relative"
	case to.Path == "" && to.RawQuery == "" && u.address == "":
		return "is empty"
	}
	target := path.Join(path.Dir(from), to.Path)
	if to.Path == "" {
		target = from
	}
	if !fs.ValidPath(target) {
		return "leads out of the site"
	}
	info, err := fs.Stat(site, target)
	switch {
	case err != nil:
		return "does not exist"
	case info.IsDir():
		return "is a folder: from a disk it shows a list of files"
	}
	if doc, ok := docs[target]; ok && to.Fragment != "" && !doc.ids[to.Fragment] {
		return "names an anchor that is not there"
	}
	return ""
}

// read collects the ids and addresses of a page, and what a page must not hold
// under a strict policy.
func read(root *html.Node) document {
	doc := document{ids: map[string]bool{}}
	wrong := func(format string, args ...any) { doc.faults = append(doc.faults, fmt.Sprintf(format, args...)) }
	var refs []string // ids that other attributes name
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attr := map[string]string{}
		for _, a := range n.Attr {
			name := a.Key
			if a.Namespace != "" {
				name = a.Namespace + ":" + a.Key
			}
			attr[name] = a.Val
			if strings.HasPrefix(name, "on") || name == "style" || name == "srcdoc" {
				wrong("<%s> has an attribute %s", n.Data, name)
			}
		}
		if id, ok := attr["id"]; ok {
			if doc.ids[id] {
				wrong("id %q stands twice", id)
			}
			doc.ids[id] = true
		}
		if _, ok := attr["src"]; n.Data == "script" && !ok && attr["type"] != "application/json" {
			wrong("a script is inline")
		}
		if n.Data == "style" || n.Data == "base" {
			wrong("there is a <%s>", n.Data)
		}
		for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list", "data-instead"} {
			refs = append(refs, strings.Fields(attr[name])...)
		}
		doc.uses = append(doc.uses, addresses(n.Data, attr)...)
	}
	for _, id := range refs {
		if !doc.ids[id] {
			wrong("an attribute names the id %q, which is not there", id)
		}
	}
	return doc
}

// addresses returns those in the attributes of one element.
func addresses(element string, attr map[string]string) (all []use) {
	for _, name := range []string{"href", "xlink:href", "cite", "action", "formaction"} {
		if address, ok := attr[name]; ok {
			loads := element == "use" || element == "image" || element == "link" && attr["rel"] != "canonical"
			all = append(all, use{address, loads})
		}
	}
	for _, name := range []string{"src", "poster", "data", "background", "data-src", "data-lib"} {
		if address, ok := attr[name]; ok {
			all = append(all, use{address, true})
		}
	}
	for candidate := range strings.SplitSeq(attr["srcset"], ",") {
		if fields := strings.Fields(candidate); len(fields) > 0 {
			all = append(all, use{fields[0], true})
		}
	}
	return all
}

var styleAddress = regexp.MustCompile(`url\(\s*['"]?([^'")]*)['"]?\s*\)|@import\s+['"]([^'"]+)['"]`)

func inStyle(css string) (all []use) {
	for _, m := range styleAddress.FindAllStringSubmatch(css, -1) {
		all = append(all, use{m[1] + m[2], true})
	}
	return all
}

// Each of these pages has one fault, so that the crawl is known to find it.
func TestTheCrawlFindsEachFault(t *testing.T) {
	for _, c := range []struct{ html, fault string }{
		{`<a href="sub/page.html#here">x</a><a href="#me" id="me">y</a><a href="https://example.com/">z</a>`, ""},
		{`<link rel="stylesheet" href="good.css"><link rel="icon" href="data:,"><script src="a.js"></script>`, ""},
		{`<a href="none.html">`, "none.html does not exist"},
		{`<a href="sub/page.html#there">`, "sub/page.html#there names an anchor that is not there"},
		{`<a href="#nowhere">`, "#nowhere names an anchor that is not there"},
		{`<a href="sub/">`, "sub/ is a folder"},
		{`<a href="../index.html">`, "../index.html leads out of the site"},
		{`<a href="/index.html">`, "/index.html is not relative"},
		{`<a href="//example.com/">`, "neither a web address"},
		{`<a href="javascript:alert(1)">`, "neither a web address"},
		{`<a href="">`, "is empty"},
		{`<img src="https://example.com/x.png">`, "is loaded from elsewhere"},
		{`<img srcset="a.js 1x, b.png 2x">`, "b.png does not exist"},
		{`<link rel="stylesheet" href="//example.com/x.css">`, "is loaded from elsewhere"},
		{`<svg><use href="#glyph"/></svg>`, "#glyph names an anchor that is not there"},
		{`<svg><image xlink:href="x.png"/></svg>`, "x.png does not exist"},
		{`<div class="figure" data-src="figure.js">`, "figure.js does not exist"},
		{`<p id="a"><p id="a">`, `id "a" stands twice`},
		{`<label for="b">x</label>`, `names the id "b"`},
		{`<p onclick="x()">`, "<p> has an attribute onclick"},
		{`<p style="color: red">`, "<p> has an attribute style"},
		{`<script>x()</script>`, "a script is inline"},
		{`<style>p {}</style>`, "there is a <style>"},
	} {
		dir := t.TempDir()
		for name, content := range map[string]string{
			"index.html":    "<!doctype html><title>x</title>" + c.html,
			"sub/page.html": `<p id="here">`,
			"good.css":      `p { background: url("a.js") }`,
			"a.js":          "",
		} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		faults := crawl(t, os.DirFS(dir))
		found := slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, c.fault) })
		if c.fault == "" && len(faults) > 0 || c.fault != "" && (len(faults) != 1 || !found) {
			t.Errorf("%s\n\tfaults %q\n\twant %q", c.html, faults, c.fault)
		}
	}
}
