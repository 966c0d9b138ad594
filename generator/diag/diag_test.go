package diag

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/quick"

	"github.com/google/go-cmp/cmp"
)

func TestAPlaceIsWrittenAsFarAsItIsKnown(t *testing.T) {
	for want, p := range map[string]Pos{
		"data/site.toml:7:14": {"data/site.toml", 7, 14},
		"data/site.toml:7":    {"data/site.toml", 7, 0},
		"data/site.toml":      {"data/site.toml", 0, 0},
		"":                    {},
	} {
		if p.String() != want {
			t.Errorf("%q, want %q", p.String(), want)
		}
	}
}

func TestAProblemIsALineAndItsHintAnother(t *testing.T) {
	at := Pos{"data/site.toml", 7, 14}
	for _, c := range []struct {
		problem Problem
		want    string
	}{
		{Problem{at, "unknown-key", Error, "the file has no key \"titel\"", "did you mean title?"},
			"data/site.toml:7:14: the file has no key \"titel\" (unknown-key)\n\thint: did you mean title?"},
		{Problem{at, "unknown-key", Warning, "m", ""}, "data/site.toml:7:14: warning: m (unknown-key)"},
		{Problem{at, "unknown-key", Note, "m", ""}, "data/site.toml:7:14: note: m (unknown-key)"},
		{Problem{Pos{}, "no-site", Error, "m", ""}, "m (no-site)"},
	} {
		if d := cmp.Diff(c.want, c.problem.String()); d != "" {
			t.Error(d)
		}
	}
}

func TestTextThatWouldHideOnATerminalIsMadeVisible(t *testing.T) {
	for text, want := range map[string]string{
		"plain, “quoted”, Grüße, 日本語": "plain, “quoted”, Grüße, 日本語",
		"tab\tstays":              "tab\tstays",
		"red \x1b[31mtext":        `red \u001b[31mtext`,
		"a\nb\rc":                 `a\u000ab\u000dc`,
		"bell\a del\x7f c1\u0085": `bell\u0007 del\u007f c1\u0085`,
		"\u202egnp.exe\u202c":     `\u202egnp.exe\u202c`,
		"\u2066isolated\u2069":    `\u2066isolated\u2069`,
		"marks \u200e\u200f":      `marks \u200e\u200f`,
	} {
		p := Problem{Pos{text, 1, 1}, "rule", Error, text, text}
		if got := p.String(); got != want+":1:1: "+want+" (rule)\n\thint: "+want {
			t.Errorf("%q", got)
		}
	}
	law := func(text string) bool { return !strings.ContainsAny(visible(text), "\n\r\x1b\x7f\u202e") }
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}

func TestProblemsStandInOrderOfPlaceWithoutRepetition(t *testing.T) {
	problem := func(file string, line, col int, rule, message string) Problem {
		return Problem{Pos{file, line, col}, rule, Error, message, ""}
	}
	want := List{
		problem("a", 2, 1, "r", "m"),
		problem("a", 10, 1, "q", "z"),
		problem("a", 10, 1, "r", "m"),
		problem("a", 10, 1, "r", "n"),
		problem("a", 10, 2, "a", "a"),
		problem("b", 1, 1, "a", "a"),
	}
	given := List{want[5], want[3], want[1], want[4], want[1], want[0], want[2], want[5]}
	before := append(List{}, given...)
	if d := cmp.Diff(want, given.Sorted()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(before, given); d != "" {
		t.Errorf("the list itself was changed:\n%s", d)
	}
}

func TestAListCountsByItsSeverities(t *testing.T) {
	var l List
	l.Add(Pos{}, "a", Error, "", "%d of %d", 1, 2)
	l.Add(Pos{}, "b", Error, "", "m")
	l.Add(Pos{}, "c", Note, "", "m")
	if l.Count(Error) != 2 || l.Count(Warning) != 0 || l.Count(Note) != 1 || l[0].Message != "1 of 2" {
		t.Errorf("%v", l)
	}
}

func TestASeverityIsWrittenAsItsWord(t *testing.T) {
	got, err := json.Marshal([]Severity{Note, Warning, Error})
	if err != nil || string(got) != `["note","warning","error"]` {
		t.Errorf("%s %v", got, err)
	}
}

func TestTheNearestWordDiffersInAThirdOfItsLettersAtMost(t *testing.T) {
	known := []string{"title", "tier", "window", "objective", "squad", "squads"}
	for word, want := range map[string]string{
		"titel":     "title", // two letters swapped are one difference
		"Title":     "title",
		"windw":     "window",
		"wnidow":    "window",
		"objektive": "objective",
		"squats":    "squads",
		"teir":      "tier",
		"squadss":   "squads",
		"tilting":   "",
		"colour":    "",
		"x":         "",
		"":          "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
	// Of equals the first by letter, whatever their order.
	for _, known := range [][]string{{"cart", "card"}, {"card", "cart"}} {
		if got := Nearest("carp", known); got != "card" {
			t.Errorf("of %v it is %q", known, got)
		}
	}
}

func TestADistanceIsTheSameBothWays(t *testing.T) {
	law := func(a, b string) bool {
		d, x, y := distance(a, b), strings.ToLower(a), strings.ToLower(b)
		return d == distance(b, a) && d <= max(len([]rune(a)), len([]rune(b))) && (d == 0) == (x == y)
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}
