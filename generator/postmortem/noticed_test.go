package postmortem_test

import (
	"testing"
	"time"
)

// Whoever notices it first, the entry that says so tells when it was detected.
func TestNoticingTellsWhenItWasDetected(t *testing.T) {
	for text, noticed := range map[string]bool{
		"Alert triggered on Slack.":                             true,
		"A pager alert is triggered about the shop":             true,
		"The gateway's alert detects high count of 5XX":         true,
		"Received alert: buffer space ratio":                    true,
		"Automatic alarm received about the targets":            true,
		"First alert about the pool":                            true,
		"Users report that all logins fail":                     true,
		"A user reported seeing 503 for all pages":              true,
		"Three students report problems starting their servers": true,
		"@ada reports on chat that something is wrong":          true,
		"Outage is reported on chat":                            true,
		"Reports of issues signing in":                          true,
		"First noticed something was up after an email":         true,
		"We notice that logins are not happening":               true,
		"Dip in logins noticed via the dashboard":               true,
		"A developer notified us of a potential issue":          true,
		"We are informed that booking is down":                  true,
		"On-call staff is notified in chat":                     true,
		"We became aware of it during a call":                   true,

		"The first row of the timeline":                     false,
		"User reports back that it works":                   false,
		"Users report that the error was fixed":             false,
		"Nobody noticed the error before":                   false,
		"Logins had failed before users reported it":        false,
		"The alert was acknowledged":                        false,
		"Alert received and acknowledged at 10:20":          false,
		"Reported on the status page":                       false,
		"Incidents reported on status.example.org":          false,
		"The freight team was notified of the change":       false,
		"A maintenance notice is posted":                    false,
		"The change went unnoticed":                         false,
		"Users report that it began at 09:40":               false,
		"Noticed that this is because of the limit":         false,
		"The pool is full, as alerting would have told":     false,
		"A second user reports the same":                    false,
		"The outage is over. Users report on what they saw": false,
		"System log for workers reports no template for it": false,
	} {
		p, _ := readAs("2026-10-06-pool.md", "# Pool\n\n## Timeline (UTC)\n\n- 10:02 A limit is set\n- 10:12 "+text+"\n- 10:30 The limit is raised\n")
		if got := p.Detected.Equal(time.Date(2026, 10, 6, 10, 12, 0, 0, time.UTC)); got != noticed || !noticed && !p.Detected.IsZero() {
			t.Errorf("%q: detected %v", text, p.Detected)
		}
	}
}

// Noticing counts once, at or after the start, before anybody was at work, and
// only where nothing tells better when it was.
func TestOnlyTheFirstNoticingCounts(t *testing.T) {
	for _, c := range []struct{ about, rows, detected string }{
		{"the first of two", "- 10:02 Users report errors\n- 10:12 Alert triggered\n", "10:02"},
		{"words that say so come first", "- 10:02 Users report errors\n- 10:12 Outage detected\n", "10:12"},
		{"before the start it is another's", "- 09:00 Users report errors\n- 10:00 Outage begins\n- 10:12 Alert triggered\n", "10:12"},
		{"somebody was at work", "- 10:02 Investigation starts\n- 10:12 Users report errors\n", ""},
		{"after the end", "- 10:02 Outage begins\n- 10:10 Outage ends\n- 10:12 Users report errors\n", ""},
		{"nobody knows when", "- ??:?? Users report errors\n- 10:12 Alert triggered\n", ""},
		{"a row of an earlier day has no time", "- 2026-10-05 A mail comes\n- 2026-10-06 10:12 We notice errors\n", ""},
		{"told twice in better words", "- 10:02 Outage detected\n- 10:05 Outage detected\n- 10:12 Users report errors\n", ""},
		{"as long as it took", "- 10:01 The node fails\n- 10:03 Alert triggered\n- 10:05 Alert discovered\n\n## Stats\n\n- Time to detection: 4 minutes\n", "10:05"},
		{"not as long as it took", "- 10:01 The node fails\n- 10:12 Alert triggered\n\n## Stats\n\n- Time to detection: 4 minutes\n", ""},
		{"it began before the timeline", "- 10:03 Alert triggered\n- 10:12 The node is replaced\n\n## Stats\n\n- Time to detection: 30 minutes\n", "10:03"},
	} {
		p, _ := readAs("2026-10-06-pool.md", "# Pool\n\n## Timeline (UTC)\n\n"+c.rows)
		if got := p.Detected.Format("15:04"); got != c.detected && !(c.detected == "" && p.Detected.IsZero()) {
			t.Errorf("%s: detected %v", c.about, p.Detected)
		}
	}
}

// A sentence states a length only if it is that of the whole.
func TestSentencesStateHowLongItTook(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"This went unnoticed and caused 40min of total outage.":             40 * time.Minute,
		"Disruption of the shop lasted for approximately five hours.":       0, // of the shop: perhaps of a part
		"Total disruption for shoppers lasted for approximately five hours": 5 * time.Hour,
		"The outage only lasted about 40 minutes (from lunch).":             40 * time.Minute,
		"This was an outage of 40 minutes.":                                 40 * time.Minute,
		"It caused a 40-minute outage.":                                     40 * time.Minute,
		"The problem was fixed in about 40 minutes.":                        40 * time.Minute,
		"The incident lasted 1 hour and 20 minutes, until lunch.":           80 * time.Minute,
		"The outage lasted 40 minutes. Half an outage of 40 minutes is.":    40 * time.Minute,

		"The problem lasted for at least seven hours.":         0,
		"Jobs failed for just over nine hours.":                0,
		"The restart took 60 seconds or less of downtime.":     0,
		"Expect an outage of 40 minutes.":                      0,
		"The previous outage lasted 40 minutes.":               0,
		"Such outages would usually last 45 to 90 minutes.":    0,
		"A 45 to 90 minute outage was planned.":                0,
		"It could lead to a 1-2 min outage.":                   0,
		"There was an outage of 6 minutes on the login.":       0,
		"Every outage lasted two minutes.":                     0,
		"The incident lasted most of Sunday.":                  0,
		"The review of the incident took 40 minutes.":          0,
		"The outage lasted 40 minutes. An outage of 2 hours!":  0,
		"The first outage lasted 40 minutes, the second more.": 0,
	} {
		for _, heading := range []string{"Summary", "Impact", "Conclusion"} {
			p, doubted := readAs("2026-10-06-pool.md", "# Pool\n\n## "+heading+"\n\n"+text+"\n")
			if p.Stated != want {
				t.Errorf("%q below %s: %v, doubts %q", text, heading, p.Stated, doubted)
			}
		}
		if p, _ := readAs("2026-10-06-pool.md", "# Pool\n\n## What went wrong\n\n"+text+"\n"); p.Stated != 0 {
			t.Errorf("%q elsewhere: %v", text, p.Stated)
		}
	}
}

// Two lengths are none, and are told.
func TestTwoLengthsAreDoubted(t *testing.T) {
	for _, text := range []string{
		"# 2026-10-06, 30min outage\n\n## Summary\n\nThis caused 40min of total outage.\n",
		"# 2026-10-06 Pool\n\n## Impact\n\n- It was down (02h 37min of outage)\n- It was down again (01h 41min of outage)\n",
	} {
		if p, doubted := readAs("pool.md", text); p.Stated != 0 || len(doubted) != 1 {
			t.Errorf("%q: %v, doubts %q", text, p.Stated, doubted)
		}
	}
}
