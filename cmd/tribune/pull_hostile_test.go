package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// hostileSite has an SLO with an hour of history, and a source with a secret.
func hostileSite(t *testing.T, address, settings string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range map[string]string{
		"data/site.toml": "title = \"Shop\"\n[sources.prod]\nkind = \"prometheus\"\nurl = \"" + address + "\"\nincrease = \"exact\"\n" +
			"bearer_token_file = \"token\"\n" + settings + "\n",
		"data/tribes/shop.toml": "[[services]]\nid = \"till\"\n[[services.slos]]\nid = \"ok\"\nobjective = \"99%\"\n" +
			"bad = 'increase(bad[{{.window}}])'\ntotal = 'increase(all[{{.window}}])'\n",
		"token":  "token-of-the-shop",
		"in.csv": "slo,time,good,total\nshop/till/ok,2026-01-01T00:00:00Z,99,100\n",
	} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	if code := run(context.Background(), []string{"import", "--site", dir, filepath.Join(dir, "in.csv")}, &said, &said); code != 0 {
		t.Fatalf("import: exit status %d\n%s", code, &said)
	}
	return dir
}

// always answers so, whatever is asked.
func always(code int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// series answers a range query with the series, in which FIRST stands for the
// first moment that was asked for.
func series(list string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		list := strings.ReplaceAll(list, "FIRST", r.FormValue("start"))
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"matrix","result":[%s]}}`, list)
	}
}

var instant = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`)

// What is said, and the exit status, for each way in which a server can be no
// help; what was stored before stays as it was.
func TestAPullFromAHostileServerSaysWhatIsWrongAndLosesNothing(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("another host was asked, with %v", r.Header)
	}))
	t.Cleanup(elsewhere.Close)
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, c := range []struct {
		what     string
		handler  http.HandlerFunc // nil for a server that is not there
		settings string
		want     string
	}{
		{"refuses", nil, "", `HOST cannot be reached: dial tcp HOST: connect: connection refused
	hint: look at url, and whether it answers from here`},
		{"hangs", func(w http.ResponseWriter, r *http.Request) { r.ParseForm(); <-r.Context().Done() }, `timeout = "1s"`, `HOST does not answer within 1s
	hint: give it more time (timeout of the source), or ask for fewer series`},
		{"429", always(429, "slow down"), "", `HOST answers 429 Too Many Requests
	hint: ask it less at a time (concurrency), or at another hour`},
		{"429 for an hour", always(429, "", "Retry-After", "3600"), "", `HOST answers 429 Too Many Requests
	hint: it asks to wait 1h0m0s; pull again then`},
		{"503", always(503, ""), "", `HOST answers 503 Service Unavailable
	hint: ask it less at a time (concurrency), or at another hour`},
		{"503 for a second", always(503, "", "Retry-After", "1"), "", `HOST answers 503 Service Unavailable
	hint: ask it less at a time (concurrency), or at another hour`},
		{"401", always(401, ""), "", `HOST answers 401 Unauthorized
	hint: look at bearer_token_file, basic_auth, authorization, oauth2 or headers of the source, and whether they may read these series`},
		{"HTML", always(200, "<html>", "Content-Type", "text/html"), "", `HOST answers with a page for browsers
	hint: is url the address of a Prometheus, up to but without /api/v1? is there a login page before it?`},
		{"truncated JSON", always(200, `{"status":"success","data":{"resultT`), "", `HOST breaks off in the middle of its answer`},
		{"NaN", series(`{"metric":{},"values":[[FIRST,"NaN"]]}`), "", `1 bucket was left out, the first at MOMENT: total: NaN is not a number of events
	hint: look at what the queries return there; the next pull asks again`},
		{"infinity", series(`{"metric":{},"values":[[FIRST,"+Inf"]]}`), "", `1 bucket was left out, the first at MOMENT: total: +Inf is not a number of events
	hint: look at what the queries return there; the next pull asks again`},
		{"a series twice", series(`{"metric":{"a":"b"},"values":[[FIRST,"1"]]},{"metric":{"a":"b"},"values":[[FIRST,"1"]]}`), "", `the answer has the series {a="b"} twice
	hint: is something between us and the server that joins answers?`},
		{"warnings", always(200, `{"status":"success","warnings":["store gateway-1 is gone"],"data":{"resultType":"matrix","result":[]}}`), "", `HOST says that its answer may be incomplete: store gateway-1 is gone
	hint: nothing was taken from it; the next pull asks again`},
		{"another step", series(`{"metric":{},"values":[[FIRST,"1"],[FIRST.5,"1"]]}`), "", `the answer speaks of MOMENT, which was not asked for
	hint: does something between us and the server change the step?`},
		{"another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		}, "", `HOST sends us on to http://ELSEWHERE/api/v1/query_range instead of answering
	hint: if that is where it is, write its address as url`},
		{"another host, by GET", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusSeeOther)
		}, "", `HOST sends us on to http://ELSEWHERE/api/v1/query_range instead of answering
	hint: if that is where it is, write its address as url`},
		{"another clock", always(200, "", "Date", "Thu, 01 Jan 2026 00:00:00 GMT"), "", `the clock here says MOMENT, and that of HOST Thu, 01 Jan 2026 00:00:00 GMT
	hint: set the clock that is wrong: by another time than the server's, what is not over yet would be asked for`},
		{"repeats the token", func(w http.ResponseWriter, r *http.Request) {
			always(400, `{"status":"error","errorType":"bad_data","error":"no `+r.Header.Get("Authorization")+`"}`)(w, r)
		}, "", `HOST refuses the query: no Bearer ${bearer_token_file}`},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			address := gone.URL
			if c.handler != nil {
				server := httptest.NewServer(c.handler)
				t.Cleanup(server.Close)
				address = server.URL
			}
			dir := hostileSite(t, address, c.settings)
			before := historyFiles(t, dir)
			var stdout, stderr bytes.Buffer
			since := time.Now().UTC().AddDate(0, 0, -2).Format(time.RFC3339)
			if code := run(context.Background(), []string{"pull", "--site", dir, "--quiet", "--since", since}, &stdout, &stderr); code != 1 {
				t.Errorf("exit status %d", code)
			}
			said := instant.ReplaceAllString(stderr.String(), "MOMENT")
			said = strings.NewReplacer(address, "http://HOST", strings.TrimPrefix(address, "http://"), "HOST", elsewhere.URL, "http://ELSEWHERE").Replace(said)
			want := "source prod: shop/till/ok: " + c.want + "\ntribune: some SLOs were not pulled\n"
			if d := cmp.Diff(want, said); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
			if d := cmp.Diff(before, historyFiles(t, dir)); d != "" {
				t.Errorf("the history changed:\n%s", d)
			}
		})
	}
}

func historyFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	names, err := filepath.Glob(filepath.Join(dir, "data/history/*.parquet"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%v, %v", names, err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = string(b)
	}
	return files
}
