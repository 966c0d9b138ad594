package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const alerts = "../../docs/alerts.yml"

func TestAlertsFireWhenTheyShould(t *testing.T) {
	if _, err := exec.LookPath("promtool"); err != nil {
		const how = "promtool is missing: apt-get install prometheus"
		if os.Getenv("CI") != "" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	rules, err := filepath.Abs(alerts)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("promtool", "check", "rules", rules).CombinedOutput(); err != nil {
		t.Errorf("promtool check rules: %v\n%s", err, out)
	}
	text, err := os.ReadFile("testdata/alerts_test.yml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "test.yml")
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "ALERTS", rules, 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("promtool", "test", "rules", file).CombinedOutput(); err != nil {
		t.Errorf("promtool test rules: %v\n%s", err, out)
	}
}

// A rule over a metric that no command writes would never fire.
func TestAlertsAskForMetricsThatThereAre(t *testing.T) {
	rules, err := os.ReadFile(alerts)
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, file := range []string{"metrics.go", "pull_metrics.go"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(src)
	}
	for _, name := range regexp.MustCompile(`tribune_[a-z_]+`).FindAllString(string(rules), -1) {
		if !strings.Contains(code.String(), `"`+name+`"`) {
			t.Errorf("%s asks for %s, which no command writes", alerts, name)
		}
	}
}
