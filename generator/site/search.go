package site

import (
	"bytes"
	"encoding/json"
	"strings"

	"tribune/generator/search"
)

// searchFields are what a postmortem is found by.
var searchFields = []string{"title", "impact", "tags", "id", "services"}

// A searchView tells the script where its data are: links, parted by spaces.
type searchView struct {
	Script  string
	Library string // "" in a program that was built without it
	Indexes string // a shard a year
	Rows    string // the rows of each year; "" where the page has all
	Root    string // the way to the shelf's root
	Example string // a word that finds something
}

// searchFiles are paths below the shelf's root.
type searchFiles struct {
	script  string
	library string
	indexes []string
	rows    []string
	example string
}

// from makes links of the paths for a page.
func (f searchFiles) from(p place) searchView {
	links := func(paths []string) string {
		var all []string
		for _, path := range paths {
			all = append(all, p.to(path))
		}
		return strings.Join(all, " ")
	}
	v := searchView{Script: p.to(f.script), Indexes: links(f.indexes), Rows: links(f.rows), Root: p.up(), Example: f.example}
	if f.library != "" {
		v.Library = p.to(f.library)
	}
	return v
}

// searchData writes what the script searches: the index of each year and, if
// some years have pages of their own, the rows of each, since the page that
// searches does not have them. Both are scripts, which load from a disk too, and
// are named after their content.
func (s shelf) searchData(years []year, cols columns, rows bool) (f searchFiles, err error) {
	if f.script, err = s.asset("search.js", s.scripts["search.js"]); err != nil {
		return f, err
	}
	if f.library, err = s.asset("minisearch.js", s.scripts["minisearch.js"]); err != nil {
		return f, err
	}
	f.example = s.example()
	for _, y := range years {
		if f.library != "" {
			all := documents(y.posts)
			path, err := s.shard("search/"+y.key()+".js", "index", all, func() ([]byte, error) {
				return search.Index(searchFields, all)
			})
			if err != nil {
				return f, err
			}
			f.indexes = append(f.indexes, path)
		}
		if rows {
			list := s.rowsOf(y, cols)
			path, err := s.shard("search/rows-"+y.key()+".js", "rows", list, func() ([]byte, error) {
				return s.encodeRows(list)
			})
			if err != nil {
				return f, err
			}
			f.rows = append(f.rows, path)
		}
	}
	return f, nil
}

// shard writes a script that hands data to the function of that name. It is as an
// earlier build made it if what the data are made of is the same.
func (s shelf) shard(name, function string, of any, encode func() ([]byte, error)) (path string, err error) {
	made := digestOf(s.source, s.prefix, name, function, of)
	if path, ok := s.again(made); ok {
		return strings.TrimPrefix(path, s.prefix), nil
	}
	data, err := encode()
	if err != nil {
		return "", err
	}
	script := make([]byte, 0, len(data)+40)
	script = append(script, "tribune."+function+"("...)
	script = append(append(script, data...), ");\n"...)
	path = hashed(name, script)
	return path, s.put(s.prefix+path, script, made)
}

// documents are what is searched of each postmortem. Of a withdrawn one only the
// title and the id are left.
func documents(posts []shelved) (all []search.Document) {
	for _, e := range posts {
		d := search.Document{ID: e.id(), Fields: []string{e.Title, "", "", deref(e.ID), ""}}
		if e.Withdrawn == "" {
			var tags, services []string
			tags = append(append(tags, e.Tags...), e.Causes...)
			for _, s := range e.Services {
				services = append(services, s.Name)
			}
			d.Fields = []string{e.Title, string(e.Impact), strings.Join(tags, " "), deref(e.ID), strings.Join(services, " ")}
		}
		all = append(all, d)
	}
	return all
}

// rowsOf returns the rows of a year. Their links begin in the shelf's root.
func (s shelf) rowsOf(y year, cols columns) []postmortemRow {
	p := s.at("index.html")
	rows := make([]postmortemRow, len(y.posts))
	for i, e := range y.posts {
		rows[i] = s.row(p, e, cols)
	}
	return rows
}

// encodeRows returns rows as JSON, [[id, facets, HTML], …].
func (s shelf) encodeRows(rows []postmortemRow) ([]byte, error) {
	list := make([][3]string, 0, len(rows))
	var b bytes.Buffer
	for _, row := range rows {
		id, facets := row.ID, row.Facets
		row.ID, row.Facets = "", ""
		b.Reset()
		if err := s.templates["postmortems"].ExecuteTemplate(&b, "row", row); err != nil {
			return nil, err
		}
		list = append(list, [3]string{id, facets, strings.TrimSpace(b.String())})
	}
	return json.Marshal(list)
}

// example returns a word to show in the empty search field: a cause that occurs.
func (s shelf) example() string {
	for _, e := range s.posts {
		if classes := e.Classes(); len(classes) > 0 {
			return classes[0]
		}
	}
	return ""
}
