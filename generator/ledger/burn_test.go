package ledger

import (
	"testing"
	"time"

	"tribune/generator/slo"
)

// The hours of each series begin at midnight of the first of October; 60 bad of
// 1,000 burn a budget of 1% at six times the even rate.
func TestABurnIsFoundAroundTheTimeThatAPostmortemClaims(t *testing.T) {
	for _, c := range []struct {
		name    string
		buckets string
		claimed slo.Span
		from    float64 // hours; -1 is unknown
		to      float64
		differs string
	}{
		{"where it says", "0x10 90 90 0x10", span(10.2, 11.5), 10, 12, ""},
		{"which begins late in its bucket", "0x10 90 90 0x10", span(9.5, 11.5), 10, 12, ""},
		{"before it says", "0x8 90x4 0x10", span(10.2, 11.5), 8, 12, "start"},
		{"after it says", "0x10 90 90 0x10", span(10.2, 13.5), 10, 12, "end"},
		{"which stops for a while", "0x9 90 0 90 0x10", span(9, 12), 9, 12, ""},
		{"that lies elsewhere altogether", "0x14 90 0x10", span(10, 11), 14, 15, "start end"},
		{"that is nearer than another", "0x5 90 0x7 90 0x10", span(10, 11), 13, 14, "start end"},
		{"behind a gap, of which the beginning is not known", "0x9 _ 90 90 0x10", span(10, 12), -1, 12, ""},
		{"at the end of what is known", "0x10 90 90", span(10, 12), 10, -1, ""},
	} {
		b, ok := BurnAround(series(t, time.Hour, c.buckets), 990_000_000, c.claimed)
		want := Burn{StartDiffers: c.differs == "start" || c.differs == "start end", EndDiffers: c.differs == "end" || c.differs == "start end"}
		if c.from >= 0 {
			want.From = at(c.from)
		}
		if c.to >= 0 {
			want.To = at(c.to)
		}
		if !ok || b != want {
			t.Errorf("a burn %s: %+v %v, want %+v", c.name, b, ok, want)
		}
	}
}

func TestWhatIsSlowOrFarAwayIsNoBurnOfThePostmortem(t *testing.T) {
	for _, buckets := range []string{"0x10 59 59 0x10", "90 0x20 90", "0x20", "", "0x9 - - 0x9"} {
		if b, ok := BurnAround(series(t, time.Hour, buckets), 990_000_000, span(10, 11)); ok {
			t.Errorf("%q: %+v", buckets, b)
		}
	}
}
