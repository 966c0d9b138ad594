package site

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"tribune/generator/chart"
	"tribune/generator/diag"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

type scorecardView struct {
	Closed       bool
	Stability    string
	Draft        linked // the running month's scorecard, from the latest closed one
	Earlier      linked
	Later        linked
	Rows         []objectiveRow
	Rest         string // what is not printed
	Axis         template.HTML
	Watch        string // thresholds, as shares spent
	AtRisk       string
	StripHead    string
	Key          []stateKey
	Ledger       []ledgerRow
	LedgerNotes  []string
	Burns        []burnView
	Incidents    []incidentRow
	IncidentNote string
	Frequency    string // how often they come, with n
	Actions      scorecard.Backlog
	ActionNote   string
	Late         []actionRow
	Asked        []askRow
	Policy       []dutyRow
	PolicyMore   int // duties that are not listed
	Exceptions   []exceptionRow
	Agreements   []string
	Decisions    []decisionRow
	Comment      template.HTML
	Method       []string
	MethodPage   string
	ActionsPage  string
	JSON         string
	History      *figureView
	Models       *modelsView // how services are run today, on the tribe's front page
	Since        []sinceRow  // what has become known since the month was sealed
	Problems     []string    // errors in what the tribe wrote, in a site built in spite of them
}

// scorecardPage writes one month of a tribe, at the given path: each month has
// its own page, and the latest closed one is the tribe's front page as well.
func (t *tribeSite) scorecardPage(c *scorecard.Card, path string) error {
	p := t.at(path)
	pg := p.page(t.facts.Index.Name+" · "+scorecard.MonthName(c.Month), t.facts.Index.Name)
	pg.Trust = t.trust(c)
	pg.Banner = t.stale(t.facts.Index.DataTo, t.facts.Index.Stale && c.Month == t.newest())
	pg.Short = p.sentences(c.Short)
	if n := len(c.Asked); n > 0 {
		pg.Short = append(pg.Short, []linked{
			{count(n, "decision is", "decisions are") + " asked", "#decisions"}, {".", ""},
		})
	}
	pg.Description = text(pg.Short)
	th := t.in.Catalog.Site.Thresholds
	v := scorecardView{
		Closed: c.Closed, Stability: c.Stability(), Axis: chart.BulletAxis(th),
		Watch: slo.BudgetPercent(1 - th.Watch), AtRisk: slo.BudgetPercent(1 - th.AtRisk),
		StripHead: "12 months, line = 100%",
		Actions:   c.Actions, MethodPage: p.to("method/"), ActionsPage: p.to("actions/"),
		JSON: p.to("api/scorecards/" + c.Month.String() + ".json"), Comment: t.comment(c.Month, t.facts.Index.ID),
		Since: t.sinceIssue(p, c),
	}
	t.neighbours(&v, p, c)
	v.Rows, v.Rest = t.objectiveRows(p, c)
	for _, s := range slo.States {
		v.Key = append(v.Key, viewState(s))
	}
	slices.Reverse(v.Key)
	v.Ledger, v.LedgerNotes = t.ledgerRows(c)
	v.Burns = t.burnDowns(c, c.Worst(2))
	v.Incidents, v.IncidentNote = t.incidentRows(p, c)
	v.Frequency = c.Incidents.Frequency.Sentence()
	for _, a := range c.Actions.Late {
		v.Late = append(v.Late, t.actionRow(p, a, ""))
	}
	v.ActionNote = actionNote(c)
	for _, a := range c.Asked {
		v.Asked = append(v.Asked, askRow{p.links(a.Sentence), a.Who})
	}
	v.Policy, v.PolicyMore = t.policy(p, c)
	t.agreed(&v, c)
	v.Method = t.methodNotes(c)
	if path == "index.html" {
		history, err := t.budgetHistory(p)
		if err != nil {
			return err
		}
		v.History = history
		v.Models = t.models(p)
		v.Problems = t.errors()
	}
	pg.Body = v
	if of := madePage(c.Made, v.Comment); path != "index.html" && of != (Digest{}) {
		return p.renderAs(of, "scorecard", pg)
	}
	return p.render("scorecard", pg)
}

// models tell how the tribe's services are run as of the build; nil if nobody has
// begun to say.
func (t *tribeSite) models(p place) *modelsView {
	m := t.facts.Index.Models
	if m == nil || m.Services == 0 || m.Agreed+m.Partly == 0 && t.in.Catalog.SRE.Pos.File == "" {
		return nil
	}
	v := modelsOf(*m, func(m sre.ServiceModel) string { return p.to("services/" + m.Service + "/") })
	v.Note = "As of " + t.day(t.in.AsOf) + ". " + v.Note
	return &v
}

