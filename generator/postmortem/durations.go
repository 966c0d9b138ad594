package postmortem

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	aboutWord    = regexp.MustCompile(`(?i)^(?:[~≈]|(?:about|approximately|approx\.?|around|roughly|ca\.?|circa|nearly|almost)\s)\s*`)
	amountOfTime = regexp.MustCompile(`(?i)^(\d{1,6}(?:\.\d{1,3})?)\s*(weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|mn|m|seconds?|secs?|s)(?:\.|[^a-z]|$)`)
	clockOfTime  = regexp.MustCompile(`^(\d{1,4}):([0-5]\d):([0-5]\d)$`)
	bareNumber   = regexp.MustCompile(`^\d{1,6}(?:\.\d{1,3})?$`)
	afterAmount  = regexp.MustCompile(`(?i)^(?:\s|,|&|and\s)+`)
	inBrackets   = regexp.MustCompile(`^\s*(?:[(\[].*[)\]])?\s*\.?$`)
	someHours    = regexp.MustCompile(`(?i)\b(?:support|business|office|working|service) (?:hours|days|time)\b`)
)

// units are what a length of time is counted in, by their first letter.
var units = map[byte]time.Duration{'w': 7 * 24 * time.Hour, 'd': 24 * time.Hour, 'h': time.Hour, 'm': time.Minute, 's': time.Second}

// A length is how long something took, as a text says.
type length struct {
	time.Duration
	partly bool // counted in support hours only, and so not the time from start to end
}

// scanDuration reads a text that is a length of time and nothing else: 4h 9m,
// 1d 5h 47m, 54 hours 10 minutes, 1:30:00. What it is of may follow in
// parentheses. A number alone is of the unit, one of units or 0 for none.
func scanDuration(text string, unit byte) (d length, ok bool) {
	text = strings.TrimSpace(text)
	d.partly = someHours.MatchString(text)
	rest := aboutWord.ReplaceAllString(text, "")
	if m := clockOfTime.FindStringSubmatch(rest); m != nil {
		rest = m[1] + "h" + m[2] + "m" + m[3] + "s"
	}
	if bareNumber.MatchString(rest) && units[unit] > 0 {
		rest += string(unit)
	}
	last := time.Duration(1<<63 - 1)
	for {
		m := amountOfTime.FindStringSubmatch(rest)
		if m == nil {
			break
		}
		of := units[strings.ToLower(m[2])[0]]
		if of >= last {
			return length{}, false // 5 m 5 h
		}
		n, _ := strconv.ParseFloat(m[1], 64)
		d.Duration += time.Duration(n * float64(of)).Round(time.Second)
		last, rest, ok = of, rest[strings.Index(rest, m[1])+len(m[1]):], true
		rest = strings.TrimLeft(rest, " ")[len(m[2]):]
		rest = strings.TrimPrefix(afterAmount.ReplaceAllString(rest, ""), ".")
	}
	if !ok || !inBrackets.MatchString(rest) {
		return length{}, false
	}
	return d, true
}
