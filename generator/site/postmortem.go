package site

import (
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

type postmortemView struct {
	Lead        string
	Facts       []factRow
	Withdrawn   string
	Problems    []string
	FromProse   string
	Contents    []postmortem.Heading
	HTML        template.HTML
	Actions     []actionRow
	ActionsHead string
	Budget      []costRow
	Policy      []dutyRow
	Related     []relatedRow
	Figure      template.HTML
	FigureNote  string
	Differs     string // where the data say other times than the text
	FigureHead  []string
	FigureRows  [][]string
	Interactive *figureView
	Index       string
}

type relatedRow struct{ Day, ID, Title, Href, Reason string }

type costRow struct{ Name, Month, Bad, Share, Note string }

// postmortemPage writes one postmortem, and a small page at each of its earlier
// addresses. It returns the problems found in its text.
func (t *tribeSite) postmortemPage(e *scorecard.Postmortem) (diag.List, error) {
	p := t.at("postmortems/" + e.Slug + "/index.html")
	written := t.writings[e.Slug]
	pg := p.page(e.Title, "Postmortems")
	pg.Title = e.Title + " · " + t.facts.Index.Name + " · " + pg.Site
	pg.Kicker = t.kicker(p, e)
	pg.Description = cmp.Or(string(e.Impact), e.Title)
	pg.Trust = t.postmortemTrust(e)
	v := postmortemView{Withdrawn: e.Withdrawn, Index: p.to("postmortems/")}
	var found diag.List
	if e.Withdrawn == "" {
		chart, err := t.around(e, written)
		if err != nil {
			return nil, err
		}
		links := t.bodyLinks(p)
		links.Zone, links.Day, links.Chart = t.in.Catalog.Site.Zone, written.Date, chart.Span
		body, problems, err := t.in.Body(e.File, e.Title, links)
		if err != nil {
			return nil, err
		}
		if err := t.images(body.Images); err != nil {
			return nil, err
		}
		found = problems
		v.HTML, v.Contents, v.Lead = body.HTML, body.Contents, string(e.Impact)
		v.Facts = t.postmortemFacts(e)
		for _, a := range written.Actions {
			v.Actions = append(v.Actions, t.writtenAction(p, a, e))
		}
		if n := len(v.Actions); n > 0 {
			v.ActionsHead = fmt.Sprintf("Actions, %d of %d done", e.Actions.Done(), n)
		}
		for _, r := range e.Related {
			v.Related = append(v.Related, relatedRow{
				mediumDay(r.Date), deref(r.ID), r.Title, p.to("postmortems/" + r.Slug + "/"), r.Reason,
			})
		}
		if err := t.surround(&v, p, e, chart, body.Timeline); err != nil {
			return nil, err
		}
	}
	for _, problem := range slices.Concat(t.problems[e.File], found) {
		if problem.Severity > diag.Note {
			v.Problems = append(v.Problems, fmt.Sprintf("Line %d: %s.", problem.Pos.Line, problem.Message))
		}
	}
	v.FromProse = t.fromProse(e)
	v.Policy = t.policyOf(p, e.Slug)
	for _, c := range e.Budget {
		row := costRow{Name: c.Name, Month: shortMonth(c.Month), Bad: events(c.Bad), Share: percent(c.Share)}
		switch {
		case !c.Share.Known:
			row.Note = "too little traffic"
		case c.Estimate:
			row.Note = "estimate"
		}
		v.Budget = append(v.Budget, row)
	}
	pg.Body = v
	if err := p.render("postmortem", pg); err != nil {
		return nil, err
	}
	return found, t.redirects(e)
}

// proseFields are the fields that may be read from the text, in the order in which
// the page names them.
var proseFields = []string{"title", "date", "severity", "services", "impact", "started", "detected", "acknowledged", "mitigated", "resolved", "duration", "detection", "causes"}

// fromProse tells what was read from the text, and of which times the text names
// no zone.
func (t *tribeSite) fromProse(e *scorecard.Postmortem) string {
	if len(e.Readings) == 0 {
		return ""
	}
	place := func(field string) int { return slices.Index(proseFields, field) }
	var fields, assumed []string
	for _, r := range slices.SortedStableFunc(slices.Values(e.Readings), func(a, b scorecard.Reading) int { return place(a.Field) - place(b.Field) }) {
		fields = append(fields, r.Field)
		if r.ZoneAssumed {
			assumed = append(assumed, r.Field)
		}
	}
	text := "Read from the text: " + join(fields) + "."
	if len(assumed) > 0 {
		text += " Zone assumed for " + join(assumed) + ": the text names none, so it is that of the site."
	}
	return text
}

func (t *tribeSite) kicker(p place, e *scorecard.Postmortem) []linked {
	var parts []linked
	if id := deref(e.ID); id != "" {
		parts = append(parts, linked{id + " · ", ""})
	}
	if !e.Date.IsZero() {
		day := time.Date(e.Date.Year, e.Date.Month, e.Date.Day, 0, 0, 0, 0, time.UTC)
		parts = append(parts, linked{day.Format("Monday 2 January 2006") + " · ", ""})
	}
	return append(parts, linked{t.facts.Index.Name + " postmortems", p.to("postmortems/")})
}

func (t *tribeSite) postmortemTrust(e *scorecard.Postmortem) []trustItem {
	status := map[string]string{"draft": "Draft", "review": "In review", "final": "Final"}[string(e.Status)]
	items := []trustItem{{Text: cmp.Or(status, "Review status unknown"), Strong: true}}
	if e.Withdrawn != "" {
		items[0].Text = "Withdrawn"
	}
	if e.Severity != "" {
		items = append(items, trustItem{Text: "severity " + string(e.Severity)})
	}
	readers := map[string]string{"public": "everybody", "org": "organisation", "tribe": "tribe"}[e.Audience]
	if readers != "" {
		items = append(items, trustItem{Text: "readers: " + readers})
	}
	if settled(e) {
		return items
	}
	return append(append(items, trustItem{Text: "actions as of " + scorecard.DayName(slo.DateOf(t.in.AsOf, t.in.Catalog.Site.Zone))}), t.built()...)
}

// settled reports whether nothing of a postmortem waits for a day to come: its
// page is the same from night to night, and so says neither of what moment nor of
// which commit it speaks.
func settled(e *scorecard.Postmortem) bool {
	return e.Withdrawn != "" || e.Status == "final" && e.Actions.Open == 0
}

// postmortemFacts is the summary box: times in the site's zone with UTC. What
// the file does not say is unknown.
func (t *tribeSite) postmortemFacts(e *scorecard.Postmortem) (rows []factRow) {
	var unknown []string
	row := func(name, text string) {
		if text == "" {
			unknown = append(unknown, strings.ToLower(name))
			return
		}
		rows = append(rows, factRow{Name: name, Text: text})
	}
	impact := ""
	if e.Started != nil && e.Minutes.Known {
		end := e.Resolved
		if end == nil {
			end = e.Mitigated
		}
		impact = t.between(*e.Started, *end, e.Date) + ", " + minutes(e.Minutes)
	} else if e.Started != nil {
		impact = "from " + strings.TrimPrefix(t.moment(*e.Started, e.Date), "at ") + ", end unknown"
	}
	row("Impact", impact)
	if e.StatedMinutes.Known {
		row("Text says", minutes(e.StatedMinutes))
	}
	after := func(at *time.Time) string {
		if at == nil {
			return ""
		}
		if e.Started == nil || at.Before(*e.Started) {
			return t.moment(*at, e.Date)
		}
		return "after " + minutes(scorecard.Number{Value: at.Sub(*e.Started).Minutes(), Known: true})
	}
	detected := after(e.Detected)
	if e.Detection != "" {
		detected = strings.TrimSuffix("by "+string(e.Detection)+", "+detected, ", ")
	}
	row("Detected", detected)
	if e.Acknowledged != nil {
		row("Acknowledged", after(e.Acknowledged))
	}
	row("Mitigated", after(e.Mitigated))
	row("Resolved", after(e.Resolved))
	if spent := budgetSpent(e); spent != "" {
		row("Budget spent", spent)
	}
	row("Services", serviceNames(e))
	cause := "Cause class"
	if len(e.Classes()) < len(e.Causes) {
		cause = "Cause"
	}
	row(cause, join(e.Causes))
	if len(e.Tags) > 0 {
		row("Tags", join(e.Tags))
	}
	if len(unknown) > 0 {
		rows = append(rows, factRow{Name: "Unknown", Text: join(unknown), Missing: true})
	}
	return rows
}

// budgetsNamed is how many budgets the summary box names.
const budgetsNamed = 5

// budgetSpent names the budgets that an incident took most of.
func budgetSpent(e *scorecard.Postmortem) string {
	costs := slices.DeleteFunc(slices.Clone(e.Budget), func(c scorecard.Cost) bool { return !c.Share.Known })
	slices.SortStableFunc(costs, func(a, b scorecard.Cost) int { return cmp.Compare(b.Share.Value, a.Share.Value) })
	var words []string
	for _, c := range costs[:min(budgetsNamed, len(costs))] {
		words = append(words, c.Name+" "+percent(c.Share))
	}
	if more := len(costs) - len(words); more > 0 {
		words = append(words, count(more, "other", "others"))
	}
	return strings.Join(words, "; ")
}

// moment writes when something was, with the day if it is not that of the
// incident.
func (b *builder) moment(at time.Time, day slo.Date) string {
	if d := slo.DateOf(at, b.in.Catalog.Site.Zone); d != day {
		return "at " + b.clock(at) + " on " + scorecard.DayName(d)
	}
	return "at " + b.clock(at)
}

// between writes a stretch of time in the site's zone, with UTC, and with its days
// if they are not that of the incident.
func (b *builder) between(from, to time.Time, day slo.Date) string {
	zone := b.in.Catalog.Site.Zone
	x, y := from.In(zone), to.In(zone)
	layout := "15:04"
	if slo.DateOf(from, zone) != slo.DateOf(to, zone) || slo.DateOf(from, zone) != day {
		layout = "2 Jan 15:04"
	}
	text := x.Format(layout) + " to " + y.Format(layout+" MST")
	if x.Format("-07:00") != "+00:00" {
		text += " (" + from.UTC().Format("15:04") + " to " + to.UTC().Format("15:04") + " UTC)"
	}
	return text
}

func (t *tribeSite) writtenAction(p place, a postmortem.Action, e *scorecard.Postmortem) actionRow {
	today := slo.DateOf(t.in.AsOf, t.in.Catalog.Site.Zone)
	row := actionRow{Title: a.Title, Priority: a.Priority, Owner: t.squadName(a.Owner), Kind: a.Kind, Due: mediumDay(a.Due), Dropped: a.Dropped}
	switch {
	case a.Dropped != "":
		row.State = "dropped: " + a.Dropped
	case !a.Open() && a.Closed.IsZero():
		row.State = "done"
	case !a.Open():
		row.State = "done " + mediumDay(a.Closed)
	case a.Overdue(today):
		row.Late = count(a.Due.DaysUntil(today), "day late", "days late")
		row.State = "open, " + row.Late
	case a.Due.IsZero():
		row.State = "open"
	default:
		row.State = "open, " + count(today.DaysUntil(a.Due), "day left", "days left")
	}
	return row
}

// squadName gives the id of a squad its name; another owner is as written.
func (t *tribeSite) squadName(owner string) string {
	for _, q := range t.facts.Index.Squads {
		if q.ID == owner {
			return q.Name
		}
	}
	return owner
}

// bodyLinks resolves what the text refers to: other postmortems of the tribe
// and pictures beside the file.
func (t *tribeSite) bodyLinks(p place) postmortem.Links {
	return postmortem.Links{
		Page: func(target string) (string, bool) {
			at, ok := t.pagesOf[target]
			if at == "" {
				return "", ok
			}
			return p.to(at), true
		},
		Image: func(target string) (string, bool) {
			info, err := fs.Stat(t.in.Files, target)
			if err != nil || !info.Mode().IsRegular() {
				return "", false
			}
			at, err := t.imagePath(target)
			return p.to(at), err == nil
		},
	}
}

// redirects writes a small page at each earlier address of a postmortem.
func (t *tribeSite) redirects(e *scorecard.Postmortem) error {
	for _, alias := range e.Aliases {
		p := t.at("postmortems/" + alias + "/index.html")
		pg := p.page("Moved: "+e.Title, "Postmortems")
		pg.Body = linked{e.Title, p.to("postmortems/" + e.Slug + "/")}
		if err := p.render("moved", pg); err != nil {
			return err
		}
	}
	return nil
}
