package scorecard

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

func TestOpenActionsAreCountedByAgeAndByWhatTheyLack(t *testing.T) {
	opened := func(title, on string) postmortem.Action {
		return postmortem.Action{Title: title, Opened: day(on), Owner: "cashiers", Due: day("2026-12-01")}
	}
	nobody := opened("nobody's", "2026-10-01")
	nobody.Owner = ""
	late := opened("late", "2026-10-01")
	late.Due = day("2026-09-30")
	undated := opened("on no day", "2026-10-01")
	undated.Due = slo.Date{}
	done := opened("done", "2026-01-01")
	done.Closed = day("2026-09-01")
	facts := withActions(t, nobody, late, undated, done,
		opened("30 days", "2026-09-01"), opened("31 days", "2026-08-31"), opened("90 days", "2026-07-03"),
		opened("91 days", "2026-07-02"), opened("180 days", "2026-04-04"), opened("181 days", "2026-04-03"))
	s := StandingOf(&facts)
	got := fmt.Sprint(s.Open, s.Overdue, s.NoOwner, s.NoDue, s.Ages, s.NoAge)
	if want := "9 1 1 1 [4 2 2 1] 0"; got != want {
		t.Errorf("counted %s, want %s", got, want)
	}
	if s.Backlog.Now != s.Open {
		t.Errorf("the backlog line ends at %d and %d are open", s.Backlog.Now, s.Open)
	}
}

func TestOnTimeCountsByTheDayThatWasPromised(t *testing.T) {
	facts := withActions(t,
		postmortem.Action{Title: "in time", Due: day("2026-09-05"), Closed: day("2026-09-05")},
		postmortem.Action{Title: "a day late", Due: day("2026-09-05"), Closed: day("2026-09-06")},
		postmortem.Action{Title: "still open", Due: day("2026-08-20")},
		postmortem.Action{Title: "dropped", Due: day("2026-09-05"), Closed: day("2026-09-01"), Dropped: "too dear"},
		postmortem.Action{Title: "due in the running month", Due: day("2026-10-01"), Closed: day("2026-10-01")},
		postmortem.Action{Title: "due later", Due: day("2026-11-01")},
	)
	got := StandingOf(&facts).OnTime
	if got.Due != 3 || got.Done != 1 || got.First.String() != "2026-08" || got.Last.String() != "2026-09" {
		t.Errorf("counted %+v, want 1 of 3 from August to September", got)
	}
	if math.Abs(got.Share.Value-1.0/3) > 1e-12 || got.Low.Value > 0.07 || got.High.Value < 0.79 {
		t.Errorf("the share is %v, from %v to %v; three promises cannot say so much", got.Share, got.Low, got.High)
	}
	nothing := withActions(t)
	if s := StandingOf(&nothing); s.OnTime.Share.Known || s.Open != 0 {
		t.Errorf("with nothing promised it counts %+v", s)
	}
}

func TestTheStandingOfSeveralTribesIsTheirSum(t *testing.T) {
	one := withActions(t, postmortem.Action{Title: "a", Due: day("2026-09-05")})
	two := withActions(t, postmortem.Action{Title: "b", Due: day("2026-09-05"), Closed: day("2026-09-05")}, postmortem.Action{Title: "c"})
	s := StandingOf(&one, &two)
	want := Backlog{Opening: 2, Now: 2, Overdue: 1, Late: []Action{}}
	if d := cmp.Diff(want, s.Backlog); d != "" || s.Open != 2 || s.OnTime.Due != 2 || s.OnTime.Done != 1 {
		t.Errorf("the sum is %+v\n%s", s, d)
	}
}
