package sre

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
	"tribune/generator/diag"
)

func TestTheLedgerInNumbers(t *testing.T) {
	hours := func(h float64) func(*catalog.Task) { return func(t *catalog.Task) { t.Hours = &h } }
	make := func(id, first string, changes ...func(*catalog.Task)) catalog.Task {
		t := catalog.Task{ID: id, FirstManual: day(first)}
		for _, change := range changes {
			change(&t)
		}
		return t
	}
	tasks := ledger([]catalog.Task{
		make("in-time", "2025-03-01", handedOver("2026-05-01", "2026-05-20"), hours(11)),       // due 2026-09-01
		make("late", "2024-10-01", handedOver("2026-05-01", "2026-05-20"), hours(7)),           // due 2026-04-01
		make("unsized", "2025-09-01", handedOver("2026-05-01", "2026-05-20")),                  // due 2027-03-01
		make("overdue", "2025-03-14", handedOver("2026-08-01", "")),                            // due 2026-09-14
		make("due-today", "2025-05-15", hours(5)),                                              // due 2026-11-15
		make("due-yesterday", "2025-05-14"),                                                    // due 2026-11-14
		make("automated-and-soon", "2025-06-01", handedOver("2026-08-01", "")),                 // due 2026-12-01
		make("retired", "2025-02-01", func(t *catalog.Task) { t.Retired = day("2026-02-15") }), // due 2026-08-01
		make("first-of-cohort", "2024-05-15"),                                                  // due 2025-11-15
		make("before-cohort", "2024-05-14"),                                                    // due 2025-11-14
		make("exempt", "2025-01-01", func(t *catalog.Task) { t.Exempt = &catalog.Exemption{Reason: "audit", Review: day("2027-01-01")} }),
	}, day("2026-11-15"))
	got := summary(tasks, day("2026-11-15"))
	want := Ledger{
		ByState: map[State]int{HandedOver: 3, Overdue: 4, DueSoon: 1, Automated: 1, Retired: 1, Exempt: 1},
		Soon:    2,
		Cohort:  Cohort{From: day("2025-11-15"), To: day("2026-11-14"), Due: 6, InTime: 2},
		Removed: 18, Unsized: 1,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestAutomationByRunsAndByHours(t *testing.T) {
	ten, thirty := 10.0, 30.0
	got := automation([]Task{
		{Runs: &Runs{Manual: 1, Automated: 9}, HoursPerMonth: &ten},
		{Runs: &Runs{Manual: 20, Automated: 20}, HoursPerMonth: &thirty},
		{Runs: &Runs{Manual: 0, Automated: 10}}, // of unknown hours
		{Runs: &Runs{}, HoursPerMonth: &ten},    // not run at all
		{Runs: &Runs{Manual: 99}, HoursPerMonth: &ten, State: Retired},
		{HoursPerMonth: &ten}, // of unknown runs
	})
	checkShare(t, "by runs", got.ByRuns, 39.0/60)
	checkShare(t, "by hours", got.ByHours, (9.0+15)/40)
	if got.Tasks != 4 || got.Manual != 21 || got.Automated != 39 {
		t.Errorf("it counts %+v", got)
	}
	if none := automation(nil); none.ByRuns != nil || none.ByHours != nil {
		t.Errorf("without tasks it is %+v", none)
	}
}

// twoTribes has a squad with somebody, one with nobody, and one without a
// service.
func twoTribes() *catalog.Catalog {
	agreed := catalog.OperationalModel{
		OnCall: "weekly", Runbook: "r", Dashboard: "d", Alerts: "a", Agreed: day("2026-01-01"), Approver: "head",
		Revisit: day("2026-11-14"), ReadinessReview: day("2026-01-01"),
	}
	half := agreed
	half.Alerts, half.Approver, half.Revisit = "", "", day("2026-11-15")
	slos := []catalog.SLO{{Key: "availability"}}
	return &catalog.Catalog{
		Site: catalog.Site{Title: "Acme", Zone: time.UTC},
		Tribes: []catalog.Tribe{
			{ID: "payments", Name: "Payments", Squads: []catalog.Squad{
				{ID: "checkout", Name: "Checkout", SRE: []string{"sre-gone", "sre-lead"}}, {ID: "ledger", Name: "Ledger", SRE: []string{"sre-gone"}}, {ID: "new", Name: "New"},
			}, Services: []catalog.Service{
				{ID: "api", Name: "API", Squad: "checkout", Lifecycle: catalog.InMaintenance, Model: agreed, SLOs: slos},
				{ID: "ledger", Name: "Ledger", Squad: "ledger", Lifecycle: catalog.InMaintenance, Model: half, SLOs: slos},
				{ID: "old", Name: "Old", Squad: "new", Lifecycle: catalog.IsRetired},
			}},
			{ID: "shop", Name: "Shop", Squads: []catalog.Squad{{ID: "web", Name: "Web", SRE: []string{"sre-lead"}}}, Services: []catalog.Service{
				{ID: "orphan", Name: "Orphan", Lifecycle: catalog.InMaintenance},
				{ID: "web", Name: "Web", Squad: "web", Lifecycle: catalog.InBuild, SLOs: []catalog.SLO{{Key: "latency", Since: day("2026-12-01")}}},
			}},
		},
		SRE: catalog.SRETeam{
			Engineers: 96,
			Members: []catalog.Member{
				{ID: "sre-gone", FTE: 1, Squads: []string{"payments/checkout", "payments/ledger"}, Until: day("2026-11-14")},
				{ID: "sre-lead", FTE: 0.8, Squads: []string{"payments/checkout", "shop/web"}},
				{ID: "sre-tools", FTE: 1},
			},
			Pos: diag.Pos{File: "data/sre.toml"},
		},
	}
}

func TestEmbeddedCoverage(t *testing.T) {
	got := embedded(twoTribes(), month("2026-10"), day("2026-11-15"))
	want := Embedded{
		Squads: 3, WithSRE: 2, Maintenance: 3, MaintenanceWithSRE: 1,
		Members: []Member{{"sre-lead", 0.8}, {"sre-tools", 1}},
		Rows: []Squad{
			{"payments", "Payments", "checkout", "Checkout", []string{"sre-lead"}, []Service{{"api", "API"}}},
			{"payments", "Payments", "ledger", "Ledger", []string{}, []Service{{"ledger", "Ledger"}}},
			{"shop", "Shop", "web", "Web", []string{"sre-lead"}, []Service{}},
		},
		Tribes: []Tribe{
			{ID: "payments", Name: "Payments", Squads: 2, WithSRE: 1, FTE: 0.4},
			{ID: "shop", Name: "Shop", Squads: 1, WithSRE: 1, FTE: 0.4},
			{FTE: 1},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestAnUndescribedTeamIsWhomTheSquadsName(t *testing.T) {
	cat := twoTribes()
	cat.SRE = catalog.SRETeam{}
	if got := embedded(cat, month("2026-10"), day("2026-11-15")); got.WithSRE != 3 || len(got.Members) != 0 {
		t.Errorf("%d squads have somebody, of %v", got.WithSRE, got.Members)
	}
}

func TestOperationalModels(t *testing.T) {
	got := models(twoTribes(), day("2026-11-15"))
	want := Models{
		Services: 4, Agreed: 1, Partly: 1, Missing: 2, RevisitOverdue: 1, ErrorBudgets: 2,
		Rows: []ServiceModel{
			{"shop", "Shop", "orphan", "Orphan", ModelMissing, []string{"owner", "on-call", "runbook", "dashboard", "alerts", "agreement", "revisit date", "readiness review"}, day(""), false, false},
			{"shop", "Shop", "web", "Web", ModelMissing, []string{"on-call", "runbook", "dashboard", "alerts", "agreement", "revisit date", "readiness review"}, day(""), false, false},
			{"payments", "Payments", "ledger", "Ledger", ModelPartly, []string{"alerts", "agreement"}, day("2026-11-15"), false, true},
			{"payments", "Payments", "api", "API", ModelAgreed, []string{}, day("2026-11-14"), true, true},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestRequestsBeginWithTheOldestOpenOne(t *testing.T) {
	got := requests([]catalog.Request{
		{Title: "done", Asked: day("2026-01-01"), Done: day("2026-03-01")},
		{Title: "open", Asked: day("2026-06-01")},
		{Title: "refused", Asked: day("2026-02-01"), Refused: "too dear"},
		{Title: "not yet done", Asked: day("2026-05-01"), Done: day("2026-12-01")},
		{Title: "not yet asked", Asked: day("2026-11-16")},
	}, day("2026-11-15"))
	var titles []string
	for _, r := range got {
		titles = append(titles, r.Title)
	}
	if d := cmp.Diff([]string{"not yet done", "open", "done", "refused"}, titles); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if *got[1].Days != 167 || !got[0].Done.IsZero() || got[2].Days != nil {
		t.Errorf("%+v", got)
	}
}

func TestTheTeamsShareOfEngineersIsToldIfTheirNumberIs(t *testing.T) {
	asOf := time.Date(2026, 11, 15, 6, 0, 0, 0, time.UTC)
	cat := twoTribes()
	f := Compute(cat, "org", asOf)
	checkShare(t, "the share", f.Share, 1.8/96)
	if f.FTE != 1.8 || f.Month != month("2026-10") || !f.Described {
		t.Errorf("%+v", f)
	}
	cat.SRE.Engineers = 0
	if f := Compute(cat, "org", asOf); f.Engineers != nil || f.Share != nil {
		t.Errorf("without a number: %v, %v", f.Engineers, f.Share)
	}
}
