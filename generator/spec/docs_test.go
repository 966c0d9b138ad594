package spec

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator/diag"
)

const page = "../../docs/slo-specs.md"

func TestTheManualHasEveryRule(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const head = "| Rule | Holds when | Severity |\n|---|---|---|\n"
	before, table, ok := strings.Cut(string(text), head)
	if !ok {
		t.Fatalf("%s has no table of rules", page)
	}
	want := ""
	for _, r := range Rules {
		want += fmt.Sprintf("| `%s` | %s | %s |\n", r.ID, r.Title, r.Severity)
	}
	if *update {
		if err := os.WriteFile(page, []byte(before+head+want), 0o644); err != nil {
			t.Fatal(err)
		}
		table = want
	}
	if d := cmp.Diff(want, table); d != "" {
		t.Errorf("%s: -program +page:\n%s", page, d)
	}
}

var example = regexp.MustCompile("(?s)```yaml\n# (data/slos/[^\n]+)\n(.*?)```")

func TestTheManualsExamplesAreRead(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	site := &txtar.Archive{}
	for _, m := range example.FindAllStringSubmatch(string(text), -1) {
		site.Files = append(site.Files, txtar.File{Name: m[1], Data: []byte(m[2])})
	}
	cat, problems := load(t, siteOf(site))
	for _, p := range problems {
		if p.Severity > diag.Note {
			t.Error(p)
		}
	}
	var got []string
	for _, s := range cat.SLOs() {
		got = append(got, fmt.Sprintf("%s of %s: %s over %s", s.ID, s.Squad, s.Objective, s.Window))
	}
	want := []string{
		"payments/checkout-api/availability of checkout: 99.9% over 30d",
		"payments/checkout-api/orders-latency of checkout: 99% over 28d",
		"payments/checkout-api/queue-lag of checkout: 99% over 28d",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
