package scorecard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tribune/generator/slo"
)

// An Org is the organisation as facts: api/org.json. It is made from the
// tribes' facts alone, so that one job a tribe gives the same bytes as one
// build of all.
type Org struct {
	Schema    string       `json:"schema"`
	Title     string       `json:"title"`
	AsOf      time.Time    `json:"as_of"`
	Audience  string       `json:"audience"`
	Month     slo.Month    `json:"month"` // the latest that any tribe has closed
	Closed    bool         `json:"closed"`
	Scored    int          `json:"scored_tribes"` // that have an objective in the month
	Sealed    int          `json:"sealed_tribes"` // of these, whose scorecard of the month is sealed
	Issued    *time.Time   `json:"issued"`        // when the last of them was
	DataTo    *time.Time   `json:"data_to"`
	Stale     bool         `json:"stale"`
	Coverage  Number       `json:"coverage"` // buckets present of those expected, all SLOs
	Unjudged  int          `json:"incomplete"`
	Totals    Totals       `json:"totals"`
	Minutes   Spread       `json:"incident_minutes"`
	Overdue   int          `json:"overdue"`
	Short     []Sentence   `json:"in_short"`
	Asked     []Ask        `json:"asked"`
	Headline  []OrgSLO     `json:"headline"`
	Tribes    []OrgTribe   `json:"tribes"` // alphabetical
	Trends    TrendCounts  `json:"trends"`
	Archive   []OrgMonth   `json:"archive"` // latest first
	Latest    []OrgWritten `json:"latest_postmortems"`
	Incidents int          `json:"incidents"`
	Frequency Frequency    `json:"incident_frequency"` // of all tribes, up to the month
	Behind    []Behind     `json:"behind"`             // tribes that were not built with the others
}

// A Behind is a tribe that an organisation was assembled without, or from what
// had been built of it before.
type Behind struct {
	Tribe string     `json:"tribe"`
	Name  string     `json:"name"`
	AsOf  *time.Time `json:"as_of"` // the moment that its pages speak of; null if it has none
}

// An OrgTribe is one tribe's row on the front page.
type OrgTribe struct {
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Month       slo.Month   `json:"month"`
	Totals      Totals      `json:"totals"`
	Incidents   Incidents   `json:"incidents"`
	Unexplained Number      `json:"unexplained"` // the most of one budget, and of which
	Of          string      `json:"unexplained_of"`
	Overdue     int         `json:"overdue"`
	Missed      []Missed    `json:"missed"` // twelve months, oldest first
	Trends      TrendCounts `json:"trends"`
	Postmortems int         `json:"postmortems"`
}

// Missed is how many objectives a tribe missed in a month.
type Missed struct {
	Month  slo.Month `json:"month"`
	Missed int       `json:"missed"`
	Known  bool      `json:"known"` // whether there is a scorecard with a judged objective
}

// TrendCounts counts objectives by trend.
type TrendCounts struct {
	Improving int `json:"improving"`
	Worsening int `json:"worsening"`
	NoTrend   int `json:"no_clear_trend"`
	TooLittle int `json:"too_little_history"`
	Months    int `json:"months"` // the longest history among them
	// Of the organisation, those whose trend also stands if all its objectives
	// are tested together. Only they answer whether stability improves: with
	// many tribes, by chance alone, some have one that does.
	StandImproving int `json:"stand_improving"`
	StandWorsening int `json:"stand_worsening"`
}

// Told is the number of objectives with enough history to tell.
func (t TrendCounts) Told() int { return t.Improving + t.Worsening + t.NoTrend }

// An OrgSLO is a headline SLO and whose it is.
type OrgSLO struct {
	SLO
	Tribe string `json:"tribe"`
}

// An OrgMonth is one line of the archive.
type OrgMonth struct {
	Month  slo.Month `json:"month"`
	Closed bool      `json:"closed"`
	Met    int       `json:"met"`
	SLOs   int       `json:"slos"`
}

