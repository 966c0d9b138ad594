package postmortem

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tribune/generator/slo"
)

// A written time is what a text says of a moment: any of a day, a clock and the
// zones that the clock is in. Which moment that is depends on what stands around
// it.
type written struct {
	day    slo.Date // Year is 0 if the text does not say it, and the whole is zero if it says no day
	either [3]int   // "12-05" or "12/05/2026": two numbers in an order that is not told, and the year
	clock  time.Duration
	timed  bool // whether there is a clock
	half   bool // whether the clock is followed by am or pm
	halves bool // whether the clock or the end of its range is
	padded bool // whether one of both is like 02:30 pm, with a zero in front
	exact  bool // "00:05", "13:05": whether it can only be of 24 hours
	zero   bool // "09:05": it is, where nobody writes 09:05 pm
	zones  []zone
	unsure bool   // part of it is a placeholder: 14:??
	wrong  string // why it is no time at all
}

func (w written) dated() bool { return !w.day.IsZero() || w.either != [3]int{} }

// scanTime reads the time that a text begins with: a day, a clock or both, in
// either order, and the time after it if the text says from when until when.
// rest is what follows. ok is false if the text begins with no time.
func scanTime(text string) (from written, until *written, rest string, ok bool) {
	if !strings.ContainsAny(text[:min(len(text), leadLength+timeLength)], timeSigns) {
		return written{}, nil, text, false // as most texts are
	}
	rest = text[len(leadIn.FindString(text)):]
	if strings.ContainsAny(rest[:min(len(rest), timeLength)], timeSigns) {
		from, rest, ok = scanOne(rest)
	}
	if !ok {
		return written{}, nil, text, false
	}
	if m := rangeSign.FindString(rest); m != "" {
		behind := rest[len(m):]
		if to, after, ok := scanOne(behind[len(leadIn.FindString(behind)):]); ok && (to.timed || to.unsure || to.dated()) {
			until, rest = &to, after
		} else if m := seconds.FindString(rest); m != "" {
			rest = rest[len(m):]
		}
	}
	for _, w := range []*written{&from, until} {
		if w != nil && w.half {
			from.halves, from.padded = true, from.padded || w.zero && w.clock >= 12*time.Hour
		}
	}
	if until != nil && len(from.zones) == 0 {
		from.zones = until.zones
	}
	if until != nil && until.half && !from.half && !from.exact && (!from.zero || until.zero) && from.clock <= 12*time.Hour+59*time.Minute {
		from.unsure, from.timed = true, false // 1:46 - 5:30pm
	}
	return from, until, rest, true
}

// Every time has one of these signs within so many bytes of where it begins, and
// what may stand before it is no longer than that.
const (
	timeSigns              = "0123456789?:"
	timeLength, leadLength = 60, 60
)

var (
	leadIn    = regexp.MustCompile(`(?i)^[\s\[({*_~≈>]*(?:(?:ca\.?|circa|approx\.?|approximately|around|about|at|on)\s+)*[~≈]?\s*`)
	rangeSign = regexp.MustCompile(`(?i)^[\s\])]*(?:\([^()]{0,30}\)\s*)?(?:-|–|—|→|=>|->|to|until|till|and)\s*`)
	seconds   = regexp.MustCompile(`^-\d\d\b`) // 16:05:57-58
	dateGap   = regexp.MustCompile(`(?i)^[\s,]*(?:(?:[-–—@·|:]|at)\s*)?(?:(?:ca\.?|circa|around|about|between|from)\s+)?[~≈(]?\s*`)
	clockGap  = regexp.MustCompile(`(?i)^[\s,\])]*(?:on\s+|,\s*|\(\s*)?`)
)

// scanOne reads one time: a day and a clock, in either order.
func scanOne(text string) (w written, rest string, ok bool) {
	rest = text
	if after, ok := w.scanDay(rest); ok {
		rest = after
		gap := dateGap.FindString(rest)
		if after, ok := w.scanClock(rest[len(gap):]); ok {
			rest = after
		}
		return w, rest, true
	}
	after, ok := w.scanClock(rest)
	if !ok {
		return w, text, false
	}
	rest = after
	if gap := clockGap.FindString(rest); gap != "" {
		if after, ok := w.scanDay(rest[len(gap):]); ok {
			rest = after
		}
	}
	return w, rest, true
}

const weekday = `(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?`

