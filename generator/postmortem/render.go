package postmortem

import (
	"fmt"
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// A mark is text in place of a link or a picture that a page cannot have.
type mark struct {
	ast.BaseInline
	why  string
	text string // instead of children
	href string // where the picture is, "" if that may not be linked
}

var kindMark = ast.NewNodeKind("Mark")

func (*mark) Kind() ast.NodeKind       { return kindMark }
func (m *mark) Dump(src []byte, l int) { ast.DumpHelper(m, src, l, nil, nil) }

// A lineBreak is a <br> of the text.
type lineBreak struct{ ast.BaseInline }

var kindLineBreak = ast.NewNodeKind("LineBreak")

func (*lineBreak) Kind() ast.NodeKind       { return kindLineBreak }
func (b *lineBreak) Dump(src []byte, l int) { ast.DumpHelper(b, src, l, nil, nil) }

// htmlRenderer writes the nodes whose HTML is not goldmark's own: without
// inline style, and usable by keyboard and on a narrow screen.
type htmlRenderer struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (r htmlRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindMark, renderMark)
	reg.Register(kindLineBreak, wrap("<br>\n", ""))
	reg.Register(kindPin, renderPin)
	reg.Register(ast.KindHeading, renderHeading)
	reg.Register(ast.KindLink, renderLink)
	reg.Register(ast.KindAutoLink, renderAutoLink)
	reg.Register(ast.KindImage, renderImage)
	reg.Register(ast.KindString, renderString)
	reg.Register(ast.KindCodeBlock, renderCode)
	reg.Register(ast.KindFencedCodeBlock, renderCode)
	reg.Register(ast.KindHTMLBlock, wrap("", ""))
	reg.Register(ast.KindRawHTML, wrap("", ""))
	reg.Register(east.KindTable, renderTable)
	reg.Register(east.KindTableHeader, renderTableHeader)
	reg.Register(east.KindTableRow, renderTableRow)
	reg.Register(east.KindTableCell, renderCell)
	reg.Register(east.KindTaskCheckBox, renderBox)
}

func wrap(begin, end string) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			w.WriteString(begin)
		} else {
			w.WriteString(end)
		}
		return ast.WalkContinue, nil
	}
}

func renderMark(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	m := n.(*mark)
	switch {
	case !entering:
		w.WriteString("</span>")
	case m.href != "":
		fmt.Fprintf(w, `<span class="missing"><a href="%s" rel="noopener noreferrer">%s</a>`, html.EscapeString(m.href), html.EscapeString(m.text))
	case m.why != "":
		fmt.Fprintf(w, `<span class="missing" title="%s">`, html.EscapeString(m.why))
	default:
		fmt.Fprintf(w, `<span class="missing">%s`, html.EscapeString(m.text))
	}
	return ast.WalkContinue, nil
}

// renderHeading makes the words of a heading a link to it, or, if there are
// links among them, a sign behind them.
func renderHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	value, _ := h.AttributeString("id")
	id, _ := value.([]byte)
	linked := false
	ast.Walk(h, func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		m, isMark := n.(*mark)
		linked = linked || n.Kind() == ast.KindLink || n.Kind() == ast.KindAutoLink || n.Kind() == east.KindFootnoteLink || n.Kind() == kindPin || isMark && m.href != ""
		return ast.WalkContinue, nil
	})
	switch {
	case entering && linked:
		fmt.Fprintf(w, `<h%d id="%s">`, h.Level, id)
	case entering:
		fmt.Fprintf(w, `<h%d id="%s"><a href="#%s">`, h.Level, id, id)
	case linked:
		fmt.Fprintf(w, " <a class=\"anchor\" href=\"#%s\" aria-label=\"Link to this heading\">#</a></h%d>\n", id, h.Level)
	default:
		fmt.Fprintf(w, "</a></h%d>\n", h.Level)
	}
	return ast.WalkContinue, nil
}

// openLink begins a link; one that leaves the site tells the other side nothing.
func openLink(w util.BufWriter, href string) {
	rel := ""
	if strings.Contains(href, ":") {
		rel = ` rel="noopener noreferrer"`
	}
	fmt.Fprintf(w, `<a href="%s"%s>`, html.EscapeString(href), rel)
}

func renderLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		openLink(w, textURL(util.URLEscape(n.(*ast.Link).Destination, true)))
	} else {
		w.WriteString("</a>")
	}
	return ast.WalkContinue, nil
}

func renderAutoLink(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.AutoLink)
	if !entering {
		return ast.WalkContinue, nil
	}
	to := textURL(util.URLEscape(n.URL(src), false))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(to), "mailto:") {
		to = "mailto:" + to
	}
	openLink(w, to)
	w.WriteString(html.EscapeString(legible(string(n.Label(src)))))
	w.WriteString("</a>")
	return ast.WalkContinue, nil
}

func renderImage(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		n := node.(*ast.Image)
		fmt.Fprintf(w, `<img src="%s" alt="%s" loading="lazy">`,
			html.EscapeString(string(util.URLEscape(n.Destination, false))), html.EscapeString(plain(n, src)))
	}
	return ast.WalkSkipChildren, nil
}

func renderString(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		w.WriteString(html.EscapeString(string(n.(*ast.String).Value)))
	}
	return ast.WalkContinue, nil
}

func renderTable(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		number, _ := n.AttributeString("number")
		fmt.Fprintf(w, "<div class=\"table\" role=\"region\" aria-label=\"Table %v\" tabindex=\"0\"><table>\n", number)
		return ast.WalkContinue, nil
	}
	if n.ChildCount() > 1 {
		w.WriteString("</tbody>\n")
	}
	w.WriteString("</table></div>\n")
	return ast.WalkContinue, nil
}

func renderTableHeader(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		w.WriteString("<thead>\n<tr>\n")
		return ast.WalkContinue, nil
	}
	w.WriteString("</tr>\n</thead>\n")
	if n.NextSibling() != nil {
		w.WriteString("<tbody>\n")
	}
	return ast.WalkContinue, nil
}

// renderTableRow writes a row; one of the timeline has an anchor.
func renderTableRow(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	id, anchored := n.AttributeString("id")
	switch {
	case !entering:
		w.WriteString("</tr>\n")
	case anchored:
		fmt.Fprintf(w, "<tr id=\"%s\">\n", id)
	default:
		w.WriteString("<tr>\n")
	}
	return ast.WalkContinue, nil
}

func renderCell(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*east.TableCell)
	tag, scope := "td", ""
	if n.Parent().Kind() == east.KindTableHeader {
		tag, scope = "th", ` scope="col"`
	}
	if !entering {
		fmt.Fprintf(w, "</%s>\n", tag)
		return ast.WalkContinue, nil
	}
	class := ""
	switch n.Alignment {
	case east.AlignRight:
		class = ` class="align-right"`
	case east.AlignCenter:
		class = ` class="align-center"`
	}
	fmt.Fprintf(w, "<%s%s%s>", tag, scope, class)
	return ast.WalkContinue, nil
}

func renderBox(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	if n.(*east.TaskCheckBox).IsChecked {
		w.WriteString(`<span class="box" role="img" aria-label="done">☑</span> `)
	} else {
		w.WriteString(`<span class="box" role="img" aria-label="open">☐</span> `)
	}
	return ast.WalkContinue, nil
}
