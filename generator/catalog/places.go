package catalog

import (
	"errors"
	"strings"

	"github.com/BurntSushi/toml"
)

// A place says where one value of a TOML file stands, in byte offsets. The
// decoder knows positions only for its own errors (MetaData of v1.6.0 keeps
// them to itself, and by keys that leave out which table of an array is meant),
// so the file is read a second time, for places alone.
type place struct {
	key   int               // where its key begins, in a table's header too
	value int               // where the value begins; of a text, its first letter
	table map[string]*place // what is in it, if it is a table
	items []*place          // if it is an array, or the tables under [[headers]]
}

// maxDepth is how deep tables and arrays may lie in each other, and how many
// parts a dotted key may have. No sensible file comes near; a hostile one could
// otherwise exhaust the stack of the decoder, which cannot be caught.
const maxDepth = 64

var (
	errDeep = errors.New("lies too deep")
	errLost = errors.New("is not TOML")
)

// scanPlaces finds the places of all values. It takes whatever is TOML and more
// besides, since the decoder judges that. Where it can make no sense of the text
// it stops: end is how far it came, and err says why.
func scanPlaces(text string) (root *place, end int, err error) {
	s := scanner{text: text}
	root = &place{table: map[string]*place{}}
	s.file(root)
	return root, s.at, s.err
}

// of returns the place of the key in a table, or nil.
func (p *place) of(key string) *place {
	if p == nil {
		return nil
	}
	return p.table[key]
}

// item returns the place of the i-th value of an array, or nil.
func (p *place) item(i int) *place {
	if p == nil || i >= len(p.items) {
		return nil
	}
	return p.items[i]
}

// A part is one name of a dotted key.
type part struct {
	name string
	at   int
}

// under returns the table that the parts lead to, and makes what is missing on
// the way. A list of tables stands for its last one.
func (p *place) under(parts []part) *place {
	for _, k := range parts {
		next := p.table[k.name]
		if next == nil {
			next = &place{key: k.at, value: k.at}
			p.add(k.name, next)
		}
		p = next
		if n := len(p.items); n > 0 {
			p = p.items[n-1]
		}
	}
	return p
}

func (p *place) add(name string, child *place) {
	if p.table == nil {
		p.table = map[string]*place{}
	}
	p.table[name] = child
}

type scanner struct {
	text string
	at   int
	err  error
}

func (s *scanner) file(root *place) {
	table := root
	for s.gap(); s.at < len(s.text) && s.err == nil; s.gap() {
		if s.take("[") {
			table = s.header(root)
		} else {
			s.pair(table, 0)
		}
		if s.err == nil && !s.lineEnds() {
			s.err = errLost
		}
	}
}

// header reads what follows the first bracket of [a.b] or [[a.b]] and returns
// the table that it opens.
func (s *scanner) header(root *place) *place {
	list := s.take("[")
	parts := s.key()
	if s.err != nil || !s.take("]") || list && !s.take("]") {
		s.lose()
		return root
	}
	last := parts[len(parts)-1]
	if !list {
		return root.under(parts)
	}
	parent := root.under(parts[:len(parts)-1])
	tables := parent.table[last.name]
	if tables == nil {
		tables = &place{key: last.at, value: last.at}
		parent.add(last.name, tables)
	}
	table := &place{key: last.at, value: last.at}
	tables.items = append(tables.items, table)
	return table
}

// pair reads "a.b = value" into the table.
func (s *scanner) pair(table *place, depth int) {
	parts := s.key()
	if s.err != nil || !s.take("=") {
		s.lose()
		return
	}
	s.spaces()
	v := s.value(depth + len(parts))
	last := parts[len(parts)-1]
	v.key = last.at
	table.under(parts[:len(parts)-1]).add(last.name, v)
}

// key reads a dotted key and the spaces around it.
func (s *scanner) key() (parts []part) {
	for {
		s.spaces()
		at := s.at
		name, ok := s.name()
		if !ok {
			s.lose()
			return nil
		}
		parts = append(parts, part{name, at})
		if len(parts) > maxDepth {
			s.err = errDeep
			return nil
		}
		if s.spaces(); !s.take(".") {
			return parts
		}
	}
}

