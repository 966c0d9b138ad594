package cache

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"io/fs"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
)

// A text is a postmortem's body as it was rendered. The fields are exported for
// JSON.
type text struct {
	Rendered postmortem.Rendered
	Problems diag.List
	Asked    []answer // in the order of the text
}

// An answer is what postmortem.Links said of a file that the text refers to.
type answer struct {
	Image bool
	File  string
	Href  string
	OK    bool
}

// ask puts the question again.
func (a answer) ask(links postmortem.Links) answer {
	if a.Image {
		a.Href, a.OK = links.Image(a.File)
	} else {
		a.Href, a.OK = links.Page(a.File)
	}
	return a
}

// OpenBodies opens what is known of texts for an audience and its tribes, so
// that the builds of one audience do not push out what another's remember.
// CloseBodies ends it.
func (c *Cache) OpenBodies(audience string, tribes []string) {
	name := digestOf(append([]string{audience}, tribes...)...)
	c.bodies = openPack(c.path("bodies-" + hex.EncodeToString([]byte(name[:8]))))
}

// CloseBodies ends what OpenBodies began. If the site is whole, so that each of
// its texts was asked for, it lets go of the others on disk.
func (c *Cache) CloseBodies(whole bool) { c.bodies.close(whole) }

// Body renders a postmortem's text, as postmortem.Body does, unless it is known.
// The error is that of reading the file.
func (c *Cache) Body(site fs.FS, file, title string, links postmortem.Links) (postmortem.Rendered, diag.List, error) {
	words, _ := json.Marshal(links.Aliases) // maps in order of their keys; no value of it fails
	zone := ""
	if links.Zone != nil {
		zone = links.Zone.String()
	}
	chart := links.Chart.From.String() + links.Chart.To.String()
	with := digestOf(c.program, zone, links.Day.String(), chart, string(words), file, title)
	if sum, ok := c.files.known(file); ok {
		if t, ok := c.text(digestOf(with, sum), links); ok {
			return t.Rendered, t.Problems, nil
		}
	}
	src, err := fs.ReadFile(site, file)
	if err != nil {
		return postmortem.Rendered{}, nil, err
	}
	key := digestOf(with, c.files.learn(file, src))
	if t, ok := c.text(key, links); ok {
		return t.Rendered, t.Problems, nil
	}
	var t text
	noting := links
	noting.Page = func(file string) (string, bool) { return t.note(answer{File: file}, links) }
	noting.Image = func(file string) (string, bool) { return t.note(answer{Image: true, File: file}, links) }
	t.Rendered, t.Problems = postmortem.Body(file, src, title, noting)
	if b, ok := t.encode(); ok {
		c.bodies.put(key, b)
	}
	return t.Rendered, t.Problems, nil
}

// encode writes a text: how long the JSON of all but the HTML is, that JSON, and
// the HTML as it is.
func (t text) encode() (b []byte, ok bool) {
	html := t.Rendered.HTML
	t.Rendered.HTML = ""
	rest, err := json.Marshal(t)
	b = binary.AppendUvarint(make([]byte, 0, len(rest)+len(html)+binary.MaxVarintLen64), uint64(len(rest)))
	return append(append(b, rest...), html...), err == nil
}

// decode reads what encode wrote.
func (t *text) decode(b []byte) (ok bool) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return false
	}
	rest := n + int(size)
	if json.Unmarshal(b[n:rest], t) != nil {
		return false
	}
	t.Rendered.HTML = template.HTML(b[rest:])
	return true
}

// note keeps an answer, and gives it.
func (t *text) note(a answer, links postmortem.Links) (string, bool) {
	a = a.ask(links)
	t.Asked = append(t.Asked, a)
	return a.Href, a.OK
}

// text returns what is known by a key, if what it refers to is where it was.
func (c *Cache) text(key string, links postmortem.Links) (t text, ok bool) {
	b, ok := c.bodies.get(key)
	if !ok || !t.decode(b) {
		return text{}, false
	}
	for _, a := range t.Asked {
		if a.ask(links) != a {
			return text{}, false
		}
	}
	return t, true
}
