package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
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

// A busyServer counts requests of services whose traffic is as uneven as that of
// people: by day and night, by weekday, and by chance.
type busyServer struct {
	services int
	now      time.Time // what was counted in the last two hours is not all there yet
}

// hour returns what a service counted in the hour that ends then.
func (s *busyServer) hour(service int, end time.Time) (bad, total float64) {
	chance := func(n uint64) uint64 { return scattered(uint64(service)<<40 ^ uint64(end.Unix())<<2 ^ n) }
	size := 200 * math.Pow(1.03, float64(service))
	day := 1.2 + math.Sin(2*math.Pi*(end.Sub(end.Truncate(24*time.Hour)).Hours()-9)/24)
	if weekday := end.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		day *= 0.6
	}
	total = math.Floor(size * day * (0.9 + 0.2*float64(chance(0)%1000)/1000))
	bad = math.Floor(total * float64(chance(1)%1000) / 1e6)
	if chance(2)%500 == 0 { // an incident
		bad = math.Floor(total * float64(chance(3)%300) / 1000)
	}
	if s.now.Sub(end) < 2*time.Hour {
		total = math.Floor(total * 0.99)
	}
	return min(bad, total), total
}

// scattered is a number that looks like chance, and is the same for the same n.
func scattered(n uint64) uint64 { // SplitMix64
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

func (s *busyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	moment := func(name string) time.Time {
		at, _ := strconv.ParseInt(r.FormValue(name), 10, 64)
		return time.Unix(at, 0).UTC()
	}
	type series struct {
		Metric map[string]string `json:"metric"`
		Values [][2]any          `json:"values"`
	}
	result := make([]series, s.services)
	for i := range result {
		result[i].Metric = map[string]string{"service": serviceName(i)}
		for at := moment("start"); !at.After(moment("end")); at = at.Add(time.Hour) {
			v, total := s.hour(i, at)
			if strings.Contains(r.FormValue("query"), "total") {
				v = total
			}
			result[i].Values = append(result[i].Values, [2]any{at.Unix(), fmt.Sprint(int64(v))})
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": result}})
}

func serviceName(i int) string { return fmt.Sprintf("service-%d", i) }

// site makes a site with an SLO for each of the server's services.
func (s *busyServer) site(t *testing.T, url string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	tribe := "[[slo_templates]]\nid = \"availability\"\nobjective = \"99.9%\"\nby = \"service\"\n" +
		"bad = 'sum by (service) (increase(bad[{{.window}}]))'\ntotal = 'sum by (service) (increase(total[{{.window}}]))'\n"
	for i := range s.services {
		tribe += fmt.Sprintf("[[services]]\nid = %q\n", serviceName(i))
	}
	for name, text := range map[string]string{
		"data/site.toml":       "title = \"A year\"\n[sources.prod]\nkind = \"prometheus\"\nurl = \"" + url + "\"\nincrease = \"exact\"\n",
		"data/tribes/all.toml": tribe,
		".gitignore":           "/data/history/.*\n",
	} {
		if err := writeFile(filepath.Join(dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

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
	dir := server.site(t, listening.URL)
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
