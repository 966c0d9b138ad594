package spec

import (
	"bytes"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"tribune/generator/diag"
)

const (
	maxSize   = 1 << 20 // the most bytes of a file
	maxValues = 100_000 // the most values of a document, its aliases followed
)

// A file is the text of one file under data/slos.
type file struct {
	name    string
	text    string // without a byte order mark
	letters []int  // where each letter begins in the text
	lines   []int  // which letter begins each line, as YAML counts lines
	ours    []int  // where each line begins in the text, as editors count lines
}

// A node is a value of a file; aliases are followed. The zero node stands for
// one that is not there: it has no text, keys, items or place.
type node struct {
	*yaml.Node
	file *file
	name string // how messages call it: its key, or "the document"
}

// read returns the documents of a file, or reports why there are none. After a
// syntax error nothing can be trusted, so the documents before it are all.
func (r *reader) read(fsys fs.FS, name string) (docs []node) {
	at := diag.Pos{File: name, Line: 1, Col: 1}
	text, err := readText(fsys, name)
	switch {
	case err != nil:
		r.reportAt(diag.Pos{File: name}, "spec-file", "look at its permissions, and whether it is a file", "the file cannot be read: %v", err)
		return nil
	case len(text) > maxSize:
		r.reportAt(at, "spec-file", "split it", "the file is larger than %d MiB", maxSize>>20)
		return nil
	case !utf8.ValidString(text):
		r.reportAt(at, "spec-file", "save it as UTF-8", "the file is not UTF-8 text")
		return nil
	}
	f := newFile(name, strings.TrimPrefix(text, "\uFEFF"))
	for dec := yaml.NewDecoder(strings.NewReader(f.text)); ; {
		var y yaml.Node
		err := dec.Decode(&y)
		if err == io.EOF {
			return docs
		}
		if err != nil {
			pos, message := f.syntax(err)
			r.reportAt(pos, "spec-yaml", "the rest of the file is not read until this is put right", "%s", message)
			return docs
		}
		if len(y.Content) == 0 {
			continue
		}
		doc := node{y.Content[0], f, "the document"}
		if doc.there() && r.sound(doc) {
			docs = append(docs, doc)
		}
	}
}

func readText(fsys fs.FS, name string) (string, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var b bytes.Buffer
	_, err = io.Copy(&b, io.LimitReader(f, maxSize+1))
	return b.String(), err
}

func newFile(name, text string) *file {
	f := &file{name: name, text: text, lines: []int{0}, ours: []int{0}}
	for at, c := range text {
		f.letters = append(f.letters, at)
		if c == '\n' {
			f.ours = append(f.ours, at+1)
		}
		switch c { // YAML 1.1 has more than one way to end a line
		case '\r':
			if strings.HasPrefix(text[at:], "\r\n") {
				continue
			}
			fallthrough
		case '\n', '\u0085', '\u2028', '\u2029':
			f.lines = append(f.lines, len(f.letters))
		}
	}
	f.letters = append(f.letters, len(text))
	return f
}

// pos returns the place of a line and a column that YAML counts: both from 1,
// columns in letters.
func (f *file) pos(line, col int) diag.Pos {
	letter := f.lines[min(max(line, 1), len(f.lines))-1] + max(col, 1) - 1
	return f.at(f.letters[min(letter, len(f.letters)-1)])
}

// at returns the place of a byte of the text.
func (f *file) at(offset int) diag.Pos {
	line, exact := slices.BinarySearch(f.ours, offset)
	if !exact {
		line--
	}
	return diag.Pos{File: f.name, Line: line + 1, Col: offset - f.ours[line] + 1}
}