// OrgWritten is a postmortem on the front page.
type OrgWritten struct {
	Tribe     string   `json:"tribe"`
	TribeName string   `json:"tribe_name"`
	Slug      string   `json:"slug"`
	ID        *string  `json:"id"`
	Title     string   `json:"title"`
	Date      slo.Date `json:"date"`
	Minutes   Number   `json:"minutes"`
}

// Assemble makes the organisation from its tribes. headline are full SLO ids.
func Assemble(title, audience string, asOf time.Time, headline []string, tribes []Tribe) Org {
	o := Org{
		Schema: "tribune/org/v1", Title: title, Audience: audience, AsOf: asOf, Asked: []Ask{},
		Headline: []OrgSLO{}, Tribes: []OrgTribe{}, Archive: []OrgMonth{}, Latest: []OrgWritten{}, Short: []Sentence{}, Behind: []Behind{},
	}
	for i, t := range tribes {
		if i == 0 || o.Month.Before(t.Index.Latest) {
			o.Month = t.Index.Latest
		}
		if d := t.Index.DataTo; d != nil && (o.DataTo == nil || o.DataTo.Before(*d)) {
			o.DataTo = d
		}
		o.Stale = o.Stale || t.Index.Stale
	}
	sorted := slices.Clone(tribes)
	slices.SortStableFunc(sorted, func(a, b Tribe) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Index.Name), strings.ToLower(b.Index.Name)), strings.Compare(a.Index.ID, b.Index.ID))
	})
	o.Totals.ByState = make(map[slo.State]int)
	var rows []SLO
	var minutes []float64
	var asks []Ask
	for _, t := range sorted {
		o.Tribes = append(o.Tribes, orgTribe(t, o.Month))
		card := t.Card(o.Month)
		if card == nil {
			continue
		}
		o.Closed = card.Closed
		if len(card.SLOs) > 0 {
			o.Scored++
		}
		if card.Sealed {
			o.Sealed++
			if o.Issued == nil || o.Issued.Before(card.AsOf) {
				o.Issued = &card.AsOf
			}
		}
		o.Unjudged += card.Incomplete
		o.Overdue += card.Actions.Overdue
		o.Incidents += card.Incidents.Count
		rows = append(rows, card.SLOs...)
		for _, i := range card.Incidents.Items {
			if i.Minutes.Known {
				minutes = append(minutes, i.Minutes.Value)
			}
		}
		for _, a := range card.asks() {
			a.Subject, a.Sentence = prefixed(a.Subject, t.Index.ID), prefixed(a.Sentence, t.Index.ID)
			a.Who, a.tribe = strings.TrimSuffix(t.Index.Name+", "+a.Who, ", "), t.Index.Name
			asks = append(asks, a)
		}
		for _, r := range card.SLOs {
			if slices.Contains(headline, r.ID) {
				o.Headline = append(o.Headline, OrgSLO{r, t.Index.ID})
			}
		}
	}
	o.Totals = totals(rows)
	o.Minutes = spread(minutes)
	o.Coverage = coverage(rows)
	for _, t := range o.Tribes {
		o.Trends.add(t.Trends)
	}
	o.Trends.stand(rows)
	o.askOnce(asks)
	o.Short = o.inShort()
	o.frequency(tribes)
	o.archive(tribes)
	o.latest(sorted)
	return o
}

// Card returns the tribe's card of the month, or nil.
func (t *Tribe) Card(m slo.Month) *Card {
	for i := range t.Cards {
		if t.Cards[i].Month == m {
			return &t.Cards[i]
		}
	}
	return nil
}

