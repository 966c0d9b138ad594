package cache

import (
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// seen returns what a later look takes over from an earlier one.
func seen(t *testing.T, all *files) map[string]file {
	t.Helper()
	if _, ok := all.digestOfAll(); !ok {
		t.Fatal("no digest of all files")
	}
	known := map[string]file{}
	for name, f := range maps.All(all.found) {
		known[name] = *f
	}
	return known
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestAFileIsReadAgainIfItMayHaveChanged(t *testing.T) {
	site := t.TempDir()
	path := filepath.Join(site, "data", "site.toml")
	for _, c := range []struct {
		name string
		do   func()
		wait time.Duration // between the first file's last change and its reading
		read bool          // again
	}{
		{"nothing happened", func() {}, time.Minute, false},
		{"it was read right after a change", func() {}, time.Second, true},
		{"its size is another", func() { write(t, path, "longer than before") }, time.Minute, true},
		{"its time is another", func() { os.Chtimes(path, time.Time{}, time.Now().Add(time.Hour)) }, time.Minute, true},
		{"another file of that size and time is in its place", func() {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			write(t, path+".new", "tfel")
			os.Chtimes(path+".new", time.Time{}, info.ModTime())
			os.Rename(path+".new", path)
		}, time.Minute, true},
	} {
		write(t, path, "left")
		first := look(site, time.Now().Add(c.wait), nil)
		known := seen(t, first)
		if c.name == "another file of that size and time is in its place" && first.found["data/site.toml"].State.Inode == 0 {
			continue // this system does not tell
		}
		c.do()
		_, ok := look(site, time.Now().Add(time.Hour), known).known("data/site.toml")
		if ok == c.read {
			t.Errorf("%s: the digest is taken over: %v", c.name, ok)
		}
	}
}

func TestNoDigestOfASiteWithLinks(t *testing.T) {
	site := t.TempDir()
	write(t, filepath.Join(site, "data", "site.toml"), "")
	if _, ok := look(site, time.Now(), nil).digestOfAll(); !ok {
		t.Fatal("no digest of a site with plain files only")
	}
	if err := os.Symlink("site.toml", filepath.Join(site, "data", "link.toml")); err != nil {
		t.Fatal(err)
	}
	if _, ok := look(site, time.Now(), nil).digestOfAll(); ok {
		t.Error("what a link leads to may change without a trace in the folder")
	}
}

func TestWhatHasNoDataGetsNoCache(t *testing.T) {
	dir := t.TempDir()
	Open(dir)
	Open(filepath.Join(dir, "nowhere"))
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("%v %v", entries, err)
	}
}
