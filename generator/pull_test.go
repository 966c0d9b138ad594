package generator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tribune/generator/history"
	"tribune/generator/slo"
	"tribune/generator/source"
)

// tonight is when the pulls of these tests run.
var tonight = time.Date(2026, 11, 10, 6, 30, 0, 0, time.UTC)

func moment(text string) time.Time {
	at, err := time.Parse("2006-01-02T15", text)
	if err != nil {
		panic(err)
	}
	return at
}

// config returns what a pull from the server is told.
func config(dir string, c *counting) PullConfig {
	return PullConfig{Site: dir, Now: tonight, Lookup: func(name string) (string, bool) { return c.url, name == "PROM_URL" }}
}

// mustPull pulls, and expects the error.
func mustPull(t *testing.T, cfg PullConfig, want error) Pulled {
	t.Helper()
	r, err := Pull(context.Background(), cfg)
	if !errors.Is(err, want) {
		t.Fatalf("%v, want %v\n%+v\n%v", err, want, r.Failed(), r.Problems)
	}
	return r
}

// counted writes the numbers of an SLO that are not zero.
func counted(r Pulled, id string) string {
	for _, s := range r.Sources {
		for _, o := range s.SLOs {
			if o.ID != id {
				continue
			}
			var words []string
			for _, n := range []struct {
				name string
				n    int
			}{{"asked", o.Asked}, {"stored", o.Stored}, {"replaced", o.Replaced}, {"unchanged", o.Unchanged}, {"refused", o.Refused},
				{"forgotten", o.Forgotten}, {"missing", o.Missing}, {"empty", o.Empty}} {
				if n.n > 0 {
					words = append(words, fmt.Sprint(n.name, " ", n.n))
				}
			}
			if o.Fault != nil {
				words = append(words, string(o.Fault.Kind)+": "+o.Fault.Message)
			}
			return strings.Join(words, ", ")
		}
	}
	return "not pulled"
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// stored returns the tallies of an SLO, by the start of their hour.
func stored(t *testing.T, dir, id string) map[string]slo.Tally {
	t.Helper()
	store, problems, err := history.Open(filepath.Join(dir, "data/history"), time.UTC)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	all, err := store.Read(slo.Span{From: moment("2020-01-01T00"), To: moment("2030-01-01T00")}, []history.Key{{ID: id}})
	if err != nil {
		t.Fatal(err)
	}
	tallies := map[string]slo.Tally{}
	for _, p := range all[id].Points {
		tallies[time.Unix(p.At, 0).UTC().Format("2006-01-02T15")] = p.Tally
	}
	return tallies
}

// files returns the bytes of the history's files.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "data/history"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		if e.Name() == ".lock" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, "data/history", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

func sameFiles(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d files, want %d", what, len(got), len(want))
	}
}

func TestTheFirstPullAsksForThirteenMonthsAndTheNextForWhatSettles(t *testing.T) {
	c := serveCounting(t, "cart", "mail")
	c.oldest = moment("2026-10-01T00")
	dir := countingSite(t, c, false)

	r := mustPull(t, config(dir, c), nil)
	same(t, "asked", fmt.Sprint(c.questions()), "[10-01T00–11-07T07 11-07T07–11-10T06]")
	same(t, "cart", counted(r, "t/cart/ok"), "asked 9726, stored 966, missing 8760")
	got := stored(t, dir, "t/mail/ok")
	if len(got) != 966 || got["2026-10-01T00"] != (slo.Tally{Good: 100_000, Total: 100_000}) || got["2026-11-10T05"] != (slo.Tally{Good: 95_000, Total: 100_000}) {
		t.Errorf("%d buckets, the first %v, the last %v", len(got), got["2026-10-01T00"], got["2026-11-10T05"])
	}
	before := files(t, dir)
	if _, ok := before["2026-10.parquet"]; !ok {
		t.Error("October, which is settled, is not one file")
	}

	r = mustPull(t, config(dir, c), nil)
	same(t, "asked again", fmt.Sprint(c.questions()), "[11-07T07–11-10T06]")
	same(t, "cart", counted(r, "t/cart/ok"), "asked 71, unchanged 71")
	sameFiles(t, "after pulling twice", files(t, dir), before)

	cfg := config(dir, c)
	cfg.Now = tonight.Add(24 * time.Hour)
	r = mustPull(t, cfg, nil)
	same(t, "the next night", counted(r, "t/cart/ok"), "asked 71, stored 24, unchanged 47")
}

