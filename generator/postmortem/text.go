package postmortem

import (
	"bufio"
	"bytes"
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	gohtml "github.com/yuin/goldmark/renderer/html"

	"tribune/generator/diag"
)

// oneLine returns text as it may stand in a sentence or a table: space of any
// kind is one space, and there is nothing that a reader would not see. What a
// file escapes, as \u202e or &#x202e;, gets this far.
func oneLine(text string) string {
	if isLine(text) {
		return text
	}
	return strings.Join(strings.Fields(legible(text)), " ")
}

// isLine reports whether text is one line of ASCII already, as most is, so that
// nothing has to be copied.
func isLine(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c >= 0x7f || c == ' ' && (i == 0 || i == len(text)-1 || text[i-1] == ' ') {
			return false
		}
	}
	return true
}

// legible drops what could hide or reorder text.
func legible(text string) string {
	if strings.IndexFunc(text, diag.Hides) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if diag.Hides(r) {
			return -1
		}
		return r
	}, text)
}

// maxTitle is how many characters of a title are kept; a longer one is a
// paragraph that became a heading.
const maxTitle = 200

// cut shortens text to at most max characters, at a space if there is one.
func cut(text string, max int) string {
	if utf8.RuneCountInString(text) <= max {
		return text
	}
	short := string([]rune(text)[:max-1])
	if i := strings.LastIndexByte(short, ' '); i > len(short)/2 {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:–-") + "…"
}

// sentences returns the first n sentences of text, fewer if they are long.
func sentences(text string, n, max int) string {
	text = oneLine(text)
	end := 0
	for range n {
		next := end + sentenceEnd(text[end:])
		// A sentence that only leads to a list says nothing without it.
		if end > 0 && (utf8.RuneCountInString(text[:next]) > max || strings.HasSuffix(text[:next], ":")) {
			break
		}
		end = next
	}
	return cut(strings.TrimSpace(text[:end]), max)
}

// sentenceEnd returns where the first sentence of text ends: at a full stop,
// an exclamation or a question mark that is followed by a space and no small
// letter, unless the word before it is an abbreviation or a list's number.
func sentenceEnd(text string) int {
	for i := 0; i < len(text); i++ {
		if strings.IndexByte(".!?", text[i]) < 0 {
			continue
		}
		end := i + 1
		for end < len(text) && strings.IndexByte(`")]'`, text[end]) >= 0 {
			end++
		}
		if end == len(text) {
			return end
		}
		if text[end] != ' ' {
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[end+1:])
		word := strings.ToLower(strings.TrimLeft(text[strings.LastIndexByte(text[:i], ' ')+1:i], `("'`))
		if unicode.IsLower(next) || text[i] == '.' && (abbreviations[word] || len(word) == 1 || isDayBefore(word, text[end+1:])) {
			continue
		}
		return end
	}
	return len(text)
}

// isDayBefore reports whether a word is the 3 of "3. February".
func isDayBefore(word, next string) bool {
	if len(word) > 2 || word == "" || strings.Trim(word, "0123456789") != "" || len(next) < 3 {
		return false
	}
	return strings.Contains("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(next[:3]))
}

var abbreviations = map[string]bool{
	"e.g": true, "i.e": true, "etc": true, "ca": true, "approx": true, "vs": true, "no": true, "cf": true,
	"mr": true, "ms": true, "mrs": true, "dr": true, "st": true, "incl": true, "resp": true, "fig": true,
}

// plain returns the text of a block without its marks: the words of links and
// of code, the alternative text of pictures, no raw HTML.
func plain(n ast.Node, src []byte) string {
	var b strings.Builder
	writePlain(&b, n, src)
	return oneLine(b.String())
}

func writePlain(b *strings.Builder, n ast.Node, src []byte) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.WriteString(textOf(c, src))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.AutoLink:
			b.Write(c.Label(src))
		case *ast.RawHTML:
			b.WriteByte(' ')
		default:
			writePlain(b, c, src)
		}
	}
}

// textOf returns what a reader sees of a run of text: &amp; as & and \* as *.
func textOf(t *ast.Text, src []byte) string {
	raw := t.Value(src)
	if t.IsRaw() || !bytes.ContainsAny(raw, `\&`) {
		return string(raw)
	}
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	gohtml.DefaultWriter.Write(w, raw)
	w.Flush()
	return html.UnescapeString(b.String())
}
