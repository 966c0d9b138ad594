package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tribune/generator/chart"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

type actionsView struct {
	Standing scorecard.Standing
	Month    string
	Ages     []barRow
	OnTime   string // "41 of 52, 79%"
	OnNote   string
	Since    string // the day since which Changes are told
	Changes  []changeRow
	Unlisted int    // changes that are not listed
	Moved    string // what changed, in counts
	Groups   []actionGroup
	Done     []actionRow
	Calendar string
	JSON     string
	CSV      string
}

// An actionGroup is what one owner still has to do.
type actionGroup struct {
	Owner string
	Rows  []actionRow // the most urgent, at most owedRows
	Note  string
	Left  int // how many there are besides
	late  int
}

// owedRows is how many actions of one owner a page lists.
const owedRows = 100

// An actionRow is an action as tables show it.
type actionRow struct {
	Title, Priority, Owner, Kind string
	Due, Late, Age, State        string
	Spent                        string // the most that the source took of a budget
	Source                       linked
	Ticket                       linked
	Dropped                      string
}

// actionRow prints an action; tribe is the way from the root to its tribe's
// folder, "" on the tribe's own pages.
func (b *builder) actionRow(p place, a scorecard.Action, tribe string) actionRow {
	row := actionRow{
		Title: a.Title, Priority: string(a.Priority), Owner: string(a.Owner), Kind: string(a.Kind), Dropped: string(a.Dropped),
		Source: linked{a.Source, p.to(tribe + "postmortems/" + a.Postmortem + "/")},
	}
	row.Ticket.Text = string(a.Ticket)
	if strings.HasPrefix(string(a.Ticket), "https://") || strings.HasPrefix(string(a.Ticket), "http://") {
		row.Ticket = linked{"ticket", string(a.Ticket)}
	}
	row.Due = mediumDay(a.Due)
	switch {
	case a.Overdue:
		row.Late = count(a.DaysLate, "day late", "days late")
		row.State = row.Late
	case a.State == "open":
		row.State = "open"
	case a.State == "dropped":
		row.State = "dropped"
	default:
		row.State = "done"
		if !a.Closed.IsZero() {
			row.State += " " + mediumDay(a.Closed)
		}
	}
	if a.Age.Known {
		row.Age = fmt.Sprintf("%.0f days", a.Age.Value)
	}
	return row
}

// recentlyDone is how many finished actions the page credits.
const recentlyDone = 12

// A promise is an action, whose it is, and the way from the page's root to its
// tribe.
type promise struct {
	*scorecard.Action
	who   string
	tribe string
	spent string // the most that the incident took of a budget
}

// actionsPage lists what a tribe promised.
func (t *tribeSite) actionsPage() error {
	v := t.changed(scorecard.ChangesOf(t.today(), t.facts), actionsView{Standing: scorecard.StandingOf(t.facts)})
	p := t.at("actions/index.html")
	v.JSON, v.CSV = p.to("api/actions.json"), p.to("api/actions.csv")
	return t.promises(p, v, promised(t.facts, "", ""), "Actions, "+t.facts.Index.Name)
}

// allActions lists what all tribes promised.
func (r *root) allActions() error {
	var all []promise
	var tribes []*scorecard.Tribe
	for i := range r.front.Tribes {
		t := &r.front.Tribes[i]
		tribes = append(tribes, t)
		all = append(all, promised(t, t.Index.Name+", ", t.Index.ID+"/")...)
	}
	slices.SortStableFunc(all, func(a, b promise) int { return b.Closed.Compare(a.Closed) })
	p := r.at("actions/index.html")
	v := r.changed(scorecard.ChangesOf(r.today(), tribes...), actionsView{Standing: scorecard.StandingOf(tribes...)})
	v.JSON, v.CSV = p.to("api/actions.json"), p.to("api/actions.csv")
	return r.promises(p, v, all, "Actions")
}

// A changeRow is what became of an action since a month ago.
type changeRow struct {
	Day, Kind, Priority, Title, Owner string
}

// changeRows is how many changes a page lists.
const changeRows = 12

// changed puts what changed on a page of actions.
func (b *builder) changed(c scorecard.Changes, v actionsView) actionsView {
	v.Since = scorecard.DayName(c.Since)
	for _, x := range c.Items[:min(changeRows, len(c.Items))] {
		kind := x.Kind
		if kind == "new" {
			kind = "promised"
		}
		v.Changes = append(v.Changes, changeRow{shortDay(x.Day), kind, string(x.Action.Priority), x.Action.Title, string(x.Action.Owner)})
	}
	v.Unlisted = len(c.Items) - len(v.Changes)
	v.Moved = moved(c)
	return v
}

// moved counts what became of actions since a day.
func moved(c scorecard.Changes) string {
	n := make(map[string]int)
	for _, x := range c.Items {
		n[x.Kind]++
	}
	return fmt.Sprintf("%d promised, %d done, %d fell due", n["new"], n["done"], n["late"])
}

// today is the day that the site speaks of, in its zone.
func (b *builder) today() slo.Date { return slo.DateOf(b.in.AsOf, b.in.Catalog.Site.Zone) }

