package catalog

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// placesOf writes every place of a document as "path line:col line:col", the
// key's place first.
func placesOf(d *document, root *place) (all []string) {
	var walk func(path string, p *place)
	walk = func(path string, p *place) {
		if path != "" {
			k, v := d.pos(p.key), d.pos(p.value)
			all = append(all, fmt.Sprintf("%s %d:%d %d:%d", path, k.Line, k.Col, v.Line, v.Col))
		}
		for k, c := range p.table {
			walk(strings.TrimPrefix(path+"."+k, "."), c)
		}
		for i, c := range p.items {
			walk(fmt.Sprintf("%s[%d]", path, i), c)
		}
	}
	walk("", root)
	sort.Strings(all)
	return all
}

func TestEveryKeyAndValueHasItsPlace(t *testing.T) {
	for _, c := range []struct {
		about, text string
		want        []string
	}{
		{"a text stands within its quotes", `a = "x"`, []string{"a 1:1 1:6"}},
		{"a number, a date with a space, true", "a = 1\nb=2026-10-20 02:00:00Z # = c\n  c = true", []string{"a 1:1 1:5", "b 2:1 2:3", "c 3:3 3:7"}},
		{"quotes, brackets and # in texts", `a = "]#=\"" # b = 1` + "\nb = '\\'\n" + `c = ""`, []string{"a 1:1 1:6", "b 2:1 2:6", "c 3:1 3:6"}},
		{"long texts", "a = \"\"\"\n[x]\ny = 1 \\\"\"\"\"\"\"\nb = '''\\'''''\nc = 1", []string{"a 1:1 1:8", "b 4:1 4:8", "c 5:1 5:5"}},
		{"long text that ends in quotes", `a = """x"""""` + "\nb = 1", []string{"a 1:1 1:8", "b 2:1 2:5"}},
		{"dotted keys", "a . b.c = 1\na.d = 2", []string{"a 1:1 1:1", "a.b 1:5 1:5", "a.b.c 1:7 1:11", "a.d 2:3 2:7"}},
		{"quoted keys", `"a.b".'c' = 1` + "\n" + `"\u00e9\t" = 2`, []string{"a.b 1:1 1:1", "a.b.c 1:7 1:13", "é\t 2:1 2:14"}},
		{"empty key", `"".a = 1`, []string{"a 1:4 1:8"}},
		{"headers", "[a.b]\nc = 1\n[ a ] # d\ne = 2", []string{"a 1:2 1:2", "a.b 1:4 1:4", "a.b.c 2:1 2:5", "a.e 4:1 4:5"}},
		{
			"tables of lists, and lists in them", "[[s]]\nid = 1\n[[s.t]]\nx = 1\n[[s.t]]\n[[s]]\n[[s.t]]\nx = 3\n[s.u]\ny = 4",
			[]string{
				"s 1:3 1:3", "s[0] 1:3 1:3", "s[0].id 2:1 2:6",
				"s[0].t 3:5 3:5", "s[0].t[0] 3:5 3:5", "s[0].t[0].x 4:1 4:5", "s[0].t[1] 5:5 5:5",
				"s[1] 6:3 6:3", "s[1].t 7:5 7:5", "s[1].t[0] 7:5 7:5", "s[1].t[0].x 8:1 8:5", "s[1].u 9:4 9:4", "s[1].u.y 10:1 10:5",
			},
		},
		{
			"arrays over lines", "a = [ # ]\n  1, [\"x\"],\n]\nb = []",
			[]string{"a 1:1 1:5", "a[0] 1:1 2:3", "a[1] 1:1 2:6", "a[1][0] 1:1 2:8", "b 4:1 4:5"},
		},
		{
			"inline tables", `a = [{ b.c = 1, d = {} }, {e="}"}]`,
			[]string{"a 1:1 1:5", "a[0] 1:1 1:6", "a[0].b 1:8 1:8", "a[0].b.c 1:10 1:14", "a[0].d 1:17 1:21", "a[1] 1:1 1:27", "a[1].e 1:28 1:31"},
		},
		{"line ends of Windows", "a = 1\r\nb = \"x\"\r\n\r\n[c]\r\n", []string{"a 1:1 1:5", "b 2:1 2:6", "c 4:2 4:2"}},
		{"columns count bytes", `a = ["é", 1]`, []string{"a 1:1 1:5", "a[0] 1:1 1:7", "a[1] 1:1 1:12"}},
	} {
		d := newDocument("x", c.text)
		root, _, err := scanPlaces(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.about, err)
		}
		got := placesOf(d, root)
		sort.Strings(c.want)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: -want +got:\n%s", c.about, d)
		}
		if _, syntax := decodeTOML(c.text); syntax != nil {
			t.Errorf("%s: the example is not TOML: %v", c.about, syntax)
		}
	}
}

