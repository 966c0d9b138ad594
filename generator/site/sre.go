package site

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"tribune/generator/chart"
	"tribune/generator/feed"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

// deadlinesFile is where the calendar of the automation ledger is.
const deadlinesFile = "sre/deadlines.ics"

type sreView struct {
	Described bool
	Aside     []sreAside
	Month     string // "October"
	Axes      []axisRow
	FocusNote string
	Support   string // what user support took
	StripHead string
	Months    []focusRow // latest first
	ByTask    []taskTimeRow
	Ledger    []clockRow
	ClockAxis template.HTML
	Handover  *handoverView
	Coverage  coverageView
	Posts     []postsRow
	PostsNote string
	Models    modelsView
	Handed    string
	Asked     []askedRow
	Quality   []factRow
	Between   string // the months that quality is counted over
	Calendar  string
	JSON      string
	Method    string
}

// An sreAside is a finding beside the summary.
type sreAside struct{ Name, Text string }

// An axisRow is one of the two axes of the focus.
type axisRow struct {
	Name, Of     string
	Bar, Strip   template.HTML
	Share        string
	Before       string // the month before
	Hours, Total string
	Reading      string
}

type focusRow struct {
	Month, Split, Toil, Recorded, Available, Coverage string
}

type taskTimeRow struct {
	Name               string
	Manual, Automation string
}

// A clockRow is one line of the automation ledger.
type clockRow struct {
	ID, Title, From string // From names what it was split from
	Opened, Due     string
	Clock           template.HTML
	Hours           string
	Removed         bool
	State           stateView
	Note            string
	Acceptor        string
}

type handoverView struct {
	Note   string
	SVG    template.HTML
	Figure *figureView
	Rows   [][2]string
}

// srePage writes the page of the SRE team, if its readers may see it.
func (r *root) srePage() error {
	f := r.front.SRE
	if f == nil {
		return nil
	}
	p := r.at("sre/index.html")
	pg := p.page("The SRE team", "SRE team")
	for _, s := range f.Short {
		pg.Short = append(pg.Short, []linked{{Text: s}})
	}
	pg.Description = text(pg.Short)
	pg.Trust = r.sreTrust(f)
	v := sreView{
		Described: f.Described, Month: f.Month.Month.String(), Aside: sreAsides(f),
		StripHead: shortMonth(f.Month.Add(1-stripMonths)) + " to " + shortMonth(f.Month),
		ClockAxis: chart.ClockAxis(), Calendar: p.to(deadlinesFile), JSON: p.to("api/sre.json"), Method: p.to("method/#sre"),
	}
	v.focus(f)
	for _, t := range f.Tasks {
		v.Ledger = append(v.Ledger, r.clockOf(t, f))
	}
	v.coverage(f)
	v.Models = modelsOf(f.Models, func(m sre.ServiceModel) string { return p.to(m.Tribe + "/services/" + m.Service + "/") })
	v.platform(f)
	v.quality(f)
	var err error
	if v.Handover, err = r.handover(p, f); err != nil {
		return err
	}
	pg.Body = v
	if err := p.render("sre", pg); err != nil {
		return err
	}
	if err := r.json("api/sre.json", f); err != nil {
		return err
	}
	return r.deadlines(f)
}

func (r *root) sreTrust(f *sre.Facts) []trustItem {
	items := []trustItem{{Text: "As of " + r.instant(f.AsOf), Strong: true}}
	if m := f.FocusOf(f.Month); m != nil && m.Available != nil && m.Coverage != nil {
		items = append(items, trustItem{Text: fmt.Sprintf("time recorded for %s: %s of %s h, %s", f.Month.Month, decimal(m.Recorded), decimal(*m.Available), sre.Percent(*m.Coverage))})
	}
	if f.Described {
		items = append(items, trustItem{Text: decimal2(f.FTE) + " FTE"}, trustItem{Text: count(len(f.Tasks), "task", "tasks") + " in the ledger"})
	}
	return append(items, r.built()...)
}

