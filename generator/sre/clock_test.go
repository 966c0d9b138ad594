package sre

import (
	"math/rand"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// day reads a date; "" is none.
func day(s string) (d slo.Date) {
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return d
}

func days(all ...string) (ds []slo.Date) {
	for _, s := range all {
		ds = append(ds, day(s))
	}
	return ds
}

func TestADeadlineIsEighteenCalendarMonthsLater(t *testing.T) {
	for opened, want := range map[string]string{
		"2025-03-14": "2026-09-14",
		"2025-08-31": "2027-02-28", // February has no 31st
		"2026-08-29": "2028-02-29", // a leap day
		"2026-08-30": "2028-02-29",
		"2026-08-31": "2028-02-29",
		"2024-02-29": "2025-08-29",
		"2024-12-31": "2026-06-30",
		"2025-05-31": "2026-11-30",
		"2025-07-01": "2027-01-01", // over the end of a year
		"2025-06-30": "2026-12-30",
		"1999-08-31": "2001-02-28",
		"2098-08-31": "2100-02-28", // no leap year
	} {
		if got := Due(day(opened)); got != day(want) {
			t.Errorf("opened %s is due %s, want %s", opened, got, want)
		}
	}
}

func TestAgeCountsCalendarMonths(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     float64
	}{
		{"2025-03-14", "2025-03-14", 0},
		{"2025-03-14", "2025-04-14", 1},
		{"2025-03-14", "2026-09-14", 18},
		{"2025-03-14", "2026-11-01", 19 + 18.0/31}, // 14 October to 14 November has 31 days
		{"2025-08-31", "2027-02-28", 18},
		{"2025-08-31", "2026-02-28", 6},
		{"2025-08-31", "2025-09-30", 1},
		{"2024-02-29", "2025-02-28", 12},
		{"2025-01-31", "2025-03-01", 1 + 1.0/31}, // 28 February to 31 March
	} {
		if got := Age(day(c.from), day(c.to)); got != c.want {
			t.Errorf("from %s to %s are %v months, want %v", c.from, c.to, got, c.want)
		}
	}
}

func TestTheClockReachesEighteenOnTheDeadlineAndNotBefore(t *testing.T) {
	law := func(n uint16) bool {
		opened := slo.DateOf(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n)), time.UTC)
		due := Due(opened)
		before := slo.DateOf(time.Date(due.Year, due.Month, due.Day-1, 0, 0, 0, 0, time.UTC), time.UTC)
		return Age(opened, due) == ClockMonths && Age(opened, before) < ClockMonths
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

// rotation is a task first done by hand on 14 March 2025, due 14 September 2026.
func rotation(change func(*catalog.Task)) catalog.Task {
	t := catalog.Task{ID: "cert-rotation", Title: "Rotate certificates", FirstManual: day("2025-03-14")}
	change(&t)
	return t
}

func handedOver(automated, accepted string) func(*catalog.Task) {
	return func(t *catalog.Task) {
		t.Automated, t.Accepted, t.AcceptedBy = day(automated), day(accepted), "platform"
	}
}

