package source

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

func TestGoodAndTotalAreAskedAtTheSameEndsOfBuckets(t *testing.T) {
	s := &fakeServer{series: map[string][]counted{"bad": {always(1)}, "total": {always(10)}}}
	p := openFor(t, s)
	expect(t, "three hours", tell(t, p, Question{[]catalog.SLO{slo1}}, hours(2, 5), "a/b/c"), "9/10 9/10 9/10")
	slices.SortFunc(s.asked, func(a, b asked) int { return len(a.query) - len(b.query) })
	at := hours(3, 5)
	want := fmt.Sprint([]asked{{"bad", at.From.Unix(), at.To.Unix(), 3600}, {"total", at.From.Unix(), at.To.Unix(), 3600}})
	expect(t, "what was asked", fmt.Sprint(s.asked), want)
}

func TestWhatAnAnswerMeans(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		what        string
		some, total []float64
		bad, good   string // by whether some counts bad or good events
	}{
		{"traffic", []float64{1, 0}, []float64{10, 10}, "9/10 10/10", "1/10 0/10"},
		{"no traffic", []float64{0, nan}, []float64{0, 0}, "0/0 0/0", "0/0 0/0"},
		{"an absent total", []float64{1, 1}, []float64{absent, 10}, "– 9/10", "– 1/10"},
		{"absent beside a total", []float64{absent, 1}, []float64{10, 10}, "10/10 9/10", "0/10 1/10"},
		{"absent beside no traffic", []float64{absent, 1}, []float64{0, 10}, "0/0 9/10", "0/0 1/10"},
		{"parts of an event", []float64{0.33333, 0}, []float64{10.0004, 10}, "9.667/10 10/10", "0.333/10 0/10"},
		{"a little more than all", []float64{10.5, 1010}, []float64{10, 1000}, "0/10 0/1000", "10/10 1000/1000"},
		{"a rounding error below nothing", []float64{-1e-9, 0}, []float64{10, 10}, "10/10 10/10", "0/10 0/10"},
		{"no number beside traffic", []float64{nan, 1}, []float64{10, 10},
			"– 9/10 {LeftOut:1 Why:2026-10-05T00:00:00Z: bad: NaN is not a number of events}",
			"– 1/10 {LeftOut:1 Why:2026-10-05T00:00:00Z: good: NaN is not a number of events}"},
		{"infinity", []float64{1, inf}, []float64{inf, 10},
			"– – {LeftOut:2 Why:2026-10-05T00:00:00Z: total: +Inf is not a number of events}",
			"– – {LeftOut:2 Why:2026-10-05T00:00:00Z: total: +Inf is not a number of events}"},
		{"below nothing", []float64{-5, 1}, []float64{10, 10},
			"– 9/10 {LeftOut:1 Why:2026-10-05T00:00:00Z: bad: -5 is not a number of events}",
			"– 1/10 {LeftOut:1 Why:2026-10-05T00:00:00Z: good: -5 is not a number of events}"},
		{"more than all", []float64{200, 1}, []float64{100, 10},
			"– 9/10 {LeftOut:1 Why:2026-10-05T00:00:00Z: bad (200) is more than total (100)}",
			"– 1/10 {LeftOut:1 Why:2026-10-05T00:00:00Z: good (200) is more than total (100)}"},
		{"never good", []float64{absent, absent}, []float64{10, 10},
			"10/10 10/10", "0/10 0/10"},
	} {
		p := openFor(t, &fakeServer{series: map[string][]counted{
			"some": {byHour(map[string]string{}, c.some...)}, "total": {byHour(map[string]string{}, c.total...)},
		}})
		bad, good := slo1, slo1
		bad.Bad, good.Bad, good.Good = "some", "", "some"
		expect(t, c.what+", bad", tell(t, p, Question{[]catalog.SLO{bad}}, hours(0, 2), "a/b/c"), c.bad)
		expect(t, c.what+", good", tell(t, p, Question{[]catalog.SLO{good}}, hours(0, 2), "a/b/c"), c.good)
	}
}

func TestSeriesOfOneSLOAreSummed(t *testing.T) {
	pod := func(name string) map[string]string { return map[string]string{"pod": name} }
	p := openFor(t, &fakeServer{series: map[string][]counted{
		"bad":   {byHour(pod("a"), 1, 0), byHour(pod("b"), 1, absent)},
		"total": {byHour(pod("b"), 4, absent), byHour(pod("a"), 6, 7), byHour(pod("c"), 0.5, 0.25)},
	}})
	expect(t, "three pods", tell(t, p, Question{[]catalog.SLO{slo1}}, hours(0, 3), "a/b/c"), "8.5/10.5 7.25/7.25 –")
}

func TestOneQuestionServesAllSLOsOfATemplate(t *testing.T) {
	of := func(service string) map[string]string { return map[string]string{"service": service} }
	s := &fakeServer{series: map[string][]counted{
		"bad":   {byHour(of("cart"), 1, 1)},
		"total": {byHour(of("cart"), 10, 10), byHour(of("ledger-v2"), 20, 20), byHour(of("unheard-of"), 30, 30), byHour(map[string]string{}, 5, 5)},
	}}
	p := openFor(t, s)
	var all []catalog.SLO
	for service, match := range map[string]string{"cart": "cart", "ledger": "ledger-v2", "mail": "mail"} {
		o := slo1
		o.ID, o.Service, o.Template, o.By, o.Match = "a/"+service+"/c", service, "a/c", "service", match
		all = append(all, o)
	}
	questions := Questions(all)
	if len(questions) != 1 || len(questions[0].SLOs) != 3 {
		t.Fatalf("%d questions", len(questions))
	}
	expect(t, "cart", tell(t, p, questions[0], hours(0, 2), "a/cart/c"), "9/10 9/10")
	expect(t, "ledger", tell(t, p, questions[0], hours(0, 2), "a/ledger/c"), "20/20 20/20")
	expect(t, "mail", tell(t, p, questions[0], hours(0, 2), "a/mail/c"), "– –")
	if len(s.asked) != 6 {
		t.Errorf("%d requests for three answers; want 2 each", len(s.asked))
	}
}

