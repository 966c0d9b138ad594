package slo

import (
	"strings"
	"testing"
	"time"
)

func TestAWindowEndsWithTheMonth(t *testing.T) {
	for _, c := range []struct {
		window      Window
		month       string
		first, last string // days
	}{
		{Monthly, "2026-10", "2026-10-01", "2026-10-31"},
		{Quarterly, "2026-10", "2026-10-01", "2026-12-31"},
		{Quarterly, "2026-12", "2026-10-01", "2026-12-31"},
		{Quarterly, "2026-02", "2026-01-01", "2026-03-31"},
		{Rolling7, "2026-10", "2026-10-25", "2026-10-31"},
		{Rolling28, "2026-02", "2026-02-01", "2026-02-28"},
		{Rolling30, "2026-11", "2026-11-01", "2026-11-30"},
		{Rolling90, "2026-12", "2026-10-03", "2026-12-31"},
	} {
		span := c.window.EndingWith(month(t, c.month), time.UTC)
		first, last := DateOf(span.From, time.UTC), DateOf(span.To.Add(-1), time.UTC)
		if first.String() != c.first || last.String() != c.last {
			t.Errorf("%s ending with %s: %s to %s; want %s to %s", c.window, c.month, first, last, c.first, c.last)
		}
	}
}

func TestAWindowIsOneOfAList(t *testing.T) {
	for _, w := range Windows {
		if got, err := ParseWindow(string(w)); got != w || err != nil {
			t.Errorf("ParseWindow(%q) = %q, %v", w, got, err)
		}
		if rolls := strings.HasSuffix(string(w), "d"); w.Rolls() != rolls {
			t.Errorf("%s rolls: %v", w, w.Rolls())
		}
	}
	if _, err := ParseWindow("31d"); err == nil {
		t.Error("a window of 31d was taken")
	}
}
