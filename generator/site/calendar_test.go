package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

// promising is a tribe with actions as they come from scorecard.
func promising(actions ...scorecard.Action) *scorecard.Tribe {
	return &scorecard.Tribe{
		Index:       scorecard.Index{ID: "shop", Name: "Shop"},
		Postmortems: []scorecard.Postmortem{{Slug: "fire", Title: "Fire in the shop"}},
		Actions:     actions,
	}
}

func TestTheCalendarHasOpenActionsThatAreDue(t *testing.T) {
	open := scorecard.Action{Title: "Buy hoses", Priority: "P0", State: "open", Due: on(2026), Postmortem: "fire"}
	done, dateless := open, open
	done.State = "done"
	dateless.Due = slo.Date{}
	events := new(builder).dueActions(promising(open, done, dateless), "https://shop.example/")
	if len(events) != 1 {
		t.Fatalf("the calendar has %d days, want 1", len(events))
	}
	e := events[0]
	got := []string{e.Day.String(), e.Summary, e.Description, e.URL}
	want := []string{"2026-10-31", "P0 Buy hoses", "Shop, no owner. From: Fire in the shop", "https://shop.example/postmortems/fire/"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if e := new(builder).dueActions(promising(open), "shop/")[0]; e.URL != "" {
		t.Errorf("without an address of the site an event leads to %s", e.URL)
	}
}

func TestTheCalendarHasClocksThatGoOn(t *testing.T) {
	overdue := sre.Task{ID: "certs", Title: "Rotate certificates", Due: on(2026), State: sre.Overdue}
	stopped, exempt := overdue, overdue
	stopped.Stopped = on(2025)
	exempt.State = sre.Exempt
	events := clockEnds([]sre.Task{overdue, stopped, exempt}, "https://shop.example/")
	if len(events) != 1 {
		t.Fatalf("the calendar has %d days, want 1", len(events))
	}
	e := events[0]
	got := []string{e.Day.String(), e.Summary, e.Description, e.URL}
	want := []string{"2026-10-31", "Automated and handed over: Rotate certificates", "18 months after it was first done by hand; overdue.", "https://shop.example/sre/"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// A calendar knows an action again by its UID, whatever became of its day,
// owner and state, and does not take two of one name for one.
func TestAnActionKeepsItsUID(t *testing.T) {
	a := scorecard.Action{Title: "Buy hoses", State: "open", Due: on(2026), Postmortem: "fire"}
	later := a
	later.Due, later.Owner, later.Priority = on(2027), "cashiers", "P1"
	uids := func(actions ...scorecard.Action) (all []string) {
		for _, e := range new(builder).dueActions(promising(actions...), "") {
			all = append(all, e.UID)
		}
		return all
	}
	if before, after := uids(a)[0], uids(later)[0]; before != after {
		t.Errorf("%s became %s", before, after)
	}
	other := a
	other.Title = "Buy more hoses"
	seen := map[string]bool{}
	for _, uid := range uids(a, later, other) {
		if seen[uid] {
			t.Errorf("%s is twice in the calendar", uid)
		}
		seen[uid] = true
	}
}
