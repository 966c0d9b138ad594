package scorecard

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

func TestAnIncidentTakesFromEachMonthWhatFellIntoIt(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.count(till, at("2026-08-31 00:00"), 40, 1000)
		s.count(till, at("2026-09-01 00:00"), 50, 1000)
		s.posts = []postmortem.Postmortem{incident(1, "2026-08-31 00:00", "2026-09-02 00:00")}
	})
	for m, bad := range map[string]slo.Count{"2026-08": 40 * slo.Event, "2026-09": 50 * slo.Event} {
		if got := row(facts, m).Ledger.Incidents; len(got) != 1 || got[0].Bad != bad {
			t.Errorf("%s: %+v, want %v bad", m, got, bad)
		}
	}
	if n := card(t, facts, "2026-08").Incidents.Count; n != 1 {
		t.Errorf("August counts %d incidents", n)
	}
	if n := card(t, facts, "2026-09").Incidents.Count; n != 0 {
		t.Errorf("September counts %d that began in August", n)
	}
	want := []Cost{
		{SLO: till, Name: "Till", Month: month("2026-08"), Bad: 40 * slo.Event, Share: known(40.0 / 310)},
		{SLO: till, Name: "Till", Month: month("2026-09"), Bad: 50 * slo.Event, Share: known(50.0 / 300)},
	}
	if d := cmp.Diff(want, facts.Postmortems[0].Budget); d != "" {
		t.Errorf("the postmortem's costs:\n%s", d)
	}
}

func TestIncidentsThatReadersMayNotSeeAreOneSum(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.count(till, at("2026-09-10 00:00"), 40, 1000)
		s.count(till, at("2026-09-12 00:00"), 60, 1000)
		s.count(till, at("2026-09-14 00:00"), 20, 1000)
		s.posts = []postmortem.Postmortem{
			hidden(incident(1, "2026-09-10 00:00", "2026-09-11 00:00")),
			incident(2, "2026-09-14 00:00", "2026-09-15 00:00"),
			hidden(incident(3, "2026-09-12 00:00", "2026-09-13 00:00")),
		}
	})
	r := september(t, facts)
	id, slug := "INC-2", "incident-2"
	want := []Portion{
		{ID: &id, Slug: &slug, Title: "Incident 2", Bad: 20 * slo.Event, Share: known(20.0 / 300), From: at("2026-09-14 00:00"), To: at("2026-09-15 00:00")},
		{Restricted: true, Bad: 100 * slo.Event, Share: known(100.0 / 300), From: at("2026-09-01 00:00"), To: at("2026-10-01 00:00")},
	}
	if d := cmp.Diff(want, r.Ledger.Incidents, cmpopts.IgnoreUnexported(Portion{})); d != "" {
		t.Error(d)
	}
	if sum := 120*slo.Event + r.Ledger.Background; sum != *r.Bad {
		t.Errorf("the ledger sums to %v of %v", sum, *r.Bad)
	}
	c := card(t, facts, "2026-09")
	if c.Incidents.Count != 3 || c.Incidents.Restricted != 2 || len(c.Incidents.Items) != 1 {
		t.Errorf("counted %d, restricted %d, listed %d", c.Incidents.Count, c.Incidents.Restricted, len(c.Incidents.Items))
	}
	if n := c.Incidents.Minutes.N; n != 1 {
		t.Errorf("the durations of %d are told", n)
	}
	if len(facts.Postmortems) != 1 {
		t.Errorf("%d postmortems are in the index", len(facts.Postmortems))
	}
}

// hidden is what the audience's filter leaves of a postmortem.
func hidden(p postmortem.Postmortem) postmortem.Postmortem {
	return postmortem.Postmortem{
		File: p.File, Tribe: p.Tribe, Services: p.Services, Started: p.Started, Resolved: p.Resolved, Restricted: true,
	}
}

