//go:build unix

package generator

import (
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// TestPulledUntilKilled is run by TestAPullThatIsKilledGoesOnWhereItWas in a
// process of its own.
func TestPulledUntilKilled(t *testing.T) {
	dir := os.Getenv("TRIBUNE_KILL_DIR")
	if dir == "" {
		t.Skip("run by TestAPullThatIsKilledGoesOnWhereItWas")
	}
	heldPoints = 1500 // so that it writes often
	mustPull(t, config(dir, &counting{url: os.Getenv("TRIBUNE_KILL_URL")}), nil)
}

// A pull that is killed with SIGKILL at any moment, and then run again, leaves
// the same bytes as one that nobody disturbed.
func TestAPullThatIsKilledGoesOnWhereItWas(t *testing.T) {
	kills := 20
	if os.Getenv("TRIBUNE_SOAK") != "" {
		kills = 200
	}
	c := serveCounting(t, "a", "b", "c", "d", "e", "f")
	c.oldest = moment("2026-07-15T00")
	c.gap = func(service string, at time.Time) bool { return service == "b" && at.Day() == 20 }
	whole := countingSite(t, c, true)
	start := time.Now()
	killed(t, c, whole, 0)
	took := time.Since(start)
	want := files(t, whole)

	random := rand.New(rand.NewSource(1))
	died, saved := 0, 0
	for i := range kills {
		dir := countingSite(t, c, true)
		if killed(t, c, dir, 1+time.Duration(random.Int63n(int64(took)))) {
			died++
		}
		if _, err := os.Stat(dir + "/data/history"); err == nil && len(files(t, dir)) > 0 {
			saved++
		}
		mustPull(t, config(dir, c), nil)
		sameFiles(t, fmt.Sprint("kill ", i), files(t, dir), want)
	}
	if died < kills/2 {
		t.Errorf("only %d of %d were killed before they ended", died, kills)
	}
	t.Logf("%d of %d were killed before they ended, %d after they had stored something", died, kills, saved)
}

// killed pulls in a process of its own, which is killed after a while unless that
// is 0. It reports whether that came before its end.
func killed(t *testing.T, c *counting, dir string, after time.Duration) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestPulledUntilKilled$")
	cmd.Env = append(os.Environ(), "TRIBUNE_KILL_DIR="+dir, "TRIBUNE_KILL_URL="+c.url)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after > 0 {
		timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
		defer timer.Stop()
	}
	err := cmd.Wait()
	if err == nil {
		return false
	}
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		t.Fatal(err)
	}
	return true
}
