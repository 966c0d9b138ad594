package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"tribune/generator/slo"
)

// A focusMonth is what the SRE team recorded in a month. The team has 512 hours
// a month; December 2025 is recorded too thinly to say anything, and October 2026,
// with its incidents, is outside the band.
type focusMonth struct {
	month       string
	hours       float64 // recorded
	reliability float64 // share of the recorded hours
	manual      float64 // share of the recorded hours: toil
}

var focusMonths = []focusMonth{
	{"2025-11", 394, .47, .57},
	{"2025-12", 318, .52, .58},
	{"2026-01", 389, .49, .56},
	{"2026-02", 402, .56, .54},
	{"2026-03", 405, .53, .52},
	{"2026-04", 392, .50, .50},
	{"2026-05", 384, .51, .49},
	{"2026-06", 401, .48, .50},
	{"2026-07", 371, .50, .46},
	{"2026-08", 381, .52, .45},
	{"2026-09", 380, .51, .43},
	{"2026-10", 400, .63, .41},
	{"2026-11", 186, .52, .40},
}

// Kinds and modes of work, as the records name them.
const (
	reliability = "reliability"
	improvement = "improvement"
	manual      = "manual"
	automation  = "automation"
)

// manualForReliability is how much of the work by hand was for reliability.
const manualForReliability = .65

// An activity is something the SRE team does every week of its time.
type activity struct {
	kind, mode, squad, task, note string
	weight                        float64 // among those of its kind and mode
	from, until                   string  // months; empty is always
}

var activities = []activity{
	{reliability, manual, "payments/checkout", "", "second on call", 4, "", ""},
	{reliability, manual, "identity/sign-in", "", "second on call", 3, "", ""},
	{reliability, manual, "logistics/parcels", "", "night shift problems", 2, "", "2026-06"},
	{reliability, manual, "payments/ledger", "ledger-restore-test", "restore test", 3, "", ""},
	{reliability, manual, "", "failover-drill", "failover drill", 2, "", "2026-02"},
	{reliability, manual, "storefront/web", "search-replicas", "rebuilt a replica", 2, "", ""},

	{reliability, automation, "storefront/basket", "", "objectives and alerts", 3, "", ""},
	{reliability, automation, "payments/checkout", "", "actions after incidents", 4, "", ""},
	{reliability, automation, "", "failover-drill", "drill as a job", 2, "2025-12", "2026-03"},
	{reliability, automation, "payments/ledger", "ledger-restore-test", "restore test as a job", 2, "2026-06", ""},

	{improvement, manual, "", "quota-requests", "quota requests", 3, "", "2026-05"},
	{improvement, manual, "", "log-sweep", "swept logs", 3, "", "2026-05"},
	{improvement, manual, "payments/payouts", "cert-rotation", "partner certificates", 4, "", ""},
	{improvement, manual, "payments/payouts", "payout-reconciliation", "payout files", 4, "", ""},
	{improvement, manual, "logistics/parcels", "alert-onboarding", "a service to alerting", 2, "2026-04", ""},
	{improvement, manual, "", "volume-growth", "grew volumes", 2, "2026-02", "2026-09"},
	{improvement, manual, "payments/payouts", "stuck-webhooks", "stuck webhooks", 2, "2026-08", ""},
	{improvement, manual, "", "user-support", "answered developers", 3, "", ""},

	{improvement, automation, "", "log-sweep", "sweep as a job", 3, "", "2026-06"},
	{improvement, automation, "", "quota-requests", "quotas from a file", 3, "2026-01", "2026-06"},
	{improvement, automation, "payments/payouts", "cert-rotation", "certificates from the issuer", 4, "2026-04", "2026-09"},
	{improvement, automation, "storefront/web", "", "roll-outs by share of traffic", 4, "", ""},
	{improvement, automation, "identity/sign-in", "", "capacity plan", 2, "", ""},
	{improvement, automation, "", "volume-growth", "volumes grow by rule", 2, "2026-07", "2026-10"},
}

// focusCSV returns the records of a month as data/focus holds them: one an
// activity and week, of the working days from the month's first to until.
func focusCSV(m focusMonth, until slo.Date) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"date", "hours", "kind", "mode", "squad", "task", "note"})
	d := diceFor("focus " + m.month)
	weeks := workWeeks(month(m.month), until)
	days := len(slices.Concat(weeks...))
	for _, week := range weeks {
		for _, a := range activities {
			hours := m.of(a) * float64(len(week)) / float64(days) * d.uneven(.15)
			date := week[int(d.uniform()*float64(len(week)))]
			if hours = math.Round(hours*4) / 4; hours == 0 {
				continue
			}
			w.Write([]string{date.String(), strconv.FormatFloat(hours, 'f', -1, 64), a.kind, a.mode, a.squad, a.task, a.note})
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return nil, fmt.Errorf("focus of %s: %w", m.month, err)
	}
	return b.Bytes(), nil
}

// of returns the hours that the activity took in the month.
func (m focusMonth) of(a activity) float64 {
	if !a.in(m.month) {
		return 0
	}
	byHand := m.hours * m.manual
	hours := map[string]map[string]float64{
		reliability: {manual: byHand * manualForReliability, automation: m.hours*m.reliability - byHand*manualForReliability},
		improvement: {manual: byHand * (1 - manualForReliability), automation: m.hours*(1-m.reliability) - byHand*(1-manualForReliability)},
	}
	all := 0.0
	for _, other := range activities {
		if other.kind == a.kind && other.mode == a.mode && other.in(m.month) {
			all += other.weight
		}
	}
	return hours[a.kind][a.mode] * a.weight / all
}

// in reports whether the activity went on in the month.
func (a activity) in(month string) bool {
	return (a.from == "" || a.from <= month) && (a.until == "" || month <= a.until)
}

// workWeeks returns the working days of the month up to and including until, by
// calendar week.
func workWeeks(m slo.Month, until slo.Date) (weeks [][]slo.Date) {
	last := -1
	for d := (slo.Date{Year: m.Year, Month: m.Month, Day: 1}); d.Of() == m && !until.Before(d); d = slo.DateOf(noon(d).AddDate(0, 0, 1), time.UTC) {
		t := noon(d)
		if t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
			continue
		}
		if _, week := t.ISOWeek(); week != last {
			weeks, last = append(weeks, nil), week
		}
		weeks[len(weeks)-1] = append(weeks[len(weeks)-1], d)
	}
	return weeks
}

func noon(d slo.Date) time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }
