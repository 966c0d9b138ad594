package promserver

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"tribune/generator/source"
)

// These tests run the servers themselves, as packages of Debian, where they are
// installed.

// started runs a program until the test ends, and waits until it answers.
func started(t *testing.T, address, ready string, args ...string) http.Handler {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 300 {
		resp, err := http.Get("http://" + address + ready)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s does not answer:\n%s", args[0], &said)
	return nil
}

// freeAddress is an address that nobody listens at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func installed(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed", p)
		}
	}
}

// text writes the samples in the text format, one series after the other. Times
// are in milliseconds, or in seconds as OpenMetrics has them.
func (w *world) text(seconds bool) []byte {
	bySeries := map[string][]Sample{}
	var order []string
	for _, s := range w.samples {
		key := s.Series.String()
		if bySeries[key] == nil {
			order = append(order, key)
		}
		bySeries[key] = append(bySeries[key], s)
	}
	var b bytes.Buffer
	out := bufio.NewWriter(&b)
	for _, key := range order {
		for _, s := range bySeries[key] {
			at := strconv.FormatInt(s.At, 10)
			if seconds {
				at = strconv.FormatFloat(float64(s.At)/1000, 'f', 3, 64)
			}
			fmt.Fprintf(out, "requests_total{service=%q,code=%q} %v %s\n", s.Series.Get("service"), s.Series.Get("code"), s.Value, at)
		}
	}
	out.Flush()
	return b.Bytes()
}

func smallWorld() (*world, []string) {
	w := newWorld(october, 12)
	return w, w.fill(len(troubles))
}

func TestPrometheusItselfAgrees(t *testing.T) {
	installed(t, "prometheus", "promtool")
	w, names := smallWorld()
	dir := t.TempDir()
	metrics, config, data := filepath.Join(dir, "metrics"), filepath.Join(dir, "config.yml"), filepath.Join(dir, "data")
	text := append([]byte("# TYPE requests counter\n"), append(w.text(true), "# EOF\n"...)...)
	for name, b := range map[string][]byte{metrics: text, config: nil} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=720h", "--quiet", metrics, data).CombinedOutput(); err != nil {
		t.Fatalf("promtool: %v\n%s", err, out)
	}
	address := freeAddress(t)
	server := started(t, address, "/-/ready", "prometheus", "--config.file="+config, "--storage.tsdb.path="+data,
		"--storage.tsdb.retention.time=100y", "--web.listen-address="+address)
	store, r := pull(t, server, w, names, countBad)
	if got := r.Sources[0].Increase; got != source.Overlap {
		t.Errorf("it counts by %s", got)
	}
	t.Logf("at most %.4f%% off", 100*agree(t, store, w, names, 0.001))
}

func TestVictoriaMetricsAgreesExactly(t *testing.T) {
	installed(t, "victoria-metrics")
	w, names := smallWorld()
	address := freeAddress(t)
	server := started(t, address, "/health", "victoria-metrics", "-storageDataPath="+t.TempDir(),
		"-retentionPeriod=100y", "-httpListenAddr="+address, "-search.disableCache")
	for _, request := range []struct {
		path string
		body []byte
	}{{"/api/v1/import/prometheus", w.text(false)}, {"/internal/force_flush", nil}} {
		resp, err := http.Post("http://"+address+request.path, "text/plain", bytes.NewReader(request.body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode/100 != 2 {
			t.Fatalf("%s: %s", request.path, resp.Status)
		}
	}
	store, r := pull(t, server, w, names, countBad)
	if got := r.Sources[0].Increase; got != source.Exact {
		t.Errorf("it counts by %s", got)
	}
	t.Logf("at most %.4f%% off", 100*agree(t, store, w, names, 1e-6))
}
