package history

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/slo"
)

var (
	berlin  = zone("Europe/Berlin")
	newYork = zone("America/New_York")
)

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return z
}

func month(s string) slo.Month {
	m, err := slo.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// openStore opens a folder in which nothing is damaged.
func openStore(t testing.TB, dir string, zone *time.Location) *Store {
	t.Helper()
	s, problems, err := Open(dir, zone)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return s
}

// mustMerge merges what nothing speaks against.
func mustMerge(t testing.TB, s *Store, all map[string]slo.Series, closed string) Changes {
	t.Helper()
	c, problems, err := s.Merge(t.Context(), all, month(closed))
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return c
}

// line reads a series: when it begins and how wide its buckets are, then a tally
// a bucket, good/total, or _ for a gap; x3 is three times the same.
//
//	2026-10-01T00 1h 9/10 _x2 10/10x3
func line(text string) slo.Series {
	f := strings.Fields(text)
	from, err := time.Parse("2006-01-02T15", f[0])
	if err != nil {
		panic(err)
	}
	step, err := time.ParseDuration(f[1])
	if err != nil {
		panic(err)
	}
	s := slo.Series{Step: step}
	at := from.Unix()
	for _, f := range f[2:] {
		tally, times, ok := strings.Cut(f, "x")
		n := 1
		if ok {
			fmt.Sscan(times, &n)
		}
		var good, total slo.Count
		fmt.Sscanf(tally, "%d/%d", &good, &total)
		for range n {
			if tally != "_" {
				s.Points = append(s.Points, slo.Point{At: at, Tally: slo.Tally{Good: good * slo.Event, Total: total * slo.Event}})
			}
			at += int64(step / time.Second)
		}
	}
	return s
}

// lines reads one series a line, each after its SLO's id.
func lines(text string) map[string]slo.Series {
	all := map[string]slo.Series{}
	for l := range strings.Lines(text) {
		if id, rest, ok := strings.Cut(strings.TrimSpace(l), " "); ok {
			all[id] = line(rest)
		}
	}
	return all
}

// files returns the names of the folder's files, but for the lock.
func files(t testing.TB, dir string) string {
	t.Helper()
	return strings.Join(slices.Sorted(maps.Keys(contents(t, dir))), " ")
}

func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		if e.Name() != ".lock" {
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			all[e.Name()] = string(b)
		}
	}
	return all
}

func readAll(t testing.TB, s *Store) map[string]slo.Series {
	t.Helper()
	all, err := s.Read(always, nil)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func diff(t testing.TB, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestWhatIsMergedIsRead(t *testing.T) {
	all := lines(`
		a/b/hours   2026-10-01T00 1h 9/10x30 _x3 0/0 10/10x20
		a/b/minutes 2026-10-01T00 5m 1/1x300
		a/b/days    2026-10-01T00 24h 99/100x2`)
	s := openStore(t, t.TempDir(), berlin)
	mustMerge(t, s, all, "2026-10")
	diff(t, all, readAll(t, s))

	one, err := s.Read(slo.Span{
		From: time.Date(2026, 10, 1, 3, 0, 0, 0, time.UTC),
		To:   time.Date(2026, 10, 1, 5, 0, 0, 0, time.UTC),
	}, []Key{{ID: "a/b/hours"}, {ID: "a/b/unknown"}})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, lines("a/b/hours 2026-10-01T03 1h 9/10x2"), one)
}

func TestNothingIsThereBeforeTheFirstMerge(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "history"), berlin)
	span, err := s.Span()
	if err != nil || !span.Empty() || len(s.Months()) > 0 || len(readAll(t, s)) > 0 {
		t.Error(span, err, s.Months())
	}
	totals, err := s.Totals(month("2026-10"), nil)
	if err != nil || len(totals) > 0 {
		t.Error(totals, err)
	}
}

func TestMergingTheSameAgainTouchesNoFile(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, berlin)
	all := lines("a/b/c 2026-09-29T00 1h 9/10x100")
	if c := mustMerge(t, s, all, "2026-10"); c.Added != 100 {
		t.Errorf("added %d of 100", c.Added)
	}
	before := contents(t, dir)
	diff(t, Changes{}, mustMerge(t, s, all, "2026-10"))
	diff(t, Changes{}, mustMerge(t, openStore(t, dir, berlin), all, "2026-10"))
	diff(t, before, contents(t, dir))
}

