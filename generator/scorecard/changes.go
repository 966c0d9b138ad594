package scorecard

import (
	"cmp"
	"slices"

	"tribune/generator/slo"
)

// Changes are what became of promises since the same day of the month before.
type Changes struct {
	Since slo.Date `json:"since"`
	Items []Change `json:"items"` // latest first
}

// A Change is one thing that happened to one action. An action that was promised
// and done in the time has two.
type Change struct {
	Day    slo.Date `json:"day"`
	Kind   string   `json:"kind"` // new | late | done | dropped
	Tribe  string   `json:"tribe"`
	Action Action   `json:"action"`
}

// monthBefore returns the same day of the month before, the last of that if it is
// shorter.
func monthBefore(d slo.Date) slo.Date {
	m := d.Of().Add(-1)
	return slo.Date{Year: m.Year, Month: m.Month, Day: min(d.Day, m.Last().Day)}
}

// ChangesOf returns what changed up to today in the tribes' actions. One is late
// by its due day, if it is still open.
func ChangesOf(today slo.Date, tribes ...*Tribe) Changes {
	c := Changes{Since: monthBefore(today), Items: []Change{}}
	add := func(day slo.Date, kind, tribe string, a Action) {
		if !day.Before(c.Since) && !today.Before(day) {
			c.Items = append(c.Items, Change{day, kind, tribe, a})
		}
	}
	for _, t := range tribes {
		for _, a := range t.Actions {
			add(a.Opened, "new", t.Index.ID, a)
			switch {
			case a.State != "open":
				add(a.Closed, a.State, t.Index.ID, a)
			case a.Overdue:
				add(a.Due, "late", t.Index.ID, a)
			}
		}
	}
	slices.SortStableFunc(c.Items, func(a, b Change) int {
		return cmp.Or(b.Day.Compare(a.Day), cmp.Compare(a.Tribe, b.Tribe))
	})
	return c
}
