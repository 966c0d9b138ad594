package main

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator"
	"tribune/generator/history"
)

// git runs git in a folder, without the settings of whoever runs the test.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=nightly", "GIT_AUTHOR_EMAIL=nightly@example.org", "GIT_COMMITTER_NAME=nightly", "GIT_COMMITTER_EMAIL=nightly@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// kept returns how many bytes git keeps, loose and packed.
func kept(t *testing.T, dir string) (bytes int) {
	t.Helper()
	for line := range strings.Lines(git(t, dir, "count-objects", "-v")) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if n, err := strconv.Atoi(value); err == nil && (name == "size" || name == "size-pack") {
			bytes += n << 10
		}
	}
	return bytes
}

// A year of nights, each pulled and committed: git keeps less than 40 MB of it,
// and DuckDB reads the same month totals as we do. Without TRIBUNE_SOAK it is a
// month of fewer services and their share of that, and DuckDB is not asked.
func TestAYearOfPullsIsSmallInGitAndReadByDuckDB(t *testing.T) {
	nights, services, soak := 31, 100, os.Getenv("TRIBUNE_SOAK") != ""
	if soak {
		nights, services = 365, 300
	}
	server := &busyServer{services: services}
	listening := httptest.NewServer(server)
	defer listening.Close()
	dir := t.TempDir()
	if err := server.writeSite(dir, listening.URL); err != nil {
		t.Fatal(err)
	}
	git(t, dir, "init", "--quiet")
	git(t, dir, "config", "gc.auto", "0") // so that what is kept without it can be told
	first := time.Date(2025, 11, 10, 3, 17, 0, 0, time.UTC)
	pull := func(night int, since time.Time) {
		server.now = first.AddDate(0, 0, night)
		r, err := generator.Pull(context.Background(), generator.PullConfig{Site: dir, Now: server.now, Since: since, Lookup: os.LookupEnv})
		if err != nil {
			t.Fatalf("night %d: %v %+v", night, err, r.Failed())
		}
		git(t, dir, "add", "--all")
		git(t, dir, "commit", "--quiet", "--message", server.now.Format("pulled 2006-01-02"))
	}
	pull(0, first.AddDate(0, 0, -35)) // as far back as the nights after it may ask
	before := kept(t, dir)
	for night := 1; night <= nights; night++ {
		pull(night, time.Time{})
	}
	loose := kept(t, dir) - before
	git(t, dir, "gc", "--quiet")
	packed := kept(t, dir) - before
	t.Logf("%d nights of %d SLOs: git keeps %.1f MB more, after git gc %.1f MB; the last state has %.1f MB",
		nights, services, mega(loose), mega(packed), mega(historySize(t, dir)))
	most := 40 * float64(nights*services) / (365 * 300)
	if mega(packed) > most || soak && mega(loose) > most { // a few objects weigh little but for the blocks they fill
		t.Errorf("that is more than %.1f MB", most)
	}
	if soak {
		sameTotals(t, dir)
	}
}

func mega(bytes int) float64 { return float64(bytes) / 1e6 }

func historySize(t *testing.T, dir string) (bytes int) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "data/history"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		bytes += int(info.Size())
	}
	return bytes
}

//go:embed months.mjs
var duckMonths []byte

// sameTotals holds the month totals that tribune reads against those of DuckDB.
func sameTotals(t *testing.T, dir string) {
	t.Helper()
	folder := filepath.Join(os.TempDir(), "tribune-bench", "duckdb")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := duck(t.Context(), folder); err != nil {
		t.Fatalf("DuckDB is needed, from npm: %v", err)
	}
	script := filepath.Join(folder, "months.mjs")
	if err := writeFile(script, duckMonths); err != nil {
		t.Fatal(err)
	}
	told, err := exec.Command("node", script, dir).CombinedOutput()
	if err != nil {
		t.Fatalf("DuckDB: %v\n%s", err, told)
	}
	store, problems, err := history.Open(filepath.Join(dir, "data/history"), time.UTC)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	var lines []string
	for _, m := range store.Months() {
		totals, err := store.Totals(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range slices.Sorted(maps.Keys(totals)) {
			lines = append(lines, fmt.Sprintln(id, m, int64(totals[id].Bad()), int64(totals[id].Total)))
		}
	}
	slices.Sort(lines)
	if d := cmp.Diff(strings.Join(lines, ""), string(told)); d != "" {
		t.Errorf("-tribune +DuckDB:\n%s", d)
	}
	t.Logf("%d month totals are the same", len(lines))
}

// A pull of a year of hours of a thousand services, which one template asks about,
// takes less than 300 MB of memory, whatever the answers weigh together. Without
// TRIBUNE_SOAK it is a month.
func TestAYearOfAThousandServicesFitsIntoMemory(t *testing.T) {
	days := 30
	if os.Getenv("TRIBUNE_SOAK") != "" {
		days = 365
	}
	dir := t.TempDir()
	b := &bench{dir: dir, tribune: filepath.Join(dir, "tribune")}
	build := exec.Command("go", "build", "-o", b.tribune, "./cmd/tribune")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	server := &busyServer{services: pulledServices, now: time.Now()}
	listening := httptest.NewServer(server)
	defer listening.Close()
	if err := server.writeSite(dir, listening.URL); err != nil {
		t.Fatal(err)
	}
	c, err := measure(t.Context(), "", b.pullCommand(dir, server.now, days)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d days: %v, %d requests, %d MB of memory, %.1f MB of history", days, c.wall.Round(100*time.Millisecond), server.requests.Load(), c.peak/1e6, mega(historySize(t, dir)))
	if c.peak == 0 {
		t.Skip("this system does not tell how much memory a process had")
	}
	if c.peak >= 300e6 {
		t.Errorf("it took %d MB", c.peak/1e6)
	}
	store, problems, err := history.Open(filepath.Join(dir, "data/history"), time.UTC)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	hours := 0
	for _, m := range store.Months() {
		totals, err := store.Totals(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, total := range totals {
			hours += total.Buckets
		}
	}
	if hours < pulledServices*days*24 {
		t.Errorf("%d hours are stored", hours)
	}
}
