package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A served site is one that tribune serve shows, and an open page of it.
type served struct {
	t        *testing.T
	site     string // its folder
	home     string // "http://127.0.0.1:45678/"
	messages *messages
}

// messages are what a command prints while it runs.
type messages struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (m *messages) Write(b []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.Write(b)
}

func (m *messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.String()
}

// serveSite runs tribune serve until the test ends, which must exit with 0.
func serveSite(t *testing.T, site string, flags ...string) served {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	s := served{t, site, "", new(messages)}
	exit := make(chan int, 1)
	go func() {
		exit <- run(ctx, append([]string{"serve", "--site", site, "--addr", "127.0.0.1:0"}, flags...), in, s.messages)
		in.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-exit; code != exitDone {
			t.Errorf("exit status %d\n%s", code, s.messages)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%v\n%s", err, s.messages)
	}
	s.home = strings.TrimSpace(strings.TrimPrefix(line, "serving "))
	return s
}

// write writes a file of the site.
func (s served) write(file, text string) {
	s.t.Helper()
	path := filepath.Join(s.site, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		s.t.Fatal(err)
	}
}

// get returns what is at a path.
func (s served) get(path string) (status int, body string) {
	s.t.Helper()
	r, err := http.Get(s.home + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return r.StatusCode, string(b)
}

// pageNews are what an open page is told.
type pageNews struct {
	Page     string
	Failed   bool
	Problems []struct{ Place, Message string }
}

// open opens the news of a page, and returns what reads the next.
func (s served) open(path string) (next func() pageNews) {
	s.t.Helper()
	r, err := http.Get(s.home + ".preview/news?page=" + url.QueryEscape("/"+path))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { r.Body.Close() })
	lines := bufio.NewScanner(r.Body)
	lines.Buffer(nil, 1<<20)
	return func() (n pageNews) {
		s.t.Helper()
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				if err := json.Unmarshal([]byte(text), &n); err != nil {
					s.t.Fatal(err)
				}
				return n
			}
		}
		s.t.Fatalf("no news come any more: %v\n%s", lines.Err(), s.messages)
		return n
	}
}

// until reads news until some are as wanted.
func until(next func() pageNews, wanted func(pageNews) bool) pageNews {
	for {
		if n := next(); wanted(n) {
			return n
		}
	}
}

const tillStuck = "+++\nservices = [\"till\"]\n+++\n\n# The till stood still\n\nOn 2026-09-14 from 10:00 to 10:20 UTC nothing was sold.\n"

// corner is the folder of a small site.
func corner(t *testing.T) string {
	t.Helper()
	s := served{t: t, site: t.TempDir()}
	s.write("data/site.toml", "title = \"Corner shop\"\n")
	s.write("data/tribes/shop.toml", "name = \"Shop\"\n[[services]]\nid = \"till\"\nname = \"Till\"\n")
	s.write("data/tribes/bank.toml", "name = \"Bank\"\n")
	s.write("content/postmortems/shop/till.md", tillStuck)
	return s.site
}

func TestServeShowsWhatChangesAndSurvivesWhatIsBroken(t *testing.T) {
	s := serveSite(t, corner(t), "--as-of", "2026-11-15")
	const page = "shop/postmortems/till/"
	next := s.open(page)
	first := next()

	s.write("content/postmortems/shop/till.md", tillStuck+"The cash drawer was open.\n")
	second := until(next, func(n pageNews) bool { return n.Page != first.Page })
	if _, body := s.get(page); !strings.Contains(body, "The cash drawer was open.") || !strings.Contains(body, second.Page) {
		t.Errorf("the page is\n%s", body)
	}

	s.write("data/site.toml", "title = \"Corner shop\"\ntitel = \"Shop\"\n")
	broken := until(next, func(n pageNews) bool { return n.Failed })
	if broken.Page != second.Page || len(broken.Problems) == 0 || broken.Problems[0].Place != "data/site.toml:2:1" {
		t.Errorf("told %+v", broken)
	}
	if status, body := s.get(page); status != 200 || !strings.Contains(body, "The cash drawer was open.") {
		t.Errorf("the old site does not stay: status %d", status)
	}

	s.write("data/site.toml", "title = \"The corner shop\"\n")
	mended := until(next, func(n pageNews) bool { return !n.Failed && n.Page != second.Page })
	if _, body := s.get(page); !strings.Contains(body, "The corner shop") || !strings.Contains(body, mended.Page) {
		t.Errorf("the page is\n%s", body)
	}

	front := s.open("")
	before := front()
	s.write("content/postmortems/bank/safe.md", "# The safe stayed shut\n\nOn 2026-09-15 nobody could open it.\n")
	until(front, func(n pageNews) bool { return n.Page != before.Page })
	if status, _ := s.get("bank/postmortems/safe/"); status != 200 {
		t.Errorf("a postmortem in a new folder: status %d", status)
	}
	if said := s.messages.String(); !strings.Contains(said, "built shop again in ") || !strings.Contains(said, "1 error; the site stays as it was") {
		t.Errorf("it said\n%s", said)
	}
	if found, err := filepath.Glob(filepath.Join(s.site, "public")); err != nil || found != nil {
		t.Errorf("the site has %q (%v)", found, err)
	}
}

func TestServeBeginsWithWhatIsBroken(t *testing.T) {
	site := corner(t)
	served{t: t, site: site}.write("data/tribes/bank.toml", "nmae = \"Bank\"\n")
	s := serveSite(t, site, "--quiet")
	next := s.open("")
	if n := next(); !n.Failed {
		t.Errorf("told %+v", n)
	}
	if status, body := s.get(""); status != http.StatusServiceUnavailable {
		t.Errorf("status %d\n%s", status, body)
	}
	s.write("data/tribes/bank.toml", "name = \"Bank\"\n")
	until(next, func(n pageNews) bool { return !n.Failed })
	if status, body := s.get("index.html"); status != 200 || !strings.Contains(body, "Bank") {
		t.Errorf("status %d\n%s", status, body)
	}
}

func TestServeShowsATribeToItself(t *testing.T) {
	site := corner(t)
	served{t: t, site: site}.write("content/postmortems/shop/key.md", "+++\naudience = \"tribe\"\n+++\n\n# The key was lost\n")
	s := serveSite(t, site, "--tribe", "shop", "--audience", "tribe")
	if status, _ := s.get("shop/postmortems/key/"); status != 200 {
		t.Errorf("status %d", status)
	}
	if status, _ := s.get("bank/"); status != 404 {
		t.Errorf("another tribe: status %d", status)
	}
}

// The time from an edit of the example until an open page is told to load itself
// again is printed and not asserted: it is the machine's too.
func TestAnEditOfTheExampleIsShownSoon(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the example site")
	}
	site := t.TempDir()
	for _, dir := range []string{"content", "data"} {
		if err := os.CopyFS(filepath.Join(site, dir), os.DirFS(filepath.Join("../..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(site, "content/postmortems/payments/*-checkout-*.md"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q (%v)", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	s := serveSite(t, site)
	slug := strings.TrimSuffix(filepath.Base(files[0]), ".md")
	next := s.open("payments/postmortems/" + slug + "/")
	page := next().Page
	for i := range 5 {
		begin := time.Now()
		if err := os.WriteFile(files[0], fmt.Appendf(text, "\nEdit %d.\n", i), 0o666); err != nil {
			t.Fatal(err)
		}
		page = until(next, func(n pageNews) bool { return n.Page != page }).Page
		t.Logf("edit %d: told after %s", i+1, time.Since(begin).Round(time.Millisecond))
	}
	t.Logf("%s", s.messages)
}