func TestWhereATaskStands(t *testing.T) {
	reopened := func(automated, accepted string, again ...string) func(*catalog.Task) {
		return func(t *catalog.Task) {
			handedOver(automated, accepted)(t)
			t.Reopened = days(again...)
		}
	}
	retired := func(on string) func(*catalog.Task) { return func(t *catalog.Task) { t.Retired = day(on) } }
	exempt := func(review string) func(*catalog.Task) {
		return func(t *catalog.Task) { t.Exempt = &catalog.Exemption{Reason: "audit", Review: day(review)} }
	}
	nothing := func(*catalog.Task) {}
	for _, c := range []struct {
		name   string
		change func(*catalog.Task)
		today  string
		want   State
		late   bool
	}{
		{"on its first day", nothing, "2025-03-14", Open, false},
		{"91 days before its deadline", nothing, "2026-06-15", Open, false},
		{"90 days before", nothing, "2026-06-16", DueSoon, false},
		{"on its deadline", nothing, "2026-09-14", DueSoon, false},
		{"a day after", nothing, "2026-09-15", Overdue, true},

		{"automated, not accepted", handedOver("2026-08-01", ""), "2026-08-20", Automated, false},
		{"automated long before its deadline", handedOver("2025-06-01", ""), "2025-07-01", Automated, false},
		{"automated, not accepted, past its deadline", handedOver("2026-08-01", ""), "2026-09-15", Overdue, true},
		{"not yet automated", handedOver("2026-08-01", ""), "2026-07-31", DueSoon, false},
		{"accepted by nobody", func(t *catalog.Task) { handedOver("2026-08-01", "2026-08-20")(t); t.AcceptedBy = "" }, "2026-08-21", Automated, false},
		{"accepted but never automated", handedOver("", "2026-08-20"), "2026-08-21", DueSoon, false},
		{"accepted on the day", handedOver("2026-08-01", "2026-08-20"), "2026-08-20", HandedOver, false},
		{"not yet accepted", handedOver("2026-08-01", "2026-08-20"), "2026-08-19", Automated, false},
		{"accepted on the deadline", handedOver("2026-08-01", "2026-09-14"), "2026-12-01", HandedOver, false},
		{"accepted late", handedOver("2026-08-01", "2026-09-15"), "2026-12-01", HandedOver, true},

		{"reopened", reopened("2025-08-01", "2025-09-01", "2025-11-01"), "2026-01-01", Open, false},
		{"reopened, before that", reopened("2025-08-01", "2025-09-01", "2025-11-01"), "2025-10-31", HandedOver, false},
		{"reopened on the day it was accepted", reopened("2025-08-01", "2025-09-01", "2025-09-01"), "2026-01-01", Open, false},
		{"reopened, past the first deadline", reopened("2025-08-01", "2025-09-01", "2026-09-01"), "2026-09-15", Overdue, true},
		{"reopened between automation and acceptance", reopened("2025-08-01", "2025-09-01", "2025-08-15"), "2026-01-01", Open, false},
		{"reopened and accepted again", reopened("2026-08-01", "2026-08-20", "2025-11-01"), "2026-09-01", HandedOver, false},
		{"reopened twice", reopened("2026-03-01", "2026-03-20", "2025-11-01", "2026-04-01"), "2026-05-01", Open, false},

		{"retired", retired("2026-02-15"), "2026-12-01", Retired, false},
		{"retired late", retired("2026-10-01"), "2026-12-01", Retired, true},
		{"not yet retired", retired("2026-10-01"), "2026-09-30", Overdue, true},
		{"retired after it was accepted", func(t *catalog.Task) { handedOver("2025-08-01", "2025-09-01")(t); t.Retired = day("2026-01-01") }, "2026-02-01", HandedOver, false},
		{"retired before it was accepted", func(t *catalog.Task) { handedOver("2025-08-01", "2026-02-01")(t); t.Retired = day("2026-01-01") }, "2026-03-01", Retired, false},
		{"retired and needed again", func(t *catalog.Task) { t.Retired, t.Reopened = day("2026-01-01"), days("2026-03-01") }, "2026-09-15", Overdue, true},

		{"exempt", exempt("2026-12-01"), "2026-01-01", Exempt, false},
		{"exempt past its deadline", exempt("2026-12-01"), "2026-11-30", Exempt, true},
		{"exempt until this day", exempt("2026-12-01"), "2026-12-01", Overdue, true},
		{"exempt until this day, before its deadline", exempt("2026-05-01"), "2026-05-01", Open, false},
		{"exempt and handed over", func(t *catalog.Task) { handedOver("2025-08-01", "2025-09-01")(t); exempt("2026-12-01")(t) }, "2026-01-01", HandedOver, false},
	} {
		task := rotation(c.change)
		got := ledger([]catalog.Task{task}, day(c.today))
		if len(got) != 1 || got[0].State != c.want || got[0].Late != c.late || got[0].Due != day("2026-09-14") {
			t.Errorf("%s, on %s: %+v; want %s, late %v, due 2026-09-14", c.name, c.today, got, c.want, c.late)
		}
	}
}

func TestATaskIsNotThereBeforeItsFirstDay(t *testing.T) {
	if got := ledger([]catalog.Task{rotation(func(*catalog.Task) {})}, day("2025-03-13")); len(got) > 0 {
		t.Errorf("on 13 March 2025 there is %+v", got)
	}
}