func orgTribe(t Tribe, m slo.Month) OrgTribe {
	row := OrgTribe{ID: t.Index.ID, Name: t.Index.Name, Month: m, Missed: []Missed{}, Postmortems: len(t.Postmortems)}
	row.Totals.ByState = map[slo.State]int{}
	row.Incidents.Items = []Incident{}
	if c := t.Card(m); c != nil {
		row.Totals, row.Incidents, row.Overdue = c.Totals, c.Incidents, c.Actions.Overdue
		row.Trends = trendCounts(c.SLOs)
		for _, r := range c.SLOs {
			sum := Number{}
			for _, e := range r.Ledger.Unexplained {
				sum = known(sum.Value + e.Share.Value)
			}
			if r.Budget.Spent.Known && (!row.Unexplained.Known || sum.Value > row.Unexplained.Value) {
				row.Unexplained, row.Of = known(sum.Value), c.label(r)
			}
		}
		if row.Unexplained.Value == 0 {
			row.Of = ""
		}
	}
	for k := m.Add(1 - stripMonths); !m.Before(k); k = k.Add(1) {
		x := Missed{Month: k}
		if c := t.Card(k); c != nil {
			x.Missed, x.Known = c.Totals.Missed, c.Totals.Met+c.Totals.Missed > 0
		}
		row.Missed = append(row.Missed, x)
	}
	return row
}

func trendCounts(rows []SLO) (t TrendCounts) {
	for _, r := range rows {
		switch slo.TrendWord(r.Trend.Word) {
		case slo.Improving:
			t.Improving++
		case slo.Worsening:
			t.Worsening++
		case slo.NoClearTrend:
			t.NoTrend++
		default:
			t.TooLittle++
		}
		t.Months = max(t.Months, r.Trend.Months)
	}
	return t
}

func (t *TrendCounts) add(u TrendCounts) {
	t.Improving += u.Improving
	t.Worsening += u.Worsening
	t.NoTrend += u.NoTrend
	t.TooLittle += u.TooLittle
	t.Months = max(t.Months, u.Months)
}

// stand counts the trends that are left once they are corrected for the number
// of all objectives of the organisation, as those of a tribe are for its own.
func (t *TrendCounts) stand(rows []SLO) {
	tests := make([]slo.Trend, len(rows))
	for i, r := range rows {
		tests[i] = slo.Trend{Word: slo.TooLittleHistory}
		if r.Trend.P.Known {
			tests[i] = slo.Trend{Word: slo.NoClearTrend, P: r.Trend.P.Value}
		}
	}
	for i, joint := range slo.Adjust(tests) {
		switch stands := joint.Word != slo.TooLittleHistory && joint.Word != slo.NoClearTrend; {
		case stands && rows[i].Trend.Word == string(slo.Improving):
			t.StandImproving++
		case stands && rows[i].Trend.Word == string(slo.Worsening):
			t.StandWorsening++
		}
	}
}

// prefixed gives the links of a tribe's sentence their place in the organisation.
func prefixed(s Sentence, tribe string) Sentence {
	s = slices.Clone(s)
	for i := range s {
		if s[i].Path != "" {
			s[i].Path = tribe + "/" + s[i].Path
		}
	}
	return s
}

// askOnce keeps one decision of each kind, at most five: several of a kind are
// joined in one sentence, so that one tribe's gaps do not hide another's freeze.
func (o *Org) askOnce(all []Ask) {
	for _, kind := range askKinds {
		switch some := ofKind(all, kind); {
		case len(some) == 1:
			o.Asked = append(o.Asked, some[0])
		case len(some) > 1:
			o.Asked = append(o.Asked, joined(kind, some))
		}
	}
	o.Asked = o.Asked[:min(mostAsked, len(o.Asked))]
}

func (o *Org) inShort() []Sentence {
	c := Card{Month: o.Month, Closed: o.Closed, Totals: o.Totals}
	out := []Sentence{c.metSentence()}
	var ran []Part
	for _, t := range o.Tribes {
		if n := t.Totals.ByState[slo.Exhausted]; n > 0 {
			ran = append(ran, Part{t.Name, t.ID + "/"})
		}
	}
	switch n := o.Totals.ByState[slo.Exhausted]; {
	case o.Totals.Met+o.Totals.Missed == 0:
	case n == 0:
		out = append(out, Sentence{say("No budget ran out outside the agreed exceptions.")})
	default:
		s := Sentence{say("%s ran out of budget, in ", count(n, "objective", "objectives"))}
		for i, p := range ran {
			switch {
			case i > 0 && i == len(ran)-1:
				s = append(s, say(" and "))
			case i > 0:
				s = append(s, say(", "))
			}
			s = append(s, p)
		}
		out = append(out, append(s, say(".")))
	}
	if o.Overdue > 0 {
		verb := "are"
		if o.Overdue == 1 {
			verb = "is"
		}
		out = append(out, Sentence{{count(o.Overdue, "action", "actions") + " " + verb + " overdue", "actions/"}, say(".")})
	}
	return out
}