// errors are the problems of severity error in the tribe's own files.
func (t *tribeSite) errors() (all []string) {
	id := t.facts.Index.ID
	for _, p := range t.in.Problems {
		own := p.Pos.File == "data/tribes/"+id+".toml" || strings.HasPrefix(p.Pos.File, "content/postmortems/"+id+"/") ||
			strings.HasPrefix(p.Pos.File, "data/sealed/") && strings.HasSuffix(p.Pos.File, "/"+id+".json")
		if own && p.Severity == diag.Error {
			all = append(all, fmt.Sprintf("%s: %s", p.Pos, p.Message))
		}
	}
	return all
}

// newest is the month of the newest card.
func (t *tribeSite) newest() slo.Month { return t.facts.Cards[len(t.facts.Cards)-1].Month }

func (t *tribeSite) trust(c *scorecard.Card) (items []trustItem) {
	switch {
	case c.Sealed:
		items = append(items, trustItem{Text: "Issued " + t.day(c.AsOf) + ", sealed", Strong: true})
		if n := len(c.Restatements); n > 0 {
			items = append(items, trustItem{Text: "restated " + mediumDay(c.Restatements[n-1].Date), Strong: true})
		}
		if c.Gaps {
			items = append(items, trustItem{Text: "sealed with incomplete data", Strong: true})
		}
	case c.Closed:
		items = append(items, trustItem{Text: "Month closed, not yet sealed", Strong: true})
	default:
		items = append(items, trustItem{Text: "Draft to " + t.instant(c.AsOf), Strong: true})
	}
	if c.DataTo != nil {
		items = append(items, trustItem{Text: "data to " + t.instant(*c.DataTo)})
	} else {
		items = append(items, trustItem{Text: "no SLI data"})
	}
	if c.Coverage.Known {
		items = append(items, trustItem{Text: "coverage " + coverage(c.Coverage)})
	}
	if c.Incomplete > 0 {
		items = append(items, trustItem{Text: count(c.Incomplete, "SLI", "SLIs") + " incomplete or without data"})
	}
	if !c.Sealed {
		items = append(items, t.built()...)
	}
	return items
}

// neighbours links the months before and after, and the running one.
func (t *tribeSite) neighbours(v *scorecardView, p place, c *scorecard.Card) {
	i := slices.IndexFunc(t.facts.Cards, func(x scorecard.Card) bool { return x.Month == c.Month })
	link := func(i int) linked {
		m := t.facts.Cards[i].Month
		return linked{scorecard.MonthName(m), p.to("scorecards/" + m.String() + "/")}
	}
	if i > 0 {
		v.Earlier = link(i - 1)
	}
	if i+1 < len(t.facts.Cards) {
		v.Later = link(i + 1)
		if !t.facts.Cards[i+1].Closed {
			v.Draft, v.Later = v.Later, linked{}
			v.Draft.Text += " so far"
		}
	}
}

func (t *tribeSite) methodNotes(c *scorecard.Card) (notes []string) {
	th := t.in.Catalog.Site.Thresholds
	hours := c.To.Sub(c.From).Hours()
	notes = append(notes, strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%s in %s has %.1f", scorecard.MonthName(c.Month), c.TimeZone, hours), "0"), ".")+
		" hours. Result is a census of the month's events; evidence is a Wilson interval at 95%, widened for failures that come in bursts.")
	notes = append(notes, fmt.Sprintf("Exhausted: more than the budget spent. At risk: under %s left. Watch: under %s left. Incomplete: under %s of the data. Too little traffic: a budget of less than one event.",
		slo.BudgetPercent(th.AtRisk), slo.BudgetPercent(th.Watch), slo.BudgetPercent(th.Coverage)))
	var changed []string
	for _, r := range c.SLOs {
		if r.Changed != "" {
			changed = append(changed, fmt.Sprintf("%s from %s to %s", rowName(c, r), r.Changed, r.ObjectiveText))
		}
	}
	if len(changed) > 0 {
		notes = append(notes, "Objectives changed this month: "+strings.Join(changed, "; ")+".")
	} else {
		notes = append(notes, "Objectives changed this month: none.")
	}
	switch {
	case !c.Sealed:
	case len(c.Restatements) == 0:
		notes = append(notes, "Restatements: none.")
	default:
		notes = append(notes, fmt.Sprintf("Restatements: %d, under “Since it was issued”.", len(c.Restatements)))
	}
	if c.Sealed {
		notes = append(notes, "The month is sealed: counts, objectives and results stand as issued; what incidents explain may still grow.")
	}
	return notes
}

// text writes linked sentences without their links.
func text(sentences [][]linked) string {
	var all []string
	for _, s := range sentences {
		var b strings.Builder
		for _, l := range s {
			b.WriteString(l.Text)
		}
		all = append(all, b.String())
	}
	return strings.Join(all, " ")
}
