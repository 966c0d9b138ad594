package site

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strings"
	"time"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomAuthor  `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title   string     `xml:"title"`
	ID      string     `xml:"id"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
	Summary string     `xml:"summary"`
}

// feedEntries is how many entries a feed keeps.
const feedEntries = 40

// tribeFeed tells of new postmortems and closed months of a tribe.
func (t *tribeSite) tribeFeed() error {
	return t.writeFeed(t.title, t.tribeEntries(t.facts, t.address("")))
}

// orgFeed tells of them all.
func (r *root) orgFeed() error {
	var all []atomEntry
	for i := range r.in.Tribes {
		t := &r.in.Tribes[i]
		all = append(all, r.tribeEntries(t, r.address("")+t.Index.ID+"/")...)
	}
	return r.writeFeed(r.title, all)
}

// address returns the absolute address of a path below the root; a path alone
// if the site has no base_url.
func (r *root) address(path string) string {
	base := r.in.Catalog.Site.BaseURL + r.prefix
	if r.prefix != "" {
		if t := r.in.Catalog.Tribe(strings.TrimSuffix(r.prefix, "/")); t.BaseURL != "" {
			base = t.BaseURL
		}
	}
	return base + path
}

func (b *builder) tribeEntries(t *scorecard.Tribe, base string) (entries []atomEntry) {
	for _, c := range t.Cards {
		if !c.Closed || c.Totals.SLOs == 0 {
			continue
		}
		at := "scorecards/" + c.Month.String() + "/"
		var short []string
		for _, s := range c.Short {
			short = append(short, s.Text())
		}
		entries = append(entries, atomEntry{
			Title: t.Index.Name + ", " + scorecard.MonthName(c.Month), ID: identity(t.Index.ID, at), Updated: c.To.Format(time.RFC3339),
			Links: []atomLink{{Href: base + at}}, Summary: strings.Join(short, " "),
		})
	}
	for _, p := range t.Postmortems {
		if p.Date.IsZero() {
			continue
		}
		at := "postmortems/" + p.Slug + "/"
		entries = append(entries, atomEntry{
			Title: p.Title, ID: identity(t.Index.ID, at), Updated: b.updated(p.Date), Links: []atomLink{{Href: base + at}}, Summary: p.Impact,
		})
	}
	return entries
}

// identity names an entry for ever, wherever the site is published.
func identity(tribe, path string) string {
	return "urn:tribune:" + tribe + ":" + strings.TrimSuffix(path, "/")
}

func (b *builder) updated(d slo.Date) string {
	return d.In(b.in.Catalog.Site.Zone).From.Format(time.RFC3339)
}

func (r *root) writeFeed(title string, entries []atomEntry) error {
	slices.SortStableFunc(entries, func(a, b atomEntry) int {
		return cmp.Or(strings.Compare(b.Updated, a.Updated), strings.Compare(a.ID, b.ID))
	})
	entries = entries[:min(feedEntries, len(entries))]
	f := atom{
		Title: title, ID: "urn:tribune:" + cmp.Or(strings.TrimSuffix(r.prefix, "/"), "organisation"),
		Updated: r.in.AsOf.Format(time.RFC3339), Author: atomAuthor{r.in.Catalog.Site.Title},
		Links: []atomLink{{Rel: "alternate", Href: r.address("")}, {Rel: "self", Href: r.address("feed.xml")}}, Entries: entries,
	}
	if len(entries) > 0 {
		f.Updated = entries[0].Updated
	}
	b, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	return r.write(r.prefix+"feed.xml", append([]byte(xml.Header), append(b, '\n')...))
}

// sitemap lists the pages for search engines; it needs absolute addresses, so a
// site without base_url has none.
func (r *root) sitemap() error {
	base := r.in.Catalog.Site.BaseURL
	if base == "" {
		return nil
	}
	type loc struct {
		Loc string `xml:"loc"`
	}
	urls := []loc{{base}, {base + "method/"}, {base + "actions/"}}
	for _, t := range r.in.Tribes {
		at := base + t.Index.ID + "/"
		urls = append(urls, loc{at}, loc{at + "postmortems/"}, loc{at + "actions/"}, loc{at + "method/"})
		for _, m := range t.Index.Months {
			urls = append(urls, loc{at + "scorecards/" + m.String() + "/"})
		}
		for _, v := range t.Index.Services {
			urls = append(urls, loc{at + "services/" + v.ID + "/"})
		}
		for _, p := range t.Postmortems {
			urls = append(urls, loc{at + "postmortems/" + p.Slug + "/"})
		}
	}
	b, err := xml.MarshalIndent(struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []loc    `xml:"url"`
	}{URLs: urls}, "", " ")
	if err != nil {
		return err
	}
	return r.write("sitemap.xml", append([]byte(xml.Header), append(b, '\n')...))
}

// robots invites search engines to a public site and asks them to stay out of
// any other.
func (r *root) robots() error {
	text := "User-agent: *\nDisallow: /\n"
	if r.in.Audience == "public" {
		text = "User-agent: *\nAllow: /\n"
		if base := r.in.Catalog.Site.BaseURL; base != "" {
			text += "Sitemap: " + base + "sitemap.xml\n"
		}
	}
	return r.write("robots.txt", []byte(text))
}