// name reads one part of a key.
func (s *scanner) name() (string, bool) {
	start := s.at
	if !s.ahead(`"`) && !s.ahead("'") {
		for s.at < len(s.text) && bare(s.text[s.at]) {
			s.at++
		}
		return s.text[start:s.at], s.at > start
	}
	if !s.quoted(s.text[s.at : s.at+1]) {
		return "", false
	}
	raw := s.text[start:s.at]
	if raw[0] == '\'' || !strings.Contains(raw, `\`) {
		return raw[1 : len(raw)-1], true
	}
	var key struct{ V string }
	_, err := toml.Decode("v = "+raw, &key)
	return key.V, err == nil
}

func bare(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// value reads any value. It never returns nil.
func (s *scanner) value(depth int) *place {
	p := &place{value: s.at}
	if depth > maxDepth {
		s.err = errDeep
		return p
	}
	switch {
	case s.take("["):
		s.array(p, depth)
	case s.take("{"):
		p.table = map[string]*place{}
		s.inline(p, depth)
	case s.ahead(`"`) || s.ahead("'"):
		quote := s.text[s.at : s.at+1]
		if s.ahead(strings.Repeat(quote, 3)) {
			quote = strings.Repeat(quote, 3)
		}
		p.value += len(quote)
		if !s.quoted(quote) {
			s.lose()
		}
	default: // a number, a date (which may hold a space), true or false
		for s.at < len(s.text) && !strings.ContainsRune(",]}#\r\n", rune(s.text[s.at])) {
			s.at++
		}
		if s.at == p.value {
			s.lose()
		}
	}
	return p
}

// array reads what follows the opening bracket of an array.
func (s *scanner) array(p *place, depth int) {
	for s.gap(); s.err == nil && !s.take("]"); s.gap() {
		p.items = append(p.items, s.value(depth+1))
		if s.gap(); !s.take(",") && !s.ahead("]") {
			s.lose()
		}
	}
}

// inline reads what follows the opening brace of an inline table.
func (s *scanner) inline(p *place, depth int) {
	for s.gap(); s.err == nil && !s.take("}"); s.gap() {
		s.pair(p, depth+1)
		if s.gap(); !s.take(",") && !s.ahead("}") {
			s.lose()
		}
	}
}

// quoted reads a text from its opening quote, one character or three, to the
// closing one. ok is false if there is none.
func (s *scanner) quoted(quote string) (ok bool) {
	long := len(quote) == 3
	for s.at += len(quote); s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '\\' && quote[0] == '"':
			s.at++
		case c == '\n' && !long:
			return false
		case s.take(quote):
			for range 2 { // up to two quotes may stand before the closing three
				if long {
					s.take(quote[:1])
				}
			}
			return true
		}
	}
	s.at = len(s.text)
	return false
}

// gap skips whitespace, line ends and comments, unless the scan has stopped.
func (s *scanner) gap() {
	for s.err == nil && s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		case '#':
			s.comment()
		default:
			return
		}
	}
}

func (s *scanner) spaces() {
	for s.take(" ") || s.take("\t") {
	}
}

func (s *scanner) comment() {
	if i := strings.IndexByte(s.text[s.at:], '\n'); i >= 0 {
		s.at += i
	} else {
		s.at = len(s.text)
	}
}

// lineEnds reports whether nothing but a comment follows on the line.
func (s *scanner) lineEnds() bool {
	s.spaces()
	return s.at == len(s.text) || s.ahead("#") || s.ahead("\n") || s.ahead("\r")
}

func (s *scanner) ahead(text string) bool { return strings.HasPrefix(s.text[s.at:], text) }

func (s *scanner) take(text string) bool {
	if s.ahead(text) {
		s.at += len(text)
		return true
	}
	return false
}

// lose stops the scan where it is, unless something else stopped it.
func (s *scanner) lose() {
	if s.err == nil {
		s.err = errLost
	}
}
