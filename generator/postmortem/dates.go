package postmortem

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tribune/generator/slo"
)

// Years of incidents that a report can be about; others are slips of the pen.
const firstYear, lastYear = 1970, 2100

// dateOf returns the day, if there is one of that name.
func dateOf(year, month, day int) (d slo.Date, ok bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	ok = year >= firstYear && year <= lastYear && int(t.Month()) == month && t.Day() == day
	return slo.Date{Year: year, Month: time.Month(month), Day: day}, ok
}

// dateIn finds the first full date in prose: 2019-03-24, March 26th, 2019 or
// 22nd of June 2021. Days and months in figures only, 03/04/2019, could be
// either and are not read.
func dateIn(text string) (d slo.Date, ok bool) {
	if !strings.ContainsAny(text, "0123456789") {
		return slo.Date{}, false
	}
	for _, m := range proseDate.FindAllStringSubmatch(text, -1) {
		number := func(s string) int { n, _ := strconv.Atoi(s); return n }
		switch {
		case m[1] != "":
			d, ok = dateOf(number(m[1]), number(m[2]), number(m[3]))
		case m[4] != "":
			d, ok = dateOf(number(m[6]), monthOf(m[4]), number(m[5]))
		default:
			d, ok = dateOf(number(m[9]), monthOf(m[8]), number(m[7]))
		}
		if ok {
			return d, true
		}
	}
	return slo.Date{}, false
}

const monthName = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`

var (
	proseDate = regexp.MustCompile(`(?i)\b(?:(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:\b|[T_])` +
		`|` + monthName + `\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b` +
		`|(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?` + monthName + `\.?,?\s+(\d{4})\b)`)
	nameDate = regexp.MustCompile(`^(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?:\D|$)`)
)

func monthOf(name string) int {
	return 1 + strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(name[:3]))/3
}

// dateInName finds the date that a file's name begins with, 2019-03-24-… or
// 20190324-…, or the first one anywhere in it.
func dateInName(name string) (d slo.Date, ok bool) {
	if m := nameDate.FindStringSubmatch(name); m != nil {
		y, _ := strconv.Atoi(m[1])
		mon, _ := strconv.Atoi(m[2])
		day, _ := strconv.Atoi(m[3])
		if d, ok = dateOf(y, mon, day); ok {
			return d, true
		}
	}
	return dateIn(name)
}

// parseDate reads a date that stands alone: 2026-12-01, the day of a time, or
// as prose writes it.
func parseDate(text string, zone *time.Location) (slo.Date, error) {
	if t, _, err := parseTime(text, zone); err == nil {
		return slo.DateOf(t, zone), nil
	}
	if d, ok := dateIn(text); ok && len(text) <= len("Wednesday, 22nd of September, 2021") {
		return d, nil
	}
	return slo.Date{}, fmt.Errorf("%q is not a date such as 2026-10-31", text)
}

// errTwice is returned with the first of two times that a clock showed.
var errTwice = errors.New("the clocks went back: that time was twice on this day")

// parseTime reads a time, 2026-10-06T10:02:00+02:00; without a zone it is the
// wall clock of zone. zoned tells whether the text names its zone. A time that
// was twice comes with errTwice, and is the first of them.
func parseTime(text string, zone *time.Location) (t time.Time, zoned bool, err error) {
	s := strings.ToUpper(strings.TrimSpace(text))
	for _, utc := range []string{"UTC", "GMT"} {
		if rest, ok := strings.CutSuffix(s, utc); ok {
			s = strings.TrimSpace(rest) + "Z"
		}
	}
	if len(s) > len(time.DateOnly) && s[len(time.DateOnly)] == ' ' {
		s = s[:10] + "T" + s[11:]
	}
	s = strings.ReplaceAll(s, " ", "")
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z0700"} {
		if t, err := time.Parse(layout, s); err == nil {
			return inYears(t.UTC(), true, text)
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		wall, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if t, err = onClock(wall, zone); t.IsZero() {
			return t, false, fmt.Errorf("%s: the clocks of %s went forward over it", text, zone)
		}
		if _, _, bad := inYears(t, false, text); bad != nil {
			return time.Time{}, false, bad
		}
		return t, false, err
	}
	if _, err := slo.ParseDate(s); err == nil {
		return time.Time{}, false, fmt.Errorf("%s is a day without a time", text)
	}
	return time.Time{}, false, fmt.Errorf("%q is not a time such as 2026-10-06T10:02:00+02:00", text)
}

func inYears(t time.Time, zoned bool, text string) (time.Time, bool, error) {
	if t.Year() < firstYear || t.Year() > lastYear {
		return time.Time{}, false, fmt.Errorf("%s: no incident was in the year %d", text, t.Year())
	}
	return t, zoned, nil
}

// onClock returns the moment, UTC, at which the clocks of zone showed the wall
// time: no moment if they skipped it, and the first with errTwice if they
// showed it twice.
func onClock(wall time.Time, zone *time.Location) (t time.Time, err error) {
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(near).In(zone).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second)
		shown := at.In(zone)
		if shown.Format(time.DateTime) != wall.Format(time.DateTime) {
			continue
		}
		if !t.IsZero() && !t.Equal(at) {
			err = errTwice
		} else {
			t = at
		}
	}
	return t, err
}
