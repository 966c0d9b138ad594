package promserver

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"tribune/generator/history"
	"tribune/generator/seal"
)

// A fault is what goes wrong in a night.
type fault int

const (
	serverDown       fault = iota // Prometheus does not run
	brokenPostmortem              // somebody pushes one that cannot be read; it is mended before the next night
	diskFull                      // that of the site's folder
	publishKilled                 // once it has begun to write to the folder
	nightKilled                   // all of it, as it publishes
	skipped                       // nobody runs it
)

// A month is nights in a row, one a day.
type month struct {
	first  time.Time // night, by the hour of whose day all is pulled
	nights int
	faults map[int][]fault // by night
}

// The last days before October is due, and it: five nights that run, one that does not.
var daysAroundTheSeal = month{time.Date(2026, 11, 1, 0, 23, 0, 0, time.UTC), 6, map[int][]fault{
	1: {serverDown, brokenPostmortem}, 2: {skipped}, 3: {serverDown, diskFull}, 4: {publishKilled},
}}

// Two days more than a month, since two nights are skipped: 31 nights run.
var thirtyNights = month{time.Date(2026, 10, 20, 0, 23, 0, 0, time.UTC), 33, map[int][]fault{
	3: {serverDown}, 4: {serverDown}, 6: {brokenPostmortem}, 8: {diskFull}, 10: {publishKilled}, 12: {skipped},
	14: {nightKilled}, 15: {serverDown, diskFull}, 17: {publishKilled}, 19: {nightKilled}, 20: {nightKilled},
	23: {brokenPostmortem, publishKilled}, 25: {serverDown, diskFull}, 27: {skipped}, 28: {nightKilled},
}}

// inNamespace names the folder of a test that has its own mounts.
const inNamespace = "TRIBUNE_NIGHTS"

// The script of a night runs night after night against a real Prometheus and a
// repository, while things go wrong. What is published is whole after each; the
// report names what went wrong; in the end nothing is missing.
func TestNightsGoWrongAndTheSiteStaysWhole(t *testing.T) {
	needProgram(t, "prometheus", "prometheus")
	needProgram(t, "promtool", "prometheus")
	if dir := os.Getenv(inNamespace); dir != "" {
		m := daysAroundTheSeal
		if soak {
			m = thirtyNights
		}
		m.pass(t, dir)
		return
	}
	// Only who may mount a small disk can fill one. The child may, in a namespace.
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=1h")
	child.Env = append(os.Environ(), inNamespace+"="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	var said bytes.Buffer
	child.Stdout, child.Stderr = &said, &said
	if err := child.Start(); err != nil {
		t.Fatalf("this system lets nobody mount a small disk to fill: %v\n\thint: allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0", err)
	}
	if err := child.Wait(); err != nil {
		t.Errorf("%v\n%s", err, &said)
	} else {
		t.Logf("in a namespace of its own:\n%s", &said)
	}
}

// pass lets the nights pass.
func (m month) pass(t *testing.T, dir string) {
	begin := time.Now()
	w := newWorld(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), 0)
	w.days = int(m.first.AddDate(0, 0, m.nights-1).Sub(w.from).Hours()) / 24
	var names []string
	for _, trouble := range []int{0, 1, 2, 7, 12} {
		l := steady(fmt.Sprintf("service-%d", trouble))
		troubles[trouble].change(&l)
		w.live(l)
		names = append(names, l.name)
	}
	r := newReports(t, dir, w, names)
	t.Logf("%d services, %d days, made in %v", len(names), w.days, time.Since(begin).Round(time.Millisecond))
	for i := range m.nights {
		asOf := m.first.AddDate(0, 0, i)
		r.people(m.faults[i], m.faults[i-1])
		if slices.Contains(m.faults[i], skipped) {
			t.Logf("%s: nobody runs the night", asOf.Format(time.DateOnly))
			continue
		}
		r.night(asOf, m.faults[i], m.faults[i-1])
		if t.Failed() {
			t.Fatalf("the night of %s is the first that is not as it should be", asOf.Format(time.DateOnly))
		}
	}
	r.wantAll(w, names)
	t.Logf("all of it took %v", time.Since(begin).Round(time.Second))
}

// people push what they wrote since the night before.
func (r *reports) people(today, yesterday []fault) {
	r.t.Helper()
	const cold = "content/postmortems/t/2026-10-28-cache.md"
	if slices.Contains(today, brokenPostmortem) {
		r.push(cold, "+++\nseverity = \n+++\n\n# The cache was cold\n")
	} else if slices.Contains(yesterday, brokenPostmortem) {
		r.push(cold, "+++\nseverity = \"SEV3\"\n+++\n\n# The cache was cold\n")
	}
}

