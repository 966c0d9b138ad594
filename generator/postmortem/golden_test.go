package postmortem_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

var update = flag.Bool("update", false, "rewrite what the archives under testdata expect")

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

// names is what the site of the tests has: two tribes, a service that was once
// called cart-api, an SLO of two, and German words.
var names = postmortem.Names{
	Tribes: []string{"payments", "web"},
	Services: map[string]string{
		"payments/checkout-api": "payments/checkout-api",
		"payments/cart-api":     "payments/checkout-api",
		"payments/ledger":       "payments/ledger",
		"web/shop":              "web/shop",
	},
	Called: map[string][]string{
		"checkout": {"payments/checkout-api"}, "checkout api": {"payments/checkout-api"},
		"shop": {"web/shop"}, "shop.example.org": {"web/shop"},
	},
	Aliases: postmortem.Aliases{
		Headings: map[postmortem.SectionKind][]string{postmortem.Timeline: {"Ablauf"}},
		Keys:     map[string][]string{"started": {"Beginn", "incident_start"}, "resolved": {"Ende"}, "duration": {"Dauer"}},
	},
	SLOs: map[string]string{
		"payments/checkout-api/availability": "payments/checkout-api/availability",
		"payments/checkout-api/latency":      "payments/checkout-api/latency",
	},
}

// Each archive under testdata/read is a site and the facts that are read from it.
func TestFactsAreThoseOfTheManual(t *testing.T) {
	golden(t, "testdata/read/*.txtar", func(site fstest.MapFS) map[string]string {
		all, problems := postmortem.Load(site, berlin, names)
		var b strings.Builder
		for i, p := range all {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(facts(p))
		}
		return map[string]string{"want": b.String(), "problems": listed(problems)}
	})
}

// Each archive under testdata/body is a text, what it may link to, and its HTML.
func TestBodiesAreThoseOfTheManual(t *testing.T) {
	golden(t, "testdata/body/*.txtar", func(site fstest.MapFS) map[string]string {
		const file = "content/postmortems/payments/outage.md"
		href := func(file string) (string, bool) {
			_, ok := site[file]
			return "../" + strings.TrimSuffix(filepath.Base(file), ".md"), ok
		}
		src := site[file].Data
		p, _ := postmortem.Read(file, src, berlin, names)
		day := time.Date(p.Date.Year, p.Date.Month, p.Date.Day, 0, 0, 0, 0, time.UTC)
		chart := slo.Span{From: day.Add(9 * time.Hour), To: day.Add(12*time.Hour + 30*time.Minute)}
		body, problems := postmortem.Body(file, src, p.Title, postmortem.Links{Page: href, Image: href, Zone: berlin, Day: p.Date, Chart: chart})
		var contents strings.Builder
		for _, h := range body.Contents {
			fmt.Fprintf(&contents, "%s%s #%s\n", strings.Repeat("  ", h.Level-2), h.Text, h.ID)
		}
		for _, s := range body.Sections {
			fmt.Fprintf(&contents, "%s is at #%s\n", s.Kind, s.ID)
		}
		for _, m := range body.Timeline {
			fmt.Fprintf(&contents, "%s %s %s #%s %d\n", when(m.At), m.Text, m.Kind, m.ID, m.N)
		}
		for _, image := range body.Images {
			fmt.Fprintf(&contents, "copies %s\n", image)
		}
		return map[string]string{"want.html": string(body.HTML), "contents": contents.String(), "problems": listed(problems)}
	})
}

// golden runs each archive that the pattern names: the files of content/ are
// the site, the others what run must make of it.
func golden(t *testing.T, pattern string, run func(fstest.MapFS) map[string]string) {
	archives, err := filepath.Glob(pattern)
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives %s", pattern)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			site, want := fstest.MapFS{}, map[string]string{}
			kept := archive.Files[:0:0]
			for _, f := range archive.Files {
				if strings.HasPrefix(f.Name, "content/") {
					site[f.Name] = &fstest.MapFile{Data: f.Data}
					kept = append(kept, f)
				} else {
					want[f.Name] = string(f.Data)
				}
			}
			got := run(site)
			if *update {
				for _, part := range []string{"want", "want.html", "contents", "problems"} {
					if got[part] != "" {
						kept = append(kept, txtar.File{Name: part, Data: []byte(got[part])})
					}
				}
				archive.Files = kept
				if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			for part, text := range got {
				if diff := cmp.Diff(want[part], text); diff != "" {
					t.Errorf("%s (-want +got):\n%s", part, diff)
				}
			}
		})
	}
}

func when(t time.Time) string {
	if t.IsZero() {
		return "unknown"
	}
	return t.Format(time.RFC3339)
}

// facts prints what is known of a postmortem, a line for each fact.
func facts(p postmortem.Postmortem) string {
	var b bytes.Buffer
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s: %s\n", name, value)
		}
	}
	at := func(name string, t time.Time) {
		if !t.IsZero() {
			line(name, t.Format(time.RFC3339))
		}
	}
	fmt.Fprintf(&b, "%s/%s\n", p.Tribe, p.Slug)
	line("title", p.Title)
	line("id", p.ID)
	line("date", p.Date.String())
	line("severity", p.Severity)
	line("services", strings.Join(p.Services, ", "))
	line("slos", strings.Join(p.SLOs, ", "))
	line("status", p.Status)
	line("audience", p.Audience)
	at("started", p.Started)
	at("detected", p.Detected)
	at("acknowledged", p.Acknowledged)
	at("mitigated", p.Mitigated)
	at("resolved", p.Resolved)
	line("detection", p.Detection)
	line("impact", p.Impact)
	line("causes", strings.Join(p.Causes, " | "))
	line("tags", strings.Join(p.Tags, ", "))
	line("authors", strings.Join(p.Authors, ", "))
	line("withdrawn", p.Withdrawn)
	line("aliases", strings.Join(p.Aliases, ", "))
	if p.Stated > 0 {
		line("stated", p.Stated.String())
	}
	for _, r := range p.Prose {
		where := fmt.Sprintf("line %d", r.Line)
		if r.Line == 0 {
			where = "the file's name"
		}
		if r.ZoneAssumed {
			where += ", zone assumed"
		}
		line("from prose", r.Field+", "+where)
	}
	for _, a := range p.Actions {
		state := ""
		if a.Done {
			state = "done"
		}
		line(fmt.Sprintf("action, line %d", a.Pos.Line), a.Title)
		for _, f := range [][2]string{
			{"owner", a.Owner}, {"kind", a.Kind}, {"priority", a.Priority}, {"due", a.Due.String()},
			{"closed", a.Closed.String()}, {"state", state}, {"dropped", a.Dropped}, {"ticket", a.Ticket},
		} {
			line("  "+f[0], f[1])
		}
	}
	return b.String()
}

func listed(problems diag.List) string {
	var b strings.Builder
	for _, p := range problems.Sorted() {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}
