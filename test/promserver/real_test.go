package promserver

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
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

// These tests run the servers themselves, as Debian packages them.

// started runs a program until the test ends, and waits until it answers.
func started(t *testing.T, address, ready string, args ...string) http.Handler {
	t.Helper()
	cmd := start(t, address, ready, args...)
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
}

// start starts a program and waits until it answers.
func start(t *testing.T, address, ready string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 300 {
		resp, err := http.Get("http://" + address + ready)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return cmd
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	cmd.Process.Kill()
	cmd.Wait()
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

// needProgram fails if a program is not there, and says how to get it.
func needProgram(t *testing.T, name, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Fatalf("this test needs %s in the PATH\n\thint: on Debian and Ubuntu, apt-get install --no-install-recommends %s", name, pkg)
	}
}

// write writes the samples in the text format. Times are in milliseconds, or in
// seconds as OpenMetrics has them.
func (w *world) write(out io.Writer, seconds bool) error {
	b := bufio.NewWriter(out)
	for _, s := range w.samples {
		at := strconv.FormatInt(s.At, 10)
		if seconds {
			at = strconv.FormatFloat(float64(s.At)/1000, 'f', 3, 64)
		}
		fmt.Fprintf(b, "requests_total{service=%q,code=%q} %v %s\n", s.Series.Get("service"), s.Series.Get("code"), s.Value, at)
	}
	return b.Flush()
}

// realWorld is a world with every trouble in it.
func realWorld(t *testing.T) (*world, []string) {
	services, days := size()
	if !soak {
		services = len(troubles)
	}
	w := newWorld(october, days)
	names := w.fill(services)
	t.Logf("%d services, %d days, %d samples", services, days, len(w.samples))
	return w, names
}

// prometheusWith starts a Prometheus whose storage holds what is written, as text in
// the OpenMetrics format but for its end.
func prometheusWith(t *testing.T, write func(io.Writer) error) http.Handler {
	t.Helper()
	needProgram(t, "prometheus", "prometheus")
	needProgram(t, "promtool", "prometheus")
	dir := t.TempDir()
	config, data := filepath.Join(dir, "config.yml"), filepath.Join(dir, "data")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	metrics, err := os.Create(filepath.Join(dir, "metrics"))
	if err != nil {
		t.Fatal(err)
	}
	err = write(metrics)
	fmt.Fprintln(metrics, "# EOF")
	if err := errors.Join(err, metrics.Close()); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=720h", "--quiet", metrics.Name(), data).CombinedOutput(); err != nil {
		t.Fatalf("promtool: %v\n%s", err, out)
	}
	address := freeAddress(t)
	return started(t, address, "/-/ready", "prometheus", "--config.file="+config, "--storage.tsdb.path="+data,
		"--storage.tsdb.retention.time=100y", "--web.listen-address="+address)
}

func TestPrometheusItselfAgrees(t *testing.T) {
	w, names := realWorld(t)
	server := prometheusWith(t, func(out io.Writer) error {
		fmt.Fprintln(out, "# TYPE requests counter")
		return w.write(out, true)
	})
	store, r := pull(t, server, w, names, countBad)
	agree(t, store, r, w, names, source.Overlap, 0.001)
}

func TestVictoriaMetricsAgreesExactly(t *testing.T) {
	needProgram(t, "victoria-metrics", "victoria-metrics")
	w, names := realWorld(t)
	address := freeAddress(t)
	server := started(t, address, "/health", "victoria-metrics", "-storageDataPath="+t.TempDir(),
		"-retentionPeriod=100y", "-httpListenAddr="+address, "-search.disableCache")
	samples, in := io.Pipe()
	go func() { in.CloseWithError(w.write(in, false)) }()
	for _, request := range []struct {
		path string
		body io.Reader
	}{{"/api/v1/import/prometheus", samples}, {"/internal/force_flush", nil}} {
		resp, err := http.Post("http://"+address+request.path, "text/plain", request.body)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode/100 != 2 {
			t.Fatalf("%s: %s", request.path, resp.Status)
		}
	}
	store, r := pull(t, server, w, names, countBad)
	agree(t, store, r, w, names, source.Exact, 1e-6)
}
