package catalog

import (
	"os"
	"path/filepath"
	"testing"
)

// Editors complete from the schemas in docs/schema, so they are files of the
// repository. Rewrite them with go test ./generator/catalog -update.
func TestSchemasInDocsAreThoseOfTheTypes(t *testing.T) {
	for name, want := range Schemas() {
		file := filepath.Join("..", "..", "docs", "schema", name)
		if *update {
			if err := os.WriteFile(file, want, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Errorf("%s is not what the types say: run go test ./generator/catalog -update", file)
		}
	}
}
