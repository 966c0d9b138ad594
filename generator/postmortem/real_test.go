package postmortem_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tribune/generator/postmortem"
)

// A realReport is what a careful person reads in a report that others wrote and
// that is not kept here: facts of it, none of its text. Each line was held against
// its report, row by row of the timeline. Days and times are those of UTC; what
// nobody says in words, or says in two ways, is left out.
type realReport struct {
	file  string
	title int    // the line of the title; 0 if it is in the front matter
	date  string // of the incident
	// The first and the last entry of the timeline that say when, how many there
	// are, and how many of them do not say when or not in one way.
	first, last      string
	entries, untimed int

	started, detected, mitigated, resolved string

	stated        time.Duration // how long it took, in words
	severity      string
	actions, done int
	assumed       bool // no zone is named for the timeline
	doubt         bool // there is reason to doubt a day or a time
}

func TestFactsOfRealReportsAreThoseThatAPersonReads(t *testing.T) {
	root := realRoot(t)
	for _, want := range realReports {
		if got := factsOf(t, root, want.file); got != want {
			t.Errorf("read\n%+v\nwant\n%+v", got, want)
		}
	}
}

// realRoot returns the folder of the corpora. Without them the test is skipped,
// and says so: they are others' and not kept here.
func realRoot(t *testing.T) string {
	t.Helper()
	root := os.Getenv("TRIBUNE_REAL")
	if root == "" {
		t.Skip("TRIBUNE_REAL does not name a folder that holds the corpora under postmortems/")
	}
	return root
}

// factsOf reads the facts of one report.
func factsOf(t *testing.T, root, file string) realReport {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(root, "postmortems", file))
	if err != nil {
		t.Fatal(err)
	}
	within := siteFile(filepath.Base(file))
	p, problems := postmortem.Read(within, src, time.UTC, postmortem.Names{})
	body, _ := postmortem.Body(within, src, p.Title, postmortem.Links{Zone: time.UTC, Day: p.Date})
	printed := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Format("2006-01-02 15:04")
	}
	r := realReport{
		file: file, entries: len(body.Timeline), started: printed(p.Started), detected: printed(p.Detected),
		mitigated: printed(p.Mitigated), resolved: printed(p.Resolved), stated: p.Stated, severity: p.Severity, actions: len(p.Actions),
	}
	if !p.Date.IsZero() {
		r.date = p.Date.String()
	}
	for _, said := range p.Prose {
		if said.Field == "title" {
			r.title = said.Line
		}
	}
	for _, m := range body.Timeline {
		switch {
		case m.At.IsZero():
			r.untimed++
		case r.first == "":
			r.first = printed(m.At)
			fallthrough
		default:
			r.last, r.assumed = printed(m.At), r.assumed || m.ZoneAssumed
		}
	}
	for _, a := range p.Actions {
		if !a.Open() {
			r.done++
		}
	}
	r.doubt = len(doubts(problems)) > 0
	return r
}

// siteFile returns where a report would be in a site.
func siteFile(base string) string {
	return "content/postmortems/real/" + strings.TrimSuffix(strings.TrimSuffix(base, ".md"), ".qmd") + ".md"
}

// A corpus counts the reports of one place that say each fact; of entries and
// actions it counts both the reports that have some and all of them.
type corpus struct {
	reports, title, date, started, detected, ended, stated, severity int
	timelines, entries, promising, actions                           int
	doubted                                                          int // those whose days or times there is reason to doubt
}

// realCorpora are what is read of all reports, so that a change of the reader
// shows where it reads more and where less.
var realCorpora = map[string]corpus{
	"berkeley-datahub":          {reports: 19, title: 19, date: 19, started: 1, detected: 4, ended: 3, stated: 2, severity: 0, timelines: 19, entries: 148, promising: 19, actions: 69, doubted: 10},
	"dfds":                      {reports: 39, title: 39, date: 38, started: 20, detected: 24, ended: 22, stated: 30, severity: 0, timelines: 39, entries: 377, promising: 39, actions: 127, doubted: 13},
	"jenkins-infra-postmortems": {reports: 8, title: 8, date: 8, started: 3, detected: 4, ended: 5, stated: 0, severity: 0, timelines: 8, entries: 56, promising: 6, actions: 23, doubted: 4},
	"jenkins-infra-status":      {reports: 175, title: 175, date: 175, started: 175, detected: 0, ended: 175, stated: 0, severity: 175, timelines: 3, entries: 21, promising: 0, actions: 0, doubted: 9},
	"kubernetes-test-infra":     {reports: 5, title: 5, date: 5, started: 1, detected: 3, ended: 1, stated: 1, severity: 0, timelines: 5, entries: 57, promising: 5, actions: 9, doubted: 2},
	"mybinder":                  {reports: 23, title: 23, date: 23, started: 3, detected: 7, ended: 5, stated: 1, severity: 0, timelines: 23, entries: 199, promising: 23, actions: 120, doubted: 9},
}

func TestAsMuchIsReadOfRealReportsAsBefore(t *testing.T) {
	root := realRoot(t)
	got := map[string]corpus{}
	err := filepath.WalkDir(filepath.Join(root, "postmortems"), func(name string, d os.DirEntry, err error) error {
		base := filepath.Base(name)
		ext := filepath.Ext(name)
		if err != nil || d.IsDir() || ext != ".md" && ext != ".qmd" && !strings.HasPrefix(base, "PM") || noReport(base) {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		within, _ := filepath.Rel(filepath.Join(root, "postmortems"), name)
		place, _, _ := strings.Cut(filepath.ToSlash(within), "/")
		c := got[place]
		c.add(siteFile(base), src)
		got[place] = c
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for place, c := range got {
		t.Logf("%s: %+v", place, c)
		if want := realCorpora[place]; c != want {
			t.Errorf("%s: read\n%+v, before\n%+v", place, c, want)
		}
	}
}

// noReport reports whether a file among the reports is none.
func noReport(base string) bool {
	base = strings.ToLower(base)
	return strings.HasPrefix(base, "readme.") || strings.HasPrefix(base, "index.") || strings.Contains(base, "template")
}

func (c *corpus) add(file string, src []byte) {
	p, problems := postmortem.Read(file, src, time.UTC, postmortem.Names{})
	body, _ := postmortem.Body(file, src, p.Title, postmortem.Links{Zone: time.UTC, Day: p.Date})
	count := func(n *int, ok bool) {
		if ok {
			*n++
		}
	}
	named := false // the title is of the file's name
	for _, r := range p.Prose {
		named = named || r.Field == "title" && r.Line == 0
	}
	count(&c.reports, true)
	count(&c.title, !named)
	count(&c.date, !p.Date.IsZero())
	count(&c.started, !p.Started.IsZero())
	count(&c.detected, !p.Detected.IsZero())
	count(&c.ended, !p.Resolved.IsZero() || !p.Mitigated.IsZero())
	count(&c.stated, p.Stated > 0)
	count(&c.severity, p.Severity != "")
	count(&c.timelines, len(body.Timeline) > 0)
	count(&c.promising, len(p.Actions) > 0)
	count(&c.doubted, len(doubts(problems)) > 0)
	c.entries += len(body.Timeline)
	c.actions += len(p.Actions)
}
