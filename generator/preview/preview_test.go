package preview

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/diag"
)

const home = `<!doctype html>
<html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'">
<title>Shop</title>
</head>
<body><img src="till.png"></body></html>
`

// folder makes a folder with these files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// shop is the folder of a built site.
func shop(t *testing.T) string {
	return folder(t, map[string]string{"index.html": home, "till.png": "a till", "404.html": "<p>Nothing here.", "shop/index.html": home, "api/org.json": "{}"})
}

func get(t *testing.T, s *Site, path string) (status int, kind, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Header().Get("Content-Type"), w.Body.String()
}

func TestAPageIsServedWithNothingButTheNewsAdded(t *testing.T) {
	s := new(Site)
	s.Show(shop(t), nil)
	p, _ := s.page("/")
	status, kind, body := get(t, s, "/")
	want := strings.Replace(home, `content="default`, `content="connect-src 'self'; default`, 1)
	want = strings.Replace(want, "</head>", "<link rel=\"stylesheet\" href=\""+ownStyle+"\">\n<script src=\""+ownScript+"\" data-page=\""+p.id+"\" defer></script>\n</head>", 1)
	if status != 200 || kind != "text/html; charset=utf-8" {
		t.Errorf("status %d, %s", status, kind)
	}
	if d := cmp.Diff(want, body); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestWhatIsNoPageIsServedAsItIs(t *testing.T) {
	s := new(Site)
	s.Show(shop(t), nil)
	for path, want := range map[string]struct {
		status int
		part   string
	}{
		"/api/org.json":    {200, "{}"},
		"/till.png":        {200, "a till"},
		"/shop":            {301, ""},
		"/shop/":           {200, "<title>Shop</title>"},
		"/shop/index.html": {200, "<title>Shop</title>"},
		"/gone/":           {404, "Nothing here."},
		"/gone.png":        {404, "Nothing here."},
		"/api/":            {404, "Nothing here."},
		ownScript:          {200, "EventSource"},
		ownStyle:           {200, ".tribune-preview"},
	} {
		if status, _, body := get(t, s, path); status != want.status || !strings.Contains(body, want.part) {
			t.Errorf("%s: status %d, want %d with %q:\n%s", path, status, want.status, want.part, body)
		}
	}
}

func TestABrowserKeepsOnlyWhatIsNamedAfterItsContent(t *testing.T) {
	const style = "/shop/assets/style.0123456789ab.css"
	s := new(Site)
	s.Show(folder(t, map[string]string{"index.html": home, "till.png": "a till", "assets/till.css": "", style[1:]: "p {}"}), nil)
	for path, want := range map[string]string{
		"/": "no-cache", "/till.png": "no-cache", "/assets/till.css": "no-cache", "/assets/gone.0123456789ab.css": "no-cache",
		style: forGood, ownScript: forGood, ownStyle: forGood,
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if got := w.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestBeforeThereIsASiteThePageSaysSo(t *testing.T) {
	if status, _, body := get(t, new(Site), "/shop/"); status != http.StatusServiceUnavailable || !strings.Contains(body, "no site yet") || !strings.Contains(body, ownScript) {
		t.Errorf("status %d:\n%s", status, body)
	}
}

func TestATribeBuiltAloneIsShownInItsFolderUntilTheWholeSiteIs(t *testing.T) {
	s := new(Site)
	whole := shop(t)
	s.Show(whole, nil)
	s.ShowTribe("shop", folder(t, map[string]string{"shop/index.html": "newer", "index.html": "wrong"}), nil)
	if _, _, body := get(t, s, "/shop/"); !strings.Contains(body, "newer") {
		t.Errorf("/shop/ is\n%s", body)
	}
	if _, _, body := get(t, s, "/"); !strings.Contains(body, "Shop") {
		t.Errorf("/ is\n%s", body)
	}
	if _, _, body := get(t, s, "/shop/gone/"); !strings.Contains(body, "Nothing here.") {
		t.Errorf("/shop/gone/ is\n%s", body)
	}
	s.Show(whole, nil)
	if _, _, body := get(t, s, "/shop/"); !strings.Contains(body, "Shop") {
		t.Errorf("/shop/ is\n%s", body)
	}
}

// told opens a page's news and returns a function that reads the next.
func told(t *testing.T, s *Site, page string) func() news {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	server := httptest.NewServer(s)
	t.Cleanup(func() { stop(); server.Close() })
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/.preview/news?page="+page, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	lines := bufio.NewReader(answer.Body)
	return func() (n news) {
		t.Helper()
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "data: ")), &n); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if empty, err := lines.ReadString('\n'); empty != "\n" && err != io.EOF {
			t.Errorf("after it stands %q", empty)
		}
		return n
	}
}

func TestAnOpenPageIsToldWhenItIsAnotherAndNotWhenOthersAre(t *testing.T) {
	dir, s := shop(t), new(Site)
	s.Show(dir, nil)
	next := told(t, s, "/")
	first := next()
	write(t, filepath.Join(dir, "shop/index.html"), "other")
	s.Show(dir, nil) // nothing is told: the next news are of what comes after
	write(t, filepath.Join(dir, "till.png"), "another till")
	s.Show(dir, nil)
	second := next()
	write(t, filepath.Join(dir, "index.html"), home+"more")
	s.Show(dir, nil)
	third := next()
	if first.Page == second.Page || second.Page == third.Page {
		t.Errorf("told %+v, %+v, %+v", first, second, third)
	}
}

func TestProblemsAreToldWithTheirPlacesErrorsFirst(t *testing.T) {
	dir, s := shop(t), new(Site)
	s.Show(dir, nil)
	next := told(t, s, "/")
	page := next().Page
	var found diag.List
	found.Add(diag.Pos{File: "a.md", Line: 1}, "time", diag.Warning, "", "no time")
	found.Add(diag.Pos{File: "b.toml", Line: 3, Col: 4}, "key", diag.Error, "did you mean name?", "unknown key nmae")
	s.Fail(found, errors.New("it has errors"))
	want := news{page, true, "", []problem{
		{"error", "b.toml:3:4", "unknown key nmae", "key", "did you mean name?"}, {"warning", "a.md:1", "no time", "time", ""},
	}}
	if d := cmp.Diff(want, next()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	s.Fail(nil, errors.New("the disk is full"))
	if d := cmp.Diff(news{page, true, "the disk is full", []problem{}}, next()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	s.Show(dir, nil)
	if d := cmp.Diff(news{page, false, "", []problem{}}, next()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
