package slo

import (
	"fmt"
	"math/bits"
	"strings"
)

// An Objective is the share of events that must be good, in parts per billion:
// 99.9% is 999_000_000. Whole numbers keep 100% − 99.9% equal to 0.1%, which
// floats do not (100−99.9 is 0.09999999999999432).
type Objective int64

// whole is an objective of 100%, which nothing may have: it leaves no budget.
const whole Objective = 1_000_000_000

// ParseObjective reads a percentage as people write it, "99.9%" or "99.9". The
// percent sign may be left out from 1 up; below that ("0.999") it is needed,
// since a share may have been meant. 0% and 100% are refused.
func ParseObjective(text string) (Objective, error) {
	s := strings.TrimSpace(text)
	digits, percent := strings.CutSuffix(s, "%")
	o, err := parseDecimal(strings.TrimSpace(digits), 7)
	if err != nil {
		return 0, fmt.Errorf("objective %q %w", text, err)
	}
	if !percent && o > 0 && o < 10_000_000 {
		return 0, fmt.Errorf("objective %q could be a share or a percentage: write %q", text, sharePercent(o)+"%")
	}
	return inRange(Objective(o), text)
}

// ParseShare reads an objective written as a share of 1, "0.999".
func ParseShare(text string) (Objective, error) {
	o, err := parseDecimal(strings.TrimSpace(text), 9)
	if err != nil {
		return 0, fmt.Errorf("objective %q %w", text, err)
	}
	return inRange(Objective(o), text)
}

// sharePercent returns the percentage that a decimal of 7 places below 1 would
// be if it was meant as a share.
func sharePercent(o int64) string { return trimDecimal(o*100, 7) }

func inRange(o Objective, text string) (Objective, error) {
	switch {
	case o == whole:
		return 0, fmt.Errorf("objective %q leaves no error budget", text)
	case o > whole:
		return 0, fmt.Errorf("objective %q is over 100%%", text)
	case o <= 0:
		return 0, fmt.Errorf("objective %q asks for nothing", text)
	}
	return o, nil
}

// String returns the percentage without needless zeros: "99.9%".
func (o Objective) String() string { return trimDecimal(int64(o), 7) + "%" }

// Share returns the objective as a share of 1, for JSON and charts.
func (o Objective) Share() float64 { return float64(o) / float64(whole) }

// UnmarshalText lets a TOML file say objective = "99.9%". The decoder adds the
// line and column to any error.
func (o *Objective) UnmarshalText(b []byte) (err error) {
	*o, err = ParseObjective(string(b))
	return err
}

// MarshalText writes the percentage.
func (o Objective) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// Met reports whether good/total reaches the objective, in whole numbers:
// good·10⁹ ≥ objective·total. ok is false if there were no events.
func (o Objective) Met(t Tally) (met, ok bool) {
	if t.Total <= 0 {
		return false, false
	}
	gh, gl := bits.Mul64(uint64(t.Good), uint64(whole))
	th, tl := bits.Mul64(uint64(t.Total), uint64(o))
	return gh > th || gh == th && gl >= tl, true
}

// parseDecimal reads a plain decimal number, "99.95", as a whole number of
// 10^-places. It takes no sign, exponent or more digits than it can keep.
func parseDecimal(s string, places int) (int64, error) {
	head, tail, _ := strings.Cut(s, ".")
	if head == "" && tail == "" {
		return 0, fmt.Errorf("is not a number")
	}
	tail = strings.TrimRight(tail, "0")
	if len(tail) > places {
		return 0, fmt.Errorf("has more than %d decimal places", places)
	}
	var n int64
	for _, c := range head + tail + strings.Repeat("0", places-len(tail)) {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("is not a number")
		}
		if n > (1<<63-1-int64(c-'0'))/10 {
			return 0, fmt.Errorf("is too large")
		}
		n = n*10 + int64(c-'0')
	}
	return n, nil
}

// trimDecimal writes a whole number of 10^-places without trailing zeros.
func trimDecimal(n int64, places int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%0*d", places+1, n)
	s = strings.TrimRight(s[:len(s)-places]+"."+s[len(s)-places:], "0")
	return sign + strings.TrimSuffix(s, ".")
}
