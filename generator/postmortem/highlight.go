package postmortem

import (
	_ "embed"
	"fmt"
	"html"
	"strings"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// maxHighlight is the most code, in bytes, that is highlighted. More of it is a
// log, and a lexer may take long over it.
const maxHighlight = 16 << 10

//go:embed highlight.css
var highlightCSS string

// HighlightCSS is the style of highlighted code, for light and dark.
func HighlightCSS() string { return highlightCSS }

// renderCode writes a block of code, highlighted if it names a language. It can
// be scrolled by keyboard.
func renderCode(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	code := legible(string(n.Lines().Value(src)))
	w.WriteString(`<pre tabindex="0"><code>`)
	var lexer chroma.Lexer
	if fence, ok := n.(*ast.FencedCodeBlock); ok && len(code) <= maxHighlight {
		if language := fence.Language(src); language != nil && len(language) < 30 {
			lexer = lexers.Get(strings.ToLower(string(language)))
		}
	}
	if lexer == nil || !highlight(w, lexer, code) {
		w.WriteString(html.EscapeString(code))
	}
	w.WriteString("</code></pre>\n")
	return ast.WalkSkipChildren, nil
}

// highlight writes code with the words of its language marked; it writes
// nothing and returns false if the lexer fails.
func highlight(w util.BufWriter, lexer chroma.Lexer, code string) bool {
	tokens, err := chroma.Tokenise(chroma.Coalesce(lexer), nil, code)
	if err != nil {
		return false
	}
	for _, t := range tokens {
		if class := tokenClass(t.Type); class != "" && strings.TrimSpace(t.Value) != "" {
			fmt.Fprintf(w, `<span class="%s">%s</span>`, class, html.EscapeString(t.Value))
		} else {
			w.WriteString(html.EscapeString(t.Value))
		}
	}
	return true
}

// tokenClass returns the class of a token, "" for plain text. Six classes are
// enough to tell words apart, and keep pages small.
func tokenClass(t chroma.TokenType) string {
	switch {
	case t == chroma.GenericInserted:
		return "hl-add"
	case t == chroma.GenericDeleted:
		return "hl-del"
	case t.InCategory(chroma.Comment):
		return "hl-note"
	case t.InCategory(chroma.Keyword), t == chroma.NameTag, t == chroma.NameBuiltin:
		return "hl-word"
	case t.InSubCategory(chroma.LiteralString):
		return "hl-text"
	case t.InSubCategory(chroma.LiteralNumber):
		return "hl-num"
	}
	return ""
}
