package publish

import (
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A record is what a bucket was asked to write or delete.
type record struct{ method, name, media, caching, encoding string }

// recorded is a bucket that keeps what it was asked, in order.
func recorded(t *testing.T) (p place, asked func() []record) {
	var mu sync.Mutex
	var all []record
	p = storage(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPut || r.Method == http.MethodDelete {
				mu.Lock()
				all = append(all, record{r.Method, strings.TrimPrefix(r.URL.Path, "/reports/sre/"),
					r.Header.Get("Content-Type"), r.Header.Get("Cache-Control"), r.Header.Get("Content-Encoding")})
				mu.Unlock()
			}
			next.ServeHTTP(w, r)
		})
	})
	return p, func() []record { mu.Lock(); defer mu.Unlock(); return slices.Clone(all) }
}

func TestABucketSaysWhatAFileIsAndHowLongItMayBeKept(t *testing.T) {
	p, asked := recorded(t)
	publish(t, p, edition(1))
	for name, want := range map[string][2]string{
		asset("body { order: 1 }"): {"text/css; charset=utf-8", "max-age=31536000, immutable"},
		"index.html":               {"text/html; charset=utf-8", "max-age=60"},
		"pay/api/tribe.json":       {"application/json", "max-age=60"},
		"feed.xml":                 {"application/atom+xml; charset=utf-8", "max-age=60"},
		manifestName:               {"application/json", "no-cache"},
	} {
		i := slices.IndexFunc(asked(), func(r record) bool { return r.name == name })
		if i < 0 {
			t.Errorf("%s was not sent", name)
		} else if r := asked()[i]; r.media != want[0] || r.caching != want[1] {
			t.Errorf("%s: %q, %q; want %q", name, r.media, r.caching, want)
		}
	}
}

func TestFilesAreSentInAnOrderThatKeepsPagesWhole(t *testing.T) {
	p, asked := recorded(t)
	publish(t, p, edition(1))
	publish(t, p, edition(2))
	before := len(asked())
	publish(t, p, edition(3))
	var names []string
	for _, r := range asked()[before:] {
		names = append(names, r.method+" "+r.name)
	}
	last := -1
	for _, name := range []string{
		"PUT " + stateName, "PUT " + asset("body { order: 3 }"), "PUT pay/api/tribe.json", "PUT pay/new/3/index.html",
		"PUT pay/services/7/index.html", "PUT pay/index.html", "PUT index.html", "PUT feed.xml", "PUT " + manifestName,
		"DELETE pay/new/2/index.html",
	} {
		i := slices.Index(names, name)
		if i <= last {
			t.Errorf("%q came as number %d, after number %d:\n%s", name, i, last, strings.Join(names, "\n"))
		}
		last = i
	}
	if !slices.Contains(names, "DELETE "+asset("body { order: 1 }")) {
		t.Error("the asset of edition 1 is still there")
	}
}

func TestABucketMayHoldFilesPacked(t *testing.T) {
	p, asked := recorded(t)
	plain := p.get
	p.address += "&gzip=true"
	publish(t, p, edition(1))
	text, _ := plain("index.html")
	r, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != edition(1)["index.html"] {
		t.Errorf("unpacked it is %q, %v", b, err)
	}
	for _, r := range asked() {
		if want := map[bool]string{true: "gzip"}[shrinks(r.name)]; !strings.Contains(r.encoding, want) {
			t.Errorf("%s: encoding %q, want %q", r.name, r.encoding, want)
		}
	}
	if n := len(publish(t, p, edition(1)).Changed); n > 0 {
		t.Errorf("%d files of the same site were sent again", n)
	}
}

func TestKeysOfABucketAreInNoError(t *testing.T) {
	p := storage(t, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `<Error><Code>AccessDenied</Code><Message>the-name-of-the-key and the-secret-of-the-key may not</Message></Error>`)
		})
	})
	_, err := Run(t.Context(), config(p, site(t, edition(1))))
	if err == nil || strings.Contains(err.Error(), "of-the-key") || !strings.Contains(err.Error(), "hint: the keys come from") {
		t.Errorf("the error is %v", err)
	}
}

func TestAFolderIsNotLeftByALink(t *testing.T) {
	for name, at := range map[string]string{"a folder": "pay", "a file": "robots.txt"} {
		t.Run(name, func(t *testing.T) {
			p := folderPlace(t)
			dir, outside := strings.TrimPrefix(p.address, "file://"), t.TempDir()
			publish(t, p, map[string]string{"old.html": "old"})
			write(t, filepath.Join(outside, "theirs"), "theirs")
			target := outside
			if at == "robots.txt" {
				target = filepath.Join(outside, "theirs")
			}
			if err := os.Symlink(target, filepath.Join(dir, at)); err != nil {
				t.Fatal(err)
			}
			if _, err := Run(t.Context(), config(p, site(t, edition(1)))); err == nil {
				t.Error("it was published through a link")
			}
			if got := tree(t, outside); len(got) != 1 || got["theirs"] != "theirs" {
				t.Errorf("outside there is %v", got)
			}
			if _, ok := p.get("old.html"); !ok {
				t.Error("a page was deleted")
			}
		})
	}
}

func TestABranchHasACommitASiteAndNoSources(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, name := range []string{"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"} {
		t.Setenv(name, "")
		os.Unsetenv(name)
	}
	p := branchPlace(t)
	dir, _, _ := strings.Cut(strings.TrimPrefix(p.address, "git+file://"), "#")
	publish(t, p, edition(1))
	publish(t, p, edition(1))
	publish(t, p, edition(2))
	const line = "tribune <tribune@localhost> Publish the site as of 2026-11-15T06:00:00Z, built from commit abc1234\n"
	if got := git(t, dir, "log", "--format=%an <%ae> %s", "site"); got != line+line {
		t.Errorf("the branch has\n%s", got)
	}
	if got := git(t, dir, "ls-tree", "--name-only", "site", ".nojekyll"); got != ".nojekyll\n" {
		t.Error("GitHub would run its own generator over the site")
	}
	cfg := config(p, site(t, edition(3)))
	cfg.Force = true
	if _, err := Run(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if got := git(t, dir, "log", "--format=%an <%ae> %s", "site"); got != line {
		t.Errorf("with force the branch has\n%s", got)
	}
	wantFiles(t, p, with(edition(3), assetsOf(edition(2))))
}
