package postmortem_test

import (
	"strings"
	"testing"
	"time"

	"tribune/generator/postmortem"
)

// actionsOf returns the titles of the actions of a text; those that are done end
// with an asterisk.
func actionsOf(text string, aliases postmortem.Aliases) string {
	p, _ := postmortem.Read(outage, []byte("# 2026-10-06 Pool\n\n"+text), time.UTC, postmortem.Names{Aliases: aliases})
	var all []string
	for _, a := range p.Actions {
		if !a.Open() {
			a.Title += "*"
		}
		all = append(all, a.Title)
	}
	return strings.Join(all, "; ")
}

// What the writing of a report asks for is no action: under the headings that a
// site names, and where most boxes of a list are about the report.
func TestAChecklistOfTheReportIsNoAction(t *testing.T) {
	site := postmortem.Aliases{Headings: map[postmortem.SectionKind][]string{postmortem.Checklist: {"Actions", "Before you publish"}}}
	for _, c := range []struct{ about, text, actions string }{
		{"a named heading", "## Action items\n\n1. Cap the pool\n\n## Actions\n\n- [ ] Ask somebody to read it\n- [ ] Link it\n", "Cap the pool"},
		{"what stands below its headings", "## Before you publish\n\n### Actions\n\n- [x] Ask somebody\n\n### Follow-ups\n\n- Tell them\n\n## Follow-ups\n\n- Cap the pool\n", "Cap the pool"},
		{"tables too", "## Actions\n\n| Action | Owner |\n|---|---|\n| Read it | web |\n", ""},
		{"another heading of that word", "## Corrective actions taken up\n\n- [ ] Cap the pool\n", ""},
	} {
		if got := actionsOf(c.text, site); got != c.actions {
			t.Errorf("%s: %q", c.about, got)
		}
	}
	for _, c := range []struct{ about, text, actions string }{
		{"a list about the report", "## Actions\n\n- [x] Incident has been dealt with or is over\n- [x] Sections above are filled out\n- [ ] Incident title and after-action report is cleaned up\n- [ ] All actionable items above have linked GitHub Issues\n", ""},
		{"a list of which one is about it", "## Actions\n\n- [ ] The timeline is complete\n- [ ] Cap the pool\n- [ ] Alert on the pool\n", "The timeline is complete; Cap the pool; Alert on the pool"},
		{"items without boxes", "## Actions\n\n- Sections above are filled out\n- Incident has been dealt with\n", "Sections above are filled out; Incident has been dealt with"},
		{"one box", "## Actions\n\n- [ ] Summary is written\n", "Summary is written"},
		{"work on reports", "- [ ] Write reports of future outages\n- [ ] Document actions in runbooks\n", "Write reports of future outages; Document actions in runbooks"},
	} {
		if got := actionsOf(c.text, postmortem.Aliases{}); got != c.actions {
			t.Errorf("%s: %q", c.about, got)
		}
	}
}

// What a template left, and what somebody asked, is no action.
func TestLeftoversAreNoActions(t *testing.T) {
	const text = "## Action items\n\n1. {{ summary }} [link to github issue]\n2. {{ summary }}\n3. {{ Cap the pool }} [link to github issue]\n4. {{ Description }}\n5. Q: Would a test have told?\n6. Would a test help?\n"
	if got := actionsOf(text, postmortem.Aliases{}); !strings.HasPrefix(got, "{{ Cap the pool") || strings.Count(got, ";") != 1 {
		t.Errorf("%q", got)
	}
}

// An action is done where its last words, or an item below it, say so.
func TestAnActionSaysThatItIsDone(t *testing.T) {
	for text, done := range map[string]bool{
		"- Smooth the rate in the metrics. _done in grafana_.":       true,
		"- Cap the pool. Done.":                                      true,
		"- Cap the pool (done)":                                      true,
		"- Cap the pool\n  - Already done in the last release":       true,
		"- Cap the pool\n  - This has been done: ask web":            true,
		"- Cap the pool\n  - Done is better than perfect":            false,
		"- Get the move of the pool done":                            false,
		"- Say when it is done. Done means deployed and looked at":   false,
		"- Watch the rate (monitoring done in grafana)":              false,
		"- Cap the pool, which has been documented":                  false,
		"- Cap the pool\n  - Not already done":                       false,
		"- Check that the upgrade was done in all zones by the team": false,
	} {
		got := actionsOf("## Action items\n\n"+text+"\n", postmortem.Aliases{})
		if strings.HasSuffix(got, "*") != done || got == "" {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// A row that a template left is no entry; one whose clock nobody filled in is.
func TestARowOfTheTemplateIsNoEntry(t *testing.T) {
	const text = "# 2026-10-06 Pool\n\n## Timeline\n\n| Time | Event |\n|---|---|\n| 2026-10-06 HH:mm | Short event description. |\n| 2026-10-06 HH:mm | A limit is set |\n| 2026-10-06 10:12 | Description |\n| HH:mm | |\n"
	body, _ := postmortem.Body(outage, []byte(text), "", everything)
	var got []string
	for _, m := range body.Timeline {
		got = append(got, m.Text)
	}
	if want := "A limit is set; Description"; strings.Join(got, "; ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}
