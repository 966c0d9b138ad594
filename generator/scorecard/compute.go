package scorecard

import (
	"cmp"
	"slices"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

// Input is what a tribe's facts are computed from. Compute reads nothing else:
// no clock, no network.
type Input struct {
	Catalog *catalog.Catalog
	Tribe   *catalog.Tribe
	// Postmortems are those of all tribes, in order of file: an incident may
	// cost the budgets of several. What the readers of this build may not see
	// is already taken out of them.
	Postmortems []postmortem.Postmortem
	AsOf        time.Time
	Audience    string
	// Firsts are the first months with data, by SLO id. Without a since, an SLO
	// is in scope from then on.
	Firsts map[string]slo.Month
	// Hours returns tallies by id, for the buckets that start within the span:
	// those of some SLOs, by any id they have or had, or all of the tribe's.
	Hours func(span slo.Span, ids ...string) (map[string]slo.Series, error)
	// Totals returns what history holds of the month of some SLOs, likewise,
	// without reading its hours.
	Totals func(m slo.Month, ids ...string) (map[string]Sum, error)
	// Issued are the sealed months of all tribes: a service that moved has its
	// earlier ones where they were issued. Months issued after as of are not
	// known yet.
	Issued []Issued
	// Elsewhere are months of which only the percentage is known that an earlier
	// tool issued, of all tribes, by any id that an SLO has or had.
	Elsewhere []Elsewhere
	// Settled are months of this tribe, sealed ones, of which no more is to be
	// computed than what others show of them. They need not be among Issued.
	Settled map[slo.Month]Settled

	// What prepare and Compute find out, and look up for every month.
	files  map[string]int          // where in Postmortems a file is
	slugs  map[string]int          // likewise, by tribe/slug, of those that readers may see
	own    []postmortem.Postmortem // the tribe's, oldest first
	dates  []slo.Date              // of the incidents of own
	spans  []slo.Span              // what Postmortems claim, empty if nothing
	called map[string]catalog.SLO  // the SLOs of today by every id they have or had
	sealed map[slo.Month]*Issued   // of this tribe
	rows   map[slomonth]*SLO       // of the months before, those issued in other tribes included
	abroad map[slomonth]string     // the other tribe in which a row was issued
	near   []int                   // of Postmortems, those whose window meets the month at hand
}

// Elsewhere is a month of an SLO that was issued by an earlier tool as a
// percentage. It has no events.
type Elsewhere struct {
	SLO   string
	Month slo.Month
	SLI   slo.Objective // in whole parts, as an objective is; 0% and 100% too
}

// A slomonth is a month of an SLO.
type slomonth struct {
	month slo.Month
	id    string
}

// prepare indexes the input.
func (in *Input) prepare() {
	in.slugs, in.own = make(map[string]int), in.ofTribe()
	in.dates = make([]slo.Date, len(in.own))
	for i := range in.own {
		in.dates[i] = in.day(&in.own[i])
	}
	in.spans = make([]slo.Span, len(in.Postmortems))
	in.files, in.called, in.sealed = make(map[string]int), make(map[string]catalog.SLO), make(map[slo.Month]*Issued)
	in.rows, in.abroad = make(map[slomonth]*SLO), make(map[slomonth]string)
	for k := range in.Postmortems {
		p := &in.Postmortems[k]
		in.files[p.File] = k
		if span, ok := p.Window(); ok {
			in.spans[k] = span
		}
		if !p.Restricted {
			in.slugs[p.Tribe+"/"+p.Slug] = k
		}
	}
	had := make(map[string]bool) // ids that SLOs of this tribe had
	for _, s := range in.Catalog.SLOs() {
		for _, id := range s.Was {
			in.called[id] = s
			had[id] = had[id] || s.Tribe == in.Tribe.ID
		}
	}
	for _, s := range in.Catalog.SLOs() {
		in.called[s.ID] = s
	}
	for k := range in.Issued {
		is := &in.Issued[k]
		if is.AsOf.After(in.AsOf) {
			continue
		}
		if is.Tribe == in.Tribe.ID {
			in.sealed[is.Month] = is
			continue
		}
		for j := range is.SLOs {
			if i := &is.SLOs[j]; had[i.ID] {
				row := i.row(is.Month, slo.Span{From: is.From, To: is.To}, in.Catalog.Site.Zone)
				in.rows[slomonth{is.Month, i.ID}], in.abroad[slomonth{is.Month, i.ID}] = &row, is.Tribe
			}
		}
	}
}

// during returns which postmortems claim time within a span.
func (in *Input) during(span slo.Span) (some []int) {
	for k, claimed := range in.spans {
		if claimed.From.Before(span.To) && span.From.Before(claimed.To) {
			some = append(some, k)
		}
	}
	return some
}

// Compute returns the facts of one tribe.
func Compute(in Input) (Tribe, error) {
	in.prepare()
	t := Tribe{Index: in.index()}
	t.Actions = in.actions()
	costs := make(map[string][]Cost) // by postmortem file
	for _, m := range in.months() {
		card, err := in.card(m, costs)
		if err != nil {
			return Tribe{}, err
		}
		t.Cards = append(t.Cards, card)
		for k := range card.SLOs {
			in.rows[slomonth{m, card.SLOs[k].ID}] = &card.SLOs[k]
		}
		t.Index.Months = append(t.Index.Months, m)
		if card.Closed {
			t.Index.Latest = m
		}
		if card.DataTo != nil {
			t.Index.DataTo = card.DataTo
		}
	}
	t.begin()
	t.frequencies()
	t.Index.Stale = t.Index.DataTo != nil && in.AsOf.Sub(*t.Index.DataTo) > in.Catalog.Site.Freshness
	in.fillHistories(&t)
	t.Postmortems = in.postmortems(costs)
	return t, nil
}

// begin shows the running month of a tribe that has objectives in it and in no
// month that has ended: it has only begun.
func (t *Tribe) begin() {
	if len(t.Cards) == 0 {
		return
	}
	last := &t.Cards[len(t.Cards)-1]
	scored := func(c Card) bool { return c.Closed && len(c.SLOs) > 0 }
	if t.Index.Latest == (slo.Month{}) || len(last.SLOs) > 0 && !slices.ContainsFunc(t.Cards, scored) {
		t.Index.Latest = last.Month
	}
}

// months returns the months that have a scorecard: those that are sealed, all
// from the first with history up to the running one while an SLO is in scope,
// and those in which an incident began. The running one is always there, and the latest
// closed one unless all SLOs began after it: its page would be gone a month later.
func (in *Input) months() []slo.Month {
	now := slo.MonthOf(in.AsOf, in.Catalog.Site.Zone)
	months := []slo.Month{now}
	slos := in.Tribe.SLOs()
	if len(slos) == 0 || slices.ContainsFunc(slos, func(o catalog.SLO) bool { return in.inScope(o, now.Add(-1)) }) {
		months = append(months, now.Add(-1))
	}
	for m := range in.sealed {
		months = append(months, m)
	}
	for m := range in.Settled {
		months = append(months, m)
	}
	for _, o := range slos {
		first, ok := in.Firsts[o.ID]
		for m := first; ok && m.Before(now); m = m.Add(1) {
			if in.inScope(o, m) {
				months = append(months, m)
			}
		}
	}
	for _, d := range in.dates {
		if !d.IsZero() && d.Of().Before(now) {
			months = append(months, d.Of())
		}
	}
	slices.SortFunc(months, slo.Month.Compare)
	return slices.Compact(months)
}

// inScope reports whether the SLO has a row in the month's scorecard. What was
// issued under an earlier id stays where it was issued.
func (in *Input) inScope(s catalog.SLO, m slo.Month) bool {
	for _, id := range s.Was {
		if in.abroad[slomonth{m, id}] != "" {
			return false
		}
	}
	if first, ok := in.Firsts[s.ID]; ok && s.Since.IsZero() && m.Before(first) {
		return false
	}
	return s.InScope(m)
}

// ofTribe returns the tribe's own postmortems, oldest first.
func (in *Input) ofTribe() (own []postmortem.Postmortem) {
	for _, p := range in.Postmortems {
		if p.Tribe == in.Tribe.ID {
			own = append(own, p)
		}
	}
	slices.SortStableFunc(own, func(a, b postmortem.Postmortem) int {
		return cmp.Or(in.day(&a).Compare(in.day(&b)), a.Started.Compare(b.Started), cmp.Compare(a.File, b.File))
	})
	return own
}

// day returns the day of the incident in the site's zone; zero if unknown.
func (in *Input) day(p *postmortem.Postmortem) slo.Date {
	if !p.Started.IsZero() {
		return slo.DateOf(p.Started, in.Catalog.Site.Zone)
	}
	return p.Date
}

func (in *Input) index() Index {
	site := in.Catalog.Site
	x := Index{
		Schema: "tribune/tribe/v1", ID: in.Tribe.ID, Name: in.Tribe.Name, Title: site.Title,
		AsOf: in.AsOf, Audience: in.Audience,
		Squads: []Squad{}, Services: []Service{}, Months: []slo.Month{}, Headline: []string{},
	}
	if in.Audience != "public" {
		models := sre.ModelsOf([]catalog.Tribe{*in.Tribe}, in.today())
		x.Models = &models
	}
	for _, q := range in.Tribe.Squads {
		x.Squads = append(x.Squads, Squad{q.ID, q.Name, len(sre.InTeam(q.SRE, &in.Catalog.SRE, in.today()))})
	}
	for _, v := range in.Tribe.Services {
		s := Service{
			ID: v.ID, Name: v.Name, Squad: v.Squad, SquadName: in.squadName(v.Squad),
			Tier: v.Tier, Lifecycle: v.Lifecycle, Was: list(v.Was), SLOs: []SLOInfo{},
			Model: in.model(v),
		}
		for _, o := range v.SLOs {
			s.SLOs = append(s.SLOs, info(o))
			if slices.Contains(site.Headline, o.ID) {
				x.Headline = append(x.Headline, o.ID)
			}
		}
		x.Services = append(x.Services, s)
	}
	return x
}

func info(o catalog.SLO) SLOInfo {
	i := SLOInfo{
		Schema: "tribune/slo/v1", ID: o.ID, Key: o.Key, Service: o.Service, Title: o.Title,
		Objective: o.Objective.Share(), Text: o.Objective.String(),
		Previous: []Past{}, Since: o.Since, Retired: o.Retired,
		Window: string(o.Window), Minutes: o.Resolution.Minutes(), Was: list(o.Was), Caveats: list(o.Caveats), Months: []MonthOfSLO{},
	}
	for _, p := range o.Previous {
		i.Previous = append(i.Previous, Past{p.Objective.String(), p.Until})
	}
	return i
}

func (in *Input) model(v catalog.Service) Model {
	m := v.Model
	state, _ := sre.StateOf(v)
	return Model{
		State:  string(state),
		OnCall: Text(m.OnCall), Runbook: Text(m.Runbook), Dashboard: Text(m.Dashboard), Alerts: Text(m.Alerts),
		Agreed: m.Agreed, Approver: Text(m.Approver), Revisit: m.Revisit, ReadinessReview: m.ReadinessReview,
		RevisitOverdue: sre.RevisitOverdue(m, in.today()),
	}
}

// today returns the day of as of in the site's zone.
func (in *Input) today() slo.Date { return slo.DateOf(in.AsOf, in.Catalog.Site.Zone) }

func (in *Input) squadName(id string) string {
	for _, q := range in.Tribe.Squads {
		if q.ID == id {
			return q.Name
		}
	}
	return id
}

// fillHistories gives every SLO its months: from the cards, and those that were
// issued under an earlier id.
func (in *Input) fillHistories(t *Tribe) {
	months := []slo.Month{}
	for k := range in.rows {
		months = append(months, k.month)
	}
	slices.SortFunc(months, slo.Month.Compare)
	months = slices.Compact(months)
	for i := range t.Index.Services {
		for j := range t.Index.Services[i].SLOs {
			o := &t.Index.Services[i].SLOs[j]
			for _, m := range months {
				if r := in.rowOf(m, o.ID); r != nil {
					o.Months = append(o.Months, MonthOfSLO{
						Month: m, Objective: r.Objective, Good: r.Good, Total: r.Total, SLI: r.SLI,
						Met: r.Met, Coverage: r.Coverage, Spent: r.Budget.Spent, State: r.State,
						Changed: r.Changed != "", Projected: r.Budget.Projected, Tribe: in.abroad[slomonth{m, r.ID}],
					})
				}
			}
			in.addElsewhere(o)
		}
	}
}

// addElsewhere adds the months of which only an issued percentage is known. What
// was counted here stands in place of it.
func (in *Input) addElsewhere(o *SLOInfo) {
	for _, e := range in.Elsewhere {
		s, ok := in.called[e.SLO]
		if !ok || s.ID != o.ID || !e.Month.In(in.Catalog.Site.Zone).From.Before(in.AsOf) ||
			slices.ContainsFunc(o.Months, func(m MonthOfSLO) bool { return m.Month == e.Month && m.SLI.Known }) {
			continue
		}
		o.Months = slices.DeleteFunc(o.Months, func(m MonthOfSLO) bool { return m.Month == e.Month })
		objective, changed := s.ObjectiveIn(e.Month)
		met := e.SLI >= objective
		o.Months = append(o.Months, MonthOfSLO{
			Month: e.Month, Objective: objective.Share(), SLI: known(e.SLI.Share()), Met: &met, Changed: changed,
			Spent: known((1 - e.SLI.Share()) / (1 - objective.Share())), Elsewhere: true,
		})
	}
	slices.SortStableFunc(o.Months, func(a, b MonthOfSLO) int { return a.Month.Compare(b.Month) })
}

// rowOf finds an SLO's row in a month, under the id it has today or one it had;
// nil if there is none.
func (in *Input) rowOf(m slo.Month, id string) *SLO {
	if r := in.rows[slomonth{m, id}]; r != nil {
		return r
	}
	s := in.called[id]
	if r := in.rows[slomonth{m, s.ID}]; r != nil {
		return r
	}
	for _, was := range s.Was {
		if r := in.rows[slomonth{m, was}]; r != nil {
			return r
		}
	}
	return nil
}

// list returns s, or an empty list that JSON writes as [].
func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
