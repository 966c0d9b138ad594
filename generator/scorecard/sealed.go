package scorecard

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// A Sum is what history holds of an SLO's month, exclusions included.
type Sum struct {
	slo.Tally
	Buckets int // how many have a row
}

// sealedCard is a month as it was issued: its counts, objectives and results
// stand. Where postmortems have come since, the ledger says what they explain.
// Hours are read only of rows whose inputs are not what they were.
func (in *Input) sealedCard(is *Issued, costs map[string][]Cost) (Card, error) {
	c := Card{
		Schema: "tribune/scorecard/v1", Tribe: in.Tribe.ID, TribeName: in.Tribe.Name,
		Month: is.Month, TimeZone: is.TimeZone, From: is.From, To: is.To, AsOf: is.AsOf,
		Closed: true, Sealed: true, Gaps: is.Incomplete, DataTo: is.DataTo,
		Restatements: append([]Restatement{}, is.Restatements...), SLOs: []SLO{},
		Maintenance: append([]Agreement{}, is.Maintenance...), Exclusions: append([]Agreement{}, is.Exclusions...),
		Exceptions: []Exception{}, Decisions: []Decision{},
	}
	changed, err := in.changed(is)
	if err != nil {
		return Card{}, err
	}
	var series map[string]slo.Series
	if len(changed) > 0 {
		if series, err = in.Hours(is.Month.In(in.Catalog.Site.Zone), changed...); err != nil {
			return Card{}, err
		}
	}
	span := slo.Span{From: is.From, To: is.To}
	for k := range is.SLOs {
		i := &is.SLOs[k]
		row := i.row(is.Month, span, in.Catalog.Site.Zone)
		row.Elsewhere = in.Tribe.Service(i.Service) == nil
		d := i.division()
		if hours, ok := series[i.ID]; ok {
			a := in.account(in.called[i.ID], is.Month, hours)
			a.slo.ID = i.ID
			if row.Now = in.otherwise(a, row); row.Now == nil {
				d = in.divide(a)
			}
		}
		row.Ledger = in.tell(d, bill{i.ID, is.name(i), is.Month, span, i.budget().Events()}, costs)
		row.Ledger.Since = in.since(i, d, row)
		if row.Exception != nil {
			c.Exceptions = append(c.Exceptions, *row.Exception)
		}
		if row.State == slo.IncompleteData || row.State == slo.NoData {
			c.Incomplete++
		}
		c.SLOs = append(c.SLOs, row)
	}
	return c, nil
}

// name names a row in a list: its service, and its key where the service had
// several.
func (is *Issued) name(i *IssuedSLO) string {
	for k := range is.SLOs {
		if o := &is.SLOs[k]; o.Service == i.Service && o.ID != i.ID {
			return i.ServiceName + ", " + i.ID[strings.LastIndexByte(i.ID, '/')+1:]
		}
	}
	return i.ServiceName
}

// changed returns the ids of the rows of which an input differs today from what
// it was when the month was issued. Of a row whose SLO or whose history is gone
// nothing can be held against it.
func (in *Input) changed(is *Issued) (ids []string, err error) {
	var known []string
	for _, i := range is.SLOs {
		if _, ok := in.called[i.ID]; ok {
			known = append(known, i.ID)
		}
	}
	if len(known) == 0 {
		return nil, nil // of no ids Totals would give all
	}
	sums, err := in.Totals(is.Month, known...)
	if err != nil {
		return nil, err
	}
	for _, i := range is.SLOs {
		if sum, ok := sums[i.ID]; ok && in.inputs(in.called[i.ID], is.Month, sum) != i.Inputs {
			ids = append(ids, i.ID)
		}
	}
	return ids, nil
}

