package chart

import (
	"flag"
	"fmt"
	"html/template"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"tribune/generator/slo"
)

var update = flag.Bool("update", false, "rewrite testdata/gallery.html")

// An exhibit is one mark of the gallery, under the name that a person who looks
// at it knows it by.
type exhibit struct {
	name string
	mark template.HTML
}

// gallery is every mark in every state, with text that wants to be markup.
func gallery(t *testing.T) []exhibit {
	t.Helper()
	th := slo.DefaultThresholds
	var all []exhibit
	add := func(name string, mark template.HTML) { all = append(all, exhibit{name, mark}) }
	figure := func(name string, mark template.HTML) { add(name, "<figure>"+mark+"</figure>") }

	counts := map[slo.State]int{}
	glyphs := template.HTML("")
	for i, s := range slo.States {
		counts[s] = i + 1
		glyphs += Glyph(s) + " " + template.HTML(s.Word()) + " "
	}
	add("glyphs", glyphs)
	add("tally", Tally(counts))
	add("bullet axis", BulletAxis(th))
	for _, b := range []Bullet{
		{Spent: 1.4, State: slo.Exhausted},
		{Spent: 1.18, State: slo.Excepted},
		{Spent: 0.88, State: slo.AtRisk},
		{Spent: 0.44, State: slo.IncompleteData, Coverage: 0.9315},
		{Spent: 0, State: slo.NoData},
		{Spent: 0, State: slo.TooLittleTraffic},
		{Spent: 0.62, State: slo.Watch},
		{Spent: 0.38, State: slo.Healthy},
		{Spent: 0.004, State: slo.Healthy},
		{Spent: 9.4, State: slo.Exhausted},
	} {
		b.Label, b.Known, b.Thresholds = "Checkout API", b.State != slo.NoData, th
		add("bullet "+percent(b.Spent)+" "+b.State.Word(), b.SVG())
	}
	add("strip of 12", checkoutStrip(12).SVG())
	add("strip of 24", checkoutStrip(24).SVG())
	add("missed", missed(0, 0, 1, 0, 2, 3, 0, -1, -1, 0, 12, 2).SVG())
	for _, l := range []LedgerBar{
		{"Checkout API, errors", 0.91, 0.1, 0.27, 0.12},
		{"Webhooks", 0, 0, 0.04, 0.17},
		{"Ledger, latency", 2.4, 0.1, 0.2, 0.3},
		{"Idle", 0, 0, 0, 0.002},
	} {
		add("ledger bar "+l.Label, l.SVG())
	}
	figure("burn-down, worst", checkoutBurnDown(t).SVG())
	figure("burn-down, running", runningBurnDown(t).SVG())
	figure("calendar", october(t).SVG())
	add("incident by the minute", failover(t).SVG())
	add("incident by the hour", slowIndex(t).SVG())
	figure("SLI by month", ledgerMonths(24).SVG())
	add("clock axis", ClockAxis())
	for _, c := range []ClockBar{
		{"Rotate partner certificates", 20.03, ClockLate},
		{"Rebuild search replicas", 17.42, ClockPresses},
		{"Grow storage volumes", 8.68, ClockRuns},
		{"Began today", 0, ClockRuns},
		{"On its deadline", 18, ClockPresses},
		{"Collect audit evidence", 13.58, ClockExempt},
		{"Exempt for long", 20.5, ClockExempt},
		{"Failover drill", 16.5, ClockStopped},
		{"Sweep old logs", 17.3, ClockStopped},
		{"Answer quota requests", 20.3, ClockStopped},
		{"Watch the partner file drop", 12.5, ClockStopped},
		{"Forgotten", 31, ClockLate},
		{"Handed over at last", 31, ClockStopped},
	} {
		add("clock, "+c.Label, c.SVG())
	}
	for _, b := range []ShareBar{
		{"Focus split", 0.535, true, 0.4, 0.6, 0.5},
		{"Focus split", 0.625, true, 0.4, 0.6, 0.5},
		{"Toil share", 0.41, true, 0, 0, 0.5},
		{"Toil share", 0, false, 0, 0, 0.5},
	} {
		add("share, "+b.title(), b.SVG())
	}
	add("share by month, with a band", shareMonths(0.4, 0.6).SVG())
	add("share by month, with a cap", shareMonths(0, 0).SVG())
	figure("handover", handoverOf("Time to <handover>").SVG())
	figure("handover, without a median", Handover{Label: "Time to handover", Watched: []HandoverStep{{3, 0, "x"}, {31, 0, "y"}}}.SVG())
	add("bar", `<div class="hbars">`+HBar(0.36)+"</div>")
	return all
}

