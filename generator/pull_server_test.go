package generator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A counting is a server that counts, for pulls to ask. A service has 100 events
// an hour, of which as many are bad as the hour of the day says; see at.
type counting struct {
	services []string
	oldest   time.Time // it has forgotten what came before
	zero     time.Time // it answers zero for what came before
	newest   time.Time // it knows of nothing after; zero to know of all
	gap      func(service string, at time.Time) bool
	late     func(at time.Time) bool                           // events that have not arrived yet: half of them
	fault    func(w http.ResponseWriter, r *http.Request) bool // answers itself, and says so

	url   string
	mu    sync.Mutex
	asked []string // "metric from–to" of each range query
}

func serveCounting(t *testing.T, services ...string) *counting {
	c := &counting{services: services}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// at is the value of a metric in the hour that ends then.
func (c *counting) at(metric string, end time.Time) float64 {
	if end.Add(-time.Hour).Before(c.zero) {
		return 0
	}
	v := 100.0
	if metric == "bad" {
		v = float64(end.Add(-time.Hour).Hour())
	}
	if c.late != nil && c.late(end.Add(-time.Hour)) {
		v /= 2
	}
	return v
}

var metricOf = regexp.MustCompile(`increase\((\w+)(?:\{service="([^"]+)"\})?\[3600000ms\]\)`)

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if c.fault != nil && c.fault(w, r) {
		return
	}
	m := metricOf.FindStringSubmatch(r.FormValue("query"))
	if m == nil {
		http.Error(w, `{"status":"error","errorType":"bad_data","error":"parse error"}`, http.StatusBadRequest)
		return
	}
	second := func(name string) time.Time {
		n, _ := strconv.ParseInt(r.FormValue(name), 10, 64)
		return time.Unix(n, 0).UTC()
	}
	start, end := second("start"), second("end")
	c.mu.Lock()
	c.asked = append(c.asked, fmt.Sprintf("%s %s–%s", m[1], start.Add(-time.Hour).Format("01-02T15"), end.Format("01-02T15")))
	c.mu.Unlock()
	type series struct {
		Metric map[string]string `json:"metric"`
		Values [][2]any          `json:"values"`
	}
	result := []series{}
	for _, service := range c.services {
		one := series{Metric: map[string]string{"service": service}}
		if m[2] != "" && m[2] != service {
			continue
		}
		for at := start; !at.After(end); at = at.Add(time.Hour) {
			begins := at.Add(-time.Hour)
			if begins.Before(c.oldest) || !c.newest.IsZero() && at.After(c.newest) || c.gap != nil && c.gap(service, begins) {
				continue
			}
			one.Values = append(one.Values, [2]any{at.Unix(), fmt.Sprint(c.at(m[1], at))})
		}
		if one.Values != nil {
			result = append(result, one)
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": result}})
}

// questions returns what was asked since the last call, with one line for both
// queries of a question.
func (c *counting) questions() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []string
	for _, a := range c.asked {
		if span, ok := strings.CutPrefix(a, "total "); ok {
			list = append(list, span)
		}
	}
	c.asked = nil
	return list
}

// countingSite makes a site with a service per name, and one SLO each, made from
// a template unless alone is set.
func countingSite(t *testing.T, c *counting, alone bool) (dir string) {
	t.Helper()
	dir = t.TempDir()
	put(t, dir, "data/site.toml", `
		title = "Counting"
		settle = "72h"
		[sources.prod]
		kind = "prometheus"
		url = "${PROM_URL}"
		increase = "exact"
		scrape_interval = "1m"
	`)
	var b strings.Builder
	for _, name := range c.services {
		fmt.Fprintf(&b, "[[services]]\nid = %q\n", name)
		if alone {
			fmt.Fprintf(&b, "[[services.slos]]\nid = \"ok\"\nobjective = \"90%%\"\n"+
				"bad = 'increase(bad{service=%q}[{{.window}}])'\ntotal = 'increase(total{service=%q}[{{.window}}])'\n", name, name)
		}
	}
	if !alone {
		b.WriteString("[[slo_templates]]\nid = \"ok\"\nobjective = \"90%\"\nby = \"service\"\n" +
			"bad = 'sum by (service) (increase(bad[{{.window}}]))'\ntotal = 'sum by (service) (increase(total[{{.window}}]))'\n")
	}
	put(t, dir, "data/tribes/t.toml", b.String())
	return dir
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
