package publish

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"tribune/generator/stage"
)

// A place is a target of a test, and how its readers see it.
type place struct {
	kind    string
	address string
	get     func(path string) (content string, ok bool)
	files   func() map[string]string // without dot-files, the manifest among them
	add     func(path, content string)
}

// everywhere runs a test with an empty folder, branch and bucket.
func everywhere(t *testing.T, test func(t *testing.T, p place)) {
	for _, make := range []func(*testing.T) place{folderPlace, branchPlace, bucketPlace} {
		p := make(t)
		t.Run(p.kind, func(t *testing.T) { test(t, p) })
	}
}

func folderPlace(t *testing.T) place {
	dir := filepath.Join(t.TempDir(), "www")
	return place{
		kind: "folder", address: "file://" + dir,
		get: func(path string) (string, bool) {
			b, err := os.ReadFile(filepath.Join(dir, path))
			return string(b), err == nil
		},
		files: func() map[string]string { return tree(t, dir) },
		add:   func(path, content string) { write(t, filepath.Join(dir, path), content) },
	}
}

// tree returns the files of a folder, but for top-level dot-files.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(name, ".") {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = string(b)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return files
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func branchPlace(t *testing.T) place {
	dir := filepath.Join(t.TempDir(), "pages.git")
	git(t, "", "init", "--quiet", "--bare", dir)
	return place{
		kind: "branch", address: "git+file://" + dir + "#site",
		get: func(path string) (string, bool) {
			out, err := exec.Command("git", "-C", dir, "cat-file", "blob", "site:"+path).Output()
			return string(out), err == nil
		},
		files: func() map[string]string {
			files := map[string]string{}
			out, _ := exec.Command("git", "-C", dir, "archive", "--format=tar", "site").Output()
			for r := tar.NewReader(bytes.NewReader(out)); ; {
				h, err := r.Next()
				if err != nil {
					return files
				}
				if b, err := io.ReadAll(r); err == nil && h.Typeflag == tar.TypeReg && !strings.HasPrefix(h.Name, ".") {
					files[h.Name] = string(b)
				}
			}
		},
		add: func(path, content string) {
			work := t.TempDir()
			git(t, "", "clone", "--quiet", dir, work)
			exec.Command("git", "-C", work, "checkout", "--quiet", "site").Run()
			exec.Command("git", "-C", work, "checkout", "--quiet", "-b", "site").Run()
			write(t, filepath.Join(work, path), content)
			git(t, work, "add", ".")
			git(t, work, "-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "commit", "--quiet", "-m", "something else")
			git(t, work, "push", "--quiet", "origin", "HEAD:site")
		},
	}
}

// git runs git in a folder and returns what it prints.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v", args, err)
	}
	return string(out)
}

func bucketPlace(t *testing.T) place { return storage(t, nil) }