// Stability answers whether stability improves, in a sentence, with n.
func (t TrendCounts) Stability() (answer, basis string) {
	n := t.Told()
	switch {
	case n == 0:
		return "Too early to say.", "No objective has six closed months yet."
	case t.StandImproving > 0 && t.Worsening == 0:
		answer = "Yes."
	case t.StandWorsening > 0 && t.Improving == 0:
		answer = "No."
	default:
		answer = "Not shown."
	}
	answer += fmt.Sprintf(" Of %s with enough history, %d %s, %d %s and %d %s no clear trend.",
		count(n, "objective", "objectives"),
		t.Improving, verb(t.Improving, "improves", "improve"),
		t.Worsening, verb(t.Worsening, "worsens", "worsen"),
		t.NoTrend, verb(t.NoTrend, "shows", "show"))
	months := "6"
	if t.Months > 6 {
		months = fmt.Sprintf("6 to %d", t.Months)
	}
	basis = fmt.Sprintf("n = %d, %s closed months each, corrected by tribe and month", n, months)
	switch named, stand := t.Improving+t.Worsening, t.StandImproving+t.StandWorsening; {
	case named == stand:
	case named == 1:
		basis += fmt.Sprintf("; tested together, all %d, the one trend does not stand", n)
	case stand == 0:
		basis += fmt.Sprintf("; tested together, all %d, none of the %d trends stands", n, named)
	default:
		basis += fmt.Sprintf("; tested together, all %d, %d of the %d trends %s", n, stand, named, verb(stand, "stands", "stand"))
	}
	return answer, basis
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// frequency counts the incidents of all tribes.
func (o *Org) frequency(tribes []Tribe) {
	counts := make(map[slo.Month]int)
	first, last := o.Month, o.Month
	for _, t := range tribes {
		for _, c := range t.Cards {
			counts[c.Month] += c.Incidents.Count
			if c.Month.Before(first) {
				first = c.Month
			}
		}
	}
	if len(counts) == 0 {
		o.Frequency = Frequency{Word: string(slo.TooLittleToCount), Fewest: -1}
		return
	}
	if !o.Closed {
		last = last.Add(-1)
	}
	o.Frequency = frequencyOf(counts, first, last)
}

func (o *Org) archive(tribes []Tribe) {
	sums := make(map[slo.Month]OrgMonth)
	for _, t := range tribes {
		for _, c := range t.Cards {
			s := sums[c.Month]
			sums[c.Month] = OrgMonth{c.Month, c.Closed, s.Met + c.Totals.Met, s.SLOs + c.Totals.SLOs}
		}
	}
	for _, m := range sums {
		if m.SLOs > 0 {
			o.Archive = append(o.Archive, m)
		}
	}
	slices.SortFunc(o.Archive, func(a, b OrgMonth) int { return b.Month.Compare(a.Month) })
}

// latestCount is how many final postmortems the front page names.
const latestCount = 5

func (o *Org) latest(tribes []Tribe) {
	for _, t := range tribes {
		for _, p := range t.Postmortems {
			if p.Status == "final" && p.Withdrawn == "" && !p.Date.IsZero() {
				o.Latest = append(o.Latest, OrgWritten{t.Index.ID, t.Index.Name, p.Slug, p.ID, p.Title, p.Date, p.Minutes})
			}
		}
	}
	slices.SortStableFunc(o.Latest, func(a, b OrgWritten) int { return b.Date.Compare(a.Date) })
	o.Latest = o.Latest[:min(latestCount, len(o.Latest))]
}
