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
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

var (
	siteFlag  = flag.String("site", "", "look at this built site instead of building the example")
	shotsFlag = flag.String("shots", "", "save pictures of each kind of page in this folder")
)

// root is the folder of the site. Over http it is found at served, under a
// sub-path that no page can know, and at base, the sub-path that only the page
// for what is not there (404.html) knows.
var root, served, base string

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
	path, err := basePath()
	if err != nil {
		return 0, err
	}
	files := http.FileServer(http.Dir(root))
	mux := http.NewServeMux()
	mux.Handle("/some/where/", http.StripPrefix("/some/where", files))
	mux.Handle(path, http.StripPrefix(strings.TrimSuffix(path, "/"), files))
	server := httptest.NewServer(mux)
	defer server.Close()
	served, base = server.URL+"/some/where/", server.URL+path

	stop, err := startChromium()
	if err != nil {
		return 0, err
	}
	defer stop()
	return m.Run(), nil
}

// basePath returns the path under which 404.html expects the site: a server
// sends that page for any address, so its links are not relative.
func basePath() (string, error) {
	b, err := os.ReadFile(filepath.Join(root, notThere))
	if err != nil {
		return "", err
	}
	m := regexp.MustCompile(`<link rel="stylesheet" href="(/(?:[^"]*/)?)assets/`).FindSubmatch(b)
	if m == nil {
		return "", fmt.Errorf("%s names no stylesheet by its whole path", notThere)
	}
	return string(m[1]), nil
}

const notThere = "404.html"

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
		case "scorecards", "services", "postmortems", "pages":
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
// meanwhile and that prepare has set up. What is wrong with several pages is
// told once, with how many and the first of them.
func inTabs(t *testing.T, pages []page, prepare func(*tab) error, look func(*tab, page) error) {
	t.Helper()
	faults := make([]error, len(pages))
	todo := make(chan int)
	var g errgroup.Group
	for range workers {
		g.Go(func() error {
			b, err := openTab(t.Context())
			if err == nil {
				defer b.close()
				err = prepare(b)
			}
			for i := range todo {
				if err == nil {
					faults[i] = look(b, pages[i])
				}
			}
			return err
		})
	}
	for i := range pages {
		todo <- i
	}
	close(todo)
	if err := g.Wait(); err != nil {
		t.Error(err)
	}

	var order []string
	count := map[string]int{}
	for i, err := range faults {
		if err == nil {
			continue
		}
		for fault := range strings.SplitSeq(err.Error(), "\n") {
			if count[fault]++; count[fault] == 1 {
				order = append(order, fault)
				t.Errorf("%s: %s", pages[i].path, fault)
			}
		}
	}
	for _, fault := range order {
		if n := count[fault]; n > 1 {
			t.Errorf("%d pages of %d: %s", n, len(pages), fault)
		}
	}
}

// onDisk returns where the page is without a server, and what all that it may
// load begins with.
func onDisk(p page) (url, home string) {
	home = "file://" + filepath.ToSlash(root) + "/"
	return home + p.path, home
}

// onServer returns the same for the server.
func onServer(p page) (url, home string) {
	if p.path == notThere {
		return base + p.path, base
	}
	return served + p.path, served
}

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