// inputs are the digests of what an SLO's month is made from.
func (in *Input) inputs(s catalog.SLO, m slo.Month, sum Sum) Inputs {
	month := m.In(in.Catalog.Site.Zone)
	holds := in.holds(s, month)
	objective, _ := s.ObjectiveIn(m)
	agreed := fmt.Sprintln(objective, s.Resolution, holds.From.Unix(), holds.To.Unix())
	for _, x := range in.Catalog.Exclusions {
		if out := x.Span.Meet(holds); catalog.Covers(x.IDs, s) && !out.Empty() {
			agreed += fmt.Sprintln(out.From.Unix(), out.To.Unix())
		}
	}
	attribution := ""
	for _, w := range in.windows(s, month) {
		attribution += fmt.Sprintln(w.ID, w.Span.From.Unix(), w.Span.To.Unix())
	}
	for _, x := range in.maintenance(s) {
		if !x.Meet(month).Empty() {
			attribution += fmt.Sprintln(x.From.Unix(), x.To.Unix())
		}
	}
	return Inputs{
		History: digest(fmt.Sprintln(sum.Good, sum.Total, sum.Buckets)),
		Agreed:  digest(agreed), Attribution: digest(attribution),
	}
}

// digest is the first half of a SHA-256, in hexadecimal.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// otherwise returns what history says today of a sealed row; nil if it says the
// same.
func (in *Input) otherwise(a account, issued SLO) *Figures {
	row := SLO{Present: a.present, Expected: a.expected, ObjectiveText: a.objective.String()}
	row.count(a.budget, a.slo.Resolution)
	row.State = in.Catalog.Site.Thresholds.Judge(slo.Standing{
		Present: a.present, Expected: a.expected, Budget: a.budget, Excepted: issued.State == slo.Excepted,
	})
	then, now := figures(issued), figures(row)
	if same(then.Good, now.Good) && same(then.Total, now.Total) &&
		then.Present == now.Present && then.ObjectiveText == now.ObjectiveText {
		return nil
	}
	return &now
}

func figures(r SLO) Figures {
	return Figures{
		ObjectiveText: r.ObjectiveText, Good: r.Good, Total: r.Total, Present: r.Present,
		SLI: r.SLI, SLIText: r.SLIText, Met: r.Met, Spent: r.Budget.Spent, State: r.State,
	}
}

// same reports whether two counts are equal, or both unknown.
func same(a, b *slo.Count) bool { return a == b || a != nil && b != nil && *a == *b }

// since says what incidents took more of a budget than when the month was
// issued; nil if they did not.
func (in *Input) since(i *IssuedSLO, now division, row SLO) *Since {
	then := make(map[string]slo.Count)
	var more slo.Count
	for _, p := range i.Ledger.Incidents {
		then[p.File] = p.Bad
		more -= p.Bad
	}
	for _, s := range now.Incidents {
		more += s.Bad
	}
	if more <= 0 {
		return nil
	}
	s := &Since{Bad: more, By: []Part{}}
	if events := row.Budget.Events; events.Known && events.Value > 0 {
		s.Share = known(more.Events() / events.Value)
	}
	for _, p := range row.Ledger.Incidents {
		if p.Restricted || p.Bad <= then[p.file] {
			continue
		}
		part := Part{Text: name(p)}
		if p.Tribe == "" {
			part.Path = "postmortems/" + *p.Slug + "/"
		}
		s.By = append(s.By, part)
	}
	return s
}

