package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// harmless is the first line of an answer that does not stop a build.
var harmless = regexp.MustCompile(`^[^\t].*: (warning|note): `)

// variable is a use of the environment, which would be noted if it were unset.
var variable = regexp.MustCompile(`\$\{(\w+)\}`)

// Every mistake that the catalog's tests know is made in a site of its own, and
// the command answers it: check with the whole text, build by writing nothing.
func TestEveryMistakeIsAnsweredByTheCommand(t *testing.T) {
	names, err := filepath.Glob("../../generator/catalog/testdata/mistakes/*.txtar")
	if err != nil || len(names) < 40 {
		t.Fatalf("there are %d archives (%v)", len(names), err)
	}
	dir := t.TempDir()
	for _, name := range names {
		switch filepath.Base(name) {
		case "folder_for_a_file.txtar": // what a system says of it differs
			continue
		case "specs.txtar": // the catalog leaves its specs to another reader
			continue
		}
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		script := filepath.Join(dir, filepath.Base(name))
		if err := os.WriteFile(script, txtar.Format(mistakeScript(a)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir:  dir,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// mistakeScript turns an archive of a site and what is wanted of it into a
// script that checks and builds it.
func mistakeScript(a *txtar.Archive) *txtar.Archive {
	want := string(a.Files[len(a.Files)-1].Data)
	stops := slices.ContainsFunc(strings.Split(strings.TrimSpace(want), "\n"), func(line string) bool {
		return line != "" && !strings.HasPrefix(line, "\t") && !harmless.MatchString(line)
	})
	var lines []string
	for _, name := range variable.FindAllStringSubmatch(string(txtar.Format(a)), -1) {
		lines = append(lines, "env "+name[1]+"=set")
	}
	lines = append(lines, "exits 0 tribune check", "cmp stdout want", "exits 0 tribune build", "exists public/index.html")
	if stops {
		lines = append(lines[:len(lines)-4], "exits 3 tribune check", "cmp stdout want", "exits 3 tribune build", "! stdout .", "! exists public")
	}
	files := a.Files
	if !slices.ContainsFunc(files, func(f txtar.File) bool { return strings.HasSuffix(f.Name, "data/site.toml") }) {
		files = append([]txtar.File{{Name: "data/site.toml", Data: []byte("title = \"Acme\"\n")}}, files...)
	}
	files = slices.DeleteFunc(files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "no ") })
	return &txtar.Archive{Comment: []byte(strings.Join(lines, "\n") + "\n"), Files: files}
}