// TestGallery compares all marks with the gallery that a person has looked at.
// Run with -update, then look at testdata/gallery.html in a browser, light and
// dark, wide and narrow.
func TestGallery(t *testing.T) {
	var b strings.Builder
	b.WriteString(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self' file:">
<title>Marks</title>
<link rel="stylesheet" href="../../../templates/style.css">
</head>
<body>
`)
	b.WriteString(string(Defs()))
	b.WriteString("\n<main class=\"page\">\n<h1>Marks</h1>\n")
	for _, e := range gallery(t) {
		fmt.Fprintf(&b, "<h3>%s</h3>\n%s\n", e.name, e.mark)
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	got := b.String()

	const file = "testdata/gallery.html"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("%s:%d differs (go test -update, then look):\n got %s\nwant %s", file, i+1, gotLines[i], wantLines[i])
		}
	}
	t.Fatalf("%s has %d lines, want %d", file, len(wantLines), len(gotLines))
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

var oct2026 = slo.Month{Year: 2026, Month: time.October}

// checkoutStrip has every kind of column.
func checkoutStrip(n int) Strip {
	s := Strip{Label: "Checkout API <errors>", Thresholds: slo.DefaultThresholds}
	spent := []float64{0, 0, 0.38, 0.44, 0, 0.52, 1.29, 0.57, 2.66, 0.97, 0.84, 1.4}
	states := []slo.State{slo.NoData, slo.NoData, slo.Healthy, slo.Healthy, slo.NoData, slo.Watch, slo.Exhausted, slo.TooLittleTraffic, slo.Exhausted, slo.Excepted, slo.IncompleteData, slo.Exhausted}
	for i := range n {
		k := i % 12
		s.Months = append(s.Months, StripMonth{
			Month: oct2026.Add(i + 1 - n), Spent: spent[k], State: states[k],
			Known: states[k] != slo.NoData, InScope: i > 1, Changed: k == 7,
		})
	}
	return s
}

// missed makes a tribe's strip; -1 is a month without data.
func missed(counts ...int) Missed {
	m := Missed{Label: "Payments & co"}
	for i, n := range counts {
		m.Months = append(m.Months, MissedMonth{oct2026.Add(i + 1 - len(counts)), n, n >= 0})
	}
	return m
}

// checkoutBurnDown spends 140% of a budget: mostly in one incident, and in four
// smaller drops.
func checkoutBurnDown(t *testing.T) BurnDown {
	zone := berlin(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 10, day, hour, 0, 0, 0, zone) }
	b := BurnDown{
		Label: "Checkout API, errors", Span: oct2026.In(zone), Zone: zone, End: at(32, 0),
		Bands: []Band{
			{slo.Span{From: at(6, 10), To: at(6, 11)}, IncidentBand, "INC-212", 0.76},
			{slo.Span{From: at(17, 2), To: at(17, 4)}, UnexplainedBand, "", 0.21},
			{slo.Span{From: at(20, 0), To: at(20, 2)}, MaintenanceBand, "", 0.1},
			{slo.Span{From: at(21, 14), To: at(21, 15)}, IncidentBand, "INC-215", 0.15},
			{slo.Span{From: at(29, 13), To: at(29, 14)}, UnexplainedBand, "", 0.06},
		},
	}
	background := 1.4
	for _, band := range b.Bands {
		background -= band.Share
	}
	left := 1.0
	b.Points = []BurnPoint{{b.Span.From, 1}}
	for h := b.Span.From; h.Before(b.Span.To); h = h.Add(time.Hour) {
		for _, band := range b.Bands {
			if band.Span.Contains(h) {
				left -= band.Share / band.Span.Duration().Hours()
			}
		}
		left -= background / b.Span.Duration().Hours()
		b.Points = append(b.Points, BurnPoint{h.Add(time.Hour), left})
	}
	b.Low = LowEnd(b.Points)
	return b
}

// runningBurnDown is a month in its second week, with a gap, on a scale that a
// worse neighbour has set.
func runningBurnDown(t *testing.T) BurnDown {
	b := checkoutBurnDown(t)
	b.Label, b.End, b.Low = "Ledger, latency", b.Span.From.AddDate(0, 0, 11), -4
	b.Bands = []Band{b.Bands[0], {slo.Span{From: b.End.AddDate(0, 0, -3), To: b.End.AddDate(0, 0, -2)}, MissingBand, "", 0}}
	return b
}

func october(t *testing.T) Heatmap {
	h := Heatmap{Label: "Checkout API", Month: oct2026}
	for n := 1; n <= 24; n++ {
		d := Day{Date: slo.Date{Year: 2026, Month: time.October, Day: n}, Spent: 0.004, Known: n != 12 && n != 13, NoTraffic: n == 4}
		switch n {
		case 6:
			d.Spent = 0.764
		case 17:
			d.Spent = 0.212
		case 20:
			d.Spent = 0.101
		case 21, 22:
			d.Spent = 0.06
		case 9:
			d.Spent = 0.025
		case 18:
			d.Spent = 0
		}
		h.Days = append(h.Days, d)
	}
	return h
}

// failover is an incident in buckets of a minute, whose text is three minutes
// late.
func failover(t *testing.T) Incident {
	zone := berlin(t)
	at := func(hour, minute int) time.Time { return time.Date(2026, 10, 6, hour, minute, 0, 0, zone) }
	in := Incident{
		Label: "Checkout API, answered without a server error",
		Span:  slo.Span{From: at(9, 45), To: at(11, 1)}, Zone: zone, Step: time.Minute,
		Objective: 999_000_000,
		Impact:    slo.Span{From: at(10, 2), To: at(10, 49)},
		TextSays:  at(10, 5), DataSay: at(10, 2),
	}
	for m := in.Span.From; m.Before(in.Span.To); m = m.Add(time.Minute) {
		b := Bucket{At: m, Events: 960}
		switch minute := m.Sub(in.Impact.From).Minutes(); {
		case minute < 0 || minute >= 47:
		case minute < 6:
			b.Bad = 0.13 + 0.152*minute
		case minute < 30:
			b.Bad = 0.916 + 0.02*math.Sin(2*minute)
		default:
			b.Bad = 0.93 - 0.052*(minute-30)
		}
		if m.Before(at(9, 52)) && m.After(at(9, 48)) {
			continue
		}
		in.Buckets = append(in.Buckets, b)
	}
	for i, m := range []time.Time{at(10, 2), at(10, 8), at(10, 11), at(10, 19), at(10, 31), at(10, 38), at(10, 49)} {
		in.Markers = append(in.Markers, Marker{Sign: fmt.Sprint(i + 1), At: m, Text: "Row <" + fmt.Sprint(i+1) + ">", Href: "#t-" + fmt.Sprint(i+1)})
	}
	return in
}

// slowIndex is an incident in hourly buckets across the night the clocks go
// back, with more rows in its timeline than a phone has room for.
func slowIndex(t *testing.T) Incident {
	zone := berlin(t)
	at := func(day, hour int) time.Time { return time.Date(2026, 10, day, hour, 0, 0, 0, zone) }
	in := Incident{
		Label: "Ledger, written in under 250 ms",
		Span:  slo.Span{From: at(24, 6), To: at(26, 12)}, Zone: zone, Step: time.Hour,
		Objective: 995_000_000,
		Impact:    slo.Span{From: at(24, 10), To: at(24, 22)},
	}
	for h := in.Span.From; h.Before(in.Span.To); h = h.Add(time.Hour) {
		b := Bucket{At: h, Events: 4000, Bad: 0.001}
		if in.Impact.Contains(h) {
			b.Bad = 0.034
		}
		if h.After(at(25, 2)) && h.Before(at(25, 6)) {
			b.Events = 0
		}
		if h.After(at(25, 20)) && h.Before(at(26, 1)) {
			continue
		}
		in.Buckets = append(in.Buckets, b)
	}
	for i := range 30 {
		in.Markers = append(in.Markers, Marker{Sign: fmt.Sprint(i + 1), At: in.Impact.From.Add(time.Duration(i) * time.Hour / 2)})
	}
	return in
}

func ledgerMonths(n int) MonthlySLI {
	s := MonthlySLI{Label: "Ledger, written in under 250 ms"}
	for i := range n {
		m := SLIMonth{Month: oct2026.Add(i + 1 - n), Known: i != 9, InScope: i > 3, Objective: 990_000_000, Events: 1e6 * (1 + float64(i)/20)}
		m.SLI = 0.9966 - 0.001*math.Sin(float64(i))
		if m.Objective = 990_000_000; i >= 20 {
			m.Objective, m.SLI = 995_000_000, 0.99471+0.0001*float64(i%3)
		}
		s.Months = append(s.Months, m)
	}
	return s
}

// shareMonths has a month that is not told and some outside their limits.
func shareMonths(low, high float64) ShareStrip {
	s := ShareStrip{Label: "Share <of time>", Low: low, High: high, Limit: 0.5}
	for i, share := range []float64{0.57, 0, 0.56, 0.54, 0.52, 0.5, 0.49, 0.5, 0.38, 0.45, 0.43, 0.625} {
		outside := share > 0.5
		if high > 0 {
			outside = share < low || share > high
		}
		s.Months = append(s.Months, ShareMonth{oct2026.Add(i - 11), share, i != 1, outside})
	}
	return s
}

func handoverOf(label string) Handover {
	return Handover{
		Label: label, Median: 17,
		Steps: []HandoverStep{
			{9, 0.07, label}, {11, 0.14, label}, {12, 0.21, label}, {14, 0.29, label}, {15, 0.38, label}, {16.5, 0.48, label},
			{17, 0.59, label}, {17.3, 0.69, label}, {20.3, 1, label},
		},
		Watched: []HandoverStep{{2.7, 0, label}, {7, 0, label}, {12.5, 0.21, label}, {17.4, 0.69, label}, {19.6, 0.69, label}},
	}
}
