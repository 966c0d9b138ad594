package site

import (
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// tribeIn is a tribe of a site in a zone.
func tribeIn(t *testing.T, zone string, facts *scorecard.Tribe) *tribeSite {
	t.Helper()
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{in: Input{Catalog: &catalog.Catalog{Site: catalog.Site{Zone: place}}}}
	return &tribeSite{root: &root{builder: b}, facts: facts}
}

func at(text string) *time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return &t
}

func TestTheSummaryBoxSaysWhatIsKnown(t *testing.T) {
	number := func(v float64) scorecard.Number { return scorecard.Number{Value: v, Known: true} }
	e := scorecard.Postmortem{
		Date: slo.Date{Year: 2026, Month: 10, Day: 6}, Started: at("2026-10-05 20:57"), Resolved: at("2026-10-05 21:30"), Minutes: number(33),
		Detection: "alert", Detected: at("2026-10-05 21:00"),
		Budget: []scorecard.Cost{
			{Name: "Ledger", Share: number(0.08)}, {Name: "Checkout", Share: number(0.673)}, {Name: "Payouts"},
		},
	}
	var got []string
	for _, row := range tribeIn(t, "Europe/Berlin", &scorecard.Tribe{}).postmortemFacts(&e) {
		got = append(got, row.Name+": "+row.Text)
	}
	want := []string{
		"Impact: 5 Oct 22:57 to 5 Oct 23:30 CEST (20:57 to 21:30 UTC), 33 min", // the day before that of the incident
		"Detected: by alert, after 3 min", "Resolved: after 33 min", "Budget spent: Checkout 67%; Ledger 8%",
		"Unknown: mitigated, services, cause class",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestAPageTellsWhichFieldsWereReadFromTheText(t *testing.T) {
	e := scorecard.Postmortem{Readings: []scorecard.Reading{
		{Field: "title", Line: 1}, {Field: "resolved", Line: 9, ZoneAssumed: true}, {Field: "duration", Line: 12}, {Field: "started", Line: 7, ZoneAssumed: true},
	}}
	got := tribeIn(t, "UTC", &scorecard.Tribe{}).fromProse(&e)
	want := "Read from the text: title, started, resolved, duration. Zone assumed for started, resolved: the text names none, so it is that of the site."
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// The name of a service may hold anything: what a person copies into a shell
// stays one word of it.
func TestACommandCanBeCopiedIntoAShell(t *testing.T) {
	for _, name := range []string{"Checkout API", `Say "no"`, "Cost in $HOME", "`date`", "It's on!", `back\slash`} {
		out, err := exec.Command("sh", "-c", "printf %s "+shellWord(name)).Output()
		if err != nil || string(out) != name {
			t.Errorf("%s is written %s, which a shell takes as %q: %v", name, shellWord(name), out, err)
		}
	}
}
