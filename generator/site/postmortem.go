package site

import (
	"cmp"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

type indexView struct {
	Facets   []facet
	Detected []barRow
	Causes   []barRow
	N        int
	Pending  []pendingRow
	Episodes []episodeRow
	Years    []yearRows
	JSON     string
}

// A facet is one way to narrow the list. Without script its links lead to
// nothing more than the list; the counts are facts by themselves.
type facet struct {
	Name, Key string
	Values    []facetValue
}

type facetValue struct {
	Text string
	N    int
}

type pendingRow struct {
	Age, ID, Href, Status string
}

type episodeRow struct {
	Day, Hours, Text, Note, Command string
}

type yearRows struct {
	Year string
	Rows []postmortemRow
	Columns
}

// Columns are those that any row of the index fills: what no file says is left
// out rather than shown as a column of dashes.
type Columns struct {
	Services, Severity, Budget, Status, Actions bool
}

type postmortemRow struct {
	Day, ID, Title, Href, Impact string
	Services                     string
	Severity, Cause              string
	Budget, Status               string
	Done, Late                   string
	Withdrawn                    bool
	Facets                       string // for the script: key=value, one a line
}

func (t *tribeSite) postmortemIndex() error {
	p := t.at("postmortems/index.html")
	all := t.facts.Postmortems
	pg := p.page("Postmortems, "+t.facts.Index.Name, "Postmortems")
	pg.Trust = []trustItem{
		{Text: "As of " + t.instant(t.in.AsOf), Strong: true},
		{Text: count(len(all), "postmortem", "postmortems") + ", all time"},
	}
	v := indexView{N: len(all), JSON: p.to("api/postmortems.json")}
	drafts, reviews := 0, 0
	var detected, causes []string
	for i := range all {
		e := &all[i]
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
		causes = append(causes, e.Causes...)
		t.addRow(p, &v, e)
	}
	v.showColumns()
	if drafts+reviews > 0 {
		pg.Trust = append(pg.Trust, trustItem{Text: fmt.Sprintf("%s, %d in review", count(drafts, "draft", "drafts"), reviews)})
	}
	pg.Trust = append(pg.Trust, t.built()...)
	v.Detected, v.Causes = bars(detected), bars(causes)
	v.Facets = t.facets()
	v.Episodes = t.episodes()
	pg.Short = [][]linked{{{t.indexShort(v), ""}}}
	pg.Description = text(pg.Short)
	pg.Body = v
	return p.render("postmortems", pg)
}

// indexShort answers what a squad asks first: what happens most, how it is
// noticed, what nobody has written about.
func (t *tribeSite) indexShort(v indexView) string {
	if v.N == 0 {
		return "No postmortem yet. Add a Markdown file to content/postmortems/" + t.facts.Index.ID + "/."
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

func (t *tribeSite) addRow(p place, v *indexView, e *scorecard.Postmortem) {
	year := "No date"
	if !e.Date.IsZero() {
		year = strconv.Itoa(e.Date.Year)
	}
	if n := len(v.Years); n == 0 || v.Years[n-1].Year != year {
		v.Years = append(v.Years, yearRows{Year: year})
	}
	row := postmortemRow{
		Day: shortDay(e.Date), ID: deref(e.ID), Title: e.Title, Href: p.to("postmortems/" + e.Slug + "/"),
		Impact: e.Impact, Severity: e.Severity, Cause: join(e.Causes), Status: e.Status,
		Services: serviceNames(e), Withdrawn: e.Withdrawn != "", Budget: worstShare(e),
	}
	if e.Actions.Total > 0 {
		row.Done = fmt.Sprintf("%d of %d", e.Actions.Done(), e.Actions.Total)
		if e.Actions.Overdue > 0 {
			row.Late = fmt.Sprintf("%d late", e.Actions.Overdue)
		}
	}
	var f []string
	for _, x := range t.facetsOf(e) {
		f = append(f, x.key+"="+x.value)
	}
	row.Facets = strings.Join(f, "\n")
	last := &v.Years[len(v.Years)-1]
	last.Rows = append(last.Rows, row)
}

func (v *indexView) showColumns() {
	var c Columns
	for _, y := range v.Years {
		for _, r := range y.Rows {
			c.Services = c.Services || r.Services != ""
			c.Severity = c.Severity || r.Severity != "" || r.Cause != ""
			c.Budget = c.Budget || r.Budget != slo.Dash
			c.Status = c.Status || r.Status != ""
			c.Actions = c.Actions || r.Done != ""
		}
	}
	for i := range v.Years {
		v.Years[i].Columns = c
	}
}

func serviceNames(e *scorecard.Postmortem) string {
	var names []string
	for _, s := range e.Services {
		names = append(names, s.Name)
	}
	return join(names)
}

// worstShare is the most that an incident took of one budget in one month.
func worstShare(e *scorecard.Postmortem) string {
	most := scorecard.Number{}
	for _, c := range e.Budget {
		if c.Share.Known && (!most.Known || c.Share.Value > most.Value) {
			most = c.Share
		}
	}
	return percent(most)
}

type keyed struct{ name, key, value string }

// facetsOf lists the values of one postmortem by which the list can be narrowed.
func (t *tribeSite) facetsOf(e *scorecard.Postmortem) (all []keyed) {
	for _, s := range e.Services {
		all = append(all, keyed{"Service", "service", s.Name})
	}
	for _, q := range e.Squads {
		all = append(all, keyed{"Squad", "squad", q})
	}
	one := func(name, key, value string) {
		if value != "" {
			all = append(all, keyed{name, key, value})
		}
	}
	one("Severity", "severity", e.Severity)
	for _, c := range e.Causes {
		one("Cause", "cause", c)
	}
	one("Detected by", "detection", e.Detection)
	one("Review", "status", e.Status)
	if e.Actions.Overdue > 0 {
		one("Actions", "actions", "with an overdue action")
	} else if e.Actions.Total > 0 && e.Actions.Open == 0 {
		one("Actions", "actions", "all done")
	}
	for _, tag := range e.Tags {
		one("Tag", "tag", tag)
	}
	if !e.Date.IsZero() {
		one("Year", "year", strconv.Itoa(e.Date.Year))
	}
	return all
}

func (t *tribeSite) facets() (out []facet) {
	order := []string{"Service", "Squad", "Severity", "Cause", "Detected by", "Review", "Actions", "Tag", "Year"}
	counts := make(map[keyed]int)
	for i := range t.facts.Postmortems {
		for _, k := range t.facetsOf(&t.facts.Postmortems[i]) {
			counts[k]++
		}
	}
	for _, name := range order {
		f := facet{Name: name}
		for k, n := range counts {
			if k.name == name {
				f.Key = k.key
				f.Values = append(f.Values, facetValue{k.value, n})
			}
		}
		slices.SortFunc(f.Values, func(a, b facetValue) int {
			if name == "Year" {
				return cmp.Compare(b.Text, a.Text)
			}
			return cmp.Or(-cmp.Compare(a.N, b.N), cmp.Compare(a.Text, b.Text))
		})
		if len(f.Values) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// episodes lists the burn of the last twelve months that nobody has explained,
// the latest first, with the command that begins a postmortem.
func (t *tribeSite) episodes() (rows []episodeRow) {
	zone := t.in.Catalog.Site.Zone
	cards := t.facts.Cards[max(0, len(t.facts.Cards)-12):]
	for i := len(cards) - 1; i >= 0; i-- {
		for _, r := range cards[i].SLOs {
			for _, e := range slices.Backward(r.Ledger.Unexplained) {
				row := episodeRow{
					Day:   e.From.In(zone).Format("2 Jan 2006"),
					Hours: e.From.In(zone).Format("15:04") + "–" + e.To.In(zone).Format("15:04"),
					Text:  fmt.Sprintf("%s: %s of %s’s budget.", rowName(&cards[i], r), percent(e.Share), cards[i].Month.Month),
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

// duty is the share of a budget from which the policy requires a postmortem.
const duty = 0.20

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
	Related     []relatedRow
	Figure      template.HTML
	FigureNote  string
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
	pg.Description = cmp.Or(e.Impact, e.Title)
	pg.Trust = t.postmortemTrust(e)
	v := postmortemView{Withdrawn: e.Withdrawn, Index: p.to("postmortems/")}
	var found diag.List
	if e.Withdrawn == "" {
		src, err := fs.ReadFile(t.in.Files, e.File)
		if err != nil {
			return nil, err
		}
		body, problems := postmortem.Body(e.File, src, e.Title, t.bodyLinks(p, e.File))
		if err := t.images(body.Images); err != nil {
			return nil, err
		}
		found = problems
		v.HTML, v.Contents, v.Lead = body.HTML, body.Contents, e.Impact
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
		if err := t.around(&v, p, e, written); err != nil {
			return nil, err
		}
	}
	for _, problem := range slices.Concat(t.problems[e.File], found) {
		if problem.Severity > diag.Note {
			v.Problems = append(v.Problems, fmt.Sprintf("Line %d: %s.", problem.Pos.Line, problem.Message))
		}
	}
	if len(e.FromProse) > 0 {
		v.FromProse = "Read from the text: " + join(e.FromProse) + "."
	}
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
	status := map[string]string{"draft": "Draft", "review": "In review", "final": "Final"}[e.Status]
	items := []trustItem{{Text: cmp.Or(status, "Review status unknown"), Strong: true}}
	if e.Withdrawn != "" {
		items[0].Text = "Withdrawn"
	}
	if e.Severity != "" {
		items = append(items, trustItem{Text: "severity " + e.Severity})
	}
	readers := map[string]string{"public": "everybody", "org": "organisation", "tribe": "tribe"}[e.Audience]
	if readers != "" {
		items = append(items, trustItem{Text: "readers: " + readers})
	}
	return append(append(items, trustItem{Text: "actions as of " + scorecard.DayName(slo.DateOf(t.in.AsOf, t.in.Catalog.Site.Zone))}), t.built()...)
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
		impact = t.between(*e.Started, *end) + ", " + minutes(e.Minutes)
	} else if e.Started != nil {
		impact = "from " + t.clock(*e.Started) + ", end unknown"
	}
	row("Impact", impact)
	after := func(at *time.Time) string {
		if at == nil {
			return ""
		}
		if e.Started == nil || at.Before(*e.Started) {
			return "at " + t.clock(*at)
		}
		return "after " + minutes(scorecard.Number{Value: at.Sub(*e.Started).Minutes(), Known: true})
	}
	detected := after(e.Detected)
	if e.Detection != "" {
		detected = strings.TrimSuffix("by "+e.Detection+", "+detected, ", ")
	}
	row("Detected", detected)
	if e.Acknowledged != nil {
		row("Acknowledged", after(e.Acknowledged))
	}
	row("Mitigated", after(e.Mitigated))
	row("Resolved", after(e.Resolved))
	row("Services", serviceNames(e))
	row("Cause class", join(e.Causes))
	if len(e.Tags) > 0 {
		row("Tags", join(e.Tags))
	}
	if len(unknown) > 0 {
		rows = append(rows, factRow{Name: "Unknown", Text: join(unknown), Missing: true})
	}
	return rows
}

// between writes a stretch of time in the site's zone, with UTC.
func (b *builder) between(from, to time.Time) string {
	zone := b.in.Catalog.Site.Zone
	x, y := from.In(zone), to.In(zone)
	layout := "15:04"
	if slo.DateOf(from, zone) != slo.DateOf(to, zone) {
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
func (t *tribeSite) bodyLinks(p place, file string) postmortem.Links {
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
