package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatIsMissingIsNamedWithItsRemedy(t *testing.T) {
	dir := t.TempDir()
	if err := run(dir, io.Discard); err == nil || !strings.Contains(err.Error(), "top folder of the repository") {
		t.Errorf("in another folder it says %v", err)
	}
	assets := filepath.Join(dir, "assets")
	if err := os.MkdirAll(assets, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(assets, "package-lock.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(dir, io.Discard); err == nil || !strings.Contains(err.Error(), "npm ci --ignore-scripts in templates/assets") {
		t.Errorf("without packages it says %v", err)
	}
}

// Bundles are classic scripts that work from a disk.
func TestBundlesAreClassicScripts(t *testing.T) {
	src, err := filepath.Abs(filepath.Join("..", "..", "templates", "assets"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(src, "node_modules", "echarts")); err != nil {
		t.Fatal("the modules are not there to bundle: run make assets first")
	}
	most := map[string]int{"echarts": 800_000, "minisearch": 25_000}
	for _, b := range bundles {
		t.Run(b.name, func(t *testing.T) {
			script, err := bundle(src, b.entry, b.global)
			if err != nil {
				t.Fatal(err)
			}
			begin := "var " + b.global + "="
			if !strings.HasPrefix(strings.TrimPrefix(string(script), `"use strict";`), begin) {
				t.Errorf("it begins with %.60q", script)
			}
			for _, word := range []string{"import(", "eval(", "new Function(", "process.env"} {
				if strings.Contains(string(script), word) {
					t.Errorf("it holds %s", word)
				}
			}
			if n := len(script); n > most[b.global] {
				t.Errorf("it has %d kB", n/1000)
			}
		})
	}
}
