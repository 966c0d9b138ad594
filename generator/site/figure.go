package site

import (
	"io/fs"
	"path"
	"strings"
	"time"

	"tribune/generator/chart"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// A figureView is an interactive figure: the element that the script fills when
// it scrolls into view. Its numbers stand in a table beside it.
type figureView struct {
	ID, Data, Lib string
	Instead       string   // the id of the static mark that it replaces
	Head          []string // of the table that says the same
	Rows          [][]string
}

// figure writes the data of an interactive figure and returns its element, or
// nil in a site without interactive charts.
func (r *root) figure(p place, f chart.Figure, err error) (*figureView, error) {
	if r.lib == "" || err != nil {
		return nil, err
	}
	script := f.Script()
	at := "assets/figures/" + hashed(f.ID+".js", script)
	if err := r.write(r.prefix+at, script); err != nil {
		return nil, err
	}
	return &figureView{ID: f.ID, Data: p.to(at), Lib: p.to(r.lib)}, nil
}

// timeline is the SLI and the traffic of the last weeks, hour by hour; the table
// that says the same is by day.
func (t *tribeSite) timeline(p place, o *scorecard.SLOInfo) (*figureView, error) {
	span := t.recent()
	series, err := t.hours(span, o.ID)
	if err != nil {
		return nil, err
	}
	zone := t.in.Catalog.Site.Zone
	if len(series.Points) == 0 {
		return nil, nil
	}
	objective := slo.Objective(o.Objective*1e9 + 0.5)
	line := chart.Timeline{
		Label: o.Title, Zone: zone, Step: time.Duration(o.Minutes) * time.Minute, Objective: objective,
		Buckets: buckets(series),
	}
	for i := range t.facts.Cards { // of many years of them the last few matter
		c := &t.facts.Cards[i]
		if !c.To.After(span.From) {
			continue
		}
		for _, r := range c.SLOs {
			if r.ID == o.ID {
				line.Bands = append(line.Bands, bands(c, r)...)
			}
		}
	}
	f, err := line.Figure(chart.FigureID("timeline", o.ID))
	v, err := t.figure(p, f, err)
	if v == nil || err != nil {
		return nil, err
	}
	v.Head = []string{"Day", "Result", "Events", "Failed"}
	for _, d := range series.Days(zone) {
		v.Rows = append(v.Rows, []string{mediumDay(d.Date), slo.Percent(d.Tally, objective), events(d.Total), events(d.Bad())})
	}
	return v, nil
}

func buckets(s slo.Series) (all []chart.Bucket) {
	for _, point := range s.Points {
		b := chart.Bucket{At: time.Unix(point.At, 0).UTC(), Events: point.Total.Events()}
		if sli, ok := point.SLI(); ok {
			b.Bad = 1 - sli
		}
		all = append(all, b)
	}
	return all
}

// budgetHistory is the budget of all SLOs of a tribe by month.
func (t *tribeSite) budgetHistory(p place) (*figureView, error) {
	h := chart.BudgetHistory{Label: t.facts.Index.Name}
	rows := make(map[string]*chart.BudgetRow)
	var order []string
	for _, v := range t.facts.Index.Services {
		for _, o := range v.SLOs {
			name := v.Name
			if len(v.SLOs) > 1 {
				name += ", " + o.Key
			}
			rows[o.ID] = &chart.BudgetRow{Name: name}
			order = append(order, o.ID)
		}
	}
	first := t.facts.Cards[0].Month
	for m := first; !t.newest().Before(m); m = m.Add(1) {
		h.Months = append(h.Months, m)
		card := t.facts.Card(m)
		for _, id := range order {
			month := chart.StripMonth{Month: m}
			if card != nil {
				for k := range card.SLOs {
					if r := &card.SLOs[k]; r.ID == id {
						month = stripMonth(scorecard.StripItem{Month: m, Spent: r.Budget.Spent, State: r.State, Changed: r.Changed != ""})
					}
				}
			}
			rows[id].Months = append(rows[id].Months, month)
		}
	}
	for _, id := range order {
		h.Rows = append(h.Rows, *rows[id])
	}
	if len(h.Rows) == 0 {
		return nil, nil
	}
	f, err := h.Figure(chart.FigureID("budgets", t.facts.Index.ID))
	v, err := t.figure(p, f, err)
	if v == nil || err != nil {
		return nil, err
	}
	v.Head = []string{"Objective", "Budget spent, month by month"}
	for _, r := range h.Rows {
		var spent []string
		for _, m := range r.Months[max(0, len(r.Months)-stripMonths):] {
			if m.InScope {
				spent = append(spent, m.Month.Month.String()[:3]+" "+percent(scorecard.Number{Value: m.Spent, Known: m.Known}))
			}
		}
		v.Rows = append(v.Rows, []string{r.Name, join(spent)})
	}
	return v, nil
}

// stripMonths is how many months a table of budgets tells.
const stripMonths = 12

func stripMonth(m scorecard.StripItem) chart.StripMonth {
	return chart.StripMonth{
		Month: m.Month, Spent: m.Spent.Value, Known: m.Spent.Known, InScope: m.State != "", Changed: m.Changed, State: m.State,
	}
}

// imagePath is where a picture is copied to: named after its content.
func (t *tribeSite) imagePath(file string) (string, error) {
	content, err := fs.ReadFile(t.in.Files, file)
	if err != nil {
		return "", err
	}
	return "assets/images/" + hashed("image"+strings.ToLower(path.Ext(file)), content), nil
}

// images copies the pictures of a postmortem, each once.
func (t *tribeSite) images(files []string) error {
	for _, file := range files {
		at, err := t.imagePath(file)
		if err != nil {
			return err
		}
		if _, done := t.copied.LoadOrStore(at, true); done {
			continue
		}
		content, err := fs.ReadFile(t.in.Files, file)
		if err != nil {
			return err
		}
		if err := t.write(t.prefix+at, content); err != nil {
			return err
		}
	}
	return nil
}
