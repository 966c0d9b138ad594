package site

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strings"

	"tribune/generator/feed"
	"tribune/generator/scorecard"
)

// feedEntries is how many entries a feed keeps.
const feedEntries = 40

// tribeFeed tells of new postmortems and closed months of a tribe.
func (t *tribeSite) tribeFeed() error {
	return t.writeFeed(feed.Atom{ID: "urn:tribune:" + t.facts.Index.ID, Title: t.title, Entries: t.tribeEntries(t.facts, t.address(""))}, "")
}

// serviceFeed tells of the postmortems that name a service.
func (t *tribeSite) serviceFeed(v *scorecard.Service) error {
	at := "services/" + v.ID + "/"
	f := feed.Atom{ID: identity(t.facts.Index.ID, at), Title: v.Name + ", " + t.title}
	for i := range t.facts.Postmortems {
		e := &t.facts.Postmortems[i]
		if slices.Contains(e.ServiceIDs, t.facts.Index.ID+"/"+v.ID) && !e.Date.IsZero() {
			f.Entries = append(f.Entries, t.postmortemEntry(t.facts.Index.ID, e, t.address("")))
		}
	}
	return t.writeFeed(f, at)
}

// orgFeed tells of them all.
func (r *root) orgFeed() error {
	var all []feed.Entry
	for i := range r.front.Tribes {
		t := &r.front.Tribes[i]
		all = append(all, r.tribeEntries(t, r.address("")+t.Index.ID+"/")...)
	}
	return r.writeFeed(feed.Atom{ID: "urn:tribune:organisation", Title: r.title, Entries: all}, "")
}

// address returns the absolute address of a path below the root; the path as it
// is if the site has no base_url.
func (r *root) address(path string) string {
	base := r.in.Catalog.Site.BaseURL
	if base != "" {
		base += r.prefix
	}
	if r.prefix != "" {
		if t := r.in.Catalog.Tribe(strings.TrimSuffix(r.prefix, "/")); t.BaseURL != "" {
			base = t.BaseURL
		}
	}
	return base + path
}

func (b *builder) tribeEntries(t *scorecard.Tribe, base string) (entries []feed.Entry) {
	for _, c := range t.Cards {
		if !c.Closed || c.Totals.SLOs == 0 {
			continue
		}
		at := "scorecards/" + c.Month.String() + "/"
		var short []string
		for _, s := range c.Short {
			short = append(short, s.Text())
		}
		entries = append(entries, feed.Entry{
			ID: identity(t.Index.ID, at), Title: t.Index.Name + ", " + scorecard.MonthName(c.Month),
			Summary: strings.Join(short, " "), Link: base + at, Updated: c.To,
		})
	}
	for i := range t.Postmortems {
		if e := &t.Postmortems[i]; !e.Date.IsZero() {
			entries = append(entries, b.postmortemEntry(t.Index.ID, e, base))
		}
	}
	return entries
}

func (b *builder) postmortemEntry(tribe string, e *scorecard.Postmortem, base string) feed.Entry {
	at := "postmortems/" + e.Slug + "/"
	summary := string(e.Impact)
	if e.Withdrawn != "" {
		summary = "Withdrawn: " + e.Withdrawn + "."
	}
	return feed.Entry{
		ID: identity(tribe, at), Title: e.Title, Summary: summary, Link: base + at,
		Updated: e.Date.In(b.in.Catalog.Site.Zone).From,
	}
}

// identity names an entry for ever, wherever the site is published.
func identity(tribe, path string) string {
	return "urn:tribune:" + tribe + ":" + strings.TrimSuffix(path, "/")
}

// writeFeed writes the latest entries of a feed to feed.xml in a folder of the
// root, beside the page that it belongs to.
func (r *root) writeFeed(f feed.Atom, folder string) error {
	slices.SortStableFunc(f.Entries, func(a, b feed.Entry) int {
		return cmp.Or(b.Updated.Compare(a.Updated), strings.Compare(a.ID, b.ID))
	})
	f.Entries = f.Entries[:min(feedEntries, len(f.Entries))]
	f.Author, f.Updated = r.in.Catalog.Site.Title, r.in.AsOf
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Updated
	}
	f.Alternate, f.Self = r.address(folder), r.address(folder+"feed.xml")
	if f.Self == folder+"feed.xml" { // without an address links begin where the feed is
		f.Alternate, f.Self = "index.html", "feed.xml"
		for i := range f.Entries {
			f.Entries[i].Link = strings.Repeat("../", strings.Count(folder, "/")) + f.Entries[i].Link + "index.html"
		}
	}
	b, err := f.XML()
	if err != nil {
		return err
	}
	return r.write(r.prefix+folder+"feed.xml", b)
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
	urls := []loc{{base}, {base + "method/"}, {base + "postmortems/"}, {base + "actions/"}}
	if r.front.SRE != nil {
		urls = append(urls, loc{base + "sre/"})
	}
	for _, t := range r.front.Tribes {
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