func TestASplitOffTaskInheritsTheFirstDate(t *testing.T) {
	all := []catalog.Task{
		{ID: "issue", FirstManual: day("2026-08-20"), SplitFrom: "list"},
		{ID: "list", FirstManual: day("2026-01-10"), SplitFrom: "rotation"},
		{ID: "rotation", FirstManual: day("2025-03-14")},
		{ID: "older", FirstManual: day("2024-12-31"), SplitFrom: "rotation"}, // was done before it was seen as a part
	}
	for _, c := range []struct{ id, opened, due string }{
		{"issue", "2025-03-14", "2026-09-14"},
		{"list", "2025-03-14", "2026-09-14"},
		{"older", "2024-12-31", "2026-06-30"},
	} {
		for _, got := range ledger(all, day("2026-09-01")) {
			if got.ID == c.id && (got.Opened != day(c.opened) || got.Due != day(c.due)) {
				t.Errorf("%s is opened %s and due %s, want %s and %s", c.id, got.Opened, got.Due, c.opened, c.due)
			}
		}
	}
}

// Whatever happens to a task – it is automated, accepted, done by hand again,
// retired, exempted, split, and its parts are split again – no deadline that any
// of its parts has on any day is later than 18 months after the first time by
// hand.
func TestNoSequenceOfEventsMovesADeadlineBack(t *testing.T) {
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	law := func(seed int64) bool {
		dice := rand.New(rand.NewSource(seed))
		now := begin.AddDate(0, 0, dice.Intn(1000))
		today := func() slo.Date { return slo.DateOf(now, time.UTC) }
		all := []catalog.Task{{ID: "0", FirstManual: today()}}
		latest := Due(today())
		for range 40 {
			now = now.AddDate(0, 0, dice.Intn(60))
			t := &all[dice.Intn(len(all))]
			switch dice.Intn(6) {
			case 0:
				t.Automated = today()
			case 1:
				t.Accepted, t.AcceptedBy = today(), "platform"
			case 2:
				t.Reopened = append(t.Reopened, today())
			case 3:
				t.Retired = today()
			case 4:
				t.Exempt = &catalog.Exemption{Reason: "audit", Review: slo.DateOf(now.AddDate(0, 0, dice.Intn(900)), time.UTC)}
			case 5:
				part := catalog.Task{ID: string(rune('0' + len(all))), FirstManual: today(), SplitFrom: t.ID}
				all = append(all, part)
			}
			for _, got := range ledger(all, today()) {
				late := got.Stopped.IsZero() && latest.Before(today())
				if latest.Before(got.Due) || late && got.State != Overdue && got.State != Exempt {
					return false
				}
			}
		}
		return true
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 2000, Rand: rand.New(rand.NewSource(1))}); err != nil {
		t.Error(err)
	}
}

func TestSplitsThatGoInCirclesEnd(t *testing.T) {
	all := []catalog.Task{
		{ID: "egg", FirstManual: day("2026-01-02"), SplitFrom: "hen"},
		{ID: "hen", FirstManual: day("2026-01-01"), SplitFrom: "egg"},
	}
	for _, got := range ledger(all, day("2026-02-01")) {
		if got.Opened != day("2026-01-01") {
			t.Errorf("%s is opened %s", got.ID, got.Opened)
		}
	}
}

func TestTheLedgerBeginsWithWhatIsOverdue(t *testing.T) {
	all := []catalog.Task{
		{ID: "retired", FirstManual: day("2025-01-01"), Retired: day("2026-02-01")},
		{ID: "late-accepted", FirstManual: day("2024-01-01"), Automated: day("2026-03-01"), Accepted: day("2026-04-01"), AcceptedBy: "platform"},
		{ID: "exempt", FirstManual: day("2024-01-01"), Exempt: &catalog.Exemption{Reason: "audit", Review: day("2027-01-01")}},
		{ID: "soon", FirstManual: day("2025-04-01")},
		{ID: "automated", FirstManual: day("2025-03-20"), Automated: day("2026-08-01")},
		{ID: "overdue", FirstManual: day("2025-02-01")},
		{ID: "longer-overdue", FirstManual: day("2025-01-01")},
		{ID: "open", FirstManual: day("2026-08-01")},
		{ID: "accepted", FirstManual: day("2025-05-01"), Automated: day("2026-03-01"), Accepted: day("2026-05-01"), AcceptedBy: "platform"},
	}
	var got []string
	for _, task := range ledger(all, day("2026-09-01")) {
		got = append(got, task.ID)
	}
	want := []string{"longer-overdue", "overdue", "automated", "soon", "open", "exempt", "accepted", "late-accepted", "retired"}
	if !slices.Equal(got, want) {
		t.Errorf("the order is %v, want %v", got, want)
	}
}
