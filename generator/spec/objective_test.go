package spec

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator/slo"
)

// loadOne reads one spec and returns how its only SLO's objective and window were
// understood, or the rules that it breaks.
func loadOne(t *testing.T, text string) string {
	t.Helper()
	var site fstest.MapFS = siteOf(&txtar.Archive{Files: []txtar.File{{Name: "data/slos/payments/one.yaml", Data: []byte(text)}}})
	cat, problems := load(t, site)
	if all := cat.SLOs(); len(all) == 1 {
		return fmt.Sprintf("%d %s", all[0].Objective, all[0].Window)
	}
	broken := ""
	for _, p := range problems {
		if p.Rule != "spec-folder" {
			broken += p.Rule
		}
	}
	return broken
}

const (
	slothWith   = "version: prometheus/v1\nservice: s\nslos:\n- name: a\n  objective: %s\n  sli: {events: {error_query: 'rate(e[{{.window}}])', total_query: 'rate(t[{{.window}}])'}}\n"
	pyrraWith   = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: a}\nspec: {target: %q, window: %s, indicator: {bool_gauge: {metric: up}}}\n"
	openSLOWith = "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\nspec:\n  service: s\n  budgetingMethod: Occurrences\n  indicator: {spec: {ratioMetric: {counter: true, bad: {metricSource: {spec: {query: e}}}, total: {metricSource: {spec: {query: t}}}}}}\n  timeWindow: [%s]\n  objectives: [{%s}]\n"
)

func TestObjectivesAreExact(t *testing.T) {
	for objective, want := range map[string]string{
		"99.9": "999000000 30d", "99": "990000000 30d", "99.95": "999500000 30d", `"99.99"`: "999900000 30d", "99.9999999": "999999999 30d",
		"99.90000000000001": "999000000 30d", "99.89999999999999": "999000000 30d", "95.0": "950000000 30d",
		"99.99999999": "spec-objective", "100": "spec-objective", "101": "spec-objective", "0": "spec-objective", "-1": "spec-objective",
		"0.999": "spec-objective", "most": "spec-objective", "9.99e1": "spec-objective", ".nan": "spec-objective", "[99]": "spec-key", "": "spec-key",
	} {
		if got := loadOne(t, fmt.Sprintf(slothWith, objective)); got != want {
			t.Errorf("Sloth's objective %s is %q, want %q", objective, got, want)
		}
	}
	for target, want := range map[string]string{
		"target: 0.999": "999000000 28d", "target: 0.99": "990000000 28d", "target: 0.9990000000000001": "999000000 28d", "target: 0.995": "995000000 28d",
		"targetPercent: 99.9": "999000000 28d", "target: 1": "spec-objective", "target: 99.9": "spec-objective", "displayName: none": "spec-key",
	} {
		if got := loadOne(t, fmt.Sprintf(openSLOWith, "{duration: 28d, isRolling: true}", target)); got != want {
			t.Errorf("OpenSLO's %s is %q, want %q", target, got, want)
		}
	}
}

func TestWindows(t *testing.T) {
	for window, want := range map[string]slo.Window{
		"4w": slo.Rolling28, "28d": slo.Rolling28, "672h": slo.Rolling28, "1w": slo.Rolling7, "30d": slo.Rolling30, "90d": slo.Rolling90,
		"2w": slo.Rolling14, "36h": slo.Monthly, "1y": slo.Monthly,
	} {
		if got := loadOne(t, fmt.Sprintf(pyrraWith, "99.9", window)); got != "999000000 "+string(want) {
			t.Errorf("Pyrra's window %s is %q, want %s", window, got, want)
		}
	}
	for window, want := range map[string]slo.Window{
		"{duration: 4w, isRolling: true}": slo.Rolling28, "{duration: 7d, isRolling: true}": slo.Rolling7,
		"{duration: 1M, isRolling: false}": slo.Monthly, "{duration: 1m, isRolling: false}": slo.Monthly, "{duration: 1M, calendar: {timeZone: UTC}}": slo.Monthly,
		"{duration: 1Q, isRolling: false}": slo.Quarterly, "{duration: 3M, isRolling: false}": slo.Quarterly,
		"{duration: 1M, isRolling: true}": slo.Monthly, "{duration: 1w, isRolling: false}": slo.Monthly, "{duration: 1Y, isRolling: false}": slo.Monthly,
		"{unit: Day, count: 30}": slo.Rolling30, "{unit: Week, count: 1, isRolling: true}": slo.Rolling7,
		"{unit: Month, count: 1, isRolling: false}": slo.Monthly, "{unit: Quarter, isRolling: false}": slo.Quarterly,
		"": slo.Rolling30,
	} {
		if got := loadOne(t, fmt.Sprintf(openSLOWith, window, "target: 0.999")); got != "999000000 "+string(want) {
			t.Errorf("OpenSLO's window %s is %q, want %s", window, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"200ms": 200 * time.Millisecond, "1h30m": 90 * time.Minute, "4w": 28 * 24 * time.Hour, "1d12h": 36 * time.Hour,
		"": 0, "5": 0, "m": 0, "0s": 0, "-5m": 0, "5 m": 0, "1.5h": 0, "999999y": 0, "200y200y": 0, "1000000s": 0,
	} {
		if got, ok := parseDuration(text); ok && got != want || ok != (want != 0) {
			t.Errorf("parseDuration(%q) = %v, %v; want %v", text, got, ok, want)
		}
	}
}
