package slo

import (
	"bytes"
	"cmp"
	"fmt"
	"sort"
	"time"
)

// A Month is a calendar month. Which moments belong to it depends on the
// site's time zone: see In.
type Month struct {
	Year  int
	Month time.Month
}

// ParseMonth reads "2026-10".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil {
		return Month{}, fmt.Errorf("%q is not a month such as 2026-10", s)
	}
	return Month{t.Year(), t.Month()}, nil
}

// MonthOf returns the month whose span in the zone t falls in.
func MonthOf(t time.Time, zone *time.Location) Month { return DateOf(t, zone).Of() }

// String returns "2026-10".
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// MarshalText writes "2026-10".
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads "2026-10".
func (m *Month) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMonth(string(b))
	return err
}

// Add returns the month n months later, or earlier if n is negative.
func (m Month) Add(n int) Month {
	i := m.Year*12 + int(m.Month) - 1 + n
	y, k := i/12, i%12
	if k < 0 {
		y, k = y-1, k+12
	}
	return Month{y, time.Month(k + 1)}
}

// Compare returns -1, 0 or 1 as m is before, equal to or after n.
func (m Month) Compare(n Month) int {
	return cmp.Or(cmp.Compare(m.Year, n.Year), cmp.Compare(m.Month, n.Month))
}

// Before reports whether m is earlier than n.
func (m Month) Before(n Month) bool { return m.Compare(n) < 0 }

// In returns the span of the month in the zone, from its first moment to the
// next month's. Where the clocks change it is an hour (Lord Howe: half an hour)
// shorter or longer than its days say.
func (m Month) In(zone *time.Location) Span {
	return Span{dawn(m.Year, m.Month, 1, zone), dawn(m.Year, m.Month+1, 1, zone)}
}

// WidestStep returns the widest bucket, 24 hours or less, on whose edges every
// month from first to last begins and ends in the zone: an hour in Berlin, 15
// minutes in Kathmandu, 24 hours in UTC. A resolution fits the zone if it
// divides that step.
func WidestStep(zone *time.Location, first, last Month) time.Duration {
	step := int64(24 * time.Hour / time.Second)
	for m := first; !last.Add(1).Before(m); m = m.Add(1) {
		step = gcd(step, m.In(zone).From.Unix())
	}
	return time.Duration(step) * time.Second
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, -a)
}

// Last returns the last day of the month.
func (m Month) Last() Date {
	return Date{m.Year, m.Month, time.Date(m.Year, m.Month+1, 0, 0, 0, 0, 0, time.UTC).Day()}
}

// A Date is a day in the site's time zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2026-10-31".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a date such as 2026-10-31", s)
	}
	return DateOf(t, time.UTC), nil
}

// DateOf returns the day whose span in the zone t falls in. That is what the
// clock says, but for an hour after clocks have gone back over midnight: the day
// that had begun goes on.
func DateOf(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(zone).Date()
	if next := dawn(y, m, d+1, zone); !t.Before(next) {
		y, m, d = next.In(zone).Date()
	}
	return Date{y, m, d}
}

// IsZero reports whether d is no date at all.
func (d Date) IsZero() bool { return d == Date{} }

// String returns "2026-10-31", or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return string(d.append(nil))
}

// append writes the digits by hand: a site of ten years has a million days.
func (d Date) append(b []byte) []byte {
	if d.Year < 1000 || d.Year > 9999 {
		return fmt.Appendf(b, "%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
	}
	two := func(n int) { b = append(b, byte('0'+n/10), byte('0'+n%10)) }
	two(d.Year / 100)
	two(d.Year % 100)
	b = append(b, '-')
	two(int(d.Month))
	b = append(b, '-')
	two(d.Day)
	return b
}

// MarshalText writes "2026-10-31".
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads "2026-10-31", or a moment of that day at midnight, which
// is how the TOML decoder hands over a local date; "" is no date.
func (d *Date) UnmarshalText(b []byte) (err error) {
	s := string(b)
	if s == "" {
		*d = Date{}
		return nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil && t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		s = s[:10]
	}
	*d, err = ParseDate(s)
	return err
}

// MarshalJSON writes "2026-10-31", or null for no date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return append(d.append([]byte{'"'}), '"'), nil
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Date) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*d = Date{}
		return nil
	}
	return d.UnmarshalText(bytes.Trim(b, `"`))
}

// In returns the span of the day in the zone. It is empty for a day that the
// zone left out, as Samoa did 2011-12-30 when it crossed the date line.
func (d Date) In(zone *time.Location) Span {
	return Span{dawn(d.Year, d.Month, d.Day, zone), dawn(d.Year, d.Month, d.Day+1, zone)}
}

// dawn returns the first moment at which the zone's clocks show midnight of the
// day or anything later. time.Date does not do where midnight was skipped: it
// may return the hour before, which is another day.
func dawn(year int, month time.Month, day int, zone *time.Location) time.Time {
	midnight := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	// No clock is a day ahead of UTC or behind it, so the moment is between
	// these. (Time.ZoneBounds would say when clocks change, but is wrong on the
	// last days of leap years to come.)
	start, end := midnight.Add(-24*time.Hour), midnight.Add(24*time.Hour)
	ahead := func(t time.Time) time.Duration {
		_, seconds := t.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	before, after := ahead(start), ahead(end)
	shown := midnight.Add(-before)
	if before == after {
		return shown
	}
	change := start.Add(time.Duration(sort.Search(int(end.Sub(start)/time.Second), func(i int) bool {
		return ahead(start.Add(time.Duration(i)*time.Second)) != before
	})) * time.Second)
	if shown.Before(change) {
		return shown
	}
	if shown = midnight.Add(-after); shown.Before(change) {
		return change // midnight was skipped
	}
	return shown
}

// Of returns the month of the day.
func (d Date) Of() Month { return Month{d.Year, d.Month} }

// Compare returns -1, 0 or 1 as d is before, equal to or after e.
func (d Date) Compare(e Date) int {
	return cmp.Or(d.Of().Compare(e.Of()), cmp.Compare(d.Day, e.Day))
}

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }

// DaysUntil returns how many days e is after d; it is negative if e is earlier.
func (d Date) DaysUntil(e Date) int {
	day := func(x Date) int64 { return time.Date(x.Year, x.Month, x.Day, 0, 0, 0, 0, time.UTC).Unix() / 86400 }
	return int(day(e) - day(d))
}

// A Span is the time from From up to but not including To. Both are UTC.
type Span struct {
	From, To time.Time
}

// Duration returns the length of the span, never less than zero.
func (s Span) Duration() time.Duration { return max(0, s.To.Sub(s.From)) }

// Minutes returns the length of the span in minutes.
func (s Span) Minutes() float64 { return s.Duration().Minutes() }

// Empty reports whether the span holds no moment.
func (s Span) Empty() bool { return !s.From.Before(s.To) }

// Contains reports whether t is in the span.
func (s Span) Contains(t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }

// Meet returns the part that both spans share; it may be empty.
func (s Span) Meet(u Span) Span {
	if u.From.After(s.From) {
		s.From = u.From
	}
	if u.To.Before(s.To) {
		s.To = u.To
	}
	return s
}

// Buckets returns how many buckets of the given width, aligned to UTC, start
// within the span.
func (s Span) Buckets(step time.Duration) int {
	w := int64(step / time.Second)
	ceil := func(t time.Time) int64 { return -floorDiv(-t.Unix(), w) }
	return int(max(0, ceil(s.To)-ceil(s.From)))
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && a < 0 {
		q--
	}
	return q
}
