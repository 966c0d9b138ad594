package postmortem

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
)

// readProse fills in what the front matter does not say from the text and the
// file's name, and names those fields in FromProse. What neither says stays
// unknown.
func (p *Postmortem) readProse(s *source, name string, root ast.Node, zone *time.Location, names Names, problems *diag.List) {
	if p.Title == "" {
		if h := s.titleHeading(root); h != nil {
			p.Title = cut(plain(h, s.text), maxTitle)
			p.fromProse("title", s.pos(h.Pos()).Line, false)
		} else if !s.broken {
			problems.Add(p.Pos, RuleTitle, diag.Note, "begin the text with a heading", "no title: the file's name is used")
		}
	}
	all, labels := s.parts(root), s.labels(root)
	explained := !p.Started.IsZero() // the front matter says when it began
	c := calendar{source: s, site: zone, zones: s.zonesOfAll(root), problems: problems, told: map[string]bool{}}
	if p.Date.IsZero() {
		c.unnamed, c.beside = p.readDate(name, s, root, all, labels, problems)
	}
	c.day = p.Date
	if p.Impact == "" {
		text, at := s.impact(root, all)
		if p.Impact = text; text != "" {
			p.fromProse("impact", s.pos(at).Line, false)
		}
	}
	p.readLabels(s, root, all, labels, names, problems)
	p.readTimes(&c, root, labels)
	p.readStated(&c, root, labels)
	p.fitTimes(&c, labels)
	p.readNoticed(&c, labels)
	if !explained {
		p.holdDay(&c)
	}
}

// zonesOfAll returns the zones that the text names for all its times.
func (s *source) zonesOfAll(root ast.Node) []zone {
	if !saysTime(s.text) {
		return nil
	}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		var said []string
		switch {
		case holdsText(n):
			for _, l := range linesOf(n, s.text) {
				said = append(said, l.text)
			}
		case n.Kind() == ast.KindList:
			said = s.itemsOf(n)
		}
		for _, text := range said {
			if zones := zonesSaid(text); zones != nil {
				return zones
			}
		}
	}
	return nil
}

// titleHeading returns the heading that names the incident: the first, unless
// it names a section.
func (s *source) titleHeading(root ast.Node) *ast.Heading {
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			if s.namesNothing(plain(h, s.text)) {
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

// impact returns at most two sentences, and where they stand, of the section about the impact, else
// of the summary, else of what led up to it. Where there is no such section,
// what stands under the title is the summary.
func (s *source) impact(root ast.Node, all []part) (text string, at int) {
	for _, kind := range []SectionKind{Impact, Summary, Leadup} {
		for _, part := range all {
			if part.kind != kind {
				continue
			}
			if text := firstParagraph(part.blocks, s.text); text != "" {
				return sentences(text, 2, 320), part.blocks[0].Pos()
			}
		}
	}
	title := s.titleHeading(root)
	if title == nil {
		return "", 0
	}
	for n := title.NextSibling(); n != nil && n.Kind() != ast.KindHeading; n = n.NextSibling() {
		if n.Kind() != ast.KindParagraph {
			continue
		}
		if text := plain(n, s.text); len(text) >= minLead && isSentence(text) && !aboutReport.MatchString(text) {
			return sentences(text, 2, 320), n.Pos()
		}
	}
	return "", 0
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
