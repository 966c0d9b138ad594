package postmortem

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// readProse fills in what the front matter does not say from the text and the
// file's name, and names those fields in FromProse. What neither says stays
// unknown.
func (p *Postmortem) readProse(s *source, name string, root ast.Node, problems *diag.List) {
	if p.Title == "" {
		if h := titleHeading(root, s.text); h != nil {
			p.Title = cut(plain(h, s.text), maxTitle)
			p.FromProse = append(p.FromProse, "title")
		} else if !s.broken {
			problems.Add(p.Pos, RuleTitle, diag.Note, "begin the text with a heading", "no title: the file's name is used")
		}
	}
	all := parts(root, s.text)
	if p.Date.IsZero() {
		p.readDate(name, s, root, all, problems)
	}
	if p.Impact == "" {
		if p.Impact = impactIn(root, all, s.text); p.Impact != "" {
			p.FromProse = append(p.FromProse, "impact")
		}
	}
}

// titleHeading returns the heading that names the incident: the first, unless
// it names a section.
func titleHeading(root ast.Node, src []byte) *ast.Heading {
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			if namesNothing(plain(h, src)) {
				return nil
			}
			return h
		}
	}
	return nil
}

// titleOfName makes a title of a file's name: 2018-02-22-nginx-down is "Nginx
// down". A name with spaces was written to be read and is kept.
func titleOfName(name string) string {
	if strings.Contains(name, " ") {
		return cut(oneLine(name), maxTitle)
	}
	if m := nameDate.FindString(name); len(m) < len(name) && m != "" {
		name = name[len(m)-1:]
	}
	words := oneLine(strings.NewReplacer("-", " ", "_", " ").Replace(name))
	first, n := utf8.DecodeRuneInString(words)
	if n == 0 {
		return cut(oneLine(name), maxTitle)
	}
	return cut(string(unicode.ToUpper(first))+words[n:], maxTitle)
}

// readDate finds the day of the incident in the title, the file's name or the
// timeline, in this order. Where title and name differ the timeline decides: a
// heading is easily copied from the last report.
func (p *Postmortem) readDate(name string, s *source, root ast.Node, all []part, problems *diag.List) {
	inTitle, titled := dateIn(p.Title)
	inName, named := dateInName(name)
	inText, told := slo.Date{}, false
	if !titled && !named || titled && named && inTitle != inName {
		year := 0
		if m := yearInName.FindStringSubmatch(name); m != nil {
			year, _ = strconv.Atoi(m[1])
		}
		inText, told = dateInText(root, all, year, s.text)
	}
	switch {
	case titled && named && told && inText == inName && inTitle != inName:
		p.Date = inName
	case titled:
		p.Date = inTitle
	case named:
		p.Date = inName
	case told:
		p.Date = inText
	case s.broken:
		return
	default:
		problems.Add(p.Pos, RuleDate, diag.Note, "add date = 2026-10-31 to the front matter", "no date: neither title, file name nor text has one")
		return
	}
	p.FromProse = append(p.FromProse, "date")
	if titled && named && inTitle != inName {
		problems.Add(p.Pos, RuleDate, diag.Warning, "add date to the front matter", "the title says %s, the file's name %s: %s is used", inTitle, inName, p.Date)
	}
}

// dateInText returns the first full date of the timeline, else of the text. If
// the year is known, a date of that year comes before those of others: many
// timelines begin long before the incident.
func dateInText(root ast.Node, all []part, year int, src []byte) (first slo.Date, ok bool) {
	for _, part := range all {
		if part.kind != Timeline {
			continue
		}
		for _, block := range part.blocks {
			for _, d := range datesInBlock(block, src) {
				if d.Year == year {
					return d, true
				}
				if !ok {
					first, ok = d, true
				}
			}
		}
	}
	for n := root.FirstChild(); n != nil && !ok; n = n.NextSibling() {
		if dates := datesInBlock(n, src); len(dates) > 0 {
			return dates[0], true
		}
	}
	return first, ok
}

// datesInBlock returns the first date of each paragraph, item or cell of a
// block. Code is not read, nor lines about the report itself.
func datesInBlock(block ast.Node, src []byte) (dates []slo.Date) {
	ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindCodeBlock, ast.KindFencedCodeBlock, ast.KindHTMLBlock:
			return ast.WalkSkipChildren, nil
		}
		if !entering || n.FirstChild() == nil || n.FirstChild().Type() != ast.TypeInline {
			return ast.WalkContinue, nil
		}
		if text := plain(n, src); !aboutReport.MatchString(text) {
			if d, ok := dateIn(text); ok {
				dates = append(dates, d)
			}
		}
		return ast.WalkSkipChildren, nil
	})
	return dates
}

var aboutReport = regexp.MustCompile(`(?i)\b(modified|updated|created by|written|published|last edit|feedback until|archived|reviewed)\b`)

// yearInName finds the year in PM2022-006.
var yearInName = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)(?:\D|$)`)

// impactIn returns at most two sentences of the section about the impact, else
// of the summary, else of what led up to it. Where there is no such section,
// what stands under the title is the summary.
func impactIn(root ast.Node, all []part, src []byte) string {
	for _, kind := range []SectionKind{Impact, Summary, Leadup} {
		for _, part := range all {
			if part.kind != kind {
				continue
			}
			if text := firstParagraph(part.blocks, src); text != "" {
				return sentences(text, 2, 320)
			}
		}
	}
	title := titleHeading(root, src)
	if title == nil {
		return ""
	}
	for n := title.NextSibling(); n != nil && n.Kind() != ast.KindHeading; n = n.NextSibling() {
		if n.Kind() != ast.KindParagraph {
			continue
		}
		if text := plain(n, src); len(text) >= minLead && isSentence(text) && !aboutReport.MatchString(text) {
			return sentences(text, 2, 320)
		}
	}
	return ""
}

// minLead is the length below which a paragraph under the title is not taken
// for a summary.
const minLead = 60

// firstParagraph returns the first paragraph that ends as a sentence does, else
// the first that says anything. An item of a list is a paragraph.
func firstParagraph(blocks []ast.Node, src []byte) (text string) {
	for _, block := range blocks {
		if list, ok := block.(*ast.List); ok && list.FirstChild() != nil && list.FirstChild().FirstChild() != nil {
			block = list.FirstChild().FirstChild()
		}
		if block.Kind() != ast.KindParagraph && block.Kind() != ast.KindTextBlock {
			continue
		}
		t := plain(block, src)
		if isSentence(t) {
			return t
		}
		if text == "" {
			text = t
		}
	}
	return text
}

func isSentence(text string) bool {
	return strings.Contains(text, " ") && strings.Contains(".!?)", text[len(text)-1:])
}
