package feed

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/quick"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/slo"
)

var noon = time.Date(2026, 11, 15, 12, 0, 0, 0, time.UTC)

func TestACalendarHasADayForEachEvent(t *testing.T) {
	c := Calendar{Name: "Payments, actions", Stamp: noon, Events: []Event{
		{UID: "a1@tribune", Day: slo.Date{Year: 2026, Month: 12, Day: 1}, Summary: `Cap the pool; "soon", at \ last`, URL: "https://x.example/a,b"},
	}}
	want := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tribune//tribune//EN", "CALSCALE:GREGORIAN", `X-WR-CALNAME:Payments\, actions`,
		"BEGIN:VEVENT", "UID:a1@tribune", "DTSTAMP:20261115T120000Z", "DTSTART;VALUE=DATE:20261201",
		`SUMMARY:Cap the pool\; "soon"\, at \\ last`, "URL:https://x.example/a,b", "TRANSP:TRANSPARENT", "END:VEVENT",
		"END:VCALENDAR", "",
	}, "\r\n")
	if d := cmp.Diff(want, string(c.Bytes())); d != "" {
		t.Error(d)
	}
}

// Lines of every length and script stay within the limit, tear no character,
// and join to what was written.
func TestLongLinesAreFolded(t *testing.T) {
	law := func(text string) bool {
		value := escaped(text)
		var b strings.Builder
		fold(&b, value)
		for line := range strings.SplitSeq(strings.TrimSuffix(b.String(), "\r\n"), "\r\n") {
			if len(line) > longest || utf8.ValidString(value) && !utf8.ValidString(line) {
				return false
			}
		}
		return strings.ReplaceAll(strings.TrimSuffix(b.String(), "\r\n"), "\r\n ", "") == value
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
	for _, unit := range []string{"x", "ü", "数", "🔥"} {
		for n := range 200 {
			if text := strings.Repeat(unit, n); !law(text) {
				t.Fatalf("%q", text)
			}
		}
	}
}

// A program that is not ours reads a calendar as it was meant.
func TestAnotherProgramReadsTheCalendar(t *testing.T) {
	assets, err := filepath.Abs("../../test/browser")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(assets, "node_modules", "ical.js")); err != nil {
		t.Fatal("ical.js is not there to read calendars: run npm ci --ignore-scripts in test/browser first")
	}
	c := Calendar{Name: "Payments; actions", Stamp: noon, Events: []Event{
		{UID: "a@tribune", Day: slo.Date{Year: 2026, Month: 2, Day: 28}, Summary: strings.Repeat("Überlast, dann; ", 12), Description: "Two\nlines\\of 数据", URL: "https://x.example/sre/"},
		{UID: "b@tribune", Day: slo.Date{Year: 2027, Month: 1, Day: 1}, Summary: "BEGIN:VEVENT\r\nSUMMARY:injected"},
	}}
	const script = `
import fs from "fs";
import ICAL from "ical.js";
const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(0, "utf8")));
console.log(JSON.stringify(calendar.getAllSubcomponents().map((c) => {
	const e = new ICAL.Event(c);
	return [c.name, e.uid, e.startDate.toString(), String(e.startDate.isDate), e.summary, e.description || "", c.getFirstPropertyValue("url") || ""];
})));`
	cmd := exec.Command("node", "--input-type=module", "--eval", script)
	cmd.Dir, cmd.Stdin, cmd.Stderr = assets, strings.NewReader(string(c.Bytes())), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	var want [][]string
	for _, e := range c.Events {
		summary := strings.ReplaceAll(e.Summary, "\r\n", "\n")
		want = append(want, []string{"vevent", e.UID, e.Day.String(), "true", summary, e.Description, e.URL})
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-written +read:\n%s", d)
	}
}

func TestNoCellBecomesAFormula(t *testing.T) {
	rows := [][]string{{"title", "n"}, {`=HYPERLINK("https://x.example")`, "1"}, {"+1", "-1"}, {"@SUM(A1)", "\t="}, {"a, b\nc", `say "x"`}}
	got := string(Table(rows))
	const want = "title,n\r\n\"'=HYPERLINK(\"\"https://x.example\"\")\",1\r\n'+1,'-1\r\n'@SUM(A1),'\t=\r\n\"a, b\r\nc\",\"say \"\"x\"\"\"\r\n"
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	back, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || len(back) != len(rows) {
		t.Errorf("read back: %v, %d rows", err, len(back))
	}
}

func TestAFeedIsAtom(t *testing.T) {
	b, err := Atom{
		ID: "urn:tribune:payments", Title: "Payments <&>", Author: "Acme", Updated: noon,
		Alternate: "https://x.example/", Self: "https://x.example/feed.xml",
		Entries: []Entry{{ID: "urn:1", Title: "]]> & </title>", Summary: "x", Link: "https://x.example/a/", Updated: noon}},
	}.XML()
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Title   string   `xml:"title"`
		Author  string   `xml:"author>name"`
		Entries []struct {
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	if read.Title != "Payments <&>" || read.Author != "Acme" || len(read.Entries) != 1 ||
		read.Entries[0].Title != "]]> & </title>" || read.Entries[0].Updated != "2026-11-15T12:00:00Z" {
		t.Errorf("read back as %+v", read)
	}
}
