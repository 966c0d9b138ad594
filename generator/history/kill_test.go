//go:build unix

package history

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"tribune/generator/slo"
)

// A killCase is a merge that is killed after each of its steps.
type killCase struct {
	before, merged map[string]slo.Series
	was, is        *time.Location // the site's zone before and now
	opened, closed string         // the month that was open before, and the one that is now
}

var killCases = map[string]killCase{
	"days": {
		lines("a/b/c 2026-10-01T00 1h 9/10x40"), lines("a/b/c 2026-10-02T00 1h 9/10x40"), berlin, berlin, "2026-10", "2026-10"},
	"closing a month": {
		lines("a/b/c 2026-10-01T00 1h 9/10x70"), lines("a/b/c 2026-10-03T00 1h 8/10x40"), berlin, berlin, "2026-10", "2026-11"},
	"another zone": {
		lines("a/b/c 2026-08-31T00 1h 9/10x770"), nil, berlin, newYork, "2026-10", "2026-10"},
}

// TestKilled is run by TestAKillLosesNothing in a process of its own.
func TestKilled(t *testing.T) {
	dir := os.Getenv("TRIBUNE_KILL_DIR")
	if dir == "" {
		t.Skip("run by TestAKillLosesNothing")
	}
	steps, _ := strconv.Atoi(os.Getenv("TRIBUNE_KILL_STEP"))
	afterStep = func() {
		if steps--; steps == 0 {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	c := killCases[os.Getenv("TRIBUNE_KILL_CASE")]
	mustMerge(t, openStore(t, dir, c.is), c.merged, c.closed)
}

func TestAKillLosesNothing(t *testing.T) {
	for name, c := range killCases {
		whole := t.TempDir()
		mustMerge(t, openStore(t, whole, c.was), c.before, c.opened)
		mustMerge(t, openStore(t, whole, c.is), c.merged, c.closed)
		want := readAll(t, openStore(t, whole, c.is))
		for step := 1; ; step++ {
			dir := filepath.Join(t.TempDir(), fmt.Sprint(step))
			mustMerge(t, openStore(t, dir, c.was), c.before, c.opened)

			cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
			cmd.Env = append(os.Environ(), "TRIBUNE_KILL_DIR="+dir, "TRIBUNE_KILL_CASE="+name, "TRIBUNE_KILL_STEP="+strconv.Itoa(step))
			err := cmd.Run()
			if err == nil {
				if step < 4 {
					t.Errorf("%s: only %d steps", name, step-1)
				}
				break
			}
			if status, ok := err.(*exec.ExitError); !ok || status.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("%s, step %d: %v", name, step, err)
			}

			s := openStore(t, dir, c.is)
			got := readAll(t, s)
			for id, series := range c.before {
				known := map[int64]slo.Tally{}
				for _, p := range got[id].Points {
					known[p.At] = p.Tally
				}
				for _, p := range series.Points {
					later := slo.Series{Points: c.merged[id].Points}.In(slo.Span{From: time.Unix(p.At, 0), To: time.Unix(p.At+1, 0)})
					if t1, ok := known[p.At]; !ok || t1 != p.Tally && (len(later.Points) == 0 || t1 != later.Points[0].Tally) {
						t.Fatalf("%s, step %d: the bucket of %s is %v, %v", name, step, stamp(p.At), t1, ok)
					}
				}
			}
			mustMerge(t, s, c.merged, c.closed)
			diff(t, want, readAll(t, s))
			diff(t, contents(t, whole), contents(t, dir))
			if t.Failed() {
				t.Fatalf("%s, step %d", name, step)
			}
		}
	}
}
