package site

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"tribune/generator/chart"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// seriesMonths is how many months a service's page shows of an SLI.
const seriesMonths = 24

// timelineDays is how many days the interactive timeline shows, hour by hour.
const timelineDays = 35

type serviceView struct {
	Facts     []factRow
	Model     []factRow
	ModelNote string
	SLOs      []sloView
	Policy    []dutyRow
	Incidents []incidentRow
	Causes    []barRow
	CauseNote string
}

type factRow struct {
	Name, Text, Href string
	Missing          bool
}

type sloView struct {
	ID, Title, Objective, Past string
	State                      stateView
	Month                      string
	Short                      string
	Heatmap, Series, Strip     template.HTML
	Burn                       *burnView
	Ledger                     *ledgerRow
	Months                     []monthRow
	CSV, JSON                  string
	Timeline                   *figureView
}

type monthRow struct {
	Month, Objective, SLI, Spent, Coverage string
	State                                  stateView
	Changed                                bool
	Href                                   string
	Cells                                  template.HTML // all of these
}

type barRow struct {
	Name string
	Bar  template.HTML
	N    int
}

func (t *tribeSite) servicePage(v *scorecard.Service) error {
	p := t.at("services/" + v.ID + "/index.html")
	pg := p.page(v.Name, t.facts.Index.Name)
	pg.Title = v.Name + " · " + t.facts.Index.Name + " · " + pg.Site
	pg.Kicker = []linked{{t.facts.Index.Name, p.to("")}, {" · service", ""}}
	pg.Trust = append([]trustItem{{Text: "As of " + t.instant(t.in.AsOf), Strong: true}}, t.built()...)
	pg.Banner = t.stale(t.facts.Index.DataTo, t.facts.Index.Stale)
	pg.Feed, pg.FeedTitle = "feed.xml", v.Name+", "+t.title
	card := t.facts.Card(t.facts.Index.Latest)
	view := serviceView{Facts: t.serviceFacts(v)}
	view.Model, view.ModelNote = t.modelRows(v.Model)
	for i := range v.SLOs {
		s, err := t.sloView(p, &v.SLOs[i], card)
		if err != nil {
			return err
		}
		view.SLOs = append(view.SLOs, s)
	}
	pg.Short = [][]linked{{{t.serviceShort(v, card), ""}}}
	pg.Description = text(pg.Short)
	view.Policy = t.servicePolicy(p, v)
	view.Incidents = t.serviceIncidents(p, v)
	view.Causes = t.causes(v)
	pg.Body = view
	return p.render("service", pg)
}

// serviceShort answers in a sentence how the service does.
func (t *tribeSite) serviceShort(v *scorecard.Service, card *scorecard.Card) string {
	if len(v.SLOs) == 0 {
		return v.Name + " has no objective yet. Add [[services.slos]] to data/tribes/" + t.facts.Index.ID + ".toml."
	}
	if card == nil {
		return v.Name + " has no closed month yet."
	}
	met, judged, worst := 0, 0, scorecard.Number{}
	for _, r := range card.SLOs {
		if r.Service != v.ID {
			continue
		}
		if r.Budget.Spent.Known && (!worst.Known || r.Budget.Spent.Value > worst.Value) {
			worst = r.Budget.Spent
		}
		if r.Met != nil {
			judged++
			if *r.Met {
				met++
			}
		}
	}
	month := scorecard.MonthName(card.Month)
	if judged == 0 {
		return fmt.Sprintf("Nothing can be said of %s: there are no data.", month)
	}
	return fmt.Sprintf("In %s %s met %d of %s; the most that was spent of a budget is %s.",
		month, v.Name, met, count(judged, "objective", "objectives"), percent(worst))
}