// storage serves a bucket. If watch is not nil it stands between its readers and
// writers and the storage.
func storage(t *testing.T, watch func(storage http.Handler) http.Handler) place {
	t.Setenv("AWS_ACCESS_KEY_ID", "the-name-of-the-key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "the-secret-of-the-key")
	backend := s3mem.New()
	if err := backend.CreateBucket("reports"); err != nil {
		t.Fatal(err)
	}
	handler := gofakes3.New(backend, gofakes3.WithLogger(gofakes3.StdLog(log.New(&bytes.Buffer{}, "", 0)))).Server()
	if watch != nil {
		handler = watch(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return place{
		kind:    "bucket",
		address: "s3://reports/sre?region=eu-central-1&path_style=true&endpoint=" + server.URL,
		get: func(path string) (string, bool) {
			o, err := backend.GetObject("reports", "sre/"+path, nil)
			if err != nil || o == nil {
				return "", false
			}
			var b bytes.Buffer
			_, err = b.ReadFrom(o.Contents)
			return b.String(), err == nil
		},
		files: func() map[string]string {
			files := map[string]string{}
			list, err := backend.ListBucket("reports", nil, gofakes3.ListBucketPage{})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list.Contents {
				name := strings.TrimPrefix(c.Key, "sre/")
				o, err := backend.GetObject("reports", c.Key, nil)
				if err != nil {
					t.Fatal(err)
				}
				var b bytes.Buffer
				b.ReadFrom(o.Contents)
				if !strings.HasPrefix(name, ".") {
					files[name] = b.String()
				}
			}
			return files
		},
		add: func(path, content string) {
			_, err := backend.PutObject("reports", "sre/"+path, map[string]string{}, strings.NewReader(content), int64(len(content)), nil)
			if err != nil {
				t.Fatal(err)
			}
		},
	}
}

var asOf = time.Date(2026, 11, 15, 6, 0, 0, 0, time.UTC)

// site builds a site of the files and returns its folder.
func site(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "public")
	if err := build(dir, files, stage.Origin{Version: "1.2.3", Audience: "org", AsOf: asOf, Commit: "abc1234", Freshness: 93600}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func build(dir string, files map[string]string, o stage.Origin) error {
	s, err := stage.Open(context.Background(), dir, stage.Options{})
	if err != nil {
		return err
	}
	defer s.Abort()
	for name, content := range files {
		if err := s.Write(name, []byte(content)); err != nil {
			return err
		}
	}
	return s.Commit(o)
}

// asset returns the path of a file that is named after its content.
func asset(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "assets/style." + hex.EncodeToString(sum[:6]) + ".css"
}

// config publishes the site in a folder to a place.
func config(p place, from string) Config {
	return Config{Target: p.address, Site: filepath.Dir(from), From: from, MaxDeletes: -1, Now: time.Now}
}

// publish publishes files and returns what was done.
func publish(t *testing.T, p place, files map[string]string) Report {
	t.Helper()
	r, err := Run(t.Context(), config(p, site(t, files)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// wantFiles holds what a place shows against the files, without the manifest.
func wantFiles(t *testing.T, p place, want map[string]string) {
	t.Helper()
	got := p.files()
	delete(got, manifestName)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the %s holds other files: -want +got\n%s", p.kind, d)
	}
}

// wantRefused publishes and wants an error with these words, and nothing changed.
func wantRefused(t *testing.T, p place, cfg Config, words string) {
	t.Helper()
	before := p.files()
	_, err := Run(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("the error is\n%v\nwant %q in it", err, words)
	}
	if d := cmp.Diff(before, p.files()); d != "" {
		t.Errorf("the %s has changed: -before +after\n%s", p.kind, d)
	}
}

// edition is the nth site of those that tests publish one after another: some
// pages stay, some change, one is new and one goes, and all need an asset that
// is another in each edition.
func edition(n int) map[string]string {
	style := fmt.Sprintf("body { order: %d }", n)
	page := func(text string, up int) string {
		return fmt.Sprintf(`edition %d <link href="%s%s"> %s`, n, strings.Repeat("../", up), asset(style), text)
	}
	files := map[string]string{
		asset(style):                            style,
		"index.html":                            page(fmt.Sprintf(`<a href="pay/new/%d/index.html">`, n), 0),
		"robots.txt":                            "as ever",
		"feed.xml":                              fmt.Sprintf("news of %d", n),
		"pay/index.html":                        page("tribe", 1),
		"pay/api/tribe.json":                    fmt.Sprintf(`{"edition": %d}`, n),
		fmt.Sprintf("pay/new/%d/index.html", n): page("new", 3),
	}
	for i := range 12 {
		files[fmt.Sprintf("pay/services/%d/index.html", i)] = page("service", 3)
		files[fmt.Sprintf("pay/old/%d.html", i)] = fmt.Sprintf("as ever %d", i)
	}
	return files
}

// with returns files and some more.
func with(files map[string]string, more ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range append([]map[string]string{files}, more...) {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}

// assetsOf are the assets among files.
func assetsOf(files map[string]string) map[string]string {
	some := map[string]string{}
	for name, content := range files {
		if strings.HasPrefix(name, "assets/") {
			some[name] = content
		}
	}
	return some
}
