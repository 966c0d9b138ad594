package chart

import (
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"tribune/generator/slo"
)

// check fails unless the mark holds every one of the texts.
func check(t *testing.T, mark template.HTML, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(string(mark), text) {
			t.Errorf("no %q in\n%s", text, mark)
		}
	}
}

func checkNot(t *testing.T, mark template.HTML, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(string(mark), text) {
			t.Errorf("%q in\n%s", text, mark)
		}
	}
}

func TestAMarkIsWellFormedAndPlain(t *testing.T) {
	all := append(gallery(t), exhibit{"defs", Defs()})
	for _, e := range all {
		dec := xml.NewDecoder(strings.NewReader("<div>" + string(e.mark) + "</div>"))
		for {
			token, err := dec.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", e.name, err)
				break
			}
			start, _ := token.(xml.StartElement)
			for _, a := range start.Attr {
				if name := a.Name.Local; name == "style" || strings.HasPrefix(name, "on") {
					t.Errorf("%s: <%s> has the attribute %s", e.name, start.Name.Local, name)
				}
				if a.Name.Local == "id" && e.name != "defs" {
					t.Errorf("%s: id %q could collide with another mark's", e.name, a.Value)
				}
			}
		}
		if long := regexp.MustCompile(`[0-9]\.[0-9]{3,}`).FindString(string(e.mark)); long != "" && e.name != "SLI by month" {
			t.Errorf("%s: %s has more than two decimals", e.name, long)
		}
		for _, ref := range regexp.MustCompile(`(?:url\(|<use href=")#([^)"]+)`).FindAllStringSubmatch(string(e.mark), -1) {
			if !strings.Contains(string(Defs()), `id="`+ref[1]+`"`) {
				t.Errorf("%s refers to #%s, which Defs does not define", e.name, ref[1])
			}
		}
	}
}

// Every kind of mark, with one label and one share all over.
func marksOf(label string, share float64) []template.HTML {
	th := slo.DefaultThresholds
	span := oct2026.In(time.UTC)
	at := func(hours int) time.Time { return span.From.Add(time.Duration(hours) * time.Hour) }
	var marks []template.HTML
	for _, s := range slo.States {
		marks = append(marks,
			Bullet{label, share, true, s, share, th}.SVG(),
			Strip{label, []StripMonth{{oct2026, share, true, true, true, s}, {oct2026.Add(1), share, true, true, true, s}}, th}.SVG())
	}
	burn := BurnDown{
		Label: label, Span: span, Zone: time.UTC, End: at(400),
		Points: []BurnPoint{{at(0), 1}, {at(100), 1 - share}, {at(300), share}},
		Bands:  []Band{{slo.Span{From: at(50), To: at(60)}, IncidentBand, label, share}, {slo.Span{From: at(90), To: at(95)}, MissingBand, label, share}},
	}
	burn.Low = LowEnd(burn.Points)
	in := Incident{
		Label: label, Span: slo.Span{From: at(0), To: at(48)}, Zone: time.UTC, Step: time.Hour, Objective: 999_000_000,
		Buckets: []Bucket{{at(1), share, 10}, {at(2), share, share}}, Impact: slo.Span{From: at(1), To: at(3)}, TextSays: at(2), DataSay: at(1),
		Markers: []Marker{{"1", at(1), label, ""}, {label, at(1), label, label}},
	}
	return append(marks,
		Missed{label, []MissedMonth{{oct2026, int(min(max(share, -9), 9)), true}}}.SVG(),
		LedgerBar{label, share, share, share, share}.SVG(),
		burn.SVG(),
		Heatmap{label, oct2026, []Day{{slo.Date{Year: 2026, Month: 10, Day: 3}, share, true, false}}}.SVG(),
		in.SVG(),
		MonthlySLI{label, []SLIMonth{{oct2026, share, true, true, 999_000_000, share}, {oct2026.Add(1), 1 - share, true, true, 990_000_000, share}}}.SVG(),
		ClockBar{label, share, ClockLate}.SVG(), ClockBar{label, share, ClockStopped}.SVG(),
		ShareBar{label, share, true, 0.4, 0.6, 0.5}.SVG(),
		ShareStrip{label, []ShareMonth{{oct2026, share, true, true}, {oct2026.Add(1), share, false, false}}, 0.4, 0.6, 0.5}.SVG(),
		Handover{label, []HandoverStep{{share, share, label}}, []HandoverStep{{share, share, label}}, share}.SVG(),
		HBar(share), BulletAxis(slo.Thresholds{AtRisk: share, Watch: share}))
}

