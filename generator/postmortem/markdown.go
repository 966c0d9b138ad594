package postmortem

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"tribune/generator/diag"
)

// markdown is the dialect that postmortems are written in: GitHub's, with
// footnotes.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify, extension.TaskList, extension.Footnote),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(htmlRenderer{}, 100))),
)

// Limits of shape. The time that Markdown takes grows with the square of what
// they count; no text that a person writes comes near them.
const (
	maxNesting = 60   // quotes and lists in each other
	maxLinks   = 4000 // openings of links in a paragraph
	maxColumns = 300  // of a table
)

// parse parses the body. ok is false if its shape is such that parsing would
// take minutes.
func (s *source) parse(problems *diag.List) (root ast.Node, ok bool) {
	if at, what := tangled(s.text); what != "" {
		problems.Add(s.pos(at), RuleSize, diag.Error, "", "%s: the text is shown as it is written", what)
		return nil, false
	}
	return markdown.Parser().Parse(text.NewReader(s.text)), true
}

// tangled returns the first place where the text goes over a limit.
func tangled(text []byte) (at int, what string) {
	links := 0
	for line := range bytes.Lines(text) {
		trimmed := bytes.TrimSpace(line)
		if len(trimmed) == 0 {
			links = 0
		}
		links += bytes.Count(line, []byte("]("))
		indent := len(line) - len(bytes.TrimLeft(line, " \t"))
		switch {
		case len(trimmed) > maxNesting && nesting(trimmed) > maxNesting:
			return at, "quotes and lists are nested too deeply"
		case indent > 4*maxNesting && len(trimmed) > 0 && bytes.IndexByte([]byte("-*+>"), trimmed[0]) >= 0:
			return at, "lists are nested too deeply"
		case links > maxLinks:
			return at, "a paragraph has too many links"
		case bytes.Count(line, []byte("|")) > maxColumns:
			return at, "a table has too many columns"
		}
		at += len(line)
	}
	return 0, ""
}

// nesting returns how many quotes and lists a line opens at once. A rule of
// many dashes opens none.
func nesting(line []byte) (n int) {
	if len(bytes.Trim(line, "-*_ \t")) == 0 {
		return 0
	}
	for {
		line = bytes.TrimLeft(line, " \t")
		digits := len(line) - len(bytes.TrimLeft(line, "0123456789"))
		switch {
		case bytes.HasPrefix(line, []byte(">")):
			line = line[1:]
		case digits == 0 && len(line) > 1 && strings.IndexByte("-*+", line[0]) >= 0 && isSpace(line[1]):
			line = line[2:]
		case digits > 0 && len(line) > digits+1 && strings.IndexByte(".)", line[digits]) >= 0 && isSpace(line[digits+1]):
			line = line[digits+2:]
		default:
			return n
		}
		n++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }
