package check_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
	"tribune/generator/check"
	"tribune/generator/diag"
	"tribune/generator/slo"
)

const team = "[[members]]\nid = \"sre-lead\"\n\n[[members]]\nid = \"sre-gone\"\nuntil = 2026-11-14\n"

// modelsOf returns what is told of a tribe's file, and of an SRE team's if that
// is not empty.
func modelsOf(t *testing.T, tribe, sre string) diag.List {
	t.Helper()
	site := fstest.MapFS{"data/site.toml": {Data: []byte("title = \"Acme\"\n")}, "data/tribes/payments.toml": {Data: []byte(tribe)}}
	if sre != "" {
		site["data/sre.toml"] = &fstest.MapFile{Data: []byte(sre)}
	}
	cat, problems := catalog.Load(site)
	if problems.Count(diag.Error) > 0 {
		t.Fatalf("%s\n%v", tribe, problems)
	}
	return check.Models(cat, slo.Date{Year: 2026, Month: 11, Day: 15}).Sorted()
}

func TestTheExamplesOfTheModelRulesBreakAndKeepThem(t *testing.T) {
	for _, rule := range check.ModelRules {
		breaks := func(text string) (n int) {
			for _, p := range modelsOf(t, text, team) {
				if p.Rule == rule.ID {
					n++
					if p.Severity != rule.Severity || p.Hint == "" {
						t.Errorf("%s: %v", rule.ID, p)
					}
				}
			}
			return n
		}
		if breaks(rule.Bad) != 1 {
			t.Errorf("the bad example of %s does not break it:\n%s", rule.ID, rule.Bad)
		}
		if breaks(rule.Good) != 0 {
			t.Errorf("the good example of %s breaks it:\n%s", rule.ID, rule.Good)
		}
		if rule.Why == "" || !strings.HasSuffix(rule.Why, ".") || strings.HasSuffix(rule.Title, ".") {
			t.Errorf("%s: %q because %q", rule.ID, rule.Title, rule.Why)
		}
	}
}

func TestWhatIsLackingInHowServicesAreRun(t *testing.T) {
	const squads = "[[squads]]\nid = \"checkout\"\nname = \"Checkout\"\nsre = [\"sre-gone\"]\n"
	for _, c := range []struct{ about, tribe, sre, want string }{
		{"a site that has not begun", "[[services]]\nid = \"api\"\n", "", ""},
		{"a service that is retired", "[[services]]\nid = \"api\"\nlifecycle = \"retired\"\n", team, ""},
		{"a service of which nothing is said", "[[services]]\nid = \"api\"\n", team,
			":1:3: note: service api has no SLO, and so no error budget (model-budget)\n:1:3: warning: service api has no operational model (model-missing)\n:1:3: warning: service api has no owner (model-owner)"},
		{"one of two services with a model, without a team", "[[services]]\nid = \"api\"\n[services.operational_model]\non_call = \"us\"\n[[services]]\nid = \"web\"\n", "",
			":1:3: note: service api has no SLO, and so no error budget (model-budget)\n:1:3: warning: service api has no owner (model-owner)\n" +
				":1:3: warning: the operational model of service api lacks runbook, dashboard, alerts, agreement, revisit date and readiness review (model-partly)\n" +
				":5:3: note: service web has no SLO, and so no error budget (model-budget)\n" +
				":5:3: warning: service web has no operational model (model-missing)\n:5:3: warning: service web has no owner (model-owner)"},
		{"a squad whose member has left", squads + "[[services]]\nid = \"api\"\nsquad = \"checkout\"\nlifecycle = \"maintenance\"\n", team,
			":1:3: note: squad checkout has nobody of the SRE team (embedded-squad)\n" +
				":5:3: warning: service api is in maintenance mode and its squad checkout has nobody of the SRE team (embedded-maintenance)\n" +
				":5:3: note: service api has no SLO, and so no error budget (model-budget)\n:5:3: warning: service api has no operational model (model-missing)"},
		{"a squad that owns nothing", squads, team, ""},
	} {
		var got []string
		for _, p := range modelsOf(t, c.tribe, c.sre) {
			line, _, _ := strings.Cut(strings.TrimPrefix(p.String(), "data/tribes/payments.toml"), "\n")
			got = append(got, line)
		}
		if d := cmp.Diff(strings.Split(c.want, "\n"), strings.Split(strings.Join(got, "\n"), "\n")); d != "" {
			t.Errorf("%s: -want +got:\n%s", c.about, d)
		}
	}
}
