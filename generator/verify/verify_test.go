package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite what testdata/faults wants; then look at the diff")

func archive(t testing.TB, name string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// good returns the site in which nothing is wrong, without its manifest.
func good(t testing.TB) fstest.MapFS {
	t.Helper()
	site := fstest.MapFS{}
	for _, f := range archive(t, "testdata/good.txtar").Files {
		if strings.HasSuffix(f.Name, ".ics") {
			f.Data = bytes.ReplaceAll(f.Data, []byte("\n"), []byte("\r\n"))
		}
		site[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return site
}

// withManifest lists the files of a site in its manifest.
func withManifest(t testing.TB, site fstest.MapFS) fstest.MapFS {
	t.Helper()
	files := map[string]any{}
	for name, f := range site {
		sum := sha256.Sum256(f.Data)
		files[name] = map[string]any{"sha256": hex.EncodeToString(sum[:]), "bytes": len(f.Data)}
	}
	text, err := json.MarshalIndent(map[string]any{
		"schema": "tribune/manifest/v1", "version": "test", "audience": "org", "as_of": "2026-11-15T06:00:00Z", "commit": "", "files": files,
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	site["manifest.json"] = &fstest.MapFile{Data: text}
	return site
}

func answer(t testing.TB, site fs.FS, previous *Manifest) string {
	t.Helper()
	r, err := Site(context.Background(), site, previous)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, p := range r.Problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func TestNothingIsFoundInAGoodSite(t *testing.T) {
	if got := answer(t, withManifest(t, good(t)), nil); got != "" {
		t.Error(got)
	}
}

// Each archive changes the good site and wants the whole answer. Its parts are
// made in their order:
//
//	NAME           the file has this content
//	edit NAME      in the file, the first line is replaced by the second
//	remove NAME    there is no such file
//	previous       the manifest of what is published now
//	manifest       what follows is not in the manifest
//	want           the answer
func TestEachFaultIsFound(t *testing.T) {
	names, err := filepath.Glob("testdata/faults/*.txtar")
	if err != nil || len(names) < 40 {
		t.Fatalf("there are %d archives (%v)", len(names), err)
	}
	planted := map[string]bool{}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a := archive(t, name)
			site, previous := faulty(t, a)
			got := answer(t, site, previous)
			want := &a.Files[len(a.Files)-1]
			if want.Name != "want" {
				t.Fatal("the last part is not want")
			}
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(want.Data), got); d != "" {
				t.Errorf("%s-want +got:\n%s", a.Comment, d)
			}
			for _, r := range Rules {
				if strings.Contains(got, " ("+r.ID+")\n") {
					planted[r.ID] = true
				}
			}
		})
	}
	for _, r := range Rules {
		if !planted[r.ID] && r.ID != "scorecard-size" && r.ID != "page-size" { // they have a test of their own
			t.Errorf("no archive breaks the rule %s", r.ID)
		}
	}
}

// faulty makes the changes of an archive.
func faulty(t *testing.T, a *txtar.Archive) (site fstest.MapFS, previous *Manifest) {
	t.Helper()
	site = good(t)
	listed := false
	for _, f := range a.Files {
		verb, name, ok := strings.Cut(f.Name, " ")
		switch {
		case ok && verb == "edit":
			before, after, _ := strings.Cut(strings.TrimSuffix(string(f.Data), "\n"), "\n")
			if file := site[name]; file == nil || strings.Count(string(file.Data), before) != 1 {
				t.Fatalf("%q does not stand once in %s", before, name)
			}
			site[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(site[name].Data), before, after, 1))}
		case ok && verb == "remove":
			if site[name] == nil {
				t.Fatalf("there is no %s", name)
			}
			delete(site, name)
		case f.Name == "manifest":
			withManifest(t, site)
			listed = true
		case f.Name == "previous":
			var err error
			if previous, err = ReadManifest(bytes.NewReader(f.Data)); err != nil {
				t.Fatal(err)
			}
		case f.Name != "want":
			site[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	if !listed {
		withManifest(t, site)
	}
	return site, previous
}