// night runs one and looks at what it leaves.
func (r *reports) night(asOf time.Time, faults, before []fault) {
	t := r.t
	t.Helper()
	has := func(f fault) bool { return slices.Contains(faults, f) }
	if has(serverDown) {
		r.server.stop()
	} else {
		r.server.start(t)
	}
	if has(diskFull) {
		r.fill()
	}
	begin := time.Now()
	report, status := r.run(asOf, has(publishKilled), has(nightKilled))
	took := time.Since(begin)
	if has(diskFull) {
		r.empty()
	}
	t.Logf("%s: status %d after %v\n%s", asOf.Format(time.DateOnly), status, took.Round(time.Millisecond), report)

	want := map[string]bool{}
	for _, f := range faults {
		switch f {
		case serverDown:
			want[`(?m)^pull: FAILED .*\n(?s:.*)connection refused`] = true
		case brokenPostmortem:
			want[`(?m)^check: FAILED .*\n(?s:.*)content/postmortems/t/2026-10-28-cache\.md:2:`] = true
		case diskFull:
			want[`(?m)^build: FAILED .*\n(?s:.*)no space left on device`] = true
			want[`(?m)^publish: not run, since there is no new site; the old one stays$`] = true
		case publishKilled:
			want[`(?m)^publish: FAILED with exit status 137$`] = true
		}
	}
	for _, f := range before {
		switch f {
		case skipped:
			want[`(?m)^no night since `+asOf.AddDate(0, 0, -2).Format(time.DateOnly)] = true
		case nightKilled:
			want[`(?m)^the night of `+asOf.AddDate(0, 0, -1).Format(time.DateOnly)+`\S+: did not end; it had come to publish$`] = true
		}
	}
	if has(nightKilled) {
		want = nil // nobody is there to tell; the next night does
	} else if wrong := status != 0; wrong != (len(faults) > 0) {
		t.Errorf("the exit status is %d", status)
	}
	for words := range want {
		if !regexp.MustCompile(words).MatchString(report) {
			t.Errorf("the report lacks %s", words)
		}
	}
	if len(faults) == 0 && strings.Contains(report, "FAILED") {
		t.Error("nothing went wrong, and the report says that something did")
	}
	r.wantWhole(asOf, has(diskFull), has(publishKilled) || has(nightKilled))
}

// wantAll holds what the repository has in the end against what went into the
// world, and what October was issued with.
func (r *reports) wantAll(w *world, names []string) {
	t := r.t
	t.Helper()
	dir := filepath.Join(t.TempDir(), "end")
	r.git("", "clone", "--quiet", r.remote, dir)
	store, problems, err := history.Open(filepath.Join(dir, "data/history"), time.UTC)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	const within = 0.001
	var hours int
	for _, name := range names {
		id := "t/" + name + "/ok"
		for month, counted := range w.counted[name] {
			totals, err := store.Totals(month, []history.Key{{ID: id}})
			if err != nil {
				t.Fatal(err)
			}
			got := totals[id]
			hours += int(got.Covered / time.Hour)
			if off := got.Total.Events()/counted.total - 1; off > within || off < -within {
				t.Errorf("%s, %s: %v events are kept, %v went in", name, month, got.Total.Events(), counted.total)
			}
			if off := got.Bad().Events() - counted.bad; off > within*counted.bad+1e-9 || off < -within*counted.bad-1e-9 {
				t.Errorf("%s, %s: %v bad events are kept, %v went in", name, month, got.Bad().Events(), counted.bad)
			}
		}
	}
	if want := len(names) * w.days * 24; hours != want {
		t.Errorf("%d hours are kept of %d", hours, want)
	}
	months, problems := seal.Load(os.DirFS(dir))
	if len(problems) > 0 || len(months) != 1 || months[0].Month.String() != "2026-10" {
		t.Fatalf("sealed are %v %v", months, problems)
	}
	for _, row := range months[0].SLOs {
		counted := w.counted[row.Service][months[0].Month]
		if off := row.Total.Events()/counted.total - 1; off > within || off < -within {
			t.Errorf("%s was issued with %v events in October, %v went in", row.ID, row.Total.Events(), counted.total)
		}
	}
	if len(months[0].SLOs) != len(names) {
		t.Errorf("%d of %d SLOs were issued", len(months[0].SLOs), len(names))
	}
}
