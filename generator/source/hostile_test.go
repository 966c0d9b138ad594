package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tribune/generator/catalog"
)

const emptyMatrix = `{"status":"success","data":{"resultType":"matrix","result":[]}}`

// say answers every request with a status and a body.
func say(code int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

func matrixOf(series string) string {
	return `{"status":"success","data":{"resultType":"matrix","result":[` + series + `]}}`
}

// ask returns the fault that a server's answers lead to.
func ask(t *testing.T, p *Prometheus) *Fault {
	t.Helper()
	start := time.Now()
	err := p.Ask(context.Background(), Question{[]catalog.SLO{slo1}}, hours(0, 2), func(Answer) error { return nil })
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	if err == nil {
		return nil
	}
	f := asFault(err)
	if f == nil {
		t.Fatalf("%v is no fault", err)
	}
	return f
}

func TestAHostileServerIsNamedForWhatItIs(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") }))
	defer elsewhere.Close()
	first := fmt.Sprint(hours(1, 1).From.Unix())
	for _, c := range []struct {
		what    string
		handler http.HandlerFunc
		kind    Kind
		message string
		hint    string
		again   bool // it is asked more than once
	}{
		{"401", say(401, "who are you"), Denied, "answers 401 Unauthorized", "bearer_token_file", false},
		{"403", say(403, ""), Denied, "answers 403 Forbidden", "basic_auth", false},
		{"404", say(404, "404 page not found"), NotFound, "answers 404 Not Found", "without /api/v1", false},
		{"429", say(429, "slow down"), Busy, "answers 429 Too Many Requests", "concurrency", true},
		{"429, wait an hour", say(429, "", "Retry-After", "3600"), Busy, "answers 429 Too Many Requests", "asks to wait 1h0m0s", false},
		{"500", say(500, `{"status":"error","errorType":"internal","error":"disk is full"}`), Server, "500 Internal Server Error: disk is full", "", true},
		{"503", say(503, "<html>"), Busy, "answers 503 Service Unavailable", "another hour", true},
		{"a query that takes too long", say(503, `{"status":"error","errorType":"timeout","error":"query timed out"}`), Timeout, "503 Service Unavailable: query timed out", "timeout", true},
		{"504", say(504, ""), Timeout, "answers 504 Gateway Timeout", "timeout", true},
		{"418", say(418, ""), Server, "answers 418", "", false},
		{"a refused query", say(400, `{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected )"}`), BadQuery, "refuses the query: 1:5: parse error: unexpected )", "", false},
		{"a query that fails", say(422, `{"status":"error","errorType":"execution","error":"many-to-many matching"}`), BadQuery, "cannot answer the query: many-to-many matching", "", false},
		{"too many samples", say(422, `{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory"}`), Size, "too many samples", "higher limits", true},
		{"a login page", say(200, "<html>", "Content-Type", "text/html; charset=utf-8"), BadAnswer, "answers with a page for browsers", "login page", false},
		{"HTML called JSON", say(200, "<html>"), BadAnswer, "cannot be read", "without /api/v1", false},
		{"cut JSON", say(200, emptyMatrix[:40]), BadAnswer, "breaks off in the middle", "", true},
		{"a cut body", say(200, emptyMatrix, "Content-Length", "10000"), BadAnswer, "breaks off in the middle", "", true},
		{"gzip that is none", say(200, emptyMatrix, "Content-Encoding", "gzip"), BadAnswer, "does not answer in gzip", "", true},
		{"a vector", say(200, `{"status":"success","data":{"resultType":"vector","result":[]}}`), BadAnswer, "answers with a vector, where a matrix was asked for", "", false},
		{"an error called success", say(200, `{"status":"error","errorType":"execution","error":"no"}`), BadQuery, "cannot answer the query: no", "", false},
		{"nothing", say(204, ""), BadAnswer, "breaks off", "", true},
		{"warnings", say(200, `{"status":"success","warnings":["store gateway-1 is gone"],"data":{"resultType":"matrix","result":[]}}`),
			Incomplete, "may be incomplete: store gateway-1 is gone", "asks again", false},
		{"yesterday", say(200, emptyMatrix, "Date", time.Now().UTC().AddDate(0, 0, -1).Format(http.TimeFormat)), Clock, "the clock here says ", "set the clock", false},
		{"a partial answer", say(200, `{"status":"success","isPartial":true,"data":{"resultType":"matrix","result":[]}}`),
			Incomplete, "says that its answer is partial", "asks again", false},
		{"a refused query of VictoriaMetrics", say(422, `{"status":"error","errorType":"422","error":"unsupported function \"nosuch\""}`), BadQuery, "cannot answer the query: unsupported function", "", false},
		{"another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/api/v1/query_range?secret=1", http.StatusTemporaryRedirect)
		}, BadAnswer, "sends us on to " + elsewhere.URL + "/api/v1/query_range instead", "as url", false},
		{"a redirect that drops the question", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login", http.StatusFound)
		}, BadAnswer, "/login instead of answering", "as url", false},
		{"redirects in a circle", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		}, BadAnswer, "sends us on", "", false},
		{"a series twice", say(200, matrixOf(`{"metric":{"a":"b"},"values":[]},{"metric":{"a":"b"},"values":[]}`)), BadAnswer, `the series {a="b"} twice`, "joins answers", false},
		{"another step", say(200, matrixOf(`{"metric":{},"values":[[`+first+`,"1"],[`+first+`.5,"1"]]}`)), BadAnswer, "speaks of 2026-10-05T01:00:00.5Z, which was not asked for", "step", false},
		{"another time", say(200, matrixOf(`{"metric":{},"values":[[0,"1"]]}`)), BadAnswer, "speaks of 1970-01-01T00:00:00Z, which was not asked for", "step", false},
		{"a moment twice", say(200, matrixOf(`{"metric":{},"values":[[`+first+`,"1"],[`+first+`,"2"]]}`)), BadAnswer, "not in order of time", "", false},
		{"histograms", say(200, matrixOf(`{"metric":{},"histograms":[[`+first+`,{"count":"1","sum":"1","buckets":[]}]]}`)), BadQuery, "answers with histograms", "histogram_count", false},
		{"no number", say(200, matrixOf(`{"metric":{},"values":[[`+first+`,"much"]]}`)), BadAnswer, "cannot be read", "", false},
		{"a connection that closes", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, BadAnswer, "breaks off in the middle", "", true},
	} {
		p := openFor(t, c.handler)
		f := ask(t, p)
		if f == nil {
			t.Errorf("%s: no fault", c.what)
			continue
		}
		if f.Kind != c.kind || !strings.Contains(f.Message, c.message) || !strings.Contains(f.Hint, c.hint) {
			t.Errorf("%s:\n got %s: %s\n\thint: %s\nwant %s: … %s …\n\thint: … %s …", c.what, f.Kind, f.Message, f.Hint, c.kind, c.message, c.hint)
		}
		if again := p.Requests() > 2; again != c.again {
			t.Errorf("%s: %d requests; asked again: %v", c.what, p.Requests(), again)
		}
	}
}

