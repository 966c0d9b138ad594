package promserver

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tribune/generator"
	"tribune/generator/history"
	"tribune/generator/slo"
	"tribune/generator/source"
)

var october = time.Date(2026, 9, 20, 0, 0, 0, 0, time.UTC) // with eleven days of September

// open puts a world into a server.
func open(t *testing.T, w *world) *Server {
	t.Helper()
	s, err := New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Put(w.inOrder()); err != nil {
		t.Fatal(err)
	}
	return s
}

// pull pulls a site whose services are counted by one template, and returns the
// store and what the pull says.
func pull(t *testing.T, s http.Handler, w *world, names []string, part string) (*history.Store, generator.Pulled) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	dir := t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("data/site.toml", "title = \"World\"\n[sources.prod]\nkind = \"prometheus\"\nurl = \""+server.URL+"\"\nscrape_interval = \"1m\"\n")
	var tribe strings.Builder
	for _, name := range names {
		fmt.Fprintf(&tribe, "[[services]]\nid = %q\n", name)
	}
	fmt.Fprintf(&tribe, "[[slo_templates]]\nid = \"ok\"\nobjective = \"99%%\"\nby = \"service\"\n%s\n"+
		"total = 'sum by (service) (increase(requests_total[{{.window}}]))'\n", part)
	write("data/tribes/t.toml", tribe.String())

	r, err := generator.Pull(context.Background(), generator.PullConfig{
		Site: dir, Now: w.until().Add(time.Minute), Since: w.from, Lookup: os.LookupEnv,
	})
	if err != nil {
		t.Fatalf("%v: %+v, %v", err, r.Failed(), r.Problems)
	}
	store, problems, err := history.Open(filepath.Join(dir, "data/history"), time.UTC)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return store, r
}

const (
	countGood = `good = 'sum by (service) (increase(requests_total{code!~"5.."}[{{.window}}]))'`
	countBad  = `bad = 'sum by (service) (increase(requests_total{code=~"5.."}[{{.window}}]))'`
)

// agree holds month totals against what went into the world, and the buckets that
// are missing against the hours in which nothing did.
func agree(t *testing.T, store *history.Store, r generator.Pulled, w *world, names []string, by source.Increase, within float64) {
	t.Helper()
	if got := r.Sources[0].Increase; got != by {
		t.Errorf("the server counts by %s, want %s", got, by)
	}
	missing := map[string]int{}
	for _, o := range r.Sources[0].SLOs {
		missing[o.ID] = o.Missing
	}
	worst := 0.0
	for i, name := range names {
		id, trouble := "t/"+name+"/ok", troubles[i%len(troubles)].name
		if missing[id] != w.silent[name] {
			t.Errorf("%s (%s): %d buckets are missing; of %d hours the server knows nothing", name, trouble, missing[id], w.silent[name])
		}
		for month, counted := range w.counted[name] {
			want := *counted
			if by == source.Exact { // it counts from the last sample, however old that is
				want.plus(*w.caughtUp[name][month])
			}
			totals, err := store.Totals(month, []history.Key{{ID: id}})
			if err != nil {
				t.Fatal(err)
			}
			got := totals[id]
			for _, c := range []struct {
				what      string
				got, want float64
			}{{"events", got.Total.Events(), want.total}, {"bad events", got.Bad().Events(), want.bad}} {
				off := math.Abs(c.got-c.want) / max(1, c.want)
				if worst = max(worst, off); off > within {
					t.Errorf("%s (%s), %s: %.3f %s, %v went in: %.3f%% off", name, trouble, month, c.got, c.what, c.want, 100*off)
				}
			}
		}
	}
	t.Logf("%d requests, %v; at most %.4f%% off", r.Sources[0].Requests, r.Sources[0].Took.Round(time.Millisecond), 100*worst)
}

var soak = os.Getenv("TRIBUNE_SOAK") != ""

func size() (services, days int) {
	if soak {
		return 100, 60
	}
	return 26, 40
}

// Month totals that were stitched from buckets agree with what was counted, and
// the hours that are missing are those of which the server knows nothing.
func TestMonthTotalsAreWhatWentIn(t *testing.T) {
	services, days := size()
	w := newWorld(october, days)
	names := w.fill(services)
	s := open(t, w)
	t.Logf("%d services, %d days, %d samples", services, days, len(w.samples))
	for _, c := range []struct {
		name     string
		server   *Server
		increase source.Increase
		within   float64
	}{
		{"Prometheus 3", s, source.Overlap, 0.001},
		{"Prometheus 2", s.Before3(), source.Overlap, 0.001},
		{"extended range selectors", s.Extended(), source.Anchored, 1e-9},
	} {
		for part, query := range map[string]string{"good": countGood, "bad": countBad} {
			t.Run(c.name+", "+part, func(t *testing.T) {
				store, r := pull(t, c.server, w, names, query)
				agree(t, store, r, w, names, c.increase, c.within)
			})
		}
	}
}

// A service fails in one minute of each hour only, as the hour turns. The last scrape of an
// hour does not see it yet, the first of the next does, and an hour's increase
// begins at that: asked by the hour for an hour, a server shows none of it.
func TestTheLostBurstIsFound(t *testing.T) {
	w := newWorld(october, 2)
	l := steady("burst")
	l.offset = 10 * time.Millisecond
	l.failures = firstMinute // which the first scrape of the hour sees
	w.live(l)
	s := open(t, w)
	server := httptest.NewServer(s)
	defer server.Close()

	naive := naively(t, server.URL, `sum(increase(requests_total{code="500"}[1h]))`, w)
	if naive != 0 {
		t.Errorf("asked naively it shows %v failures, so this test shows nothing", naive)
	}
	store, r := pull(t, s, w, []string{"burst"}, countBad)
	agree(t, store, r, w, []string{"burst"}, source.Overlap, 0.001)
	month := slo.Month{Year: 2026, Month: time.September}
	totals, err := store.Totals(month, []history.Key{{ID: "t/burst/ok"}})
	if err != nil || totals["t/burst/ok"].Bad() == 0 {
		t.Errorf("%+v, %v", totals, err)
	}
}

// naively sums the answers of a query at every hour of a world.
func naively(t *testing.T, address, query string, w *world) (sum float64) {
	t.Helper()
	form := url.Values{"query": {query}, "step": {"3600"},
		"start": {strconv.FormatInt(w.from.Add(time.Hour).Unix(), 10)}, "end": {strconv.FormatInt(w.until().Unix(), 10)}}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address+"/api/v1/query_range?"+form.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var a struct {
		Data struct {
			Result []struct{ Values [][2]any }
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	for _, series := range a.Data.Result {
		for _, v := range series.Values {
			x, err := strconv.ParseFloat(v[1].(string), 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += x
		}
	}
	return sum
}
