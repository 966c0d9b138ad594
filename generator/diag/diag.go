// Package diag holds problems: things wrong with what people wrote, each with
// its place, the rule it breaks and a hint that says how to put it right.
//
// Problems are values. A phase collects all of them and the command prints
// them sorted; failures of the world (a disk, a network) are ordinary errors.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Pos is a place in a file a person wrote. File is relative to the site's
// folder with forward slashes. Line and Col count from 1, Col in bytes; 0 means
// not known, and then it is left out of the text.
type Pos struct {
	File string
	Line int
	Col  int
}

// String returns "file:line:col", as far as it is known.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// A Severity says what a problem does to a build.
type Severity int

const (
	Note    Severity = iota // worth knowing
	Warning                 // incomplete, or contradictory in prose
	Error                   // unreadable, contradictory, or names what does not exist: stops a build
)

// String returns "note", "warning" or "error".
func (s Severity) String() string {
	return [...]string{"note", "warning", "error"}[s]
}

// MarshalText writes the severity as its word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the severity's word.
func (s *Severity) UnmarshalText(word []byte) error {
	for _, known := range []Severity{Note, Warning, Error} {
		if known.String() == string(word) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("%q is no severity", word)
}

// A Problem is one thing wrong with an input, and how to put it right.
type Problem struct {
	Pos      Pos
	Rule     string // an id such as "objective-whole"
	Severity Severity
	Message  string
	Hint     string // may be empty
}

// String returns the problem as one line, and its hint as a second one that
// begins with a tab. Control characters in either are made visible, since the
// text may come from a file that nobody has checked.
func (p Problem) String() string {
	var b strings.Builder
	if p.Pos.File != "" {
		b.WriteString(visible(p.Pos.String()))
		b.WriteString(": ")
	}
	if p.Severity != Error {
		b.WriteString(p.Severity.String() + ": ")
	}
	fmt.Fprintf(&b, "%s (%s)", visible(p.Message), p.Rule)
	if p.Hint != "" {
		b.WriteString("\n\thint: " + visible(p.Hint))
	}
	return b.String()
}

// A List is problems as they were found.
type List []Problem

// Add appends a problem; hint may be empty.
func (l *List) Add(pos Pos, rule string, sev Severity, hint, format string, args ...any) {
	*l = append(*l, Problem{pos, rule, sev, fmt.Sprintf(format, args...), hint})
}

// Sorted returns the problems in order of file, line, column, rule and text,
// without repetitions.
func (l List) Sorted() List {
	s := slices.Clone(l)
	slices.SortFunc(s, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Col, b.Pos.Col),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(s)
}

// Count returns how many problems are of severity s.
func (l List) Count(s Severity) (n int) {
	for _, p := range l {
		if p.Severity == s {
			n++
		}
	}
	return n
}

// Nearest returns the one of known that is most like word, or "" if none is
// like it: at most a third of the letters differ.
func Nearest(word string, known []string) string {
	letters := utf8.RuneCountInString(word)
	best, least := "", letters/3+1
	for _, k := range known {
		if n := utf8.RuneCountInString(k) - letters; n > least || -n > least {
			continue // as many letters are to be inserted or deleted at least
		}
		if d := distance(word, k); d < least || d == least && best != "" && k < best {
			best, least = k, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete, replace or swap with
// their neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	before, prev, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		before, prev, row = prev, row, before
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, prev[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(t)]
}

// Hides reports whether a character could hide or reorder what a reader sees, or
// may not stand in a page: controls, but for tabs and ends of lines,
// bidirectional embeddings, overrides and isolates, byte order marks, and what
// is not a character at all.
func Hides(r rune) bool {
	switch {
	case r < ' ':
		return r != '\n' && r != '\t' && r != '\r'
	case r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
		return true
	}
	return r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

// visible replaces control and bidirectional formatting characters, which
// could hide or reorder text on a terminal, by their escapes.
func visible(s string) string {
	bad := func(r rune) bool {
		return Hides(r) || r == '\n' || r == '\r' || r == 0x200e || r == 0x200f
	}
	if strings.IndexFunc(s, bad) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if bad(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
