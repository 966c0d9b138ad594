package stage

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The test binary starts itself to be killed or to run out of disk: one of
// these variables names the folder that the child works in.
const (
	loopIn = "TRIBUNE_STAGE_LOOP" // build one site after another until killed
	fillIn = "TRIBUNE_STAGE_FILL" // mount a small disk there and fill it
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(loopIn) != "":
		buildForEver(os.Getenv(loopIn))
	case os.Getenv(fillIn) != "":
		fillDisk(os.Getenv(fillIn))
	default:
		os.Exit(m.Run())
	}
}

// edition returns the pages of the nth site that buildForEver writes. Some are
// the same in all of them, some in none, and each has one that no other has.
func edition(n int) map[string]string {
	pages := map[string]string{
		"index.html":                     fmt.Sprintf("edition %d", n),
		fmt.Sprintf("news/%d.html", n):   "news",
		fmt.Sprintf("y%d/index.html", n): "a folder of its own",
	}
	for i := range 30 {
		pages[fmt.Sprintf("old/%d.html", i)] = fmt.Sprintf("as ever %d", i)
		pages[fmt.Sprintf("live/%d.html", i)] = fmt.Sprintf("page %d of edition %d", i, n)
	}
	return pages
}

func buildForEver(out string) {
	fmt.Println("begin")
	for n := 1; ; n++ {
		err := buildEdition(out, n)
		if err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		fmt.Println("built", n)
	}
}

func buildEdition(out string, n int) error {
	s, err := Open(context.Background(), out, Options{})
	if err != nil {
		return err
	}
	defer s.Abort()
	for path, content := range edition(n) {
		if err := s.Write(path, []byte(content)); err != nil {
			return err
		}
	}
	o := origin
	o.Commit = strconv.Itoa(n)
	return s.Commit(o)
}

// A build killed at any moment leaves a whole site: 20 moments here, 200 when
// TRIBUNE_SOAK is set.
func TestAKilledBuildLeavesTheOldSiteOrTheNew(t *testing.T) {
	kills := 20
	if os.Getenv("TRIBUNE_SOAK") != "" {
		kills = 200
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))

	out := filepath.Join(t.TempDir(), "public")
	if err := buildEdition(out, 0); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, ".gitignore"), []byte("*\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	stop, missing := readOnAndOn(filepath.Join(out, "index.html"))
	defer stop()
	found := map[int]int{}
	for range kills {
		killABuild(t, out, 3*random.Float64())
		n := wantWholeEdition(t, out)
		found[n]++
	}
	t.Logf("kills by the edition they left: %v", found)
	if len(found) < 2 {
		t.Error("no kill came after a swap: the test tests nothing")
	}
	stop()
	if n := missing.Load(); n > 0 {
		t.Errorf("a reader found no site %d times", n)
	}
	if err := buildEdition(out, 0); err != nil {
		t.Fatal(err)
	}
	wantNothingBeside(t, out)
}

// killABuild starts a child that builds and kills it after its first edition
// and a number of times as long as that took.
func killABuild(t *testing.T, out string, times float64) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), loopIn+"="+out)
	child.Stderr = os.Stderr
	said, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(said)
	lines.Scan()
	begin := time.Now()
	lines.Scan()
	if lines.Text() != "built 1" {
		t.Errorf("the child says %q", lines.Text())
	}
	time.Sleep(time.Duration(times * float64(time.Since(begin))))
	if err := child.Process.Kill(); err != nil {
		t.Error(err)
	}
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "failed") {
			t.Error(lines.Text())
		}
	}
	child.Wait()
}

// wantWholeEdition fails unless the site is one edition with nothing missing
// and nothing more, as its manifest says, and returns which.
func wantWholeEdition(t *testing.T, out string) int {
	t.Helper()
	f, err := os.Open(filepath.Join(out, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := ReadManifest(f)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(m.Commit)
	if err != nil {
		t.Fatal(err)
	}
	want := edition(n)
	if len(m.Files) != len(want) {
		t.Errorf("the manifest lists %d files of %d", len(m.Files), len(want))
	}
	want[".gitignore"] = "*\n"
	wantTree(t, out, want)
	return n
}

// readOnAndOn opens a page again and again, and counts how often it is not there.
func readOnAndOn(page string) (stop func(), missing *atomic.Int64) {
	missing = new(atomic.Int64)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			if _, err := os.ReadFile(page); err != nil {
				missing.Add(1)
			}
			time.Sleep(100 * time.Microsecond)
		}
	}()
	return func() { cancel(); <-done }, missing
}

// Without an exchange of folders there is a moment with no site in its place.
func TestABuildKilledBetweenTwoRenamesIsMended(t *testing.T) {
	out := filepath.Join(t.TempDir(), "public")
	pages := map[string]string{"index.html": "old"}
	build(t, out, pages)
	work := filepath.Join(filepath.Dir(out), ".public.tribune")
	if err := os.MkdirAll(filepath.Join(work, "new"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(out, filepath.Join(work, "old")); err != nil {
		t.Fatal(err)
	}
	open(t, out).Abort()
	wantTree(t, out, pages)
	wantNothingBeside(t, out)
}

func TestTwoRenamesDoWhatAnExchangeDoes(t *testing.T) {
	dir := t.TempDir()
	next, out, old := filepath.Join(dir, "new"), filepath.Join(dir, "public"), filepath.Join(dir, "old")
	build(t, out, map[string]string{"index.html": "old"})
	build(t, next, map[string]string{"index.html": "new"})
	if err := renameBoth(next, out, old); err != nil {
		t.Fatal(err)
	}
	wantTree(t, out, map[string]string{"index.html": "new"})
	wantTree(t, old, map[string]string{"index.html": "old"})

	if err := renameBoth(filepath.Join(dir, "nothing"), out, filepath.Join(dir, "away")); err == nil {
		t.Error("nothing took the place of a site")
	}
	wantTree(t, out, map[string]string{"index.html": "new"})
}
