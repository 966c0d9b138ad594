package scorecard

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// incidentOn is one of a service, on a day of 2026.
func incidentOn(day int, cause string, tags ...string) postmortem.Postmortem {
	start := time.Date(2026, 1, day, 12, 0, 0, 0, time.UTC)
	return postmortem.Postmortem{
		Slug: fmt.Sprintf("day-%d", day), Services: []string{"shop/till"}, Causes: []string{cause}, Tags: tags,
		Started: start, Date: slo.DateOf(start, time.UTC),
	}
}

func reasons(all []Related) (lines []string) {
	for _, r := range all {
		lines = append(lines, r.Slug+": "+r.Reason)
	}
	return lines
}

// Besides the three most alike a postmortem names what repeated it, and what it
// would not have repeated had somebody acted.
func TestRepeatsAndActionsLeftOpenAreNamedBesidesTheMostAlike(t *testing.T) {
	undone := incidentOn(1, "failover")
	undone.Actions = []postmortem.Action{{Title: "Cap the pool"}}
	posts := []postmortem.Postmortem{
		undone,
		incidentOn(20, "failover", "pool", "database"), incidentOn(21, "failover", "pool", "database"), incidentOn(22, "failover", "pool", "database"),
		incidentOn(30, "failover", "pool", "database"), // this one
		incidentOn(60, "Failover"),
		incidentOn(200, "failover"), // too late to repeat it
		incidentOn(31, "change"),    // another cause
	}
	got := reasons(related(posts)[4])
	want := []string{
		"day-22: Same service, same cause, 8 days before; shares pool and database.",
		"day-21: Same service, same cause, 9 days before; shares pool and database.",
		"day-20: Same service, same cause, 10 days before; shares pool and database.",
		"day-60: Same service, same cause, 30 days later. It repeats this one.",
		"day-1: Same service, same cause, 29 days before. 1 action of it was still open when this began.",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestPostmortemsWithoutAStartAreOrderedByTheirDays(t *testing.T) {
	first, second := incidentOn(1, "change"), incidentOn(5, "change")
	first.Started, second.Started = time.Time{}, time.Time{}
	got := reasons(related([]postmortem.Postmortem{first, second})[0])
	if d := cmp.Diff([]string{"day-5: Same service, same cause, 4 days later."}, got); d != "" {
		t.Error(d)
	}
}

func TestRestrictedAndWithdrawnPostmortemsAreLikeNone(t *testing.T) {
	hidden, gone := incidentOn(1, "change"), incidentOn(2, "change")
	hidden.Restricted, gone.Withdrawn = true, "it was none"
	for i, r := range related([]postmortem.Postmortem{hidden, gone, incidentOn(3, "change")}) {
		if len(r) > 0 {
			t.Errorf("%d is like %v", i, reasons(r))
		}
	}
}
