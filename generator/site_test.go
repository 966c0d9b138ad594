package generator_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator"
)

// siteFrom writes the files of an archive to a folder, imports the CSV files at
// its top, and returns the folder.
func siteFrom(t *testing.T, files []txtar.File) (dir string) {
	t.Helper()
	dir = t.TempDir()
	var history []string
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(f.Name, ".csv") && !strings.Contains(f.Name, "/") {
			history = append(history, name)
		}
	}
	if len(history) > 0 {
		now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
		if r, err := generator.Import(context.Background(), dir, history, now); err != nil {
			t.Fatalf("%v\n%v", err, r.Problems)
		}
	}
	return dir
}