// Issue returns what is to be kept of a closed month, which Compute made of the
// same input with nothing taken out for any readers.
func Issue(in Input, c *Card) (Issued, error) {
	in.prepare()
	is := Issued{
		Tribe: c.Tribe, Month: c.Month, TimeZone: c.TimeZone, From: c.From, To: c.To, AsOf: c.AsOf,
		Incomplete: c.Incomplete > 0, DataTo: c.DataTo, Maintenance: c.Maintenance, Exclusions: c.Exclusions,
	}
	var ids []string
	for _, r := range c.SLOs {
		ids = append(ids, r.ID)
	}
	sums, err := in.Totals(c.Month, ids...)
	if err != nil {
		return Issued{}, err
	}
	drawn := c.Worst(2)
	in.near = in.during(slo.Span{From: c.From, To: c.To})
	for _, r := range c.SLOs {
		i := issuedRow(r)
		s := in.called[r.ID]
		i.Objective, _ = s.ObjectiveIn(c.Month)
		i.Minutes = s.Resolution.Minutes()
		i.Inputs = in.inputs(s, c.Month, sums[r.ID])
		if slices.ContainsFunc(drawn, func(d SLO) bool { return d.ID == r.ID }) {
			i.Burn = r.Burn
		}
		is.SLOs = append(is.SLOs, i)
	}
	slices.SortFunc(is.SLOs, func(a, b IssuedSLO) int { return strings.Compare(a.ID, b.ID) })
	return is, nil
}

// issuedRow keeps of a row what stands in it.
func issuedRow(r SLO) IssuedSLO {
	i := IssuedSLO{
		ID: r.ID, Service: r.Service, ServiceName: r.ServiceName, Squad: r.Squad, SquadName: r.SquadName, Title: r.Title,
		Changed: r.Changed, Good: r.Good, Total: r.Total, Met: r.Met, State: r.State,
		Present: r.Present, Expected: r.Expected, Evidence: r.Evidence, Trend: r.Trend, RanOut: r.RanOut, Window: r.Window,
		Caveats: r.Caveats, Excluded: r.Excluded, Exception: r.Exception,
		Ledger: IssuedLedger{Maintenance: r.Ledger.Maintenance, Unexplained: r.Ledger.Unexplained, Background: r.Ledger.Background},
	}
	for _, p := range r.Ledger.Incidents {
		i.Ledger.Incidents = append(i.Ledger.Incidents, IssuedPortion{p.file, p.Bad, p.Estimate, p.burnt})
	}
	for _, d := range r.Days {
		spent := d.Spent
		spent.Value = round(spent.Value)
		i.Days = append(i.Days, spent)
		if d.NoTraffic {
			i.Idle = append(i.Idle, d.Date.Day)
		}
	}
	return i
}

// Restate puts newer figures in the place of issued ones, and notes in Restated
// what changed, why and when. Rows that were not there are added; what was
// issued of an SLO that is no longer there stands. ok is false if nothing
// differs.
func (is *Issued) Restate(newer Issued, reason string, day slo.Date) (restated Issued, ok bool) {
	restated = newer
	restated.AsOf = is.AsOf
	restated.Restatements = slices.Clone(is.Restatements)
	zone := is.From.Location()
	span := slo.Span{From: is.From, To: is.To}
	before := make(map[string]*IssuedSLO)
	for k := range is.SLOs {
		before[is.SLOs[k].ID] = &is.SLOs[k]
	}
	for k := range restated.SLOs {
		i := &restated.SLOs[k]
		now := figures(i.row(is.Month, span, zone))
		then, old := Figures{}, before[i.ID]
		if delete(before, i.ID); old != nil {
			then = figures(old.row(is.Month, span, zone))
			if same(then.Good, now.Good) && same(then.Total, now.Total) && then.Present == now.Present &&
				then.ObjectiveText == now.ObjectiveText {
				*i = *old // with its ledger, so that what was explained since can still be told
				continue
			}
		}
		restated.Restatements = append(restated.Restatements, Restatement{
			SLO: i.ID, Name: i.ServiceName, Old: then.SLI, New: now.SLI, Was: then, Is: now, Reason: reason, Date: day,
		})
	}
	for _, old := range is.SLOs {
		if before[old.ID] != nil {
			restated.SLOs = append(restated.SLOs, old)
		}
	}
	slices.SortFunc(restated.SLOs, func(a, b IssuedSLO) int { return strings.Compare(a.ID, b.ID) })
	return restated, len(restated.Restatements) > len(is.Restatements)
}
