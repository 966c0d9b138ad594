package postmortem

import (
	"fmt"
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"tribune/generator/diag"
)

// Around is the anchor of the chart in a page to which the numbers of a timeline
// lead.
const Around = "around"

// A pin stands where an entry of the timeline begins: its anchor, if nothing
// else of the entry can bear that, and its number in the chart, if it is there.
type pin struct {
	ast.BaseInline
	id     string
	number int
}

var kindPin = ast.NewNodeKind("Pin")

func (*pin) Kind() ast.NodeKind       { return kindPin }
func (p *pin) Dump(src []byte, l int) { ast.DumpHelper(p, src, l, nil, nil) }

// timeline gives the entries of the timeline their moments and anchors. They are
// anchored by the time that they begin with, t-10-05, which entries that are
// added between them do not change. Those that the page's chart shows have the
// numbers of its markers, which lead there.
func (b *body) timeline(root ast.Node) {
	c := calendar{source: b.source, day: b.links.Day, site: b.links.Zone, zones: b.zonesOfAll(root), problems: new(diag.List), told: map[string]bool{}}
	b.out.Timeline = c.moments(root, b.source.timeline(root))
	b.number()
	entries := map[string]bool{} // headings that are entries
	for i := range b.out.Timeline {
		m := &b.out.Timeline[i]
		p := &pin{number: m.N}
		id, anchored := m.node.AttributeString("id")
		switch {
		case anchored:
			m.ID = string(id.([]byte))
			entries[m.ID] = true
		default:
			m.ID = b.unique("t-" + slugOf(m.when))
			if holdsText(m.node) {
				p.id = m.ID
			} else {
				m.node.SetAttributeString("id", []byte(m.ID))
			}
		}
		if p.id != "" || p.number > 0 {
			b.place(p, m)
		}
		m.node = nil
	}
	// Forty clocks are no contents; the heading above them is.
	b.out.Contents = slices.DeleteFunc(b.out.Contents, func(h Heading) bool { return entries[h.ID] })
}

// number numbers the moments that the page's chart shows, in order of time.
func (b *body) number() {
	var shown []*Moment
	for i := range b.out.Timeline {
		if m := &b.out.Timeline[i]; !m.At.IsZero() && b.links.Chart.Contains(m.At) {
			shown = append(shown, m)
		}
	}
	slices.SortStableFunc(shown, func(a, b *Moment) int { return a.At.Compare(b.At) })
	for i, m := range shown {
		m.N = i + 1
	}
}

// place puts a pin where the entry begins. An entry that is a line of a paragraph
// begins a line in the page too.
func (b *body) place(p *pin, m *Moment) {
	if n := m.node; n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock {
		if first := beginning(n, m.at); first != nil {
			if first.PreviousSibling() != nil {
				n.InsertBefore(n, first, &lineBreak{})
			}
			n.InsertBefore(n, first, p)
		}
		return
	}
	n := m.node
	for n.Kind() != ast.KindHeading && n.FirstChild() != nil && n.FirstChild().Type() == ast.TypeBlock {
		n = n.FirstChild()
	}
	if n.FirstChild() != nil {
		n.InsertBefore(n, n.FirstChild(), p)
	}
}

// beginning returns the child of a block of text with which the line at an offset
// begins.
func beginning(n ast.Node, at int) (child ast.Node) {
	for c := n.FirstChild(); c != nil && c.Pos() <= at; c = c.NextSibling() {
		child = c
	}
	return child
}

func renderPin(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	p := n.(*pin)
	id := ""
	if p.id != "" {
		id = fmt.Sprintf(` id="%s"`, p.id)
	}
	switch {
	case !entering:
	case p.number > 0:
		fmt.Fprintf(w, `<a class="pin" href="#%s"%s aria-label="Marker %d of the chart">%d</a> `, Around, id, p.number, p.number)
	default:
		fmt.Fprintf(w, `<span%s></span>`, id)
	}
	return ast.WalkContinue, nil
}
