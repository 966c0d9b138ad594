package slo

import (
	"encoding/json"
	"testing"
	"time"
)

// zones are places whose clocks have done everything that clocks do: half
// hours, midnights skipped and repeated, days left out.
var zones = []string{
	"UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Atlantic/Azores",
	"America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Asuncion",
	"America/Santiago", "America/Havana", "America/Nuuk", "America/Scoresbysund",
	"Africa/Cairo", "Africa/Casablanca", "Asia/Beirut", "Asia/Amman", "Asia/Tehran",
	"Asia/Kolkata", "Asia/Kathmandu", "Asia/Shanghai", "Asia/Pyongyang",
	"Australia/Lord_Howe", "Australia/Eucla", "Pacific/Apia", "Pacific/Chatham",
	"Pacific/Kiritimati", "Pacific/Kwajalein", "Antarctica/Troll",
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func month(t testing.TB, s string) Month {
	t.Helper()
	m, err := ParseMonth(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMonthIsAsLongAsItsClocksMakeIt(t *testing.T) {
	for _, c := range []struct {
		zone, month string
		hours       float64
	}{
		{"Europe/Berlin", "2026-03", 743},
		{"Europe/Berlin", "2026-10", 745},
		{"America/New_York", "2026-03", 743},
		{"America/New_York", "2026-11", 721},
		{"Australia/Lord_Howe", "2026-10", 743.5},
		{"Australia/Lord_Howe", "2026-04", 720.5},
		{"UTC", "2026-02", 672},
		{"UTC", "2028-02", 696},
		{"Pacific/Apia", "2011-12", 720}, // without the 30th
	} {
		if got := month(t, c.month).In(zone(t, c.zone)).Duration().Hours(); got != c.hours {
			t.Errorf("%s in %s has %v h; want %v", c.month, c.zone, got, c.hours)
		}
	}
}

// Upptime publishes availability by month as minutes down of a fixed month; held
// against the true month the figures are these.
func TestAvailabilityIsHeldAgainstTheTrueMonth(t *testing.T) {
	for _, c := range []struct {
		month       string
		minutesDown float64
		want        float64
	}{
		{"2024-05", 8_906, 80.0493},
		{"2025-06", 15_813, 63.3958},
		{"2025-10", 7_331, 83.5775},
		{"2026-02", 40_320, 0},
	} {
		near(t, c.month, 100-100*c.minutesDown/month(t, c.month).In(time.UTC).Minutes(), c.want, 5e-5)
	}
}

// The first moment of a month, where it is not what the calendar suggests.
func TestAMonthBeginsAtItsFirstMoment(t *testing.T) {
	for _, c := range []struct{ zone, month, begins string }{
		{"America/Asuncion", "2023-10", "2023-10-01T04:00:00Z"},   // midnight skipped: begins at 01:00
		{"Asia/Amman", "2016-04", "2016-03-31T22:00:00Z"},         // the same
		{"America/Havana", "2026-11", "2026-11-01T04:00:00Z"},     // midnight twice: the first counts
		{"America/St_Johns", "2009-11", "2009-11-01T02:30:00Z"},   // begun for a minute, then October again
		{"Pacific/Kiritimati", "1995-01", "1994-12-31T10:00:00Z"}, // after a day that never was
		{"Europe/Berlin", "2026-10", "2026-09-30T22:00:00Z"},
	} {
		if got := month(t, c.month).In(zone(t, c.zone)).From.Format(time.RFC3339); got != c.begins {
			t.Errorf("%s in %s begins %s; want %s", c.month, c.zone, got, c.begins)
		}
	}
}

func TestMonthsAndDaysTileTime(t *testing.T) {
	for _, name := range zones {
		z := zone(t, name)
		for m := (Month{2005, time.January}); m.Year < 2032; m = m.Add(1) {
			span := m.In(z)
			if next := m.Add(1).In(z); !span.To.Equal(next.From) {
				t.Errorf("%s: %s ends %v, the next begins %v", name, m, span.To, next.From)
			}
			if before := span.From.Add(-time.Nanosecond).In(z); before.Day() < 28 {
				t.Errorf("%s: the clock shows %v before %s begins", name, before, m)
			}
			if MonthOf(span.From, z) != m || MonthOf(span.To.Add(-1), z) != m {
				t.Errorf("%s: the ends of %s are not in it", name, m)
			}
			at := span.From
			for d := (Date{m.Year, m.Month, 1}); d.Day <= m.Last().Day; d.Day++ {
				day := d.In(z)
				if !day.From.Equal(at) || day.To.Before(day.From) {
					t.Errorf("%s: %s is %v to %v, after %v", name, d, day.From, day.To, at)
				}
				at = day.To
			}
			if !at.Equal(span.To) {
				t.Errorf("%s: the days of %s end %v, the month %v", name, m, at, span.To)
			}
		}
	}
}

func TestEveryMomentIsInItsMonthAndItsDay(t *testing.T) {
	law(t, func(which uint8, at uint32) bool {
		z := zone(t, zones[int(which)%len(zones)])
		moment := time.Unix(int64(at), 0)
		return MonthOf(moment, z).In(z).Contains(moment) && DateOf(moment, z).In(z).Contains(moment)
	})
}

// In St. John's, until 2011, clocks went back at one minute past midnight. On
// 1 November 2009 that was the first minute of the month; what the clocks then
// called 31 October again was November all the same.
func TestAMonthOnceBegunGoesOn(t *testing.T) {
	z := zone(t, "America/St_Johns")
	again := time.Date(2009, time.November, 1, 2, 40, 0, 0, time.UTC)
	if shown := again.In(z).Format(time.DateTime); shown != "2009-10-31 23:10:00" {
		t.Fatalf("the clock shows %s", shown)
	}
	if d, m := DateOf(again, z), MonthOf(again, z); d.String() != "2009-11-01" || m.String() != "2009-11" {
		t.Errorf("the hour is in %s and %s; want 2009-11-01 and 2009-11", d, m)
	}
}

func TestADayThatWasLeftOutIsEmpty(t *testing.T) {
	if day := (Date{2011, time.December, 30}).In(zone(t, "Pacific/Apia")); !day.Empty() {
		t.Errorf("Samoa had no 30 December 2011, but it lasts %v", day.Duration())
	}
}

func TestTheWidestStepOfAZone(t *testing.T) {
	first, last := Month{2025, time.January}, Month{2026, time.December}
	for name, want := range map[string]time.Duration{
		"UTC":                 24 * time.Hour,
		"Asia/Shanghai":       8 * time.Hour,
		"America/Phoenix":     time.Hour,
		"Europe/Berlin":       time.Hour,
		"America/New_York":    time.Hour,
		"Asia/Kolkata":        30 * time.Minute,
		"Australia/Lord_Howe": 30 * time.Minute,
		"Asia/Kathmandu":      15 * time.Minute,
	} {
		z := zone(t, name)
		step := WidestStep(z, first, last)
		if step != want {
			t.Errorf("%s: buckets may be %v wide; want %v", name, step, want)
		}
		for m := first; !last.Before(m); m = m.Add(1) {
			span := m.In(z)
			if got := time.Duration(span.Buckets(step)) * step; got != span.Duration() {
				t.Errorf("%s: the buckets of %s last %v, the month %v", name, m, got, span.Duration())
			}
		}
	}
}

func TestTheWidestStepHoldsForTheEndOfTheLastMonth(t *testing.T) {
	april := Month{2026, time.April} // begins at UTC+11, ends at UTC+10:30
	if step := WidestStep(zone(t, "Australia/Lord_Howe"), april, april); step != 30*time.Minute {
		t.Errorf("buckets may be %v wide; want 30m", step)
	}
}

func TestSpansMeet(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, time.October, 1, hour, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		a, b Span
		want Span
	}{
		{Span{at(1), at(5)}, Span{at(3), at(8)}, Span{at(3), at(5)}},
		{Span{at(1), at(8)}, Span{at(3), at(5)}, Span{at(3), at(5)}},
		{Span{at(1), at(3)}, Span{at(3), at(5)}, Span{at(3), at(3)}},
	} {
		if x, y := c.a.Meet(c.b), c.b.Meet(c.a); x != c.want || y != c.want {
			t.Errorf("%v and %v meet in %v and %v; want %v", c.a, c.b, x, y, c.want)
		}
	}
	apart := Span{at(1), at(2)}.Meet(Span{at(3), at(4)})
	if !apart.Empty() || apart.Duration() != 0 {
		t.Errorf("spans apart meet for %v", apart.Duration())
	}
}

// What a file holds is what a value was.
func TestValuesAreTheSameAfterAFile(t *testing.T) {
	type file struct {
		Month     Month
		Date      Date
		NoDate    Date
		Objective Objective
		Window    Window
		Count     Count
	}
	in := file{Month{2026, time.October}, Date{2026, time.October, 31}, Date{}, 999_000_000, Rolling28, 1234}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Month":"2026-10","Date":"2026-10-31","NoDate":null,"Objective":"99.9%","Window":"28d","Count":1.234}`
	if string(b) != want {
		t.Errorf("written %s\n   want %s", b, want)
	}
	var out file
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("read back as %+v, %v", out, err)
	}
	for _, text := range []string{`{"Month":"October"}`, `{"Date":"31.10."}`, `{"Objective":"100%"}`, `{"Window":"31d"}`, `{"Count":1e9}`} {
		if err := json.Unmarshal([]byte(text), &out); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

func TestBucketsOfASpan(t *testing.T) {
	at := func(s string) time.Time {
		moment, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for _, c := range []struct {
		about, from, to string
		step            time.Duration
		want            int
	}{
		{"OpenSLO: two weeks of minutes", "2026-10-01T00:00:00Z", "2026-10-15T00:00:00Z", time.Minute, 20_160},
		{"an hour and a half", "2026-10-01T00:00:00Z", "2026-10-01T01:30:00Z", time.Hour, 2},
		{"begun late, the first bucket is out", "2026-10-01T00:00:01Z", "2026-10-01T01:30:00Z", time.Hour, 1},
		{"backwards", "2026-10-02T00:00:00Z", "2026-10-01T00:00:00Z", time.Hour, 0},
		{"before 1970", "1969-12-31T22:30:00Z", "1970-01-01T01:00:00Z", time.Hour, 2},
	} {
		if got := (Span{at(c.from), at(c.to)}).Buckets(c.step); got != c.want {
			t.Errorf("%s: %d buckets; want %d", c.about, got, c.want)
		}
	}
}

func TestDatesAreReadAndCounted(t *testing.T) {
	a, err := ParseDate("2026-10-31")
	if err != nil {
		t.Fatal(err)
	}
	b, err := ParseDate("2027-03-01")
	if err != nil {
		t.Fatal(err)
	}
	if n := a.DaysUntil(b); n != 121 {
		t.Errorf("from %s to %s are %d days; want 121", a, b, n)
	}
	if !a.Before(b) || b.Before(a) || a.Compare(a) != 0 {
		t.Errorf("%s and %s are out of order", a, b)
	}
	for _, s := range []string{"2026-02-29", "2026-13-01", "31.10.2026", "22025-01-01", "2026-10-31T00:00:00Z"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("ParseDate(%q) = %s; want an error", s, d)
		}
	}
	var d Date
	for text, want := range map[string]string{"2026-10-31": "2026-10-31", "2026-10-31T00:00:00Z": "2026-10-31", "": ""} {
		if err := d.UnmarshalText([]byte(text)); err != nil || d.String() != want {
			t.Errorf("date %q reads as %q, %v; want %q", text, d, err, want)
		}
	}
	if err := d.UnmarshalText([]byte("2026-10-31T10:00:00Z")); err == nil {
		t.Errorf("a moment within a day was read as the date %s", d)
	}
}

func FuzzParseMonth(f *testing.F) {
	for _, s := range []string{"2026-10", "2026-1", "0000-01", "9999-12", "2026-13", "2026-00", " 2026-10", "+026-10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMonth(s)
		if err != nil {
			return
		}
		if m.String() != s {
			t.Fatalf("ParseMonth(%q) = %s", s, m)
		}
		for _, n := range []int{1, 12, 18, 12_345} {
			if back := m.Add(n).Add(-n); back != m || !m.Before(m.Add(n)) || m.Add(n).Before(m) {
				t.Fatalf("%s: %d months on and back is %s", m, n, back)
			}
		}
		if days := m.In(time.UTC).Duration().Hours() / 24; int(days) != m.Last().Day {
			t.Fatalf("%s has %v days but ends on the %d", m, days, m.Last().Day)
		}
	})
}
