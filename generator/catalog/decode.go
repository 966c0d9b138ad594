package catalog

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"tribune/generator/diag"
)

// A value is what a file says for one key. If it is wrong, V is zero.
type value[T any] struct {
	V       T
	written string   // the text before it was understood
	pos     diag.Pos // zero if the file does not have the key
	wrong   bool     // there, but refused
}

// given reports whether the file has the key, right or wrong.
func (v value[T]) given() bool { return v.pos.File != "" }

// or returns the value, or other if there is none that is right.
func (v value[T]) or(other T) T {
	if v.given() && !v.wrong {
		return v.V
	}
	return other
}

// A list is several values of one key.
type list[T any] struct {
	items []value[T]
	pos   diag.Pos
}

// values returns the items that are right.
func (l list[T]) values() (all []T) {
	for _, v := range l.items {
		if !v.wrong {
			all = append(all, v.V)
		}
	}
	return all
}

// raw is a value of any shape, which is kept as it is.
type raw struct{ *node }

// A head is where a table stands. It is embedded in the struct of every table.
type head struct {
	pos   diag.Pos
	node  *node
	wrong bool // something in the table is wrong
}

func (h *head) set(n *node, wrong bool) { h.pos, h.node, h.wrong = n.key, n, wrong }

// A reader takes itself from a node.
type reader interface {
	read(p *problems, n *node)
}

// fill reads a node into v, a struct with toml tags, and reports everything that
// does not fit: all of it, where a decoder would stop at the first. A key whose
// field is tagged jsonschema:"required" must be there, one tagged wanted should.
func (p *problems) fill(n *node, v reflect.Value) {
	if r, ok := v.Addr().Interface().(reader); ok {
		r.read(p, n)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		p.fillTable(n, v)
	case reflect.Slice:
		items := n.items
		if n.table != nil {
			p.report(n.key, "wrong-type", fmt.Sprintf("write [[%s]] with two brackets: there may be more of them", n.name), "%s is one table instead of a list of tables", n.name)
			items = []*node{n}
		} else if items == nil {
			p.wrongType(n, "a list of tables")
		}
		v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
		for i, c := range items {
			p.fill(c, v.Index(i))
		}
	case reflect.Map:
		if n.table == nil {
			p.wrongType(n, "a table")
		}
		v.Set(reflect.MakeMap(v.Type()))
		for _, k := range n.keys {
			item := reflect.New(v.Type().Elem()).Elem()
			p.fill(n.table[k], item)
			v.SetMapIndex(reflect.ValueOf(k), item)
		}
	}
}

func (p *problems) fillTable(n *node, v reflect.Value) {
	if n.table == nil {
		p.wrongType(n, "a table")
		return
	}
	before := len(p.list)
	var known []string
	for _, f := range reflect.VisibleFields(v.Type()) {
		key := f.Tag.Get("toml")
		if key == "" {
			continue
		}
		known = append(known, key)
		child, rule := n.table[key], ""
		switch {
		case f.Tag.Get("jsonschema") == "required":
			rule = "key-missing"
		case f.Tag.Get("wanted") != "":
			rule = "key-wanted"
		}
		switch {
		case child == nil && rule != "":
			p.report(n.key, rule, "add "+key+": "+f.Tag.Get("doc"), "%s has no %s", n.name, key)
		case child != nil && rule != "" && child.empty():
			p.report(child.pos, rule, key+": "+f.Tag.Get("doc"), "%s is empty", key)
		case child != nil:
			p.fill(child, v.FieldByIndex(f.Index))
		}
	}
	for _, k := range n.keys {
		if slices.Contains(known, k) {
			continue
		}
		hint := "it takes " + listing(known)
		if near := diag.Nearest(k, known); near != "" {
			hint = "did you mean " + near + "?"
		}
		p.report(n.table[k].key, "unknown-key", hint, "%s has no key %q", n.name, k)
	}
	v.Addr().Interface().(interface{ set(*node, bool) }).set(n, len(p.list) > before)
}

// These are the types that a message may miss, with examples for the hint.
var example = map[string]string{
	"a text":           `"in quotes"`,
	"a number":         "4, without quotes",
	"a date":           "2026-10-31, without quotes",
	"a time":           "2026-10-20T00:00:00Z, without quotes",
	"a list":           `["with", "brackets"]`,
	"a table":          "{ key = value }, or a header of its own",
	"a list of tables": "[[header]], once for each",
}

func (p *problems) wrongType(n *node, want string) {
	p.report(n.pos, "wrong-type", "write "+example[want], "%s is %s, not %s", n.name, n.kind(), want)
}

func (v *value[T]) read(p *problems, n *node) {
	field := any(&v.V).(encoding.TextUnmarshaler)
	v.pos = n.pos
	var want string
	v.written, want = n.text(field)
	if want != "" {
		v.wrong = true
		p.wrongType(n, want)
		return
	}
	err := field.UnmarshalText([]byte(v.written))
	if err == nil {
		return
	}
	v.wrong = true
	f := err.(*fault)
	message := f.message
	if !strings.HasPrefix(message, n.name) {
		message = n.name + " " + message
	}
	p.report(n.pos, f.rule, f.hint, "%s", message)
}

// text returns a single value as the text that the field checks. If the field
// takes another type, want says which.
func (n *node) text(field encoding.TextUnmarshaler) (s, want string) {
	want = "a text"
	switch field.(type) {
	case *number, *whole, *amount:
		want = "a number"
	case *date:
		want = "a date"
	case *moment:
		want = "a time"
	}
	switch raw := n.raw.(type) {
	case string:
		if want != "a number" {
			return raw, ""
		}
	case int64:
		switch field.(type) {
		case *number, *whole, *amount, *objective, *share:
			return strconv.FormatInt(raw, 10), ""
		}
	case float64:
		switch field.(type) {
		case *number, *whole, *amount, *objective, *share:
			return strconv.FormatFloat(raw, 'f', -1, 64), ""
		}
	case time.Time:
		if want == "a date" || want == "a time" {
			return timeText(raw), ""
		}
	}
	return "", want
}

// timeText writes a TOML date or time as it stood in the file. The decoder
// tells local ones by the names of zones that it makes up.
func timeText(t time.Time) string {
	switch t.Location().String() {
	case "date-local":
		return t.Format(time.DateOnly)
	case "datetime-local":
		return t.Format("2006-01-02T15:04:05.999999999")
	case "time-local":
		return t.Format("15:04:05.999999999")
	}
	return t.Format(time.RFC3339Nano)
}

func (l *list[T]) read(p *problems, n *node) {
	l.pos = n.pos
	if n.items == nil {
		p.wrongType(n, "a list")
		return
	}
	l.items = make([]value[T], len(n.items))
	for i, c := range n.items {
		l.items[i].read(p, c)
	}
}

func (r *raw) read(_ *problems, n *node) { r.node = n }
