package chart

import (
	"strings"
	"testing"
	"time"

	"tribune/generator/slo"
)

func TestABurnDownTellsItsStory(t *testing.T) {
	mark := checkoutBurnDown(t).SVG()
	check(t, mark,
		"<title>Checkout API, errors: budget left through October 2026</title>",
		"Budget left, from 100% on 1 October to −40% on 31 October. All of it was spent on 17 October.",
		"INC-212 on 6 October: 76 points.",
		">INC-212 −76</text>", ">−40%</text>", ">29 Oct</text>")
	checkNot(t, mark, ">unexplained −6<") // a band without a label: under ten points
}

func TestAMonthOfHoursIsAFewPoints(t *testing.T) {
	b := checkoutBurnDown(t)
	if n := len(b.line()); n > 20 || n < 10 {
		t.Errorf("%d of %d points are left", n, len(b.Points))
	}
	if n := len(b.SVG()); n > 4500 {
		t.Errorf("a burn-down has %d bytes", n)
	}
}

func TestASimplerLineStaysWithinItsTolerance(t *testing.T) {
	var line []point
	for i := range 500 {
		x := float64(i)
		line = append(line, point{x, x*0.1 + float64(i*i%7)*0.2})
	}
	simple := simplify(line, 0.5)
	if len(simple) == len(line) {
		t.Error("nothing was left out")
	}
	for _, p := range line {
		if d := heightAt(simple, p.x) - p.y; d > 0.51 || d < -0.51 {
			t.Errorf("at %v the line is off by %v", p.x, d)
		}
	}
}

func TestAScaleEndsBelowTheWorst(t *testing.T) {
	for _, c := range []struct{ left, low float64 }{
		{1, -0.5}, {0, -0.5}, {-0.4, -0.5}, {-0.51, -1}, {-1.4, -1.5}, {-2.3, -3}, {-7, -8}, {-570, -600},
	} {
		if low := LowEnd([]BurnPoint{{Left: c.left}}); low != c.low {
			t.Errorf("down to %v the scale ends at %v, want %v", c.left, low, c.low)
		}
	}
}

func TestACalendarHasEveryDay(t *testing.T) {
	mark := october(t).SVG()
	check(t, mark, "2 days without data", "6: 76%", "12: no data", "4: no traffic", ">76%</text>", ">31</text>")
	for _, c := range []struct {
		month  slo.Month
		height string
	}{
		{slo.Month{Year: 2027, Month: time.February}, `0 0 362 168`}, // a Monday, 28 days: four weeks
		{oct2026, `0 0 362 206`},
		{slo.Month{Year: 2026, Month: time.August}, `0 0 362 244`}, // a Saturday, 31 days: six
	} {
		check(t, Heatmap{Label: "x", Month: c.month}.SVG(), c.height)
	}
}

func TestAnIncidentIsDrawnTwice(t *testing.T) {
	mark := failover(t).SVG()
	check(t, mark, `class="chart chart-wide" viewBox="0 0 1160 260"`, `class="chart chart-narrow" viewBox="0 0 360 230"`,
		"6 October 2026, 09:45 to 11:01 CEST", "Impact from 6 October, 10:02 to 6 October, 10:49.", "No data for 3 minutes.",
		">text says 10:05</text>", ">data say 10:02</text>", ">objective: at most 0.1% fail</text>", ">allowed 0.1%</text>")
	for _, n := range []string{">1<", ">7<"} {
		if strings.Count(string(mark), n) != 2 {
			t.Errorf("marker %s is not in both drawings", n)
		}
	}
}

func TestMarkersKeepTheirDistance(t *testing.T) {
	d := incidentDrawing{right: 354}
	for _, at := range [][]float64{{34, 34, 34}, {354, 354, 354}, {40, 50, 60, 70}, {100, 200, 300}, {40, 45, 50, 55, 60, 350, 351}, nil} {
		got := d.spread(at)
		for i, x := range got {
			if x < 34 || x > 354 || i > 0 && x-got[i-1] < 19-1e-9 {
				t.Errorf("%v becomes %v", at, got)
			}
		}
	}
	if got := d.spread([]float64{100, 200, 300}); got[0] != 100 || got[1] != 200 || got[2] != 300 {
		t.Errorf("places with room were moved: %v", got)
	}
}

func TestClockTicksAreRoundAlsoWhenClocksChange(t *testing.T) {
	zone := berlin(t)
	span := slo.Span{From: time.Date(2026, 10, 24, 6, 0, 0, 0, zone), To: time.Date(2026, 10, 26, 12, 0, 0, 0, zone)}
	var got []string
	for _, tick := range clockTicks(span, zone, 9) {
		got = append(got, tick.Format("2 15:04"))
	}
	if want := "24 12:00, 25 00:00, 25 12:00, 26 00:00, 26 12:00"; strings.Join(got, ", ") != want {
		t.Errorf("ticks at %v, want %s", got, want)
	}
	for hours := 1; hours < 2000; hours += 7 {
		span.To = span.From.Add(time.Duration(hours) * time.Hour)
		if n := len(clockTicks(span, zone, 6)); n > 8 {
			t.Errorf("%d ticks in %d hours", n, hours)
		}
	}
}

func TestTheScaleOfFailuresFitsTheWorst(t *testing.T) {
	for worst, top := range map[float64]float64{0: 0.001, 0.0004: 0.001, 0.034: 0.05, 0.05: 0.05, 0.051: 0.1, 0.93: 1, 7: 1} {
		if got, _ := scaleTop(worst); got != top {
			t.Errorf("for %v the scale ends at %v, want %v", worst, got, top)
		}
	}
}

func TestAChangedObjectiveIsAVisibleBreak(t *testing.T) {
	mark := ledgerMonths(24).SVG()
	check(t, mark, "SLI by month, November 2024 to October 2026", "objective 99% from March 2025", "objective 99.5% from July 2026", "no data")
	if n := strings.Count(string(mark), `class="line"`); n != 3 { // before and after the gap, after the change
		t.Errorf("the line has %d stretches, want 3", n)
	}
	if n := strings.Count(string(mark), `class="limit thin" stroke-dasharray`); n != 1 {
		t.Errorf("%d breaks, want 1", n)
	}
}
