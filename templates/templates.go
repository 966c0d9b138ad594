// Package templates holds what pages are made of: HTML templates, the
// stylesheet and the browser scripts; and postmortem.md, with which a new
// postmortem begins. A site may override all but the scripts, file by file, in
// its own templates folder.
package templates

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
)

//go:embed *.html postmortem.md style.css icon.svg assets/src/site.js assets/src/search.js all:dist
var files embed.FS

// Read returns the site's own version of a file, if it has one, else the
// embedded one. overrides may be nil.
func Read(overrides fs.FS, name string) ([]byte, error) {
	if overrides != nil {
		b, err := fs.ReadFile(overrides, name)
		if err == nil {
			return b, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("templates/%s cannot be read: %w\n\thint: it has to be a file of the site; a link may not lead out of it", name, err)
		}
	}
	return files.ReadFile(name)
}

// Names returns the HTML templates, in order of name.
func Names() []string {
	names, _ := fs.Glob(files, "*.html") // the pattern is well formed
	return names
}

// ECharts returns the bundle that draws interactive charts; ok is false in a
// binary that was built without it. It is then to be had by "make assets".
func ECharts() (script []byte, ok bool) { return bundle("echarts.js") }

// MiniSearch returns the bundle that searches postmortems, likewise.
func MiniSearch() (script []byte, ok bool) { return bundle("minisearch.js") }

func bundle(name string) (script []byte, ok bool) {
	b, err := files.ReadFile("dist/" + name)
	return b, err == nil
}
