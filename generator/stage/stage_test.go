package stage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
)

var origin = Origin{Version: "1.2.3", Audience: "org", AsOf: time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC), Commit: "abc123"}

// build writes a site of the pages and commits it.
func build(t *testing.T, out string, pages map[string]string) {
	t.Helper()
	s := open(t, out)
	for path, content := range pages {
		if err := s.Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Commit(origin); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, out string) *Stage {
	t.Helper()
	s, err := Open(t.Context(), out, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Abort)
	return s
}

// tree returns every file below dir but for the manifest, by its path.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path == manifestName {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, path))
		files[path] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func wantTree(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, tree(t, dir)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", dir, diff)
	}
}

// wantNothingBeside fails if a build left anything beside its output.
func wantNothingBeside(t *testing.T, out string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(out))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(out) {
			t.Errorf("%s is left beside %s", e.Name(), out)
		}
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}

func TestASiteIsExactlyWhatWasWritten(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	first := map[string]string{"index.html": "one", "payments/index.html": "two", "last/month/index.html": "gone soon"}
	build(t, out, first)
	wantTree(t, out, first)

	second := map[string]string{"index.html": "one", "payments/index.html": "changed", "sre/index.html": ""}
	build(t, out, second)
	wantTree(t, out, second)
	wantNothingBeside(t, out)
}

