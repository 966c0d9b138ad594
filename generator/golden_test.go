package generator_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the pages that testdata/pages/*.txtar want")

// want is the folder of an archive that holds the pages which are wanted.
const want = "want/"

// TestPages builds the sites of testdata/pages and compares every page, byte for
// byte. A page that nobody wants, or a wanted one that is not made, fails.
func TestPages(t *testing.T) {
	archives, err := filepath.Glob("testdata/pages/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("there are no sites: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var input []txtar.File
			wanted := map[string][]byte{}
			for _, f := range archive.Files {
				if page, ok := strings.CutPrefix(f.Name, want); ok {
					wanted[page] = f.Data
				} else {
					input = append(input, f)
				}
			}
			built := build(t, siteFrom(t, input))
			if *update {
				rewrite(t, name, archive.Comment, input, wanted, built)
				return
			}
			comparePages(t, wanted, built)
		})
	}
}

func comparePages(t *testing.T, wanted map[string][]byte, built fs.FS) {
	t.Helper()
	pages, content := matching(t, built, ".html", ".xml", ".txt")
	for _, page := range pages {
		text, ok := wanted[page]
		delete(wanted, page)
		switch {
		case !ok:
			t.Errorf("%s is a page that is not wanted", page)
		case bundled(content[page]):
		case !bytes.Equal(text, content[page]):
			t.Errorf("%s:\n%s", page, cmp.Diff(strings.Split(string(text), "\n"), strings.Split(string(content[page]), "\n")))
		}
	}
	for page := range wanted {
		t.Errorf("%s is wanted and not made", page)
	}
}

// bundled reports whether a page has an interactive figure or a search. The
// pages that are wanted are those of a program built without the scripts for
// them, so these are compared there alone.
func bundled(page []byte) bool {
	return bytes.Contains(page, []byte("data-figure=")) || bytes.Contains(page, []byte(`data-library="../`))
}

func rewrite(t *testing.T, name string, comment []byte, input []txtar.File, wanted map[string][]byte, built fs.FS) {
	t.Helper()
	archive := txtar.Archive{Comment: comment, Files: input}
	pages, content := matching(t, built, ".html", ".xml", ".txt")
	for _, page := range pages {
		text := content[page]
		if bundled(text) {
			text = wanted[page]
		}
		archive.Files = append(archive.Files, txtar.File{Name: want + page, Data: text})
	}
	if err := os.WriteFile(name, txtar.Format(&archive), 0o666); err != nil {
		t.Fatal(err)
	}
}
