package promserver

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const tutorial = "../../docs/tutorial-prometheus.md"

// The blocks of the tutorial marked sh are one session of a shell, beside a
// Prometheus that has counted its own requests for forty days. A block marked text
// shows what the one before it prints, but for numbers and the width of columns.
func TestTheTutorialPrintsWhatItShows(t *testing.T) {
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "tribune")
	build := exec.Command("go", "build", "-o", program, "./cmd/tribune")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server := httptest.NewServer(selfMeasured(t, 40))
	defer server.Close()

	text, err := os.ReadFile(tutorial)
	if err != nil {
		t.Fatal(err)
	}
	const end, address = "-- end of the block --\n", "http://127.0.0.1:9090"
	var script strings.Builder
	var commands, want []string
	for _, b := range regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		switch {
		case b[1] == "sh":
			commands, want = append(commands, b[2]), append(want, "")
			script.WriteString(b[2] + "echo '" + strings.TrimSpace(end) + "'\n")
		case b[1] == "text" && len(want) > 0 && want[len(want)-1] == "":
			want[len(want)-1] = b[2]
		default:
			t.Errorf("a block marked %q follows none that prints:\n%s", b[1], b[2])
		}
	}
	if !strings.Contains(script.String(), address) {
		t.Fatalf("the tutorial does not name %s, for which this test puts in its own server", address)
	}
	shell := exec.Command("sh", "-ec", strings.ReplaceAll(script.String(), address, server.URL))
	shell.Dir = home
	shell.Env = append(os.Environ(), "PWD="+home, "PATH="+filepath.Dir(program)+":"+os.Getenv("PATH"))
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Errorf("sh: %v", err)
	}
	printed := bundlesOff.ReplaceAllString(string(out), "")
	got := strings.SplitAfter(printed, end)
	if len(got) != len(want)+1 {
		t.Fatalf("%d of %d blocks were run:\n%s", len(got)-1, len(want), printed)
	}
	for i := range want {
		if d := cmp.Diff(plain(want[i]), plain(strings.TrimSuffix(got[i], end))); d != "" {
			t.Errorf("%s-shown +printed:\n%s", commands[i], d)
		}
	}
	pages, err := os.ReadFile(filepath.Join(home, "reliability/public/platform/services/prometheus/index.html"))
	if err != nil || !strings.Contains(string(pages), "Requests answered within 400 ms") {
		t.Errorf("the service's page does not show the spec's SLO: %v", err)
	}
}

// bundlesOff is what a program without interactive charts or search adds.
var bundlesOff = regexp.MustCompile(`(?m)^note: (?:interactive charts|search).* off, .*\n\thint: .*\n`)

// plain takes out what differs from server to server.
func plain(s string) string {
	s = regexp.MustCompile(`\d+(\.\d+)?( [kM]B)?`).ReplaceAllString(s, "N")
	return regexp.MustCompile(` {2,}`).ReplaceAllString(s, "  ")
}

// selfMeasured starts a Prometheus that has counted requests to itself every minute
// of so many days up to now. Three days ago an hour went badly.
func selfMeasured(t *testing.T, days int) http.Handler {
	t.Helper()
	const duration = "prometheus_http_request_duration_seconds"
	const labels = `job="prometheus",handler="/api/v1/query"`
	now := time.Now().UTC().Truncate(time.Minute)
	badly := now.AddDate(0, 0, -3).Truncate(time.Hour)
	failures := func(at time.Time) int {
		if at.Truncate(time.Hour).Equal(badly) {
			return 5
		}
		return 0
	}
	return prometheusWith(t, func(out io.Writer) error {
		b := bufio.NewWriter(out)
		counter := func(series string, each func(at time.Time) int) {
			sum := 0
			for m := days * 24 * 60; m >= 0; m-- {
				at := now.Add(-time.Duration(m) * time.Minute)
				sum += each(at)
				fmt.Fprintf(b, "%s %d %d\n", series, sum, at.Unix())
			}
		}
		fmt.Fprintln(b, "# TYPE prometheus_http_requests counter")
		counter("prometheus_http_requests_total{"+labels+`,code="200"}`, func(at time.Time) int { return 60 - failures(at) })
		counter("prometheus_http_requests_total{"+labels+`,code="503"}`, failures)
		counter(duration+"_bucket{"+labels+`,le="0.4"}`, func(at time.Time) int { return 59 - failures(at) })
		counter(duration+"_count{"+labels+"}", func(time.Time) int { return 60 })
		return b.Flush()
	})
}
