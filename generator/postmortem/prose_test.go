package postmortem_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tribune/generator/postmortem"
)

// An entry of the timeline is a moment of the incident only if it says so, and
// does not speak of another time, doubt it or say that something else was so.
func TestOnlyWordsMakeAnEntryAMoment(t *testing.T) {
	for text, kind := range map[string]string{
		"Start of incident. New version is deployed": "started",
		"Impact begins": "started",
		"The pod is stuck in a crash loop. (**outage starts**)": "started",
		"Outage detected by the prober":                         "detected",
		"**Detection:** Prometheus fails to start":              "detected",
		"On-call acknowledged the page":                         "acknowledged",
		"Incident mitigated by a rollback":                      "mitigated",
		"Issue resolved and permanently fixed":                  "resolved",
		"Service resumes. Incident ends.":                       "resolved",
		"All is healthy and the issue is resolved":              "resolved",
		"The fix is deployed, bringing the outage to an end":    "resolved",
		"Reattached by the pipeline (resolved)":                 "resolved",
		"**Recovery:** the node was uncordoned":                 "resolved",
		"All clear given for the shop":                          "resolved",

		"The first row of the timeline":                           "",
		"Builds are failing for everybody":                        "",
		"Everything is back to normal":                            "",
		"Investigations showed that the issue had started before": "",
		"A user reports that the outage started at 09:40":         "",
		"The incident started on June 15":                         "",
		"Believing the issue to be resolved, work resumes":        "",
		"The incident was not resolved":                           "",
		"Incident declared resolved, but investigations go on":    "",
		"When the outage is over we shall rest":                   "",
		"**Recovery:** we started to restore the backup":          "",
		"Another incident started":                                "",
		"This resolved the issue a second time":                   "",
		"The ticket was marked as resolved":                       "",
	} {
		src := "# 2026-10-06 Outage\n\n## Timeline (UTC)\n\n- 10:02 " + text + "\n"
		body, _ := postmortem.Body(outage, []byte(src), "", everything)
		if len(body.Timeline) != 1 || body.Timeline[0].Kind != kind {
			t.Errorf("%q is %+v, want kind %q", text, body.Timeline, kind)
		}
	}
}

// However people write a moment, it is the same one.
func TestAMomentIsReadHoweverItIsWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	fixed := func(name string, hours int) *time.Location { return time.FixedZone(name, hours*3600) }
	for _, form := range []struct {
		zone   *time.Location
		layout string
	}{
		{time.UTC, "2006-01-02 15:04 UTC"},
		{time.UTC, "2006-01-02T15:04:05Z"},
		{time.UTC, "2006-01-02 - 15:04 UTC"},
		{time.UTC, "~15:04 UTC on 2 January 2006"},
		{time.UTC, "Jan 2, 2006 at 3:04pm (UTC)"},
		{time.UTC, "Monday 2 of January 2006, 3:04 PM GMT"},
		{time.UTC, "02.01.2006 15:04 UTC"},
		{time.UTC, "15h04 UTC, 2006-01-02"},
		{fixed("", 2), "2006-01-02T15:04:05-07:00"},
		{fixed("", -5), "2006-01-02 15:04 UTC-07"},
		{fixed("JST", 9), "January 2, 2006 15:04 JST"},
		{berlin, "2006-01-02 15:04 MST"},
		{berlin, "2006-01-02 15:04"}, // the site's
		{berlin, "2006-01-02 15:04 Europe/Berlin"},
		{berlin, "2006-01-02 15:04 Berlin time"},
	} {
		for range 200 {
			want := time.Date(2026, 1, 1, 0, random.IntN(300*24*60), 0, 0, time.UTC) // before the clocks go back
			src := fmt.Sprintf("# 2026-06-01 Outage\n\n- Started: %s\n", want.In(form.zone).Format(form.layout))
			p, problems := postmortem.Read(outage, []byte(src), berlin, postmortem.Names{})
			if _, offset := want.In(berlin).Zone(); !p.Started.Equal(want) {
				t.Fatalf("%s: started %v, want %v (%d); problems %v", src, p.Started, want, offset, problems)
			}
		}
	}
}

// What is printed as a length of time is read as that.
func TestLengthsOfTimeAreReadHoweverTheyAreWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		d, h, m := 1+random.IntN(20), 1+random.IntN(23), 1+random.IntN(59)
		want := time.Duration(d)*24*time.Hour + time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
		for _, text := range []string{
			fmt.Sprintf("%dd %dh %dm", d, h, m),
			fmt.Sprintf("about %d days, %d hours and %d minutes", d, h, m),
			fmt.Sprintf("%dd%dh%dmin (in the night)", d, h, m),
			fmt.Sprintf("%d:%02d:00", d*24+h, m),
			fmt.Sprintf("%d minutes", int(want.Minutes())),
		} {
			p, _ := postmortem.Read(outage, []byte("# Outage\n\n**Time to repair:** "+text+"\n"), berlin, names)
			if p.Stated != want {
				t.Fatalf("%q is %v, want %v", text, p.Stated, want)
			}
		}
	}
	for _, text := range []string{"?", "N/A", "1:30", "47", "5 m 5 h", "at least 2 hours", "2h in Europe, 3h elsewhere", "20 minutes or so", "-5 m", "9999999999 h"} {
		if p, _ := postmortem.Read(outage, []byte("# Outage\n\nDuration: "+text+"\n"), berlin, names); p.Stated != 0 {
			t.Errorf("%q is %v", text, p.Stated)
		}
	}
}

// Reading a report that is long in every way takes time in proportion.
func TestLongTimelinesAreReadInTime(t *testing.T) {
	var b strings.Builder
	b.WriteString("# 2026-10-06 Outage\n\n## Impact\n\n" + strings.Repeat("from ", 50_000) + "\n\n## Timeline (UTC)\n\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "- %02d:%02d PST: and the outage is not over\n  Owner: nobody\n", i/60%24, i%60)
	}
	begin := time.Now()
	postmortem.Read(outage, []byte(b.String()), berlin, names)
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}
