package cache

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
)

func TestATextIsReadAsItWasWritten(t *testing.T) {
	want := text{
		Rendered: postmortem.Rendered{
			HTML:     "<p>ä & <b>b</b> </p>\n",
			Contents: []postmortem.Heading{{Level: 2, ID: "s-a", Text: "A <b>"}},
			Timeline: []postmortem.Moment{{At: time.Date(2026, 10, 5, 8, 2, 0, 0, time.UTC), Text: "x", Line: 3, ZoneAssumed: true}},
		},
		Problems: diag.List{{Pos: diag.Pos{File: "a.md", Line: 1, Col: 2}, Rule: "r", Severity: diag.Warning, Message: "m", Hint: "h"}},
		Asked:    []answer{{true, "a.png", "../a.png", true}, {false, "b.md", "", false}},
	}
	b, ok := want.encode()
	if !ok {
		t.Fatal("it cannot be written")
	}
	var got text
	if !got.decode(b) {
		t.Fatal("it cannot be read")
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(postmortem.Moment{})); d != "" {
		t.Error(d)
	}
	for n := range len(b) - len(want.Rendered.HTML) {
		if new(text).decode(b[:n]) {
			t.Fatalf("its first %d bytes are read as a text", n)
		}
	}
}
