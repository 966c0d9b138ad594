package postmortem

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

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
	// Checklist is what the report's own writing asks for; only a site's words
	// announce one.
	Checklist SectionKind = "checklist"
)

// sectionWords are the phrases by which the headings of a section are known.
type sectionWords struct {
	kind    SectionKind
	phrases []string
}

// kinds are in the order they are asked.
var kinds = []sectionWords{
	{Timeline, []string{"timeline", "time line", "chronology", "chronological", "sequence of events", "incident log", "event log", "log of events"}},
	{Badly, []string{"went wrong", "went badly", "went poorly", "went bad", "go well", "go so well", "gone better", "go better",
		"be better", "be improved", "done better", "done differently"}},
	{Well, []string{"went well", "went right", "went good", "worked well"}},
	{Lucky, []string{"lucky", "luck"}},
	{Actions, []string{"action", "actions", "follow up", "follow ups", "follow-up", "follow-ups", "followup", "followups",
		"to do", "to dos", "to-do", "to-dos", "todo", "todos", "remediation", "remediations", "remediation items", "next step", "next steps",
		"corrective measures", "preventive measures", "preventative measures", "prevention", "improvement", "improvements"}},
	{Lessons, []string{"lesson", "lessons", "learnings", "learned", "learnt"}},
	{Factors, []string{"contributing factor", "contributing factors", "causal factors", "cause", "causes", "five whys", "5 whys", "trigger"}},
	{Impact, []string{"impact", "impacts", "impacted", "affected"}},
	{Leadup, []string{"leadup", "lead up", "lead-up"}},
	{Summary, []string{"summary", "tl;dr", "tldr", "tl dr", "overview", "abstract", "synopsis", "what happened"}},
}

// notPromises are phrases of headings that speak of actions which were done, or
// asked for.
var notPromises = []string{"taken", "performed", "after action", "after-action", "question", "questions", "no action", "no actions"}

// otherHeadings are common headings which name neither a section that is read
// nor the incident.
var otherHeadings = regexp.MustCompile(`^(post-? ?mortem( report)?|incident( report| review| title)?|report|description|details|` +
	`background|detection|response|resolution|recovery|mitigation|stats|statistics|attendees|participants|authors?|status|` +
	`metadata|references|links|appendix|glossary|supporting information|conclusions?|technical elements|analysis|notes?)$`)

// kindOf returns what a heading announces, "" if that is not known. The site's
// own words come first.
func (s *source) kindOf(heading string) SectionKind {
	h := strings.ToLower(heading)
	if kind := s.words.heading(h); kind != "" {
		return kind
	}
	for _, k := range kinds {
		if saysAny(h, k.phrases) && (k.kind != Actions || !saysAny(h, notPromises)) {
			return k.kind
		}
	}
	return ""
}

// saysAny reports whether one of the phrases stands in a text as whole words.
func saysAny(text string, phrases []string) bool {
	for _, phrase := range phrases {
		for rest := text; ; {
			i := strings.Index(rest, phrase)
			if i < 0 {
				break
			}
			before, _ := utf8.DecodeLastRuneInString(rest[:i])
			after, _ := utf8.DecodeRuneInString(rest[i+len(phrase):])
			if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
				return true
			}
			rest = rest[i+len(phrase):]
		}
	}
	return false
}

// namesNothing reports whether a heading is one that any report has, and so is
// not the incident's title.
func (s *source) namesNothing(heading string) bool {
	h := strings.ToLower(strings.Trim(heading, " :#.*_"))
	return h == "" || otherHeadings.MatchString(h) || len(strings.Fields(h)) <= 3 && s.kindOf(heading) != ""
}

// A part is a heading and the blocks that follow it, up to the next heading of
// its level or above; those under headings below it are among them.
type part struct {
	kind   SectionKind
	blocks []ast.Node
}

// parts returns the parts of a text in order. What stands before the first
// heading is in none.
func (s *source) parts(root ast.Node) []part {
	var all []part
	var open []int // indices into all, of falling level
	var levels []int
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			for len(open) > 0 && levels[len(open)-1] >= h.Level {
				open, levels = open[:len(open)-1], levels[:len(levels)-1]
			}
			open, levels = append(open, len(all)), append(levels, h.Level)
			all = append(all, part{kind: s.kindOf(plain(h, s.text))})
		}
		for _, i := range open {
			all[i].blocks = append(all[i].blocks, n)
		}
	}
	return all
}
