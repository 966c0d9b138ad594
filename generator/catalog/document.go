package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"tribune/generator/diag"
)

// maxSize is the most bytes that a file under data/ may have: enough for ten
// thousand SLOs in one tribe, and read within seconds whatever is in it.
const maxSize = 1 << 20

// A document is the text of one TOML file.
type document struct {
	name  string // relative to the site's folder, forward slashes
	text  string // without a byte order mark
	lines []int  // where each line begins
}

// A node is one value of a document, with its place.
type node struct {
	name  string   // its key as messages name it; "[[services]]" for a table of a list
	key   diag.Pos // where its key stands, or its table's header
	pos   diag.Pos // where the value stands
	raw   any      // string, int64, float64, bool or time.Time; nil for the other two
	table map[string]*node
	keys  []string // of the table, in order of place
	items []*node  // not nil if it is a list, even an empty one
}

// readFile returns the text of a file, or reports why there is none. If it is
// optional it may be absent.
func (p *problems) readFile(fsys fs.FS, name string, optional bool) (text string, ok bool) {
	at := diag.Pos{File: name}
	f, err := fsys.Open(name)
	var b []byte
	if err == nil {
		defer f.Close()
		b, err = io.ReadAll(io.LimitReader(f, maxSize+1))
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if !optional {
			p.report(at, "file-missing", `run "tribune init" for a site to begin with, or name its folder with --site`, "there is no such file")
		}
		return "", false
	case err != nil:
		p.report(at, "file-unreadable", "look at its permissions, and whether it is a file", "the file cannot be read: %v", cause(err))
		return "", false
	case len(b) > maxSize:
		p.report(at, "file-size", "split it, or take out what does not belong here", "the file is larger than %d MiB", maxSize>>20)
		return "", false
	}
	return string(b), true
}

// parse reads the text of a TOML file as a table, or reports why it is none.
// Of syntax errors there is only ever one, since nothing after it can be
// trusted.
func (p *problems) parse(name, text string) (root *node, ok bool) {
	d := newDocument(name, strings.TrimPrefix(text, "\uFEFF"))
	places, end, err := scanPlaces(d.text)
	if err == errDeep {
		p.report(d.pos(end), "toml-nesting", "write it flatter", "tables or lists lie in each other more than %d deep", maxDepth)
		return nil, false
	}
	readable := d.text
	if err != nil { // the decoder fails no later, and what is beyond may be too deep for it
		_, line, _ := strings.Cut(d.text[end:], "\n")
		readable = d.text[:len(d.text)-len(line)]
	}
	table, syntax := decodeTOML(readable)
	if syntax == nil && err != nil {
		syntax = &toml.ParseError{Message: "this is not TOML", Position: toml.Position{Start: end}}
	}
	if syntax != nil {
		p.report(d.pos(syntax.Position.Start), "toml-syntax", "the rest of the file is not read until this is put right", "%s", syntax.Message)
		return nil, false
	}
	return d.node("the file", table, places, d.pos(0)), true
}

// decodeTOML reads a TOML text. The decoder panics where it finds a fault of
// its own; that must not take down a build of other tribes.
func decodeTOML(text string) (table map[string]any, syntax *toml.ParseError) {
	defer func() {
		if r := recover(); r != nil {
			syntax = &toml.ParseError{Message: fmt.Sprintf("the TOML decoder fails: %v", r)}
		}
	}()
	_, err := toml.Decode(text, &table)
	if err == nil {
		return table, nil
	}
	if !errors.As(err, &syntax) {
		var plain toml.ParseError
		if !errors.As(err, &plain) {
			plain.Message = err.Error()
		}
		syntax = &plain
	}
	return nil, syntax
}

func newDocument(name, text string) *document {
	d := &document{name: name, text: text, lines: []int{0}}
	for i, c := range []byte(text) {
		if c == '\n' {
			d.lines = append(d.lines, i+1)
		}
	}
	return d
}

// pos returns the line and column of a byte offset.
func (d *document) pos(offset int) diag.Pos {
	offset = min(max(offset, 0), len(d.text))
	line := sort.SearchInts(d.lines, offset+1)
	return diag.Pos{File: d.name, Line: line, Col: offset - d.lines[line-1] + 1}
}

// node joins a decoded value with its place. Without one it takes its parent's.
func (d *document) node(name string, raw any, p *place, parent diag.Pos) *node {
	n := &node{name: name, key: parent, pos: parent}
	if p != nil {
		n.key, n.pos = d.pos(p.key), d.pos(p.value)
	}
	switch raw := raw.(type) {
	case map[string]any:
		n.table = make(map[string]*node, len(raw))
		for k, v := range raw {
			n.table[k] = d.node(k, v, p.of(k), n.pos)
			n.keys = append(n.keys, k)
		}
		slices.SortFunc(n.keys, func(a, b string) int {
			p, q := n.table[a].key, n.table[b].key
			return cmp.Or(cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col), cmp.Compare(a, b))
		})
	case []map[string]any:
		n.items = make([]*node, len(raw))
		for i, v := range raw {
			n.items[i] = d.node("[["+name+"]]", v, p.item(i), n.pos)
		}
	case []any:
		n.items = make([]*node, len(raw))
		for i, v := range raw {
			n.items[i] = d.node(name, v, p.item(i), n.pos)
			n.items[i].key = n.items[i].pos
		}
	default:
		n.raw = raw
	}
	return n
}

// kind says what the value is, in words.
func (n *node) kind() string {
	switch n.raw.(type) {
	case string:
		return "a text"
	case int64, float64:
		return "a number"
	case bool:
		return "true or false"
	case time.Time:
		return "a date or time"
	}
	if n.items != nil {
		return "a list"
	}
	return "a table"
}

// empty reports whether the value is a text without letters or a list without
// values.
func (n *node) empty() bool {
	s, isText := n.raw.(string)
	return isText && strings.TrimSpace(s) == "" || n.items != nil && len(n.items) == 0
}

// plain returns the value as string, int64, float64, bool, time.Time, []any or
// map[string]any.
func (n *node) plain() any {
	switch {
	case n.table != nil:
		m := make(map[string]any, len(n.table))
		for k, c := range n.table {
			m[k] = c.plain()
		}
		return m
	case n.items != nil:
		l := make([]any, len(n.items))
		for i, c := range n.items {
			l[i] = c.plain()
		}
		return l
	}
	return n.raw
}

// walk calls visit for the node and all below it, in order of place.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, k := range n.keys {
		n.table[k].walk(visit)
	}
	for _, c := range n.items {
		c.walk(visit)
	}
}

// cause returns why a file cannot be read, without the path, which the problem's
// position has and which may be one of this machine.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}
