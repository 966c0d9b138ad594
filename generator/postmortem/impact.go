package postmortem

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
)

// impactClaims reads "from 10:02 until 10:49" in the sections about the impact,
// if they speak of one such time only. If there are no such sections, it does so
// in the summary, where a sentence says what was wrong before it says from when
// until when, and on which day.
func (c *calendar) impactClaims(root ast.Node, claims map[string][]claim) {
	all := c.parts(root)
	kind := Impact
	if !slices.ContainsFunc(all, func(p part) bool { return p.kind == Impact }) {
		kind = Summary
	}
	var ranges []map[string][]claim
	for _, part := range all {
		if part.kind != kind {
			continue
		}
		for _, block := range part.blocks {
			ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
				if !entering || !holdsText(n) {
					return ast.WalkContinue, nil
				}
				for _, one := range c.rangesIn(plain(n, c.text), n.Pos(), kind == Summary) {
					if !slices.ContainsFunc(ranges, func(r map[string][]claim) bool {
						return r["started"][0].at.Equal(one["started"][0].at) && r["resolved"][0].at.Equal(one["resolved"][0].at)
					}) {
						ranges = append(ranges, one)
					}
				}
				return ast.WalkSkipChildren, nil
			})
		}
	}
	switch {
	case len(ranges) == 1:
		for field, found := range ranges[0] {
			claims[field] = append(claims[field], found...)
		}
	case len(ranges) > 1:
		c.problems.Add(c.pos(ranges[1]["started"][0].pos), RuleTime, diag.Warning, "write started and resolved in the front matter",
			"the impact is told of %d different times: none of them is taken for the whole", len(ranges))
	}
}

// rangesIn returns the starts and ends of the ranges of time in a text. strictly
// asks for the day of each, and for words before it that tell of harm.
func (c *calendar) rangesIn(text string, at int, strictly bool) (all []map[string][]claim) {
	if !strings.ContainsAny(text, "0123456789") {
		return nil
	}
	for _, m := range rangeWord.FindAllStringIndex(text, -1) {
		from, until, _, ok := scanTime(text[m[1]:min(len(text), m[1]+longRange)])
		if !ok || until == nil || strictly && !(from.dated() && harmed(text[:m[0]])) {
			continue
		}
		one := map[string][]claim{}
		if c.rangeClaims(from, *until, nil, at, 1, one) {
			all = append(all, one)
		}
	}
	return all
}

// harmed reports whether the sentence that a text ends with tells of harm to users.
func harmed(text string) bool {
	sentences := sentenceOver.Split(text, -1)
	return harm.MatchString(sentences[len(sentences)-1])
}

var sentenceOver = regexp.MustCompile(`[.;!?]+\s`)

var harm = regexp.MustCompile(`(?i)\b(?:down|outages?|downtimes?|disruptions?|degraded|unavailable|unreachable|inaccessible|unusable|unable|could not|couldn.t|broken|died?|dying|fail(?:s|ed|ing|ures?)?|errors?|stuck)\b`)

// longRange is more than it takes to write from when until when, in bytes.
const longRange = 160

var rangeWord = regexp.MustCompile(`(?i)(?:^(?:from\s|between\s)?|\bfrom\b|\bbetween\b|:\s|\()\s*`)