func TestAWithdrawnPostmortemTakesNothing(t *testing.T) {
	facts := compute(t, func(s *shop) {
		p := incident(1, "2026-09-10 00:00", "2026-09-11 00:00")
		p.Withdrawn = "a false alarm"
		p.Actions = []postmortem.Action{{Title: "Look again", Due: day("2026-09-12")}}
		s.posts = []postmortem.Postmortem{p}
	})
	c := card(t, facts, "2026-09")
	if len(c.SLOs[0].Ledger.Incidents) != 0 || c.Incidents.Count != 0 || c.Actions.Opening+c.Actions.New != 0 || len(facts.Actions) != 0 {
		t.Errorf("ledger %+v, incidents %d, actions %+v", c.SLOs[0].Ledger, c.Incidents.Count, c.Actions)
	}
}

func TestAnIncidentOfAnotherTribeTakesItsPartAndSaysWhose(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.count(till, at("2026-09-10 00:00"), 40, 1000)
		p := incident(1, "2026-09-10 00:00", "2026-09-11 00:00")
		p.Tribe, p.File = "network", "content/postmortems/network/1.md"
		s.posts = []postmortem.Postmortem{p}
	})
	r := september(t, facts)
	if len(r.Ledger.Incidents) != 1 || r.Ledger.Incidents[0].Tribe != "network" || r.Ledger.Incidents[0].Bad != 40*slo.Event {
		t.Errorf("%+v", r.Ledger.Incidents)
	}
	if c := card(t, facts, "2026-09"); c.Incidents.Count != 0 || len(facts.Postmortems) != 0 {
		t.Error("the shop counts it as its own")
	}
}

func TestDurationsHaveAMedianFromFiveOn(t *testing.T) {
	spreadOf := func(minutes ...int) Spread {
		return card(t, compute(t, func(s *shop) {
			for i, m := range minutes {
				p := incident(i, "2026-09-10 00:00", "2026-09-10 00:00")
				p.Resolved = p.Started.Add(time.Duration(m) * time.Minute)
				s.posts = append(s.posts, p)
			}
		}), "2026-09").Incidents.Minutes
	}
	if d := cmp.Diff(Spread{}, spreadOf()); d != "" {
		t.Errorf("no incident:\n%s", d)
	}
	four := Spread{N: 4, Min: known(10), Max: known(40), Mean: known(25), Sum: known(100)}
	if d := cmp.Diff(four, spreadOf(40, 10, 30, 20)); d != "" {
		t.Errorf("four incidents:\n%s", d)
	}
	five := Spread{N: 5, Min: known(10), Median: known(30), Max: known(900), Mean: known(200), Sum: known(1000)}
	if d := cmp.Diff(five, spreadOf(900, 40, 10, 30, 20)); d != "" {
		t.Errorf("five incidents:\n%s", d)
	}
	if six := spreadOf(60, 50, 40, 30, 20, 10); six.Median != known(35) {
		t.Errorf("six incidents have the median %v", six.Median)
	}
}

func TestAMissingOrNegativeTimeIsUnknown(t *testing.T) {
	item := func(change func(*postmortem.Postmortem)) Incident {
		p := incident(1, "2026-09-10 10:00", "2026-09-10 11:00")
		p.Detected = at("2026-09-10 10:06")
		change(&p)
		return card(t, compute(t, func(s *shop) { s.posts = []postmortem.Postmortem{p} }), "2026-09").Incidents.Items[0]
	}
	if i := item(func(*postmortem.Postmortem) {}); i.Minutes != known(60) || i.DetectedMinutes != known(6) {
		t.Errorf("whole: %v and %v minutes", i.Minutes, i.DetectedMinutes)
	}
	if i := item(func(p *postmortem.Postmortem) { p.Resolved = time.Time{} }); i.Minutes.Known {
		t.Errorf("without an end it lasted %v", i.Minutes)
	}
	if i := item(func(p *postmortem.Postmortem) { p.Resolved, p.Mitigated = time.Time{}, at("2026-09-10 10:40") }); i.Minutes != known(40) {
		t.Errorf("up to its mitigation it lasted %v", i.Minutes)
	}
	if i := item(func(p *postmortem.Postmortem) { p.Detected = time.Time{} }); i.DetectedMinutes.Known {
		t.Errorf("undetected it was detected after %v", i.DetectedMinutes)
	}
	if i := item(func(p *postmortem.Postmortem) { p.Detected = at("2026-09-10 09:50") }); i.DetectedMinutes.Known {
		t.Errorf("detected before it began, it was detected after %v", i.DetectedMinutes)
	}
}

