package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the outputs that testdata/*.txtar expect")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tribune": main})
}

// TestScripts runs the command as people do: one behaviour a file.
func TestScripts(t *testing.T) {
	nightly, err := filepath.Abs("../../deploy/nightly")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Setup: func(e *testscript.Env) error {
			e.Setenv("NIGHTLY", nightly)
			return nil
		},
		Dir:                "testdata",
		UpdateScripts:      *update,
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     exits,
			"sametrees": sameTrees,
		},
	})
}

// exits runs a command and holds its exit status: exits 3 tribune check.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Check(err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// sameTrees holds that two folders have the same files with the same bytes. An
// empty folder is like no other.
func sameTrees(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: sametrees DIR DIR")
	}
	a, b := sums(ts, args[0]), sums(ts, args[1])
	same := len(a) > 0 && slices.Equal(a, b)
	if same == neg {
		ts.Fatalf("%s has %d files and %s %d; first difference: %s", args[0], len(a), args[1], len(b), firstDifference(a, b))
	}
}

// A fileSum is a file's path and what is in it.
type fileSum struct {
	path string
	sum  [sha256.Size]byte
}

func sums(ts *testscript.TestScript, dir string) (all []fileSum) {
	fsys := os.DirFS(ts.MkAbs(dir))
	ts.Check(fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(fsys, path)
		all = append(all, fileSum{path, sha256.Sum256(content)})
		return err
	}))
	return all
}

func firstDifference(a, b []fileSum) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[i].path + " and " + b[i].path
		}
	}
	return "none as far as both go"
}
