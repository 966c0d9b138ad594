package postmortem

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// An entry is a row, an item, a line or a heading of a timeline. One without a
// node is no entry of its own: it tells the day of those after it.
type entry struct {
	from  written
	zones []zone   // that its table or section names, nil if those name none
	text  string   // what happened
	more  []string // what else it says of it
	node  ast.Node // where a link to it leads
	at    int      // offset in the file
}

// A timelineReader collects entries.
type timelineReader struct {
	*source
	found  []entry
	zones  []zone       // that the section names
	inside bool         // a heading with a time is open: what follows are its details
	day    *ast.Heading // a heading of a day alone is open, with nothing below it yet
}

// timeline returns the entries of a text's timeline in its order: those under
// headings that announce one or, if there are none, tables with a column of
// times and runs of three or more items or lines that each begin with a time.
func (s *source) timeline(root ast.Node) []entry {
	r := timelineReader{source: s}
	level := 0 // of the heading that is open for a timeline; 0 if none is
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok {
			if level > 0 {
				r.block(n)
			}
			continue
		}
		text := plain(h, s.text)
		switch {
		case level > 0 && r.heading(h, text):
		case s.kindOf(text) == Timeline:
			level, r.zones = h.Level, nil
			r.announce(text, h)
		case h.Level <= level:
			level = 0
		}
	}
	r.found = slices.DeleteFunc(r.found, entry.isExample)
	for _, e := range r.found {
		if e.node != nil {
			return r.found
		}
	}
	return slices.DeleteFunc(s.timesAnywhere(root), entry.isExample)
}

// isExample reports whether an entry is left over from a template: HH:mm Short
// event description.
func (e entry) isExample() bool {
	return e.node != nil && e.from.unsure && !e.from.timed && len(e.more) == 0 && exampleText.MatchString(e.text)
}

var exampleText = regexp.MustCompile(`(?i)^\W*(?:(?:a )?(?:short |brief )?(?:event |incident )?description(?: of (?:the |an )?event)?|event|what happened|entry|text|todo|tbd)?\W*$`)

// announce takes up what a heading says of all entries below it: Timeline (UTC),
// or Timeline, 29 May 2021.
func (r *timelineReader) announce(text string, h *ast.Heading) {
	r.inside, r.day = false, nil
	if r.zones = zonesSaid(text); r.zones == nil {
		r.zones = zonesIn(text, false)
	}
	if m := proseDate.FindStringIndex(text); m != nil {
		if from, _, _, ok := scanTime(text[m[0]:]); ok && from.dated() && !from.timed {
			r.found = append(r.found, entry{from: from, at: h.Pos()})
		}
	}
}

// heading reads a heading that begins with a time. ok is false if it begins with
// none.
func (r *timelineReader) heading(h *ast.Heading, text string) (ok bool) {
	from, _, rest, ok := scanTime(text)
	if r.inside, r.day = false, nil; !ok {
		return false
	}
	rest = afterTime(rest)
	e := entry{from: from, zones: r.zones, text: rest, node: h, at: h.Pos()}
	if from.dated() && !from.timed && !from.unsure {
		e.node, r.day = nil, h
	} else {
		r.inside = true
	}
	r.found = append(r.found, e)
	return true
}

// afterTime returns what a line says after the time that it begins with.
func afterTime(rest string) string { return strings.TrimLeft(rest, " \t-–—:|,.)]}>*_") }

// block reads the entries of a block below the heading of a timeline.
func (r *timelineReader) block(n ast.Node) {
	switch {
	case r.inside:
		r.details(n)
	case holdsText(n):
		r.lines(n)
	case n.Kind() == ast.KindList:
		r.items(n)
	case n.Kind() == east.KindTable:
		r.table(n.(*east.Table))
	}
}

// details adds what a block says to the entry whose heading is open. Quotes and
// code are what others say.
func (r *timelineReader) details(n ast.Node) {
	e := &r.found[len(r.found)-1]
	switch {
	case n.Kind() == ast.KindBlockquote || n.Kind() == ast.KindFencedCodeBlock || n.Kind() == ast.KindCodeBlock:
	case holdsText(n):
		text := plain(n, r.text)
		if e.text == "" {
			e.text = text
			return
		}
		e.more = append(e.more, text)
	default:
		for c := n.FirstChild(); c != nil && c.Type() == ast.TypeBlock; c = c.NextSibling() {
			r.details(c)
		}
	}
}

// lines reads a paragraph each line of which may begin with a time. Lines that
// do not go on with the line before.
func (r *timelineReader) lines(n ast.Node) {
	before := len(r.found)
	for _, l := range linesOf(n, r.text) {
		from, _, rest, ok := scanTime(l.text)
		rest = afterTime(rest)
		if said := zonesSaid(rest); ok && !from.timed && said != nil {
			r.zones, rest = said, "" // 2015-10-21 (all times UTC)
		}
		switch {
		case ok && (from.timed || from.unsure || rest != ""):
			r.found = append(r.found, entry{from: from, zones: r.zones, text: rest, node: n, at: l.at})
		case ok:
			r.found = append(r.found, entry{from: from, at: l.at})
		case len(r.found) > before:
			e := &r.found[len(r.found)-1]
			e.text = strings.TrimSpace(e.text + " " + l.text)
		case zonesSaid(l.text) != nil:
			r.zones = zonesSaid(l.text)
			r.announced(l)
		case r.day != nil:
			e := &r.found[len(r.found)-1]
			e.node, e.zones, e.text, r.day = r.day, r.zones, l.text, nil
		}
	}
}

