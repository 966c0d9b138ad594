package postmortem

import (
	"bytes"
	"sort"
	"strings"
	"unicode/utf8"

	"tribune/generator/diag"
)

// MaxSize is the largest file, in bytes, that is read as a postmortem.
const MaxSize = 5 << 20

// A source is the text of one file, made harmless. Every byte that is left
// stands where it stood in the file, so offsets are offsets in the file.
type source struct {
	file  string
	text  []byte  // the body; what comes before it is blank
	front []byte  // the front matter between its fences, nil if there is none
	from  int     // where the front matter begins
	lang  string  // "toml" or "yaml"
	lines []int   // where each line begins
	words Aliases // the site's own

	// broken is whether something that the file says could not be read, so that
	// nobody knows for whom it is.
	broken bool
}

// pos returns the place of an offset.
func (s *source) pos(offset int) diag.Pos {
	if offset < 0 {
		return diag.Pos{File: s.file}
	}
	line := sort.SearchInts(s.lines, offset+1)
	return diag.Pos{File: s.file, Line: line, Col: offset - s.lines[line-1] + 1}
}

// open makes the text of a file harmless, takes secrets out of it and finds its
// front matter.
func open(file string, src []byte) (*source, diag.List) {
	s := &source{file: file, lines: []int{0}}
	for i, c := range src {
		if c == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	var problems diag.List
	if len(src) > MaxSize {
		s.broken = true
		problems.Add(s.pos(0), RuleSize, diag.Error, "split it, or link to what is attached", "the file is larger than %d MB and is not read", MaxSize>>20)
		return s, problems
	}
	s.text = s.harmless(src, &problems)
	s.hideSecrets(&problems)
	s.split(&problems)
	return s, problems
}

// harmless returns a copy of the text without what could hide or reorder it or
// is no text at all, byte for byte in place.
func (s *source) harmless(src []byte, problems *diag.List) []byte {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		problems.Add(s.pos(0), RuleEncoding, diag.Error, "save it as UTF-8", "the file is UTF-16")
		s.broken = true
		return nil
	}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		problems.Add(s.pos(i), RuleEncoding, diag.Error, "save it as UTF-8 text", "the file holds NUL bytes: it is not text")
		s.broken = true
		return nil
	}
	text := bytes.Clone(src)
	copy(text, bytes.Replace(text[:min(3, len(text))], []byte("\ufeff"), []byte("   "), 1))
	invalid, control := -1, -1
	for i := 0; i < len(text); {
		if c := text[i]; c >= ' ' && c < 0x7f || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			text[i] = '?'
			if invalid < 0 {
				invalid = i
			}
		case diag.Hides(r):
			blank := bytes.Repeat([]byte(" "), n)
			if n == utf8.RuneLen(utf8.RuneError) {
				blank = []byte(string(utf8.RuneError))
			}
			copy(text[i:], blank)
			if control < 0 {
				control = i
			}
		}
		i += n
	}
	if invalid >= 0 {
		problems.Add(s.pos(invalid), RuleEncoding, diag.Warning, "save it as UTF-8", "byte 0x%02x is not UTF-8; such bytes are shown as question marks", src[invalid])
	}
	if control >= 0 {
		r, _ := utf8.DecodeRune(src[control:])
		problems.Add(s.pos(control), RuleEncoding, diag.Warning, "remove it", "%U is a control character; such characters are not shown", r)
	}
	return text
}

// split finds the front matter and blanks it out of the body. Three dashes
// begin front matter only if a key follows: they may also be a rule.
func (s *source) split(problems *diag.List) {
	fence, from := s.line(0)
	switch fence {
	case "+++":
		s.lang = "toml"
	case "---":
		s.lang = "yaml"
	default:
		return
	}
	for at := from; at < len(s.text); {
		line, next := s.line(at)
		if line == fence || fence == "---" && line == "..." {
			if s.lang == "yaml" && !keyed(s.text[from:at]) && len(bytes.TrimSpace(s.text[from:at])) > 0 {
				s.lang = ""
				return
			}
			s.front, s.from = bytes.Clone(s.text[from:at]), from
			if s.front == nil {
				s.front = []byte{}
			}
			s.blank(next)
			return
		}
		at = next
	}
	if s.lang == "toml" || keyed(s.text[from:]) {
		problems.Add(s.pos(0), RuleFrontMatter, diag.Error, "end it with a line "+fence, "the front matter begins with %s and does not end", fence)
		s.broken = true
	}
	s.lang = ""
}

// line returns the line that begins at an offset, without space at its end,
// and where the next one begins.
func (s *source) line(at int) (line string, next int) {
	rest := s.text[at:]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i+1]
	}
	line = strings.TrimRight(string(rest[:min(len(rest), 80)]), " \t\r\n")
	if at == 0 {
		line = strings.TrimLeft(line, " ") // a byte order mark
	}
	return line, at + len(rest)
}

// keyed reports whether the first line that says anything begins with a key,
// as YAML has it.
func keyed(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		key, _, ok := bytes.Cut(line, []byte(":"))
		return ok && len(key) > 0 && !bytes.ContainsAny(key, " <>[]()*`") || line[0] == '{'
	}
	return false
}

// blank replaces all up to an offset by spaces, except for the ends of lines.
func (s *source) blank(to int) {
	for i := range s.text[:to] {
		if s.text[i] != '\n' {
			s.text[i] = ' '
		}
	}
}
