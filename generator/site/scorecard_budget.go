package site

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"tribune/generator/chart"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// A ledgerRow says what spent an objective's budget, in points of the budget.
type ledgerRow struct {
	Name                                      string
	Bar                                       template.HTML
	Incidents, Maintenance, Unexplained, Rest string
	Total                                     string
}

// A burnView is the drawing of a budget as it ran down, and the same as a table.
type burnView struct {
	Name, Note string
	SVG        template.HTML
	Steps      []burnStep
}

type burnStep struct{ When, Left string }

func (t *tribeSite) ledgerRows(c *scorecard.Card) (rows []ledgerRow, notes []string) {
	estimate := false
	for _, r := range c.SLOs {
		if r.Bad == nil || !r.Budget.Events.Known || r.Budget.Events.Value <= 0 || r.State == slo.TooLittleTraffic {
			continue
		}
		rows = append(rows, t.ledgerRow(rowName(c, r), r))
		for _, p := range r.Ledger.Incidents {
			estimate = estimate || p.Estimate
		}
		if r.State == slo.IncompleteData {
			notes = append(notes, fmt.Sprintf("%s: of the %s of hours with data.", rowName(c, r), coverage(r.Coverage)))
		}
	}
	if estimate {
		notes = append(notes, "An incident that covers part of an hour takes what exceeds the usual rate of failures: an estimate.")
	}
	return rows, notes
}

func (b *builder) ledgerRow(name string, r scorecard.SLO) ledgerRow {
	events := r.Budget.Events.Value
	shares := make([]float64, 4)
	var incidents, unexplained slo.Count
	for _, p := range r.Ledger.Incidents {
		incidents += p.Bad
	}
	for _, e := range r.Ledger.Unexplained {
		unexplained += e.Bad
	}
	for i, n := range []slo.Count{incidents, r.Ledger.Maintenance, unexplained, r.Ledger.Background} {
		shares[i] = n.Events() / events
	}
	texts := chart.Points(shares...)
	for i, s := range shares {
		if s == 0 {
			texts[i] = "·"
		}
	}
	return ledgerRow{
		Name: name,
		Bar: chart.LedgerBar{
			Label: name, Incidents: shares[0], Maintenance: shares[1], Unexplained: shares[2], Background: shares[3],
		}.SVG(),
		Incidents: texts[0], Maintenance: texts[1], Unexplained: texts[2], Rest: texts[3],
		Total: strings.TrimSuffix(percent(r.Budget.Spent), "%"),
	}
}

// burnDowns draws the rows on one scale.
func (b *builder) burnDowns(c *scorecard.Card, rows []scorecard.SLO) (views []burnView) {
	all := make([][]chart.BurnPoint, len(rows))
	for i, r := range rows {
		for _, p := range r.Burn {
			all[i] = append(all[i], chart.BurnPoint{At: c.From.Add(time.Duration(p.Minute) * time.Minute), Left: p.Left})
		}
	}
	low := chart.LowEnd(all...)
	for i, r := range rows {
		name := rowName(c, r)
		v := burnView{Name: name, SVG: chart.BurnDown{
			Label: name, Span: slo.Span{From: c.From, To: c.To}, Zone: b.in.Catalog.Site.Zone,
			Points: all[i], Bands: bands(c, r), Low: low, End: all[i][len(all[i])-1].At,
		}.SVG()}
		switch {
		case r.RanOut != nil:
			v.Note = "Ran out by " + b.instant(*r.RanOut)
		case r.Budget.Left.Known:
			v.Note = slo.BudgetPercent(r.Budget.Left.Value) + " left"
		}
		if r.Budget.Projected {
			v.Note += ", of the budget projected for the month"
		}
		for _, p := range all[i] {
			v.Steps = append(v.Steps, burnStep{p.At.In(b.in.Catalog.Site.Zone).Format("2 Jan 15:04"), slo.BudgetPercent(p.Left)})
		}
		views = append(views, v)
	}
	return views
}

// bands are the stretches that a burn-down marks: what spent the budget when.
func bands(c *scorecard.Card, r scorecard.SLO) (all []chart.Band) {
	for _, p := range r.Ledger.Incidents {
		if p.Restricted || p.Bad == 0 {
			continue
		}
		all = append(all, chart.Band{
			Span: slo.Span{From: p.From, To: p.To}, Kind: chart.IncidentBand, Label: deref(p.ID), Share: p.Share.Value,
		})
	}
	for _, m := range c.Maintenance {
		covers := slices.ContainsFunc(m.IDs, func(id string) bool { return r.ID == id || strings.HasPrefix(r.ID, id+"/") })
		if covers && r.Ledger.Maintenance > 0 {
			all = append(all, chart.Band{
				Span: slo.Span{From: m.From, To: m.To}, Kind: chart.MaintenanceBand,
				Share: r.Ledger.Maintenance.Events() / r.Budget.Events.Value,
			})
		}
	}
	for _, e := range r.Ledger.Unexplained {
		all = append(all, chart.Band{Span: slo.Span{From: e.From, To: e.To}, Kind: chart.UnexplainedBand, Share: e.Share.Value})
	}
	slices.SortStableFunc(all, func(a, b chart.Band) int { return a.Span.From.Compare(b.Span.From) })
	return all
}