func (t *tribeSite) serviceFacts(v *scorecard.Service) []factRow {
	rows := []factRow{
		{Name: "Squad", Text: v.SquadName, Missing: v.SquadName == ""},
		{Name: "Lifecycle", Text: v.Lifecycle, Missing: v.Lifecycle == ""},
	}
	if v.Tier > 0 {
		rows = append(rows, factRow{Name: "Tier", Text: strconv.Itoa(v.Tier)})
	}
	for _, q := range t.facts.Index.Squads {
		if q.ID == v.Squad {
			embedded := count(q.Embedded, "member of the SRE team", "members of the SRE team")
			rows = append(rows, factRow{Name: "Embedded", Text: embedded, Missing: q.Embedded == 0})
		}
	}
	if len(v.Was) > 0 {
		rows = append(rows, factRow{Name: "Was", Text: join(v.Was)})
	}
	return rows
}

func join(words []string) string {
	text := ""
	for i, w := range words {
		if i > 0 {
			text += ", "
		}
		text += w
	}
	return text
}

func (t *tribeSite) modelRows(m scorecard.Model) (rows []factRow, note string) {
	row := func(name, text, href string) {
		rows = append(rows, factRow{Name: name, Text: cmp.Or(text, "missing"), Href: href, Missing: text == ""})
	}
	date := func(d slo.Date) string {
		if d.IsZero() {
			return ""
		}
		return scorecard.DayName(d)
	}
	web := func(s string) string {
		if len(s) > 8 && (s[:8] == "https://" || s[:7] == "http://") {
			return s
		}
		return ""
	}
	row("On-call", string(m.OnCall), web(string(m.OnCall)))
	row("Runbook", string(m.Runbook), web(string(m.Runbook)))
	row("Dashboard", string(m.Dashboard), web(string(m.Dashboard)))
	row("Alerts", string(m.Alerts), web(string(m.Alerts)))
	agreed := date(m.Agreed)
	if agreed != "" && m.Approver != "" {
		agreed += ", by " + string(m.Approver)
	}
	row("Agreed", agreed, "")
	revisit := date(m.Revisit)
	if m.RevisitOverdue {
		revisit += ", overdue"
	}
	row("Revisit", revisit, "")
	row("Readiness review", date(m.ReadinessReview), "")
	switch m.State {
	case "agreed":
		note = "Agreed and complete."
	case "partly":
		note = "Agreed in part: what is missing is marked."
	default:
		note = "Nothing is agreed yet: fill operational_model in data/tribes/" + t.facts.Index.ID + ".toml."
	}
	return rows, note
}

func (t *tribeSite) sloView(p place, o *scorecard.SLOInfo, card *scorecard.Card) (sloView, error) {
	v := sloView{
		ID: o.Key, Title: o.Title, Objective: o.Text,
		CSV: p.to(t.sloPath(o) + ".csv"), JSON: p.to(t.sloPath(o) + ".json"),
	}
	for _, past := range o.Previous {
		v.Past += fmt.Sprintf("%s until %s. ", past.Objective, scorecard.DayName(past.Until))
	}
	if !o.Since.IsZero() {
		v.Past += "Measured since " + scorecard.DayName(o.Since) + ". "
	}
	if !o.Retired.IsZero() {
		v.Past += "Retired on " + scorecard.DayName(o.Retired) + ". "
	}
	for _, c := range o.Caveats {
		v.Past += c + " "
	}
	v.Series, v.Strip = t.monthly(o)
	for _, m := range slices.Backward(o.Months) {
		v.Months = append(v.Months, t.monthRow(p, o, m))
	}
	if card != nil {
		for _, r := range card.SLOs {
			if r.ID == o.ID {
				t.latest(&v, card, r)
			}
		}
	}
	figure, err := t.timeline(p, o)
	v.Timeline = figure
	return v, err
}

