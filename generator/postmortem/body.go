package postmortem

import (
	"html/template"

	"tribune/generator/diag"
)

// Links says what a body may refer to within the site. Both take a file,
// relative to the site's folder with forward slashes, and return its address
// relative to the page; ok is false if the page may not refer to it.
type Links struct {
	Page  func(file string) (href string, ok bool) // a Markdown file that has a page
	Image func(file string) (href string, ok bool) // a picture that exists and will be copied
}

// A Rendered body is safe to stand in a page as it is: no script, no style, no
// request to another host.
type Rendered struct {
	HTML     template.HTML
	Contents []Heading // the headings of levels 2 and 3
	Sections []Section // those that are recognised, in the order of the text
	Images   []string  // files that the page shows, for the caller to copy
}

// A Section is a part of the text whose heading says what it holds.
type Section struct {
	Kind SectionKind
	ID   string // anchor of the heading
}

// A SectionKind says what a section holds.
type SectionKind string

// The sections that are recognised by their headings.
const (
	Summary  SectionKind = "summary"
	Impact   SectionKind = "impact"
	Timeline SectionKind = "timeline"
	Factors  SectionKind = "factors"
	Well     SectionKind = "well"
	Badly    SectionKind = "badly"
	Lucky    SectionKind = "lucky"
	Lessons  SectionKind = "lessons"
	Actions  SectionKind = "actions"
)

// Body renders the text of a file, which begins with its front matter if it
// has one. The heading that repeats the title is left out, so that the page has
// one h1: the others begin at level 2 and are anchors whose ids begin with "s-".
func Body(file string, src []byte, title string, links Links) (Rendered, diag.List) {
	return Rendered{}, nil
}

// HighlightCSS is the style of highlighted code, for light and dark.
func HighlightCSS() string { return "" }
