package publish

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The test binary starts itself to publish and be killed: these variables name
// the address and the folder of the built site.
const (
	childTarget = "TRIBUNE_PUBLISH_TARGET"
	childFrom   = "TRIBUNE_PUBLISH_FROM"
)

func TestMain(m *testing.M) {
	if os.Getenv(childTarget) == "" {
		os.Exit(m.Run())
	}
	cfg := config(place{address: os.Getenv(childTarget)}, os.Getenv(childFrom))
	if _, err := Run(context.Background(), cfg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// child returns a process that publishes a site.
func child(p place, from string) *exec.Cmd {
	address := p.address
	if p.kind == "bucket" {
		address += "&lease=1s" // else each kill costs a minute
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childTarget+"="+address, childFrom+"="+from)
	return cmd
}

// A publish is killed at 15 moments, 200 when TRIBUNE_SOAK is set, while
// somebody reads the site. Now and then another goes on where it ended.
func TestReadersOfAKilledPublishMeetWholePages(t *testing.T) {
	kills := 15
	if os.Getenv("TRIBUNE_SOAK") != "" {
		kills = 200
	}
	everywhere(t, func(t *testing.T, p place) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))

		publish(t, p, edition(0))
		begin := time.Now()
		if out, err := child(p, site(t, edition(1))).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		took := time.Since(begin)

		r := readOnAndOn(p)
		healed, n := 0, 1
		for range kills {
			n++
			from := site(t, edition(n))
			cmd := child(p, from)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(1.1 * random.Float64() * float64(took)))
			cmd.Process.Kill()
			cmd.Wait()
			if random.IntN(2) == 0 {
				continue // the next edition comes over what this one left
			}
			healed++
			if _, err := Run(t.Context(), config(p, from)); err != nil {
				t.Fatalf("edition %d does not heal what a kill left: %v", n, err)
			}
			wantEdition(t, p, n)
		}
		for i := range 3 {
			publish(t, p, edition(n+1+i))
		}
		faults, pages := r.stop()
		t.Logf("%d kills in up to %v, %d healed by the same site; %d pages were read meanwhile", kills, took.Round(time.Millisecond), healed, pages)
		for _, f := range faults {
			t.Error(f)
		}
		if pages == 0 {
			t.Error("nobody read a page")
		}
		wantFiles(t, p, with(edition(n+3), assetsOf(edition(n+2))))
	})
}

// wantEdition fails unless every file of an edition is there, and besides them
// only assets.
func wantEdition(t *testing.T, p place, n int) {
	t.Helper()
	got := p.files()
	want := with(edition(n), assetsOf(got), map[string]string{manifestName: got[manifestName]})
	for name := range got {
		if got[name] != want[name] {
			t.Errorf("edition %d: %s is %q, want %q", n, name, got[name], want[name])
		}
	}
	for name := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("edition %d: %s is missing", n, name)
		}
	}
}

// A reader reads pages again and again, with all that they link to.
type reader struct {
	cancel context.CancelFunc
	done   chan struct{}
	pages  int
	faults []string
}

func readOnAndOn(p place) *reader {
	ctx, cancel := context.WithCancel(context.Background())
	r := &reader{cancel: cancel, done: make(chan struct{})}
	names := []string{"index.html", "pay/index.html"}
	for i := range 12 {
		names = append(names, fmt.Sprintf("pay/services/%d/index.html", i), fmt.Sprintf("pay/old/%d.html", i))
	}
	go func() {
		defer close(r.done)
		for ctx.Err() == nil {
			for _, name := range names {
				if fault := readPage(p, name); fault != "" && len(r.faults) < 10 {
					r.faults = append(r.faults, fault)
				}
				r.pages++
			}
		}
	}()
	return r
}

func (r *reader) stop() (faults []string, pages int) {
	r.cancel()
	<-r.done
	return r.faults, r.pages
}

var link = regexp.MustCompile(`href="([^"]*)"`)

// readPage reads a page and what it links to, and says what is wrong with it. A
// reader may be slow: when a link leads nowhere, it is at fault only if the page
// still has it or, if that is to an asset, if not two sites came since.
func readPage(p place, name string) (fault string) {
	page, ok := p.get(name)
	if !ok {
		return name + " is not there"
	}
	for _, m := range link.FindAllStringSubmatch(page, -1) {
		at := path.Join(path.Dir(name), m[1])
		if _, ok := p.get(at); ok {
			continue
		}
		now, _ := p.get(name)
		asset := strings.HasPrefix(at, "assets/")
		if now == page || asset && editionOf(now) < editionOf(page)+2 {
			return fmt.Sprintf("%s of edition %d leads to %s, which is not there; now it is of edition %d", name, editionOf(page), at, editionOf(now))
		}
	}
	return ""
}

func editionOf(page string) int {
	n, _ := strconv.Atoi(strings.Fields(page + " - -")[1])
	return n
}

// Another publish finds the lock of a killed one and takes it.
func TestAKilledPublishKeepsNobodyOut(t *testing.T) {
	everywhere(t, func(t *testing.T, p place) {
		publish(t, p, edition(0))
		for range 3 {
			cmd := child(p, site(t, edition(1)))
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			cmd.Process.Kill()
			cmd.Wait()
		}
		publish(t, p, edition(2))
		wantEdition(t, p, 2)
	})
}
