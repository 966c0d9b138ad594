package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"
)

// hostileTexts are what somebody could write to run something in a reader's
// browser, to look like something else, or to get out of where text belongs.
var hostileTexts = []string{
	`</script><script>alert(1)</script>`,
	`</title></style></textarea><svg onload=alert(1)>`,
	`"><img src=x onerror=alert(1)>`,
	`' autofocus onfocus='alert(1)`,
	`javascript:alert(1)`,
	"java\tscript:alert(1)",
	`data:text/html,<script>alert(1)</script>`,
	`vbscript:x`,
	`//elsewhere.example/x.js`,
	`{{ .Site }}{{ template "main" . }}{{ define "main" }}x{{ end }}`,
	`]]><!-- --><?xml?>`,
	"a\u202eb\u2066c\u2069d\u202a",
	"a\x00b\x1b[31mc\x07",
	`../../../x`,
	`/etc/passwd`,
	`CON`,
	"=cmd|' /C calc'!A0",
	"a\nBEGIN:VEVENT\nb",
	"\xff\xfe\xed\xa0\x80",
}

// writeHostile writes the site of testdata/hostile.site with a text.
func writeHostile(t *testing.T, site, text string) {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/hostile.site")
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(text) // a string of JSON is one of TOML and of YAML
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("RAW", text, "QUOTED", strings.Trim(string(quoted), `"`))
	for _, f := range archive.Files {
		writeAt(t, filepath.Join(site, filepath.FromSlash(f.Name)), fill.Replace(string(f.Data)))
	}
}

func writeAt(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// buildHostile builds a site with a text in spite of all that is wrong with it,
// and returns where, and what the command said. Its history is from better days.
func buildHostile(t *testing.T, text string) (public string, said string) {
	t.Helper()
	var out bytes.Buffer
	site := filepath.Join(t.TempDir(), "site")
	public = filepath.Join(site, "public")
	writeHostile(t, site, "words")
	if code := run(context.Background(), []string{"import", "--site", site, filepath.Join(site, "days.csv")}, &out, &out); code != exitDone {
		t.Fatalf("import: exit status %d\n%s", code, &out)
	}
	out.Reset()
	writeHostile(t, site, text)
	if code := run(context.Background(), []string{"build", "--keep-going", "--as-of", "2026-03-05", "--site", site}, &out, &out); code != exitDone {
		t.Fatalf("build: exit status %d\n%s", code, &out)
	}
	return public, out.String()
}

// A shape is what the pages of a site are made of, whatever their texts are.
type shape struct {
	parts   map[string]bool // "a", "a href": elements, and attributes of elements
	scripts map[string]int  // by page
}

// shapeOf walks all pages of a site.
func shapeOf(t *testing.T, public string) shape {
	t.Helper()
	s := shape{map[string]bool{}, map[string]int{}}
	for path, content := range filesOf(t, public) {
		if filepath.Ext(path) != ".html" {
			continue
		}
		root, err := html.Parse(strings.NewReader(content))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			name := n.Data
			if len(name) == 2 && name[0] == 'h' && name != "hr" {
				name = "h2" // of what level depends on the headings before it
			}
			s.parts[name] = true
			if name == "script" {
				s.scripts[path]++
				if n.FirstChild != nil {
					t.Errorf("%s: a script in the page: %s", path, n.FirstChild.Data)
				}
			}
			for _, a := range n.Attr {
				s.parts[name+" "+a.Key] = true
				if slices.Contains([]string{"href", "src", "action", "formaction", "cite", "poster", "data", "srcset"}, a.Key) && !leadsSomewhereSafe(a.Val) {
					t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
				}
			}
		}
	}
	return s
}

// leadsSomewhereSafe reports whether an address is of the web, of mail or within
// the site.
func leadsSomewhereSafe(address string) bool {
	u, err := url.Parse(address)
	return err == nil && slices.Contains([]string{"", "http", "https", "mailto"}, u.Scheme)
}

// filesOf returns the content of all files of a folder, by path.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Hostile text in every field gives pages of the same elements and attributes as
// harmless text, with no more scripts, and no character that hides others.
func TestHostileTextReachesPagesAsTextAlone(t *testing.T) {
	public, _ := buildHostile(t, "words")
	want := shapeOf(t, public)
	for i, text := range hostileTexts {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			public, said := buildHostile(t, text)
			got := shapeOf(t, public)
			for part := range got.parts {
				if !want.parts[part] {
					t.Errorf("with %q there is <%s>", text, part)
				}
			}
			for page, n := range got.scripts {
				if known, ok := want.scripts[page]; ok && n > known {
					t.Errorf("with %q %s has %d scripts, not %d", text, page, n, known)
				}
			}
			for path, content := range filesOf(t, public) {
				if at := strings.IndexFunc(content, hides); at >= 0 {
					t.Errorf("with %q %s has a character that hides: %q", text, path, content[max(0, at-40):min(len(content), at+40)])
				}
			}
			if at := strings.IndexFunc(said, hides); at >= 0 {
				t.Errorf("with %q the command prints %q", text, said[max(0, at-40):min(len(said), at+40)])
			}
			site := filepath.Dir(public)
			for _, dir := range []string{filepath.Dir(site), site} {
				for _, e := range entries(t, dir) {
					if !slices.Contains([]string{"site", "content", "data", "public", "days.csv", ".tribune"}, e) {
						t.Errorf("with %q there is %s beside the site", text, e)
					}
				}
			}
			var out bytes.Buffer
			if code := run(context.Background(), []string{"verify", public}, &out, &out); code != exitDone {
				t.Errorf("with %q the built site does not verify: exit status %d\n%.2000s", text, code, &out)
			}
		})
	}
}

// hides reports whether a character changes what others look like: it is for a
// terminal, or turns the direction of text.
func hides(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}
