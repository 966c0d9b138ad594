package history

import (
	"testing"

	"tribune/generator/slo"
)

func bucketsOf(s slo.Series) (list []bucket) {
	for _, p := range s.Points {
		list = append(list, bucket{p, int64(s.Step.Seconds())})
	}
	return list
}

func TestBucketsOfOtherWidthsGiveWayOnlyToThoseThatFillThem(t *testing.T) {
	check := func(name, stored, newer string, want []string, leftOut int) {
		t.Helper()
		var list []bucket
		for _, w := range want {
			list = append(list, bucketsOf(line(w))...)
		}
		var c Changes
		got := overlay(bucketsOf(line(stored)), bucketsOf(line(newer)), &c)
		if len(got) != len(list) || c.LeftOut != leftOut {
			t.Fatalf("%s: got %v, %d left out", name, got, c.LeftOut)
		}
		for i := range got {
			if got[i] != list[i] {
				t.Errorf("%s: bucket %d is %v, want %v", name, i, got[i], list[i])
			}
		}
	}
	check("an hour does not push out its day",
		"2026-10-01T00 24h 5/9x2", "2026-10-01T23 1h 1/1x1", []string{"2026-10-01T00 24h 5/9x2"}, 1)
	check("24 hours push out their day, but not the next",
		"2026-10-01T00 24h 5/9x2", "2026-10-01T00 1h 1/1x25", []string{"2026-10-01T00 1h 1/1x24", "2026-10-02T00 24h 5/9"}, 1)
	check("hours with a gap do not push out their day",
		"2026-10-01T00 24h 5/9", "2026-10-01T00 1h 1/1x23", []string{"2026-10-01T00 24h 5/9"}, 23)
	check("a day pushes out its hours",
		"2026-10-01T00 1h 1/1x25", "2026-10-01T00 24h 5/9", []string{"2026-10-01T00 24h 5/9", "2026-10-02T00 1h 1/1"}, 0)
	check("hours follow days",
		"2026-10-01T00 24h 5/9", "2026-10-02T00 1h 1/1x3", []string{"2026-10-01T00 24h 5/9", "2026-10-02T00 1h 1/1x3"}, 0)
	check("widths that do not nest leave what is stored",
		"2026-10-01T00 3h 1/1x3", "2026-10-01T02 2h 5/9x2", []string{"2026-10-01T00 3h 1/1x3"}, 2)
	check("widths that do not nest, but fill the time",
		"2026-10-01T00 3h 1/1x2", "2026-10-01T00 2h 5/9x3", []string{"2026-10-01T00 2h 5/9x3"}, 0)
}

func TestMixedWidthsAreReadAsTheWidest(t *testing.T) {
	list := append(bucketsOf(line("2026-10-01T00 24h 5/9")), bucketsOf(line("2026-10-02T00 1h 1/1x3 1/2"))...)
	diff(t, line("2026-10-01T00 24h 5/9 4/5"), series(list))
}
