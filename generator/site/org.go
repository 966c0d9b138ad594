package site

import (
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"

	"tribune/generator/chart"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

type orgView struct {
	Headline    []headlineRow
	Asked       []askRow
	Questions   []question
	Tribes      []tribeRow
	All         tribeRow
	Key         []stateKey
	StripHead   string
	Latest      []latestRow
	Archive     []archiveRow // the last twelve months
	Earlier     []archiveRow
	Intro       template.HTML
	Feed        string
	Postmortems string
}

// A question is one of the two that the whole site is there to answer.
type question struct {
	Asked, Answer string
	Basis, Href   string // what the answer rests on, and where that is explained
	More          string // what else speaks to it; "" if nothing
}

type headlineRow struct {
	Name, Href, Title, SLI, Note, Trend string
	State                               stateView
	Strip                               template.HTML
}

type tribeRow struct {
	Name, Href           string
	Tally                template.HTML
	States               string
	Met, MetNote         string
	Minutes, MinutesNote string
	Unexplained, Of      string
	Overdue              int
	Strip                template.HTML
	Trend, TrendNote     string
}

type latestRow struct {
	Day       string
	ID, Title string
	Href      string
	Note      string
}

type archiveRow struct {
	Month, Met string
	Tribes     []linked
}

func (r *root) orgPage() error {
	o := r.front.Org
	p := r.at("index.html")
	pg := p.page(r.in.Catalog.Site.Title+", "+scorecard.MonthName(o.Month), "Organisation")
	pg.Title = pg.Heading
	pg.Short = p.sentences(o.Short)
	pg.Description = text(pg.Short)
	pg.Banner = strings.TrimSpace(r.behind(o.Behind) + " " + r.stale(o.DataTo, o.Stale))
	pg.Trust = r.orgTrust()
	v := orgView{
		StripHead: fmt.Sprintf("Missed, %s to %s", shortMonth(o.Month.Add(-11)), shortMonth(o.Month)),
		Feed:      p.to("feed.xml"), Postmortems: p.to("postmortems/"), Questions: r.questions(p),
	}
	for _, a := range o.Asked {
		v.Asked = append(v.Asked, askRow{p.links(a.Sentence), a.Who})
	}
	for _, h := range o.Headline {
		v.Headline = append(v.Headline, r.headline(p, h))
	}
	for _, t := range o.Tribes {
		v.Tribes = append(v.Tribes, r.tribeRow(p, t))
	}
	v.All = r.allRow()
	for _, s := range slices.Backward(slo.States) {
		v.Key = append(v.Key, viewState(s))
	}
	for _, w := range o.Latest {
		v.Latest = append(v.Latest, latestRow{
			Day: mediumDay(w.Date), ID: deref(w.ID), Title: w.Title,
			Href: p.to(w.Tribe + "/postmortems/" + w.Slug + "/"), Note: w.TribeName + known(", ", w.Minutes),
		})
	}
	v.Archive = r.archiveRows(p)
	if n := len(v.Archive); n > archiveMonths {
		v.Archive, v.Earlier = v.Archive[:archiveMonths], v.Archive[archiveMonths:]
	}
	v.Intro = r.intro(p)
	pg.Body = v
	return p.render("org", pg)
}

// behind says which tribes the page was assembled without, or with older pages;
// "" if there are none.
func (r *root) behind(all []scorecard.Behind) string {
	var parts []string
	for _, t := range all {
		if t.AsOf == nil {
			parts = append(parts, t.Name+" is missing here: it could not be built.")
		} else {
			parts = append(parts, t.Name+" is as of "+r.instant(*t.AsOf)+": it could not be built with the others.")
		}
	}
	return strings.Join(parts, " ")
}

// questions are what the pattern promises, tested: each answer with its n.
func (r *root) questions(p place) []question {
	answer, basis := r.front.Org.Trends.Stability()
	all := []question{{"Is stability improving?", answer, basis, p.to("method/#trend"), r.front.Org.Frequency.Sentence()}}
	if r.front.SRE != nil {
		answer, basis := r.front.SRE.Automating()
		all = append(all, question{"Is automation increasing?", answer, basis, p.to("sre/"), ""})
	}
	return all
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// known writes a duration behind a separator, or nothing.
func known(sep string, n scorecard.Number) string {
	if !n.Known {
		return ""
	}
	return sep + minutes(n)
}

func (r *root) orgTrust() []trustItem {
	o := r.front.Org
	month := scorecard.MonthName(o.Month)
	var items []trustItem
	switch {
	case o.Scored == 0:
		items = []trustItem{{Text: "As of " + r.instant(o.AsOf), Strong: true}}
	case !o.Closed:
		items = []trustItem{{Text: "Draft of " + month + " to " + r.instant(o.AsOf), Strong: true}}
	case o.Sealed == 0:
		items = []trustItem{{Text: month + " closed, not yet sealed", Strong: true}}
	case o.Sealed < o.Scored:
		items = []trustItem{{Text: fmt.Sprintf("%s sealed by %d of %d tribes", month, o.Sealed, o.Scored), Strong: true}}
	default:
		items = []trustItem{{Text: month + " issued " + r.day(*o.Issued) + ", sealed", Strong: true}}
	}
	if o.Closed && o.Scored > 0 {
		items = append(items, trustItem{Text: "as of " + r.instant(o.AsOf)})
	}
	if o.DataTo != nil {
		items = append(items, trustItem{Text: "data to " + r.instant(*o.DataTo)})
	}
	if o.Coverage.Known {
		items = append(items, trustItem{Text: "coverage " + coverage(o.Coverage)})
	}
	if o.Unjudged > 0 {
		items = append(items, trustItem{Text: count(o.Unjudged, "SLI", "SLIs") + " incomplete or without data"})
	}
	return append(items, r.built()...)
}

func (r *root) headline(p place, h scorecard.OrgSLO) headlineRow {
	row := headlineRow{
		Name: h.ServiceName, Href: p.to(h.Tribe + "/services/" + h.Service + "/"), Title: h.Title,
		SLI: h.SLIText, State: viewState(h.State), Strip: r.strip(h.SLO), Trend: trendText(h.Trend),
	}
	if row.SLI == "" {
		row.SLI = slo.Dash
	}
	row.Note = fmt.Sprintf("objective %s, %s of the budget spent", h.ObjectiveText, percent(h.Budget.Spent))
	return row
}

// trendText writes a trend with its n.
func trendText(t scorecard.Trend) string {
	switch slo.TrendWord(t.Word) {
	case slo.Improving, slo.Worsening:
		return fmt.Sprintf("%s (%d months)", t.Word, t.Months)
	case slo.NoClearTrend:
		return fmt.Sprintf("no clear trend (%d months)", t.Months)
	}
	return fmt.Sprintf("too little history (%s)", count(t.Months, "month", "months"))
}

func (r *root) tribeRow(p place, t scorecard.OrgTribe) tribeRow {
	row := tribeRow{
		Name: t.Name, Href: p.to(t.ID + "/"), Overdue: t.Overdue,
		Tally: chart.Tally(t.Totals.ByState), States: stateCounts(t.Totals),
		Unexplained: slo.Dash, Minutes: slo.Dash,
	}
	if t.Totals.SLOs == 0 {
		row.States, row.Met = "no objectives", slo.Dash
		row.MetNote = count(t.Postmortems, "postmortem", "postmortems")
		row.Trend = slo.Dash
	} else {
		row.Met = fmt.Sprintf("%d of %d", t.Totals.Met, t.Totals.SLOs)
		row.MetNote = missedText(t.Totals)
		row.Trend = countsText(t.Trends)
	}
	if t.Unexplained.Known {
		row.Unexplained, row.Of = fmt.Sprintf("%.0f", t.Unexplained.Value*100), t.Of
	}
	row.Minutes, row.MinutesNote = spreadSum(t.Incidents.Minutes, t.Incidents.Count)
	strip := chart.Missed{Label: t.Name}
	for _, m := range t.Missed {
		strip.Months = append(strip.Months, chart.MissedMonth{Month: m.Month, Missed: m.Missed, Known: m.Known})
	}
	row.Strip = strip.SVG()
	return row
}

func spreadSum(s scorecard.Spread, n int) (sum, note string) {
	if n == 0 {
		return "0", "n = 0"
	}
	if !s.Sum.Known {
		return slo.Dash, fmt.Sprintf("n = %d", n)
	}
	return fmt.Sprintf("%.0f", s.Sum.Value), fmt.Sprintf("n = %d", n)
}

func (r *root) allRow() tribeRow {
	o := r.front.Org
	row := tribeRow{
		Name: "All " + fmt.Sprint(len(o.Tribes)), States: count(o.Totals.SLOs, "objective", "objectives"),
		Met: fmt.Sprintf("%d of %d", o.Totals.Met, o.Totals.SLOs), MetNote: missedText(o.Totals), Overdue: o.Overdue,
	}
	row.Minutes, row.MinutesNote = spreadSum(o.Minutes, o.Incidents)
	return row
}

func stateCounts(t scorecard.Totals) string {
	var parts []string
	for _, s := range slo.States {
		if n := t.ByState[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s.Word()))
		}
	}
	return strings.Join(parts, ", ")
}