// sreAsides are the findings beside the summary, each with its n.
func sreAsides(f *sre.Facts) (all []sreAside) {
	switch slo.TrendWord(f.Toil.Word) {
	case slo.TooLittleHistory:
		if f.Toil.Months > 0 {
			all = append(all, sreAside{"Toil", fmt.Sprintf("too little history (%s with enough recorded).", count(f.Toil.Months, "month", "months"))})
		}
	case slo.NoClearTrend:
		all = append(all, sreAside{"Toil", fmt.Sprintf("no clear trend (%d months).", f.Toil.Months)})
	default:
		all = append(all, sreAside{"Toil", fmt.Sprintf("%s (%d months, %s).", f.Toil.Word, f.Toil.Months, sre.PValue(*f.Toil.P))})
	}
	if len(f.Tasks) == 0 {
		return all
	}
	c, over := f.Ledger.Cohort, f.Ledger.ByState[sre.HandedOver]
	text := "no task was due in the last 12 months"
	if c.Due > 0 {
		text = fmt.Sprintf("%d of %s due in the last 12 months closed in time", c.InTime, count(c.Due, "task", "tasks"))
	}
	all = append(all, sreAside{"Handover", fmt.Sprintf("%s; %s manual hours a month removed by the %s handed over.", text, decimal(f.Ledger.Removed), count(over, "task", "tasks"))})
	if a := f.Automation; a.ByRuns != nil {
		text := fmt.Sprintf("%s of %s a month are automated", sre.Percent(*a.ByRuns), count(a.Manual+a.Automated, "run", "runs"))
		if a.ByHours != nil {
			text += fmt.Sprintf(", %s weighed by hours", sre.Percent(*a.ByHours))
		}
		all = append(all, sreAside{"Automation", fmt.Sprintf("%s (%s).", text, count(a.Tasks, "task", "tasks"))})
	}
	return all
}

// focus adds the two axes, their months and the month's hours by task.
func (v *sreView) focus(f *sre.Facts) {
	if len(f.Focus) == 0 {
		return
	}
	month, before := f.FocusOf(f.Month), f.FocusOf(f.Month.Add(-1))
	if month == nil {
		month = &sre.FocusMonth{Month: f.Month}
	}
	split := axisRow{Name: "Focus split", Of: "reliability of reliability and improvement", Hours: decimal(month.Reliability), Reading: reading(month, bandReading)}
	toil := axisRow{Name: "Toil share", Of: "work by hand of all recorded", Hours: decimal(month.Toil), Reading: reading(month, capReading)}
	splitStrip := chart.ShareStrip{Label: split.Name, Low: sre.SplitLow, High: sre.SplitHigh, Limit: (sre.SplitLow + sre.SplitHigh) / 2}
	toilStrip := chart.ShareStrip{Label: toil.Name, Limit: sre.ToilCap}
	for m := f.Month.Add(1 - stripMonths); !f.Month.Before(m); m = m.Add(1) {
		a, b := chart.ShareMonth{Month: m}, chart.ShareMonth{Month: m}
		if of := f.FocusOf(m); of != nil && of.Split != nil {
			a.Share, a.Known, a.Outside = *of.Split, true, !sre.InBand(*of.Split)
			b.Share, b.Known, b.Outside = *of.ToilShare, true, *of.ToilShare > sre.ToilCap
		}
		splitStrip.Months, toilStrip.Months = append(splitStrip.Months, a), append(toilStrip.Months, b)
	}
	last := stripMonths - 1
	split.Bar = chart.ShareBar{Label: split.Name, Share: splitStrip.Months[last].Share, Known: month.Split != nil, Low: splitStrip.Low, High: splitStrip.High, Limit: splitStrip.Limit}.SVG()
	toil.Bar = chart.ShareBar{Label: toil.Name, Share: toilStrip.Months[last].Share, Known: month.Split != nil, Limit: toilStrip.Limit}.SVG()
	split.Strip, toil.Strip = splitStrip.SVG(), toilStrip.SVG()
	split.Share, toil.Share = shareText(month.Split), shareText(month.ToilShare)
	if before != nil {
		name := before.Month.Month.String()[:3] + " "
		split.Before, toil.Before = name+shareText(before.Split), name+shareText(before.ToilShare)
	}
	split.Total, toil.Total = decimal(month.Recorded), decimal(month.Recorded)
	v.Axes = []axisRow{split, toil}
	v.FocusNote = "Two axes, shown both: what the time was for, and how it was done. Recorded coverage " + shareText(month.Coverage)
	if before != nil {
		v.FocusNote += ", " + shareText(before.Coverage) + " in " + before.Month.Month.String()
	}
	v.FocusNote += "; under 70% nothing is said."
	for _, m := range slices.Backward(f.Focus) {
		row := focusRow{Month: shortMonth(m.Month), Split: shareText(m.Split), Toil: shareText(m.ToilShare), Recorded: decimal(m.Recorded), Available: slo.Dash, Coverage: shareText(m.Coverage)}
		if m.Available != nil {
			row.Available = decimal(*m.Available)
		}
		if !m.Closed {
			row.Month += ", so far"
		}
		v.Months = append(v.Months, row)
	}
	v.Support = supportText(f)
	for _, t := range f.ByTask {
		row := taskTimeRow{t.Title, decimal(t.Manual), decimal(t.Automation)}
		if t.Task == "" {
			row.Name = "No task in particular"
		}
		v.ByTask = append(v.ByTask, row)
	}
}

