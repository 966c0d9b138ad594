package generator_test

import (
	"encoding/xml"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// Without base_url nobody knows where the site will be: the links of feeds lead
// from where the feed is, and there is no sitemap.
func TestFeedsOfASiteWithoutAnAddressLeadFromWhereTheyAre(t *testing.T) {
	built := build(t, siteFrom(t, txtar.Parse([]byte(strings.NewReplacer(
		`base_url = "https://shop.example/"`, "", `, "zqservice"`, "", "AUDIENCE", "org",
	).Replace(restrictedSite))).Files))
	paths, content := matching(t, built, "feed.xml")
	links := 0
	for _, name := range paths {
		var feed struct {
			Links []struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
			Entries []struct {
				Link struct {
					Href string `xml:"href,attr"`
				} `xml:"link"`
			} `xml:"entry"`
		}
		if err := xml.Unmarshal(content[name], &feed); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		lead := func(href string) {
			links++
			if to := path.Join(path.Dir(name), href); href == "" || strings.Contains(href, ":") {
				t.Errorf("%s has the link %q", name, href)
			} else if _, err := fs.Stat(built, to); err != nil {
				t.Errorf("%s leads to %s: %v", name, to, err)
			}
		}
		for _, l := range feed.Links {
			lead(l.Href)
		}
		for _, e := range feed.Entries {
			lead(e.Link.Href)
		}
	}
	if links < 15 {
		t.Errorf("there are %d links in %d feeds", links, len(paths))
	}
	if _, err := fs.Stat(built, "sitemap.xml"); err == nil {
		t.Error("there is a sitemap")
	}
}