func TestALaterAnswerReplacesAnEarlierOne(t *testing.T) {
	s := openStore(t, t.TempDir(), berlin)
	mustMerge(t, s, lines("a/b/c 2026-10-01T00 1h 9/10x5"), "2026-10")
	c := mustMerge(t, s, lines("a/b/c 2026-10-01T03 1h 9/10 11/12 1/1"), "2026-10")
	diff(t, Changes{Added: 1, Replaced: 1, Written: []string{"2026-10-01.parquet"}}, c)
	diff(t, lines("a/b/c 2026-10-01T00 1h 9/10x4 11/12 1/1"), readAll(t, s))
}

func TestDaysBecomeOneFileWhenTheirMonthIsClosed(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, berlin)
	// In Berlin October begins at 22:00 UTC.
	all := lines("a/b/c 2026-09-30T20 1h 9/10x29")
	mustMerge(t, s, all, "2026-09")
	diff(t, "2026-09-30.parquet 2026-10-01.parquet 2026-10-02.parquet", files(t, dir))

	c := mustMerge(t, s, nil, "2026-10")
	diff(t, Changes{Written: []string{"2026-09.parquet"}, Removed: []string{"2026-09-30.parquet"}}, c)
	mustMerge(t, s, nil, "2026-11")
	diff(t, "2026-09.parquet 2026-10.parquet", files(t, dir))
	diff(t, all, readAll(t, s))

	// What comes late goes into the month's file, also if the month counts as open again.
	mustMerge(t, s, lines("a/b/c 2026-10-20T00 1h 1/1"), "2026-10")
	diff(t, "2026-09.parquet 2026-10.parquet", files(t, dir))
}

func TestMonthsAreAsLongAsInTheirZone(t *testing.T) {
	for _, c := range []struct {
		zone, month string
		step        time.Duration
		buckets     int
		covered     time.Duration
	}{
		{"Europe/Berlin", "2026-03", time.Hour, 743, 743 * time.Hour},
		{"Europe/Berlin", "2026-10", time.Hour, 745, 745 * time.Hour},
		{"America/New_York", "2026-11", time.Hour, 721, 721 * time.Hour},
		{"Australia/Lord_Howe", "2026-10", 30 * time.Minute, 1487, 743*time.Hour + 30*time.Minute},
		{"Asia/Kathmandu", "2026-10", 15 * time.Minute, 2976, 744 * time.Hour},
	} {
		m, z := month(c.month), zone(c.zone)
		all := slo.Series{Step: c.step}
		for at := m.Add(-1).In(z).From; at.Before(m.Add(1).In(z).To); at = at.Add(c.step) {
			all.Points = append(all.Points, slo.Point{At: at.Unix(), Tally: slo.Tally{Good: 1, Total: 1}})
		}
		s := openStore(t, t.TempDir(), z)
		for _, closed := range []string{"2026-01", "2027-01"} { // from days, then from the month's sums
			mustMerge(t, s, map[string]slo.Series{"a/b/c": all}, closed)
			totals, err := s.Totals(m, nil)
			if err != nil {
				t.Fatal(err)
			}
			n := slo.Count(c.buckets)
			diff(t, map[string]Total{"a/b/c": {slo.Tally{Good: n, Total: n}, c.buckets, c.covered}}, totals)
		}
	}
}

func TestTheSumsOfAMonthAreThoseOfItsRows(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, berlin)
	mustMerge(t, s, lines(`
		a/b/c 2026-09-29T00 1h 9/10x100
		a/b/d 2026-10-01T00 5m 0/0x10 _x3 1/2
		a/b/e 2026-09-03T00 24h 5/7`), "2026-11")
	for _, m := range s.Months() {
		totals, err := s.Totals(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := s.gather(m.In(berlin), nil)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]Total{}
		for id, list := range rows {
			want[id] = sum(list)
		}
		diff(t, want, totals)
		if _, ok := s.known(m); !ok {
			t.Errorf("the sums of %s are not read from its file", m)
		}
	}
}

func TestADayCountsBeforeItsMonth(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, berlin)
	mustMerge(t, s, lines("a/b/c 2026-10-05T00 1h 1/10x5"), "2026-10")
	day := contents(t, dir)["2026-10-05.parquet"]
	mustMerge(t, s, lines("a/b/c 2026-10-05T00 1h 9/10x3"), "2026-11")
	// As a merge of two branches of a repository can leave it:
	if err := os.WriteFile(filepath.Join(dir, "2026-10-05.parquet"), []byte(day), 0o666); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir, berlin)
	want := lines("a/b/c 2026-10-05T00 1h 1/10x5")
	diff(t, want, readAll(t, s))
	totals, err := s.Totals(month("2026-10"), nil)
	if err != nil || totals["a/b/c"].Good != 5*slo.Event {
		t.Error(totals, err)
	}
	mustMerge(t, s, nil, "2026-11")
	diff(t, "2026-10.parquet", files(t, dir))
	diff(t, want, readAll(t, s))
}

