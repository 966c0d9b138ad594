package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/history"
)

const header = "slo,time,good,total\n"

func hourly(id string) (time.Duration, bool) { return time.Hour, id == "a/b/c" }

func noEnvironment(string) (string, bool) { return "", false }

func told(all []history.Import) (text string) {
	for _, in := range all {
		for _, p := range in.Series["a/b/c"].Points {
			text += fmt.Sprintf("%s %s/%s ", time.Unix(p.At, 0).UTC().Format("02T15"), p.Good, p.Total)
		}
	}
	return text
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestACSVFileOrAFolderOfThemIsRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "in"), 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "in/b.csv", header+"a/b/c,2026-10-02T00:00:00Z,9,10\n")
	write(t, dir, "in/a.csv", header+"a/b/c,2026-10-01T00:00:00Z,8,10\n")
	write(t, dir, "in/notes.txt", "nothing\n")
	write(t, dir, "in/.c.csv", "half written")
	for path, want := range map[string]string{"in": "01T00 8/10 02T00 9/10 ", "in/b.csv": "02T00 9/10 "} {
		all, problems, err := ReadFiles(catalog.Source{Path: path}, dir, noEnvironment, hourly)
		if err != nil || len(problems) > 0 {
			t.Errorf("%s: %v, %v", path, problems, err)
		}
		expect(t, path, told(all), want)
	}
	_, _, err := ReadFiles(catalog.Source{Path: "out"}, dir, noEnvironment, hourly)
	if f := asFault(err); f == nil || f.Kind != File || !strings.Contains(f.Message, "no such file") {
		t.Errorf("%v", err)
	}
}

func TestAFaultyFileHarmsNoOther(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a.csv", header+"a/b/c,yesterday,9,10\n")
	write(t, dir, "b.csv", header+"a/b/c,2026-10-02T00:00:00Z,9,10\n")
	all, problems, err := ReadFiles(catalog.Source{Path: "."}, dir, noEnvironment, hourly)
	if err != nil || problems.Count(diag.Error) != 1 || problems[0].Pos.String() != "a.csv:2:7" {
		t.Errorf("%v, %v", problems, err)
	}
	expect(t, "what is taken", told(all), "02T00 9/10 ")
}

// shell returns a source that runs a script.
func shell(script string) catalog.Source {
	return catalog.Source{Name: "own", Command: []string{"sh", "-c", script}}
}

func run(t *testing.T, src catalog.Source, environment map[string]string) (history.Import, diag.List, error) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs sh")
	}
	lookup := func(name string) (string, bool) {
		if v, ok := environment[name]; ok {
			return v, ok
		}
		return os.LookupEnv(name)
	}
	return RunCommand(context.Background(), src, t.TempDir(), lookup, hours(0, 24), []string{"a/b/c", "a/b/d"}, hourly)
}

func TestACommandPrintsCSVAndKnowsWhatIsAsked(t *testing.T) {
	in, problems, err := run(t, shell(`
		echo slo,time,good,total
		test "$TRIBUNE_TO" = 2026-10-06T00:00:00Z && test "$TRIBUNE_SLOS" = "a/b/c a/b/d" && test -n "$PATH" && echo "a/b/c,$TRIBUNE_FROM,9,10"`), nil)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	expect(t, "tallies", told([]history.Import{in}), "05T00 9/10 ")
}

func TestACommandSeesOnlyTheVariablesThatItIsGiven(t *testing.T) {
	environment := map[string]string{"TOKEN": "hunter22", "OTHER": "secret-of-another"}
	script := `test -z "$OTHER" && test "$TOKEN" = hunter22 && echo "token is $TOKEN" >&2; exit 4`
	src := shell(script)
	src.Environment = []string{"TOKEN"}
	_, _, err := run(t, src, environment)
	f := asFault(err)
	if f == nil || f.Kind != Program || f.Message != "sh failed: exit status 4: token is ${TOKEN}" {
		t.Errorf("%v", err)
	}
	src.Environment = []string{"UNHEARD_OF"}
	_, _, err = run(t, src, environment)
	if f := asFault(err); f == nil || f.Kind != Settings || !strings.Contains(f.Message, "UNHEARD_OF is not set") {
		t.Errorf("%v", err)
	}
}

func TestACommandThatFailsGivesNothing(t *testing.T) {
	row := "echo slo,time,good,total; echo a/b/c,2026-10-05T00:00:00Z,9,10; "
	for script, want := range map[string]Kind{
		row + "exit 1":                    Program,
		row + "sleep 60":                  Timeout,
		row + "sleep 60 & sleep 60; wait": Timeout,
		"exec /no/such/program":           Program,
	} {
		src := shell(script)
		src.Timeout = 200 * time.Millisecond
		start := time.Now()
		in, _, err := run(t, src, nil)
		if f := asFault(err); f == nil || f.Kind != want || len(in.Series) > 0 {
			t.Errorf("%s: %v, %v; want a fault of kind %s", script, in, err, want)
		}
		if took := time.Since(start); took > 4*time.Second {
			t.Errorf("%s: it took %v", script, took)
		}
	}
	if _, _, err := run(t, catalog.Source{Command: []string{"no-such-program"}}, nil); asFault(err) == nil || asFault(err).Kind != Program {
		t.Errorf("%v", err)
	}
}

// A program may leave one behind that is not of its group any more, and holds what
// it prints to.
func TestACommandIsNotWaitedForByWhatItLeftBehind(t *testing.T) {
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip("needs setsid, of util-linux")
	}
	for _, script := range []string{"setsid sleep 30 & sleep 60", "setsid sleep 30 &"} {
		src := shell("echo slo,time,good,total; " + script)
		src.Timeout = 200 * time.Millisecond
		start := time.Now()
		_, _, err := run(t, src, nil)
		if f := asFault(err); f == nil || f.Kind != Timeout || time.Since(start) > 10*time.Second {
			t.Errorf("%s: %v after %v", script, err, time.Since(start))
		}
	}
}

func TestCSVThatACommandPrintsIsChecked(t *testing.T) {
	_, problems, err := run(t, shell("echo slo,time,good,total; echo a/b/c,2026-10-05T00:00:00Z,11,10"), nil)
	if err != nil || problems.Count(diag.Error) != 1 || problems[0].Pos.File != "the output of source own" {
		t.Errorf("%v, %v", problems, err)
	}
}

func TestACommandIsStoppedWithThePull(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs sh")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, _, err := RunCommand(ctx, shell("sleep 60"), t.TempDir(), os.LookupEnv, hours(0, 1), nil, hourly)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 3*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}
