package scorecard

import (
	"fmt"
	"testing"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// A shop is a site with one tribe, one service and one SLO, which goes well.
// A test changes one thing of it and looks at what becomes of the facts.
//
// Its SLO till, 99% of sales, is counted by the day in UTC. August and September
// 2026 have 1,000 sales a day of which one failed, so that September's budget is
// 300 failures and 30 of them happened. It is the morning of 1 October.
type shop struct {
	site     catalog.Site
	tribe    catalog.Tribe
	posts    []postmortem.Postmortem
	asOf     time.Time
	audience string
	days     map[string]map[int64]slo.Tally // by SLO id and the bucket's start
	issued   []Elsewhere
	catalog.Catalog
}

const till = "shop/till/availability"

func newShop() *shop {
	s := &shop{
		site: catalog.Site{
			Title: "Corner shop", Zone: time.UTC, ZoneName: "UTC", Resolution: 24 * time.Hour,
			Freshness: 26 * time.Hour, Settle: 72 * time.Hour, Thresholds: slo.DefaultThresholds,
		},
		tribe: catalog.Tribe{
			ID: "shop", Name: "Shop",
			Squads: []catalog.Squad{{ID: "cashiers", Name: "Cashiers"}},
			Services: []catalog.Service{{
				ID: "till", Tribe: "shop", Name: "Till", Squad: "cashiers",
				SLOs: []catalog.SLO{promise("till", "availability")},
			}},
		},
		asOf: at("2026-10-01 00:00"), audience: "org",
		days: map[string]map[int64]slo.Tally{},
	}
	for day := at("2026-08-01 00:00"); day.Before(s.asOf); day = day.AddDate(0, 0, 1) {
		s.count(till, day, 1, 1000)
	}
	return s
}

// promise is an SLO of 99% by the day and the month.
func promise(service, key string) catalog.SLO {
	return catalog.SLO{
		ID: "shop/" + service + "/" + key, Key: key, Tribe: "shop", Service: service, Squad: "cashiers",
		Title: "Sales that go through", Objective: 990_000_000, Window: slo.Monthly, Resolution: 24 * time.Hour,
	}
}

// count sets the tally of the bucket that starts at a moment.
func (s *shop) count(id string, start time.Time, bad, total int) {
	if s.days[id] == nil {
		s.days[id] = map[int64]slo.Tally{}
	}
	s.days[id][start.Unix()] = slo.Tally{Good: slo.Count(total-bad) * slo.Event, Total: slo.Count(total) * slo.Event}
}

// lose makes gaps of the buckets of the till from one day up to another.
func (s *shop) lose(from, to string) {
	for day := at(from + " 00:00"); day.Before(at(to + " 00:00")); day = day.AddDate(0, 0, 1) {
		delete(s.days[till], day.Unix())
	}
}

// fail makes September's failures n of its 30,000 sales, all on the 15th.
func (s *shop) fail(n int) {
	for day := 1; day <= 30; day++ {
		s.count(till, at(fmt.Sprintf("2026-09-%02d 00:00", day)), 0, 1000)
	}
	s.count(till, at("2026-09-15 00:00"), n, 1000)
}

// till is the one SLO.
func (s *shop) till() *catalog.SLO { return &s.tribe.Services[0].SLOs[0] }

// compute returns the facts of the shop after a change.
func compute(t *testing.T, change func(*shop)) Tribe {
	t.Helper()
	s := newShop()
	change(s)
	return s.compute(t)
}

func (s *shop) compute(t *testing.T) Tribe {
	t.Helper()
	s.Catalog.Site, s.Catalog.Tribes = s.site, []catalog.Tribe{s.tribe}
	in := Input{
		Catalog: &s.Catalog, Tribe: &s.Catalog.Tribes[0], Postmortems: s.posts, AsOf: s.asOf, Audience: s.audience,
		Firsts: map[string]slo.Month{}, Hours: s.hours, Elsewhere: s.issued,
	}
	for id, series := range s.series() {
		in.Firsts[id] = slo.MonthOf(time.Unix(series.Points[0].At, 0), s.site.Zone)
	}
	facts, err := Compute(in)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// hours returns what a store of history would: buckets that start in the span
// and have ended by as of.
func (s *shop) hours(span slo.Span, _ ...string) (map[string]slo.Series, error) {
	all := map[string]slo.Series{}
	for id, series := range s.series() {
		ended := slo.Span{From: span.From, To: s.asOf.Add(time.Second - series.Step)}
		if part := series.In(span.Meet(ended)); len(part.Points) > 0 {
			all[id] = part
		}
	}
	return all, nil
}

func (s *shop) series() map[string]slo.Series {
	all := map[string]slo.Series{}
	for _, o := range s.tribe.SLOs() {
		series := slo.Series{Step: o.Resolution}
		for start := at("2025-01-01 00:00"); start.Before(at("2027-01-01 00:00")); start = start.Add(o.Resolution) {
			if tally, ok := s.days[o.ID][start.Unix()]; ok {
				series.Points = append(series.Points, slo.Point{At: start.Unix(), Tally: tally})
			}
		}
		if len(series.Points) > 0 {
			all[o.ID] = series
		}
	}
	return all
}

// incident is a postmortem of the till, whose file, slug and id come from n.
func incident(n int, from, to string) postmortem.Postmortem {
	return postmortem.Postmortem{
		File: fmt.Sprintf("content/postmortems/shop/%d.md", n), Tribe: "shop", Slug: fmt.Sprintf("incident-%d", n),
		ID: fmt.Sprintf("INC-%d", n), Title: fmt.Sprintf("Incident %d", n), Services: []string{"shop/till"},
		Status: "final", Audience: "org", Started: at(from), Resolved: at(to),
	}
}

// at is a moment in UTC, as "2026-09-15 10:30".
func at(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return t
}

// day is a date, as "2026-09-15".
func day(text string) slo.Date {
	d, err := slo.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func month(text string) slo.Month {
	m, err := slo.ParseMonth(text)
	if err != nil {
		panic(err)
	}
	return m
}

// row is the till's row in a month; nil if the month or the row is not there.
func row(facts Tribe, m string) *SLO {
	c := facts.Card(month(m))
	if c == nil {
		return nil
	}
	for i := range c.SLOs {
		if c.SLOs[i].ID == till {
			return &c.SLOs[i]
		}
	}
	return nil
}

// card is a month that must be there.
func card(t *testing.T, facts Tribe, m string) *Card {
	t.Helper()
	c := facts.Card(month(m))
	if c == nil {
		t.Fatalf("there is no scorecard of %s", m)
	}
	return c
}

// september is the till's row of September, which must be there.
func september(t *testing.T, facts Tribe) *SLO {
	t.Helper()
	r := row(facts, "2026-09")
	if r == nil {
		t.Fatal("the till has no row in September")
	}
	return r
}
