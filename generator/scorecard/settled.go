package scorecard

import (
	"crypto/sha256"
	"slices"
	"time"

	"tribune/generator/slo"
)

// A Settled month is a sealed one of which nothing has changed that its page and
// its JSON are made of, so that an earlier build's can be taken over. It is what
// other pages still show of the month, and is all that is computed of it.
type Settled struct {
	Month       slo.Month     `json:"month"`
	From        time.Time     `json:"from"`
	To          time.Time     `json:"to"`
	AsOf        time.Time     `json:"issued"`
	DataTo      *time.Time    `json:"data_to,omitempty"`
	Totals      Totals        `json:"totals"`
	Count       int           `json:"incidents"`
	Short       []Sentence    `json:"in_short"`
	Duties      []Duty        `json:"duties,omitempty"`
	Maintenance []Agreement   `json:"maintenance,omitempty"`
	Rows        []SettledRow  `json:"slos"`
	Costs       []SettledCost `json:"costs,omitempty"` // of the tribe's own incidents
}

// A SettledRow is what histories, strips and quarters show of an SLO's month.
type SettledRow struct {
	ID        string     `json:"id"`
	Objective float64    `json:"o"`
	Good      *slo.Count `json:"g,omitempty"`
	Total     *slo.Count `json:"t,omitempty"`
	SLI       Number     `json:"i"`
	Met       *bool      `json:"m,omitempty"`
	Coverage  Number     `json:"c"`
	Events    Number     `json:"e"`
	Spent     Number     `json:"s"`
	Projected bool       `json:"p,omitempty"`
	State     slo.State  `json:"state"`
	Changed   string     `json:"was,omitempty"`
	Ledger    *Ledger    `json:"ledger,omitempty"` // nil if all of it is background
}

// A SettledCost is what an incident took of a budget, by the file of its
// postmortem.
type SettledCost struct {
	File string `json:"file"`
	Cost
}

// Settle returns what stays of a sealed month.
func (t *Tribe) Settle(c *Card) Settled {
	s := Settled{
		Month: c.Month, From: c.From, To: c.To, AsOf: c.AsOf, DataTo: c.DataTo,
		Totals: c.Totals, Count: c.Incidents.Count, Short: c.Short, Duties: c.Duties, Maintenance: c.Maintenance,
	}
	for i := range c.SLOs {
		r := &c.SLOs[i]
		row := SettledRow{
			ID: r.ID, Objective: r.Objective, Good: r.Good, Total: r.Total, SLI: r.SLI, Met: r.Met, Coverage: r.Coverage,
			Events: r.Budget.Events, Spent: r.Budget.Spent, Projected: r.Budget.Projected, State: r.State, Changed: r.Changed,
		}
		if l := &r.Ledger; len(l.Incidents)+len(l.Unexplained) > 0 || l.Maintenance > 0 {
			row.Ledger = l
		}
		s.Rows = append(s.Rows, row)
	}
	for i := range t.Postmortems {
		p := &t.Postmortems[i]
		for _, cost := range p.Budget {
			if cost.Month == c.Month {
				s.Costs = append(s.Costs, SettledCost{p.File, cost})
			}
		}
	}
	return s
}

// card is the card as far as it is kept. What its incidents cost is added to
// costs.
func (s *Settled) card(in *Input, costs map[string][]Cost) Card {
	c := Card{
		Tribe: in.Tribe.ID, TribeName: in.Tribe.Name, Month: s.Month, From: s.From, To: s.To, AsOf: s.AsOf,
		Closed: true, Sealed: true, DataTo: s.DataTo, Totals: s.Totals, Short: s.Short, Duties: s.Duties, Maintenance: s.Maintenance, Settled: true,
		SLOs: make([]SLO, len(s.Rows)),
	}
	c.Incidents.Count = s.Count
	for i := range s.Rows {
		row := &s.Rows[i]
		r := &c.SLOs[i]
		r.ID, r.Objective, r.Good, r.Total, r.SLI, r.Met = row.ID, row.Objective, row.Good, row.Total, row.SLI, row.Met
		r.Coverage, r.State, r.Changed = row.Coverage, row.State, row.Changed
		r.Budget = Budget{Events: row.Events, Spent: row.Spent, Projected: row.Projected}
		if row.Ledger != nil {
			r.Ledger = *row.Ledger
		}
	}
	for _, cost := range s.Costs {
		costs[cost.File] = append(costs[cost.File], cost.Cost)
	}
	return c
}

// A Made digest is of all that the files of a settled month are made of.
type Made [sha256.Size]byte

// Files returns the postmortems' files that an issued month speaks of.
func (is *Issued) Files() (files []string) {
	for i := range is.SLOs {
		for _, p := range is.SLOs[i].Ledger.Incidents {
			files = append(files, p.File)
		}
	}
	slices.Sort(files)
	return slices.Compact(files)
}