// announced takes the day from a line such as "All times in PST, on February 5th
// 2019".
func (r *timelineReader) announced(l line) {
	if m := proseDate.FindStringIndex(l.text); m != nil {
		if from, _, _, ok := scanTime(l.text[m[0]:]); ok && from.dated() {
			r.found = append(r.found, entry{from: written{day: from.day}, at: l.at})
		}
	}
}

// items reads the items of a list. Those nested in one with a time are its
// details; those nested in one with a day alone are entries of that day.
func (r *timelineReader) items(list ast.Node) {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		first := item.FirstChild()
		if first == nil || !holdsText(first) {
			continue
		}
		text := plain(first, r.text)
		from, _, rest, ok := scanTime(text)
		rest = afterTime(rest)
		dayAlone := ok && from.dated() && !from.timed && !from.unsure
		if ok && (!dayAlone || rest != "") {
			r.found = append(r.found, entry{from: from, zones: r.zones, text: rest, node: item, at: item.Pos()})
		} else if ok {
			r.found = append(r.found, entry{from: from, at: item.Pos()})
		}
		for n := first.NextSibling(); n != nil; n = n.NextSibling() {
			switch {
			case ok && !dayAlone:
				r.details(n)
			case n.Kind() == ast.KindList:
				r.items(n)
			}
		}
	}
}

var (
	timeColumn  = regexp.MustCompile(`(?i)^(?:\W*(?:date|time|when|timestamp|day|clock|utc|gmt)\b)`)
	notWhen     = regexp.MustCompile(`(?i)\b(?:due|to|spent|taken|zone|target)\b`)
	eventColumn = regexp.MustCompile(`(?i)\b(?:events?|description|what|actions?|activity|message|details?|entry|happened|update|note)\b`)
)

// columns returns which columns of a table hold times, and which says what
// happened.
func (r *timelineReader) columns(header ast.Node) (times []int, event int, zones []zone) {
	event = -1
	i := 0
	for cell := header.FirstChild(); cell != nil; cell, i = cell.NextSibling(), i+1 {
		text := plain(cell, r.text)
		switch {
		case timeColumn.MatchString(text) && !notWhen.MatchString(text):
			times = append(times, i)
			zones = append(zones, zonesIn(text, true)...)
		case event < 0 && eventColumn.MatchString(text):
			event = i
		}
	}
	return times, event, zones
}

// table reads the rows of a table with a column of times; a day and a clock may
// have columns of their own.
func (r *timelineReader) table(t *east.Table) {
	header, ok := t.FirstChild().(*east.TableHeader)
	if !ok {
		return
	}
	times, event, zones := r.columns(header)
	if zones == nil {
		zones = r.zones
	}
	if times == nil {
		times = []int{0}
	}
	for row := header.NextSibling(); row != nil; row = row.NextSibling() {
		var when, cells []string
		what, i := "", 0
		for cell := row.FirstChild(); cell != nil; cell, i = cell.NextSibling(), i+1 {
			switch text := plain(cell, r.text); {
			case text == "":
			case len(times) > 0 && i >= times[0] && i <= times[len(times)-1]:
				when = append(when, text)
			case i == event:
				what = text
			default:
				cells = append(cells, text)
			}
		}
		if what != "" {
			cells = append([]string{what}, cells...)
		}
		from, _, rest, ok := scanTime(strings.Join(when, " "))
		if !ok && strings.ContainsAny(strings.Join(when, " "), "0123456789?") {
			from, ok = written{unsure: true}, true
		}
		if !ok || len(cells) == 0 {
			continue
		}
		from.unsure = from.unsure || !from.timed && strings.ContainsAny(rest, "0123456789")
		r.found = append(r.found, entry{from: from, zones: zones, text: cells[0], more: cells[1:], node: row, at: row.Pos()})
	}
}

// timesAnywhere returns entries of a text without the heading of a timeline.
func (s *source) timesAnywhere(root ast.Node) []entry {
	r := timelineReader{source: s}
	skip := 0 // the level of a heading below which nothing is read
	first := 0
	enough := func(least int) {
		timed := 0
		for _, e := range r.found[first:] {
			if e.from.timed && e.node != nil {
				timed++
			}
		}
		if timed < least {
			r.found = r.found[:first]
		}
		first = len(r.found)
	}
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		h, isHeading := n.(*ast.Heading)
		if n.Kind() != ast.KindParagraph {
			enough(3)
		}
		switch {
		case isHeading && (skip == 0 || h.Level <= skip):
			skip = 0
			if text := plain(h, s.text); s.kindOf(text) == Actions || logHeading.MatchString(text) {
				skip = h.Level
			}
		case isHeading || skip > 0:
		case n.Kind() == east.KindTable:
			if header := n.FirstChild(); header != nil {
				if times, event, _ := r.columns(header); times != nil && event >= 0 {
					r.table(n.(*east.Table))
					enough(2)
				}
			}
		case n.Kind() == ast.KindList:
			r.items(n)
			enough(3)
		case n.Kind() == ast.KindParagraph:
			r.lines(n)
		}
	}
	enough(3)
	return r.found
}

var logHeading = regexp.MustCompile(`(?i)\b(?:logs?|chat|transcript|append\w*|output)\b`)
