package postmortem

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"

	"tribune/generator/diag"
)

// maxFront is more front matter than any tool writes.
const maxFront = 256 << 10

// A node is a value of the front matter, the same for TOML and YAML: text, a
// list or a table. Numbers, times, true and false are text as it was written.
type node struct {
	pos   diag.Pos
	text  string
	isBad bool // neither text, list nor table
	flag  bool // true or false
	list  []node
	keys  []string // of a table
	table map[string]node
}

func (n node) isText() bool { return n.list == nil && n.table == nil && !n.isBad }

// frontMatter reads the front matter as a table, an empty one if there is none
// or it cannot be read.
func (s *source) frontMatter(problems *diag.List) (front node) {
	ok := true
	switch {
	case s.front == nil:
	case len(s.front) > maxFront:
		problems.Add(s.pos(s.from), RuleFrontMatter, diag.Error, "", "the front matter is larger than %d kB", maxFront>>10)
		ok = false
	case s.lang == "toml":
		front, ok = s.readTOML(problems)
	default:
		front, ok = s.readYAML(problems)
	}
	s.broken = s.broken || !ok
	return front
}

func (s *source) readYAML(problems *diag.List) (front node, ok bool) {
	var doc yaml.Node
	if err := yaml.Unmarshal(s.front, &doc); err != nil {
		pos, message := s.pos(s.from), strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlLine.FindStringSubmatch(message); m != nil {
			n, _ := strconv.Atoi(m[1])
			pos.Line, pos.Col, message = s.frontLine(n), 0, message[len(m[0]):]
		}
		problems.Add(pos, RuleFrontMatter, diag.Error, "", "the YAML front matter cannot be read: %s", message)
		return node{}, false
	}
	if len(doc.Content) == 0 {
		return node{}, true
	}
	front = s.fromYAML(doc.Content[0], 0, problems)
	if front.table == nil {
		problems.Add(front.pos, RuleFrontMatter, diag.Error, "write lines such as title: Checkout fails", "the YAML front matter is not a table of keys")
		return node{}, false
	}
	return front, true
}

var yamlLine = regexp.MustCompile(`^line (\d+): `)

// frontLine returns the file's line of a line of the front matter.
func (s *source) frontLine(n int) int {
	return min(s.pos(s.from).Line+max(n, 1)-1, len(s.lines))
}

// fromYAML turns a YAML node into ours. Anchors are not followed: a few lines
// of them can stand for more than a machine holds.
func (s *source) fromYAML(y *yaml.Node, depth int, problems *diag.List) node {
	n := node{pos: diag.Pos{File: s.file, Line: s.frontLine(y.Line), Col: y.Column}}
	switch {
	case y.Kind == yaml.ScalarNode:
		if y.Tag != "!!null" {
			n.text = y.Value
		}
		n.flag = y.Tag == "!!bool"
	case y.Kind == yaml.SequenceNode && depth < 8:
		n.list = []node{}
		for _, item := range y.Content {
			n.list = append(n.list, s.fromYAML(item, depth+1, problems))
		}
	case y.Kind == yaml.MappingNode && depth < 8:
		n.table = map[string]node{}
		for i := 0; i+1 < len(y.Content); i += 2 {
			key, value := y.Content[i], s.fromYAML(y.Content[i+1], depth+1, problems)
			value.pos = diag.Pos{File: s.file, Line: s.frontLine(key.Line), Col: key.Column}
			if _, twice := n.table[key.Value]; twice {
				problems.Add(value.pos, RuleFrontMatter, diag.Error, "keep one of them", "%q is set twice", key.Value)
				continue
			}
			n.keys = append(n.keys, key.Value)
			n.table[key.Value] = value
		}
	default:
		n.isBad = true
	}
	return n
}

