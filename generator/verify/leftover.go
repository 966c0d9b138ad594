package verify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// unsafeMark is what html/template puts where a value would not be safe.
const unsafeMark = "ZgotmplZ"

var (
	// betrayals are what Go and JavaScript print when a program is wrong and
	// what nobody writes.
	betrayals = regexp.MustCompile(`%!(?:[a-zA-Z]\(|\((?:NOVERB|EXTRA|BADINDEX|BADWIDTH|BADPREC))|<no value>|<nil>|` + unsafeMark + `|\[object [A-Z][a-z]+\]`)
	// noFigure is a word that stands where a number should.
	noFigure = regexp.MustCompile(`(?:\bNaN|\bundefined|[+-]Inf)(?:\s?%|\s(?:of|min|h|hours?|days?|points?|events?)\b)`)
	// doubtful are words that betray a bug, unless somebody wrote them.
	doubtful = regexp.MustCompile(`\bNaN\b|\bundefined\b|[+-]Inf\b|\{\{`)
	// alone is text that is nothing but such a word.
	alone = regexp.MustCompile(`^[\s\p{P}]*(?:NaN|undefined|null|[+-]Inf|\{\{.*\}\})[\s\p{P}]*$`)
	// signs are in every text that one of the above finds something in.
	signs = []string{"NaN", "Inf", "undefined", "null", "{{", "%!", "<no value>", "<nil>", unsafeMark, "[object "}
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