func TestALabelStaysALabel(t *testing.T) {
	for _, label := range []string{`</title><script>alert(1)</script>`, `" onload="x`, `<img src=x>`, `a & b`, "'"} {
		for _, mark := range marksOf(label, 0.5) {
			checkNot(t, mark, "<script", "<img", ` onload="`)
			if err := xml.Unmarshal([]byte("<div>"+string(mark)+"</div>"), new(struct{})); err != nil {
				t.Errorf("%q: %v in\n%s", label, err, mark)
			}
		}
	}
}

func TestWhatIsNoNumberIsNeverDrawn(t *testing.T) {
	shares := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), -3, 1e-300, 1e6, math.MaxFloat64, -math.MaxFloat64}
	for _, share := range shares {
		for _, mark := range marksOf("x", share) {
			checkNot(t, mark, "NaN", "Inf", `"-0"`)
		}
	}
}

func TestASameMarkHasTheSameBytes(t *testing.T) {
	one, two := gallery(t), gallery(t)
	for i := range one {
		if one[i] != two[i] {
			t.Errorf("%s differs between two drawings", one[i].name)
		}
	}
}

func TestABulletSaysItsNumberAndDrawsItToScale(t *testing.T) {
	law := func(n uint16) bool {
		share := float64(n) / 10000 // 0 to 655%
		mark := string(Bullet{Label: "x", Spent: share, Known: true, State: slo.Healthy, Thresholds: slo.DefaultThresholds}.SVG())
		if !strings.Contains(mark, "<title>x: "+template.HTMLEscapeString(slo.BudgetPercent(share))+" of the budget spent</title>") {
			return false
		}
		width := math.Round(min(share, 1.5)*13333.33) / 100
		if share > 1.5 {
			width = 195
		}
		return width < 0.01 || strings.Contains(mark, fmt.Sprintf(`y="4" width="%v"`, width)) ||
			strings.Contains(mark, fmt.Sprintf(`y="4" width="%v"`, math.Round(width*100+1)/100)) // 133.33… against 400/3
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}

func TestBullets(t *testing.T) {
	th := slo.DefaultThresholds
	draw := func(s slo.State, spent float64, known bool) template.HTML {
		return Bullet{"Checkout", spent, known, s, 0.932, th}.SVG()
	}
	check(t, draw(slo.Exhausted, 1.4, true), `<title>Checkout: 140% of the budget spent</title>`, `width="186.67" height="8" class="bar exhausted"`, `M66.67 4v8M100 4v8`)
	check(t, draw(slo.Excepted, 1.18, true), `class="bar exhausted"`)
	check(t, draw(slo.Excepted, 0.8, true), `class="bar at-risk"`)
	check(t, draw(slo.Excepted, 0.6, true), `class="bar watch"`)
	check(t, draw(slo.IncompleteData, 0.44, true), "44% of the budget spent, with data for 93.2% of the time", "fill-bg", "#p-gap")
	check(t, draw(slo.NoData, 0, true), "Checkout: no data", `width="133.33" height="8" fill="url(#p-gap)"`)
	check(t, draw(slo.Healthy, 0.3, false), "Checkout: no data")
	check(t, draw(slo.TooLittleTraffic, 0, true), "too little traffic to judge", `stroke-dasharray="2 3"`)
	check(t, draw(slo.Exhausted, 1.6, true), `M195 4l5 4-5 4z`, "160%")
	check(t, draw(slo.Exhausted, 1.001, true), "100.1%")
	checkNot(t, BulletAxis(slo.Thresholds{AtRisk: 0.05, Watch: 0.5}), ">95<") // it would touch 100%
}

func TestAStripNamesEveryMonth(t *testing.T) {
	mark := checkoutStrip(12).SVG()
	check(t, mark, `<title>Checkout API &lt;errors&gt;: budget spent by month, November 2025 to October 2026: `+
		`not in scope, not in scope, 38%, 44%, no data, 52%, 129%, too little traffic, 266%, 97%, 84% of incomplete data, 140%</title>`,
		"<desc>The objective changed in June 2026.</desc>", `viewBox="0 0 118 34"`)
	check(t, checkoutStrip(24).SVG(), `class="strip wide" viewBox="0 0 238 34"`)
}

func TestMissedObjectivesAreCounted(t *testing.T) {
	mark := missed(0, 2, -1, 12).SVG()
	check(t, mark, "July 2026 to October 2026: 0, 2, no data, 12</title>", ">12</text>")
	if n := strings.Count(string(mark), "bar exhausted"); n != 4 {
		t.Errorf("%d squares, want 4", n)
	}
}

func TestLedgerPointsAddUp(t *testing.T) {
	law := func(a, b, c, d uint16) bool {
		shares := []float64{float64(a) / 9999, float64(b) / 9999, float64(c) / 9999, float64(d) / 9999}
		sum, printed := 0.0, 0
		for i, p := range Points(shares...) {
			sum += shares[i]
			n := 0
			if p != "<1" {
				fmt.Sscan(p, &n)
			}
			printed += n
			if math.Abs(float64(n)-shares[i]*100) >= 1 {
				return false
			}
		}
		return printed == int(math.Round(sum*100))
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
	check(t, LedgerBar{"Ledger", 0.915, 0.104, 0.268, 0.114}.SVG(), "incidents 92, maintenance 10, unexplained 27, background 11 points of 100")
}

func TestAClockHasACellForEachMonth(t *testing.T) {
	draw := func(months float64, tone ClockTone) template.HTML { return ClockBar{"Rotate", months, tone}.SVG() }
	check(t, draw(8.68, ClockRuns), "<title>Rotate: 8.7 of 18 months, running</title>", `<rect x="84" y="3" width="5.44" height="10" class="bar healthy"/>`)
	check(t, draw(17.4, ClockPresses), "due soon", `class="bar at-risk"`)
	late := draw(20.03, ClockLate)
	check(t, late, "20 of 18 months, overdue", `<rect x="202" y="3" width="8" height="10" class="bar exhausted"/>`)
	checkNot(t, late, `class="bar healthy"`, "l3 4 5-9")
	check(t, draw(16.5, ClockStopped), "l3 4 5-9", `class="fill-inc"`)
	checkNot(t, draw(16.5, ClockStopped), `class="bar`)
	check(t, draw(31, ClockLate), "l4 5-4 5z", "31 of 18 months")
	for months, cells := range map[float64]int{0: 0, 0.2: 1, 1: 1, 17.99: 18, 18: 18, 18.2: 19, 23: 23, 99: 23} {
		if n := strings.Count(string(draw(months, ClockStopped)), "fill-inc") - strings.Count(string(draw(months, ClockStopped)), "l4 5-4 5z"); n != cells {
			t.Errorf("after %v months %d cells are filled, want %d", months, n, cells)
		}
	}
}

func TestAShareIsDrawnAgainstItsLimits(t *testing.T) {
	check(t, ShareBar{"Focus split", 0.535, true, 0.4, 0.6, 0.5}.SVG(),
		"<title>Focus split: 53.5%</title>", `<rect x="80" y="1" width="40" height="14" class="band"/>`, `width="107" height="8" class="fill-inc"`, "M100 0V16")
	check(t, ShareBar{"Toil", 0, false, 0, 0, 0.5}.SVG(), "<title>Toil: not told</title>", "#p-gap")
	checkNot(t, ShareBar{"Toil", 0.41, true, 0, 0, 0.5}.SVG(), "band")
	strip := shareMonths(0.4, 0.6).SVG()
	check(t, strip, "<title>Share &lt;of time&gt; by month, November 2025 to October 2026: 57%, not told, 56%,", "62.5%</title>")
	if n := strings.Count(string(strip), "bar exhausted"); n != 2 {
		t.Errorf("%d columns are outside the band, want 2", n)
	}
}

func TestTheHandoverSaysItsMedianOnlyIfThereIsOne(t *testing.T) {
	check(t, handoverOf("Time to handover").SVG(), "median 17", "half are handed over by 17 months", ">24 months<", "M257 10V150")
	none := Handover{Label: "Time to handover", Watched: []HandoverStep{{31, 0, "x"}}}.SVG()
	checkNot(t, none, "median", `class="even"`)
	check(t, none, "fewer than half", ">36 months<")
}
