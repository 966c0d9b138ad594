package scorecard

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

func TestQualityIsCountedOverTwelveMonths(t *testing.T) {
	month := func(year int, m time.Month) slo.Month { return slo.Month{Year: year, Month: m} }
	on := func(year int, m time.Month) slo.Date { return slo.Date{Year: year, Month: m, Day: 7} }
	again := &Repeated{Slug: "first"}
	tribe := Tribe{
		Postmortems: []Postmortem{
			{Slug: "first", Causes: []string{"capacity"}, WrittenBy: given(bySquads)},
			{Slug: "second", Causes: []string{"Bad deployment", "capacity"}, WrittenBy: given(bySRE)},
			{Slug: "third"}, {Slug: "too-old", Causes: []string{"change"}},
		},
		Cards: []Card{
			{Month: month(2025, 9), Incidents: Incidents{Items: []Incident{{Slug: "too-old", RepeatOf: again}}}, Actions: Backlog{Due: 9, DueClosed: 9}},
			{Month: month(2025, 10), Incidents: Incidents{Items: []Incident{{Slug: "first"}}}, Actions: Backlog{Due: 2, DueClosed: 1}},
			{Month: month(2026, 9), Incidents: Incidents{Restricted: 1, Count: 3, Items: []Incident{{Slug: "second", RepeatOf: again}, {Slug: "third"}}}, Actions: Backlog{Due: 3, DueClosed: 1}},
			{Month: month(2026, 10), Incidents: Incidents{Items: []Incident{{Slug: "second"}}}, Actions: Backlog{Due: 9, DueClosed: 9}},
		},
		Actions: []Action{
			{Owner: "Cashiers", Opened: on(2026, 9)}, {Owner: "shop/cashiers", Opened: on(2025, 10)}, {Owner: "shop", Opened: on(2026, 1)},
			{Owner: "SRE", Opened: on(2026, 9)}, {Owner: "sre-lead", Opened: on(2026, 9)},
			{Owner: "", Opened: on(2026, 9)}, {Owner: "head of sales", Opened: on(2026, 9)},
			{Owner: "Cashiers", Opened: on(2025, 9)}, {Owner: "Cashiers", Opened: on(2026, 10)}, {Owner: "Cashiers"},
		},
	}
	cat := &catalog.Catalog{
		Tribes: []catalog.Tribe{{ID: "shop", Name: "Shop", Squads: []catalog.Squad{{ID: "cashiers", Name: "Cashiers"}}}},
		SRE:    catalog.SRETeam{Members: []catalog.Member{{ID: "sre-lead"}}},
	}
	want := sre.Quality{
		From: month(2025, 10), To: month(2026, 9), Incidents: 3, Repeats: 1, Classed: 2, Changes: 1,
		ActionsDue: 5, ActionsOnTime: 2, Actions: 7, OwnedBySRE: 2, OwnedBySquads: 3, OwnedByNobody: 1,
		Written: 3, BySquads: 1, BySRE: 1, ByUnknown: 1,
	}
	if d := cmp.Diff(want, QualityOf([]Tribe{tribe}, cat, month(2026, 9))); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestAModelWithoutAnOwnerIsNotWhole(t *testing.T) {
	model := func(s *shop) *catalog.Service { return &s.tribe.Services[0] }
	for want, change := range map[string]func(*shop){
		"missing": func(s *shop) { model(s).Model = catalog.OperationalModel{} },
		"partly":  func(s *shop) { model(s).Model, model(s).Squad = wholeModel, "" },
		"agreed":  func(s *shop) { model(s).Model = wholeModel },
	} {
		if got := compute(t, change).Index.Services[0].Model.State; got != want {
			t.Errorf("the model is %s, want %s", got, want)
		}
	}
}

var wholeModel = catalog.OperationalModel{
	OnCall: "weekly", Runbook: "r", Dashboard: "d", Alerts: "a", Approver: "head of sales",
	Agreed: slo.Date{Year: 2026, Month: 1, Day: 1}, Revisit: slo.Date{Year: 2027, Month: 1, Day: 1}, ReadinessReview: slo.Date{Year: 2026, Month: 1, Day: 1},
}

func TestAnAuthorIsOfASquadByWholeWords(t *testing.T) {
	cat := &catalog.Catalog{
		Tribes: []catalog.Tribe{{ID: "shop", Name: "Corner Shop", Squads: []catalog.Squad{{ID: "till-2", Name: "Tills"}}}},
		SRE:    catalog.SRETeam{Members: []catalog.Member{{ID: "amber"}}},
	}
	for _, c := range []struct {
		authors []string
		want    string
	}{
		{[]string{"Tills on-call"}, bySquads},
		{[]string{"lead of till-2"}, bySquads},
		{[]string{"Corner shop"}, bySquads},
		{[]string{"Workshop"}, byOthers},
		{[]string{"Database on-call"}, byOthers},
		{[]string{"Amber"}, bySRE},
		{[]string{"SRE tills", "Tills lead"}, bySquads},
		{[]string{"SRE tills"}, bySRE},
		{nil, ""},
	} {
		got := ""
		if by := writtenBy(c.authors, cat); by != nil {
			got = *by
		}
		if got != c.want {
			t.Errorf("%v: %q, want %q", c.authors, got, c.want)
		}
	}
}
