package scorecard

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// owed returns the duties of September, a line each: the kind, whether it is met
// and the sentence.
func owed(t *testing.T, facts Tribe) string {
	t.Helper()
	var lines []string
	for _, d := range card(t, facts, "2026-09").Duties {
		kind := d.Kind
		if d.Met {
			kind += ", met"
		}
		lines = append(lines, kind+": "+d.Sentence.Text())
	}
	return strings.Join(lines, "\n")
}

// failed is an incident that takes n of September's failures, of which all are,
// with one action of a priority.
func (s *shop) failed(n int, priority string) *postmortem.Postmortem {
	s.fail(n)
	p := incident(1, "2026-09-15 00:00", "2026-09-16 00:00")
	p.Actions = []postmortem.Action{{Title: "Pull the cable", Priority: priority}}
	s.posts = append(s.posts, p)
	return &s.posts[len(s.posts)-1]
}

// before adds an incident of 40 failures in August, of the same cause as that of
// September.
func (s *shop) before(change func(*postmortem.Postmortem)) {
	s.count(till, at("2026-08-10 00:00"), 40, 1000)
	p := incident(2, "2026-08-10 00:00", "2026-08-11 00:00")
	p.Causes = []string{"Failover"}
	change(&p)
	s.posts = append(s.posts, p)
}

func TestAMonthTellsWhatThePolicyAsksFor(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*shop)
		want   string
	}{
		{"nothing", func(*shop) {}, ""},
		{"a budget that ran out, in an episode", func(s *shop) { s.fail(900) },
			"freeze: Releases of Till are frozen since 15 September 2026, when its budget ran out.\n" +
				"postmortem: The episode of 15 September, 00:00 to 24:00 spent 300% of the budget of Till and needs a postmortem with a P0 action."},
		{"an exception waives the freeze only", func(s *shop) { s.fail(900); s.except("2026-07-01", "2026-12-15") },
			"postmortem: The episode of 15 September, 00:00 to 24:00 spent 300% of the budget of Till and needs a postmortem with a P0 action."},
		{"an exception past its review", func(s *shop) { s.except("2026-07-01", "2026-09-15") },
			"exception: The exception for Till expired on 15 September 2026."},
		{"an incident of a fifth of the budget", func(s *shop) { s.failed(60, "P1") },
			"p0: INC-1 spent 20% of the budget of Till and needs a P0 action; it has none."},
		{"one of a little less", func(s *shop) { s.failed(59, "P1") }, ""},
		{"one with a P0 action", func(s *shop) { s.failed(60, "P0") },
			"p0, met: INC-1 spent 20% of the budget of Till and has the P0 action that it needs."},
		{"one whose P0 action was dropped", func(s *shop) { s.failed(60, "P0").Actions[0].Dropped = "too dear" },
			"p0: INC-1 spent 20% of the budget of Till and needs a P0 action; it has none."},
		{"one that is not for these readers", func(s *shop) { p := s.failed(60, ""); *p = hidden(*p) }, ""},
		{"a cause of a fifth of the quarter's budget", func(s *shop) {
			s.failed(90, "P1").Causes = []string{"failover"}
			s.before(func(*postmortem.Postmortem) {})
		}, "p0: INC-1 spent 30% of the budget of Till and needs a P0 action; it has none.\n" +
			"plan: The cause “failover” took 21% of the budget of Till in the third quarter of 2026; no P0 against it is in the plan."},
		{"a cause with a P0 of another of its incidents", func(s *shop) {
			s.failed(90, "P1").Causes = []string{"failover"}
			s.before(func(p *postmortem.Postmortem) {
				p.Actions = []postmortem.Action{{Title: "Rehearse", Priority: "P0", Done: true}}
			})
		}, "p0: INC-1 spent 30% of the budget of Till and needs a P0 action; it has none.\n" +
			"plan, met: The cause “failover” took 21% of the budget of Till in the third quarter of 2026; a P0 against it is in the plan."},
		{"a repeat while an action was open", func(s *shop) {
			s.failed(30, "P1").Causes = []string{"failover"}
			s.before(func(p *postmortem.Postmortem) { p.Actions = []postmortem.Action{{Title: "Rehearse"}} })
		}, "repeat: INC-1 repeats INC-2, an action of which was still open; it cost 10% of the budget of Till."},
		{"a repeat after they were done", func(s *shop) {
			s.failed(30, "P1").Causes = []string{"failover"}
			s.before(func(p *postmortem.Postmortem) {
				p.Actions = []postmortem.Action{{Title: "Rehearse", Closed: day("2026-08-20")}}
			})
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, owed(t, compute(t, c.change))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTheQuartersBudgetIsProjectedWhileItRuns(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.count(till, at("2026-08-10 00:00"), 120, 1000)
		p := incident(1, "2026-08-10 00:00", "2026-08-11 00:00")
		p.Causes = []string{"failover"}
		s.posts = []postmortem.Postmortem{p}
	})
	// 120 of the 310 in August are 39% of the month's and, September being like
	// August, 19% of the quarter's.
	for _, d := range card(t, facts, "2026-08").Duties {
		if d.Kind == "plan" {
			t.Errorf("August asks: %s", d.Sentence.Text())
		}
	}
}

func TestTheFreezeIsThatOfThePolicysWindow(t *testing.T) {
	facts := compute(t, func(s *shop) {
		s.till().Window = slo.Window("7d")
		s.fail(400)
	})
	r := september(t, facts)
	if r.State != slo.Exhausted || r.Window.State == slo.Exhausted || r.Window.RanOut != nil {
		t.Fatalf("the month is %s, the window %+v", r.State, r.Window)
	}
	if text := owed(t, facts); strings.Contains(text, "freeze") {
		t.Error(text)
	}
	facts = compute(t, func(s *shop) {
		s.till().Window = slo.Window("30d")
		s.fail(900)
	})
	if text := owed(t, facts); !strings.Contains(text, "frozen since 15 September 2026") {
		t.Error(text)
	}
}
