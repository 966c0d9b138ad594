package site

import (
	"slices"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// A dutyRow is something that the error budget policy asks for.
type dutyRow struct {
	State    string // owed, done, frozen, …
	Month    string // of the scorecard that has it, where a page shows several
	Met      bool
	Sentence []linked
}

// policyRows is how many duties a page lists; those that are met stand last.
const policyRows = 8

// dutyState says in a word how a duty stands.
func dutyState(d scorecard.Duty) string {
	switch {
	case d.Met:
		return "done"
	case d.Kind == "freeze":
		return "frozen"
	case d.Kind == "exception":
		return "expired"
	case d.Kind == "repeat":
		return "repeat"
	}
	return "owed"
}

// policy lists the duties of a scorecard, what is not met first, and counts what
// it does not list.
func (t *tribeSite) policy(p place, c *scorecard.Card) (rows []dutyRow, more int) {
	duties := slices.Clone(c.Duties)
	slices.SortStableFunc(duties, func(a, b scorecard.Duty) int {
		switch {
		case a.Met == b.Met:
			return 0
		case b.Met:
			return -1
		}
		return 1
	})
	for _, d := range duties[:min(policyRows, len(duties))] {
		rows = append(rows, dutyRow{dutyState(d), "", d.Met, p.links(d.Sentence)})
	}
	return rows, len(duties) - len(rows)
}

// duties lists those of some months that are wanted, the latest first.
func (t *tribeSite) duties(p place, months []slo.Month, wanted func(scorecard.Duty) bool) (rows []dutyRow) {
	for _, m := range slices.Backward(months) {
		c := t.facts.Card(m)
		if c == nil {
			continue
		}
		for _, d := range c.Duties {
			if wanted(d) {
				rows = append(rows, dutyRow{dutyState(d), shortMonth(m), d.Met, p.links(d.Sentence)})
			}
		}
	}
	return rows
}

// servicePolicy are the duties of a service in the latest closed month and the
// running one.
func (t *tribeSite) servicePolicy(p place, v *scorecard.Service) []dutyRow {
	months := slices.Compact([]slo.Month{t.facts.Index.Latest, t.newest()})
	return t.duties(p, months, func(d scorecard.Duty) bool { return d.Of(v.ID) })
}

// writtenPolicy are the duties that are about postmortems: of the last twelve
// months those that are owed. A cause class is told of once, by the latest month
// of its quarter.
func (t *tribeSite) writtenPolicy(p place) []dutyRow {
	months := t.facts.Index.Months
	months = months[max(0, len(months)-stripMonths):]
	told := make(map[string]bool)
	return t.duties(p, months, func(d scorecard.Duty) bool {
		if d.Met || d.Kind != "p0" && d.Kind != "plan" && d.Kind != "repeat" {
			return false
		}
		key := d.Kind + d.Subject.Text()
		once := told[key]
		told[key] = true
		return !once
	})
}

// policyOf are the duties of one postmortem, in all months.
func (t *tribeSite) policyOf(p place, slug string) []dutyRow {
	return t.duties(p, t.facts.Index.Months, func(d scorecard.Duty) bool { return d.Postmortem != nil && *d.Postmortem == slug })
}
