package generator_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// specsWithCaveats are SLOs whose figures are not what they seem: recorded ratios,
// raw ratios, looks at a value, slices of time, groups.
const specsWithCaveats = `
-- data/site.toml --
title = "Corner shop"
time_zone = "UTC"
resolution = "24h"
[sources.prod]
kind = "prometheus"
url = "https://prometheus.example"
-- data/tribes/shop.toml --
name = "Shop"
-- data/slos/shop/sloth.yaml --
version: prometheus/v1
service: till
slos:
- name: plugin
  objective: 99
  description: Sales by plugin
  sli: {plugin: {id: sloth-common/x}}
- name: raw
  objective: 99
  description: Sales as a ratio
  sli: {raw: {error_ratio_query: 'avg(errors:ratio_rate{{.window}})'}}
-- data/slos/shop/pyrra.yaml --
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: groups, labels: {service: till}}
spec:
  target: "99"
  window: 10d
  indicator:
    ratio:
      errors: {metric: 'sales_total{code="500"}'}
      total: {metric: sales_total}
      grouping: [till]
-- data/slos/shop/openslo.yaml --
apiVersion: openslo/v1
kind: SLO
metadata: {name: lag, displayName: Sales that wait}
spec:
  service: till
  indicator:
    metadata: {name: lag}
    spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: max(lag)}}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Timeslices
  objectives: [{op: lt, value: 500, target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: 5m}]
`

// A reader of figures sees what they are not: on the scorecard, on the page of the
// service before any month is closed, in JSON, and in a sealed month.
func TestCaveatsOfSpecsArePrintedOnThePages(t *testing.T) {
	var days strings.Builder
	days.WriteString("slo,time,bad,total\n")
	for _, id := range []string{"plugin", "raw", "groups", "lag"} {
		for day := moment("2026-01-01"); day.Before(moment("2026-03-05")); day = day.AddDate(0, 0, 1) {
			fmt.Fprintf(&days, "shop/till/%s,%s,1,1000\n", id, day.Format(time.RFC3339))
		}
	}
	dir := siteFrom(t, append(txtar.Parse([]byte(specsWithCaveats)).Files, txtar.File{Name: "days.csv", Data: []byte(days.String())}))
	caveats := map[string][]string{
		"Sales by plugin":  {"Its figures are those that Sloth’s rules recorded.", "Its source tells a ratio, not how many events there were: every second counts the same, a quiet night as much as a busy day."},
		"Sales as a ratio": {"Its source tells a ratio, not how many events there were: every second counts the same, a quiet night as much as a busy day."},
		"groups":           {"Pyrra judges each till alone; here they are counted together.", "Its spec has a window of 10d, which is not computed here: each calendar month is judged instead."},
		"Sales that wait":  {"It looks at a value once a minute, and counts those looks, not events.", "It counts slices of time of 5m, not events."},
	}
	printed := func(when string, page func(string) string, months ...string) {
		for title, all := range caveats {
			for _, c := range all {
				c = strings.ReplaceAll(c, "’", "&#39;")
				for _, month := range months {
					if !strings.Contains(page("shop/scorecards/"+month+"/index.html"), "till, "+title+": "+c+"</p>") {
						t.Errorf("%s, the scorecard of %s does not say of %q: %s", when, month, title, c)
					}
				}
				if service := page("shop/services/till/index.html"); !strings.Contains(service, c) {
					t.Errorf("%s, the page of the service does not say of %q: %s", when, title, c)
				}
			}
		}
	}
	printed("in the first month", built(t, dir, "2026-01-25", "", "org"), "2026-01")
	printed("later", built(t, dir, "2026-03-05", "", "org"), "2026-02", "2026-03")
	sealAll(t, dir)
	printed("sealed", built(t, dir, "2026-03-05", "", "org"), "2026-01", "2026-02")
	if json := built(t, dir, "2026-03-05", "", "org")("shop/api/slos/till/raw.json"); !strings.Contains(json, `"Its source tells a ratio`) {
		t.Errorf("JSON does not say what it counts: %s", json)
	}
}