func TestAGapIsAskedForUntilItIsFilled(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-09-01T00")
	c.gap = func(_ string, at time.Time) bool { return at.Month() == time.September && at.Day() == 10 }
	dir := countingSite(t, c, false)
	mustPull(t, config(dir, c), nil)
	c.questions()

	r := mustPull(t, config(dir, c), nil)
	same(t, "asked", fmt.Sprint(c.questions()), "[09-10T00–09-11T00 11-07T07–11-10T06]")
	same(t, "still a gap", counted(r, "t/cart/ok"), "asked 95, unchanged 71, missing 24")

	c.gap = nil
	r = mustPull(t, config(dir, c), nil)
	same(t, "filled", counted(r, "t/cart/ok"), "asked 95, stored 24, unchanged 71")
	c.questions()
	mustPull(t, config(dir, c), nil)
	same(t, "asked at last", fmt.Sprint(c.questions()), "[11-07T07–11-10T06]")
}

func TestLateDataReplacesEarlyData(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-10-01T00")
	c.late = func(at time.Time) bool { return at.Day() >= 5 }
	dir := countingSite(t, c, false)
	mustPull(t, config(dir, c), nil)
	c.late = nil

	r := mustPull(t, config(dir, c), nil)
	same(t, "what settles", counted(r, "t/cart/ok"), "asked 71, replaced 71")
	if got := stored(t, dir, "t/cart/ok")["2026-11-06T12"].Total; got != 50_000 {
		t.Errorf("a settled bucket was replaced unasked: %s", got)
	}
	cfg := config(dir, c)
	cfg.Since = moment("2026-11-05T00")
	r = mustPull(t, cfg, nil)
	same(t, "since the 5th", counted(r, "t/cart/ok"), "asked 126, replaced 55, unchanged 71")
	if got := stored(t, dir, "t/cart/ok")["2026-11-05T00"].Total; got != 100_000 {
		t.Errorf("since does not ask again: %s", got)
	}
}

func TestASourceThatForgetsErasesNothing(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-10-01T00")
	dir := countingSite(t, c, false)
	mustPull(t, config(dir, c), nil)
	before := files(t, dir)

	c.oldest = moment("2026-10-30T00")
	c.late = func(at time.Time) bool { return at.Equal(c.oldest) } // it knows of a half of the first hour
	cfg := config(dir, c)
	cfg.Since = moment("2026-10-01T00")
	r := mustPull(t, cfg, nil)
	same(t, "cart", counted(r, "t/cart/ok"), "asked 966, unchanged 269, forgotten 697")
	sameFiles(t, "the history", files(t, dir), before)

	c.services = nil
	mustPull(t, cfg, nil)
	sameFiles(t, "of a source that knows nothing", files(t, dir), before)
}

// A query that ends in "or vector(0)" answers zero for what is forgotten.
func TestASourceThatForgetsAndAnswersZeroErasesNothing(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-10-01T00")
	dir := countingSite(t, c, false)
	mustPull(t, config(dir, c), nil)
	before := files(t, dir)

	c.zero = moment("2026-10-30T00")
	c.late = func(at time.Time) bool { return at.Equal(c.zero) } // it knows of a half of the first hour
	cfg := config(dir, c)
	cfg.Since = moment("2026-10-01T00")
	r := mustPull(t, cfg, nil)
	same(t, "cart", counted(r, "t/cart/ok"), "asked 966, unchanged 269, forgotten 697, empty 696")
	sameFiles(t, "the history", files(t, dir), before)
}

