package scorecard

import (
	"cmp"
	"math"
	"slices"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// card makes one month: from history or, once it is sealed, as it was issued.
// What incidents cost is added to costs, by the postmortem's file.
func (in *Input) card(m slo.Month, costs map[string][]Cost) (c Card, err error) {
	if s, ok := in.Settled[m]; ok {
		return s.card(in, costs), nil
	}
	in.near = in.during(m.In(in.Catalog.Site.Zone))
	if is := in.sealed[m]; is != nil {
		c, err = in.sealedCard(is, costs)
	} else {
		c, err = in.openCard(m, costs)
	}
	if err != nil {
		return Card{}, err
	}
	c.Coverage = coverage(c.SLOs)
	in.strips(&c)
	if !c.Sealed {
		c.trends()
	}
	slices.SortStableFunc(c.SLOs, byNeed)
	c.Totals = totals(c.SLOs)
	c.Incidents = in.incidents(m)
	c.Actions = in.backlog(m)
	in.decisions(&c)
	c.Duties = c.duties(in)
	c.Short = c.inShort()
	c.Asked = c.ask()
	return c, nil
}

// openCard computes a month from history, as far as that depends on no other.
func (in *Input) openCard(m slo.Month, costs map[string][]Cost) (Card, error) {
	site := in.Catalog.Site
	span := m.In(site.Zone)
	c := Card{
		Schema: "tribune/scorecard/v1", Tribe: in.Tribe.ID, TribeName: in.Tribe.Name,
		Month: m, TimeZone: site.ZoneName, From: span.From, To: span.To, AsOf: in.AsOf,
		Closed: !span.To.After(in.AsOf), Restatements: []Restatement{}, SLOs: []SLO{},
		Maintenance: []Agreement{}, Exclusions: []Agreement{}, Exceptions: []Exception{}, Decisions: []Decision{},
	}
	var rows []catalog.SLO
	wide := span // as far back as the longest window reaches
	for _, s := range in.Tribe.SLOs() {
		if in.inScope(s, m) {
			rows = append(rows, s)
			if w, _ := in.window(s, m); w.From.Before(wide.From) {
				wide.From = w.From
			}
		}
	}
	series, err := in.Hours(wide)
	if err != nil {
		return Card{}, err
	}
	for _, s := range rows {
		a := in.account(s, m, series[s.ID])
		row := in.row(a, costs)
		if n := len(a.counted.Points); n > 0 {
			end := time.Unix(a.counted.Points[n-1].At, 0).Add(s.Resolution).UTC()
			if c.DataTo == nil || c.DataTo.Before(end) {
				c.DataTo = &end
			}
		}
		if row.State == slo.IncompleteData || row.State == slo.NoData {
			c.Incomplete++
		}
		if row.Exception != nil {
			c.Exceptions = append(c.Exceptions, *row.Exception)
		}
		c.SLOs = append(c.SLOs, row)
	}
	c.agreements(in, span, rows)
	return c, nil
}

// coverage is the share of the expected buckets of all rows that are there.
func coverage(rows []SLO) Number {
	present, expected := 0, 0
	for _, r := range rows {
		present, expected = present+r.Present, expected+r.Expected
	}
	return told(float64(present)/float64(max(1, expected)), expected > 0)
}

// byNeed sorts rows by what needs a decision: the state, then the share spent,
// then the id.
func byNeed(a, b SLO) int {
	rank := func(s SLO) int { return slices.Index(slo.States, s.State) }
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		-cmp.Compare(a.Budget.Spent.Value, b.Budget.Spent.Value),
		cmp.Compare(a.ID, b.ID),
	)
}

// An account is one SLO's month before it is judged.
type account struct {
	slo       catalog.SLO
	month     slo.Month
	begin     time.Time  // when the month began
	scope     slo.Span   // the part of the month in which the SLO held and that is over
	whole     slo.Span   // the month as far as the SLO holds in it
	counted   slo.Series // without exclusions
	all       slo.Series // as given, for windows that reach further back
	present   int
	expected  int
	objective slo.Objective
	budget    slo.Budget
	excluded  []Excluded
}

