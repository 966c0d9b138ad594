package publish

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/stage"
)

func TestATargetHoldsWhatWasBuilt(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		r := publish(t, p, edition(1))
		wantFiles(t, p, edition(1))
		if len(r.New) != len(edition(1)) || len(r.Changed) != 0 || len(r.Deleted) != 0 {
			t.Errorf("the first publish: %d new, %d changed, %d deleted", len(r.New), len(r.Changed), len(r.Deleted))
		}
		if got, ok := p.get(manifestName); !ok || !strings.Contains(got, `"commit": "abc1234"`) {
			t.Errorf("the manifest is %q", got)
		}
		r = publish(t, p, edition(1))
		if n := len(r.New) + len(r.Changed) + len(r.Deleted); n != 0 {
			t.Errorf("the same again: %d files changed", n)
		}
	})
}

func TestOnlyWhatChangedIsSent(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		publish(t, p, map[string]string{"index.html": "one", "same.html": "same", "gone/index.html": "gone"})
		r := publish(t, p, map[string]string{"index.html": "two", "same.html": "same", "more/index.html": "more"})
		got := [][]string{r.New, r.Changed, r.Deleted}
		want := [][]string{{"more/index.html"}, {"index.html"}, {"gone/index.html"}}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("new, changed, deleted: -want +got\n%s", d)
		}
		wantFiles(t, p, map[string]string{"index.html": "two", "same.html": "same", "more/index.html": "more"})
	})
}

func TestAnAssetStaysUntilTwoManifestsNoLongerNameIt(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		publish(t, p, edition(1))
		publish(t, p, edition(2))
		wantFiles(t, p, with(edition(2), assetsOf(edition(1))))
		publish(t, p, edition(2)) // the same manifest makes nothing older
		wantFiles(t, p, with(edition(2), assetsOf(edition(1))))
		publish(t, p, edition(3))
		wantFiles(t, p, with(edition(3), assetsOf(edition(2))))
		publish(t, p, edition(2)) // what is needed again stays
		wantFiles(t, p, with(edition(2), assetsOf(edition(3))))
	})
}

func TestAFileThatNoPublishPutThereIsNeverTouched(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		publish(t, p, edition(1))
		p.add("verification.txt", "somebody's")
		publish(t, p, edition(2))
		wantFiles(t, p, with(edition(2), assetsOf(edition(1)), map[string]string{"verification.txt": "somebody's"}))

		p.add("more.html", "somebody's")
		cfg := config(p, site(t, with(edition(2), map[string]string{"more.html": "ours"})))
		wantRefused(t, p, cfg, "files of the same name that no publish put there: more.html; nothing was changed")
		cfg.Force = true
		if _, err := Run(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		if got, _ := p.get("more.html"); got != "ours" {
			t.Errorf("with force it is %q", got)
		}
	})
}

func TestATargetWithSomethingElseInItIsRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		p.add("main.go", "package main")
		cfg := config(p, site(t, edition(1)))
		wantRefused(t, p, cfg, "the target holds what no publish put there: main.go; nothing was changed\n\thint: name another target")
		cfg.Force = true
		if _, err := Run(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		wantFiles(t, p, with(edition(1), map[string]string{"main.go": "package main"}))
	})
}

func TestNoMoreIsDeletedThanAllowed(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		publish(t, p, edition(1))
		cfg := config(p, site(t, map[string]string{"index.html": "all that is left"}))
		cfg.MaxDeletes = 3
		wantRefused(t, p, cfg, "to be deleted are feed.xml and 28 more, and --max-deletes allows 3; nothing was changed")
		cfg = config(p, site(t, edition(2)))
		cfg.MaxDeletes = 1
		if _, err := Run(t.Context(), cfg); err != nil {
			t.Error(err)
		}
		cfg = config(p, site(t, with(edition(3), map[string]string{"pay/new/2/index.html": "still here"})))
		cfg.MaxDeletes = 0
		r, err := Run(t.Context(), cfg)
		if err != nil {
			t.Error(err)
		}
		if !slices.Equal(r.Deleted, []string{asset("body { order: 1 }")}) {
			t.Errorf("deleted: %v; an asset of the past is not counted", r.Deleted)
		}
	})
}

