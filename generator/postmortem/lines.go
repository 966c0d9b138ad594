package postmortem

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// A line is a line of a paragraph as a reader sees it, without marks.
type line struct {
	text string
	at   int // offset in the file
}

// linesOf returns the lines of a block of text, those that say nothing left out.
func linesOf(n ast.Node, src []byte) (lines []line) {
	var b strings.Builder
	at := -1
	flush := func() {
		if text := oneLine(b.String()); text != "" {
			lines = append(lines, line{text, at})
		}
		b.Reset()
		at = -1
	}
	var walk func(ast.Node)
	walk = func(n ast.Node) {
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			if at < 0 {
				at = c.Pos()
			}
			switch c := c.(type) {
			case *ast.Text:
				b.WriteString(textOf(c, src))
				if c.SoftLineBreak() || c.HardLineBreak() {
					flush()
				}
			case *ast.String:
				b.Write(c.Value)
			case *ast.AutoLink:
				b.Write(c.Label(src))
			case *ast.RawHTML:
				if tagName(string(c.Segments.Value(src))) == "br" {
					flush()
				}
				b.WriteByte(' ')
			default:
				walk(c)
			}
		}
	}
	walk(n)
	flush()
	return lines
}

// holdsText reports whether a block holds text rather than other blocks.
func holdsText(n ast.Node) bool {
	return n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock || n.Kind() == ast.KindHeading
}
