// Package recipes runs what docs/recipes.md says, out of that page and out of the
// files in deploy that it names: a matrix of jobs, a bucket, and DuckDB.
package recipes

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const repository = "../.."

// program is the folder with tribune, built once.
var program string

func TestMain(m *testing.M) {
	code := 1
	defer func() { os.Exit(code) }()
	dir, err := os.MkdirTemp("", "recipes")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = dir
	if out, err := exec.Command("go", "build", "-C", repository, "-o", filepath.Join(dir, "tribune"), "./cmd/tribune").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return
	}
	code = m.Run()
}

// needs fails a test without a program, and says how to get it.
func needs(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("%s is missing: make recipes", name)
	}
}

// recipe returns the blocks of a language under a heading of docs/recipes.md.
func recipe(t *testing.T, heading, language string) []string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(repository, "docs", "recipes.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(page), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("docs/recipes.md has no %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(section, -1) {
		blocks = append(blocks, m[1])
	}
	if len(blocks) == 0 {
		t.Fatalf("under %q there is no block of %s", heading, language)
	}
	return blocks
}

// shell runs a script with bash in a folder, with tribune to be found, and returns
// what it prints and its exit status.
func shell(t *testing.T, dir, script string, env ...string) (out string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euc", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+program+":"+os.Getenv("PATH"), "HOME="+dir)
	cmd.Env = append(cmd.Env, env...)
	b, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(b), cmd.ProcessState.ExitCode()
}

// must is shell for what has to succeed.
func must(t *testing.T, dir, script string, env ...string) string {
	t.Helper()
	out, status := shell(t, dir, script, env...)
	if status != 0 {
		t.Fatalf("exit status %d of\n%s\n%s", status, script, out)
	}
	return out
}

// duck runs a query in a folder with DuckDB and returns its rows, a line each.
func duck(t *testing.T, dir, query string) string {
	t.Helper()
	needs(t, "node")
	if _, err := os.Stat("node_modules/@duckdb/node-api"); err != nil {
		t.Fatal("DuckDB is missing: make recipes")
	}
	script, err := filepath.Abs("query.mjs")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script, query)
	cmd.Dir = dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, &errs, query)
	}
	return string(out)
}

// write writes the files of a site into a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