func TestSLOsThatCountInAnotherWayAreAskedApart(t *testing.T) {
	finer, other, alone := slo1, slo1, slo1
	finer.ID, finer.Resolution = "a/b/d", 5*time.Minute
	other.ID, other.Total = "a/b/e", "others"
	alone.ID, alone.Bad, alone.Total = "a/b/f", "", ""
	same := slo1
	same.ID = "a/a/a"
	questions := Questions([]catalog.SLO{slo1, finer, other, alone, same})
	var text string
	for _, q := range questions {
		for _, o := range q.SLOs {
			text += o.ID + " "
		}
		text += "| "
	}
	expect(t, "questions", text, "a/a/a a/b/c | a/b/d | a/b/e | ")
}

func TestALongSpanIsAskedInParts(t *testing.T) {
	s := &fakeServer{series: map[string][]counted{"bad": {always(1)}, "total": {always(10)}}}
	p := openFor(t, s)
	fine := slo1
	fine.Resolution = 5 * time.Minute
	span := slo.Span{From: hours(0, 0).From, To: hours(0, 0).From.AddDate(0, 0, 90)}
	buckets := 0
	err := p.Ask(context.Background(), Question{[]catalog.SLO{fine}}, span, func(a Answer) error {
		buckets += len(a.Series["a/b/c"].Points)
		return nil
	})
	if err != nil || buckets != 90*288 {
		t.Errorf("%d buckets, %v; want %d", buckets, err, 90*288)
	}
	for _, a := range s.asked {
		if n := (a.end-a.start)/a.step + 1; n > 11_000 || a.start%a.step != 0 || a.end%a.step != 0 {
			t.Errorf("asked for %d points from %d to %d", n, a.start, a.end)
		}
	}
	if len(s.asked) != 2*3 {
		t.Errorf("%d requests; want 6", len(s.asked))
	}
}

func TestSlicesOfTimeAreSummedIntoBuckets(t *testing.T) {
	minute := func(labels map[string]string, of func(minute int) float64) counted {
		return counted{labels, func(at int64) (float64, bool) {
			v := of(int(at-hours(0, 0).From.Unix())/60 - 1)
			return v, v != absent
		}}
	}
	total := minute(map[string]string{}, func(m int) float64 {
		switch {
		case m < 10:
			return 0 // no traffic
		case m >= 60 && m < 120:
			return absent
		case m == 130:
			return absent
		}
		return 100
	})
	bad := minute(map[string]string{}, func(m int) float64 {
		switch m {
		case 20:
			return 5 // exactly what is allowed
		case 21, 22, 125:
			return 6
		}
		return absent
	})
	p := openFor(t, &fakeServer{series: map[string][]counted{"bad": {bad}, "total": {total}}})
	o := slo1
	o.Budgeting, o.Slice, o.SliceTarget = catalog.Timeslices, time.Minute, 950_000_000
	expect(t, "slices", tell(t, p, Question{[]catalog.SLO{o}}, hours(0, 4), "a/b/c"), "48/50 – 58/59 60/60")
	o.Budgeting = catalog.RatioTimeslices
	expect(t, "shares of slices", tell(t, p, Question{[]catalog.SLO{o}}, hours(0, 4), "a/b/c"), "49.83/50 – 58.94/59 60/60")
}

func TestAServerIsAskedHowItCounts(t *testing.T) {
	for _, c := range []struct {
		understands string
		want        Increase
	}{
		{"vector(1) default 0", Exact},
		{"increase(up[1m] anchored)", Anchored},
		{"", Overlap},
	} {
		p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.FormValue("query") == c.understands {
				fmt.Fprint(w, `{"status":"success","data":{"resultType":"vector","result":[]}}`)
				return
			}
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"status":"error","errorType":"bad_data","error":"1:11: parse error"}`)
		}))
		if err := p.Detect(context.Background(), hours(0, 0).From); err != nil || p.Increase != c.want {
			t.Errorf("a server that understands %q counts by %s, %v; want %s", c.understands, p.Increase, err, c.want)
		}
	}
}

func TestNoMoreQuestionsAtATimeThanAllowed(t *testing.T) {
	now, most := make(chan struct{}, 100), 0
	s := &fakeServer{}
	p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now <- struct{}{}
		most = max(most, len(now))
		time.Sleep(2 * time.Millisecond)
		s.ServeHTTP(w, r)
		<-now
	}), func(src *catalog.Source) { src.Concurrency = 1 })
	expect(t, "nothing", tell(t, p, Question{[]catalog.SLO{slo1}}, hours(0, 1), "a/b/c"), "–")
	if most != 1 || p.Requests() != 2 {
		t.Errorf("%d requests, %d at once; want 2, 1", p.Requests(), most)
	}
}