func missedText(t scorecard.Totals) string {
	var parts []string
	if t.Missed > 0 {
		parts = append(parts, fmt.Sprintf("%d missed", t.Missed))
	} else {
		parts = append(parts, "none missed")
	}
	if t.Unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d cannot tell", t.Unknown))
	}
	return strings.Join(parts, ", ")
}

func countsText(t scorecard.TrendCounts) string {
	var parts []string
	if t.Worsening > 0 {
		parts = append(parts, fmt.Sprintf("worsening in %d", t.Worsening))
	}
	if t.Improving > 0 {
		parts = append(parts, fmt.Sprintf("improving in %d", t.Improving))
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case t.NoTrend > 0:
		return "no clear trend"
	}
	return "too little history"
}

// archiveMonths is how many months of the archive are shown at once.
const archiveMonths = 12

func (r *root) archiveRows(p place) (rows []archiveRow) {
	for _, m := range r.front.Org.Archive {
		row := archiveRow{Month: shortMonth(m.Month), Met: fmt.Sprintf("%d of %d", m.Met, m.SLOs)}
		if !m.Closed {
			row.Met += " so far"
		}
		for _, t := range r.front.Tribes {
			if t.Card(m.Month) != nil {
				row.Tribes = append(row.Tribes, linked{t.Index.Name, p.to(t.Index.ID + "/scorecards/" + m.Month.String() + "/")})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// intro is the site's own text on its front page.
func (r *root) intro(p place) template.HTML {
	const file = "content/_index.md"
	src, err := fs.ReadFile(r.in.Files, file)
	if err != nil {
		return ""
	}
	if !r.mayRead(file, src) {
		return ""
	}
	body, _ := postmortem.Body(file, src, r.in.Catalog.Site.Title, r.ownLinks(p))
	return body.HTML
}

// ownLinks resolves links between the site's own pages.
func (r *root) ownLinks(p place) postmortem.Links {
	return postmortem.Links{
		Page: func(file string) (string, bool) {
			if at, ok := strings.CutPrefix(file, "content/pages/"); ok {
				if _, err := fs.Stat(r.in.Files, file); err == nil {
					return p.to("pages/" + pageSlug(at) + "/"), true
				}
			}
			return "", false
		},
		Image: nowhere,
	}
}

func pageSlug(file string) string { return strings.TrimSuffix(file, path.Ext(file)) }

// ownPages writes content/pages.
func (r *root) ownPages() error {
	var files []string
	err := fs.WalkDir(r.in.Files, "content/pages", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.HasSuffix(name, ".md") {
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, file := range files {
		src, err := fs.ReadFile(r.in.Files, file)
		if err != nil {
			return err
		}
		slug := pageSlug(strings.TrimPrefix(file, "content/pages/"))
		if !r.mayRead(file, src) {
			continue
		}
		written, _ := postmortem.Read(file, src, r.in.Catalog.Site.Zone, postmortem.Names{})
		p := r.at("pages/" + slug + "/index.html")
		body, _ := postmortem.Body(file, src, written.Title, r.ownLinks(p))
		pg := p.page(cmp.Or(written.Title, slug), "")
		pg.Body = proseView{HTML: body.HTML, Contents: body.Contents}
		if err := p.render("prose", pg); err != nil {
			return err
		}
	}
	return nil
}

// audienceRank orders audiences from the widest: public, org, tribe.
func audienceRank(a string) int {
	return slices.Index([]string{"public", "org", "tribe"}, cmp.Or(a, "org"))
}

type proseView struct {
	HTML     template.HTML
	Contents []postmortem.Heading
}

func (r *root) notFound() error {
	p := r.at("404.html")
	pg := p.page("Page not found", "")
	// A 404 page is shown at any address, so its links carry the base path.
	base := r.in.Catalog.Site.BaseURL
	if _, after, ok := strings.Cut(base, "://"); ok {
		_, rest, _ := strings.Cut(after, "/")
		base = "/" + rest
		pg.Home, pg.Style, pg.Icon, pg.Script, pg.Feed = base, base+pg.Style, base+pg.Icon, base+pg.Script, base+pg.Feed
		for i := range pg.Nav {
			pg.Nav[i].Href = base + pg.Nav[i].Href
		}
	}
	pg.Body = pg.Home
	return p.render("notfound", pg)
}