func TestAnotherZoneIsReadAndThenFiledAnew(t *testing.T) {
	dir, fresh := t.TempDir(), t.TempDir()
	all := lines(`
		a/b/c 2026-08-25T00 1h 9/10x1500
		a/b/d 2026-09-30T00 1h 1/10x90`)
	mustMerge(t, openStore(t, dir, berlin), all, "2026-10")
	mustMerge(t, openStore(t, fresh, newYork), all, "2026-10")

	s, want := openStore(t, dir, newYork), openStore(t, fresh, newYork)
	same := func() {
		t.Helper()
		diff(t, all, readAll(t, s))
		for _, m := range want.Months() {
			a, err := want.Totals(m, nil)
			if err != nil {
				t.Fatal(err)
			}
			b, err := s.Totals(m, nil)
			if err != nil {
				t.Fatal(err)
			}
			diff(t, a, b)
		}
	}
	same()
	mustMerge(t, s, nil, "2026-10")
	same()
	diff(t, contents(t, fresh), contents(t, dir))
}

func TestARenamedFileIsReadAndThenFiledAnew(t *testing.T) {
	dir := t.TempDir()
	all := lines("a/b/c 2026-09-05T00 1h 9/10x100")
	mustMerge(t, openStore(t, dir, berlin), all, "2026-10")
	before := contents(t, dir)
	if err := os.Rename(filepath.Join(dir, "2026-09.parquet"), filepath.Join(dir, "2025-01.parquet")); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir, berlin)
	diff(t, all, readAll(t, s))
	if totals, err := s.Totals(month("2025-01"), nil); err != nil || len(totals) > 0 {
		t.Error(totals, err)
	}
	mustMerge(t, s, nil, "2026-10")
	diff(t, before, contents(t, dir))
}

func TestEarlierIdsBelongToTheSLO(t *testing.T) {
	s := openStore(t, t.TempDir(), berlin)
	mustMerge(t, s, lines(`
		a/old/c 2026-09-10T00 1h 1/10x4
		a/mid/c 2026-09-10T02 1h 2/10x4
		a/new/c 2026-09-10T05 1h 3/10x2
		a/new/d 2026-09-10T05 1h 4/10x2`), "2026-10")
	keys := []Key{{"a/new/c", []string{"a/mid/c", "a/old/c"}}, {"a/new/d", []string{"a/old/d"}}}
	want := lines(`
		a/new/c 2026-09-10T00 1h 1/10x2 2/10x3 3/10x2
		a/new/d 2026-09-10T05 1h 4/10x2`)
	got, err := s.Read(always, keys)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, want, got)
	totals, err := s.Totals(month("2026-09"), keys)
	if err != nil {
		t.Fatal(err)
	}
	for id, series := range want {
		if totals[id].Tally != series.Sum() || totals[id].Buckets != len(series.Points) {
			t.Errorf("%s: %+v, want %+v", id, totals[id], series.Sum())
		}
	}
}

func TestBucketsThatEndAfterAsOfAreNotThere(t *testing.T) {
	s := openStore(t, t.TempDir(), berlin)
	mustMerge(t, s, lines("a/b/c 2026-10-05T00 1h 9/10x10"), "2026-11")
	s.AsOf = time.Date(2026, 10, 5, 3, 59, 0, 0, time.UTC)
	diff(t, lines("a/b/c 2026-10-05T00 1h 9/10x3"), readAll(t, s))
	totals, err := s.Totals(month("2026-10"), nil)
	if err != nil || totals["a/b/c"].Buckets != 3 {
		t.Error(totals, err)
	}
	span, err := s.Span()
	if err != nil {
		t.Fatal(err)
	}
	diff(t, slo.Span{From: time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 10, 5, 3, 0, 0, 0, time.UTC)}, span)
}

func TestSeriesThatCannotBeAreAnError(t *testing.T) {
	s := openStore(t, t.TempDir(), berlin)
	for name, all := range map[string]map[string]slo.Series{
		"no id":                 {"": line("2026-10-01T00 1h 1/1")},
		"a line feed":           {"a\nb": line("2026-10-01T00 1h 1/1")},
		"more good than all":    lines("a/b/c 2026-10-01T00 1h 2/1"),
		"not aligned":           {"a/b/c": {Step: time.Hour, Points: []slo.Point{{At: 1}}}},
		"out of order":          {"a/b/c": {Step: time.Hour, Points: []slo.Point{{At: 3600}, {At: 0}}}},
		"twice":                 {"a/b/c": {Step: time.Hour, Points: []slo.Point{{At: 3600}, {At: 3600}}}},
		"no width":              {"a/b/c": {Points: []slo.Point{{At: 3600}}}},
		"7h does not fit":       lines("a/b/c 2026-10-01T00 7h 1/1"),
		"more than fits":        {"a/b/c": {Step: time.Hour, Points: []slo.Point{{Tally: slo.Tally{Total: slo.MaxCount + 1}}}}},
		"one and a half second": {"a/b/c": {Step: 1500 * time.Millisecond, Points: []slo.Point{{}}}},
		"fewer good than nil":   {"a/b/c": {Step: time.Hour, Points: []slo.Point{{Tally: slo.Tally{Good: -1}}}}},
	} {
		if c, _, err := s.Merge(t.Context(), all, month("2026-11")); err == nil {
			t.Errorf("%s: merged %+v", name, c)
		}
	}
}