var (
	yamlLine      = regexp.MustCompile(`^line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax says where a syntax error is and what it is. Only its line is known; of
// an alias not even that, but its name is.
func (f *file) syntax(err error) (diag.Pos, string) {
	message, line := strings.TrimPrefix(err.Error(), "yaml: "), 1
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	if m := unknownAnchor.FindStringSubmatch(message); m != nil {
		if i := strings.Index(f.text, "*"+m[1]); i >= 0 {
			return f.at(i), message
		}
	}
	return f.pos(line, 1), message
}

// sound reports keys that are set twice, characters that hide others, and a document of too many values: a few
// lines of aliases can stand for more than a machine holds.
func (r *reader) sound(doc node) bool {
	before := r.errors
	s := scales{r, doc.file, map[*yaml.Node]int{}}
	if s.weigh(doc.Node) > maxValues {
		r.report(doc, "spec-size", "split it, or write out what its aliases stand for", "with its aliases followed, the document has more than %d values", maxValues)
	}
	return r.errors == before
}

// scales weigh the values of a document.
type scales struct {
	*reader
	file    *file
	weights map[*yaml.Node]int // of those with an anchor
}

// endless is the weight of a value that contains itself, and of all that is as
// heavy.
const endless = 1 << 40

// weigh returns how many values there are in one with its aliases followed.
func (s *scales) weigh(y *yaml.Node) (weight int) {
	if y.Kind == yaml.AliasNode {
		return s.weights[y.Alias] // its anchor stands before it
	}
	if y.Anchor != "" {
		s.weights[y] = endless // until it is known: only an alias within can ask
	}
	if i := strings.IndexFunc(y.Value, diag.Hides); i >= 0 {
		letter, _ := utf8.DecodeRuneInString(y.Value[i:])
		s.report(node{y, s.file, ""}, "spec-hidden", "take it out", "the text holds %U, a character that hides or reorders what stands beside it", letter)
	}
	weight = 1
	seen := map[string]bool{}
	for i, c := range y.Content {
		if y.Kind == yaml.MappingNode && i%2 == 0 && c.Kind == yaml.ScalarNode {
			if seen[c.Value] {
				s.report(node{c, s.file, ""}, "spec-yaml", "keep one of them", "the key %q is set twice", c.Value)
			}
			seen[c.Value] = true
		}
		weight = min(weight+s.weigh(c), endless)
	}
	if y.Anchor != "" {
		s.weights[y] = weight
	}
	return weight
}

func (n node) pos() diag.Pos { return n.file.pos(n.Line, n.Column) }

// there reports whether the file has the value. One that is left empty is not
// there.
func (n node) there() bool { return n.Node != nil && n.Tag != "!!null" }

// get returns what the keys lead to.
func (n node) get(keys ...string) node {
	for _, k := range keys {
		n = n.key(k)
	}
	return n
}

// key returns the value of a key of a table, its own or one merged in with <<.
func (n node) key(key string) node {
	if n.Node == nil || n.Kind != yaml.MappingNode {
		return node{}
	}
	var merged []node
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch k := n.Content[i]; {
		case k.Value == key && k.Kind == yaml.ScalarNode:
			return n.child(n.Content[i+1], key)
		case k.Tag == "!!merge":
			from := n.child(n.Content[i+1], key)
			merged = append(append(merged, from), from.items()...)
		}
	}
	for _, m := range merged {
		if v := m.key(key); v.Node != nil {
			return v
		}
	}
	return node{}
}

func (n node) child(y *yaml.Node, name string) node {
	if y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	return node{y, n.file, name}
}

// items returns what is in a list.
func (n node) items() (all []node) {
	if n.Node != nil && n.Kind == yaml.SequenceNode {
		for _, c := range n.Content {
			all = append(all, n.child(c, n.name))
		}
	}
	return all
}

// keys returns the keys of a table as they are written.
func (n node) keys() (all []string) {
	if n.Node != nil && n.Kind == yaml.MappingNode {
		for i := 0; i < len(n.Content); i += 2 {
			all = append(all, n.Content[i].Value)
		}
	}
	return all
}

// text returns a single value as it is written, or "".
func (n node) text() string {
	if !n.there() || n.Kind != yaml.ScalarNode {
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// line returns the first line of a text.
func (n node) line() string {
	first, _, _ := strings.Cut(n.text(), "\n")
	return strings.TrimSpace(first)
}

// texts returns a single value, or those of a list.
func (n node) texts() (all []string) {
	for _, v := range append([]node{n}, n.items()...) {
		if s := v.text(); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// need returns the value of a key that must be there and a text, and reports it
// otherwise. hint says what to write.
func (r *reader) need(n node, key, hint string) (value node, ok bool) {
	return r.needOf(n, key, yaml.ScalarNode, hint)
}

func (r *reader) needOf(n node, key string, kind yaml.Kind, hint string) (value node, ok bool) {
	value = n.get(key)
	switch {
	case !value.there() || kind == yaml.ScalarNode && value.Kind == kind && value.text() == "":
		if near := diag.Nearest(key, slices.DeleteFunc(n.keys(), func(k string) bool { return k == key })); near != "" {
			hint = "is " + strconv.Quote(near) + " meant to be " + key + "?"
		}
		r.report(n, "spec-key", hint, "%s has no %s", n.name, key)
		return value, false
	case value.Kind != kind:
		r.report(value, "spec-key", hint, "%s is %s, not %s", key, kindOf(value.Kind), kindOf(kind))
		return value, false
	case kind == yaml.SequenceNode && len(value.Content) == 0:
		r.report(value, "spec-key", hint, "%s is empty", key)
		return value, false
	}
	return value, true
}

func kindOf(k yaml.Kind) string {
	switch k {
	case yaml.MappingNode:
		return "a table"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a text"
}
