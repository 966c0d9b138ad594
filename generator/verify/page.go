package verify

import (
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"tribune/generator/diag"
)

// A page is an HTML page while it is read.
type page struct {
	*folder
	*content
	name string
	from string // the file whose addresses these are: the page itself
	here place  // of the token being read
	next place  // of the one after it

	open    []element // that are not closed yet
	foreign int       // how many of these are svg or math
	quoted  int       // how many are in an element whose text is not ours: see quotes

	doctype  bool
	h1       int // elements
	titles   int // elements
	title    string
	language string
	policy   bool                // a content security policy came before
	begun    map[string]int      // ids → line
	named    map[string]diag.Pos // ids that attributes name
	own      []anchor            // links to parts of the page itself
	weight   map[string]int64    // bytes of the styles and pictures that are loaded
	absolute []address           // of 404.html
}

// An element is one that is open, and where it began.
type element struct {
	name string
	at   diag.Pos
}

// page reads an HTML page.
func (f *folder) page(name string, r io.Reader, c *content) error {
	p := newPage(f, name, name, c)
	if err := p.read(r); err != nil {
		return err
	}
	p.end()
	return nil
}

// fragment reads a piece of HTML that a script puts into a page. Its addresses
// begin at from.
func (f *folder) fragment(name, from, text string, c *content) error {
	p := newPage(f, name, from, &content{})
	p.policy = true
	if err := p.read(strings.NewReader(text)); err != nil {
		return err
	}
	p.closed()
	for _, found := range p.list {
		found.Pos = diag.Pos{File: name} // a place in the fragment would mislead
		c.list = append(c.list, found)
	}
	for _, a := range p.anchors {
		a.at = diag.Pos{File: name}
		c.anchors = append(c.anchors, a)
	}
	return nil
}

func newPage(f *folder, name, from string, c *content) *page {
	c.ids = map[string]bool{}
	return &page{
		folder: f, content: c, name: name, from: from,
		begun: map[string]int{}, named: map[string]diag.Pos{}, weight: map[string]int64{},
	}
}

// read reads HTML, tag by tag.
func (p *page) read(r io.Reader) error {
	z := html.NewTokenizer(r)
	for {
		kind := z.Next()
		raw := z.Raw()
		p.here = p.next
		p.next.pass(raw)
		if !utf8.Valid(raw) {
			p.problem(p.pos(), "html-syntax", "", "holds bytes that are not UTF-8")
		}
		switch kind {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return z.Err()
			}
			if len(raw) > 0 {
				p.problem(p.pos(), "html-syntax", "", "ends within a tag")
			}
			return nil
		case html.DoctypeToken:
			p.doctype = true
		case html.TextToken:
			p.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			p.start(tagOf(z), kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := z.TagName()
			p.close(string(name))
		}
	}
}

// pos is the place of the token being read.
func (p *page) pos() diag.Pos { return p.here.in(p.name) }

// A tag is a start tag.
type tag struct {
	name  string
	attrs []html.Attribute
}

func tagOf(z *html.Tokenizer) tag {
	name, more := z.TagName()
	t := tag{name: string(name)}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		t.attrs = append(t.attrs, html.Attribute{Key: string(key), Val: string(value)})
	}
	return t
}

