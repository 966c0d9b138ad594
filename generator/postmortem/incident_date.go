package postmortem

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// readDate finds the day of the incident in the title, the file's name, a label
// or the timeline, in this order. Where title and name differ the timeline decides: a
// heading is easily copied from the last report. unnamed is whether the day is no
// more than the first that the timeline or the text names, and beside another that
// the text names, if no timeline says any.
func (p *Postmortem) readDate(name string, s *source, root ast.Node, all []part, labels []label, problems *diag.List) (unnamed bool, beside slo.Date) {
	inTitle, titled := dateIn(p.Title)
	inName, named := dateInName(name)
	inText, told, at, other := slo.Date{}, false, -1, slo.Date{}
	if !titled && !named || titled && named && inTitle != inName {
		year := 0
		if m := yearInName.FindStringSubmatch(name); m != nil {
			year, _ = strconv.Atoi(m[1])
		}
		inText, other, at, told = s.dateInText(root, all, labels, year)
	}
	line := p.titleLine()
	switch {
	case titled && named && told && inText == inName && inTitle != inName:
		p.Date, line = inName, 0
	case titled:
		p.Date = inTitle
	case named:
		p.Date, line = inName, 0
	case told:
		p.Date, line = inText, s.pos(at).Line
		if unnamed = !slices.ContainsFunc(labels, func(l label) bool { return l.key == "date" && l.at == at }); unnamed {
			beside = other
		}
	case s.broken:
		return false, beside
	default:
		problems.Add(p.Pos, RuleDate, diag.Note, "add date = 2026-10-31 to the front matter", "no date: neither title, file name nor text has one")
		return false, beside
	}
	p.fromProse("date", line, false)
	if titled && named && inTitle != inName {
		problems.Add(p.Pos, RuleDate, diag.Warning, "add date to the front matter", "the title says %s, the file's name %s: %s is used", inTitle, inName, p.Date)
	}
	return unnamed, beside
}

// dateInText returns the date of a label, else the first full one of the
// timeline, else of the text, and where it stands; beside is another day of the
// text then. If the year is known, a date of that year comes before those of
// others: many timelines begin long before the incident.
func (s *source) dateInText(root ast.Node, all []part, labels []label, year int) (first, beside slo.Date, at int, ok bool) {
	for _, l := range labels {
		if d, is := dateIn(l.value); is && l.key == "date" && len(l.value) <= 60 {
			return d, beside, l.at, true
		}
	}
	for _, part := range all {
		if part.kind != Timeline {
			continue
		}
		for _, block := range part.blocks {
			for _, d := range s.datesInBlock(block) {
				if d.day.Year == year || year == 0 {
					return d.day, beside, d.at, true
				}
				if !ok {
					first, at, ok = d.day, d.at, true
				}
			}
		}
	}
	if ok {
		return first, beside, at, true
	}
	skip := 0 // the level of the heading that is open for actions: their days are to come
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, isHeading := n.(*ast.Heading); isHeading && (skip == 0 || h.Level <= skip) {
			if skip = 0; s.kindOf(plain(h, s.text)) == Actions {
				skip = h.Level
			}
		}
		if skip > 0 {
			continue
		}
		for _, d := range s.datesInBlock(n) {
			switch {
			case !ok:
				first, at, ok = d.day, d.at, true
			case d.day != first:
				return first, d.day, at, true
			}
		}
	}
	return first, beside, at, ok
}

// A dayAt is a day and where it stands.
type dayAt struct {
	day slo.Date
	at  int
}

// datesInBlock returns the first date of each paragraph, item or cell of a
// block. Code is not read, nor lines about the report itself.
func (s *source) datesInBlock(block ast.Node) (dates []dayAt) {
	ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindCodeBlock, ast.KindFencedCodeBlock, ast.KindHTMLBlock:
			return ast.WalkSkipChildren, nil
		}
		if !entering || n.FirstChild() == nil || n.FirstChild().Type() != ast.TypeInline {
			return ast.WalkContinue, nil
		}
		text := plain(n, s.text)
		if d, ok := dateIn(text); ok && !aboutReport.MatchString(text) {
			dates = append(dates, dayAt{d, n.Pos()})
		}
		return ast.WalkSkipChildren, nil
	})
	return dates
}

var aboutReport = regexp.MustCompile(`(?i)\b(modified|updated|created by|written|published|last edit|feedback until|archived|reviewed|due|deadline|closed)\b`)

// yearInName finds the year in PM2022-006.
var yearInName = regexp.MustCompile(`(?:^|\D)((?:19|20)\d\d)(?:\D|$)`)