// account counts what belongs to the month: buckets that had ended by as of, in
// which the SLO held, outside agreed exclusions.
func (in *Input) account(s catalog.SLO, m slo.Month, all slo.Series) account {
	all.Step = s.Resolution
	span := m.In(in.Catalog.Site.Zone)
	a := account{slo: s, month: m, begin: span.From, all: all, whole: in.holds(s, span)}
	a.objective, _ = s.ObjectiveIn(m)
	a.scope = a.whole.Meet(slo.Span{From: a.whole.From, To: in.AsOf.Truncate(s.Resolution)})
	var kept slo.Series
	kept, a.expected, a.excluded = in.counted(s, all, a.scope)
	a.counted = kept
	a.present = len(kept.Points)
	a.budget = slo.Budget{Objective: a.objective, Tally: kept.Sum()}
	if a.scope.To.Before(a.whole.To) {
		a.budget.Elapsed, a.budget.Window = a.scope.Duration(), a.whole.Duration()
	}
	return a
}

// holds returns the part of the span in which the SLO is in scope.
func (in *Input) holds(s catalog.SLO, span slo.Span) slo.Span {
	zone := in.Catalog.Site.Zone
	if !s.Since.IsZero() {
		span = span.Meet(slo.Span{From: s.Since.In(zone).From, To: span.To})
	}
	if !s.Retired.IsZero() {
		span = span.Meet(slo.Span{From: span.From, To: s.Retired.In(zone).To})
	}
	return span
}

// counted returns the part of a series in the span that counts, how many buckets
// it should have, and the agreed exclusions that left it.
func (in *Input) counted(s catalog.SLO, all slo.Series, scope slo.Span) (kept slo.Series, expected int, excluded []Excluded) {
	kept = all.In(scope)
	var out []slo.Span
	for _, x := range in.Catalog.Exclusions {
		span := x.Span.Meet(scope)
		if !catalog.Covers(x.IDs, s) || span.Empty() {
			continue
		}
		sum := kept.In(span).Sum()
		excluded = append(excluded, Excluded{span.Minutes(), sum.Good, sum.Bad(), x.Reason, x.ApprovedBy})
		kept = without(kept, span)
		out = append(out, span)
	}
	expected = scope.Buckets(s.Resolution)
	slices.SortFunc(out, func(a, b slo.Span) int { return a.From.Compare(b.From) })
	end := scope.From // of what is taken off already: exclusions may overlap
	for _, span := range out {
		if span.From.Before(end) {
			span.From = end
		}
		if !span.Empty() {
			expected -= span.Buckets(s.Resolution)
			end = span.To
		}
	}
	return kept, expected, excluded
}

// without returns the series without the buckets that start in the span.
func without(s slo.Series, span slo.Span) slo.Series {
	cut := s.In(span)
	if len(cut.Points) == 0 {
		return s
	}
	kept := make([]slo.Point, 0, len(s.Points)-len(cut.Points))
	for _, p := range s.Points {
		if t := time.Unix(p.At, 0); !span.Contains(t) {
			kept = append(kept, p)
		}
	}
	return slo.Series{Step: s.Step, Points: kept}
}

