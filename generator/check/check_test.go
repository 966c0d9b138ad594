package check_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/check"
	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

const file = "content/postmortems/payments/outage.md"

// problemsOf returns what reading, rendering and checking a file tell of it.
func problemsOf(text string) diag.List {
	names := postmortem.Names{Tribes: []string{"payments"}, Services: map[string]string{"payments/checkout-api": "payments/checkout-api"}}
	p, read := postmortem.Read(file, []byte(text), time.UTC, names)
	nowhere := func(string) (string, bool) { return "", false }
	_, rendered := postmortem.Body(file, []byte(text), p.Title, postmortem.Links{Page: nowhere, Image: nowhere})
	checked := check.Postmortem(check.Input{
		Postmortem: p, Text: []byte(text), Today: slo.Date{Year: 2026, Month: 11, Day: 15}, People: []string{"Ada Lovelace", "Will"},
	})
	return slices.Concat(read, rendered, checked).Sorted()
}

func TestTheExamplesOfTheRulesBreakAndKeepThem(t *testing.T) {
	breaks := func(text string, rule check.Rule) (worst diag.Severity, ok bool) {
		for _, p := range problemsOf(text) {
			if p.Rule == rule.ID {
				worst, ok = max(worst, p.Severity), true
			}
		}
		return worst, ok
	}
	for _, rule := range check.Rules {
		if severity, ok := breaks(rule.Bad, rule); !ok || severity != rule.Severity {
			t.Errorf("the bad example of %s breaks it: %v, %v", rule.ID, ok, severity)
		}
		if _, ok := breaks(rule.Good, rule); ok {
			t.Errorf("the good example of %s breaks it:\n%s", rule.ID, rule.Good)
		}
		if rule.Why == "" || !strings.HasSuffix(rule.Why, ".") || strings.HasSuffix(rule.Title, ".") {
			t.Errorf("%s: %q because %q", rule.ID, rule.Title, rule.Why)
		}
	}
}

func TestWhatAPostmortemLacksIsToldWithItsPlace(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "# Outage\n\n## Impact\n\nAll was down.\n", ""},
		{"an impact", "# Outage\n", ":1: warning: does not say what users felt"},
		{"an owner, a day, both or nothing", "---\nimpact: All was down.\n---\n\n## Actions\n\n- [ ] One (due: 2026-12-01)\n- [ ] Two (owner: checkout)\n- [ ] Three\n- [x] Four\n",
			":7:1: warning: “One” has no owner\n:8:1: warning: “Two” has no due day\n:9:1: warning: “Three” has no owner and no due day"},
		{"owners of many, which is told once", "---\nimpact: All was down.\n---\n\n## Actions\n\n- [x] One\n- [ ] Two\n- [ ] Three\n- [ ] Four\n- [ ] Five\n",
			":8:1: warning: 4 open actions have no owner or no due day, “Two” first"},
		{"an end, for 30 days", "---\nimpact: All was down.\nstatus: draft\ndate: 2026-10-16\n---\n", ""},
		{"an end, for 31 days", "---\nimpact: All was down.\nstatus: draft\ndate: 2026-10-15\n---\n", ":1: warning: is still a draft 31 days after the incident"},
		{"a day that has come", "---\nimpact: All was down.\ndate: 2026-10-06\nstarted: 2026-10-06T10:02:00Z\nresolved: 2027-10-06T10:49:00Z\n---\n",
			":1: warning: resolved is on 2027-10-06, which has not come: today is 2026-11-15"},
		{"a date that has come", "# 2026-11-16 Outage\n\n## Impact\n\nAll was down.\n", ":1: warning: date is on 2026-11-16, which has not come: today is 2026-11-15"},
		{"roles: a name within another word is none", "---\nimpact: All was down.\n---\nWillow will. Goodwill! Will, William.\n",
			":4:24: warning: names Will"},
		{"nothing, since it was withdrawn", "---\nwithdrawn: it was the power company\nstatus: draft\ndate: 2020-01-01\n---\n- [ ] One\n", ""},
	} {
		var got []string
		for _, p := range problemsOf(c.text) {
			if p.Rule == check.RuleImpact || p.Rule == check.RuleDraft || p.Rule == check.RulePromise || p.Rule == check.RulePerson || p.Rule == postmortem.RuleTime {
				line, _, _ := strings.Cut(strings.TrimPrefix(p.String(), file), " (")
				got = append(got, line)
			}
		}
		if d := cmp.Diff(c.want, strings.Join(got, "\n")); d != "" {
			t.Errorf("it lacks %s: -want +got:\n%s", c.name, d)
		}
	}
}