func TestAnIncidentRepeatsOneOfTheSameServiceAndCauseWithinNinetyDays(t *testing.T) {
	done := postmortem.Action{Title: "Fix it", Done: true, Closed: day("2026-09-01")}
	open := postmortem.Action{Title: "Fix it", Due: day("2026-12-01")}
	closedLater := postmortem.Action{Title: "Fix it", Done: true, Closed: day("2026-09-20")}
	dropped := postmortem.Action{Title: "Fix it", Dropped: "too dear"}
	for _, c := range []struct {
		name   string
		change func(earlier, later *postmortem.Postmortem)
		want   string
	}{
		{"the same", func(e, l *postmortem.Postmortem) {}, "repeats INC-1"},
		{"letter case aside", func(e, l *postmortem.Postmortem) { l.Causes = []string{"Capacity"} }, "repeats INC-1"},
		{"another cause", func(e, l *postmortem.Postmortem) { l.Causes = []string{"change"} }, "repeats nothing"},
		{"no cause", func(e, l *postmortem.Postmortem) { e.Causes, l.Causes = nil, nil }, "repeats nothing"},
		{"another service", func(e, l *postmortem.Postmortem) { l.Services = []string{"shop/scales"} }, "repeats nothing"},
		{"ninety days before", func(e, l *postmortem.Postmortem) { e.Started = l.Started.Add(-90 * 24 * time.Hour) }, "repeats INC-1"},
		{"a minute more", func(e, l *postmortem.Postmortem) { e.Started = l.Started.Add(-90*24*time.Hour - time.Minute) }, "repeats nothing"},
		{"a withdrawn one", func(e, l *postmortem.Postmortem) { e.Withdrawn = "no incident" }, "repeats nothing"},
		{"one that is hidden", func(e, l *postmortem.Postmortem) { *e = hidden(*e) }, "repeats nothing"},
		{"its action is open", func(e, l *postmortem.Postmortem) { e.Actions = []postmortem.Action{done, open} }, "repeats INC-1 while an action was open"},
		{"its action was closed later", func(e, l *postmortem.Postmortem) { e.Actions = []postmortem.Action{closedLater} }, "repeats INC-1 while an action was open"},
		{"its action was done", func(e, l *postmortem.Postmortem) { e.Actions = []postmortem.Action{done} }, "repeats INC-1"},
		{"its action was dropped", func(e, l *postmortem.Postmortem) { e.Actions = []postmortem.Action{dropped} }, "repeats INC-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			earlier, later := incident(1, "2026-08-20 10:00", "2026-08-20 11:00"), incident(2, "2026-09-10 10:00", "2026-09-10 11:00")
			earlier.Causes, later.Causes = []string{"capacity"}, []string{"change of plan", "capacity"}
			c.change(&earlier, &later)
			facts := compute(t, func(s *shop) { s.posts = []postmortem.Postmortem{earlier, later} })
			items := card(t, facts, "2026-09").Incidents.Items
			got := "repeats nothing"
			if r := items[0].RepeatOf; r != nil {
				got = "repeats " + r.ID
				if r.Open {
					got += " while an action was open"
				}
			}
			if got != c.want {
				t.Errorf("it %s, want: it %s", got, c.want)
			}
		})
	}
}

func TestEveryMonthWithAnIncidentHasAScorecard(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.posts = []postmortem.Postmortem{incident(1, "2026-03-10 10:00", "2026-03-10 11:00")}
	})
	var months []string
	for _, c := range facts.Cards {
		months = append(months, fmt.Sprint(c.Month))
	}
	if d := cmp.Diff([]string{"2026-03", "2026-08", "2026-09", "2026-10"}, months); d != "" {
		t.Error(d)
	}
}
