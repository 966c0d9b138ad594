package scorecard

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/slo"
	"tribune/generator/sre"
)

func TestTheOrganisationAsksForTasksPastTheirTime(t *testing.T) {
	late := func(id string, days int) sre.Task {
		days = -days
		return sre.Task{ID: id, Title: id, State: sre.Overdue, DaysLeft: &days}
	}
	automated := late("rotate", 62)
	automated.Automated = slo.Date{Year: 2026, Month: 8, Day: 1}
	open := late("grow", 0)
	open.State = sre.Open
	for _, c := range []struct {
		tasks []sre.Task
		want  string
	}{
		{[]sre.Task{late("rotate", 62), open}, "Automate or retire “rotate”? It is past its 18 months."},
		{[]sre.Task{automated}, "Accept or retire “rotate”? It is automated, not accepted, and past its 18 months."},
		{[]sre.Task{late("a", 3), late("b", 90)}, "What becomes of 2 tasks past their 18 months: “b” and “a”?"},
	} {
		o := Org{}
		o.AskBreaches(c.tasks)
		if got := o.Asked[0].Sentence.Text(); got != c.want || o.Asked[0].Sentence[1].Path[:10] != "sre/#task-" {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	o := Org{}
	if o.AskBreaches([]sre.Task{open}); len(o.Asked) > 0 {
		t.Errorf("of a task that is in time it asks %v", o.Asked)
	}
}

func TestAtMostFiveDecisionsAreAskedAndGapsGiveWay(t *testing.T) {
	days := -1
	late := []sre.Task{{ID: "rotate", State: sre.Overdue, DaysLeft: &days}}
	for _, c := range []struct{ before, want []string }{
		{nil, []string{"automation"}},
		{[]string{"freeze", "data"}, []string{"freeze", "automation", "data"}},
		{[]string{"freeze", "unexplained", "overdue", "exception", "data"}, []string{"freeze", "unexplained", "overdue", "exception", "automation"}},
	} {
		var o Org
		for _, kind := range c.before {
			o.Asked = append(o.Asked, Ask{Kind: kind})
		}
		o.AskBreaches(late)
		var got []string
		for _, a := range o.Asked {
			got = append(got, a.Kind)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("after %v: -want +got:\n%s", c.before, d)
		}
	}
}
