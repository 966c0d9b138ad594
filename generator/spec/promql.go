package spec

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// window is how our queries write the range that a pull fills in.
const window = "{{.window}}"

// written is how specs write it: Go's templates allow spaces, and a dash that
// eats them.
var written = regexp.MustCompile(`\{\{-?\s*\.window\s*-?\}\}`)

// A span is a range in brackets: [5m], or [1h:1m] of a subquery.
type span struct {
	from, to int    // of what is in the brackets, up to a colon
	length   string // the text there
	of       string // the function that takes the range: rate, increase …; "" if there is none
}

// spans finds the ranges of a query. Of the rest it knows as much as that takes:
// strings, comments and brackets. Prometheus judges queries; what would be
// nonsense to it may pass here.
func spans(query string) (all []span, err error) {
	var open []string // the functions whose parentheses are open
	word := ""        // the name just read
	for i := 0; i < len(query); {
		rest, next := query[i:], ""
		switch c := query[i]; {
		case c == '#':
			i = lineEnd(query, i)
			continue
		case c == '"' || c == '\'' || c == '`':
			n := quoted(rest)
			if n == 0 {
				return nil, fmt.Errorf("the quote %c is not closed", c)
			}
			i += n
		case strings.HasPrefix(rest, window):
			i += len(window)
		case c == '{':
			n := matchers(rest)
			if n == 0 {
				return nil, errors.New("the brace { is not closed")
			}
			i += n
		case c == '[':
			n := strings.IndexByte(rest, ']')
			if n < 0 {
				return nil, errors.New("the bracket [ is not closed")
			}
			length, _, _ := strings.Cut(rest[1:n], ":")
			s := span{from: i + 1, to: i + 1 + len(length), length: strings.TrimSpace(length)}
			if len(open) > 0 {
				s.of = open[len(open)-1]
			}
			all = append(all, s)
			i += n + 1
		case c == '(':
			open = append(open, word)
			i++
		case c == ')':
			if len(open) == 0 {
				return nil, errors.New("the parenthesis ) closes none")
			}
			open = open[:len(open)-1]
			i++
		case c == '}' || c == ']':
			return nil, fmt.Errorf("the %c closes none", c)
		case nameLen(rest) > 0:
			next = rest[:nameLen(rest)]
			i += len(next)
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			next = word // a name may stand apart from its parenthesis
			i++
		default:
			i++
		}
		word = next
	}
	if len(open) > 0 {
		return nil, errors.New("the parenthesis ( is not closed")
	}
	return all, nil
}

func lineEnd(s string, from int) int {
	if n := strings.IndexByte(s[from:], '\n'); n >= 0 {
		return from + n
	}
	return len(s)
}

// quoted returns the length of the string that s begins with, 0 if it does not
// end.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] != '`':
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return 0
}

// matchers returns the length of the {label matchers} that s begins with, 0 if
// they do not end.
func matchers(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '}':
			return i + 1
		case '#':
			i = lineEnd(s, i)
		case '"', '\'', '`':
			n := quoted(s[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		}
	}
	return 0
}

// nameLen returns the length of the name of a metric or function that s begins
// with.
func nameLen(s string) (n int) {
	for n < len(s) {
		c := s[n]
		if c != '_' && c != ':' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (n == 0 || c < '0' || c > '9') {
			break
		}
		n++
	}
	return n
}

// isSelector reports whether a query is the name of a metric, its matchers, or
// both, and nothing else.
func isSelector(query string) bool {
	rest := strings.TrimSpace(query)
	n := nameLen(rest)
	rest = strings.TrimSpace(rest[n:])
	if strings.HasPrefix(rest, "{") {
		m := matchers(rest)
		return m == len(rest) && (n > 0 || strings.TrimSpace(rest[1:m-1]) != "")
	}
	return n > 0 && rest == ""
}

// countsOf says what a query with these ranges counts over the window: events
// (increase), events per second (rate), or "" if that cannot be told.
func countsOf(ranges []span) (counts string) {
	for _, s := range ranges {
		was := counts
		switch {
		case s.length != window:
		case s.of == "rate" || s.of == "irate":
			counts = "rate"
		case s.of == "increase" || s.of == "sum_over_time" || s.of == "count_over_time" || s.of == "changes" || s.of == "resets":
			counts = "increase"
		}
		if was != "" && counts != was {
			return ""
		}
	}
	return counts
}

// in puts a query in parentheses, which a comment in it must not swallow.
func in(query string) string {
	if strings.ContainsAny(query, "\n#") {
		return "(\n" + query + "\n)"
	}
	return "(" + query + ")"
}

// increase sums what the counters of a selector gained.
func increase(selector string) string { return "sum(increase(" + selector + "[" + window + "]))" }

// present is 1 where a query has a value, 0 where that is not a number, as it is
// without traffic, and absent where the query has none.
func present(query string) string { return in(query) + " >= bool -Inf" }

// oneSum is a sum of bare counters, as OpenSLO's examples write them.
var oneSum = regexp.MustCompile(`(?s)^(sum\s*(?:by\s*\([^()]*\)\s*)?\()(.*)\)$`)

// counted returns the query that counts what the counters in query gained.
func counted(query string) (string, bool) {
	if isSelector(query) {
		return increase(query), true
	}
	if m := oneSum.FindStringSubmatch(query); m != nil && isSelector(m[2]) {
		return m[1] + "increase(" + strings.TrimSpace(m[2]) + "[" + window + "]))", true
	}
	return "", false
}
