// Package promql is what can be told of a query without asking a server: where
// its ranges are, what it counts over the window that a pull fills in, and
// whether Prometheus could read it.
//
// Servers that speak like Prometheus read more than it does, so the first two
// are told from brackets, strings and comments alone; [Syntax] asks the parser.
package promql

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Window stands in a query for the range that a pull fills in: the width of a
// bucket.
const Window = "{{.window}}"

// written is how people write it: Go's templates allow spaces, and a dash that
// eats them.
var written = regexp.MustCompile(`\{\{-?\s*\.window\s*-?\}\}`)

// Plain returns a query in which every window is written as Window is.
func Plain(query string) string { return written.ReplaceAllString(query, Window) }

// A Range is a range in brackets: [5m], or [1h:1m] of a subquery.
type Range struct {
	From, To int    // where its length stands in the query, up to the colon or bracket
	Length   string // the text there, without spaces around it
	Func     string // the nearest function around it: rate, increase …; "" if there is none
}

// Ranges finds the ranges of a plain query, in order. The error says which
// bracket or quote is not closed, or closes none: no server can read that.
func Ranges(query string) (all []Range, err error) {
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
		case strings.HasPrefix(rest, Window):
			i += len(Window)
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
			r := Range{From: i + 1, To: i + 1 + len(length), Length: strings.TrimSpace(length)}
			for _, name := range open {
				if name != "" {
					r.Func = name
				}
			}
			all = append(all, r)
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

// IsSelector reports whether a query is the name of a metric, its matchers, or
// both, and nothing else.
func IsSelector(query string) bool {
	rest := strings.TrimSpace(query)
	n := nameLen(rest)
	rest = strings.TrimSpace(rest[n:])
	if strings.HasPrefix(rest, "{") {
		m := matchers(rest)
		return m == len(rest) && (n > 0 || strings.TrimSpace(rest[1:m-1]) != "")
	}
	return n > 0 && rest == ""
}
