package postmortem_test

import (
	"strings"
	"testing"
	"time"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// doubts returns the warnings about days and times of a report.
func doubts(problems diag.List) (all []string) {
	for _, p := range problems {
		if p.Severity == diag.Warning && (p.Rule == postmortem.RuleDate || p.Rule == postmortem.RuleTime || p.Rule == postmortem.RuleOrder) {
			all = append(all, p.Message)
		}
	}
	return all
}

// readAs reads a text as the file of a name in a site whose zone is UTC.
func readAs(name, text string) (postmortem.Postmortem, []string) {
	p, problems := postmortem.Read("content/postmortems/payments/"+name, []byte(text), time.UTC, names)
	return p, doubts(problems)
}

// A day that is only one of many is doubted, and one that somebody named, or on
// which most of it happened, is not.
func TestADayThatNobodyNamedIsDoubted(t *testing.T) {
	const head = "# The pool was full\n\n## Timeline (UTC)\n\n"
	for _, c := range []struct{ name, text, date, doubt string }{
		{"first of a timeline of weeks", head + "- 2026-02-24 10:50 A flag is set\n- 2026-03-05 18:35 Logins fail\n- 2026-03-05 20:29 The flag is gone\n",
			"2026-02-24", "no day is named as the incident's: 2026-02-24 is only the first of a timeline that runs to 2026-03-05"},
		{"first of a timeline of two years", head + "- 2025-12-21 A script is made\n- 2026-02-24 It runs\n- 2026-03-05 Logins fail\n",
			"2025-12-21", "no day is named as the incident's: 2025-12-21 is only the first of a timeline that runs to 2026-03-05"},
		{"two rows of two days", head + "- 2026-02-24 10:50 A flag is set\n- 2026-02-25 10:50 Logins fail\n",
			"2026-02-24", "no day is named as the incident's: 2026-02-24 is only the first of a timeline that runs to 2026-02-25"},
		{"closed on the day after", head + "- 2026-02-24 10:50 Logins fail\n- 2026-02-24 11:10 They work\n- 2026-02-25 09:00 The ticket is filed\n", "2026-02-24", ""},
		{"a day alone", head + "- 2026-02-24 10:50 Logins fail\n- 11:10 They work\n", "2026-02-24", ""},
		{"the start says which", head + "- 2026-02-24 10:50 A flag is set\n- 2026-03-05 18:35 Outage begins\n- 2026-03-05 20:29 The flag is gone\n", "2026-03-05", ""},
		{"so does a label", "# The pool was full\n\nStarted: 2026-03-05 18:35 UTC\n\n## Timeline (UTC)\n\n- 2026-02-24 10:50 A flag is set\n- 2026-03-05 18:35 Logins fail\n", "2026-03-05", ""},
		{"and a date", "# The pool was full\n\nDate: 2026-03-05\n\n## Timeline (UTC)\n\n- 2026-02-24 10:50 A flag is set\n- 2026-03-05 18:35 Logins fail\n", "2026-03-05", ""},
		{"two days in the text", "# The pool was full\n\nThe flag was set on 2026-02-24.\n\nLogins failed on 2026-03-05.\n", "2026-02-24",
			"no day is named as the incident's: 2026-02-24 is only the first that the text names, beside 2026-03-05"},
		{"one day in the text", "# The pool was full\n\nLogins failed on 2026-03-05.\n\n2026-03-05 was a Thursday.\n", "2026-03-05", ""},
	} {
		p, doubted := readAs("pool.md", c.text)
		if got := strings.Join(doubted, "; "); p.Date.String() != c.date || got != c.doubt {
			t.Errorf("%s: %s, doubt %q", c.name, p.Date, got)
		}
	}
}

// Clocks that say no day are not put on a day that may be another.
func TestClocksAreNotOfADoubtfulDay(t *testing.T) {
	for name, text := range map[string]string{
		"label":           "# Pool\n\nStarted: 18:35 UTC\n\n## Timeline (UTC)\n\n- 2026-02-24 10:50 A flag is set\n- 2026-03-05 18:35 Logins fail\n",
		"impact":          "# Pool\n\n## Impact\n\nLogins failed from 18:35 until 20:29.\n\n## Timeline (UTC)\n\n- 2026-02-24 10:50 A flag is set\n- 2026-03-05 18:35 Logins fail\n",
		"rows before it":  "# Pool\n\n## Timeline (UTC)\n\n- 18:35 Outage begins\n- 2026-03-05 08:00 It is over\n",
		"days in a story": "# Pool\n\nThe flag was set on 2026-02-24.\n\nLogins failed on 2026-03-05.\n\nStarted: 18:35 UTC\n",
	} {
		if p, doubted := readAs("pool.md", text); !p.Started.IsZero() || len(doubted) == 0 {
			t.Errorf("%s: started %v, doubts %q", name, p.Started, doubted)
		}
	}
}

// A date in the front matter, the title or the name is held against the timeline
// too: some are of the day on which the report was filed.
func TestANamedDayIsHeldAgainstTheTimeline(t *testing.T) {
	const rows = "\n## Timeline (UTC)\n\n- 2026-10-10 09:06 The account is closed\n- 2026-10-10 11:14 We pay\n- 2026-10-12 16:19 It is open for an hour\n- 2026-10-19 10:53 It is over\n"
	const last = "the date is 2026-10-19, most of the timeline is of days before it: it begins on 2026-10-10"
	for _, c := range []struct{ about, name, text, doubt string }{
		{"front matter", "a.md", "---\ndate: 2026-10-19\n---\n# Closed\n" + rows, last},
		{"title", "a.md", "# 2026-10-19 Closed\n" + rows, last},
		{"file name", "2026-10-19-closed.md", "# Closed\n" + rows, last},
		{"the first day", "2026-10-10-closed.md", "# Closed\n" + rows, ""},
		{"a start in the front matter", "a.md", "---\ndate: 2026-10-19\nstarted: 2026-10-19T09:00:00Z\n---\n# Closed\n" + rows, ""},
		{"one row of the days before", "2026-10-12-full.md", "# Full\n\n## Timeline (UTC)\n\n- 2026-10-10 09:06 A limit is set\n- 2026-10-12 16:19 It is full\n- 2026-10-12 17:00 It is not\n", ""},
		{"a day without a row", "2026-02-06-full.md", "# Full\n\n## Timeline (UTC)\n\n- 2026-02-05 20:57 It is full\n- 22:05 It is not\n", "the date is 2026-02-06, of which the timeline has no entry: it begins on 2026-02-05"},
		{"the same day on the site's clocks", "2026-02-06-full.md", "# Full\n\n## Timeline (PST)\n\n- 2026-02-05 20:57 It is full\n- 22:05 It is not\n", ""},
		{"a start on the day before", "2026-03-23-kernels.md", "# Kernels\n\n## Summary\n\nKernels died on start (on new servers) from about Mar 22 19:30 to Mar 23 09:45.\n", "it started on 2026-03-22, the date is 2026-03-23"},
	} {
		if _, doubted := readAs(c.name, c.text); strings.Join(doubted, "; ") != c.doubt {
			t.Errorf("%s: doubts %q", c.about, doubted)
		}
	}
}

// The summary tells when it was only where it says what was wrong, and on which
// day, and where no section is about the impact.
func TestASummaryTellsFromWhenUntilWhen(t *testing.T) {
	for text, started := range map[string]string{
		"The shop was down from 2026-10-06 10:02 UTC until 10:49 UTC.":                        "10:02",
		"Logins failed between Oct 6, 10:02 and Oct 6, 10:49 (UTC).":                          "10:02",
		"Two changes were merged between 2026-10-06 10:02 UTC and 10:49 UTC.":                 "",
		"The shop was down from 10:02 until 10:49.":                                           "",
		"The shop was slow. Two changes were merged from 2026-10-06 10:02 UTC to 10:49 UTC.":  "",
		"Down from 2026-10-06 10:02 UTC to 10:49 UTC, down from 2026-10-06 12:00 to 13:00.":   "",
		"The shop was down from 2026-10-06 10:02 UTC.":                                        "",
		"The shop was down from early October 6 till about 13:00.":                            "",
		"The shop was broken from 2026-10-06 10:02 UTC on.\n\n## Impact\n\nNobody could buy.": "",
	} {
		p, _ := readAs("2026-10-06-shop.md", "# Shop\n\n## Summary\n\n"+text+"\n")
		got := ""
		if !p.Started.IsZero() {
			got = p.Started.Format("15:04")
		}
		if got != started {
			t.Errorf("%q: started %v", text, p.Started)
		}
	}
}

// What a status page's front matter says is held against its text.
func TestAStatusPageIsHeldAgainstItsText(t *testing.T) {
	for text, doubt := range map[string]string{
		"Tuesday October 6 2026, from 10:00 UTC until 11:00 UTC, the shop will be down.":            "",
		"The shop will be unavailable between 08:00 UTC and 11:00 UTC.":                             "the text says from 2026-10-06 08:00 UTC until 2026-10-06 11:00 UTC, the front matter from 2026-10-06 10:00 UTC until 2026-10-06 11:00 UTC",
		"The shop was down:\n\n- From 10:20 UTC until 10:25 UTC (5 min)\n":                          "the text says from 2026-10-06 10:20 UTC until 2026-10-06 10:25 UTC, the front matter from 2026-10-06 10:00 UTC until 2026-10-06 11:00 UTC",
		"We work on it between 08:00 UTC and 11:00 UTC.":                                            "",
		"Thursday, the 15th of October, we move the shop.":                                          "the text speaks of 2026-10-15, the date is 2026-10-06",
		"Thursday, the 15th of October, was too busy, so it is on Tuesday, the 6th of October 2026": "",
		"The old shop is from October 15, 2025.":                                                    "",
	} {
		_, doubted := readAs("2026-10-06-shop.md", "---\ntitle: Shop\ndate: 2026-10-06T10:00:00Z\nresolved: true\nresolvedWhen: 2026-10-06T11:00:00Z\n---\n"+text+"\n")
		if strings.Join(doubted, "; ") != doubt {
			t.Errorf("%q: doubts %q", text, doubted)
		}
	}
}

// Midnight is doubted where nobody speaks of it and it took long.
func TestMidnightOfAStatusPageIsDoubted(t *testing.T) {
	for text, doubted := range map[string]bool{
		"date: 2026-10-06 00:00:00\nresolvedWhen: 2026-10-08 09:55:00\n---\nThe shop is down.":                true,
		"date: 2026-10-06 00:00:00\nresolvedWhen: 2026-10-06 00:15:00\n---\nThe shop is down.":                false,
		"date: 2026-10-06 00:00:00\nresolvedWhen: 2026-10-08 09:55:00\n---\nThe shop is down since midnight.": false,
		"date: 2026-10-06 00:01:00\nresolvedWhen: 2026-10-08 09:55:00\n---\nThe shop is down.":                false,
	} {
		if _, all := readAs("shop.md", "---\ntitle: Shop\nresolved: true\n"+text+"\n"); (len(all) == 1) != doubted || len(all) > 1 {
			t.Errorf("%q: doubts %q", text, all)
		}
	}
}

// The date follows the day of the start, as it is written there.
func TestTheDateFollowsTheStart(t *testing.T) {
	p, doubted := readAs("pool.md", "# Pool\n\n## Timeline (UTC)\n\n- 2026-02-24 10:50 A flag is set\n- 2026-03-05 18:35 A second one\n- 2026-03-05 18:40 Logins fail\n- 2026-03-05 19:00 They work\n\n## Stats\n\n- Time to detection: 5 minutes\n- Time to recovery: 25 minutes\n")
	if want := (slo.Date{Year: 2026, Month: time.March, Day: 5}); p.Date != want || len(doubted) > 0 {
		t.Errorf("%s, doubts %q", p.Date, doubted)
	}
}
