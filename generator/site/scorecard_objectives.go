package site

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"tribune/generator/chart"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// printedRows is how many objectives the printed side of a scorecard holds.
// Beyond it, only those that need a decision are printed and the rest counted.
const printedRows = 12

// An objectiveRow is one objective in the month.
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

func (t *tribeSite) objectiveRows(p place, c *scorecard.Card) (rows []objectiveRow, rest string) {
	hidden := 0
	for i, r := range c.SLOs {
		o := t.objective(r)
		row := objectiveRow{
			Service: r.ServiceName, Title: r.Title, Href: t.serviceHref(p, r),
			Objective: r.ObjectiveText, Spent: percent(r.Budget.Spent), State: viewState(r.State),
			Minor: len(c.SLOs) > printedRows && i >= printedRows-2 && (r.State == slo.Healthy || r.State == slo.Watch),
		}
		if r.Changed != "" {
			row.Changed = "was " + r.Changed
		}
		row.Result, row.ResultNote = result(r)
		row.ResultNote += restatedNote(c, r)
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
