package postmortem

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// A SectionKind says what a section holds.
type SectionKind string

// The sections that are recognised by their headings.
const (
	Summary  SectionKind = "summary"
	Impact   SectionKind = "impact"
	Leadup   SectionKind = "leadup"
	Timeline SectionKind = "timeline"
	Factors  SectionKind = "factors"
	Well     SectionKind = "well"
	Badly    SectionKind = "badly"
	Lucky    SectionKind = "lucky"
	Lessons  SectionKind = "lessons"
	Actions  SectionKind = "actions"
)

// kinds are the words by which headings are known, in the order they are asked.
var kinds = []struct {
	kind  SectionKind
	words *regexp.Regexp
}{
	{Timeline, heading(`timeline|time line|chronology|chronological|sequence of events`)},
	{Badly, heading(`went (wrong|badly|poorly|bad)|not go (so )?well|n.t go (so )?well|could (have|be|go) .*(better|improved|differently)`)},
	{Well, heading(`went (well|right|good)|worked well`)},
	{Lucky, heading(`lucky|luck`)},
	{Actions, heading(`actions?|action (items?|points?|plan)|follow[ -]?ups?|to ?-?dos?|remediations?|next steps?|` +
		`corrective measures?|prevent(ative|ive) measures?|prevention|improvements?`)},
	{Lessons, heading(`lessons?|learnings?|learned|learnt`)},
	{Factors, heading(`(contributing|causal) (factors?|causes?)|(root )?causes?|five whys|5 whys|trigger`)},
	{Impact, heading(`impacts?|impacted|affected`)},
	{Leadup, heading(`lead ?-?up`)},
	{Summary, heading(`summary|tl ?;? ?dr|overview|abstract|synopsis|what happened`)},
}

// notPromises are headings with the word action and the like about what was
// done, or asked.
var notPromises = heading(`taken|performed|after[ -]action|questions?|no actions?`)

// otherHeadings are common headings which name neither a section that is read
// nor the incident.
var otherHeadings = regexp.MustCompile(`^(post-? ?mortem( report)?|incident( report| review| title)?|report|description|details|` +
	`background|detection|response|resolution|recovery|mitigation|stats|statistics|attendees|participants|authors?|status|` +
	`metadata|references|links|appendix|glossary|supporting information|conclusions?|technical elements|analysis|notes?)$`)

func heading(words string) *regexp.Regexp { return regexp.MustCompile(`\b(?:` + words + `)\b`) }

// kindOf returns what a heading announces, "" if that is not known.
func kindOf(heading string) SectionKind {
	h := strings.ToLower(heading)
	for _, k := range kinds {
		if k.words.MatchString(h) && (k.kind != Actions || !notPromises.MatchString(h)) {
			return k.kind
		}
	}
	return ""
}

// namesNothing reports whether a heading is one that any report has, and so is
// not the incident's title.
func namesNothing(heading string) bool {
	h := strings.ToLower(strings.Trim(heading, " :#.*_"))
	return h == "" || otherHeadings.MatchString(h) || len(strings.Fields(h)) <= 3 && kindOf(heading) != ""
}

// A part is a heading and the blocks that follow it, up to the next heading of
// its level or above; those under headings below it are among them.
type part struct {
	kind   SectionKind
	blocks []ast.Node
}

// parts returns the parts of a text in order. What stands before the first
// heading is in none.
func parts(root ast.Node, src []byte) []part {
	var all []part
	var open []int // indices into all, of falling level
	var levels []int
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			for len(open) > 0 && levels[len(open)-1] >= h.Level {
				open, levels = open[:len(open)-1], levels[:len(levels)-1]
			}
			open, levels = append(open, len(all)), append(levels, h.Level)
			all = append(all, part{kind: kindOf(plain(h, src))})
		}
		for _, i := range open {
			all[i].blocks = append(all[i].blocks, n)
		}
	}
	return all
}
