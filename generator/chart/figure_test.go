package chart

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"tribune/generator/slo"
)

// figures is one of each kind, with a label all over.
func figures(t *testing.T, label string) []Figure {
	t.Helper()
	incident := failover(t)
	incident.Label = label
	for i := range incident.Markers {
		incident.Markers[i].Text = label
	}
	var all []Figure
	for _, kind := range []struct {
		name string
		make func(id string) (Figure, error)
	}{
		{"timeline", timelineOf(t, label).Figure},
		{"around", incident.Figure},
		{"budget", historyOf(label).Figure},
		{"handover", handoverOf(label).Figure},
	} {
		f, err := kind.make(FigureID(kind.name, label))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	return all
}

// timelineOf is a month of hours with a gap, a bucket alone and an incident.
func timelineOf(t *testing.T, label string) Timeline {
	zone := berlin(t)
	tl := Timeline{Label: label, Zone: zone, Step: time.Hour, Objective: 999_000_000}
	span := oct2026.In(zone)
	for i := 0; span.From.Add(time.Duration(i) * time.Hour).Before(span.To); i++ {
		b := Bucket{At: span.From.Add(time.Duration(i) * time.Hour), Bad: 0.0004 + 0.0003*math.Sin(float64(i)), Events: 4000 + 2500*math.Sin(float64(i)/24*2*math.Pi)}
		if i == 130 {
			b.Bad = 0.034
		}
		if i > 300 && i < 340 && i != 320 {
			continue
		}
		tl.Buckets = append(tl.Buckets, b)
	}
	tl.Bands = []Band{
		{Span: slo.Span{From: span.From.Add(129 * time.Hour), To: span.From.Add(133 * time.Hour)}, Kind: IncidentBand, Label: label},
		{Span: slo.Span{From: span.From.Add(400 * time.Hour), To: span.From.Add(410 * time.Hour)}, Kind: UnexplainedBand},
	}
	return tl
}

func historyOf(label string) BudgetHistory {
	h := BudgetHistory{Label: label}
	for _, name := range []string{label, "Ledger, written in under 250 ms", "Webhooks"} {
		h.Rows = append(h.Rows, BudgetRow{name, checkoutStrip(24).Months})
	}
	for _, m := range h.Rows[0].Months {
		h.Months = append(h.Months, m.Month)
	}
	return h
}

func TestAFigureIsDataOnly(t *testing.T) {
	for _, f := range figures(t, "Checkout API") {
		var option map[string]any
		if err := json.Unmarshal(f.Option, &option); err != nil {
			t.Fatalf("%s: %v", f.ID, err)
		}
		for _, word := range []string{"__f__", "function", "http:", "https:", "=>"} {
			if bytes.Contains(f.Option, []byte(word)) {
				t.Errorf("%s holds %s", f.ID, word)
			}
		}
		if mode := option["tooltip"].(map[string]any)["renderMode"]; mode != "richText" {
			t.Errorf("%s draws tooltips as %v, which needs inline styles", f.ID, mode)
		}
		if on := option["aria"].(map[string]any)["enabled"]; on != true {
			t.Errorf("%s says nothing to screen readers", f.ID)
		}
	}
}

// Every name that an option gives a formatter or a colour has its meaning in
// the script that draws it.
func TestEveryNameHasAMeaningInTheScript(t *testing.T) {
	script, err := os.ReadFile("../../templates/assets/src/site.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range figures(t, "Checkout API") {
		for _, m := range regexp.MustCompile(`"(?:f|[a-z]+F)ormatter":"([^"]*)"`).FindAllSubmatch(f.Option, -1) {
			if !regexp.MustCompile(`(?m)^    `+string(m[1])+`: (function|percent)`).Match(script) && string(m[1]) != "percent" {
				t.Errorf("%s: site.js has no formatter %s", f.ID, m[1])
			}
		}
		for _, m := range regexp.MustCompile(`"(--[a-z0-9-]+)(@[0-9.]+)?"`).FindAllSubmatch(f.Option, -1) {
			if !strings.Contains(string(script), `"`+string(m[1])+`"`) {
				t.Errorf("%s: site.js has no colour %s", f.ID, m[1])
			}
		}
	}
}

func TestNoLabelLeavesItsScript(t *testing.T) {
	for _, label := range []string{"</script><script>alert(1)</script>", "<!--", "a\u2028b\u2029c", `"); alert(1); ("`, "]]>", `\`, "\x00\xff"} {
		for _, f := range figures(t, label) {
			script := string(f.Script())
			for _, bad := range []string{"<", ">", "&", "\u2028", "\u2029"} {
				if strings.Contains(script, bad) {
					t.Errorf("%q: %s holds %q", label, f.ID, bad)
				}
			}
			arguments := strings.TrimSuffix(strings.TrimPrefix(script, "tribune.figure("), ");\n")
			if err := json.Unmarshal([]byte("["+arguments+"]"), new([]any)); err != nil {
				t.Errorf("%q: %s is not data: %v", label, f.ID, err)
			}
		}
	}
}

func TestWhatIsNoNumberIsAnError(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		tl := timelineOf(t, "x")
		tl.Buckets[7].Bad = bad
		if _, err := tl.Figure("x"); err == nil || !strings.Contains(err.Error(), "figure x: ") {
			t.Errorf("a timeline with %v: %v", bad, err)
		}
		in := failover(t)
		in.Buckets[30].Bad = bad
		if _, err := in.Figure("x"); err == nil {
			t.Errorf("an incident with %v is drawn", bad)
		}
		h := historyOf("x")
		h.Rows[1].Months[5].Spent, h.Rows[1].Months[5].Known = bad, true
		f, err := h.Figure("x")
		if err != nil || bytes.Contains(f.Option, []byte("NaN")) { // a month that cannot be told is no data
			t.Errorf("a history with %v: %v", bad, err)
		}
	}
}

func TestAGapIsANull(t *testing.T) {
	tl := timelineOf(t, "x")
	sli, traffic := tl.data()
	nulls := 0
	for _, item := range sli {
		if v, ok := item.([2]any); ok && v[1] == nil {
			nulls++
		}
	}
	if nulls != 2 || len(traffic) != len(tl.Buckets)+2 { // before and after the bucket alone
		t.Errorf("%d nulls, %d items of %d buckets", nulls, len(traffic), len(tl.Buckets))
	}
}

func TestAnAxisFollowsTheSitesClock(t *testing.T) {
	zone := berlin(t)
	for _, c := range []struct{ utc, clock string }{
		{"2026-10-06T08:02:00Z", "2026-10-06T10:02:00Z"},
		{"2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z"}, // and once more, an hour later
		{"2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"},
		{"2026-12-01T12:00:00Z", "2026-12-01T13:00:00Z"},
	} {
		at, _ := time.Parse(time.RFC3339, c.utc)
		want, _ := time.Parse(time.RFC3339, c.clock)
		if got := clockMillis(at, zone); got != want.UnixMilli() {
			t.Errorf("%s is drawn at %v", c.utc, time.UnixMilli(got).UTC())
		}
	}
}

func TestTwoDrawingsOfAFigureAreEqual(t *testing.T) {
	one, two := figures(t, "Checkout"), figures(t, "Checkout")
	for i := range one {
		if !bytes.Equal(one[i].Script(), two[i].Script()) {
			t.Errorf("%s differs", one[i].ID)
		}
	}
}

func TestTwoNamesNeverShareAnID(t *testing.T) {
	ids := map[string]string{}
	for _, name := range []string{"a/b", "a.b", "a-b", "a_b", "A/b", "a b", "a", "", "ä", "a_2fb", "a/_b"} {
		id := FigureID("timeline", name)
		if other, taken := ids[id]; taken {
			t.Errorf("%q and %q are both %s", name, other, id)
		}
		ids[id] = name
		if !regexp.MustCompile(`^[a-z0-9._-]+$`).MatchString(id) {
			t.Errorf("%q has the ID %q", name, id)
		}
	}
	if id := FigureID("timeline", "payments/checkout-api/availability"); id != "timeline.payments.checkout-api.availability" {
		t.Error(id)
	}
}

func BenchmarkTimeline(b *testing.B) {
	tl := timelineOf(&testing.T{}, "Checkout API")
	for b.Loop() {
		f, err := tl.Figure("x")
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(f.Option)), "B/figure")
	}
}

func BenchmarkMarks(b *testing.B) {
	t := &testing.T{}
	burn, in, strip := checkoutBurnDown(t), failover(t), checkoutStrip(12)
	for _, c := range []struct {
		name string
		draw func() int
	}{
		{"burn-down", func() int { return len(burn.SVG()) }},
		{"incident", func() int { return len(in.SVG()) }},
		{"strip", func() int { return len(strip.SVG()) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(float64(c.draw()), "B/mark")
			}
		})
	}
}
