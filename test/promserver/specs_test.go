package promserver

import (
	"context"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"tribune/generator"
	"tribune/generator/history"
	"tribune/generator/slo"
)

const specs = `
-- data/tribes/shop.toml --
name = "Shop"
-- data/slos/shop/sloth.yaml --
version: prometheus/v1
service: sloth
slos:
- name: events
  objective: 99
  sli:
    events:
      error_query: sum(rate(requests_total{code="500"}[{{.window}}]))
      total_query: sum(rate(requests_total[{{.window}}]))
- name: ratio
  objective: 99
  sli:
    raw:
      error_ratio_query: sum(rate(requests_total{code="500"}[{{.window}}])) / sum(rate(requests_total[{{.window}}]))
-- data/slos/shop/pyrra.yaml --
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata:
  name: pyrra
spec:
  target: "99"
  window: 4w
  indicator:
    ratio:
      errors: {metric: 'requests_total{code="500"}'}
      total: {metric: requests_total}
-- data/slos/shop/openslo.yaml --
apiVersion: openslo/v1
kind: SLO
metadata: {name: openslo}
spec:
  service: openslo
  indicator:
    metadata: {name: sli}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(requests_total{code="200"})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: sum(requests_total)}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}]
`

// Specs of other tools are pulled as they are, and agree with what went in.
func TestSpecsArePulledAsTheyAre(t *testing.T) {
	w := newWorld(october, 12)
	l := steady("shop")
	l.failures = func(at time.Time, n int) int { // a tenth fails for a quarter of the first hour of each day
		if at.Hour() == 1 && at.Minute() > 0 && at.Minute() <= 15 {
			return n / 10
		}
		return 0
	}
	w.live(l)
	server := httptest.NewServer(open(t, w))
	defer server.Close()
	dir := t.TempDir()
	site := txtar.Parse([]byte(specs))
	site.Files = append(site.Files, txtar.File{Name: "data/site.toml", Data: []byte(
		"title = \"World\"\n[sources.prod]\nkind = \"prometheus\"\nurl = \"" + server.URL + "\"\nscrape_interval = \"1m\"\n")})
	for _, f := range site.Files {
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r, err := generator.Pull(context.Background(), generator.PullConfig{Site: dir, Now: w.until().Add(time.Minute), Since: w.from, Lookup: os.LookupEnv})
	if err != nil {
		t.Fatalf("%v: %+v, %v", err, r.Failed(), r.Problems)
	}
	store, _, err := history.Open(filepath.Join(dir, "data/history"), time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	var want sums
	for _, s := range w.counted["shop"] {
		want.total, want.bad = want.total+s.total, want.bad+s.bad
	}
	hours := float64(w.days * 24)
	for _, c := range []struct {
		id         string
		total, bad float64
		within     float64
	}{
		{"shop/sloth/events", want.total, want.bad, 0.001},
		{"shop/sloth/ratio", hours * 3600, math.NaN(), 0.001}, // what an hour's ratio weighs is another thing
		{"shop/pyrra/pyrra", want.total, want.bad, 0.001},
		{"shop/openslo/openslo", hours * 12, float64(w.days * 3), 0}, // slices of five minutes, three bad ones a day
	} {
		all, err := store.Read(slo.Span{From: w.from, To: w.until()}, []history.Key{{ID: c.id}})
		if err != nil {
			t.Fatal(err)
		}
		got := all[c.id].Sum()
		off := func(got, want float64) bool { return math.Abs(got-want) > c.within*want }
		if off(got.Total.Events(), c.total) || off(got.Bad().Events(), c.bad) {
			t.Errorf("%s: %s bad of %s, want %v of %v", c.id, got.Bad(), got.Total, c.bad, c.total)
		}
	}
	ratio, _ := store.Read(slo.Span{From: w.from.Add(time.Hour), To: w.from.Add(2 * time.Hour)}, []history.Key{{ID: "shop/sloth/ratio"}})
	if bad := ratio["shop/sloth/ratio"].Sum().Bad().Events(); math.Abs(bad-3600*0.1*15/60) > 2 {
		t.Errorf("an hour of which a quarter fails by a tenth has %v bad seconds, want 90", bad)
	}
}
