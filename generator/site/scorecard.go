package site

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"tribune/generator/chart"
	"tribune/generator/diag"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// printedRows is how many objectives the printed side of a scorecard holds.
// Beyond it, only those that need a decision are printed and the rest counted.
const printedRows = 12

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
	Actions      scorecard.Backlog
	ActionNote   string
	Late         []actionRow
	Asked        []askRow
	Exceptions   []exceptionRow
	Agreements   []string
	Decisions    []decisionRow
	Comment      template.HTML
	Method       []string
	MethodPage   string
	ActionsPage  string
	JSON         string
	History      *figureView
	Restated     []scorecard.Restatement
	Problems     []string // errors in what the tribe wrote, in a site built in spite of them
}

type objectiveRow struct {
	Service, Title, Href string
	Objective, Changed   string
	Result, ResultNote   string
	Evidence, Interval   string
	Bullet, Strip        template.HTML
	Spent, Before        string
	State                stateView
	StateNote            string
	Excluded, Window     string
	Caveats              []string
	Minor                bool // left out of print when there are too many
}

type stateView struct {
	Glyph template.HTML
	Word  string
}

type stateKey = stateView

func viewState(s slo.State) stateView { return stateView{chart.Glyph(s), s.Word()} }

type ledgerRow struct {
	Name                                      string
	Bar                                       template.HTML
	Incidents, Maintenance, Unexplained, Rest string
	Total                                     string
}

type burnView struct {
	Name, Note string
	SVG        template.HTML
	Steps      []burnStep
}

type burnStep struct{ When, Left string }

type incidentRow struct {
	Day, Minutes string
	ID, Href     string
	Text         string
	Repeat       []linked
}

type actionRow struct {
	Title, Priority, Owner, Kind string
	Due, Late, Age, State        string
	Spent                        string // the most that the source took of a budget
	Source                       linked
	Ticket                       linked
	Dropped                      string
}

type askRow struct {
	Sentence []linked
	Who      string
}

type exceptionRow struct {
	Review, Name, Text string
	Expired            bool
}

type decisionRow struct {
	Day, Text, Note string
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
		JSON: p.to("api/scorecards/" + c.Month.String() + ".json"), Restated: c.Restatements,
		Comment: t.comment(c.Month),
	}
	t.neighbours(&v, p, c)
	v.Rows, v.Rest = t.objectiveRows(p, c)
	for _, s := range slo.States {
		v.Key = append(v.Key, viewState(s))
	}
	slices.Reverse(v.Key)
	v.Ledger, v.LedgerNotes = t.ledgerRows(c)
	v.Burns = t.burnDowns(c, worst(c, 2))
	v.Incidents, v.IncidentNote = t.incidentRows(p, c)
	for _, a := range c.Actions.Late {
		v.Late = append(v.Late, t.actionRow(p, a, ""))
	}
	v.ActionNote = actionNote(c)
	for _, a := range c.Asked {
		v.Asked = append(v.Asked, askRow{p.links(a.Sentence), a.Who})
	}
	t.agreed(&v, c)
	v.Method = t.methodNotes(c)
	if path == "index.html" {
		history, err := t.budgetHistory(p)
		if err != nil {
			return err
		}
		v.History = history
		v.Problems = t.errors()
	}
	pg.Body = v
	return p.render("scorecard", pg)
}

