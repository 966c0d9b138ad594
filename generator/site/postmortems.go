package site

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// listed is how many postmortems a page lists before it leaves the years before
// to pages of their own: some 300 kB, which a phone bears.
const listed = 300

// A listView is a page that lists postmortems: the tribe's index, or one of its
// earlier years.
type listView struct {
	Facets    []facet
	Search    searchView
	Detected  []barRow
	DetectedN int // postmortems that say how
	Causes    []barRow
	CausesN   int // postmortems that name a cause
	N         int // of all time
	Here      int // on this page
	Pending   []pendingRow
	Episodes  []episodeRow
	Policy    []dutyRow
	Columns   columns
	Years     []yearRows
	Other     []yearLink // years that have pages of their own
	JSON      string
	CSV       string
}

type pendingRow struct {
	Age, ID, Href, Status string
}

type episodeRow struct {
	Day, Hours, Text, Note, Command string
}

// A yearRows is what a page lists of one year.
type yearRows struct {
	Year string
	Rows []postmortemRow
}

type yearLink struct {
	Year, Href string
	N          int
	Current    bool
}

// columns are those that any row of the tribe fills: what no file says is left
// out rather than shown as a column of dashes.
type columns struct {
	Services, Severity, Budget, Status, Actions bool
}

// A postmortemRow is a line of the list. Its id and facets are for the script,
// which narrows the list; of rows that it gets by themselves it knows them.
type postmortemRow struct {
	ID, Facets                 string
	Day, Year                  string
	Number, Title, Href        string // Number such as INC-212
	Impact, Services           string
	Severity, Cause            string
	Budget, Status, Done, Late string
	Withdrawn                  bool
	Columns                    columns
}

// A year is the tribe's postmortems of one, newest first.
type year struct {
	name  string // "2026", or "No date"
	posts []*scorecard.Postmortem
}

// path is where a page of the year alone is. No slug has a slash in it, so that
// no postmortem takes its place.
func (y year) path() string { return "postmortems/year/" + y.key() + "/" }

// key is the year in the names of files.
func (y year) key() string {
	if y.name == undated {
		return "undated"
	}
	return y.name
}

const undated = "No date"

// years parts the tribe's postmortems, newest first.
func (t *tribeSite) years() (all []year) {
	for i := range t.facts.Postmortems {
		e := &t.facts.Postmortems[i]
		name := undated
		if !e.Date.IsZero() {
			name = strconv.Itoa(e.Date.Year)
		}
		if n := len(all); n == 0 || all[n-1].name != name {
			all = append(all, year{name: name})
		}
		last := &all[len(all)-1]
		last.posts = append(last.posts, e)
	}
	return all
}

// recent returns how many of the years the index lists itself: at least one, and
// no more than it may.
func recent(years []year) (n int) {
	rows := 0
	for n < len(years) && (n == 0 || rows+len(years[n].posts) <= listed) {
		rows += len(years[n].posts)
		n++
	}
	return n
}

// postmortemLists writes the index of the tribe's postmortems, a page for each
// year that has none of it there, and what the script narrows and searches them
// with.
func (t *tribeSite) postmortemLists() error {
	years := t.years()
	own := recent(years)
	paged := years[own:]
	facets, cols := t.facets(), t.columns()
	data, err := t.searchData(years, cols, len(paged) > 0)
	if err != nil {
		return err
	}
	view := func(p place, on []year) listView {
		v := listView{
			Facets: facets, Search: data.from(p), N: len(t.facts.Postmortems), Columns: cols,
			JSON: p.to("api/postmortems.json"), CSV: p.to("api/postmortems.csv"),
		}
		for _, y := range on {
			rows := yearRows{Year: y.name}
			for _, e := range y.posts {
				rows.Rows = append(rows.Rows, t.row(p, e, cols))
			}
			v.Years = append(v.Years, rows)
			v.Here += len(rows.Rows)
		}
		for _, y := range paged {
			v.Other = append(v.Other, yearLink{y.name, p.to(y.path()), len(y.posts), on[0].name == y.name})
		}
		return v
	}
	index := t.at("postmortems/index.html")
	if err := t.postmortemIndex(index, view(index, years[:own])); err != nil {
		return err
	}
	for i := range paged {
		p := t.at(paged[i].path() + "index.html")
		pg := p.page("Postmortems, "+t.facts.Index.Name+", "+strings.ToLower(paged[i].name), "Postmortems")
		pg.Kicker = []linked{{"All postmortems of " + t.facts.Index.Name, p.to("postmortems/")}}
		pg.Trust = append(t.listTrust(), t.built()...)
		pg.Description = pg.Heading
		pg.Body = view(p, paged[i:i+1])
		if err := p.render("postmortems", pg); err != nil {
			return err
		}
	}
	return nil
}

func (t *tribeSite) listTrust() []trustItem {
	return []trustItem{
		{Text: "As of " + t.instant(t.in.AsOf), Strong: true},
		{Text: count(len(t.facts.Postmortems), "postmortem", "postmortems") + ", all time"},
	}
}

