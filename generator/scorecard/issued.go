package scorecard

import (
	"time"

	"tribune/generator/ledger"
	"tribune/generator/slo"
)

// Issued is what a month's scorecard said when it was sealed. Its counts,
// objectives and results stand, whatever becomes of the history; only a
// restatement changes them. It holds no text of a postmortem, only the names of
// files, so that what a reader may see is decided when a page is made.
type Issued struct {
	Tribe        string        `json:"tribe"`
	Month        slo.Month     `json:"month"`
	TimeZone     string        `json:"time_zone"`
	From         time.Time     `json:"from"`
	To           time.Time     `json:"to"`
	AsOf         time.Time     `json:"issued"`
	Incomplete   bool          `json:"incomplete"` // it was issued though data were missing
	DataTo       *time.Time    `json:"data_to"`
	SLOs         []IssuedSLO   `json:"slos"` // in order of id
	Maintenance  []Agreement   `json:"maintenance,omitempty"`
	Exclusions   []Agreement   `json:"exclusions,omitempty"`
	Restatements []Restatement `json:"restatements,omitempty"`
}

// An IssuedSLO is one row of a sealed month: what cannot be computed again
// without its hours.
type IssuedSLO struct {
	ID          string        `json:"id"`
	Service     string        `json:"service"`
	ServiceName string        `json:"service_name"`
	Squad       string        `json:"squad"`
	SquadName   string        `json:"squad_name"`
	Title       string        `json:"title"`
	Objective   slo.Objective `json:"objective"`
	Changed     string        `json:"objective_before,omitempty"`
	Good        *slo.Count    `json:"good"`
	Total       *slo.Count    `json:"total"`
	Met         *bool         `json:"met"`
	State       slo.State     `json:"state"`
	Minutes     float64       `json:"bucket_minutes"`
	Present     int           `json:"buckets_present"`
	Expected    int           `json:"buckets_expected"`
	Evidence    Evidence      `json:"evidence"`
	Trend       Trend         `json:"trend"`
	RanOut      *time.Time    `json:"ran_out,omitempty"`
	Window      *Rolling      `json:"window,omitempty"`
	Caveats     []string      `json:"caveats,omitempty"`
	Excluded    []Excluded    `json:"excluded,omitempty"`
	Exception   *Exception    `json:"exception,omitempty"`
	Ledger      IssuedLedger  `json:"ledger"`
	Days        []Number      `json:"days"`                // what each day spent of the budget
	Idle        []int         `json:"idle_days,omitempty"` // days of the month without traffic
	Burn        []BurnPoint   `json:"burn_down,omitempty"` // only of the rows that the page draws
	Inputs      Inputs        `json:"inputs"`
}

// Inputs are digests of what a row was made from. Where one differs today, the
// row is held against the history of today.
type Inputs struct {
	History     string `json:"history"`     // sums of the buckets
	Agreed      string `json:"agreed"`      // objective, scope, bucket width, exclusions
	Attribution string `json:"attribution"` // times that postmortems claim, maintenance
}

// IssuedLedger is where the budget went when the month was issued.
type IssuedLedger struct {
	Incidents   []IssuedPortion `json:"incidents,omitempty"`
	Maintenance slo.Count       `json:"maintenance"`
	Unexplained []Episode       `json:"unexplained,omitempty"`
	Background  slo.Count       `json:"background"`
}

// An IssuedPortion is what one incident took, by the file of its postmortem.
type IssuedPortion struct {
	File     string    `json:"file"`
	Bad      slo.Count `json:"bad"`
	Estimate bool      `json:"estimate,omitempty"`
	Burnt    *Burnt    `json:"burnt,omitempty"`
}

// budget is the budget that the row was held against. The month was over, so
// nothing is projected.
func (i *IssuedSLO) budget() slo.Budget {
	b := slo.Budget{Objective: i.Objective}
	if i.Good != nil && i.Total != nil {
		b.Tally = slo.Tally{Good: *i.Good, Total: *i.Total}
	}
	return b
}

// bucket is the width of its buckets.
func (i *IssuedSLO) bucket() time.Duration { return time.Duration(i.Minutes * float64(time.Minute)) }

// row is the row as it was issued, but for its ledger and its strip.
func (i *IssuedSLO) row(m slo.Month, span slo.Span, zone *time.Location) SLO {
	r := SLO{
		ID: i.ID, Service: i.Service, ServiceName: i.ServiceName, Squad: i.Squad, SquadName: i.SquadName, Title: i.Title,
		Objective: i.Objective.Share(), ObjectiveText: i.Objective.String(), Changed: i.Changed,
		Present: i.Present, Expected: i.Expected,
		Caveats: list(i.Caveats), Excluded: append([]Excluded{}, i.Excluded...), Strip: []StripItem{},
	}
	r.count(i.budget(), i.bucket())
	r.Met, r.State, r.Exception = i.Met, i.State, i.Exception
	r.Evidence, r.Trend, r.RanOut, r.Window = i.Evidence, i.Trend, i.RanOut, i.Window
	r.Days = i.days(m)
	if r.Burn = i.Burn; r.Burn == nil {
		r.Burn = i.burnByDay(m, span, zone)
	}
	return r
}

// days are what each day of the month spent.
func (i *IssuedSLO) days(m slo.Month) []Day {
	days := make([]Day, len(i.Days))
	for k, spent := range i.Days {
		days[k] = Day{Date: slo.Date{Year: m.Year, Month: m.Month, Day: k + 1}, Spent: spent}
	}
	for _, d := range i.Idle {
		if 0 < d && d <= len(days) {
			days[d-1].NoTraffic = true
		}
	}
	return days
}

// burnByDay is what was left of the budget at the end of each day with data.
func (i *IssuedSLO) burnByDay(m slo.Month, span slo.Span, zone *time.Location) []BurnPoint {
	points := []BurnPoint{}
	if b := i.budget(); i.Present == 0 || b.Events() <= 0 {
		return points
	}
	left := 1.0
	points = append(points, BurnPoint{0, left})
	for _, d := range i.days(m) {
		if d.Spent.Known {
			left -= d.Spent.Value
			points = append(points, BurnPoint{int(d.Date.In(zone).To.Sub(span.From).Minutes()), round(left)})
		}
	}
	return points
}

// division is the ledger as it was issued.
func (i *IssuedSLO) division() division {
	d := division{Ledger: ledger.Ledger{Maintenance: i.Ledger.Maintenance, Background: i.Ledger.Background}, burnt: make(map[string]*Burnt)}
	for _, p := range i.Ledger.Incidents {
		d.Incidents = append(d.Incidents, ledger.Share{ID: p.File, Bad: p.Bad, Estimate: p.Estimate})
		d.burnt[p.File] = p.Burnt
	}
	for _, e := range i.Ledger.Unexplained {
		d.Unexplained = append(d.Unexplained, ledger.Episode{
			Span: slo.Span{From: e.From, To: e.To}, Bad: e.Bad, FromBefore: e.FromBefore, IntoNext: e.IntoNext,
		})
	}
	return d
}