func TestTheManifestListsEveryFileWithItsHashAndSize(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	build(t, out, map[string]string{"index.html": "one", "a/ü & b.html": "two"})
	f, err := os.Open(filepath.Join(out, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := ReadManifest(f)
	if err != nil {
		t.Fatal(err)
	}
	hash := func(s string) string { sum := sha256.Sum256([]byte(s)); return hex.EncodeToString(sum[:]) }
	want := Manifest{"tribune/manifest/v1", origin, map[string]File{
		"index.html":   {hash("one"), 3},
		"a/ü & b.html": {hash("two"), 3},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameContentGivesTheSameManifest(t *testing.T) {
	pages := map[string]string{}
	for i := range 50 {
		pages[fmt.Sprintf("payments/%d.html", i)] = fmt.Sprint(i)
	}
	out := filepath.Join(t.TempDir(), "public")
	var manifests []string
	for range 2 {
		build(t, out, pages)
		b, err := os.ReadFile(filepath.Join(out, manifestName))
		if err != nil {
			t.Fatal(err)
		}
		manifests = append(manifests, string(b))
	}
	if manifests[0] != manifests[1] {
		t.Error(cmp.Diff(manifests[0], manifests[1]))
	}
	if !strings.HasPrefix(manifests[0], "{\n \"schema\": \"tribune/manifest/v1\",") {
		t.Errorf("the manifest begins %.60q", manifests[0])
	}
}

func TestPagesAreWrittenFromSeveralGoroutines(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	s := open(t, out)
	pages := map[string]string{}
	for i := range 500 {
		pages[fmt.Sprintf("t%d/s%d/%d.html", i%3, i%7, i)] = strings.Repeat("x", i*100)
	}
	var wg sync.WaitGroup
	for path := range pages {
		wg.Go(func() {
			if err := s.Write(path, []byte(pages[path])); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := s.Commit(origin); err != nil {
		t.Fatal(err)
	}
	wantTree(t, out, pages)
}

func TestAnUnchangedFileKeepsItsTime(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	build(t, out, map[string]string{"same.html": "same", "changed.html": "old!"})
	long := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, name := range []string{"same.html", "changed.html"} {
		if err := os.Chtimes(filepath.Join(out, name), long, long); err != nil {
			t.Fatal(err)
		}
	}
	build(t, out, map[string]string{"same.html": "same", "changed.html": "new!"})
	for name, keeps := range map[string]bool{"same.html": true, "changed.html": false} {
		info, err := os.Stat(filepath.Join(out, name))
		if err != nil {
			t.Fatal(err)
		}
		if kept := info.ModTime().Equal(long); kept != keeps {
			t.Errorf("%s: time kept is %v", name, kept)
		}
	}
}

// The manifest says what a file held when it was written, not what it holds.
func TestATamperedFileIsWrittenAgain(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	pages := map[string]string{"index.html": strings.Repeat("good", 10_000)}
	build(t, out, pages)
	if err := os.WriteFile(filepath.Join(out, "index.html"), []byte(strings.Repeat("good", 9_999)+"evil"), 0o666); err != nil {
		t.Fatal(err)
	}
	build(t, out, pages)
	wantTree(t, out, pages)
}

func TestDotFilesAreCarriedOverAndNotListed(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	kept := map[string]string{".gitignore": "*\n"}
	if err := os.Mkdir(out, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, ".gitignore"), []byte("*\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	build(t, out, map[string]string{"index.html": "one"})
	kept["index.html"] = "one"
	wantTree(t, out, kept)

	if err := os.Mkdir(filepath.Join(out, ".well-known"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, ".well-known/security.txt"), []byte("mail"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("index.html", filepath.Join(out, ".start")); err != nil {
		t.Fatal(err)
	}
	build(t, out, map[string]string{"index.html": "two"})
	maps.Copy(kept, map[string]string{"index.html": "two", ".well-known/security.txt": "mail", ".start": "two"})
	wantTree(t, out, kept)

	b, err := os.ReadFile(filepath.Join(out, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "gitignore") || strings.Contains(string(b), "security") {
		t.Errorf("the manifest lists a dot-file:\n%s", b)
	}
}

func TestAFolderThatTribuneDidNotBuildIsRefused(t *testing.T) {
	for name, foreign := range map[string]map[string]string{
		"a file":              {"letter.txt": "dear"},
		"a hidden folder":     {".ssh/id": "secret"},
		"another manifest":    {"manifest.json": `{"name": "some app"}`, "app.js": ""},
		"a manifest cut off":  {"manifest.json": `{"schema": "tribune/manifest/v1", "fil`},
		"a manifest, no JSON": {"manifest.json": ""},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "home")
			for path, content := range foreign {
				full := filepath.Join(out, path)
				if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(full, []byte(content), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			before := tree(t, out)
			_, err := Open(t.Context(), out, Options{})
			wantError(t, err, out, "did not build", "\n\thint: ", "--out")
			wantTree(t, out, before)
			wantNothingBeside(t, out)
		})
	}
}

func TestAFileIsNoOutput(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	if err := os.WriteFile(out, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), out, Options{})
	wantError(t, err, "not a directory")
	wantNothingBeside(t, out)
}

func TestTheFoldersAboveTheOutputAreMade(t *testing.T) {
	out := filepath.Join(t.TempDir(), "not/yet/public")
	build(t, out, map[string]string{"index.html": "one"})
	wantTree(t, out, map[string]string{"index.html": "one"})
}

func TestASymlinkIsBuiltThrough(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "release"), 0o750); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "public")
	if err := os.Symlink("release", out); err != nil {
		t.Fatal(err)
	}
	build(t, out, map[string]string{"index.html": "one"})
	wantTree(t, filepath.Join(dir, "release"), map[string]string{"index.html": "one"})
	if target, err := os.Readlink(out); target != "release" {
		t.Errorf("the link is %q, %v", target, err)
	}
	info, err := os.Stat(out)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o750 {
		t.Errorf("the folder's mode is %v, not what it was", info.Mode())
	}
}

func TestAnAbortedBuildChangesNothing(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	pages := map[string]string{"index.html": "one"}
	build(t, out, pages)
	s := open(t, out)
	if err := s.Write("index.html", []byte("half")); err != nil {
		t.Fatal(err)
	}
	s.Abort()
	s.Abort()
	wantTree(t, out, pages)
	wantNothingBeside(t, out)
	if err := s.Write("later.html", nil); err == nil {
		t.Error("a stage takes pages after its end")
	}
}

func TestASiteThatLacksAPageIsNotCommitted(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	pages := map[string]string{"index.html": "one"}
	build(t, out, pages)
	s := open(t, out)
	if err := s.Write("../escape.html", nil); err == nil {
		t.Fatal("a path out of the folder is taken")
	}
	if err := s.Write("index.html", []byte("two")); err != nil {
		t.Fatal(err)
	}
	wantError(t, s.Commit(origin), "../escape.html", out+" is as it was")
	wantTree(t, out, pages)
	wantNothingBeside(t, out)
}

func TestASecondBuildWaitsForTheFirst(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	first := open(t, out)
	if err := first.Write("index.html", []byte("first")); err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 120*time.Millisecond)
	defer cancel()
	told := 0
	_, err := Open(ctx, out, Options{Waiting: func() { told++ }})
	wantError(t, err, "another build is writing "+out)
	if told != 1 {
		t.Errorf("told %d times that it waits", told)
	}

	waits, done := make(chan bool), make(chan error)
	go func() {
		second, err := Open(t.Context(), out, Options{Waiting: func() { close(waits) }})
		if err == nil {
			err = second.Write("index.html", []byte("second"))
		}
		if err == nil {
			err = second.Commit(origin)
		}
		done <- err
	}()
	<-waits
	if err := first.Commit(origin); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	wantTree(t, out, map[string]string{"index.html": "second"})
	wantNothingBeside(t, out)
}

// Builds remove the lock's file as they end, so a waiting one must not take
// a file for the lock that has lost its name.
func TestALockWithoutItsNameDoesNotCount(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	s := &Stage{lock: flock.New(path)}
	if held, err := s.lock.TryLock(); !held {
		t.Fatal(err)
	}
	defer s.lock.Unlock()
	if !s.lockStands(path) {
		t.Error("a lock where it should be does not count")
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if s.lockStands(path) {
		t.Error("a removed lock counts")
	}
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if s.lockStands(path) {
		t.Error("a lock counts whose name another file has")
	}
}

func TestManyBuildsAtOnceTakeTurns(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	var inside sync.Mutex
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			for range 5 {
				s, err := Open(t.Context(), out, Options{})
				if err != nil {
					t.Error(err)
					return
				}
				if !inside.TryLock() {
					t.Error("two builds have the lock")
					return
				}
				err = s.Write("index.html", fmt.Append(nil, i))
				inside.Unlock()
				if err == nil {
					err = s.Commit(origin)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := slices.Collect(maps.Keys(tree(t, out))); len(got) != 1 {
		t.Errorf("the site is %q", got)
	}
	wantNothingBeside(t, out)
}

func TestAFleetingSiteIsInPlaceBeforeWhatItReplacedIsRemoved(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	build(t, out, map[string]string{"index.html": "old"})
	var tidy func() error
	s, err := Open(t.Context(), out, Options{Later: func(later func() error) { tidy = later }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Write("index.html", []byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(origin); err != nil {
		t.Fatal(err)
	}
	s.Abort() // as whoever opened it defers
	wantTree(t, out, map[string]string{"index.html": "new"})
	if _, err := os.Stat(s.work); err != nil {
		t.Errorf("what was replaced is gone already, or the lock: %v", err)
	}
	if err := tidy(); err != nil {
		t.Error(err)
	}
	wantNothingBeside(t, out)
}

func TestAFleetingSiteThatReplacesNoneTakesWhatIsTheSameBeside(t *testing.T) {
	dir := t.TempDir()
	whole, out := filepath.Join(dir, "whole"), filepath.Join(dir, "shop")
	build(t, whole, map[string]string{"shop/same.js": "same", "shop/other.js": "old"})
	var tidy func() error
	s, err := Open(t.Context(), out, Options{Later: func(later func() error) { tidy = later }, Beside: whole})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"shop/same.js": "same", "shop/other.js": "new", "shop/more.js": "more"}
	for path, content := range want {
		if err := s.Write(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Commit(origin); err != nil {
		t.Fatal(err)
	}
	if err := tidy(); err != nil {
		t.Fatal(err)
	}
	wantTree(t, out, want)
	for path, taken := range map[string]bool{"shop/same.js": true, "shop/other.js": false} {
		theirs, err := os.Stat(filepath.Join(whole, path))
		if err != nil {
			t.Fatal(err)
		}
		ours, err := os.Stat(filepath.Join(out, path))
		if err != nil {
			t.Fatal(err)
		}
		if os.SameFile(theirs, ours) != taken {
			t.Errorf("%s is taken over: %v", path, !taken)
		}
	}
}