func TestAFaultOfOneSLOHarmsNoOther(t *testing.T) {
	c := serveCounting(t, "cart", "mail", "shop")
	c.oldest = moment("2026-11-01T00")
	c.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.FormValue("query"), "mail") {
			return false
		}
		http.Error(w, `{"status":"error","errorType":"execution","error":"many-to-many"}`, http.StatusUnprocessableEntity)
		return true
	}
	dir := countingSite(t, c, true)
	r := mustPull(t, config(dir, c), ErrPulled)
	for _, service := range []string{"cart", "shop"} {
		if got := len(stored(t, dir, "t/"+service+"/ok")); got != 222 {
			t.Errorf("%s has %d buckets", service, got)
		}
	}
	if f := r.Failed(); len(f) != 1 || f[0].ID != "t/mail/ok" || !strings.Contains(f[0].Fault.Message, "many-to-many") {
		t.Errorf("%+v", f)
	}
	c.fault = nil
	r = mustPull(t, config(dir, c), nil)
	same(t, "mail, the next night", counted(r, "t/mail/ok"), "asked 9726, stored 222, missing 9504")
}

func TestAnIncompleteAnswerIsNotStored(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-11-01T00")
	c.fault = func(w http.ResponseWriter, r *http.Request) bool {
		fmt.Fprint(w, `{"status":"success","warnings":["store is gone"],"data":{"resultType":"matrix","result":[]}}`)
		return true
	}
	dir := countingSite(t, c, false)
	r := mustPull(t, config(dir, c), ErrPulled)
	if got := counted(r, "t/cart/ok"); !strings.HasPrefix(got, "incomplete: ") {
		t.Error(got)
	}
	if got := stored(t, dir, "t/cart/ok"); len(got) > 0 {
		t.Errorf("%d buckets were stored", len(got))
	}
	c.fault = nil
	r = mustPull(t, config(dir, c), nil)
	same(t, "the next night", counted(r, "t/cart/ok"), "asked 9726, stored 222, missing 9504")
}

// A server that cannot answer for long ago, such as one with a broken block,
// still answers for the last days.
func TestWhatSettlesIsPulledThoughOlderTimesFail(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-11-01T00")
	c.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if r.FormValue("start") > fmt.Sprint(moment("2026-11-07T00").Unix()) {
			return false
		}
		fmt.Fprint(w, `{"status":"success","warnings":["block is broken"],"data":{"resultType":"matrix","result":[]}}`)
		return true
	}
	dir := countingSite(t, c, false)
	r := mustPull(t, config(dir, c), ErrPulled)
	if got := counted(r, "t/cart/ok"); !strings.HasPrefix(got, "asked 71, stored 71, incomplete: ") {
		t.Error(got)
	}
	// What failed the first time is not given up on.
	c.fault = nil
	cfg := config(dir, c)
	cfg.Now = tonight.AddDate(0, 0, 3)
	r = mustPull(t, cfg, nil)
	same(t, "nights later", counted(r, "t/cart/ok"), "asked 9727, stored 223, missing 9504")
	r = mustPull(t, cfg, nil)
	same(t, "then", counted(r, "t/cart/ok"), "asked 496, unchanged 71, missing 425") // no more than the last 30 days
}

