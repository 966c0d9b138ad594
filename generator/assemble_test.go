package generator_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator"
)

// One job for each tribe of the example and one that assembles give the same
// bytes as one build of all.
func TestAMatrixOfTheExampleIsTheOneBuild(t *testing.T) {
	for _, audience := range []string{"org", "public"} {
		t.Run(audience, func(t *testing.T) {
			cfg := generator.Config{
				Site: "..", Out: filepath.Join(t.TempDir(), "all"), AsOf: generator.SiteSettings("..").AsOf,
				Audience: audience, Commit: "abc1234", Version: "test",
			}
			one, err := generator.Build(context.Background(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			var built []string
			for _, tribe := range []string{"identity", "logistics", "payments", "platform", "storefront"} {
				job := cfg
				job.Tribes, job.Out = []string{tribe}, filepath.Join(t.TempDir(), tribe)
				if _, err := generator.Build(context.Background(), job); err != nil {
					t.Fatal(err)
				}
				built = append(built, job.Out)
			}
			out := filepath.Join(t.TempDir(), "assembled")
			r, err := generator.Assemble(context.Background(), generator.AssembleConfig{
				Site: "..", Built: built, Out: out, Commit: "abc1234", Version: "test",
			})
			if err != nil {
				t.Fatal(err)
			}
			if r.Tribes != one.Tribes || r.Files != one.Files || r.Pages != one.Pages || r.Bytes != one.Bytes || r.Postmortems != one.Postmortems || len(r.Behind) > 0 {
				t.Errorf("it was assembled as %+v, and built as %+v", r, one)
			}
			paths, want := matching(t, os.DirFS(cfg.Out), "")
			others, got := matching(t, os.DirFS(out), "")
			if len(paths) != len(others) {
				t.Errorf("%d files, not %d", len(others), len(paths))
			}
			for _, name := range paths {
				if !bytes.Equal(want[name], got[name]) {
					t.Errorf("%s is another", name)
				}
			}
		})
	}
}

// A folder that another version built, or that holds no tribe of the site,
// cannot be assembled, whatever is asked for.
func TestWhatCannotBeAssembledIsRefused(t *testing.T) {
	dir := t.TempDir()
	cfg := generator.Config{
		Site: "..", Out: filepath.Join(dir, "platform"), AsOf: generator.SiteSettings("..").AsOf, Audience: "org", Version: "1", Tribes: []string{"platform"},
	}
	if _, err := generator.Build(context.Background(), cfg); err != nil {
		t.Fatal(err)
	}
	other := siteFrom(t, []txtar.File{
		{Name: "data/site.toml", Data: []byte("title = \"Corner shop\"\ntime_zone = \"UTC\"\n")},
		{Name: "data/tribes/shop.toml", Data: []byte("name = \"Shop\"\n")},
	})
	for name, c := range map[string]generator.AssembleConfig{
		"another version": {Site: "..", Built: []string{cfg.Out}, Version: "2"},
		"another site":    {Site: other, Built: []string{cfg.Out}, Version: "1"},
		"nothing":         {Site: "..", Version: "1"},
	} {
		c.KeepGoing, c.Out = true, filepath.Join(dir, "out")
		if r, err := generator.Assemble(context.Background(), c); err == nil {
			t.Errorf("%s was assembled: %+v", name, r)
		}
	}
}