// errors are the problems of severity error in the tribe's own files.
func (t *tribeSite) errors() (all []string) {
	id := t.facts.Index.ID
	for _, p := range t.in.Problems {
		own := p.Pos.File == "data/tribes/"+id+".toml" || strings.HasPrefix(p.Pos.File, "content/postmortems/"+id+"/")
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
		items = append(items, trustItem{Text: "Issued and sealed", Strong: true})
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

func (t *tribeSite) objectiveRows(p place, c *scorecard.Card) (rows []objectiveRow, rest string) {
	hidden := 0
	for i, r := range c.SLOs {
		o := t.objective(r)
		row := objectiveRow{
			Service: r.ServiceName, Title: r.Title, Href: p.to("services/" + r.Service + "/"),
			Objective: r.ObjectiveText, Spent: percent(r.Budget.Spent), State: viewState(r.State),
			Minor: len(c.SLOs) > printedRows && i >= printedRows-2 && (r.State == slo.Healthy || r.State == slo.Watch),
		}
		if r.Changed != "" {
			row.Changed = "was " + r.Changed
		}
		row.Result, row.ResultNote = result(r)
		row.Evidence, row.Interval = evidenceText(r, o)
		if r.State == slo.TooLittleTraffic {
			row.Spent = slo.Dash
		}
		row.Before = beforeText(r, c.Month)
		row.Bullet = chart.Bullet{
			Label: r.ServiceName, Spent: r.Budget.Spent.Value, Known: r.Budget.Spent.Known, State: r.State,
			Coverage: r.Coverage.Value, Thresholds: t.in.Catalog.Site.Thresholds,
		}.SVG()
		row.Strip = t.strip(r)
		row.StateNote = t.stateNote(r)
		row.Caveats = r.Caveats
		if n := len(r.Excluded); n > 0 {
			row.Excluded = exclusionText(r.Excluded)
		}
		if w := r.Window; w != nil {
			row.Window = fmt.Sprintf("%s: %s spent, %s", windowName(w.Window), percent(w.Spent), w.State.Word())
		}
		if row.Minor {
			hidden++
		}
		rows = append(rows, row)
	}
	if hidden > 0 {
		rest = fmt.Sprintf("Not printed: %s, all healthy or watched.", count(hidden, "objective", "objectives"))
	}
	return rows, rest
}

func windowName(w string) string {
	if w == string(slo.Quarterly) {
		return "quarter"
	}
	return strings.TrimSuffix(w, "d") + " days"
}

func (b *builder) objective(r scorecard.SLO) slo.Objective {
	o, err := slo.ParseObjective(r.ObjectiveText)
	if err != nil {
		return 0 // cannot be: it was printed from an objective
	}
	return o
}

func result(r scorecard.SLO) (text, note string) {
	if r.Met == nil {
		if r.Total != nil {
			return slo.Dash, "no traffic"
		}
		return slo.Dash, ""
	}
	note = "missed"
	if *r.Met {
		note = "met"
	}
	switch r.State {
	case slo.IncompleteData:
		note += " on " + coverage(r.Coverage) + " of hours"
	case slo.TooLittleTraffic:
		note += fmt.Sprintf(", %s of %s", events(*r.Good), events(*r.Total))
	}
	if r.Budget.Projected {
		note += " so far"
	}
	return r.SLIText, note
}

func evidenceText(r scorecard.SLO, o slo.Objective) (word, interval string) {
	if !r.Evidence.Low.Known || r.Met == nil {
		return slo.Dash, ""
	}
	word = map[string]string{
		"clearly_at_target": "clearly at target", "clearly_below": "clearly below", "cannot_tell": "cannot tell yet",
	}[r.Evidence.Word]
	if r.Bad != nil && *r.Bad == 0 && r.Evidence.Word == "cannot_tell" && r.Evidence.Needs > 0 {
		return word, fmt.Sprintf("needs %d events", r.Evidence.Needs)
	}
	low := strings.TrimSuffix(slo.SharePercent(r.Evidence.Low.Value, o), "%")
	return word, low + "–" + slo.SharePercent(r.Evidence.High.Value, o)
}

// beforeText gives a month's figure its context: the month before.
func beforeText(r scorecard.SLO, m slo.Month) string {
	if r.State == slo.TooLittleTraffic && r.Budget.Events.Known {
		return fmt.Sprintf("budget: %.1f events", r.Budget.Events.Value)
	}
	if !r.Before.Known {
		return ""
	}
	return m.Add(-1).Month.String()[:3] + " " + percent(r.Before)
}

func (b *builder) stateNote(r scorecard.SLO) string {
	switch {
	case r.State == slo.Exhausted && r.RanOut != nil:
		d := slo.DateOf(r.RanOut.Add(-time.Second), b.in.Catalog.Site.Zone)
		return fmt.Sprintf("on %d %s", d.Day, d.Month)
	case r.State == slo.Excepted && r.Exception != nil:
		return "review " + shortDay(r.Exception.Review)
	case r.State == slo.IncompleteData:
		return lengthOf(r.MissingMin) + " missing"
	case r.LowTraffic && r.State != slo.TooLittleTraffic && r.Total != nil:
		return "low traffic"
	case r.Exception != nil && r.Exception.Expired:
		return "exception expired"
	}
	return ""
}

func lengthOf(minutes float64) string {
	if minutes < 120 {
		return count(int(minutes+0.5), "minute", "minutes")
	}
	return count(int(minutes/60+0.5), "hour", "hours")
}

func exclusionText(all []scorecard.Excluded) string {
	var parts []string
	for _, x := range all {
		parts = append(parts, fmt.Sprintf("%s excluded with %s good and %s bad events: %s, approved by %s",
			lengthOf(x.Minutes), events(x.Good), events(x.Bad), x.Reason, x.ApprovedBy))
	}
	return strings.Join(parts, "; ")
}

func (b *builder) strip(r scorecard.SLO) template.HTML {
	s := chart.Strip{Label: r.ServiceName, Thresholds: b.in.Catalog.Site.Thresholds}
	for _, m := range r.Strip {
		s.Months = append(s.Months, stripMonth(m))
	}
	return s.SVG()
}

// rowName names a row in the tables below the objectives: the service, with the
// last part of the id where the service has several.
func rowName(c *scorecard.Card, r scorecard.SLO) string {
	for _, o := range c.SLOs {
		if o.Service == r.Service && o.ID != r.ID {
			return r.ServiceName + ", " + r.ID[strings.LastIndexByte(r.ID, '/')+1:]
		}
	}
	return r.ServiceName
}

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

// worst returns the n rows that spent most of their budget.
func worst(c *scorecard.Card, n int) []scorecard.SLO {
	var rows []scorecard.SLO
	for _, r := range c.SLOs {
		if len(r.Burn) > 1 && r.State != slo.TooLittleTraffic {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b scorecard.SLO) int {
		return -cmp.Compare(a.Budget.Spent.Value, b.Budget.Spent.Value)
	})
	return rows[:min(n, len(rows))]
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

func (t *tribeSite) incidentRows(p place, c *scorecard.Card) (rows []incidentRow, note string) {
	for _, i := range c.Incidents.Items {
		row := incidentRow{
			Day: shortDay(i.Date), Minutes: minutes(i.Minutes), ID: cmp.Or(deref(i.ID), i.Title),
			Href: p.to("postmortems/" + i.Slug + "/"), Text: cmp.Or(i.Impact, i.Title),
		}
		if row.Text == row.ID {
			row.Text = ""
		}
		if r := i.RepeatOf; r != nil {
			row.Repeat = []linked{{"A repeat of ", ""}, {cmp.Or(r.ID, r.Title), p.to("postmortems/" + r.Slug + "/")}}
			if r.Open {
				row.Repeat = append(row.Repeat, linked{", which still had an open action", ""})
			}
			row.Repeat = append(row.Repeat, linked{".", ""})
		}
		rows = append(rows, row)
	}
	return rows, spreadText(c)
}

// spreadText says how many incidents there were and how long they lasted, with
// n: few durations have no median worth printing.
func spreadText(c *scorecard.Card) string {
	s := c.Incidents.Minutes
	text := count(c.Incidents.Count, "incident began", "incidents began") + " in " + c.Month.Month.String()
	if c.Incidents.Count == 0 {
		return "None began in " + scorecard.MonthName(c.Month) + "."
	}
	switch {
	case s.N == 0:
		text += ", of unknown length"
	case s.N == 1:
		text += ", " + minutes(s.Sum)
	default:
		text += fmt.Sprintf(", %s to %s, %s in all", minutes(s.Min), minutes(s.Max), minutes(s.Sum))
	}
	switch {
	case s.Median.Known:
		text += fmt.Sprintf(" (n = %d, median %s)", s.N, minutes(s.Median))
	case s.N > 1:
		text += fmt.Sprintf(" (n = %d, too few for a median)", s.N)
	}
	if n := c.Incidents.Restricted; n > 0 {
		text += fmt.Sprintf("; %s", count(n, "restricted incident", "restricted incidents"))
	}
	return text + "."
}

func actionNote(c *scorecard.Card) string {
	b := c.Actions
	if b.Due == 0 {
		return "None was due in " + c.Month.Month.String() + "."
	}
	low, high := slo.Wilson(float64(b.DueClosed), float64(b.Due))
	return fmt.Sprintf("%d of the %d due in %s closed on time (%.0f%%, 95%% interval %.0f to %.0f%%).",
		b.DueClosed, b.Due, c.Month.Month, 100*float64(b.DueClosed)/float64(b.Due), 100*low, 100*high)
}

func (t *tribeSite) agreed(v *scorecardView, c *scorecard.Card) {
	names := make(map[string]string)
	for _, r := range c.SLOs {
		names[r.ID] = rowName(c, r)
		if r.Exception == nil {
			continue
		}
		x := r.Exception
		text := fmt.Sprintf("%s; granted %s by %s.", x.Reason, scorecard.DayName(x.Granted), x.ApprovedBy)
		if r.Met != nil {
			_, note := result(r)
			text += fmt.Sprintf(" The result stands: %s spent, %s.", percent(r.Budget.Spent), note)
		}
		v.Exceptions = append(v.Exceptions, exceptionRow{mediumDay(x.Review), rowName(c, r), text, x.Expired})
	}
	name := func(ids []string) string {
		var out []string
		for _, id := range ids {
			out = append(out, cmp.Or(names[id], t.nameOf(id)))
		}
		return strings.Join(out, ", ")
	}
	for _, m := range c.Maintenance {
		v.Agreements = append(v.Agreements, fmt.Sprintf("Planned maintenance, %s, %s: %s. It counts.", name(m.IDs), t.stretch(m.From, m.To), m.Reason))
	}
	for _, x := range c.Exclusions {
		v.Agreements = append(v.Agreements, fmt.Sprintf("Excluded, %s, %s: %s, approved by %s. It leaves the SLI.",
			name(x.IDs), t.stretch(x.From, x.To), x.Reason, x.ApprovedBy))
	}
	for _, d := range c.Decisions {
		note := d.Owner
		switch {
		case !d.Done.IsZero():
			note = strings.TrimPrefix(note+", done "+shortDay(d.Done), ", ")
		case !d.Due.IsZero():
			note = strings.TrimPrefix(note+", by "+scorecard.DayName(d.Due), ", ")
		}
		v.Decisions = append(v.Decisions, decisionRow{mediumDay(d.Date), d.Text, note})
	}
}

// nameOf gives an id its name: a service's, the tribe's, or the id itself.
func (t *tribeSite) nameOf(id string) string {
	if id == t.facts.Index.ID {
		return "all of " + t.facts.Index.Name
	}
	for _, v := range t.facts.Index.Services {
		if id == t.facts.Index.ID+"/"+v.ID {
			return v.Name
		}
	}
	return id
}

// stretch writes a stretch of time in the site's zone.
func (b *builder) stretch(from, to time.Time) string {
	zone := b.in.Catalog.Site.Zone
	x, y := from.In(zone), to.In(zone)
	if slo.DateOf(from, zone) == slo.DateOf(to.Add(-time.Second), zone) {
		end := y.Format("15:04")
		if end == "00:00" {
			end = "24:00"
		}
		return x.Format("2 January, 15:04") + " to " + end
	}
	return x.Format("2 January 15:04") + " to " + y.Format("2 January 15:04")
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
	if len(c.Restatements) == 0 {
		notes = append(notes, "Restatements: none.")
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