// supportText says what helping users took of the month; "" if no record names it.
func supportText(f *sre.Facts) string {
	s := f.Support
	if s == nil {
		return ""
	}
	text := fmt.Sprintf("User support took %s h in %s", decimal(s.Hours), f.Month.Month)
	if s.Share != nil {
		text += ", " + sre.Percent(*s.Share) + " of what is recorded"
	}
	if s.Before != nil {
		text += fmt.Sprintf(" (%s %s)", f.Month.Add(-1).Month, sre.Percent(*s.Before))
	}
	return text + "."
}

// reading says in words where a month is on an axis.
func reading(m *sre.FocusMonth, of func(*sre.FocusMonth) string) string {
	switch {
	case m.Recorded == 0:
		return "nothing recorded"
	case m.Split == nil:
		return "not enough recorded"
	}
	return of(m)
}

func bandReading(m *sre.FocusMonth) string {
	switch {
	case *m.Split < sre.SplitLow:
		return "below the band, 40 to 60%"
	case *m.Split > sre.SplitHigh:
		return "above the band, 40 to 60%"
	}
	return "in the band, 40 to 60%"
}

func capReading(m *sre.FocusMonth) string {
	if *m.ToilShare > sre.ToilCap {
		return "over the cap of 50%"
	}
	return "under the cap of 50%"
}

// clockOf is one line of the ledger.
func (r *root) clockOf(t sre.Task, f *sre.Facts) clockRow {
	row := clockRow{
		ID: t.ID, Title: t.Title, Opened: mediumDay(t.Opened), Due: mediumDay(t.Due), Hours: slo.Dash, Removed: t.State == sre.HandedOver,
		Clock: chart.ClockBar{Label: t.Title, Months: t.Months, Tone: tone(t)}.SVG(),
		State: stateView{Word: t.State.Word()}, Note: clockNote(t), Acceptor: r.acceptor(t.AcceptedBy),
	}
	if t.HoursPerMonth != nil {
		row.Hours = decimal(*t.HoursPerMonth)
	}
	if i := slices.IndexFunc(f.Tasks, func(p sre.Task) bool { return p.ID == t.SplitFrom }); i >= 0 {
		row.From = "part of: " + f.Tasks[i].Title
	}
	switch {
	case t.State == sre.Overdue:
		row.State.Glyph = chart.Glyph(slo.Exhausted)
	case t.State == sre.Exempt:
		row.State.Glyph = chart.Glyph(slo.Excepted)
	case tone(t) == chart.ClockPresses:
		row.State.Glyph = chart.Glyph(slo.AtRisk)
	case tone(t) == chart.ClockRuns:
		row.State.Glyph = chart.Glyph(slo.Healthy)
	}
	return row
}

func tone(t sre.Task) chart.ClockTone {
	switch {
	case !t.Stopped.IsZero():
		return chart.ClockStopped
	case t.State == sre.Exempt:
		return chart.ClockExempt
	case t.State == sre.Overdue:
		return chart.ClockLate
	case *t.DaysLeft <= sre.SoonDays:
		return chart.ClockPresses
	}
	return chart.ClockRuns
}