func TestTwoWritersDoNotMix(t *testing.T) {
	dir := t.TempDir()
	var wait sync.WaitGroup
	for n := range 8 {
		s := openStore(t, dir, berlin)
		wait.Go(func() {
			all := lines(fmt.Sprintf("a/b/slo-%d 2026-09-29T00 1h 9/10x100", n))
			if _, problems, err := s.Merge(t.Context(), all, month("2026-10")); err != nil || len(problems) > 0 {
				t.Error(problems, err)
			}
		})
	}
	wait.Wait()
	if all := readAll(t, openStore(t, dir, berlin)); len(all) != 8 {
		t.Errorf("%d of 8 SLOs are there", len(all))
	}
}

func TestAReaderSeesWhatAnotherProgramWrote(t *testing.T) {
	dir := t.TempDir()
	all := lines("a/b/c 2026-10-01T00 1h 9/10x40")
	mustMerge(t, openStore(t, dir, berlin), all, "2026-10")
	s := openStore(t, dir, berlin)
	mustMerge(t, openStore(t, dir, berlin), nil, "2026-11") // takes the days away that s has seen
	diff(t, all, readAll(t, s))
}

func TestAReaderSeesAllWhileDaysBecomeMonths(t *testing.T) {
	dir := t.TempDir()
	all := lines("a/b/c 2026-08-01T00 1h 9/10x2000")
	mustMerge(t, openStore(t, dir, berlin), all, "2026-08")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, closed := range []string{"2026-09", "2026-10", "2026-11"} {
			s, _, err := Open(dir, berlin)
			if err == nil {
				_, _, err = s.Merge(t.Context(), nil, month(closed))
			}
			if err != nil {
				t.Error(err)
			}
		}
	}()
	for writing := true; writing; {
		select {
		case <-done:
			writing = false
		default:
		}
		if n := len(readAll(t, openStore(t, dir, berlin))["a/b/c"].Points); n != 2000 {
			t.Errorf("%d of 2000 buckets are there", n)
		}
	}
}

// Whatever the order and the parts in which buckets come, the same buckets give
// the same bytes.
func TestOrderAndPartsDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	all := map[string]slo.Series{}
	for n, step := range []time.Duration{time.Hour, 5 * time.Minute, 24 * time.Hour} {
		s := slo.Series{Step: step}
		for at := int64(1_788_220_800); at < 1_788_220_800+60*day; at += int64(step / time.Second) { // from 2026-09-01
			if total := slo.Count(r.IntN(5000)); r.IntN(10) > 0 {
				s.Points = append(s.Points, slo.Point{At: at, Tally: slo.Tally{Good: total - slo.Count(r.IntN(int(total)+1)), Total: total}})
			}
		}
		all[fmt.Sprintf("a/b/%d", n)] = s
	}
	dir := t.TempDir()
	mustMerge(t, openStore(t, dir, berlin), all, "2026-11")
	want := contents(t, dir)
	for range 10 {
		parts := make([]map[string]slo.Series, 1+r.IntN(6))
		for i := range parts {
			parts[i] = map[string]slo.Series{}
		}
		for id, s := range all {
			for _, p := range s.Points {
				part := parts[r.IntN(len(parts))]
				part[id] = slo.Series{Step: s.Step, Points: append(part[id].Points, p)}
			}
		}
		dir := t.TempDir()
		for _, part := range parts {
			mustMerge(t, openStore(t, dir, berlin), part, []string{"2026-08", "2026-10", "2026-11"}[r.IntN(3)])
		}
		mustMerge(t, openStore(t, dir, berlin), nil, "2026-11")
		for name, data := range contents(t, dir) {
			if data != want[name] {
				t.Errorf("%d parts: %s has other bytes", len(parts), name)
			}
		}
		diff(t, "2026-09.parquet 2026-10.parquet", files(t, dir))
	}
}
