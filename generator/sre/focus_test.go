package sre

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

func month(s string) slo.Month {
	m, err := slo.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// record is hours of work on a day.
func record(on string, hours float64, kind, mode string) catalog.TimeRecord {
	return catalog.TimeRecord{Date: day(on), Time: time.Duration(hours * float64(time.Hour)), Kind: kind, Mode: mode}
}

// checkShare compares a share that may be unknown, which is NaN.
func checkShare(t *testing.T, what string, got *float64, want float64) {
	t.Helper()
	switch {
	case got == nil && !math.IsNaN(want):
		t.Errorf("%s is unknown, want %v", what, want)
	case got != nil && math.Abs(*got-want) > 1e-9, got != nil && math.IsNaN(want):
		t.Errorf("%s is %v, want %v", what, *got, want)
	}
}

func TestAMonthOnTwoAxes(t *testing.T) {
	const r, i, hand, machine = catalog.Reliability, catalog.Improvement, catalog.ByHand, catalog.ByMachine
	unknown := math.NaN()
	for _, c := range []struct {
		name                  string
		records               []catalog.TimeRecord
		available             float64
		split, toil, coverage float64
	}{
		{"half and half", []catalog.TimeRecord{record("2026-10-01", 40, r, hand), record("2026-10-02", 40, i, machine)}, 100, 0.5, 0.5, 0.8},
		{"all by hand", []catalog.TimeRecord{record("2026-10-01", 30, r, hand), record("2026-10-02", 50, i, hand)}, 100, 0.375, 1, 0.8},
		{"all of one kind", []catalog.TimeRecord{record("2026-10-01", 80, i, machine)}, 100, 0, 0, 0.8},
		{"just enough recorded", []catalog.TimeRecord{record("2026-10-01", 70, r, machine)}, 100, 1, 0, 0.7},
		{"a quarter of an hour too little", []catalog.TimeRecord{record("2026-10-01", 69.75, r, machine)}, 100, unknown, unknown, 0.6975},
		{"more than there was", []catalog.TimeRecord{record("2026-10-01", 110, r, machine)}, 100, 1, 0, 1.1},
		{"nothing recorded", nil, 100, unknown, unknown, 0},
		{"nobody says what was available", []catalog.TimeRecord{record("2026-10-01", 10, r, hand)}, 0, 1, 1, unknown},
		{"of other months", []catalog.TimeRecord{record("2026-09-30", 90, r, hand), record("2026-11-01", 90, r, hand)}, 100, unknown, unknown, 0},
	} {
		team := &catalog.SRETeam{Members: []catalog.Member{{ID: "sre", Hours: c.available}}, Records: c.records}
		f := focusMonth(team, month("2026-10"), day("2026-11-15"))
		checkShare(t, c.name+": the split", f.Split, c.split)
		checkShare(t, c.name+": the toil share", f.ToilShare, c.toil)
		checkShare(t, c.name+": coverage", f.Coverage, c.coverage)
		if f.Recorded != f.Reliability+f.Improvement || f.Toil > f.Recorded {
			t.Errorf("%s: the hours do not add up: %+v", c.name, f)
		}
	}
}

func TestTheBandHoldsItsEnds(t *testing.T) {
	for split, want := range map[float64]bool{0.39: false, 0.40: true, 0.5: true, 0.60: true, 0.61: false} {
		if InBand(split) != want {
			t.Errorf("InBand(%v) = %v", split, !want)
		}
	}
}

func TestHoursAreAvailableOnWorkingDaysInTheTeam(t *testing.T) {
	// October 2026 has 22 working days, from Thursday the 1st to Friday the 30th.
	member := func(hours float64, since, until string) catalog.Member {
		return catalog.Member{ID: "sre", Hours: hours, Since: day(since), Until: day(until)}
	}
	for _, c := range []struct {
		name    string
		members []catalog.Member
		today   string
		want    float64
	}{
		{"the whole month", []catalog.Member{member(110, "", ""), member(66, "", "")}, "2026-11-15", 176},
		{"up to a Friday", []catalog.Member{member(110, "", "")}, "2026-10-09", 35}, // 7 days
		{"the weekend adds nothing", []catalog.Member{member(110, "", "")}, "2026-10-11", 35},
		{"who came on the 26th", []catalog.Member{member(110, "2026-10-26", "")}, "2026-11-15", 25},
		{"who left on the 9th", []catalog.Member{member(110, "", "2026-10-09")}, "2026-11-15", 35},
		{"who came later", []catalog.Member{member(110, "", ""), member(0, "2026-11-01", "")}, "2026-11-15", 110},
		{"one of whom nobody says", []catalog.Member{member(110, "", ""), member(0, "", "")}, "2026-11-15", math.NaN()},
		{"no team", nil, "2026-11-15", math.NaN()},
	} {
		checkShare(t, c.name, available(c.members, month("2026-10"), day(c.today)), c.want)
	}
}

func TestTheFocusRunsFromTheFirstRecordToTheRunningMonth(t *testing.T) {
	team := &catalog.SRETeam{Records: []catalog.TimeRecord{
		record("2026-11-14", 2, catalog.Reliability, catalog.ByHand),
		record("2026-11-16", 5, catalog.Reliability, catalog.ByHand), // not yet
		record("2026-08-31", 1, catalog.Reliability, catalog.ByHand),
	}}
	var got []string
	for _, f := range focus(team, day("2026-11-15")) {
		got = append(got, f.Month.String())
		if f.Closed != (f.Month != month("2026-11")) || f.Month == month("2026-11") && f.Recorded != 2 {
			t.Errorf("%+v", f)
		}
	}
	if d := cmp.Diff([]string{"2026-08", "2026-09", "2026-10", "2026-11"}, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if got := focus(&catalog.SRETeam{}, day("2026-11-15")); len(got) > 0 {
		t.Errorf("without records there is %v", got)
	}
}

func TestTimeIsSummedByTask(t *testing.T) {
	of := func(task string, hours float64, mode string) catalog.TimeRecord {
		r := record("2026-10-01", hours, catalog.Reliability, mode)
		r.Task = task
		return r
	}
	team := &catalog.SRETeam{
		Tasks: []catalog.Task{{ID: "cert-rotation", Title: "Rotate certificates"}},
		Records: []catalog.TimeRecord{
			of("", 9, catalog.ByHand), of("user-support", 2, catalog.ByHand), of("cert-rotation", 1.5, catalog.ByHand),
			of("cert-rotation", 2.5, catalog.ByMachine), of("drill", 2, catalog.ByMachine),
		},
	}
	want := []TaskTime{
		{"cert-rotation", "Rotate certificates", 1.5, 2.5}, {"drill", "drill", 0, 2}, {"user-support", "user-support", 2, 0}, {"", "", 9, 0},
	}
	if d := cmp.Diff(want, taskTimes(team, month("2026-10"), day("2026-11-15"))); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestToilFallsClearlyOrNot(t *testing.T) {
	months := func(toil ...float64) (all []FocusMonth) {
		for i, x := range toil {
			f := FocusMonth{Month: month("2026-10").Add(i + 1 - len(toil)), ToilShare: &x}
			if math.IsNaN(x) {
				f.ToilShare = nil
			}
			all = append(all, f)
		}
		return all
	}
	thin := math.NaN()
	for _, c := range []struct {
		name string
		toil []float64
		word slo.TrendWord
		n    int
	}{
		{"falls", []float64{.57, thin, .56, .54, .52, .50, .49, .50, .46, .45, .43, .41}, slo.Improving, 11},
		{"rises", []float64{.41, .43, .45, .46, .49, .50}, slo.Worsening, 6},
		{"moves about", []float64{.41, .49, .45, .46, .43, .50}, slo.NoClearTrend, 6},
		{"five months", []float64{.57, .56, .54, .52, .50}, slo.TooLittleHistory, 5},
		{"a year ago and before", []float64{.9, .8, .7, .6, .5, .4, .3, thin, thin, thin, thin, thin, thin, thin, .41, .42, .40, .41, .42}, slo.TooLittleHistory, 5},
	} {
		got := toilTrend(months(c.toil...), month("2026-10"))
		if got.Word != string(c.word) || got.Months != c.n {
			t.Errorf("%s: %+v, want %s of %d months", c.name, got, c.word, c.n)
		}
	}
}

func TestUserSupportIsTold(t *testing.T) {
	of := func(on string, hours float64, task string) catalog.TimeRecord {
		r := record(on, hours, catalog.Improvement, catalog.ByHand)
		r.Task = task
		return r
	}
	tell := func(records ...catalog.TimeRecord) *Support {
		team := &catalog.SRETeam{Records: records}
		today := day("2026-11-15")
		return support(team, focus(team, today), month("2026-10"), today)
	}
	if got := tell(of("2026-10-05", 9, "drill"), of("2026-08-05", 9, UserSupport)); got != nil {
		t.Errorf("without records of two months it is %+v", got)
	}
	got := tell(of("2026-10-05", 9, "drill"), of("2026-10-06", 2, UserSupport), of("2026-10-07", 1, UserSupport), of("2026-09-07", 1, UserSupport), of("2026-09-07", 3, ""), of("2026-11-07", 8, UserSupport))
	if got.Hours != 3 {
		t.Errorf("it took %v hours", got.Hours)
	}
	checkShare(t, "the share", got.Share, 0.25)
	checkShare(t, "the share before", got.Before, 0.25)
	got = tell(of("2026-09-07", 1, UserSupport))
	checkShare(t, "the share of a month of which nothing is recorded", got.Share, math.NaN())
	// Two hours of 40 that were available are too few to say what they went into.
	team := &catalog.SRETeam{Records: []catalog.TimeRecord{of("2026-10-05", 2, UserSupport)}, Members: []catalog.Member{{ID: "lead", Hours: 40}}}
	got = support(team, focus(team, day("2026-11-15")), month("2026-10"), day("2026-11-15"))
	checkShare(t, "the share of a thin month", got.Share, math.NaN())
}