// row judges an account.
func (in *Input) row(a account, costs map[string][]Cost) SLO {
	service := in.Tribe.Service(a.slo.Service)
	_, changed := a.slo.ObjectiveIn(a.month)
	row := SLO{
		ID: a.slo.ID, Service: a.slo.Service, ServiceName: service.Name,
		Squad: a.slo.Squad, SquadName: in.squadName(a.slo.Squad), Title: a.slo.Title,
		Objective: a.objective.Share(), ObjectiveText: a.objective.String(),
		Caveats: list(a.slo.Caveats), Excluded: append([]Excluded{}, a.excluded...), Strip: []StripItem{}, Burn: []BurnPoint{},
	}
	if changed {
		old, _ := a.slo.ObjectiveIn(a.month.Add(-1))
		row.Changed = old.String()
	}
	row.Present, row.Expected = a.present, a.expected
	row.count(a.budget, a.slo.Resolution)
	row.Exception = in.exception(a)
	row.State = in.Catalog.Site.Thresholds.Judge(slo.Standing{
		Present: a.present, Expected: a.expected, Budget: a.budget,
		Excepted: row.Exception != nil && !row.Exception.Expired,
	})
	if row.Met != nil {
		row.Evidence = evidence(a, in.Catalog.Site.Zone)
	}
	row.Ledger = in.tell(in.divide(a), a.bill(in.sloName(a.slo)), costs)
	row.Days = in.days(a)
	row.Burn, row.RanOut = burnDown(a)
	row.Window = in.rolling(a)
	return row
}

// count fills in what follows from the buckets that are there and the budget.
func (row *SLO) count(b slo.Budget, bucket time.Duration) {
	if row.Expected > 0 {
		row.Coverage = known(float64(row.Present) / float64(row.Expected))
		row.MissingMin = float64(max(0, row.Expected-row.Present)) * bucket.Minutes()
	}
	row.Budget = Budget{
		Spent: told(b.Spent()), Left: told(b.Left()),
		OutageMinutes: told(b.OutageMinutes(float64(row.Present) * bucket.Minutes())),
		Projected:     b.Projected(),
	}
	row.Budget.SpentSoFar = told(slo.Budget{Objective: b.Objective, Tally: b.Tally}.Spent())
	row.Evidence = Evidence{Word: string(slo.CannotTell)}
	if row.Present == 0 {
		return
	}
	t := b.Tally
	good, total, bad := t.Good, t.Total, t.Bad()
	row.Good, row.Total, row.Bad = &good, &total, &bad
	row.Budget.Events = known(b.Events())
	row.SLI = told(t.SLI())
	row.LowTraffic = slo.LowTraffic(b)
	if met, ok := b.Objective.Met(t); ok {
		row.Met = &met
		row.SLIText = slo.Percent(t, b.Objective)
	}
}

func evidence(a account, zone *time.Location) Evidence {
	var days []slo.Tally
	for _, d := range a.counted.Days(zone) {
		days = append(days, d.Tally)
	}
	e := slo.Weigh(days, a.objective)
	return Evidence{string(e.Word), known(e.Low), known(e.High), known(e.Phi), e.Needs}
}

// exception returns the exception that holds for the SLO in the month, judged
// at the month's end or as of, whichever is earlier. Of several it is the one
// to be reviewed last: a renewed exception follows one that has expired.
func (in *Input) exception(a account) *Exception {
	zone := in.Catalog.Site.Zone
	end := slo.DateOf(a.month.In(zone).To.Add(-time.Second), zone)
	if now := slo.DateOf(in.AsOf, zone); now.Before(end) {
		end = now
	}
	var latest *Exception
	for _, x := range in.Catalog.Exceptions {
		if catalog.Covers(x.IDs, a.slo) && !end.Before(x.Granted) && (latest == nil || latest.Review.Before(x.Review)) {
			latest = &Exception{a.slo.ID, x.Reason, x.Granted, x.Review, x.ApprovedBy, x.Review.Before(end)}
		}
	}
	return latest
}

// sloName names an SLO in a list: its service, and its title where the service
// has several.
func (in *Input) sloName(s catalog.SLO) string {
	v := in.Tribe.Service(s.Service)
	if len(v.SLOs) == 1 {
		return v.Name
	}
	return v.Name + ", " + s.Key
}