// latest adds how the latest closed month went.
func (t *tribeSite) latest(v *sloView, card *scorecard.Card, r scorecard.SLO) {
	v.Month = scorecard.MonthName(card.Month)
	v.State = viewState(r.State)
	resultText, note := result(r)
	v.Short = fmt.Sprintf("%s, %s; %s of the budget spent.", resultText, note, percent(r.Budget.Spent))
	if r.Met == nil {
		v.Short = "no result."
	}
	heat := chart.Heatmap{Label: v.Title, Month: card.Month}
	for _, d := range r.Days {
		heat.Days = append(heat.Days, chart.Day{Date: d.Date, Spent: d.Spent.Value, Known: d.Spent.Known, NoTraffic: d.NoTraffic})
	}
	v.Heatmap = heat.SVG()
	if len(r.Burn) > 1 {
		v.Burn = &t.burnDowns(card, []scorecard.SLO{r})[0]
	}
	if r.Bad != nil && r.Budget.Events.Value > 0 {
		row := t.ledgerRow(v.Title, r)
		v.Ledger = &row
	}
}

func (b *builder) monthly(o *scorecard.SLOInfo) (series, strip template.HTML) {
	s := chart.MonthlySLI{Label: o.Title}
	st := chart.Strip{Label: o.Title, Thresholds: b.in.Catalog.Site.Thresholds}
	if len(o.Months) == 0 {
		return "", ""
	}
	byMonth := make(map[slo.Month]scorecard.MonthOfSLO)
	for _, m := range o.Months {
		byMonth[m.Month] = m
	}
	last := o.Months[len(o.Months)-1].Month
	first := last.Add(1 - seriesMonths)
	if first.Before(o.Months[0].Month) {
		first = o.Months[0].Month
	}
	for at := first; !last.Before(at); at = at.Add(1) {
		m, ok := byMonth[at]
		if !ok { // before what was counted here there may be a gap
			s.Months = append(s.Months, chart.SLIMonth{Month: at})
			st.Months = append(st.Months, chart.StripMonth{Month: at})
			continue
		}
		objective := slo.Objective(m.Objective*1e9 + 0.5)
		point := chart.SLIMonth{Month: m.Month, SLI: m.SLI.Value, Known: m.SLI.Known, InScope: true, Objective: objective}
		if m.Total != nil {
			point.Events = m.Total.Events()
		}
		s.Months = append(s.Months, point)
		st.Months = append(st.Months, chart.StripMonth{
			Month: m.Month, Spent: m.Spent.Value, Known: m.Spent.Known, InScope: true, Changed: m.Changed, State: m.State,
		})
	}
	return s.SVG(), st.SVG()
}

func (t *tribeSite) monthRow(p place, o *scorecard.SLOInfo, m scorecard.MonthOfSLO) monthRow {
	objective := slo.Objective(m.Objective*1e9 + 0.5)
	row := monthRow{
		Month: shortMonth(m.Month), Objective: objective.String(), SLI: slo.Dash, Spent: percent(m.Spent),
		Coverage: coverage(m.Coverage), State: viewState(m.State), Changed: m.Changed,
		Href: p.to("scorecards/" + m.Month.String() + "/"),
	}
	if m.Elsewhere {
		row.SLI, row.State, row.Href = slo.SharePercent(m.SLI.Value, objective), stateView{Word: "issued elsewhere, as a percentage"}, ""
	}
	if m.Tribe != "" {
		row.Month, row.Href = row.Month+", in "+m.Tribe, "" // that tribe's folder may lie elsewhere
	}
	if m.Good != nil && m.Total != nil {
		row.SLI = slo.Percent(slo.Tally{Good: *m.Good, Total: *m.Total}, objective)
	}
	row.Cells = row.cells()
	return row
}

// cells are the cells of the row. A site of ten years has tens of thousands of such
// rows on pages that are made every night, so they are no template.
func (m monthRow) cells() template.HTML {
	var b strings.Builder
	text := template.HTMLEscapeString
	month := text(m.Month)
	if m.Href != "" {
		month = `<a href="` + text(m.Href) + `">` + month + `</a>`
	}
	objective := text(m.Objective)
	if m.Changed {
		objective += ` <span class="quiet">changed</span>`
	}
	b.WriteString(`<th scope="row">` + month + `</th>`)
	for _, number := range []string{objective, text(m.SLI), text(m.Spent)} {
		b.WriteString(`<td class="num">` + number + `</td>`)
	}
	b.WriteString(`<td><span class="state">` + string(m.State.Glyph) + text(m.State.Word) + `</span></td><td class="num">` + text(m.Coverage) + `</td>`)
	return template.HTML(b.String())
}

