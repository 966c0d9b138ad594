package main

import (
	"time"

	"tribune/generator/slo"
)

// The kinds of planted events.
const (
	incident    = "incident"    // has a postmortem of that name
	maintenance = "maintenance" // declared in data/exclusions.toml; counts
	exclusion   = "exclusion"   // declared in data/exclusions.toml; leaves the SLI
	episode     = "episode"     // nobody wrote it up
	gap         = "gap"         // no samples arrived
)

// An event is something that happened to one or more SLIs. Its name is its own.
type event struct {
	kind, name string
	slo.Span           // exactly when events failed, to the minute
	fails      effects // for a gap only its ids count
	times      float64 // traffic meanwhile, as a multiple of the usual; 0 is 1
}

// effects are the shares of the events of an SLI, by its id, that fail
// because of the event.
type effects map[string]float64

// at reads the two ends of an event, UTC.
func at(from, to string) slo.Span {
	read := func(s string) time.Time {
		t, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			panic(err)
		}
		return t
	}
	return slo.Span{From: read(from), To: read(to)}
}

// events are what was planted, in order of time.
var events = []event{
	{kind: exclusion, name: "load test 2025", Span: at("2025-11-12 02:00", "2025-11-12 04:00"), times: 6, fails: effects{
		"storefront/shop-web/availability": .02, "storefront/shop-web/latency": .11}},
	{kind: incident, name: "INC-171", Span: at("2025-11-20 10:18", "2025-11-20 10:30"), fails: effects{
		"payments/ledger/availability": .4, "payments/ledger/latency": .25}},
	{kind: incident, name: "INC-173", Span: at("2025-11-28 17:50", "2025-11-28 18:50"), fails: effects{
		"storefront/shop-web/availability": .11, "storefront/shop-web/latency": .32}},
	{kind: incident, name: "INC-174", Span: at("2025-12-12 16:05", "2025-12-12 18:40"), fails: effects{
		"payments/webhooks/delivery": .28}},

	{kind: maintenance, name: "content delivery network changed", Span: at("2026-01-27 03:10", "2026-01-27 03:45"), fails: effects{
		"storefront/shop-web/availability": .07, "storefront/shop-web/latency": .2, "storefront/search/availability": .05}},
	{kind: incident, name: "INC-182", Span: at("2026-02-02 13:04", "2026-02-02 13:30"), fails: effects{
		"payments/checkout-api/availability": .1}},
	{kind: incident, name: "INC-184", Span: at("2026-02-17 09:40", "2026-02-17 20:15"), fails: effects{
		"identity/sign-in/codes": .82}},
	{kind: gap, name: "metrics server moved", Span: at("2026-02-24 09:00", "2026-02-24 12:00"), fails: effects{
		"platform/deploy/rollouts": 0, "platform/object-store/availability": 0, "platform/message-bus/delivery": 0}},
	{kind: incident, name: "INC-187", Span: at("2026-03-11 08:40", "2026-03-11 09:44"), fails: effects{
		"payments/ledger/availability": .13, "payments/ledger/latency": .2, "payments/checkout-api/availability": .03}},
	{kind: maintenance, name: "storage nodes replaced one by one", Span: at("2026-03-18 01:00", "2026-03-18 04:00"), fails: effects{
		"platform/object-store/availability": .014}},
	{kind: incident, name: "INC-189", Span: at("2026-03-24 08:15", "2026-03-24 11:50"), fails: effects{
		"logistics/tracking/freshness": .55}},

	{kind: incident, name: "INC-191", Span: at("2026-05-05 15:22", "2026-05-05 16:13"), fails: effects{
		"payments/card-gateway/authorisation": .1}},
	{kind: incident, name: "INC-193", Span: at("2026-05-27 07:30", "2026-05-27 09:20"), fails: effects{
		"logistics/stock/availability": .38}},
	{kind: incident, name: "INC-195", Span: at("2026-06-17 12:10", "2026-06-17 13:25"), fails: effects{
		"payments/webhooks/delivery": .36}},
	{kind: incident, name: "INC-197", Span: at("2026-06-25 09:05", "2026-06-25 10:41"), fails: effects{
		"storefront/search/availability": .93}},
	{kind: incident, name: "INC-199", Span: at("2026-07-08 03:00", "2026-07-08 04:00"), fails: effects{
		"payments/payout-files/delivered": 1}},
	{kind: incident, name: "INC-204", Span: at("2026-08-19 12:31", "2026-08-19 12:53"), fails: effects{
		"payments/checkout-api/availability": .5, "payments/checkout-api/latency": .12}},
	{kind: incident, name: "INC-205", Span: at("2026-08-26 19:20", "2026-08-26 20:30"), fails: effects{
		"identity/accounts/reset-mail": .7}},
	// An episode that goes on over the end of August.
	{kind: episode, name: "slow searches around a month's end", Span: at("2026-08-31 20:00", "2026-09-01 02:00"), fails: effects{
		"storefront/search/latency": .19}},
	{kind: incident, name: "INC-206", Span: at("2026-09-03 16:48", "2026-09-03 17:22"), fails: effects{
		"storefront/basket/availability": .42, "storefront/basket/latency": .2}},
	{kind: incident, name: "INC-208", Span: at("2026-09-15 11:10", "2026-09-15 12:25"), fails: effects{
		"platform/message-bus/delivery": .24, "payments/webhooks/delivery": .3, "logistics/tracking/freshness": .28}},
	// Overlaps with INC-208 by 45 minutes, on the same SLI.
	{kind: incident, name: "INC-209", Span: at("2026-09-15 11:40", "2026-09-15 13:50"), fails: effects{
		"payments/webhooks/delivery": .22}},
	// Midnight in Berlin, and with it October, is at 22:00.
	{kind: incident, name: "INC-210", Span: at("2026-09-30 20:45", "2026-10-01 00:10"), fails: effects{
		"logistics/labels/availability": .17}},

	{kind: incident, name: "INC-211", Span: at("2026-10-02 09:41", "2026-10-02 09:47"), fails: effects{
		"identity/sign-in/availability": .96}},
	{kind: incident, name: "INC-212", Span: at("2026-10-06 08:02", "2026-10-06 08:49"), fails: effects{
		"payments/checkout-api/availability": .57, "payments/checkout-api/latency": .32,
		"payments/ledger/availability": .14, "payments/ledger/latency": .33,
		"payments/card-gateway/authorisation": .055}},
	{kind: episode, name: "suggestions fail in the evening", Span: at("2026-10-09 17:00", "2026-10-09 19:00"), fails: effects{
		"storefront/suggest/availability": .36}},
	// 51 hours.
	{kind: gap, name: "metrics agent without a certificate", Span: at("2026-10-09 22:00", "2026-10-12 01:00"), fails: effects{
		"payments/card-gateway/authorisation": 0}},
	{kind: incident, name: "INC-213", Span: at("2026-10-12 11:20", "2026-10-12 11:58"), fails: effects{
		"storefront/basket/availability": .32, "storefront/shop-web/availability": .04}},
	{kind: exclusion, name: "load test 2026", Span: at("2026-10-14 01:00", "2026-10-14 03:00"), times: 8, fails: effects{
		"storefront/shop-web/availability": .03, "storefront/shop-web/latency": .17}},
	// The text says 09:50, when the alert was read: 70 minutes later.
	{kind: incident, name: "INC-214", Span: at("2026-10-14 08:40", "2026-10-14 11:45"), fails: effects{
		"payments/ledger/latency": .36}},
	{kind: episode, name: "checkouts fail in the night", Span: at("2026-10-17 00:00", "2026-10-17 02:00"), fails: effects{
		"payments/checkout-api/availability": .31}},
	{kind: maintenance, name: "database upgrade", Span: at("2026-10-20 00:20", "2026-10-20 01:35"), fails: effects{
		"payments/checkout-api/availability": .19, "payments/checkout-api/latency": .26,
		"payments/ledger/availability": .12, "payments/ledger/latency": .7}},
	{kind: incident, name: "INC-215", Span: at("2026-10-21 13:12", "2026-10-21 13:30"), fails: effects{
		"payments/checkout-api/availability": .3, "payments/checkout-api/latency": .45}},
	{kind: episode, name: "suggestions fail at noon", Span: at("2026-10-22 10:00", "2026-10-22 11:00"), fails: effects{
		"storefront/suggest/availability": .24}},
	// The clocks go back at 01:00: 02:32 in Berlin is followed by a second 02:32.
	{kind: incident, name: "INC-216", Span: at("2026-10-25 00:30", "2026-10-25 02:05"), fails: effects{
		"identity/accounts/availability": .36}},
	{kind: episode, name: "late notifications", Span: at("2026-10-26 17:00", "2026-10-26 18:00"), fails: effects{
		"payments/webhooks/delivery": .2}},
	{kind: incident, name: "INC-217", Span: at("2026-10-27 08:55", "2026-10-27 09:58"), fails: effects{
		"payments/refunds/availability": .16}},
	{kind: episode, name: "checkouts fail at one o'clock", Span: at("2026-10-29 12:00", "2026-10-29 13:00"), fails: effects{
		"payments/checkout-api/availability": .039}},

	{kind: incident, name: "INC-218", Span: at("2026-11-04 18:25", "2026-11-04 19:15"), fails: effects{
		"storefront/search/availability": .45, "storefront/search/latency": .6}},
}