// days says what each day of the month spent of the month's budget.
func (in *Input) days(a account) []Day {
	zone := in.Catalog.Site.Zone
	byDay := make(map[slo.Date]slo.Tally)
	for _, d := range a.counted.Days(zone) {
		byDay[d.Date] = d.Tally
	}
	events := a.budget.Events()
	days := []Day{}
	for d := 1; d <= a.month.Last().Day; d++ {
		date := slo.Date{Year: a.month.Year, Month: a.month.Month, Day: d}
		t, ok := byDay[date]
		days = append(days, Day{
			Date: date, Spent: told(t.Bad().Events()/events, ok && events > 0), NoTraffic: ok && t.Total == 0,
		})
	}
	return days
}

// burnDown returns what was left of the budget as the month went, a point where
// it moved by half a hundredth or a day passed, and when it ran out.
func burnDown(a account) (points []BurnPoint, ranOut *time.Time) {
	points = []BurnPoint{}
	events := a.budget.Events()
	if events <= 0 || a.present == 0 {
		return points, nil
	}
	points = append(points, BurnPoint{int(a.whole.From.Sub(a.begin).Minutes()), 1})
	var bad slo.Count
	shown, at := 1.0, 0
	for i, p := range a.counted.Points {
		bad += p.Bad()
		left := 1 - bad.Events()/events
		end := time.Unix(p.At, 0).Add(a.slo.Resolution).UTC()
		if left < 0 && ranOut == nil {
			ranOut = &end
		}
		minute := int(end.Sub(a.begin).Minutes())
		if math.Abs(left-shown) >= 0.005 || minute-at >= 24*60 || i == len(a.counted.Points)-1 {
			if start := minute - int(a.slo.Resolution.Minutes()); start > at && math.Abs(left-shown) >= 0.005 {
				points = append(points, BurnPoint{start, round(shown)})
			}
			points = append(points, BurnPoint{minute, round(left)})
			shown, at = left, minute
		}
	}
	return points, ranOut
}

// round keeps four decimals: a hundredth of a percent of the budget.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// window returns the span of the SLO's own window as of the month's end, or of
// as of while the month runs, and that moment.
func (in *Input) window(s catalog.SLO, m slo.Month) (span slo.Span, until time.Time) {
	zone := in.Catalog.Site.Zone
	span = s.Window.EndingWith(m, zone)
	until = in.AsOf.Truncate(s.Resolution)
	if end := m.In(zone).To; end.Before(until) {
		until = end
	}
	if s.Window.Rolls() && until.Before(span.To) {
		span = slo.Span{From: until.Add(-span.Duration()), To: until}
	}
	return span, until
}

// rolling judges the SLO's own window as it stood at the month's end. A quarter
// that went on after it is projected.
func (in *Input) rolling(a account) *Rolling {
	if a.slo.Window == slo.Monthly {
		return nil
	}
	span, until := in.window(a.slo, a.month)
	held := in.holds(a.slo, span)
	over := held.Meet(slo.Span{From: held.From, To: until})
	s, expected, _ := in.counted(a.slo, a.all, over)
	b := slo.Budget{Objective: a.objective, Tally: s.Sum()}
	if over.To.Before(held.To) {
		b.Elapsed, b.Window = over.Duration(), held.Duration()
	}
	return &Rolling{
		Window: string(a.slo.Window), From: span.From, To: span.To,
		SLI: told(b.Tally.SLI()), Spent: told(b.Spent()), RanOut: ranOut(s, b),
		State: in.Catalog.Site.Thresholds.Judge(slo.Standing{Present: len(s.Points), Expected: expected, Budget: b}),
	}
}

// ranOut returns the end of the bucket in which the last of a budget was spent;
// nil if some is left.
func ranOut(s slo.Series, b slo.Budget) *time.Time {
	events := b.Events()
	var bad slo.Count
	for _, p := range s.Points {
		if bad += p.Bad(); bad.Events() > events {
			end := time.Unix(p.At, 0).Add(s.Step).UTC()
			return &end
		}
	}
	return nil
}
