package main

import (
	"bytes"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/sync/errgroup"
)

// floorPage is what the floor prints around a text; Hugo gets the same.
const floorPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body>
<header><a href="/">Bench</a><nav>{{range .Nav}}<a href="{{.Href}}">{{.Text}}</a> {{end}}</nav></header>
<main><h1>{{.Title}}</h1>
<dl>{{range .Facts}}<dt>{{.Name}}</dt><dd>{{.Text}}</dd>{{end}}</dl>
{{.HTML}}</main>
<footer>{{.Title}}</footer>
</body>
</html>
`

type floorView struct {
	Title string
	Nav   []struct{ Href, Text string }
	Facts []struct{ Name, Text string }
	HTML  template.HTML
}

// floor does the least that any generator must with the postmortems of a site:
// read each file, split its front matter line by line, turn the text into HTML,
// print it into a page, and write the page. It keeps nothing and knows nothing.
func floor(site, out string, workers int) error {
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))
	page := template.Must(template.New("page").Parse(floorPage))
	g := new(errgroup.Group)
	g.SetLimit(workers)
	root := filepath.Join(site, "content", "postmortems")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		g.Go(func() error {
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			v, text := floorFacts(src)
			var html, b bytes.Buffer
			if err := markdown.Convert(text, &html); err != nil {
				return err
			}
			v.HTML = template.HTML(html.String())
			if err := page.Execute(&b, v); err != nil {
				return err
			}
			name, _ := filepath.Rel(root, path)
			return writeFile(filepath.Join(out, strings.TrimSuffix(name, ".md"), "index.html"), b.Bytes())
		})
		return nil
	})
	if err != nil {
		return err
	}
	return g.Wait()
}

// floorFacts splits a file into its front matter, taken as it stands, and its
// text.
func floorFacts(src []byte) (v floorView, text []byte) {
	_, rest, _ := strings.Cut(string(src), "---\n")
	front, body, _ := strings.Cut(rest, "---\n")
	for line := range strings.Lines(front) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name == "title" {
			v.Title = strings.Trim(value, `"`)
		}
		v.Facts = append(v.Facts, struct{ Name, Text string }{name, value})
	}
	for _, t := range []string{"Organisation", "Postmortems", "Actions", "Method"} {
		v.Nav = append(v.Nav, struct{ Href, Text string }{"/" + strings.ToLower(t) + "/", t})
	}
	return v, []byte(body)
}
