package generator_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"tribune/generator"
)

// An edit is one thing that a person may do to a site between two builds.
type edit struct {
	name string
	do   func(site string, n int) error
}

// edited writes a file of a site.
func edited(site, file, content string) error {
	path := filepath.Join(site, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o666)
}

var edits = []edit{
	{"nothing", func(site string, n int) error { return nil }},
	{"a text", func(site string, n int) error {
		return edited(site, "content/postmortems/shop/till.md", fmt.Sprintf("+++\nservices = [\"till-1\"]\n+++\n\n# The till stood still\n\nOn 2026-09-%02d, see [the oven](oven.md).\n", 1+n%28))
	}},
	{"a text of the same size", func(site string, n int) error {
		return edited(site, "content/postmortems/shop/cards.md", fmt.Sprintf("# No cards\n\n![how it looked](card.png) and ![elsewhere](../../../pictures/shop.png)\n\n%d\n", n%10))
	}},
	{"where a page lies", func(site string, n int) error {
		return edited(site, "content/postmortems/shop/oven.md", fmt.Sprintf("+++\ntitle = \"Cold oven\"\nslug = \"oven-%d\"\n+++\n\nNo bread.\n", n%3))
	}},
	{"a page that goes", func(site string, n int) error {
		return os.RemoveAll(filepath.Join(site, "content/postmortems/shop/oven.md"))
	}},
	{"a picture", func(site string, n int) error {
		return edited(site, "content/postmortems/shop/card.png", fmt.Sprintf("\x89PNG %d", n%4))
	}},
	{"a picture outside content", func(site string, n int) error {
		return edited(site, "pictures/shop.png", fmt.Sprintf("\x89PNG %d", n%4))
	}},
	{"a picture that goes", func(site string, n int) error { return os.RemoveAll(filepath.Join(site, "pictures")) }},
	{"which service there is", func(site string, n int) error {
		return edited(site, "data/tribes/shop.toml", fmt.Sprintf("name = \"Shop\"\n[[squads]]\nid = \"front\"\nname = \"Front\"\n[[services]]\nid = \"till-%d\"\nname = \"Till\"\nsquad = \"front\"\n", n%3))
	}},
	{"a tribe", func(site string, n int) error {
		return edited(site, "data/tribes/bakery.toml", fmt.Sprintf("name = \"Bakery %d\"\n", n%2))
	}},
	{"whom a text is for", func(site string, n int) error {
		return edited(site, "content/postmortems/shop/flour.md", fmt.Sprintf("+++\ntitle = \"Flour\"\naudience = %q\n+++\n\nIt was [the oven](oven.md).\n", []string{"public", "org", "tribe"}[n%3]))
	}},
	{"a template", func(site string, n int) error {
		return edited(site, "templates/method.html", fmt.Sprintf("{{define \"main\"}}<p>Method %d</p>{{end}}", n%3))
	}},
	{"the stylesheet", func(site string, n int) error {
		return edited(site, "templates/style.css", fmt.Sprintf("p { margin: %dpx }", n%3))
	}},
	{"the cache", func(site string, n int) error {
		files, err := filepath.Glob(filepath.Join(site, ".tribune", "cache", "*"))
		if err != nil || len(files) == 0 {
			return err
		}
		return os.WriteFile(files[n%len(files)], []byte("not what it was"), 0o666)
	}},
	{"half of the cache", halfOfTheCache},
	{"a page of the output", func(site string, n int) error {
		if _, err := os.Stat(filepath.Join(site, "public")); err != nil {
			return nil // none yet
		}
		return edited(site, "public/shop/index.html", fmt.Sprintf("defaced %d", n))
	}},
}

// halfOfTheCache cuts a file of the cache.
func halfOfTheCache(site string, n int) error {
	files, err := filepath.Glob(filepath.Join(site, ".tribune", "cache", "*"))
	if err != nil || len(files) == 0 {
		return err
	}
	path := files[n%len(files)]
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, info.Size()/2)
}

// TestTheCacheChangesNoByte builds one site after many edits with all that the
// cache remembers, and compares it each time with a build that remembers
// nothing.
func TestTheCacheChangesNoByte(t *testing.T) {
	rounds := 40
	if os.Getenv("TRIBUNE_SOAK") != "" {
		rounds = 2000
	}
	dice := rand.New(rand.NewPCG(1, 3))
	site := siteFrom(t, txtar.Parse([]byte("-- data/site.toml --\ntitle = \"Corner shop\"\ntime_zone = \"Europe/Berlin\"\n-- data/tribes/shop.toml --\nname = \"Shop\"\n")).Files)
	for _, e := range edits {
		if err := e.do(site, 1); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
	}
	cfg := generator.Config{Version: "test", KeepGoing: true}
	unchanged := 0
	for round := range rounds {
		if round%8 == 0 { // the rest of the time the files alone make the difference
			cfg.AsOf = time.Date(2026, 10, 1+dice.IntN(2), 0, 0, 0, 0, time.UTC)
			cfg.Audience = []string{"public", "org"}[dice.IntN(2)]
		}
		e := edits[dice.IntN(len(edits))]
		if err := e.do(site, dice.IntN(1000)); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		cfg.Site, cfg.Out = site, filepath.Join(site, "public")
		if holds(t, cfg, fmt.Sprintf("round %d, after a change of %s", round, e.name)).Unchanged {
			unchanged++
		}
	}
	if unchanged == 0 {
		t.Error("no build found that nothing had changed: the test shows less than it should")
	}
}

// holds builds a site with all that is known of it, and a copy that nothing is known
// of, and compares the two. It returns what the first build said.
func holds(t *testing.T, cfg generator.Config, when string) generator.Report {
	t.Helper()
	said := buildWith(t, cfg)
	fresh := generator.Config{AsOf: cfg.AsOf, Tribes: cfg.Tribes, Audience: cfg.Audience, KeepGoing: cfg.KeepGoing, Version: cfg.Version}
	fresh.Site = t.TempDir()
	fresh.Out = filepath.Join(fresh.Site, "public")
	for _, dir := range []string{"data", "content", "templates", "pictures"} {
		if err := os.CopyFS(filepath.Join(fresh.Site, dir), os.DirFS(filepath.Join(cfg.Site, dir))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	got, want := said, buildWith(t, fresh)
	got.Unchanged = false
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("%s, the report is another (-fresh +known):\n%s", when, diff)
	}
	if diff := cmp.Diff(tree(t, fresh.Out), tree(t, cfg.Out)); diff != "" {
		t.Fatalf("%s, the site is another (-fresh +known):\n%s", when, diff)
	}
	return said
}

func buildWith(t *testing.T, cfg generator.Config) generator.Report {
	t.Helper()
	r, err := generator.Build(context.Background(), cfg)
	if err != nil {
		t.Fatalf("%v\n%v", err, r.Problems)
	}
	return r
}

// tree returns every file below dir, by its path.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
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