var (
	dayISO    = regexp.MustCompile(`^(\d{4,})[-/](\d{1,2}|\?+|x+|X+)[-/](\d{1,2}|\?+|x+|X+)(?:[T_]|\b|$)`)
	dayUS     = regexp.MustCompile(`(?i)^` + weekday + monthName + `\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4,}))?\b`)
	dayUK     = regexp.MustCompile(`(?i)^` + weekday + `(?:the\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?` + monthName + `\b\.?(?:,?\s+(\d{4,}))?`)
	dayDots   = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4,})\b`)
	dayEither = regexp.MustCompile(`^(\d{1,2})[-/](\d{1,2})[-/](\d{4,})\b`)
	dayShort  = regexp.MustCompile(`^(\d{1,2})[-/](\d{1,2})\s+\d{1,2}:\d\d`)
)

// scanDay reads a day.
func (w *written) scanDay(text string) (rest string, ok bool) {
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	full := func(m []string, year, month, day int) (string, bool) {
		d, is := dateOf(year, month, day)
		if year == 0 {
			_, is = dateOf(2000, month, day) // a leap year
			d = slo.Date{Month: time.Month(month), Day: day}
		}
		w.day = d
		if !is {
			w.wrong = fmt.Sprintf("%s is no day", strings.TrimRight(m[0], "T_ "))
		}
		return text[len(m[0]):], true
	}
	if m := dayISO.FindStringSubmatch(text); m != nil {
		if strings.Trim(m[2]+m[3], "0123456789") != "" {
			w.unsure = true
			return text[len(m[0]):], true
		}
		return full(m, number(m[1]), number(m[2]), number(m[3]))
	}
	if m := dayUS.FindStringSubmatch(text); m != nil {
		return full(m, number(m[3]), monthOf(m[1]), number(m[2]))
	}
	if m := dayUK.FindStringSubmatch(text); m != nil {
		return full(m, number(m[3]), monthOf(m[2]), number(m[1]))
	}
	if m := dayDots.FindStringSubmatch(text); m != nil {
		return full(m, number(m[3]), number(m[2]), number(m[1]))
	}
	if m := dayEither.FindStringSubmatch(text); m != nil {
		w.either = [3]int{number(m[1]), number(m[2]), number(m[3])}
		return text[len(m[0]):], true
	}
	if m := dayShort.FindStringSubmatch(text); m != nil {
		w.either = [3]int{number(m[1]), number(m[2]), 0}
		return text[strings.IndexAny(text, " \t"):], true
	}
	return text, false
}

var (
	clockColon = regexp.MustCompile(`^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?`)
	clockDot   = regexp.MustCompile(`(?i)^(\d{1,2})\.(\d\d)\s?[ap]\.?m\b`)
	clockH     = regexp.MustCompile(`^(\d{1,2})h(\d\d)\b`)
	clockHour  = regexp.MustCompile(`(?i)^(\d{1,2})\s?[ap]\.?m\b`)
	halfOfDay  = regexp.MustCompile(`(?i)^(?:\s?([ap])\.?m\b\.?|([ap])(?:[^a-z0-9]|$))`)
	clockBlank = regexp.MustCompile(`(?i)^(?:[\d?x]{1,2}:(?:\?+|xx|--)|\?+:\d\d|--:--|hh:mm|\?{2,})`)
)

// scanClock reads a clock and the zone after it.
func (w *written) scanClock(text string) (rest string, ok bool) {
	m := clockColon.FindStringSubmatch(text)
	switch {
	case m != nil:
	case clockBlank.MatchString(text):
		w.unsure = true
		return text[len(clockBlank.FindString(text)):], true
	case clockH.MatchString(text):
		m = append(clockH.FindStringSubmatch(text), "")
	case clockDot.MatchString(text):
		m = clockDot.FindStringSubmatch(text)
		m = []string{m[1] + "." + m[2], m[1], m[2], ""}
	case clockHour.MatchString(text):
		hour := clockHour.FindStringSubmatch(text)[1]
		m = []string{hour, hour, "00", ""}
	default:
		return text, false
	}
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	second, _ := strconv.Atoi(m[3])
	w.timed, w.exact, w.zero = true, hour > 12 || hour == 0, hour > 0 && m[1][0] == '0'
	written, rest := m[0], text[len(m[0]):]
	if m := halfOfDay.FindStringSubmatch(rest); m != nil {
		w.half = true
		half := m[0]
		if m[2] != "" {
			half = m[2]
		}
		written, rest = written+half, rest[len(half):]
		pm := strings.EqualFold(m[1]+m[2], "p")
		switch {
		case hour == 0 && pm || hour > 12 && !pm:
			w.wrong = written + " is no time"
		case hour == 12 && !pm:
			hour = 0
		case hour < 12 && pm:
			hour += 12
		}
	}
	if hour > 24 || minute > 59 || second > 60 || hour == 24 && minute+second > 0 {
		w.wrong = written + " is no time"
	}
	w.clock = time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(min(second, 59))*time.Second
	// 10:00-11:30 is two times, 2026-10-06T10:00:00-07:00 and 10:00:00-07:00 are one.
	w.zones, rest = scanZones(rest, m[3] != "")
	return rest, true
}