func TestASourceThatIsDownIsGivenUpOn(t *testing.T) {
	c := serveCounting(t, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")
	var requests atomic.Int64
	c.fault = func(w http.ResponseWriter, r *http.Request) bool {
		requests.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
	dir := countingSite(t, c, true)
	r := mustPull(t, config(dir, c), ErrPulled)
	if n := requests.Load(); n > 20 || len(r.Failed()) != 12 {
		t.Errorf("%d requests, %d SLOs failed", n, len(r.Failed()))
	}
	if got := counted(r, "t/l/ok"); !strings.Contains(got, "not asked, since its source failed 3 times in a row: ") {
		t.Error(got)
	}
}

func TestWhatCameBeforeASignalIsKept(t *testing.T) {
	c := serveCounting(t, "cart", "mail")
	c.oldest = moment("2026-11-01T00")
	dir := countingSite(t, c, true)
	put(t, dir, "data/site.toml", strings.Replace(read(t, dir, "data/site.toml"), "scrape_interval", "concurrency = 1\nscrape_interval", 1))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(r.FormValue("query"), "mail") {
			cancel()
			<-r.Context().Done()
			return true
		}
		return false
	}
	r, err := Pull(ctx, config(dir, c))
	if !errors.Is(err, ErrPulled) {
		t.Fatal(err)
	}
	same(t, "mail", counted(r, "t/mail/ok"), "stopped: the pull was stopped")
	if got := len(stored(t, dir, "t/cart/ok")); got != 222 {
		t.Errorf("cart has %d buckets", got)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestANewServiceOfATemplateIsAskedForTheLastMonth(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-06-01T00")
	dir := countingSite(t, c, false)
	mustPull(t, config(dir, c), nil)
	c.services = []string{"cart", "mail"}
	put(t, dir, "data/tribes/t.toml", "[[services]]\nid = \"mail\"\n"+read(t, dir, "data/tribes/t.toml"))
	c.questions()
	r := mustPull(t, config(dir, c), nil)
	same(t, "asked", fmt.Sprint(c.questions()), "[10-11T07–11-07T07 11-07T07–11-10T06]")
	same(t, "mail", counted(r, "t/mail/ok"), "asked 719, stored 719")
	same(t, "cart", counted(r, "t/cart/ok"), "asked 71, unchanged 71")
}

func TestAnSLOIsAskedForOnlyWhileItHolds(t *testing.T) {
	c := serveCounting(t, "cart")
	dir := countingSite(t, c, false)
	put(t, dir, "data/tribes/t.toml", strings.Replace(read(t, dir, "data/tribes/t.toml"), "objective =", "since = 2026-10-01\nretired = 2026-10-10\nobjective =", 1))
	r := mustPull(t, config(dir, c), nil)
	same(t, "cart", counted(r, "t/cart/ok"), "asked 240, stored 240")
	r = mustPull(t, config(dir, c), nil)
	same(t, "asked again", counted(r, "t/cart/ok"), "")
}

func TestHistoryUnderAnEarlierIDIsNotAskedForAgain(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-10-01T00")
	dir := countingSite(t, c, false)
	mustPull(t, config(dir, c), nil)
	put(t, dir, "data/tribes/t.toml", strings.Replace(read(t, dir, "data/tribes/t.toml"), `id = "cart"`, "id = \"basket\"\nmatch = \"cart\"\nwas = [\"t/cart\"]", 1))
	r := mustPull(t, config(dir, c), nil)
	same(t, "basket", counted(r, "t/basket/ok"), "asked 71, unchanged 71")
}

func TestOnlyTheNamedSLOsArePulled(t *testing.T) {
	c := serveCounting(t, "cart", "mail")
	dir := countingSite(t, c, false)
	cfg := config(dir, c)
	cfg.SLOs = []string{"t/mail"}
	r := mustPull(t, cfg, nil)
	if len(r.Sources) != 1 || len(r.Sources[0].SLOs) != 1 || r.Sources[0].SLOs[0].ID != "t/mail/ok" {
		t.Errorf("%+v", r.Sources)
	}
	cfg.SLOs = []string{"t/mial/ok"}
	if _, err := Pull(context.Background(), cfg); !errors.Is(err, ErrNoSLO) || !strings.Contains(err.Error(), "did you mean t/mail/ok?") {
		t.Error(err)
	}
}

func TestAVariableThatIsNotSetIsAFaultOfItsSource(t *testing.T) {
	c := serveCounting(t, "cart")
	dir := countingSite(t, c, false)
	put(t, dir, "data/site.toml", read(t, dir, "data/site.toml")+"\n[sources.files]\nkind = \"csv\"\npath = \"in.csv\"\n")
	put(t, dir, "data/tribes/t.toml", strings.Replace(read(t, dir, "data/tribes/t.toml"), "by =", "source = \"prod\"\nby =", 1)+
		"\n[[services]]\nid = \"own\"\n[[services.slos]]\nid = \"own\"\nobjective = \"90%\"\nsource = \"files\"\n")
	put(t, dir, "in.csv", "slo,time,good,total\nt/own/own,2026-11-01T00:00:00Z,9,10\nt/own/own,2026-11-10T06:00:00Z,9,10\n")
	cfg := config(dir, c)
	cfg.Lookup = func(string) (string, bool) { return "", false }
	r := mustPull(t, cfg, ErrPulled)
	same(t, "the CSV file", counted(r, "t/own/own"), "asked 1, stored 1")
	same(t, "the server", counted(r, "t/cart/ok"), "settings: data/site.toml:6:10: the environment variable PROM_URL is not set")
	r = mustPull(t, cfg, ErrPulled)
	same(t, "the CSV file again", counted(r, "t/own/own"), "asked 1, unchanged 1")
}

func TestACommandIsPulled(t *testing.T) {
	c := serveCounting(t)
	dir := countingSite(t, c, false)
	put(t, dir, "data/site.toml", "title = \"x\"\n[sources.own]\nkind = \"command\"\ncommand = [\"sh\", \"own.sh\"]\n")
	put(t, dir, "data/tribes/t.toml", "[[services]]\nid = \"own\"\n[[services.slos]]\nid = \"own\"\nobjective = \"90%\"\n")
	put(t, dir, "own.sh", "echo slo,time,good,total; echo $TRIBUNE_SLOS,2026-11-01T00:00:00Z,9,10; test $TRIBUNE_FROM = 2025-10-01T00:00:00Z")
	r := mustPull(t, config(dir, c), nil)
	same(t, "own", counted(r, "t/own/own"), "asked 1, stored 1")
}

func TestWhatIsRightIsPulledThoughSomethingElseIsWrong(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-11-01T00")
	dir := countingSite(t, c, false)
	put(t, dir, "data/tribes/u.toml", "[[services]]\nid = \"x\"\ntier = \"high\"\n")
	put(t, dir, "content/postmortems/t/2026-11-01-x.md", "+++\ntitle = 1 2\n+++\n")
	r := mustPull(t, config(dir, c), ErrProblems)
	if got := len(stored(t, dir, "t/cart/ok")); got != 222 {
		t.Errorf("cart has %d buckets", got)
	}
	if len(r.Problems) != 1 || r.Problems[0].Pos.File != "data/tribes/u.toml" {
		t.Errorf("%v", r.Problems)
	}
}

func TestNoGoodEventIsRemarkedOn(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-11-01T00")
	dir := countingSite(t, c, false)
	put(t, dir, "data/tribes/t.toml", strings.Replace(read(t, dir, "data/tribes/t.toml"), "increase(bad", "increase(total", 1))
	r := mustPull(t, config(dir, c), nil)
	if !r.Sources[0].SLOs[0].NoneGood() {
		t.Error("all events are bad, and nothing is remarked")
	}
}

func TestProgressEndsWithAll(t *testing.T) {
	c := serveCounting(t, "cart", "mail", "shop")
	dir := countingSite(t, c, true)
	cfg := config(dir, c)
	var seen []int
	cfg.Progress = func(done, all int) {
		if all != 3 {
			t.Errorf("%d of %d", done, all)
		}
		seen = append(seen, done)
	}
	mustPull(t, cfg, nil)
	if !slices.IsSorted(seen) || seen[0] != 0 || seen[len(seen)-1] != 3 {
		t.Errorf("%v", seen)
	}
}

// Answers that cannot be tallies are left out, and asked for again.
func TestABucketThatCannotBeATallyIsAGap(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-10-01T00")
	broken := true
	dir := countingSite(t, c, false)
	c.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if !broken || !strings.Contains(r.FormValue("query"), "total") {
			return false
		}
		start, end := r.FormValue("start"), fmt.Sprint(moment("2026-11-10T06").Unix())
		if r.FormValue("end") != end {
			return false
		}
		fmt.Fprintf(w, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"service":"cart"},"values":[[%s,"+Inf"],[%s,"100"]]}]}}`, start, end)
		return true
	}
	r := mustPull(t, config(dir, c), ErrPulled)
	if got := counted(r, "t/cart/ok"); !strings.Contains(got, "answer: 1 bucket was left out, the first at 2026-11-07T07:00:00Z: total: +Inf is not a number of events") {
		t.Error(got)
	}
	if f := r.Failed(); f[0].Fault.Kind != source.BadAnswer {
		t.Errorf("%+v", f)
	}
	broken = false
	r = mustPull(t, config(dir, c), nil)
	same(t, "mended", counted(r, "t/cart/ok"), "asked 71, stored 70, unchanged 1")
}
