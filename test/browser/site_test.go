// Package browser looks at the site of the example organisation as readers do:
// in Chromium, over http under a sub-path and from files, with scripts and
// without, narrow and wide, light and dark, on paper. It knows no page by name:
// it finds them in the folder and tells their kinds from their paths.
package browser

import (
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	siteFlag  = flag.String("site", "", "look at this built site instead of building the example")
	shotsFlag = flag.String("shots", "", "save pictures of each kind of page in this folder")
)

// root is the folder of the site, and served where it is to be found over http:
// under a sub-path, as many sites are.
var root, served string

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if root = *siteFlag; root == "" {
		dir, err := os.MkdirTemp("", "tribune-browser-")
		if err != nil {
			return 0, err
		}
		defer os.RemoveAll(dir)
		root = filepath.Join(dir, "public")
		build := exec.Command("go", "run", "./cmd/tribune", "build", "--out", root, "--quiet")
		build.Dir = "../.."
		if out, err := build.CombinedOutput(); err != nil {
			return 0, fmt.Errorf("build of the example: %w\n%s", err, out)
		}
	}
	if root, err = filepath.Abs(root); err != nil {
		return 0, err
	}
	server := httptest.NewServer(http.StripPrefix("/some/where", http.FileServer(http.Dir(root))))
	defer server.Close()
	served = server.URL + "/some/where/"

	stop, err := startChromium()
	if err != nil {
		return 0, err
	}
	defer stop()
	return m.Run(), nil
}

// A page is one HTML page of the site.
type page struct {
	path string // relative to the root, with forward slashes
	kind string // "tribe/scorecards/one/index.html": alike for pages of one template
	size int64
}

// pages returns all pages in order of their paths.
func pages(t *testing.T) (all []page) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".html") {
			return err
		}
		info, err := e.Info()
		if err == nil {
			all = append(all, page{path, kind(path), info.Size()})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatalf("%s holds no page", root)
	}
	return all
}

// kind returns the path with the names in it that differ from page to page of
// one template replaced: the tribe, and what follows a collection.
func kind(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) > 1 && slices.Contains(tribes(), parts[0]) {
		parts[0] = "tribe"
	}
	for i := 1; i < len(parts)-1; i++ {
		switch parts[i-1] {
		case "scorecards", "services", "postmortems":
			parts[i] = "one"
		}
	}
	return strings.Join(parts, "/")
}

// tribes returns the folders that are complete sites by themselves.
func tribes() (names []string) {
	all, _ := filepath.Glob(filepath.Join(root, "*", "scorecards"))
	for _, dir := range all {
		names = append(names, filepath.Base(filepath.Dir(dir)))
	}
	return names
}

// largestOfEachKind returns the page of each kind that has the most in it.
func largestOfEachKind(t *testing.T) (chosen []page) {
	t.Helper()
	at := map[string]int{}
	for _, p := range pages(t) {
		i, ok := at[p.kind]
		if !ok {
			at[p.kind] = len(chosen)
			chosen = append(chosen, p)
		} else if p.size > chosen[i].size {
			chosen[i] = p
		}
	}
	return chosen
}

// workers is how many tabs look at pages at once.
const workers = 2

// inTabs calls look for every page, with a tab that no other call has
// meanwhile. prepare sets each tab up.
func inTabs(t *testing.T, pages []page, prepare func(*tab) error, look func(*tab, page) error) {
	t.Helper()
	todo := make(chan page)
	done := make(chan struct{})
	for range workers {
		go func() {
			defer func() { done <- struct{}{} }()
			b, err := openTab(t.Context())
			if err == nil {
				defer b.close()
				err = prepare(b)
			}
			for p := range todo {
				if err == nil {
					err := look(b, p)
					if err != nil {
						t.Errorf("%s: %v", p.path, err)
					}
				}
			}
			if err != nil {
				t.Error(err)
			}
		}()
	}
	for _, p := range pages {
		todo <- p
	}
	close(todo)
	for range workers {
		<-done
	}
}

// fileURL returns where the page is without a server.
func fileURL(p page) string { return "file://" + filepath.ToSlash(filepath.Join(root, p.path)) }

// httpURL returns where the page is on the server.
func httpURL(p page) string { return served + p.path }

// serve returns where one page of the given text is, with nothing beside it.
func serve(t *testing.T, html string) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, html)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/"
}