// clockNote says what else a reader of a line must know.
func clockNote(t sre.Task) string {
	var parts []string
	switch {
	case !t.Stopped.IsZero() && t.Late:
		return "late, " + mediumDay(t.Stopped)
	case !t.Stopped.IsZero():
		return mediumDay(t.Stopped)
	case t.State == sre.Exempt:
		return t.Exempt.Reason + "; review " + mediumDay(t.Exempt.Review)
	case t.State == sre.Overdue:
		parts = append(parts, count(-*t.DaysLeft, "day", "days"))
	default:
		parts = append(parts, count(*t.DaysLeft, "day", "days")+" left")
	}
	if !t.Automated.IsZero() {
		parts = append(parts, "automated "+mediumDay(t.Automated)+", not accepted")
	}
	if n := len(t.Reopened); n > 0 {
		parts = append(parts, "by hand again since "+mediumDay(t.Reopened[n-1]))
	}
	if t.Exempt != nil {
		parts = append(parts, "exemption ended "+mediumDay(t.Exempt.Review))
	}
	return strings.Join(parts, "; ")
}

// handover draws the curve, or returns nil without a task to draw.
func (r *root) handover(p place, f *sre.Facts) (*handoverView, error) {
	h := f.Handover
	if h.Tasks == 0 {
		return nil, nil
	}
	titles := map[string]string{}
	for _, t := range f.Tasks {
		titles[t.ID] = t.Title
	}
	c := chart.Handover{Label: "Share of tasks handed over by age, in months since first done by hand"}
	v := &handoverView{Note: fmt.Sprintf("Kaplan–Meier; n = %s, %d handed over, the others open or retired (ticks).", count(h.Tasks, "task", "tasks"), h.HandedOver)}
	if n := f.Ledger.ByState[sre.Exempt]; n > 0 {
		v.Note += fmt.Sprintf(" Without %s.", count(n, "exempt task", "exempt tasks"))
	}
	if h.Median != nil {
		c.Median = *h.Median
		v.Note += fmt.Sprintf(" Half are handed over by %s months.", decimal(*h.Median))
	} else {
		v.Note += " Less than half are handed over, so there is no median."
	}
	for _, s := range h.Steps {
		name := fmt.Sprintf("%s months: %s handed over", decimal(s.Months), sre.Percent(s.Share))
		c.Steps = append(c.Steps, chart.HandoverStep{Months: s.Months, Share: s.Share, Name: name})
		v.Rows = append(v.Rows, [2]string{decimal(s.Months), sre.Percent(s.Share)})
	}
	for _, s := range h.Watched {
		c.Watched = append(c.Watched, chart.HandoverStep{Months: s.Months, Share: s.Share, Name: titles[s.ID] + "\n" + decimal(s.Months) + " months, not handed over"})
	}
	v.SVG = c.SVG()
	figure, err := c.Figure(chart.FigureID("handover", "sre"))
	if v.Figure, err = r.figure(p, figure, err); v.Figure != nil {
		v.Figure.Instead = "handover-static"
	}
	return v, err
}

// deadlines writes on which days the clocks of the ledger run out.
func (r *root) deadlines(f *sre.Facts) error {
	c := feed.Calendar{Name: "Automation deadlines, " + r.title, Stamp: r.in.AsOf}
	for _, t := range f.Tasks {
		if !t.Stopped.IsZero() {
			continue
		}
		e := feed.Event{UID: uid("clock\n"+t.ID, 1), Day: t.Due, Summary: "18 months: " + t.Title, Description: "First done by hand on " + mediumDay(t.Opened)}
		if t.State == sre.Exempt {
			e.Day, e.Summary, e.Description = t.Exempt.Review, "Review the exemption: "+t.Title, t.Exempt.Reason
		}
		if base := r.address(""); strings.Contains(base, "://") {
			e.URL = base + "sre/"
		}
		c.Events = append(c.Events, e)
	}
	slices.SortStableFunc(c.Events, func(a, b feed.Event) int { return a.Day.Compare(b.Day) })
	return r.write(r.prefix+deadlinesFile, c.Bytes())
}

// shareText writes a share that may be unknown.
func shareText(s *float64) string {
	if s == nil {
		return slo.Dash
	}
	return sre.Percent(*s)
}

// decimal writes a number with at most one decimal.
func decimal(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }
