package postmortem

import (
	"regexp"
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
		} else {
			problems.Add(p.Pos, RuleTitle, diag.Note, "begin the text with a heading", "no title: the file's name is used")
		}
	}
	all := parts(root, s.text)
	if p.Date.IsZero() {
		p.readDate(name, s, root, all, problems)
	}
	if p.Impact == "" {
		if p.Impact = impactIn(all, s.text); p.Impact != "" {
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
		inText, told = dateInText(root, all, s.text)
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
	default:
		problems.Add(p.Pos, RuleDate, diag.Note, "add date = 2026-10-31 to the front matter", "no date: neither title, file name nor text has one")
		return
	}
	p.FromProse = append(p.FromProse, "date")
	if titled && named && inTitle != inName {
		problems.Add(p.Pos, RuleDate, diag.Warning, "add date to the front matter", "the title says %s, the file's name %s: %s is used", inTitle, inName, p.Date)
	}
}

// dateInText returns the first full date of the timeline, else of the text.
func dateInText(root ast.Node, all []part, src []byte) (d slo.Date, ok bool) {
	for _, part := range all {
		if part.kind != Timeline {
			continue
		}
		for _, block := range part.blocks {
			if d, ok = dateInBlock(block, src); ok {
				return d, true
			}
		}
	}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if d, ok = dateInBlock(n, src); ok {
			return d, true
		}
	}
	return d, false
}

// dateInBlock returns the first date in a block. Code is not read, nor lines
// about the report itself.
func dateInBlock(block ast.Node, src []byte) (d slo.Date, ok bool) {
	ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindCodeBlock, ast.KindFencedCodeBlock, ast.KindHTMLBlock:
			return ast.WalkSkipChildren, nil
		}
		if !entering || n.Type() == ast.TypeInline || n.FirstChild() == nil || n.FirstChild().Type() != ast.TypeInline {
			return ast.WalkContinue, nil
		}
		if text := plain(n, src); !aboutReport.MatchString(text) {
			d, ok = dateIn(text)
		}
		if ok {
			return ast.WalkStop, nil
		}
		return ast.WalkSkipChildren, nil
	})
	return d, ok
}

var aboutReport = regexp.MustCompile(`(?i)\b(modified|updated|created by|written|published|last edit|feedback until|archived|reviewed)\b`)

// impactIn returns at most two sentences of the section about the impact, else
// of the summary, else of what led up to it.
func impactIn(all []part, src []byte) string {
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
	return ""
}

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
		if t != "" && strings.Contains(".!?)", t[len(t)-1:]) && strings.Contains(t, " ") {
			return t
		}
		if text == "" {
			text = t
		}
	}
	return text
}
