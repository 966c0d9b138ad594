package verify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// unsafeMark is what html/template puts where a value would not be safe.
const unsafeMark = "ZgotmplZ"

// word is an expression for what stands where Go or JavaScript have no value.
const word = `(?:\bNaN\b|\bundefined\b|[+-]Inf\b|<no value>|<nil>|\[object [A-Z][a-z]+\])`

// action is an expression for one of a Go template. What else stands in double
// braces is from the forms that people fill in: {{ what went well }}.
const action = `\{\{-?\s*(?:[.$]|(?:block|define|else|end|if|range|template|with)\b)[^{}]*\}\}`

var (
	// betrayals are what Go prints when a program is wrong and what nobody writes.
	betrayals = regexp.MustCompile(`%!(?:[a-zA-Z]\(|\((?:NOVERB|EXTRA|BADINDEX|BADWIDTH|BADPREC))|` + unsafeMark)
	// noFigure is a word that stands where a number should.
	noFigure = regexp.MustCompile(word + `(?:\s?%|\s(?:of|min|h|hours?|days?|points?|events?)\b)`)
	// doubtful are words that betray a bug, unless somebody wrote them.
	doubtful = regexp.MustCompile(word + `|` + action)
	// alone is text that is nothing but such a word.
	alone = regexp.MustCompile(`^[\s\p{P}]*` + word + `[\s\p{P}]*$|^\s*` + action + `\s*$`)
	// signs are in every text that one of the above finds something in.
	signs = []string{"NaN", "Inf", "undefined", "{{", "%!", "<no value>", "<nil>", unsafeMark, "[object "}
	// notNumbers are in no list of numbers.
	notNumbers = regexp.MustCompile(`NaN|Inf|undefined|null|%!`)
)

// leftover quotes what in a text betrays a bug; "" if nothing does. sure is
// false if it may be what somebody wrote.
func leftover(s string) (quoted string, sure bool) {
	if !slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(s, sign) }) {
		return "", false // nearly always, and faster than the expressions
	}
	for _, bug := range []*regexp.Regexp{betrayals, alone, noFigure} {
		if m := bug.FindString(s); m != "" {
			return fmt.Sprintf("%q", strings.TrimSpace(m)), true
		}
	}
	if m := doubtful.FindString(s); m != "" {
		return fmt.Sprintf("%q", m), false
	}
	return "", false
}
