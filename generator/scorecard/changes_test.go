package scorecard

import (
	"fmt"
	"strings"
	"testing"

	"tribune/generator/postmortem"
)

func TestChangesAreThoseSinceTheSameDayOfTheMonthBefore(t *testing.T) {
	action := func(title, opened, due, closed string) postmortem.Action {
		a := postmortem.Action{Title: title, Opened: day(opened), Due: day(due)}
		if closed != "" {
			a.Closed = day(closed)
		}
		return a
	}
	facts := withActions(t,
		action("old", "2026-01-01", "2026-12-01", ""),
		action("old and late", "2026-01-01", "2026-02-01", ""),
		action("late since", "2026-01-01", "2026-09-20", ""),
		action("done since", "2026-01-01", "2026-09-01", "2026-09-12"),
		action("done before", "2026-01-01", "2026-09-01", "2026-08-31"),
		action("new", "2026-09-01", "2026-12-01", ""),
		action("new and done", "2026-09-03", "2026-12-01", "2026-09-30"),
	)
	var got []string
	c := ChangesOf(day("2026-10-01"), &facts)
	for _, x := range c.Items {
		got = append(got, fmt.Sprint(x.Day, " ", x.Action.Title, ": ", x.Kind))
	}
	want := "2026-09-30 new and done: done; 2026-09-20 late since: late; 2026-09-12 done since: done; 2026-09-03 new and done: new; 2026-09-01 new: new"
	if strings.Join(got, "; ") != want || c.Since != day("2026-09-01") {
		t.Errorf("since %v\n%s, want\n%s", c.Since, strings.Join(got, "; "), want)
	}
	if since := ChangesOf(day("2026-03-31"), &facts).Since; since != day("2026-02-28") {
		t.Errorf("a month before 31 March is %v", since)
	}
}