func TestTheScanStopsWhereItIsLost(t *testing.T) {
	for text, want := range map[string]int{
		"a":                     1,
		"a = ":                  4,
		"a = \"x\nb = 1":        6,
		"a = 1\n= 2":            6,
		"[a\nb = 1":             2,
		"[[a]\nb = 1":           4,
		"a = 'x' y":             8,
		"a = [\"x\" 1]":         9,
		"a = {b = \"x\" c = 1}": 13,
		"a = '''":               7,
		"a..b = 1":              2,
		"a = [1, [":             9,
	} {
		if _, end, err := scanPlaces(text); err != errLost || end != want {
			t.Errorf("scanPlaces(%q) ends at %d (%v), want %d", text, end, err, want)
		}
	}
}

// A hostile file must cost no more than its size does.
func TestHostileFilesEndSoon(t *testing.T) {
	const n = maxSize
	for about, text := range map[string]string{
		"brackets":                         "a = " + strings.Repeat("[", n-4),
		"braces":                           "a = " + strings.Repeat("{a=", n/3-2),
		"a key of parts":                   strings.Repeat("a.", n/2-2) + "a=1",
		"a header":                         "[" + strings.Repeat("a.", n/2-2) + "a]",
		"open quote":                       `a = "` + strings.Repeat(`\"`, n/2-4),
		"open long quote":                  `a = """` + strings.Repeat("\n", n-8),
		"comments":                         strings.Repeat("#", n),
		"brackets hidden behind a mistake": "a = 1 = " + strings.Repeat("[", n-8),
	} {
		start := time.Now()
		var p problems
		_, ok := p.parse("x", text)
		if ok != (about == "comments") {
			t.Errorf("%s: accepted: %v", about, ok)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: took %v", about, d)
		}
	}
}

// Whatever the decoder accepts, the scan finds all of it and nothing else.
func FuzzPlaces(f *testing.F) {
	for _, seed := range []string{
		"a = 1\n[b]\nc = [1, {d = 'x'}]\n[[e]]\n[[e.f]]\n",
		"a.b.c = 1\n\"q\\\"\\u00e9\" = \"\"\"\nx\"\"\"\"\n'' = ''\n",
		"x = [ # c\n 1,\n]\ny = { a = 1, b.c = 2 }\n",
		"t = 1979-05-27 07:32:00 # d\n[a.b]\n[a]\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, end, err := scanPlaces(text)
		if end < 0 || end > len(text) {
			t.Fatalf("the scan ends at %d of %d", end, len(text))
		}
		if errors.Is(err, errDeep) {
			return
		}
		if strings.HasPrefix(text, "\xfe\xff") || strings.HasPrefix(text, "\xff\xfe") {
			return // the decoder drops the mark of UTF-16, whose text it cannot read; we refuse it
		}
		table, syntax := decodeTOML(text)
		if syntax != nil {
			return
		}
		if err != nil {
			t.Fatalf("the scan is lost at %d in what the decoder accepts:\n%s", end, text)
		}
		sameShape(t, "", table, root)
	})
}

func sameShape(t *testing.T, path string, value any, p *place) {
	if p == nil {
		t.Fatalf("no place for %s", path)
	}
	switch v := value.(type) {
	case map[string]any:
		if len(v) != len(p.table) {
			t.Fatalf("%s: %d keys, %d places", path, len(v), len(p.table))
		}
		for k, c := range v {
			sameShape(t, path+"."+k, c, p.table[k])
		}
	case []map[string]any:
		if len(v) != len(p.items) {
			t.Fatalf("%s: %d tables, %d places", path, len(v), len(p.items))
		}
		for i, c := range v {
			sameShape(t, fmt.Sprintf("%s[%d]", path, i), c, p.items[i])
		}
	case []any:
		if len(v) != len(p.items) {
			t.Fatalf("%s: %d values, %d places", path, len(v), len(p.items))
		}
		for i, c := range v {
			sameShape(t, fmt.Sprintf("%s[%d]", path, i), c, p.items[i])
		}
	default:
		if len(p.table)+len(p.items) > 0 {
			t.Fatalf("%s is a single value, but has places within", path)
		}
	}
}
