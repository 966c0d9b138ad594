package source

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// A counted is a series that a test's server answers with: its labels, and its
// value at an instant, or NaN-with-ok-false where there is none.
type counted struct {
	labels map[string]string
	at     func(at int64) (value float64, ok bool)
}

// always is a series without labels of one value.
func always(v float64) counted {
	return counted{map[string]string{}, func(int64) (float64, bool) { return v, true }}
}

// An asked is a range query that a server got.
type asked struct {
	query            string
	start, end, step int64
}

// A fakeServer answers range queries from what a test says of them, by query.
type fakeServer struct {
	series map[string][]counted
	mu     sync.Mutex
	asked  []asked
}

func (s *fakeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.FormValue("query")
	if r.URL.Path != "/api/v1/query_range" {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"status":"error","errorType":"bad_data","error":"parse error"}`)
		return
	}
	number := func(name string) int64 {
		f, err := strconv.ParseFloat(r.FormValue(name), 64)
		if err != nil {
			panic(err)
		}
		return int64(f)
	}
	a := asked{query, number("start"), number("end"), number("step")}
	s.mu.Lock()
	s.asked = append(s.asked, a)
	s.mu.Unlock()
	type series struct {
		Metric map[string]string `json:"metric"`
		Values [][2]any          `json:"values"`
	}
	result := []series{}
	for _, c := range s.series[query] {
		one := series{c.labels, nil}
		for at := a.start; at <= a.end; at += a.step {
			if v, ok := c.at(at); ok {
				one.Values = append(one.Values, [2]any{at, strconv.FormatFloat(v, 'g', -1, 64)})
			}
		}
		if one.Values != nil {
			result = append(result, one)
		}
	}
	json.NewEncoder(w).Encode(map[string]any{"status": "success", "data": map[string]any{"resultType": "matrix", "result": result}})
}

// openFor opens a source that asks the handler. Its pauses are short.
func openFor(t testing.TB, h http.Handler, change ...func(*catalog.Source)) *Prometheus {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	src := catalog.Source{Name: "prod", Kind: catalog.Prometheus, URL: server.URL, ScrapeInterval: time.Minute, Timeout: 5 * time.Second}
	for _, f := range change {
		f(&src)
	}
	p, err := OpenPrometheus(src, t.TempDir(), func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	p.pause = time.Millisecond
	p.Increase = Exact // so that queries and values are plain
	return p
}

// hours are buckets of 2026-10-05 in UTC.
func hours(from, to int) slo.Span {
	day := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	return slo.Span{From: day.Add(time.Duration(from) * time.Hour), To: day.Add(time.Duration(to) * time.Hour)}
}

// slo1 is an SLO that counts bad events by the hour.
var slo1 = catalog.SLO{ID: "a/b/c", Resolution: time.Hour, Bad: "bad", Total: "total", Counts: "increase"}

// tell asks about a span and writes each bucket as good/total, "–" where there is
// no data, and what is doubted.
func tell(t *testing.T, p *Prometheus, q Question, span slo.Span, id string) string {
	t.Helper()
	known := map[int64]slo.Tally{}
	var doubts []string
	var end time.Time
	err := p.Ask(context.Background(), q, span, func(a Answer) error {
		if !end.IsZero() && !a.Span.From.Equal(end) {
			t.Errorf("a part begins at %v, the one before it ended at %v", a.Span.From, end)
		}
		end = a.Span.To
		for _, p := range a.Series[id].Points {
			known[p.At] = p.Tally
		}
		if d, ok := a.Doubts[id]; ok {
			doubts = append(doubts, fmt.Sprintf("%+v", d))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !end.Equal(span.To) {
		t.Errorf("the answer ends at %v", end)
	}
	var words []string
	for at := span.From; at.Before(span.To); at = at.Add(q.Resolution()) {
		if y, ok := known[at.Unix()]; ok {
			words = append(words, y.Good.String()+"/"+y.Total.String())
		} else {
			words = append(words, "–")
		}
	}
	return strings.Join(append(words, doubts...), " ")
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// byHour is a series of one value an hour of 2026-10-05; NaN in the list is a
// value that the server gives, absent one that it does not.
func byHour(labels map[string]string, list ...float64) counted {
	return counted{labels, func(at int64) (float64, bool) {
		i := int(at-hours(0, 0).From.Unix())/3600 - 1 // a bucket's value is asked for at its end
		if i < 0 || i >= len(list) || list[i] == absent {
			return 0, false
		}
		return list[i], true
	}}
}

// absent marks an hour in which a server has no value.
const absent = -math.MaxFloat64
