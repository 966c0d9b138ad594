//go:build unix

package generator

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"tribune/generator/diag"
)

// Two pulls of one site, each a process of its own, wait for each other as they
// write. What they leave is what one would have.
func TestTwoPullsAtOnceStoreWhatOneWould(t *testing.T) {
	c := serveCounting(t, "a", "b", "c", "d")
	c.oldest = moment("2026-08-15T00")
	alone, shared := countingSite(t, c, true), countingSite(t, c, true)
	killed(t, c, alone, 0)
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() { killed(t, c, shared, 0) })
	}
	wait.Wait()
	sameFiles(t, "two pulls at once", files(t, shared), files(t, alone))
}

// A clock that was set wrong for a night makes a pull ask about the wrong time,
// for no more of it than otherwise, and nothing that is stored goes. The next
// night, by the right clock, is as any other.
func TestAClockThatJumpsErasesNothing(t *testing.T) {
	for _, wrong := range []struct {
		what string
		now  time.Time
	}{
		{"an hour back", tonight.Add(-time.Hour)},
		{"forty days back", tonight.AddDate(0, 0, -40)},
		{"at the beginning of Unix time", time.Unix(300, 0).UTC()},
		{"before it", time.Unix(-86_400*365, 0).UTC()},
		{"a day ahead", tonight.AddDate(0, 0, 1)},
		{"a year ahead", tonight.AddDate(1, 0, 0)},
		{"ten years ahead", tonight.AddDate(10, 0, 0)},
	} {
		c := serveCounting(t, "cart")
		c.oldest, c.newest = moment("2026-10-01T00"), tonight
		dir := countingSite(t, c, false)
		mustPull(t, config(dir, c), nil)
		before := stored(t, dir, "t/cart/ok")

		cfg := config(dir, c)
		cfg.Now = wrong.now
		r := mustPull(t, cfg, nil)
		if o := r.Sources[0].SLOs[0]; o.Asked > 13*31*24+wrong.now.Day()*24 || o.Replaced > 0 {
			t.Errorf("%s: %+v", wrong.what, o)
		}
		if got := stored(t, dir, "t/cart/ok"); !maps.Equal(got, before) {
			t.Errorf("%s: %d buckets are stored, %d were", wrong.what, len(got), len(before))
		}
		cfg.Now, c.newest = tonight.AddDate(0, 0, 1), tonight.AddDate(0, 0, 1)
		r = mustPull(t, cfg, nil)
		same(t, wrong.what+", the next night", counted(r, "t/cart/ok"), "asked 71, stored 24, unchanged 47")
	}
}

// A file that is damaged is named and stays as it is: what comes for its time is
// refused, and said to be. All else is pulled.
func TestADamagedMonthIsNamedAndTheRestIsPulled(t *testing.T) {
	c := serveCounting(t, "cart")
	c.oldest = moment("2026-08-01T00")
	dir := countingSite(t, c, false)
	cfg := config(dir, c)
	cfg.Now = tonight.AddDate(0, 0, -1)
	mustPull(t, cfg, nil)
	name := "data/history/2026-09.parquet"
	whole := read(t, dir, name)
	put(t, dir, name, whole[:1000])

	r := mustPull(t, config(dir, c), ErrProblems)
	same(t, "cart", counted(r, "t/cart/ok"), "asked 791, stored 24, unchanged 47, refused 720")
	var rules []string
	for _, p := range r.Problems {
		rules = append(rules, fmt.Sprint(p.Pos, " ", p.Rule))
		if p.Severity != diag.Error {
			t.Error(p)
		}
	}
	same(t, "problems", strings.Join(rules, ", "), name+" history-damaged, "+name+" history-refused")
	if read(t, dir, name) != whole[:1000] {
		t.Error("the damaged file was written")
	}

	put(t, dir, name, whole)
	r = mustPull(t, config(dir, c), nil)
	same(t, "mended", counted(r, "t/cart/ok"), "asked 71, unchanged 71")
	if n := len(stored(t, dir, "t/cart/ok")); n != 31*24+30*24+31*24+9*24+6 {
		t.Errorf("%d buckets", n)
	}
}