func (s *source) readTOML(problems *diag.List) (front node, ok bool) {
	var table map[string]any
	meta, err := toml.Decode(string(s.front), &table)
	if err != nil {
		pos, message := s.pos(s.from), err.Error()
		var parse toml.ParseError
		if errors.As(err, &parse) {
			pos.Line, pos.Col, message = s.frontLine(parse.Position.Line), parse.Position.Col, parse.Message
		}
		problems.Add(pos, RuleFrontMatter, diag.Error, "", "the TOML front matter cannot be read: %s", message)
		return node{}, false
	}
	keys, items := s.tomlPlaces()
	front = node{pos: s.pos(s.from), table: map[string]node{}}
	for _, key := range meta.Keys() {
		if _, seen := front.table[key[0]]; seen {
			continue
		}
		at, found := keys[key[0]]
		if !found {
			at = s.pos(s.from) // a key in quotes that is no word
		}
		value := fromTOML(table[key[0]], at)
		for i, at := range items[key[0]] {
			if i < len(value.list) {
				value.list[i].moveTo(at)
			}
		}
		front.keys = append(front.keys, key[0])
		front.table[key[0]] = value
	}
	return front, true
}

// moveTo puts a node and what it holds at a place.
func (n *node) moveTo(at diag.Pos) {
	n.pos = at
	for key, value := range n.table {
		value.pos = at
		n.table[key] = value
	}
}

// fromTOML turns a TOML value into a node; all of it is at pos.
func fromTOML(v any, pos diag.Pos) node {
	n := node{pos: pos}
	switch v := v.(type) {
	case string:
		n.text = v
	case bool:
		n.text, n.flag = strconv.FormatBool(v), true
	case int64, float64:
		n.text = fmt.Sprint(v)
	case time.Time:
		switch v.Location().String() { // how the decoder marks what has no zone
		case "date-local":
			n.text = v.Format(time.DateOnly)
		case "datetime-local":
			n.text = v.Format("2006-01-02T15:04:05")
		case "time-local":
			n.text = v.Format(time.TimeOnly)
		default:
			n.text = v.Format(time.RFC3339)
		}
	case []any:
		n.list = []node{}
		for _, item := range v {
			n.list = append(n.list, fromTOML(item, pos))
		}
	case []map[string]any:
		n.list = []node{}
		for _, item := range v {
			n.list = append(n.list, fromTOML(item, pos))
		}
	case map[string]any:
		n.table = map[string]node{}
		n.keys = slices.Sorted(maps.Keys(v))
		for key, value := range v {
			n.table[key] = fromTOML(value, pos)
		}
	default:
		n.isBad = true
	}
	return n
}

// tomlPlaces finds where each key of the top level stands, since the decoder
// does not say, and where the tables of a list do: [[actions]], or each brace
// of actions = [{…}, {…}].
func (s *source) tomlPlaces() (keys map[string]diag.Pos, items map[string][]diag.Pos) {
	keys, items = map[string]diag.Pos{}, map[string][]diag.Pos{}
	at, key, depth, inTable := s.from, "", 0, false
	for line := range strings.Lines(string(s.front)) {
		begin := s.pos(at + len(line) - len(strings.TrimLeft(line, " \t")))
		if m := tomlTable.FindStringSubmatch(line); m != nil && depth == 0 {
			key, inTable = m[1], true
			items[key] = append(items[key], begin)
			if len(items[key]) == 1 {
				keys[key] = begin
			}
		} else if m := tomlKey.FindStringSubmatch(line); m != nil && depth == 0 && !inTable {
			key = m[1]
			keys[key] = begin
		}
		for i, quote := 0, byte(0); i < len(line); i++ {
			switch c := line[i]; {
			case quote != 0 && c == '\\' && quote == '"':
				i++
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '#':
				i = len(line)
			case c == '[' || c == '{':
				if c == '{' && depth == 1 && !inTable {
					items[key] = append(items[key], s.pos(at+i))
				}
				depth++
			case c == ']' || c == '}':
				depth = max(0, depth-1)
			}
		}
		at += len(line)
	}
	return keys, items
}

var (
	tomlTable = regexp.MustCompile(`^\s*\[\[?\s*"?([A-Za-z0-9_-]+)`)
	tomlKey   = regexp.MustCompile(`^\s*"?([A-Za-z0-9_-]+)"?\s*[.=]`)
)
