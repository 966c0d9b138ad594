// Package preview shows a site on this machine while somebody writes it: a server
// whose open pages load themselves again once they were built anew, and say what
// is wrong with the files they are made of. Watch tells when a file changed.
//
// A page is served with a script and a style of this package added, both from the
// server itself, and with its content security policy letting that script ask for
// news. What is built knows nothing of this.
package preview

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"tribune/generator/diag"
)

//go:embed preview.js
var script []byte

//go:embed preview.css
var style []byte

// own is the folder of what is not the site's. A site's files never lie in a
// dot-folder.
const own = "/.preview/"

// Where the page's own script and style are. They have a digest of the content in
// their names, as the site's assets do.
var (
	ownScript = own + "preview." + short(script) + ".js"
	ownStyle  = own + "preview." + short(style) + ".css"
)

// asset matches the path of a file that is named after its content, which makes it
// another file when that changes.
var asset = regexp.MustCompile(`/assets/[^/]+\.[0-9a-f]{12}\.[a-z0-9]+$`)

// forGood lets a browser keep what is named after its content: a page that loads
// itself again asks for nothing but what is new.
const forGood = "max-age=31536000, immutable"

func short(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:6])
}

// A Site is what is shown. The zero value shows no site yet.
type Site struct {
	mu      sync.Mutex
	whole   string            // folder of the built site; "" if there is none yet
	tribes  map[string]string // folders of tribes that were built since, alone
	news    news
	changed chan struct{} // closed when there is something new
}

// Show shows the site built in a folder, whole.
func (s *Site) Show(dir string, problems diag.List) {
	s.change(func() { s.whole, s.tribes, s.news = dir, nil, newsOf(problems, nil) })
}

// ShowTribe shows one tribe as it was built alone in a folder, until the whole
// site is shown again.
func (s *Site) ShowTribe(tribe, dir string, problems diag.List) {
	s.change(func() {
		if s.tribes == nil {
			s.tribes = map[string]string{}
		}
		s.tribes[tribe], s.news = dir, newsOf(problems, nil)
	})
}

// Fail says that the site could not be built and why; it stays as it was.
func (s *Site) Fail(problems diag.List, err error) {
	s.change(func() { s.news = newsOf(problems, err) })
}

func (s *Site) change(how func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	how()
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// now returns what is known, and a channel that is closed when that changes.
func (s *Site) now() (news, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.news, s.changed
}

// folder returns the folder that a path of the site is served from.
func (s *Site) folder(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	tribe, _, _ := strings.Cut(strings.TrimPrefix(name, "/"), "/")
	if dir := s.tribes[tribe]; dir != "" {
		return dir
	}
	return s.whole
}

// ServeHTTP serves the site as a web server would, with its own page for what is
// not there.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	switch r.URL.Path {
	case ownScript:
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", forGood)
		w.Write(script)
		return
	case ownStyle:
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", forGood)
		w.Write(style)
		return
	case own + "news":
		s.serveNews(w, r)
		return
	}
	name := path.Clean("/" + r.URL.Path)
	asksPage := path.Ext(name) == ".html" || strings.HasSuffix(r.URL.Path, "/")
	if dir := s.folder(name); dir != "" && !asksPage {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err == nil {
			if asset.MatchString(name) {
				w.Header().Set("Cache-Control", forGood)
			}
			http.FileServer(http.Dir(dir)).ServeHTTP(w, r)
			return
		}
	}
	page, status := s.page(r.URL.Path)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(withNews(page))
}

// notYet is shown where no site was built yet. Why stands in the news.
const notYet = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>No site yet</title></head>
<body><p>There is no site yet: it appears here once it can be built.</p></body></html>
`

// A page is what a path of the site shows, before anything is added.
type page struct {
	text []byte
	id   string // changes when the page does, or a file beside it that it names
}

// page returns the page at a path: of a file, a folder's index, or what the site
// says where there is none.
func (s *Site) page(at string) (p page, status int) {
	name := path.Clean("/" + at)
	if strings.HasSuffix(at, "/") {
		name = path.Join(name, "index.html")
	}
	dir := s.folder(name)
	if dir == "" {
		return pageOf([]byte(notYet), nil), http.StatusServiceUnavailable
	}
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err == nil && path.Ext(name) == ".html" {
		return pageOf(text, os.DirFS(filepath.Join(dir, filepath.FromSlash(path.Dir(name))))), http.StatusOK
	}
	text, err = os.ReadFile(filepath.Join(s.folder("/"), "404.html"))
	if errors.Is(err, fs.ErrNotExist) { // a tribe alone has none
		text = []byte("<!doctype html>\n<html lang=\"en\"><head><title>Not found</title></head><body><p>There is no such page.</p></body></html>\n")
	}
	return pageOf(text, nil), http.StatusNotFound
}

// pageOf gives a page its id. beside is its folder; nil if nothing there counts.
func pageOf(text []byte, beside fs.FS) page {
	h := sha256.New()
	h.Write(text)
	if beside != nil {
		entries, _ := fs.ReadDir(beside, ".")
		for _, e := range entries {
			if e.Type().IsRegular() && bytes.Contains(text, []byte(e.Name())) {
				content, _ := fs.ReadFile(beside, e.Name()) // what went away meanwhile has no bytes
				fmt.Fprintf(h, "%q %d\n", e.Name(), len(content))
				h.Write(content)
			}
		}
	}
	return page{text, hex.EncodeToString(h.Sum(nil)[:12])}
}

// policy is where a page's content security policy begins. The first word on
// connections holds, so the page's own on all else stands.
var policy = regexp.MustCompile(`(<meta http-equiv="Content-Security-Policy" content=")`)

// withNews adds to a page what asks for news and shows them.
func withNews(p page) []byte {
	added := fmt.Sprintf("<link rel=\"stylesheet\" href=\"%s\">\n<script src=\"%s\" data-page=\"%s\" defer></script>\n", ownStyle, ownScript, p.id)
	text := policy.ReplaceAll(p.text, []byte(`${1}connect-src 'self'; `))
	if head := bytes.Index(text, []byte("</head>")); head >= 0 {
		return bytes.Join([][]byte{text[:head], text[head:]}, []byte(added))
	}
	return append(text, added...)
}
