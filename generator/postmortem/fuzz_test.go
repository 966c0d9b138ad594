package postmortem_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator/postmortem"
)

// seed adds the files of the archives under testdata.
func seed(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*/*.txtar")
	for _, name := range archives {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range txtar.Parse(text).Files {
			if strings.HasPrefix(file.Name, "content/") {
				f.Add(file.Data)
			}
		}
	}
	f.Add([]byte("+++\na = [[[{b = 1}], 1979-05-27T07:32:00]]\n[x.y]\n[[x.z]]\n+++\n"))
	f.Add([]byte("- [ ] A box\n- [x] :\n"))
	f.Add([]byte("\ufeff---\r\ntitle: a\r\n...\r\n\r\na\r\n=\r\n"))
}

// Whatever a file holds: reading ends, problems point into the file, there is a
// title and a safe slug, and reading again gives the same.
func FuzzRead(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		p, problems := postmortem.Read(outage, src, berlin, names)
		lines := 1 + bytes.Count(src, []byte("\n"))
		for _, problem := range problems {
			if problem.Pos.File != outage || problem.Pos.Line < 1 || problem.Pos.Line > lines || problem.Pos.Col < 0 {
				t.Errorf("%v is not in the file of %d lines", problem, lines)
			}
		}
		for _, a := range p.Actions {
			if a.Title == "" || a.Pos.Line < 1 || a.Pos.Line > lines {
				t.Errorf("action %q at %v", a.Title, a.Pos)
			}
		}
		if p.Title == "" || p.Slug == "" || strings.ContainsAny(p.Title+p.Impact+p.Slug, "\n\x00\u202e") {
			t.Errorf("title %q, slug %q, impact %q", p.Title, p.Slug, p.Impact)
		}
		for i, r := range p.Prose {
			if r.Line < 0 || r.Line > lines || p.FromProse[i] != r.Field {
				t.Errorf("%v is not in the file of %d lines", r, lines)
			}
		}
		if span, ok := p.Window(); ok && (span.Empty() || span.From.Year() < 1969 || span.To.Year() > 2101) || p.Stated < 0 {
			t.Errorf("window %v, stated %v", span, p.Stated)
		}
		if p.Audience != "public" && p.Audience != "org" && p.Audience != "tribe" {
			t.Errorf("audience %q", p.Audience)
		}
		again, _ := postmortem.Read(outage, src, berlin, names)
		if diff := cmp.Diff(p, again); diff != "" {
			t.Errorf("read twice:\n%s", diff)
		}
	})
}

// Whatever a file holds, its HTML is harmless, the contents list names headings
// that are there, and rendering again gives the same.
func FuzzBody(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		p, _ := postmortem.Read(outage, src, berlin, names)
		body, problems := postmortem.Body(outage, src, p.Title, everything)
		page := string(body.HTML)
		harmless(t, page)
		for _, h := range body.Contents {
			if strings.Count(page, ` id="`+h.ID+`"`) != 1 {
				t.Errorf("%d headings with the id %q in\n%s", strings.Count(page, ` id="`+h.ID+`"`), h.ID, page)
			}
		}
		for _, m := range body.Timeline {
			if m.Line < 1 || m.Line > 1+bytes.Count(src, []byte("\n")) || strings.Count(page, ` id="`+m.ID+`"`) != 1 {
				t.Errorf("%+v is not in\n%s", m, page)
			}
		}
		for _, problem := range problems {
			if problem.Pos.Line < 1 || problem.Pos.Line > 1+bytes.Count(src, []byte("\n")) {
				t.Errorf("%v is not in the file", problem)
			}
		}
		if again, _ := postmortem.Body(outage, src, p.Title, everything); again.HTML != body.HTML {
			t.Errorf("rendered twice:\n%s\n%s", page, again.HTML)
		}
	})
}
