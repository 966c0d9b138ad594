package scorecard

import (
	"fmt"
	"math/rand"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// withActions computes a shop whose incident of 10 August promised something.
func withActions(t *testing.T, actions ...postmortem.Action) Tribe {
	t.Helper()
	return compute(t, func(s *shop) {
		p := incident(1, "2026-08-10 10:00", "2026-08-10 11:00")
		p.Actions = actions
		s.posts = []postmortem.Postmortem{p}
	})
}

func TestTheBacklogLineSaysHowActionsMoved(t *testing.T) {
	facts := withActions(t,
		postmortem.Action{Title: "open since August"},
		postmortem.Action{Title: "closed in August", Closed: day("2026-08-31")},
		postmortem.Action{Title: "closed in September", Closed: day("2026-09-01"), Due: day("2026-09-05")},
		postmortem.Action{Title: "closed too late", Closed: day("2026-09-20"), Due: day("2026-09-05")},
		postmortem.Action{Title: "ticked off, nobody knows when", Done: true},
		postmortem.Action{Title: "new in September", Opened: day("2026-09-02"), Due: day("2026-09-29")},
		postmortem.Action{Title: "new and closed in September", Opened: day("2026-09-02"), Closed: day("2026-09-30")},
		postmortem.Action{Title: "new in October", Opened: day("2026-10-01")},
		postmortem.Action{Title: "dropped", Opened: day("2026-09-02"), Closed: day("2026-09-03"), Dropped: "too dear"},
	)
	want := map[string]Backlog{
		"2026-08": {New: 5, Closed: 2, Now: 3},
		"2026-09": {Opening: 3, New: 3, Closed: 3, Dropped: 1, Now: 2, Overdue: 1, Due: 3, DueClosed: 1},
		"2026-10": {Opening: 2, New: 1, Now: 3, Overdue: 1},
	}
	for m, w := range want {
		got := card(t, facts, m).Actions
		got.Late = nil
		if d := cmp.Diff(w, got); d != "" {
			t.Errorf("%s:\n%s", m, d)
		}
	}
}

func TestTheBacklogAlwaysBalances(t *testing.T) {
	random := rand.New(rand.NewSource(2))
	date := func() slo.Date {
		if random.Intn(3) == 0 {
			return slo.Date{}
		}
		return slo.DateOf(at("2026-05-01 00:00").AddDate(0, 0, random.Intn(200)), newShop().site.Zone)
	}
	for range 200 {
		facts := compute(t, func(s *shop) {
			for i := range 4 {
				p := incident(i, "2026-06-01 10:00", "2026-06-01 11:00")
				p.Started = p.Started.AddDate(0, 0, random.Intn(120))
				p.Resolved = p.Started
				for range random.Intn(6) {
					a := postmortem.Action{Title: "Do it", Opened: date(), Closed: date(), Due: date(), Done: random.Intn(3) == 0}
					if random.Intn(5) == 0 {
						a.Dropped = "too dear"
					}
					p.Actions = append(p.Actions, a)
				}
				s.posts = append(s.posts, p)
			}
		})
		for i, c := range facts.Cards {
			b := c.Actions
			if b.Opening+b.New-b.Closed-b.Dropped != b.Now {
				t.Fatalf("%s: %d + %d − %d − %d is not %d", c.Month, b.Opening, b.New, b.Closed, b.Dropped, b.Now)
			}
			if b.Overdue > b.Now || b.DueClosed > b.Due || len(b.Late) != b.Overdue {
				t.Fatalf("%s: %+v", c.Month, b)
			}
			if i+1 < len(facts.Cards) && facts.Cards[i+1].Month == c.Month.Add(1) && facts.Cards[i+1].Actions.Opening != b.Now {
				t.Fatalf("%s ends with %d, the next month opens with %d", c.Month, b.Now, facts.Cards[i+1].Actions.Opening)
			}
		}
	}
}

func TestAnActionIsOverdueFromTheDayAfterItWasDue(t *testing.T) {
	for due, late := range map[string]int{"2026-09-29": 2, "2026-09-30": 1, "2026-10-01": 0, "2026-10-02": 0} {
		facts := withActions(t, postmortem.Action{Title: "Do it", Due: day(due)})
		a := facts.Actions[0]
		if a.Overdue != (late > 0) || a.DaysLate != late {
			t.Errorf("due %s, on 1 October: overdue %v, %d days late", due, a.Overdue, a.DaysLate)
		}
		if n := facts.Postmortems[0].Actions.Overdue; n != min(late, 1) {
			t.Errorf("due %s: its postmortem counts %d overdue", due, n)
		}
	}
	if a := withActions(t, postmortem.Action{Title: "Do it", Due: day("2026-09-01"), Done: true}).Actions[0]; a.Overdue {
		t.Error("what is done is overdue")
	}
	if a := withActions(t, postmortem.Action{Title: "Do it"}).Actions[0]; a.Overdue || !a.Due.IsZero() {
		t.Error("what has no due date is overdue")
	}
}

func TestWhatWasLateThenIsLateOnItsPageForEver(t *testing.T) {
	facts := withActions(t, postmortem.Action{Title: "Do it", Owner: "cashiers", Priority: "P1", Due: day("2026-08-20"), Closed: day("2026-09-12")})
	b := card(t, facts, "2026-08").Actions
	want := []Action{{
		Title: "Do it", Owner: "Cashiers", Priority: "P1", Opened: day("2026-08-10"), Due: day("2026-08-20"),
		State: "open", Overdue: true, DaysLate: 11, Postmortem: "incident-1", Source: "INC-1",
	}}
	if d := cmp.Diff(want, b.Late); d != "" {
		t.Error(d)
	}
	if b := card(t, facts, "2026-09").Actions; b.Overdue != 0 || b.Closed != 1 {
		t.Errorf("September: %+v", b)
	}
}

func TestActionsStandOverdueFirstThenOpenThenOver(t *testing.T) {
	facts := withActions(t,
		postmortem.Action{Title: "done early", Closed: day("2026-09-01")},
		postmortem.Action{Title: "open, no date"},
		postmortem.Action{Title: "open, due later", Due: day("2026-12-01"), Priority: "P1"},
		postmortem.Action{Title: "late P1", Due: day("2026-09-01"), Priority: "P1"},
		postmortem.Action{Title: "done late", Closed: day("2026-09-20")},
		postmortem.Action{Title: "late P0", Due: day("2026-09-20"), Priority: "P0"},
		postmortem.Action{Title: "open, due soon", Due: day("2026-10-05"), Priority: "P1"},
		postmortem.Action{Title: "late, no priority", Due: day("2026-08-11")},
	)
	var got []string
	for _, a := range facts.Actions {
		got = append(got, fmt.Sprintf("%s: %s", a.State, a.Title))
	}
	want := []string{
		"open: late P0", "open: late P1", "open: late, no priority",
		"open: open, due soon", "open: open, due later", "open: open, no date",
		"done: done late", "done: done early",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
