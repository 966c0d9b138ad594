package scorecard

import (
	"fmt"
	"slices"
	"strings"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// quarterMonths is how many months have one budget against cause classes.
const quarterMonths = 3

// A causeShare is what one cause class took of one SLO's quarter.
type causeShare struct {
	class string // as the first postmortem writes it
	bad   slo.Count
}

// planDuties are those of cause classes: one that spent much of a quarter's
// budget needs a P0 in the plan. The budget of months that are still to come is
// projected from those that have been.
func (c *Card) planDuties(in *Input) []Duty {
	first := c.Month.Add(-(int(c.Month.Month) - 1) % quarterMonths)
	left := quarterMonths - 1 - (int(c.Month.Month)-1)%quarterMonths
	classes := make(map[string]*toll) // by class in small letters
	names := make(map[string]string)
	var order []string
	for _, r := range c.SLOs {
		events, months := r.Budget.Events.Value, 1
		took := in.byCause(r)
		for m := first; m.Before(c.Month); m = m.Add(1) {
			if old := in.rowOf(m, r.ID); old != nil && old.Budget.Events.Known {
				events, months = events+old.Budget.Events.Value, months+1
				for class, share := range in.byCause(*old) {
					if took[class] == nil {
						took[class] = &causeShare{class: share.class}
					}
					took[class].bad += share.bad
				}
			}
		}
		events *= float64(months+left) / float64(months)
		for _, class := range sortedClasses(took) {
			if classes[class] == nil {
				classes[class] = &toll{}
				names[class] = took[class].class
				order = append(order, class)
			}
			if events >= 1 {
				classes[class].add(r, took[class].bad.Events()/events)
			}
		}
	}
	var all []Duty
	for _, class := range order {
		s := classes[class]
		if len(s.parts) == 0 {
			continue
		}
		d := c.dutyOf("plan", s)
		d.Subject = Sentence{say("“%s”", names[class])}
		d.Met = in.planned(class, first, c.Month)
		d.Sentence = append(Sentence{say("The cause “%s” took ", names[class])}, c.shares(s.parts)...)
		text := fmt.Sprintf(" in the %s quarter of %d", [...]string{"first", "second", "third", "fourth"}[(int(first.Month)-1)/quarterMonths], first.Year)
		if left > 0 || !c.Closed {
			text += ", as projected"
		}
		d.Sentence = append(d.Sentence, say("%s%s", text, map[bool]string{true: "; a P0 against it is in the plan.", false: "; no P0 against it is in the plan."}[d.Met]))
		all = append(all, d)
	}
	return all
}

func sortedClasses(took map[string]*causeShare) (classes []string) {
	for class := range took {
		classes = append(classes, class)
	}
	slices.Sort(classes)
	return classes
}

// byCause sums what the incidents of a row took by their cause classes.
func (in *Input) byCause(r SLO) map[string]*causeShare {
	took := make(map[string]*causeShare)
	for _, p := range r.Ledger.Incidents {
		if p.Slug == nil {
			continue
		}
		tribe := p.Tribe
		if tribe == "" {
			tribe = in.Tribe.ID
		}
		for _, class := range in.written(tribe + "/" + *p.Slug).Causes {
			if !isClass(class) {
				continue
			}
			key := strings.ToLower(class)
			if took[key] == nil {
				took[key] = &causeShare{class: class}
			}
			took[key].bad += p.Bad
		}
	}
	return took
}

// planned reports whether a P0 action against the cause class was promised in
// the quarter, or was still open in it.
func (in *Input) planned(class string, first, last slo.Month) bool {
	begin := slo.Date{Year: first.Year, Month: first.Month, Day: 1}
	for k := range in.own {
		p := &in.own[k]
		if p.Restricted || p.Withdrawn != "" || last.Last().Before(in.dates[k]) || !share([]string{class}, p.Causes) {
			continue
		}
		if slices.ContainsFunc(p.Actions, func(a postmortem.Action) bool {
			over := !a.Open() && (a.Closed.IsZero() || a.Closed.Before(begin))
			return a.Priority == "P0" && a.Dropped == "" && (!in.dates[k].Before(begin) || !over)
		}) {
			return true
		}
	}
	return false
}
