package site

import (
	"cmp"
	"fmt"
	"time"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// A sinceRow is something that became known after a month was sealed.
type sinceRow struct {
	When string
	Text []linked
}

// sinceIssue says what has become known of a sealed month: restatements, what
// history says otherwise today, and what postmortems have explained.
func (t *tribeSite) sinceIssue(p place, c *scorecard.Card) (rows []sinceRow) {
	for _, x := range c.Restatements {
		text := fmt.Sprintf("%s restated: %s. Before, it was %s. Reason: %s", x.Name, figuresText(x.Is), figuresText(x.Was), x.Reason)
		if x.Was.State == "" {
			text = fmt.Sprintf("%s added: %s. Reason: %s", x.Name, figuresText(x.Is), x.Reason)
		}
		rows = append(rows, sinceRow{mediumDay(x.Date), []linked{{sentenceEnd(text), ""}}})
	}
	for _, r := range c.SLOs {
		if r.Now == nil {
			continue
		}
		issued := scorecard.Figures{
			ObjectiveText: r.ObjectiveText, Total: r.Total, SLIText: r.SLIText, Met: r.Met, Spent: r.Budget.Spent,
		}
		rows = append(rows, sinceRow{"history", []linked{{
			fmt.Sprintf("%s: history now says %s. Issued was %s, which stands until it is restated.",
				rowName(c, r), figuresText(*r.Now), figuresText(issued)), "",
		}}})
	}
	for _, r := range c.SLOs {
		s := r.Ledger.Since
		if s == nil {
			continue
		}
		text := []linked{{fmt.Sprintf("%s: %s of the budget explained since issue", rowName(c, r), percent(s.Share)), ""}}
		for i, part := range p.links(s.By) {
			between := ", "
			switch {
			case i == 0:
				between = ", by "
			case i == len(s.By)-1:
				between = " and "
			}
			text = append(text, linked{between, ""}, part)
		}
		rows = append(rows, sinceRow{"explained", append(text, linked{".", ""})})
	}
	return rows
}

// figuresText writes what a row says: "99.87% of 12,000 events against 99.9%,
// missed, 130% of the budget spent".
func figuresText(f scorecard.Figures) string {
	switch {
	case f.Total == nil:
		return "no data"
	case f.Met == nil:
		return "no traffic"
	}
	met := "missed"
	if *f.Met {
		met = "met"
	}
	return fmt.Sprintf("%s of %s events against %s, %s, %s of the budget spent", f.SLIText, events(*f.Total), f.ObjectiveText, met, percent(f.Spent))
}

// sentenceEnd ends a text that somebody wrote, as a sentence.
func sentenceEnd(text string) string {
	switch text[len(text)-1] {
	case '.', '!', '?':
		return text
	}
	return text + "."
}

// restatedNote marks the result of a row that is not what was issued first, or
// of which history says otherwise.
func restatedNote(c *scorecard.Card, r scorecard.SLO) (note string) {
	for _, x := range c.Restatements {
		if x.SLO == r.ID {
			note = ", restated " + mediumDay(x.Date)
		}
	}
	if r.Now != nil {
		note += ", history now says " + cmp.Or(r.Now.SLIText, slo.Dash)
	}
	return note
}

// serviceHref leads to the page of a row's service; "" if the service is no
// longer the tribe's.
func (t *tribeSite) serviceHref(p place, r scorecard.SLO) string {
	if r.Elsewhere {
		return ""
	}
	return p.to("services/" + r.Service + "/")
}

// day writes the day of a moment in the site's zone.
func (b *builder) day(t time.Time) string {
	return scorecard.DayName(slo.DateOf(t, b.in.Catalog.Site.Zone))
}
