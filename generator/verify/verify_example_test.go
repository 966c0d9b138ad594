package verify_test

import (
	"context"
	"os"
	"testing"

	"tribune/generator"
	"tribune/generator/verify"
)

// Nothing is found in the site of the example organisation.
func TestTheExampleIsGood(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the example site")
	}
	out := t.TempDir()
	const site = "../.."
	_, err := generator.Build(context.Background(), generator.Config{
		Site: site, Out: out, AsOf: generator.SiteSettings(site).AsOf, Audience: "org", Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := verify.Site(context.Background(), os.DirFS(out), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems {
		t.Error(p)
	}
	if r.Pages < 100 || r.Files < 300 {
		t.Errorf("only %d files were read, %d of them pages", r.Files, r.Pages)
	}
}
