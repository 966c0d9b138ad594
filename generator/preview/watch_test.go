package preview

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// watch watches a site and returns a function that waits until a file is told of.
func watch(t *testing.T, site string) (until func(file string)) {
	t.Helper()
	w, err := Watch(site)
	if err != nil {
		t.Fatal(err)
	}
	changes := make(chan []string, 1000)
	done := make(chan error)
	go func() {
		done <- w.Run(t.Context(), func(files []string) { changes <- files })
	}()
	t.Cleanup(func() {
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return func(file string) {
		t.Helper()
		for {
			select {
			case files := <-changes:
				if slices.ContainsFunc(files, func(f string) bool { return passing(filepath.Base(f)) || f == "public/index.html" }) {
					t.Errorf("told of %q", files)
				}
				if slices.Contains(files, file) {
					return
				}
			case err := <-done:
				t.Fatalf("the watch ended before %s was told of: %v", file, err)
			}
		}
	}
}

func TestEveryWayToChangeAFileIsTold(t *testing.T) {
	site := folder(t, map[string]string{"data/site.toml": "1", "content/postmortems/shop/a.md": "1", "public/index.html": "1"})
	until := watch(t, site)
	at := func(name string) string { return filepath.Join(site, filepath.FromSlash(name)) }

	write(t, at("data/site.toml"), "2")
	until("data/site.toml")

	// As vim does: a trial, a swap file, a copy, the new file, and the copy goes.
	write(t, at("content/postmortems/shop/4913"), "")
	write(t, at("content/postmortems/shop/.a.md.swp"), "")
	for _, err := range []error{
		os.Remove(at("content/postmortems/shop/4913")),
		os.Rename(at("content/postmortems/shop/a.md"), at("content/postmortems/shop/a.md~")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	write(t, at("content/postmortems/shop/a.md"), "2")
	if err := os.Remove(at("content/postmortems/shop/a.md~")); err != nil {
		t.Fatal(err)
	}
	until("content/postmortems/shop/a.md")

	// As others do: a file beside it takes its place.
	write(t, at("data/site.toml.tmp"), "3")
	if err := os.Rename(at("data/site.toml.tmp"), at("data/site.toml")); err != nil {
		t.Fatal(err)
	}
	until("data/site.toml")

	// Folders come with files in them, and files come to them later.
	write(t, at("content/postmortems/bank/2026/b.md"), "1")
	until("content/postmortems/bank/2026/b.md")
	write(t, at("content/postmortems/bank/2026/c.md"), "1")
	until("content/postmortems/bank/2026/c.md")
	write(t, at("templates/style.css"), "1")
	until("templates/style.css")
	if err := os.RemoveAll(at("content/postmortems/bank")); err != nil {
		t.Fatal(err)
	}
	until("content/postmortems/bank")

	write(t, at("public/index.html"), "2") // what is built is not watched
	write(t, at("data/site.toml"), "4")
	until("data/site.toml")
}

func TestASiteThatIsNotThereCannotBeWatched(t *testing.T) {
	if _, err := Watch(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("it is watched")
	}
}
