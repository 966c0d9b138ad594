// Package feed writes what other programs subscribe to or open: Atom feeds,
// calendars, and tables for spreadsheets. It knows their formats and nothing of
// what is in them; the same values give the same bytes.
package feed

import (
	"encoding/xml"
	"time"
)

// Atom is a feed as RFC 4287 has it.
type Atom struct {
	ID        string // names the feed for ever, wherever it is published
	Title     string
	Author    string
	Updated   time.Time
	Alternate string // address of the pages that it tells of
	Self      string // address of the feed itself
	Entries   []Entry
}

// An Entry is one thing that a feed tells of.
type Entry struct {
	ID      string // names the entry for ever
	Title   string
	Summary string // plain text
	Link    string
	Updated time.Time
}

// XML returns the feed as a document.
func (a Atom) XML() ([]byte, error) {
	type link struct {
		Rel  string `xml:"rel,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	type entry struct {
		Title   string `xml:"title"`
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
		Link    link   `xml:"link"`
		Summary string `xml:"summary"`
	}
	doc := struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Title   string   `xml:"title"`
		ID      string   `xml:"id"`
		Updated string   `xml:"updated"`
		Links   []link   `xml:"link"`
		Author  string   `xml:"author>name"`
		Entries []entry  `xml:"entry"`
	}{
		Title: a.Title, ID: a.ID, Updated: a.Updated.Format(time.RFC3339), Author: a.Author,
		Links: []link{{"alternate", a.Alternate}, {"self", a.Self}},
	}
	for _, e := range a.Entries {
		doc.Entries = append(doc.Entries, entry{e.Title, e.ID, e.Updated.Format(time.RFC3339), link{Href: e.Link}, e.Summary})
	}
	b, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(b, '\n')...), nil
}
