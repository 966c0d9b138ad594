package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

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
	Since     string // a month ago; "" if nothing has changed since
	New       []relatedRow
	Moved     string // what became of actions since
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

// postmortemLists writes the index of the tribe's postmortems and all that
// belongs to it.
func (t *tribeSite) postmortemLists() error {
	return t.shelf().lists(", "+t.facts.Index.Name, "api/postmortems.json", "api/postmortems.csv", t.postmortemIndex)
}

// postmortemIndex writes the page that squads come to: what happened before,
// what nobody wrote about, what is not yet final.
func (t *tribeSite) postmortemIndex(p place, v listView) error {
	pg := p.page("Postmortems, "+t.facts.Index.Name, "Postmortems")
	pg.Trust = t.shelf().listTrust()
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
			detected = append(detected, string(e.Detection))
		}
		if classes := e.Classes(); len(classes) > 0 {
			v.CausesN++
			causes = append(causes, classes...)
		}
	}
	if drafts+reviews > 0 {
		pg.Trust = append(pg.Trust, trustItem{Text: fmt.Sprintf("%s, %d in review", count(drafts, "draft", "drafts"), reviews)})
	}
	pg.Trust = append(pg.Trust, t.built()...)
	v.Detected, v.DetectedN, v.Causes = bars(detected), len(detected), bars(causes)
	t.sinceLastMonth(&v, p)
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
	row := pendingRow{ID: cmp.Or(deref(e.ID), e.Title), Href: p.to("postmortems/" + e.Slug + "/"), Status: string(e.Status), Age: "no date"}
	if !e.Date.IsZero() {
		row.Age = count(e.Date.DaysUntil(slo.DateOf(t.in.AsOf, t.in.Catalog.Site.Zone)), "day", "days")
	}
	return row
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
// those that require a postmortem and then the latest first, with the command that
// begins one.
func (t *tribeSite) episodes() (rows []episodeRow) {
	type burnt struct {
		row      episodeRow
		from     time.Time
		required bool
	}
	var all []burnt
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
					Command: fmt.Sprintf("tribune new postmortem %s --tribe %s --service %s --started %s",
						shellWord(r.ServiceName+" on "+e.From.In(zone).Format("2 January")), t.facts.Index.ID, r.Service, e.From.UTC().Format(time.RFC3339)),
				}
				required := e.Share.Value >= duty
				if required {
					row.Note = "Required: it spent 20% or more."
				}
				all = append(all, burnt{row, e.From, required})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b burnt) int {
		switch {
		case a.required && !b.required:
			return -1
		case b.required && !a.required:
			return 1
		}
		return b.from.Compare(a.from)
	})
	for _, b := range all {
		rows = append(rows, b.row)
	}
	return rows
}

// shellWord writes a text so that a shell takes it as one word and expands
// nothing in it.
func shellWord(text string) string {
	if !strings.ContainsAny(text, "\"$`\\!") {
		return `"` + text + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// sinceLastMonth tells what is new in the list, and what became of actions.
func (t *tribeSite) sinceLastMonth(v *listView, p place) {
	c := scorecard.ChangesOf(t.today(), t.facts)
	for _, e := range t.facts.Postmortems {
		if e.Withdrawn == "" && !e.Date.IsZero() && !e.Date.Before(c.Since) {
			v.New = append(v.New, relatedRow{Day: shortDay(e.Date), ID: deref(e.ID), Title: e.Title, Href: p.to("postmortems/" + e.Slug + "/")})
		}
	}
	if len(v.New)+len(c.Items) > 0 {
		v.Since = scorecard.DayName(c.Since)
	}
	v.Moved = "Actions: " + moved(c) + "."
}
