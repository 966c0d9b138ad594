package verify

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// pageOf returns a whole page that has body in it.
func pageOf(body string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(`<!doctype html>
<html lang="en"><head><meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<title>x</title></head><body><h1>x</h1>` + body + `</body></html>`)}
}

// siteOf returns the good site with other files added.
func siteOf(t testing.TB, files fstest.MapFS) fstest.MapFS {
	site := good(t)
	for name, f := range files {
		site[name] = f
	}
	return withManifest(t, site)
}

func TestMarkupThatIsAllowed(t *testing.T) {
	for _, body := range []string{
		`<p>a<br>b<img src="assets/icon.svg" alt=""><input type="checkbox" disabled></p>`,
		`<svg viewBox="0 0 1 1"><path d="M0 0"/><g><circle cx="1" cy="1" r="1"/></g><title>Errors of 1%</title></svg><p>x</p>`,
		`<a href="mailto:sre@example.com">m</a><a href="tel:+1">t</a><a href="#">top</a><a href="#top">top</a><a href="?q=1">q</a>`,
		`<script type="application/json">{"a": "</p>"}</script><script src="assets/site.js"></script>`,
		`<table><tr><td>100%</td><td>undefinedness</td><td>Infra</td></tr></table>`,
		`<p>It rose by 5%! So did cost (10%!).</p><details open><summary>s</summary><p>x</p></details>`,
		`<label for="q">q</label><input id="q"><ul><li><ul><li>x</li></ul></li></ul>`,
		`<a href="index%2ehtml">a dot by its number</a><blockquote cite="https://example.com/">x</blockquote>`,
		`<p>München 数据库 — “quoted” &amp; &lt;b&gt;</p>`,
		"<pre>{{.window}} NaN %!d(int=1) &lt;no value&gt;</pre>",
	} {
		site := siteOf(t, fstest.MapFS{"payments/index.html": pageOf(body + `<i id="objectives"></i>`), "payments/assets/site.js": {}, "payments/assets/icon.svg": {}})
		if got := answer(t, site, nil); got != "" {
			t.Errorf("%s\n%s", body, got)
		}
	}
}

func TestPoliciesAsStrictAsOurs(t *testing.T) {
	const ours = "default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file:; base-uri 'none'; form-action 'none'"
	for policy, want := range map[string][]string{
		ours: nil,
		"Default-Src 'none'; base-uri 'none';form-action 'none'; upgrade-insecure-requests; ":          nil,
		"default-src 'none'; base-uri 'none'; form-action 'none'; font-src 'self'; connect-src 'none'": nil,
		strings.Replace(ours, "script-src 'self' file:", "script-src 'self' https:", 1):                {"the policy allows script-src https:"},
		strings.Replace(ours, "style-src", "style-src-attr 'unsafe-inline'; style-src", 1):             {"the policy allows style-src-attr 'unsafe-inline'"},
		strings.Replace(ours, "img-src", "img-src * data:; img-src", 1):                                {"the policy allows img-src *", "the policy allows img-src data:"},
		strings.Replace(ours, "; form-action 'none'", "", 1):                                           {"the policy does not say form-action 'none'"},
		"default-src 'none' 'self'; base-uri; form-action 'none'":                                      {"the policy does not say default-src 'none'", "the policy does not say base-uri 'none'"},
	} {
		if d := cmp.Diff(want, weaknesses(policy)); d != "" {
			t.Errorf("%s\n-want +got:\n%s", policy, d)
		}
	}
}

func TestPagesHaveABudget(t *testing.T) {
	long := strings.Repeat("<p>0123456789</p>\n", 60_000)
	style := bytes.Repeat([]byte(" "), 99_000)
	site := siteOf(t, fstest.MapFS{
		"payments/actions/index.html":            pageOf(long),
		"payments/scorecards/2026-09/index.html": {Data: bytes.Replace(pageOf(strings.Repeat("<br>\n", 200)).Data, []byte("</head>"), []byte(`<link rel="stylesheet" href="../../assets/big.css"></head>`), 1)},
		"payments/services/a/index.html":         {Data: bytes.Replace(pageOf(strings.Repeat("<br>\n", 200)).Data, []byte("</head>"), []byte(`<link rel="stylesheet" href="../../assets/big.css"></head>`), 1)},
		"payments/assets/big.css":                {Data: style},
	})
	const want = `payments/actions/index.html: warning: takes 1080201 bytes, and should take at most 1000000 (page-size)
payments/scorecards/2026-09/index.html: warning: takes 100252 bytes with its styles and pictures, and should take at most 100000 (scorecard-size)
`
	if d := cmp.Diff(want, answer(t, site, nil)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestBytesThatAreNotUTF8(t *testing.T) {
	site := siteOf(t, fstest.MapFS{"latin.html": pageOf("<p>Umst\xe4ndlich</p>")})
	if got, want := answer(t, site, nil), "latin.html:3:43: holds bytes that are not UTF-8 (html-syntax)\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

// A tribe's folder verified by itself has no manifest and no organisation above.
func TestATribesFolderAlone(t *testing.T) {
	site, err := fs.Sub(withManifest(t, good(t)), "payments")
	if err != nil {
		t.Fatal(err)
	}
	const want = "manifest.json: there is no manifest: the folder may be anything (manifest-invalid)\n\thint: verify the folder that tribune build wrote\n"
	if d := cmp.Diff(want, answer(t, site, nil)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestAFolderOnDisk(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, withManifest(t, good(t))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("*\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "host.txt")); err != nil {
		t.Skip(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	const want = "host.txt: is not a regular file, such as a link: servers and archives treat it each in their own way (file-name)\n"
	if d := cmp.Diff(want, answer(t, root.FS(), nil)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// unreadable fails as a disk does.
type unreadable struct{ fstest.MapFS }

func (u unreadable) Open(name string) (fs.File, error) {
	if name == "due.ics" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.Open(name)
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	if _, err := Site(context.Background(), unreadable{withManifest(t, good(t))}, nil); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file that cannot be read: %v", err)
	}
	if _, err := Site(context.Background(), os.DirFS(filepath.Join(t.TempDir(), "none")), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Site(ctx, withManifest(t, good(t)), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted run: %v", err)
	}
}

func TestAnythingButAManifestIsRefused(t *testing.T) {
	for _, text := range []string{"", "[]", "null", "{}", `{"schema": "tribune/manifest/v2"}`, `{"schema": "tribune/manifest/v1", "files": []}`} {
		if m, err := ReadManifest(strings.NewReader(text)); err == nil {
			t.Errorf("%q was read as %v", text, m)
		}
	}
}