// postmortemIndex writes the page that squads come to: what happened before,
// what nobody wrote about, what is not yet final.
func (t *tribeSite) postmortemIndex(p place, v listView) error {
	pg := p.page("Postmortems, "+t.facts.Index.Name, "Postmortems")
	pg.Trust = t.listTrust()
	drafts, reviews := 0, 0
	var detected, causes []string
	for i := range t.facts.Postmortems {
		e := &t.facts.Postmortems[i]
		switch e.Status {
		case "draft":
			drafts++
		case "review":
			reviews++
		}
		if e.Status != "final" && e.Status != "" && e.Withdrawn == "" {
			v.Pending = append(v.Pending, t.pending(p, e))
		}
		if e.Detection != "" {
			detected = append(detected, e.Detection)
		}
		if len(e.Causes) > 0 {
			v.CausesN++
		}
		causes = append(causes, e.Causes...)
	}
	if drafts+reviews > 0 {
		pg.Trust = append(pg.Trust, trustItem{Text: fmt.Sprintf("%s, %d in review", count(drafts, "draft", "drafts"), reviews)})
	}
	pg.Trust = append(pg.Trust, t.built()...)
	v.Detected, v.DetectedN, v.Causes = bars(detected), len(detected), bars(causes)
	v.Episodes, v.Policy = t.episodes(), t.writtenPolicy(p)
	pg.Short = [][]linked{{{t.indexShort(v), ""}}}
	pg.Description = text(pg.Short)
	pg.Body = v
	return p.render("postmortems", pg)
}

// indexShort answers what a squad asks first: what happens most, how it is
// noticed, what nobody has written about.
func (t *tribeSite) indexShort(v listView) string {
	if v.N == 0 {
		return "No postmortem yet. Begin one with tribune new postmortem, or add a Markdown file to content/postmortems/" + t.facts.Index.ID + "/."
	}
	var parts []string
	if len(v.Causes) > 0 && v.Causes[0].N > 1 {
		parts = append(parts, fmt.Sprintf("The most frequent cause is %s, in %d of %s.", v.Causes[0].Name, v.Causes[0].N, count(v.N, "incident", "incidents")))
	} else {
		parts = append(parts, count(v.N, "incident is", "incidents are")+" written up.")
	}
	var how []string
	for _, d := range v.Detected {
		how = append(how, fmt.Sprintf("%d by %s", d.N, d.Name))
	}
	if len(how) > 0 {
		parts = append(parts, "Found "+strings.Join(how, ", ")+".")
	}
	if n := len(v.Episodes); n > 0 {
		parts = append(parts, count(n, "episode has", "episodes have")+" no postmortem.")
	}
	return strings.Join(parts, " ")
}

func (t *tribeSite) pending(p place, e *scorecard.Postmortem) pendingRow {
	row := pendingRow{ID: cmp.Or(deref(e.ID), e.Title), Href: p.to("postmortems/" + e.Slug + "/"), Status: e.Status, Age: "no date"}
	if !e.Date.IsZero() {
		row.Age = count(e.Date.DaysUntil(slo.DateOf(t.in.AsOf, t.in.Catalog.Site.Zone)), "day", "days")
	}
	return row
}

func (t *tribeSite) row(p place, e *scorecard.Postmortem, cols columns) postmortemRow {
	row := postmortemRow{
		ID: e.Slug, Facets: facetLines(e), Columns: cols,
		Day: shortDay(e.Date), Number: deref(e.ID), Title: e.Title, Href: p.to("postmortems/" + e.Slug + "/"),
		Impact: e.Impact, Severity: e.Severity, Cause: join(e.Causes), Status: e.Status,
		Services: serviceNames(e), Withdrawn: e.Withdrawn != "", Budget: percent(mostSpent(e)),
	}
	if !e.Date.IsZero() {
		row.Year = strconv.Itoa(e.Date.Year)
	}
	if e.Actions.Total > 0 {
		row.Done = fmt.Sprintf("%d of %d", e.Actions.Done(), e.Actions.Total)
		if e.Actions.Overdue > 0 {
			row.Late = fmt.Sprintf("%d late", e.Actions.Overdue)
		}
	}
	return row
}

func (t *tribeSite) columns() (c columns) {
	for i := range t.facts.Postmortems {
		e := &t.facts.Postmortems[i]
		c.Services = c.Services || len(e.Services) > 0
		c.Severity = c.Severity || e.Severity != "" || len(e.Causes) > 0
		c.Budget = c.Budget || mostSpent(e).Known
		c.Status = c.Status || e.Status != ""
		c.Actions = c.Actions || e.Actions.Total > 0
	}
	return c
}

func serviceNames(e *scorecard.Postmortem) string {
	var names []string
	for _, s := range e.Services {
		names = append(names, s.Name)
	}
	return join(names)
}

// mostSpent is the most that an incident took of one budget in one month.
func mostSpent(e *scorecard.Postmortem) (most scorecard.Number) {
	for _, c := range e.Budget {
		if c.Share.Known && (!most.Known || c.Share.Value > most.Value) {
			most = c.Share
		}
	}
	return most
}

// duty is the share of a budget from which the policy requires a postmortem.
const duty = 0.20

// episodes lists the burn of the last twelve months that nobody has explained,
// the latest first, with the command that begins a postmortem.
func (t *tribeSite) episodes() (rows []episodeRow) {
	zone := t.in.Catalog.Site.Zone
	cards := t.facts.Cards[max(0, len(t.facts.Cards)-12):]
	for _, c := range slices.Backward(cards) {
		for _, r := range c.SLOs {
			for _, e := range slices.Backward(r.Ledger.Unexplained) {
				row := episodeRow{
					Day:   e.From.In(zone).Format("2 Jan 2006"),
					Hours: e.From.In(zone).Format("15:04") + "–" + e.To.In(zone).Format("15:04"),
					Text:  fmt.Sprintf("%s: %s of %s’s budget.", rowName(&c, r), percent(e.Share), c.Month.Month),
					Note:  "Not required.",
					Command: fmt.Sprintf("tribune new postmortem \"%s on %s\" --tribe %s --service %s --started %s",
						r.ServiceName, e.From.In(zone).Format("2 January"), t.facts.Index.ID, r.Service, e.From.UTC().Format(time.RFC3339)),
				}
				if e.Share.Value >= duty {
					row.Note = "Required: it spent 20% or more."
				}
				rows = append(rows, row)
			}
		}
	}
	return rows
}
