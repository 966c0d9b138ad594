package source

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tribune/generator/catalog"
)

// An answer of 50,000 series is too large for 48 hours at once: it is asked for
// in parts that are not.
func TestAnAnswerThatIsTooLargeIsAskedForInSmallerParts(t *testing.T) {
	s := &fakeServer{series: map[string][]counted{"bad": nil}}
	for i := range 50_000 {
		s.series["total"] = append(s.series["total"], counted{map[string]string{"pod": fmt.Sprintf("shop-%d", i)}, always(2).at})
	}
	p := openFor(t, s, func(src *catalog.Source) { src.Timeout = time.Minute })
	expect(t, "50,000 series", tell(t, p, Question{[]catalog.SLO{slo1}}, hours(0, 48), "a/b/c"), strings.TrimSpace(strings.Repeat("100000/100000 ", 48)))
	if len(s.asked) < 4 {
		t.Errorf("%d requests", len(s.asked))
	}
}

func TestAnAnswerWithoutEndIsCutOff(t *testing.T) {
	var member bytes.Buffer // of a gzip stream, which may have any number of them
	z := gzip.NewWriter(&member)
	z.Write(make([]byte, 1<<20))
	z.Close()
	var sent atomic.Int64
	p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		for sent.Load() < 64<<30 {
			if _, err := w.Write(member.Bytes()); err != nil {
				return
			}
			sent.Add(1 << 20)
		}
	}), func(src *catalog.Source) { src.Timeout = time.Minute })
	f := ask(t, p)
	if f == nil || f.Kind != Size || !strings.Contains(f.Message, "more than 32 MiB") {
		t.Errorf("%+v", f)
	}
	if sent.Load() >= 64<<30 {
		t.Error("it was read to its end")
	}
}

// What servers say that limit how long a time a query may be about.
var limits = map[string]http.HandlerFunc{
	"Prometheus":      say(400, `{"status":"error","errorType":"bad_data","error":"exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"}`),
	"Mimir":           say(400, `{"status":"error","errorType":"bad_data","error":"the total query time range exceeds the limit (query length: 9504h0m0s, limit: 768h0m0s) (err-mimir-max-total-query-length). To adjust the related per-tenant limit, configure -query-frontend.max-total-query-length"}`),
	"Cortex":          say(422, `{"status":"error","errorType":"execution","error":"expanding series: the query time range exceeds the limit (query length: 12000h0m0s, limit: 768h0m0s)"}`),
	"VictoriaMetrics": say(422, `{"status":"error","errorType":"422","error":"too many points for the given step=3600000, start=1 and end=2: 1001; cannot exceed -search.maxPointsPerTimeseries=100"}`),
}

// A server that limits the time a query may be about is asked for less at once.
func TestALimitOfTheServerIsKept(t *testing.T) {
	for what, refuse := range limits {
		good := &fakeServer{series: map[string][]counted{"bad": {always(1)}, "total": {always(10)}}}
		p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			from, _ := strconv.ParseInt(r.FormValue("start"), 10, 64)
			to, _ := strconv.ParseInt(r.FormValue("end"), 10, 64)
			if to-from > 24*3600 {
				refuse(w, r)
				return
			}
			good.ServeHTTP(w, r)
		}))
		expect(t, what, tell(t, p, Question{[]catalog.SLO{slo1}}, hours(0, 100), "a/b/c"), strings.TrimSpace(strings.Repeat("9/10 ", 100)))
		if n := p.Requests(); n > 30 {
			t.Errorf("%s: %d requests", what, n)
		}
	}
}
