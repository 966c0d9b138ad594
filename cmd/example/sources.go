package main

import (
	"strings"
	"time"

	"tribune/generator/slo"
)

// A source is one SLI of the example: how much traffic it has and how much of
// it fails on an ordinary day. SLIs of one service share its traffic.
type source struct {
	id       string  // full id of the SLO
	monthly  float64 // events in a plain month of 30 days, in October 2025
	growth   float64 // traffic after a year, as a multiple of the first month's
	rhythm   rhythm
	failures []level       // in order of month
	swing    float64       // how unequal days are: the standard deviation of the day's failure level, on a log scale
	since    slo.Date      // zero: from the beginning
	last     slo.Date      // the last day with traffic; zero: still running
	was      string        // the id it had before moved
	moved    slo.Date      // the first day under its present id
	width    time.Duration // of a bucket; 0 is an hour
	exact    bool          // traffic is a schedule: no chance in it
}

// A level is how many events of 100,000 fail from a month on. Between two
// levels the months lie on a straight line.
type level struct {
	month   string
	per100k float64
}

// sources are the SLIs in order of id. carrier-rates/quotes is not among them:
// it is in scope and has no data.
var sources = []source{
	{id: "identity/accounts/availability", monthly: 330e3, growth: 1.1, rhythm: evenings, swing: 0.4,
		failures: []level{{"2025-10", 33}, {"2026-11", 24}}},
	{id: "identity/accounts/reset-mail", monthly: 26e3, growth: 1.1, rhythm: evenings, swing: 0.3,
		failures: []level{{"2025-10", 310}, {"2026-11", 280}}},
	{id: "identity/sign-in/availability", monthly: 980e3, growth: 1.15, rhythm: evenings, swing: 0.4,
		failures: []level{{"2025-10", 13}, {"2026-11", 13}}},
	{id: "identity/sign-in/codes", monthly: 88e3, growth: 1.15, rhythm: evenings, swing: 0.35,
		failures: []level{{"2025-10", 860}, {"2026-11", 760}}},
	{id: "identity/sign-in/latency", monthly: 980e3, growth: 1.15, rhythm: evenings, swing: 0.3,
		failures: []level{{"2025-10", 175}, {"2026-11", 160}}},
	{id: "identity/sign-in/passkeys", monthly: 64e3, growth: 2.5, rhythm: evenings, swing: 0.3, width: 15 * time.Minute,
		failures: []level{{"2026-08", 520}, {"2026-11", 300}}, since: day("2026-08-01")},

	{id: "logistics/customs-forms/availability", monthly: 21e3, growth: 0.6, rhythm: office, swing: 0.3,
		failures: []level{{"2025-10", 330}}, last: day("2026-04-30")},
	{id: "logistics/labels/availability", monthly: 150e3, growth: 1.1, rhythm: shifts, swing: 0.4,
		failures: []level{{"2025-10", 38}, {"2026-11", 32}}},
	{id: "logistics/returns-desk/availability", monthly: 620, growth: 1.05, rhythm: desk, swing: 0.3,
		failures: []level{{"2025-10", 140}, {"2026-11", 140}}},
	{id: "logistics/stock/availability", monthly: 390e3, growth: 1.1, rhythm: shifts, swing: 0.35,
		failures: []level{{"2025-10", 290}, {"2026-11", 295}}},
	{id: "logistics/tracking/availability", monthly: 860e3, growth: 1.15, rhythm: evenings, swing: 0.35,
		failures: []level{{"2025-10", 280}, {"2026-11", 120}},
		was:      "storefront/order-tracking/availability", moved: day("2026-04-01")},
	{id: "logistics/tracking/freshness", monthly: 860e3, growth: 1.15, rhythm: evenings, swing: 0.35,
		failures: []level{{"2025-10", 620}, {"2026-11", 290}},
		was:      "storefront/order-tracking/freshness", moved: day("2026-04-01")},

	{id: "payments/card-gateway/authorisation", monthly: 480e3, growth: 1.15, rhythm: evenings, swing: 0.4,
		failures: []level{{"2025-10", 17}, {"2026-11", 16}}},
	{id: "payments/checkout-api/availability", monthly: 760e3, growth: 1.15, rhythm: evenings, swing: 0.4,
		failures: []level{{"2025-10", 9}, {"2026-07", 28}, {"2026-08", 30}, {"2026-09", 52}, {"2026-10", 19}}},
	{id: "payments/checkout-api/latency", monthly: 760e3, growth: 1.15, rhythm: evenings, swing: 0.3,
		failures: []level{{"2025-10", 34}, {"2026-08", 96}, {"2026-09", 150}, {"2026-10", 94}}},
	{id: "payments/ledger/availability", monthly: 560e3, growth: 1.15, rhythm: evenings, swing: 0.4,
		failures: []level{{"2025-10", 12}, {"2026-11", 10}}},
	{id: "payments/ledger/latency", monthly: 560e3, growth: 1.15, rhythm: evenings, swing: 0.25,
		failures: []level{{"2025-10", 240}, {"2026-06", 330}, {"2026-07", 525}, {"2026-09", 545}, {"2026-10", 350}}},
	{id: "payments/payout-files/delivered", monthly: 30, growth: 1, rhythm: nightly, exact: true,
		failures: []level{{"2025-10", 0}}},
	{id: "payments/refunds/availability", monthly: 58e3, growth: 1.1, rhythm: office, swing: 0.35,
		failures: []level{{"2025-10", 125}, {"2026-11", 115}}},
	{id: "payments/webhooks/delivery", monthly: 700e3, growth: 1.2, rhythm: evenings, swing: 0.35,
		failures: []level{{"2025-10", 430}, {"2026-11", 160}}},

	{id: "platform/deploy/rollouts", monthly: 3.4e3, growth: 1.2, rhythm: office, swing: 0.2,
		failures: []level{{"2025-10", 2900}, {"2026-11", 2850}}},
	{id: "platform/message-bus/delivery", monthly: 2.6e6, growth: 1.2, rhythm: evenings, swing: 0.35,
		failures: []level{{"2025-10", 30}, {"2026-11", 24}}},
	{id: "platform/object-store/availability", monthly: 1.9e6, growth: 1.25, rhythm: flat, swing: 0.35,
		failures: []level{{"2025-10", 11}, {"2026-11", 9}}},

	{id: "storefront/basket/availability", monthly: 690e3, growth: 1.15, rhythm: evenings, swing: 0.35,
		failures: []level{{"2025-10", 34}, {"2026-11", 32}}},
	{id: "storefront/basket/latency", monthly: 690e3, growth: 1.15, rhythm: evenings, swing: 0.25,
		failures: []level{{"2025-10", 550}, {"2026-03", 500}, {"2026-08", 545}, {"2026-11", 550}}},
	{id: "storefront/search/availability", monthly: 1.4e6, growth: 1.15, rhythm: evenings, swing: 0.35,
		failures: []level{{"2025-10", 230}, {"2026-11", 150}}},
	{id: "storefront/search/latency", monthly: 1.4e6, growth: 1.15, rhythm: evenings, swing: 0.3,
		failures: []level{{"2025-10", 610}, {"2026-11", 590}}},
	{id: "storefront/shop-web/availability", monthly: 2.2e6, growth: 1.15, rhythm: evenings, swing: 0.35,
		failures: []level{{"2025-10", 30}, {"2026-11", 22}}},
	{id: "storefront/shop-web/latency", monthly: 2.2e6, growth: 1.15, rhythm: evenings, swing: 0.3,
		failures: []level{{"2025-10", 430}, {"2026-11", 360}}},
	{id: "storefront/suggest/availability", monthly: 940e3, growth: 1.2, rhythm: evenings, swing: 0.35,
		failures: []level{{"2026-06", 240}, {"2026-11", 320}}, since: day("2026-06-01")},
}

// day reads a date of the tables in this package.
func day(s string) slo.Date {
	d, err := slo.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// service returns the id of the SLI's service, tribe/service.
func (s source) service() string { return s.id[:strings.LastIndexByte(s.id, '/')] }

// step returns the width of a bucket.
func (s source) step() time.Duration {
	if s.width == 0 {
		return time.Hour
	}
	return s.width
}

// begin returns when the SLI's history starts, of a site's history over span.
func (s source) begin(span slo.Span, zone *time.Location) time.Time {
	if s.since.IsZero() {
		return span.From
	}
	return s.since.In(zone).From
}

// end returns when the SLI's history ends.
func (s source) end(span slo.Span, zone *time.Location) time.Time {
	if s.last.IsZero() {
		return span.To
	}
	return s.last.In(zone).To
}
