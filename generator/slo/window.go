package slo

import (
	"fmt"
	"slices"
	"time"
)

// A Window is the stretch of time over which an objective must hold: a calendar
// month, a calendar quarter, or a number of days that rolls along.
type Window string

// The windows that a site may use.
const (
	Monthly   Window = "month"
	Quarterly Window = "quarter"
	Rolling7  Window = "7d"
	Rolling14 Window = "14d"
	Rolling28 Window = "28d"
	Rolling30 Window = "30d"
	Rolling90 Window = "90d"
)

// Windows are all of them, in the order in which hints list them.
var Windows = []Window{Monthly, Quarterly, Rolling7, Rolling14, Rolling28, Rolling30, Rolling90}

// ParseWindow reads a window's name.
func ParseWindow(s string) (Window, error) {
	if w := Window(s); slices.Contains(Windows, w) {
		return w, nil
	}
	return "", fmt.Errorf("window %q is none of %v", s, Windows)
}

// UnmarshalText reads a window's name.
func (w *Window) UnmarshalText(b []byte) (err error) {
	*w, err = ParseWindow(string(b))
	return err
}

// Rolls reports whether the window is a number of days rather than a calendar
// month or quarter.
func (w Window) Rolls() bool { return w.length() > 0 }

func (w Window) length() time.Duration {
	days := map[Window]int{Rolling7: 7, Rolling14: 14, Rolling28: 28, Rolling30: 30, Rolling90: 90}[w]
	return time.Duration(days) * 24 * time.Hour
}

// EndingWith returns the span of the window as of the end of the month m: the
// month itself, the quarter that m is in, or the days up to the month's end.
func (w Window) EndingWith(m Month, zone *time.Location) Span {
	span := m.In(zone)
	switch {
	case w == Quarterly:
		first := m.Add(-(int(m.Month) - 1) % 3)
		return Span{first.In(zone).From, first.Add(2).In(zone).To}
	case w.Rolls():
		return Span{span.To.Add(-w.length()), span.To}
	}
	return span
}
