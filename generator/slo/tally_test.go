package slo

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestACountIsRoundedOnce(t *testing.T) {
	for events, want := range map[float64]Count{0: 0, 1: 1000, 0.0004: 0, 0.0005: 1, 1234.5678: 1_234_568, 92e9: 92_000_000_000_000} {
		if got, err := CountOf(events); got != want || err != nil {
			t.Errorf("CountOf(%v) = %d, %v; want %d", events, got, err, want)
		}
	}
	for _, events := range []float64{-1, math.NaN(), math.Inf(1), 1e12} {
		if got, err := CountOf(events); err == nil {
			t.Errorf("CountOf(%v) = %d; want an error", events, got)
		}
	}
}

func TestACountIsWrittenExactly(t *testing.T) {
	for c, want := range map[Count]string{0: "0", 1: "0.001", 1000: "1", 123_579: "123.579", -1500: "-1.5", math.MaxInt64: "9223372036854775.807"} {
		b, err := json.Marshal(c)
		if string(b) != want || err != nil {
			t.Errorf("count %d is written %s, %v; want %s", int64(c), b, err, want)
		}
		var back Count
		if err := json.Unmarshal(b, &back); back != c || err != nil {
			t.Errorf("%s reads back as %d, %v; want %d", b, back, err, c)
		}
	}
}

func TestSumsOfTheLargestTalliesFit(t *testing.T) {
	var sum Tally
	for range 100_000 {
		sum = sum.Plus(Tally{MaxCount, MaxCount})
	}
	if sum.Total < 0 || sum.Total/100_000 != MaxCount {
		t.Errorf("100,000 of the largest tallies sum to %d", sum.Total)
	}
}

func TestAddingAndSplittingTalliesChangesNothing(t *testing.T) {
	law(t, func(g1, b1, g2, b2, g3, b3 uint32) bool {
		a, b, c := tally(g1, b1), tally(g2, b2), tally(g3, b3)
		return a.Plus(b) == b.Plus(a) &&
			a.Plus(b).Plus(c) == a.Plus(b.Plus(c)) &&
			a.Plus(b).Minus(b) == a &&
			a.Plus(b).Bad() == a.Bad()+b.Bad()
	})
}

func TestASeriesSplitAnywhereHasTheSameSum(t *testing.T) {
	s := Series{Step: time.Hour}
	for i := range int64(100) {
		if i%7 != 3 { // some gaps
			s.Points = append(s.Points, Point{i * 3600, tally(uint32(1000+i), uint32(i%5))})
		}
	}
	at := func(hours float64) time.Time { return time.Unix(int64(hours*3600), 0) }
	for cut := -1.0; cut < 102; cut += 0.25 {
		left := s.In(Span{at(-10), at(cut)}).Sum()
		right := s.In(Span{at(cut), at(200)}).Sum()
		if left.Plus(right) != s.Sum() {
			t.Errorf("split at %v h: %v and %v do not sum to %v", cut, left, right, s.Sum())
		}
	}
	if n := len(s.In(Span{at(50), at(10)}).Points); n != 0 {
		t.Errorf("a span that ends before it begins holds %d points", n)
	}
}

func TestDaysAreThoseOfTheZone(t *testing.T) {
	z := zone(t, "Europe/Berlin")
	clocksBack := Span{Date{2026, time.October, 24}.In(z).From, Date{2026, time.October, 26}.In(z).To}
	s := Series{Step: time.Hour}
	for at := clocksBack.From; at.Before(clocksBack.To); at = at.Add(time.Hour) {
		s.Points = append(s.Points, Point{at.Unix(), events(1, 0)})
	}
	s.Points = slices.DeleteFunc(s.Points, func(p Point) bool {
		return Date{2026, time.October, 26}.In(z).Contains(time.Unix(p.At, 0)) && p.At%7200 == 0
	})
	want := []DayTally{
		{Date{2026, time.October, 24}, events(24, 0)},
		{Date{2026, time.October, 25}, events(25, 0)},
		{Date{2026, time.October, 26}, events(12, 0)},
	}
	if got := s.Days(z); !slices.Equal(got, want) {
		t.Errorf("days %v; want %v", got, want)
	}
	if got := (Series{}).Days(z); got != nil {
		t.Errorf("no buckets have days %v", got)
	}
}

func TestAnSLIIsToldOfTrafficOnly(t *testing.T) {
	if share, ok := events(3, 1).SLI(); share != 0.75 || !ok {
		t.Errorf("3 good of 4: %v, %v", share, ok)
	}
	if share, ok := (Tally{}).SLI(); ok {
		t.Errorf("no traffic has the SLI %v", share)
	}
}

func FuzzParseCount(f *testing.F) {
	for _, s := range []string{"0", "1", "123.579", "0.0005", "1e3", "-1", "92233720368547.758", "92233720368547.759", ".5", "7.", "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCount(s)
		if err != nil {
			return
		}
		if c < 0 || c > MaxCount {
			t.Fatalf("ParseCount(%q) = %d, which is out of range", s, c)
		}
		if back, err := ParseCount(c.String()); back != c || err != nil {
			t.Fatalf("%q prints as %s, which reads as %d, %v", s, c, back, err)
		}
		value, ok := new(big.Rat).SetString(strings.TrimSpace(s))
		if !ok || value.Cmp(big.NewRat(int64(c), int64(Event))) != 0 {
			t.Fatalf("ParseCount(%q) = %s, which is another number", s, c)
		}
		b, err := json.Marshal(c)
		var back Count
		if err != nil || !json.Valid(b) || json.Unmarshal(b, &back) != nil || back != c {
			t.Fatalf("%q is %s in JSON, which reads as %d", s, b, back)
		}
	})
}