func TestAServerThatHangsIsLeftAlone(t *testing.T) {
	p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"status":`)
		w.(http.Flusher).Flush()
		r.ParseForm()
		<-r.Context().Done()
	}), func(s *catalog.Source) { s.Timeout = 20 * time.Millisecond })
	f := ask(t, p)
	if f == nil || f.Kind != Timeout || !strings.Contains(f.Message, "does not answer within 20ms") || !strings.Contains(f.Hint, "timeout") {
		t.Errorf("%+v", f)
	}
}

func TestAServerThatIsNotThereIsNamed(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	p := openFor(t, nil, func(s *catalog.Source) { s.URL = server.URL })
	f := ask(t, p)
	if f == nil || f.Kind != Unreachable || !strings.Contains(f.Message, "connection refused") || strings.Contains(f.Message, "query") {
		t.Errorf("%+v", f)
	}
}

func TestAFaultThatPassesIsOutlasted(t *testing.T) {
	for what, fault := range map[string]http.HandlerFunc{
		"503":               say(503, ""),
		"503, wait a while": say(503, "", "Retry-After", "1"),
		"a cut answer":      say(200, emptyMatrix, "Content-Length", "10000"),
	} {
		var n atomic.Int64
		good := &fakeServer{series: map[string][]counted{"bad": {always(1)}, "total": {always(10)}}}
		p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) <= 2 {
				fault(w, r)
				return
			}
			good.ServeHTTP(w, r)
		}))
		expect(t, what, tell(t, p, Question{[]catalog.SLO{slo1}}, hours(0, 2), "a/b/c"), "9/10 9/10")
	}
}

func TestASecondOfRetryAfterIsWaited(t *testing.T) {
	var n atomic.Int64
	good := &fakeServer{}
	p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1) <= 2 {
			say(429, "", "Retry-After", "1")(w, r)
			return
		}
		good.ServeHTTP(w, r)
	}))
	start := time.Now()
	tell(t, p, Question{[]catalog.SLO{slo1}}, hours(0, 1), "a/b/c")
	if took := time.Since(start); took < time.Second {
		t.Errorf("asked again after %v", took)
	}
}

func TestRemarksOnAQueryAreNotALack(t *testing.T) {
	p := openFor(t, say(200, `{"status":"success","warnings":["PromQL info: metric might not be a counter"],"infos":["PromQL info: x"],"data":{"resultType":"matrix","result":[]}}`))
	if f := ask(t, p); f != nil {
		t.Error(f)
	}
}

func TestAServerThatTakesNoPostIsAskedByGet(t *testing.T) {
	for _, code := range []int{403, 405, 501} {
		good := &fakeServer{series: map[string][]counted{"total": {always(10)}}}
		p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				w.WriteHeader(code)
				return
			}
			good.ServeHTTP(w, r)
		}))
		expect(t, fmt.Sprint(code), tell(t, p, Question{[]catalog.SLO{slo1}}, hours(0, 1), "a/b/c"), "10/10")
	}
}

func TestAPullThatIsStoppedEndsAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p := openFor(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { cancel(); say(503, "", "Retry-After", "60")(w, r) }))
	start := time.Now()
	err := p.Ask(ctx, Question{[]catalog.SLO{slo1}}, hours(0, 1), func(Answer) error { return nil })
	if !errors.Is(err, context.Canceled) || time.Since(start) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

func TestSettingsReachTheServerAndNoSecretReachesAnybodyElse(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("token-in-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	environment := func(name string) (string, bool) {
		v, ok := map[string]string{"USER": "anna", "PASSWORD": "hunter22", "ORG": "acme-secret"}[name]
		return v, ok
	}
	var mu sync.Mutex
	var got http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		got = r.Header.Clone()
		mu.Unlock()
		say(400, `{"status":"error","errorType":"bad_data","error":"tenant `+r.Header.Get("X-Scope-OrgID")+` with `+r.Header.Get("Authorization")+`"}`)(w, r)
	}))
	defer server.Close()
	for _, c := range []struct {
		auth map[string]any
		want string
	}{
		{map[string]any{"bearer_token_file": "token"}, "Bearer token-in-a-file"},
		{map[string]any{"basic_auth": map[string]any{"username": "${USER}", "password": "${PASSWORD}"}}, "Basic YW5uYTpodW50ZXIyMg=="},
		{map[string]any{"authorization": map[string]any{"type": "Token", "credentials": "${PASSWORD}"}}, "Token hunter22"},
	} {
		src := catalog.Source{URL: server.URL, Headers: map[string]string{"X-Scope-OrgID": "${ORG}"}, Auth: c.auth}
		p, err := OpenPrometheus(src, dir, environment)
		if err != nil {
			t.Fatal(err)
		}
		f := ask(t, p)
		mu.Lock() // the other query may still be on its way
		if got.Get("Authorization") != c.want || got.Get("X-Scope-Orgid") != "acme-secret" {
			t.Errorf("sent %q, %q", got.Get("Authorization"), got.Get("X-Scope-Orgid"))
		}
		mu.Unlock()
		for _, secret := range []string{"hunter22", "acme-secret", "token-in-a-file", "YW5uYTpodW50ZXIyMg"} {
			if strings.Contains(f.Error(), secret) {
				t.Errorf("the fault shows a secret: %s", f)
			}
		}
	}
}

func TestSettingsThatCannotBeUsedAreFaults(t *testing.T) {
	environment := func(name string) (string, bool) { return "hunter22", name == "PASSWORD" }
	for _, c := range []struct {
		src  catalog.Source
		want string
	}{
		{catalog.Source{URL: "${PROM_URL}"}, "the environment variable PROM_URL is not set"},
		{catalog.Source{URL: "${PASSWORD}"}, "url is not an http or https address"},
		{catalog.Source{URL: "http://p", Headers: map[string]string{"A": "x${TOKEN}"}}, "TOKEN is not set"},
		{catalog.Source{URL: "http://p", Auth: map[string]any{"basic_auth": map[string]any{"user": "x"}}}, "field user not found"},
		{catalog.Source{URL: "http://p", Auth: map[string]any{"basic_auth": map[string]any{"password": []any{"${PASSWORD}"}}}}, "cannot unmarshal"},
		{catalog.Source{URL: "http://p", Auth: map[string]any{"tls": map[string]any{"ca_file": "no-such-file"}}}, "no-such-file"},
		{catalog.Source{URL: "http://p", Auth: map[string]any{"basic_auth": map[string]any{}, "bearer_token_file": "x"}}, "at most one of"},
	} {
		_, err := OpenPrometheus(c.src, t.TempDir(), environment)
		f := asFault(err)
		if f == nil || f.Kind != Settings || !strings.Contains(f.Message, c.want) || strings.Contains(f.Message+f.Hint, "hunter") {
			t.Errorf("%+v: %v; want … %s …", c.src, err, c.want)
		}
	}
}

func TestACertificateIsHeldAgainstTheAuthority(t *testing.T) {
	good := &fakeServer{series: map[string][]counted{"total": {always(10)}}}
	server := httptest.NewTLSServer(good)
	defer server.Close()
	p := openFor(t, nil, func(s *catalog.Source) { s.URL = server.URL })
	if f := ask(t, p); f == nil || f.Kind != Unreachable || !strings.Contains(f.Hint, "tls.ca_file") || p.Requests() > 2 {
		t.Errorf("%+v after %d requests", f, p.Requests())
	}
	trusting := openFor(t, nil, func(s *catalog.Source) {
		s.URL, s.Auth = server.URL, map[string]any{"tls": map[string]any{"insecure_skip_verify": true}}
	})
	expect(t, "trusting", tell(t, trusting, Question{[]catalog.SLO{slo1}}, hours(0, 1), "a/b/c"), "10/10")
}
