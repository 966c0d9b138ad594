package verify

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"
	"time"

	"tribune/generator/diag"
)

// xml reads a feed or a sitemap, whichever its first element says.
func (f *folder) xml(name string, text []byte, c *content) {
	d := xml.NewDecoder(bytes.NewReader(text))
	rule := "feed-invalid"
	start, err := firstElement(d)
	switch {
	case err != nil:
	case start.Name.Space == "http://www.w3.org/2005/Atom" && start.Name.Local == "feed":
		var feed atomFeed
		if err = d.DecodeElement(&feed, &start); err == nil {
			f.feed(name, feed, c)
		}
	case start.Name.Space == "http://www.sitemaps.org/schemas/sitemap/0.9" && start.Name.Local == "urlset":
		rule = "sitemap-invalid"
		var sitemap struct {
			Pages []sitemapPage `xml:"url"`
		}
		if err = d.DecodeElement(&sitemap, &start); err == nil {
			f.sitemap(name, sitemap.Pages, c)
		}
	default:
		err = fmt.Errorf("<%s> is neither an Atom feed nor a sitemap", start.Name.Local)
	}
	if err == nil {
		_, err = firstElement(d)
	}
	if err != io.EOF {
		line, col := d.InputPos()
		if err == nil {
			err = fmt.Errorf("a second element stands behind the first")
		}
		c.problem(diag.Pos{File: name, Line: line, Col: col}, rule, "", "%s", err)
	}
}

// firstElement skips to the next start tag; io.EOF if there is none.
func firstElement(d *xml.Decoder) (xml.StartElement, error) {
	for {
		token, err := d.Token()
		if start, ok := token.(xml.StartElement); ok || err != nil {
			return start, err
		}
	}
}

// An atomFeed is an Atom feed (RFC 4287), as far as it is held to anything.
type atomFeed struct {
	atomEntry
	Entries []atomEntry `xml:"http://www.w3.org/2005/Atom entry"`
}

// An atomEntry is an entry, or what a feed has in common with one.
type atomEntry struct {
	Titles  []string   `xml:"http://www.w3.org/2005/Atom title"`
	IDs     []string   `xml:"http://www.w3.org/2005/Atom id"`
	Updated []string   `xml:"http://www.w3.org/2005/Atom updated"`
	Authors []string   `xml:"http://www.w3.org/2005/Atom author>name"`
	Links   []atomLink `xml:"http://www.w3.org/2005/Atom link"`
	Content []string   `xml:"http://www.w3.org/2005/Atom content"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"` // "" means alternate
	Href string `xml:"href,attr"`
}

// link returns where the link of a kind leads; "" if there is none.
func (e atomEntry) link(rel string) string {
	for _, l := range e.Links {
		if l.Rel == rel || l.Rel == "" && rel == "alternate" {
			return l.Href
		}
	}
	return ""
}

// feed holds a feed to what readers of feeds need.
func (f *folder) feed(name string, feed atomFeed, c *content) {
	whole := diag.Pos{File: name}
	wrong := func(format string, args ...any) {
		c.problem(whole, "feed-invalid", "", format, args...)
	}
	feed.hold("the feed", wrong)
	self := feed.link("self")
	base, root, ok := f.published(name, self)
	switch {
	case self == "":
		wrong("the feed has no link to itself, rel=\"self\"")
	case schemeOf(self) == "":
		ok = false
		if _, addressed := f.size["sitemap.xml"]; addressed {
			wrong("the feed's links are relative, though the site has an address: they lead nowhere in what reads feeds")
		} else if _, more := f.size["feed.xml"]; name == "feed.xml" || !more { // said once
			c.problem(whole, "feed-relative", "give the site its base_url", "the feed's links are relative, so that they lead nowhere in what reads feeds")
		}
	case !ok:
		wrong("the feed says that it is %q, which has another name", self)
	}
	ids := map[string]bool{}
	for i, e := range feed.Entries {
		which := fmt.Sprintf("entry %d", i+1)
		if len(e.IDs) == 1 {
			which = fmt.Sprintf("entry %q", e.IDs[0])
			if ids[e.IDs[0]] {
				wrong("%s stands twice", which)
			}
			ids[e.IDs[0]] = true
		}
		e.hold(which, wrong)
		if len(feed.Authors) == 0 && len(e.Authors) == 0 {
			wrong("%s has no author, nor has the feed", which)
		}
		to := e.link("alternate")
		if to == "" && len(e.Content) == 0 {
			wrong("%s has neither a link nor content", which)
		}
		if rest, ours := strings.CutPrefix(to, base); ok && ours && !f.isPage(path.Join(root, rest), rest) {
			wrong("%s leads to %q, which does not exist", which, to)
		}
	}
}

// published returns the address at which a feed says that a folder of the site
// lies: the whole site or, where that has an address of its own, the tribe's.
func (f *folder) published(name, self string) (address, root string, ok bool) {
	for _, root := range []string{".", f.rootOf(name)} {
		if address, ok := strings.CutSuffix(self, strings.TrimPrefix(name, root+"/")); ok && strings.HasSuffix(address, "/") {
			return address, root, true
		}
	}
	return "", "", false
}

// hold holds an entry, or the feed itself, to what each must have.
func (e atomEntry) hold(which string, wrong func(string, ...any)) {
	for _, need := range []struct {
		element string
		values  []string
	}{{"title", e.Titles}, {"id", e.IDs}, {"updated", e.Updated}} {
		if len(need.values) != 1 || strings.TrimSpace(need.values[0]) == "" {
			wrong("%s has not one <%s> with something in it", which, need.element)
			return
		}
	}
	if id, err := url.Parse(e.IDs[0]); err != nil || id.Scheme == "" {
		wrong("%s has the id %q, which is not absolute, so that others may have the same", which, e.IDs[0])
	}
	if _, err := time.Parse(time.RFC3339, e.Updated[0]); err != nil {
		wrong("%s was updated %q, which is no RFC 3339 time", which, e.Updated[0])
	}
	for _, l := range e.Links {
		if scheme := schemeOf(l.Href); scheme != "http" && scheme != "https" && scheme != "" {
			wrong("%s has a link to %q", which, l.Href)
		}
	}
}

// isPage reports whether there is a page at a path; address is as it was
// written, where a slash at the end means the folder's index page.
func (f *folder) isPage(target, address string) bool {
	if address == "" || strings.HasSuffix(address, "/") {
		target = path.Join(target, "index.html")
	}
	_, ok := f.size[target]
	return ok
}

type sitemapPage struct {
	Address string `xml:"loc"`
}

// sitemap holds a sitemap to pages that there are. The first is the front page,
// whose address all others begin with.
func (f *folder) sitemap(name string, pages []sitemapPage, c *content) {
	seen := map[string]bool{}
	for _, p := range pages {
		wrong := func(why string) {
			c.problem(diag.Pos{File: name}, "sitemap-invalid", "", "%q %s", p.Address, why)
		}
		rest, ours := strings.CutPrefix(p.Address, pages[0].Address)
		scheme := schemeOf(p.Address)
		switch {
		case scheme != "http" && scheme != "https":
			wrong("is not an absolute address")
		case seen[p.Address]:
			wrong("stands twice")
		case !ours:
			wrong("is not below the first address, " + pages[0].Address)
		case !f.isPage(path.Join(path.Dir(name), rest), rest):
			wrong("does not exist")
		}
		seen[p.Address] = true
	}
}