func (t tag) lookup(key string) (value string, ok bool) {
	for _, a := range t.attrs {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// get returns an attribute's value; "" if it is not there.
func (t tag) get(key string) string {
	value, _ := t.lookup(key)
	return value
}

// start reads a start tag.
func (p *page) start(t tag, selfClosing bool) {
	p.structure(t)
	p.attributes(t)
	p.forbidden(t)
	p.security(t)
	p.addresses(t)
	switch {
	case p.foreign > 0 && selfClosing, p.foreign == 0 && voids[t.name]:
		return
	case selfClosing && !foreigners[t.name]:
		p.problem(p.pos(), "html-syntax", "", "<%s/> is not closed: in HTML the slash means nothing", t.name)
		return
	case selfClosing:
		return
	}
	p.open = append(p.open, element{t.name, p.pos()})
	if foreigners[t.name] {
		p.foreign++
	}
	if quotes(t) || p.quoted > 0 {
		p.quoted++
	}
}

// structure reads what makes a page a whole document.
func (p *page) structure(t tag) {
	switch {
	case p.foreign > 0:
		return
	case t.name == "html":
		p.language = t.get("lang")
	case t.name == "h1":
		p.h1++
	case t.name == "title":
		p.titles++
	case endParagraph[t.name]:
		if i := p.openAt("p"); i >= 0 {
			p.problem(p.pos(), "html-syntax", "", "<%s> ends the <p> of line %d that it stands in", t.name, p.open[i].at.Line)
		}
	}
	if (t.name == "a" || t.name == "button") && p.openAt(t.name) >= 0 {
		p.problem(p.pos(), "html-syntax", "", "<%s> stands in another <%[1]s>", t.name)
	}
}

// openAt returns where the innermost open element of a name is; -1 if none is.
func (p *page) openAt(name string) int {
	for i, e := range slices.Backward(p.open) {
		if e.name == name {
			return i
		}
	}
	return -1
}

// attributes reads what any element may have.
func (p *page) attributes(t tag) {
	for _, a := range t.attrs {
		switch {
		case a.Key == "id" && a.Val == "":
			p.problem(p.pos(), "html-syntax", "", "<%s> has an empty id", t.name)
		case a.Key == "id":
			if p.ids[a.Val] {
				p.problem(p.pos(), "id-twice", "", "id %q stands in line %d already", a.Val, p.begun[a.Val])
			} else {
				p.ids[a.Val], p.begun[a.Val] = true, p.pos().Line
			}
		case naming[a.Key]:
			for _, id := range strings.Fields(a.Val) {
				if _, ok := p.named[id]; !ok {
					p.named[id] = p.pos()
				}
			}
		case drawing[a.Key] && notNumbers.MatchString(a.Val):
			p.problem(p.pos(), "leftover", "", "<%s> is drawn with %s=%q", t.name, a.Key, a.Val)
		case strings.Contains(a.Val, unsafeMark):
			p.problem(p.pos(), "leftover", "", "%s of <%s> is %q: a template put something there that is not safe", a.Key, t.name, a.Val)
		}
	}
}

// close reads an end tag.
func (p *page) close(name string) {
	i := p.openAt(name)
	switch {
	case i < 0:
		p.problem(p.pos(), "html-syntax", "", "</%s> closes nothing", name)
		return
	case i < len(p.open)-1:
		inner := p.open[len(p.open)-1]
		p.problem(p.pos(), "html-syntax", "", "</%s> closes <%[1]s> while the <%s> of line %d is open", name, inner.name, inner.at.Line)
	}
	p.drop(i)
}

// drop closes all elements from the i-th on.
func (p *page) drop(i int) {
	for _, e := range p.open[i:] {
		if foreigners[e.name] {
			p.foreign--
		}
	}
	p.quoted = max(0, p.quoted-(len(p.open)-i))
	p.open = p.open[:i]
}

// closed sees that nothing is open any more.
func (p *page) closed() {
	for _, e := range p.open {
		p.problem(e.at, "html-syntax", "", "<%s> is never closed", e.name)
	}
}

// end holds what can be told of the whole page only.
func (p *page) end() {
	p.closed()
	whole := diag.Pos{File: p.name}
	if !p.doctype {
		p.problem(whole, "html-syntax", "", "does not begin with <!doctype html>, so browsers lay it out as they did long ago")
	}
	if p.h1 != 1 {
		p.problem(whole, "heading-one", "", "has %d elements <h1>, not one", p.h1)
	}
	if p.titles != 1 {
		p.problem(whole, "title-missing", "", "has %d elements <title>, not one", p.titles)
	} else if strings.TrimSpace(p.title) == "" {
		p.problem(whole, "title-missing", "", "its title is empty")
	}
	if p.language == "" {
		p.problem(whole, "language-missing", "", "its <html> has no lang, so it is read out as any language")
	}
	if !p.policy {
		p.problem(whole, "policy-weak", "", "has no content security policy")
	}
	for _, id := range slices.Sorted(maps.Keys(p.named)) {
		if !p.ids[id] {
			p.problem(p.named[id], "id-missing", "", "an attribute names the id %q, which the page has not", id)
		}
	}
	for _, a := range p.own {
		p.hold(a, p.ids)
	}
	p.fromAnyAddress()
	p.budget()
}

// budget holds the page against what a reader on a phone should have to load.
func (p *page) budget() {
	const scorecard, most = 100_000, 1_000_000 // bytes
	own := p.size[p.name]
	sum := own
	for _, n := range p.weight {
		sum += n
	}
	whole := diag.Pos{File: p.name}
	if p.isScorecard() && sum > scorecard {
		p.problem(whole, "scorecard-size", "", "takes %d bytes with its styles and pictures, and should take at most %d", sum, scorecard)
	}
	if own > most {
		p.problem(whole, "page-size", "", "takes %d bytes, and should take at most %d", own, most)
	}
}

func (p *page) isScorecard() bool {
	tribe, ok := p.tribeOf(p.name)
	rest := p.name
	if tribe != "." {
		rest = strings.TrimPrefix(rest, tribe+"/")
	}
	return ok && (rest == "index.html" || strings.HasPrefix(rest, "scorecards/"))
}

// text reads text between tags.
func (p *page) text(s string) {
	if p.foreign == 0 && p.openAt("title") >= 0 {
		p.title += s
	}
	if p.quoted > 0 {
		return
	}
	if fault, sure := leftover(s); fault != "" {
		p.problem(p.pos(), "leftover", "", "shows %s", fault)
		if !sure {
			last := &p.list[len(p.list)-1]
			last.Severity, last.Hint = diag.Note, "nothing is wrong if somebody wrote so"
		}
	}
}

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

var (
	// voids are the elements of HTML that have no end tag.
	voids = words("area base br col embed hr img input link meta param source track wbr")
	// foreigners hold elements of another language, where a slash closes.
	foreigners = words("svg math")
	// endParagraph are elements that cannot stand in a paragraph.
	endParagraph = words(`address article aside blockquote details div dl fieldset figcaption figure footer form
		h1 h2 h3 h4 h5 h6 header hr main nav ol p pre search section table ul`)
	// naming are attributes that name ids of the same page.
	naming = words("for headers list aria-activedescendant aria-controls aria-describedby aria-details aria-labelledby aria-owns data-instead")
	// drawing are attributes of SVG that are made of numbers.
	drawing = words("cx cy d dx dy height points r rx ry transform viewbox width x x1 x2 y y1 y2")
)

// quotes reports whether what is in an element may be anybody's text: code,
// which may be in any language, and what people wrote at length.
func quotes(t tag) bool {
	switch t.name {
	case "code", "kbd", "pre", "samp", "script", "style", "textarea":
		return true
	}
	return slices.Contains(strings.Fields(t.get("class")), "prose")
}