func (t *tribeSite) serviceIncidents(p place, v *scorecard.Service) (rows []incidentRow) {
	full := t.facts.Index.ID + "/" + v.ID
	for _, e := range t.facts.Postmortems {
		if slices.Contains(e.ServiceIDs, full) && e.Withdrawn == "" {
			rows = append(rows, incidentRow{
				Day: mediumDay(e.Date), Minutes: minutes(e.Minutes), ID: cmp.Or(deref(e.ID), e.Title),
				Href: p.to("postmortems/" + e.Slug + "/"), Text: cmp.Or(string(e.Impact), e.Title),
			})
		}
	}
	return rows
}

// causes counts the cause classes of the service's postmortems.
func (t *tribeSite) causes(v *scorecard.Service) []barRow {
	full := t.facts.Index.ID + "/" + v.ID
	var words []string
	for _, e := range t.facts.Postmortems {
		if slices.Contains(e.ServiceIDs, full) && e.Withdrawn == "" {
			words = append(words, e.Classes()...)
		}
	}
	return bars(words)
}

// bars counts words, the most frequent first; rare ones are left out.
func bars(words []string) (rows []barRow) {
	n := make(map[string]int)
	most := 0
	for _, w := range words {
		n[w]++
		most = max(most, n[w])
	}
	for w, k := range n {
		rows = append(rows, barRow{w, chart.HBar(float64(k) / float64(most)), k})
	}
	slices.SortFunc(rows, func(a, b barRow) int { return cmp.Or(-cmp.Compare(a.N, b.N), cmp.Compare(a.Name, b.Name)) })
	return rows[:min(barRows, len(rows))]
}

// barRows is how many words a list of bars names.
const barRows = 8

func (t *tribeSite) sloPath(o *scorecard.SLOInfo) string {
	return "api/slos/" + o.Service + "/" + o.Key
}

// monthsCSV writes the history of an SLO for a spreadsheet.
func monthsCSV(o *scorecard.SLOInfo) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"slo", "month", "objective", "good", "total", "sli", "met", "coverage", "spent", "state"})
	number := func(n scorecard.Number) string {
		if !n.Known {
			return ""
		}
		return strconv.FormatFloat(n.Value, 'g', -1, 64)
	}
	tally := func(c *slo.Count) string {
		if c == nil {
			return ""
		}
		return c.String()
	}
	for _, m := range o.Months {
		met := ""
		if m.Met != nil {
			met = strconv.FormatBool(*m.Met)
		}
		state := string(m.State)
		if m.Elsewhere {
			state = "issued_elsewhere"
		}
		w.Write([]string{
			o.ID, m.Month.String(), strconv.FormatFloat(m.Objective, 'g', -1, 64), tally(m.Good), tally(m.Total),
			number(m.SLI), met, number(m.Coverage), number(m.Spent), state,
		})
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// recent is the stretch of time that the interactive timeline shows.
func (t *tribeSite) recent() slo.Span {
	end := t.in.AsOf
	if d := t.facts.Index.DataTo; d != nil {
		end = *d
	}
	return slo.Span{From: end.Add(-timelineDays * 24 * time.Hour), To: end}
}

// hours returns the tallies of an SLO in a span. Those of the last weeks, of which
// most is asked for, are read once for all SLOs of the tribe.
func (t *tribeSite) hours(span slo.Span, id string) (slo.Series, error) {
	read := t.lately
	if recent := t.recent(); span.From.Before(recent.From) || recent.To.Before(span.To) {
		read = func() (map[string]slo.Series, error) { return t.in.Hours(span, id) }
	}
	all, err := read()
	return all[id].In(span), err
}
