package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tribune/generator/diag"
)

// A script with data is one call that hands them to the script of a page:
//
//	tribune.figure("ID", {…}, 470);          an option of ECharts, and the height in pixels
//	tribune.index({…});                      an index of MiniSearch, its ids slugs of postmortems
//	tribune.rows([["slug", "facets", "<tr>…"], …]);
var handing = regexp.MustCompile(`(?s)^tribune\.([a-z]+)\((.*)\);\s*$`)

// data reads a script with data.
func (f *folder) data(name string, text []byte, c *content) {
	wrong := func(format string, args ...any) {
		c.problem(diag.Pos{File: name}, "data-invalid", "", format, args...)
	}
	m := handing.FindSubmatch(text)
	if m == nil {
		wrong("is not one call that hands data to a page's script")
		return
	}
	var err error
	switch args := slices.Concat([]byte("["), m[2], []byte("]")); string(m[1]) {
	case "figure":
		c.draws, err = figureOf(args)
	case "index":
		err = f.searchIndex(name, args, wrong)
	case "rows":
		err = f.searchRows(name, args, c, wrong)
	default:
		err = fmt.Errorf("no page takes tribune.%s", m[1])
	}
	if err != nil {
		wrong("%s", oneLine(err))
	}
}

// arguments decodes a list of arguments.
func arguments(text []byte, into ...any) error {
	var args []json.RawMessage
	if err := json.Unmarshal(text, &args); err != nil {
		return fmt.Errorf("what is handed over is not JSON: %w", err)
	}
	if len(args) != len(into) {
		return fmt.Errorf("%d things are handed over, not %d", len(args), len(into))
	}
	for i, arg := range args {
		if err := json.Unmarshal(arg, into[i]); err != nil {
			return err
		}
	}
	return nil
}

// figureOf returns the ID of the figure whose option is handed over.
func figureOf(args []byte) (id string, err error) {
	var option map[string]any
	var height int
	if err := arguments(args, &id, &option, &height); err != nil {
		return "", err
	}
	if id == "" || len(option) == 0 || height <= 0 {
		return "", errors.New("the figure has no ID, option or height")
	}
	return id, nil
}

// holdFigures sees that the data of each figure are those of this figure.
func (f *folder) holdFigures(contents []content) diag.List {
	var p problems
	for _, c := range contents {
		for _, fig := range c.figures {
			i, ok := slices.BinarySearch(f.names, fig.data)
			if ok && contents[i].draws != fig.id { // a link to nothing is told already
				p.problem(fig.at, "data-invalid", "", "the figure %q takes its data from %s, which has those of %q", fig.id, fig.data, contents[i].draws)
			}
		}
	}
	return p.list
}

// A searchIndex is what MiniSearch loads (its serialization version 2), as far
// as it must agree with itself. Documents and fields are numbered.
type searchIndex struct {
	DocumentCount int               `json:"documentCount"`
	DocumentIDs   map[string]string `json:"documentIds"`
	FieldIDs      map[string]int    `json:"fieldIds"`
	FieldLength   map[string][]int  `json:"fieldLength"`
	AverageLength []float64         `json:"averageFieldLength"`
	Index         []searchTerm      `json:"index"`
	Version       int               `json:"serializationVersion"`
}

// A searchTerm is a word and how often it stands in each field of each document.
type searchTerm struct {
	word string
	in   map[string]map[string]int
}

func (t *searchTerm) UnmarshalJSON(text []byte) error { return arguments(text, &t.word, &t.in) }

func (f *folder) searchIndex(name string, args []byte, wrong func(string, ...any)) error {
	var x searchIndex
	if err := arguments(args, &x); err != nil {
		return err
	}
	if x.Version != 2 {
		return fmt.Errorf("the index is of version %d, and 2 can be loaded", x.Version)
	}
	if n := x.DocumentCount; n != len(x.DocumentIDs) || n != len(x.FieldLength) || len(x.FieldIDs) != len(x.AverageLength) {
		return errors.New("the index has other numbers of documents or fields than it says")
	}
	for n := range x.DocumentCount {
		key := strconv.Itoa(n)
		id, ok := x.DocumentIDs[key]
		if !ok || len(x.FieldLength[key]) != len(x.FieldIDs) {
			return fmt.Errorf("the index says nothing of document %d", n)
		}
		f.holdFound(name, id, wrong)
	}
	for _, t := range x.Index {
		for field, documents := range t.in {
			n, err := strconv.Atoi(field)
			if err != nil || n < 0 || n >= len(x.FieldIDs) {
				return fmt.Errorf("the word %q is in a field %q that is not there", t.word, field)
			}
			for document := range documents {
				if _, ok := x.DocumentIDs[document]; !ok {
					return fmt.Errorf("the word %q is in a document %q that is not there", t.word, document)
				}
			}
		}
	}
	return nil
}

// searchRows reads the rows of a list that is not in the page. Their links begin
// in the tribe's folder.
func (f *folder) searchRows(name string, args []byte, c *content, wrong func(string, ...any)) error {
	var rows [][3]string
	if err := arguments(args, &rows); err != nil {
		return err
	}
	for _, row := range rows {
		f.holdFound(name, row[0], wrong)
		if err := f.fragment(name, path.Join(f.rootOf(name), "index.html"), row[2], c); err != nil {
			return err
		}
	}
	return nil
}

// rootOf returns the folder of the tribe that a file belongs to; "." for the
// organisation.
func (f *folder) rootOf(name string) string {
	if tribe, ok := f.tribeOf(name); ok {
		return tribe
	}
	return "."
}

// holdFound sees that what is found has a page: a slug among the tribe's own, or
// tribe/slug among those of all.
func (f *folder) holdFound(name, found string, wrong func(string, ...any)) {
	tribe, slug := f.rootOf(name), found
	if of, rest, ok := strings.Cut(found, "/"); ok && tribe == "." {
		tribe, slug = of, rest
	}
	page := path.Join(tribe, "postmortems", slug, "index.html")
	if _, ok := f.size[page]; !ok || slug == "" || strings.Contains(slug, "/") {
		wrong("%q is found, and there is no %s", found, page)
	}
}