// promised returns the tribe's actions with the name of the tribe, which may be
// "", before the owner's.
func promised(t *scorecard.Tribe, name, way string) (all []promise) {
	spent := make(map[string]string)
	for i := range t.Postmortems {
		e := &t.Postmortems[i]
		if most := mostSpent(e); most.Known {
			spent[e.Slug] = percent(most)
		}
	}
	all = make([]promise, 0, len(t.Actions))
	for i := range t.Actions {
		a := &t.Actions[i]
		who := a.Owner
		if who == "" {
			who = "no owner"
		}
		all = append(all, promise{a, upperFirst(name + string(who)), way, spent[a.Postmortem]})
	}
	return all
}

func upperFirst(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// promises writes a page of actions: how they stand, what is open by owner with
// the overdue first, then what was done.
func (r *root) promises(p place, v actionsView, actions []promise, heading string) error {
	pg := p.page(heading, "Actions")
	pg.Trust = append([]trustItem{{Text: "As of " + r.instant(r.in.AsOf), Strong: true}}, r.built()...)
	groups := make(map[string]*actionGroup)
	for _, a := range actions {
		credited := a.State == "done" && len(v.Done) < recentlyDone
		if a.State != "open" && !credited {
			continue
		}
		row := r.actionRow(p, *a.Action, a.tribe)
		row.Owner, row.Spent = a.who, a.spent
		if credited {
			v.Done = append(v.Done, row)
			continue
		}
		g := groups[a.who]
		if g == nil {
			g = &actionGroup{Owner: a.who}
			groups[a.who] = g
		}
		g.Rows = append(g.Rows, row)
		if a.Overdue {
			g.late++
		}
	}
	for _, g := range groups {
		g.Note = fmt.Sprintf("%d open, %d late", len(g.Rows), g.late)
		if n := len(g.Rows); n > owedRows {
			g.Rows, g.Left = g.Rows[:owedRows], n-owedRows
		}
		v.Groups = append(v.Groups, *g)
	}
	slices.SortFunc(v.Groups, func(a, b actionGroup) int {
		return cmp.Or(cmp.Compare(min(b.late, 1), min(a.late, 1)), cmp.Compare(strings.ToLower(a.Owner), strings.ToLower(b.Owner)))
	})
	v.stand()
	v.Calendar = p.to(calendarFile)
	short := v.short()
	pg.Short = [][]linked{{{short, ""}}}
	if len(v.Changes) > 0 {
		pg.Short = append(pg.Short, []linked{{"Since " + v.Since, "#changed"}, {": " + v.Moved + ".", ""}})
	}
	pg.Description = short
	pg.Body = v
	return p.render("actions", pg)
}

// stand puts how the actions stand into words and bars.
func (v *actionsView) stand() {
	s := v.Standing
	v.Month = scorecard.MonthName(s.Month)
	if !s.Closed {
		v.Month += " so far"
	}
	most := max(1, slices.Max(s.Ages[:]), s.NoAge)
	for i, n := range s.Ages {
		name := fmt.Sprintf("over %d days", scorecard.AgeDays[i]-1)
		if i+1 < len(s.Ages) {
			name = fmt.Sprintf("%d to %d days", scorecard.AgeDays[i], scorecard.AgeDays[i+1]-1)
		}
		v.Ages = append(v.Ages, barRow{name, chart.HBar(float64(n) / float64(most)), n})
	}
	if s.NoAge > 0 {
		v.Ages = append(v.Ages, barRow{"no date", chart.HBar(float64(s.NoAge) / float64(most)), s.NoAge})
	}
	o := s.OnTime
	if !o.Share.Known {
		return
	}
	v.OnTime = fmt.Sprintf("%d of %d, %.0f%%", o.Done, o.Due, 100*o.Share.Value)
	v.OnNote = fmt.Sprintf("Due %s to %s and done by their day; 95%% interval %.0f to %.0f%%.",
		shortMonth(o.First), shortMonth(o.Last), 100*o.Low.Value, 100*o.High.Value)
	if o.First == o.Last {
		v.OnNote = strings.Replace(v.OnNote, "Due "+shortMonth(o.First)+" to ", "Due ", 1)
	}
}

// short says what is open, what is late, and what nobody has taken on.
func (v actionsView) short() string {
	s := v.Standing
	if s.Open == 0 {
		return "Nothing is open. Actions are read from postmortems: a task list under a heading such as “Action items”."
	}
	text := fmt.Sprintf("%s open, %d of them overdue.", count(s.Open, "action is", "actions are"), s.Overdue)
	var lacking []string
	if s.NoOwner > 0 {
		lacking = append(lacking, fmt.Sprintf("%s no owner", count(s.NoOwner, "has", "have")))
	}
	if s.NoDue > 0 {
		lacking = append(lacking, fmt.Sprintf("%s no due date", count(s.NoDue, "has", "have")))
	}
	if len(lacking) > 0 {
		text += " " + strings.Join(lacking, " and ") + "."
	}
	return text
}
