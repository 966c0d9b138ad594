package site

import (
	"html/template"
	"testing"
	"time"
)

type state string

type sample struct {
	Text   string
	hidden int
	HTML   template.HTML
	Share  float64
	Next   *sample
	At     time.Time
	later  time.Time
	By     map[state]int
	Rows   []linked
	Body   any
}

// TestEveryFieldCountsForADigest changes one thing at a time, also where a page
// cannot see it today.
func TestEveryFieldCountsForADigest(t *testing.T) {
	whole := func() sample {
		noon := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
		return sample{"a", 1, "<b>", 0.5, &sample{Text: "next"}, noon, noon, map[state]int{"x": 1, "y": 2}, []linked{{"one", "1"}, {"two", ""}}, postmortemView{Lead: "x"}}
	}
	seen := map[Digest]string{digestOf(whole()): "nothing"}
	for what, change := range map[string]func(s *sample){
		"a text":                   func(s *sample) { s.Text = "b" },
		"a field of the package":   func(s *sample) { s.hidden = 2 },
		"HTML":                     func(s *sample) { s.HTML = "<i>" },
		"a number":                 func(s *sample) { s.Share = 0.25 },
		"what a pointer leads to":  func(s *sample) { s.Next.Text = "other" },
		"a pointer to nothing":     func(s *sample) { s.Next = nil },
		"an element":               func(s *sample) { s.Rows[1].Href = "2" },
		"one element fewer":        func(s *sample) { s.Rows = s.Rows[:1] },
		"a letter that moves over": func(s *sample) { s.Rows[0] = linked{"on", "e1"} },
		"what is in an interface":  func(s *sample) { s.Body = postmortemView{Lead: "y"} },
		"its type":                 func(s *sample) { s.Body = "x" },
		"an empty interface":       func(s *sample) { s.Body = nil },
		"a moment":                 func(s *sample) { s.At = s.At.Add(1) },
		"a zone":                   func(s *sample) { s.At = s.At.In(time.FixedZone("CET", 3600)) },
		"a moment of the package":  func(s *sample) { s.later = s.later.Add(time.Hour) },
		"an entry":                 func(s *sample) { s.By["y"] = 3 },
		"a key":                    func(s *sample) { delete(s.By, "y"); s.By["z"] = 2 },
		"one entry more":           func(s *sample) { s.By["z"] = 0 },
	} {
		s := whole()
		change(&s)
		d := digestOf(s)
		if before, ok := seen[d]; ok {
			t.Errorf("%s changed and the digest is that of a change of %s", what, before)
		}
		seen[d] = what
	}
	if one, other := digestOf(whole()), digestOf(whole()); one != other {
		t.Error("two digests of the same differ")
	}
	if digestOf("ab", "c") == digestOf("a", "bc") {
		t.Error("two lists of values have one digest")
	}
}

func TestWhatCannotBeToldHasNoDigest(t *testing.T) {
	for what, v := range map[string]any{
		"a function":                   func() {},
		"a map whose keys are no text": map[int]int{1: 1},
		"a channel":                    make(chan int),
		"one inside":                   struct{ F any }{[]any{1, func() {}}},
	} {
		if digestOf(v) != (Digest{}) {
			t.Errorf("%s has a digest", what)
		}
	}
}