func TestADryRunSaysWhatWouldChangeAndChangesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		cfg := config(p, site(t, edition(1)))
		cfg.DryRun = true
		r, err := Run(t.Context(), cfg)
		if err != nil || len(r.New) != len(edition(1)) {
			t.Errorf("%d new, %v", len(r.New), err)
		}
		if got := p.files(); len(got) > 0 {
			t.Errorf("the %s holds %v", p.kind, got)
		}
		if p.kind == "folder" {
			if _, err := os.Stat(strings.TrimPrefix(p.address, "file://")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a folder was made: %v", err)
			}
		}
		publish(t, p, edition(1))
		cfg = config(p, site(t, edition(2)))
		cfg.DryRun = true
		if r, err = Run(t.Context(), cfg); err != nil || !slices.Equal(r.Deleted, []string{"pay/new/1/index.html"}) {
			t.Errorf("deleted: %v, %v", r.Deleted, err)
		}
		wantFiles(t, p, edition(1))
		if p.kind == "folder" && len(p.files()) > 0 {
			left, _ := filepath.Glob(strings.TrimPrefix(p.address, "file://") + "/.tribune/*")
			if len(left) != 1 {
				t.Errorf("left in .tribune: %v", left)
			}
		}
	})
}

func TestATreeForFewerReadersIsRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		cfg := config(p, site(t, edition(1)))
		cfg.Audience = "public"
		wantRefused(t, p, cfg, "was built for the audience org, and the target is for public; nothing was changed\n\thint: build it with --audience public")

		dir := filepath.Join(t.TempDir(), "public")
		if err := build(dir, edition(1), stage.Origin{Audience: "public", AsOf: asOf}); err != nil {
			t.Fatal(err)
		}
		if _, err := Run(t.Context(), config(p, dir)); err != nil {
			t.Fatal(err)
		}
		wantRefused(t, p, config(p, site(t, edition(2))), "this site is for the audience org, and what is published there for public; nothing was changed")
	})
}

func TestABuiltFolderThatIsNotAsItsManifestSaysIsRefused(t *testing.T) {
	p := folderPlace(t)
	for name, c := range map[string]struct {
		harm func(dir string) error
		want string
	}{
		"edited":      {func(dir string) error { return os.WriteFile(filepath.Join(dir, "index.html"), []byte("edited"), 0o666) }, "index.html is not as the manifest says"},
		"half copied": {func(dir string) error { return os.Remove(filepath.Join(dir, "feed.xml")) }, "1 files of the manifest are missing, such as feed.xml"},
		"more":        {func(dir string) error { return os.WriteFile(filepath.Join(dir, "more.html"), nil, 0o666) }, "more.html is not in the manifest"},
		"a link":      {func(dir string) error { return relink(filepath.Join(dir, "robots.txt")) }, "robots.txt is not a regular file"},
		"no manifest": {func(dir string) error { return os.Remove(filepath.Join(dir, manifestName)) }, "there is no manifest.json: that is no built site"},
	} {
		t.Run(name, func(t *testing.T) {
			from := site(t, edition(1))
			if err := c.harm(from); err != nil {
				t.Fatal(err)
			}
			wantRefused(t, p, config(p, from), c.want+"; nothing was changed\n\thint: build the site again")
		})
	}
}

// relink puts a symbolic link to a copy in a file's place.
func relink(file string) error {
	if err := os.Rename(file, file+".copy"); err != nil {
		return err
	}
	return os.Symlink(file+".copy", file)
}

func TestATribesFolderIsASiteByItself(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		cfg := config(p, site(t, edition(1)))
		cfg.Tribe = "pay"
		if _, err := Run(t.Context(), cfg); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{}
		for name, content := range edition(1) {
			if within, ok := strings.CutPrefix(name, "pay/"); ok {
				want[within] = content
			}
		}
		wantFiles(t, p, want)
		cfg.Tribe = "sales"
		wantRefused(t, p, cfg, `there is no tribe "sales" in it`)
	})
}

func TestTwoPublishesAtOnceDoNotMix(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		publish(t, p, edition(0))
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i := range errs {
			cfg := config(p, site(t, edition(i+1)))
			both.Go(func() { _, errs[i] = Run(t.Context(), cfg) })
		}
		both.Wait()
		for _, err := range errs {
			// Who is first may find the second's site when it reads back.
			if err != nil && !strings.Contains(err.Error(), "another manifest is published now") {
				t.Error(err)
			}
		}
		index, _ := p.get("index.html")
		n := 1
		if strings.HasPrefix(index, "edition 2") {
			n = 2
		}
		wantFiles(t, p, with(edition(n), assetsOf(edition(3-n))))
	})
}

func TestWhatSomebodyDeletedIsSentAgain(t *testing.T) {
	p := folderPlace(t)
	publish(t, p, edition(1))
	dir := strings.TrimPrefix(p.address, "file://")
	if err := os.RemoveAll(filepath.Join(dir, "pay/services")); err != nil {
		t.Fatal(err)
	}
	publish(t, p, edition(1))
	wantFiles(t, p, edition(1))
}
