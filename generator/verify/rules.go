package verify

import (
	"fmt"
	"slices"

	"tribune/generator/diag"
)

// A Rule is one thing that a built site is held against.
type Rule struct {
	ID       string
	Severity diag.Severity
	Title    string // what holds when the rule is kept
}

// Rules are all that Site holds a folder against. Those of severity warning
// depend on how much people have to show; those of severity note are faults only
// if nobody meant it so.
var Rules = []Rule{
	{"link-broken", diag.Error, "a link leads to a file of the site"},
	{"anchor-missing", diag.Error, "a link to a part of a page leads to an id that is there"},
	{"link-outside", diag.Error, "a link stays in the site, and in its tribe's folder, which may be published alone"},
	{"link-absolute", diag.Error, "a link within the site is relative, but for feeds, the sitemap and 404.html"},
	{"link-up", diag.Error, "the way from a tribe up to the organisation is absolute, with the relative one in data-up"},
	{"link-unsafe", diag.Error, "a link is to a page, the web or a mail address, and never a script"},
	{"foreign-host", diag.Error, "a page loads nothing from another host"},

	{"html-syntax", diag.Error, "a page is HTML in UTF-8, with every element closed in its order"},
	{"id-twice", diag.Error, "an id stands once in a page"},
	{"id-missing", diag.Error, "an id that an attribute names is in the page"},
	{"heading-one", diag.Error, "a page has one h1"},
	{"title-missing", diag.Error, "a page has one title"},
	{"language-missing", diag.Error, "a page says its language"},
	{"leftover", diag.Error, "a page shows no NaN, undefined or template text; only a note where people may have written it"},

	{"policy-weak", diag.Error, "a page has a content security policy as strict as tribune's, before it loads anything"},
	{"script-inline", diag.Error, "a page has no script in it and no handler on an element"},
	{"style-inline", diag.Error, "a page has no style in it"},
	{"element-forbidden", diag.Error, "a page holds no other document and no base address"},

	{"scorecard-size", diag.Warning, "a scorecard with its styles and pictures takes at most 100 kB"},
	{"page-size", diag.Warning, "a page takes at most 1 MB"},

	{"feed-invalid", diag.Error, "a feed is Atom, and leads to pages of the site"},
	{"feed-relative", diag.Note, "a feed's links are absolute, since it is read far from the site"},
	{"sitemap-invalid", diag.Error, "a sitemap lists pages of the site"},
	{"calendar-invalid", diag.Error, "a calendar is iCalendar (RFC 5545)"},
	{"json-syntax", diag.Error, "a file under api/ is JSON that begins with its schema"},
	{"json-schema", diag.Error, "a file under api/ fits the schema published beside it"},
	{"csv-syntax", diag.Error, "a CSV file has as many fields in every row"},
	{"data-invalid", diag.Error, "the data of figures and of the search can be loaded, and belong to what is there"},

	{"manifest-invalid", diag.Error, "the folder has a manifest"},
	{"file-missing", diag.Error, "a file that the manifest lists is there"},
	{"file-unlisted", diag.Error, "a file is listed in the manifest"},
	{"file-changed", diag.Error, "a file has the size and SHA-256 that the manifest says"},
	{"hash-wrong", diag.Error, "an asset named after its content has that content"},
	{"page-lost", diag.Error, "a page that was published has a page, a way on or a notice in its place"},
	{"file-name", diag.Error, "a file's name is one that every system and server keeps as it is"},
}

// problems collects what is wrong.
type problems struct{ list diag.List }

// problem adds a problem with the severity of its rule.
func (p *problems) problem(at diag.Pos, rule, hint, format string, args ...any) {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.ID == rule })
	p.list.Add(at, rule, Rules[i].Severity, hint, format, args...)
}

// A place is where a reader stands in a file: bytes and lines counted from 0.
type place struct{ line, col int }

// pass moves over text.
func (p *place) pass(text []byte) {
	for _, b := range text {
		if p.col++; b == '\n' {
			p.line, p.col = p.line+1, 0
		}
	}
}

func (p place) in(file string) diag.Pos {
	return diag.Pos{File: file, Line: p.line + 1, Col: p.col + 1}
}

// at returns the place of a byte in a file.
func at(file string, text []byte, offset int) diag.Pos {
	var p place
	p.pass(text[:min(max(0, offset), len(text))])
	return p.in(file)
}

// count writes "1 byte" or "3 bytes".
func count(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
