package digest

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// The most letters that Slack takes in a header and in another text; a letter that
// UTF-16 writes in two counts as two, in case it does. Of blocks it takes 50, and a
// digest has ten at most. See https://docs.slack.dev/reference/block-kit/blocks.
const (
	slackHeader = 150
	slackText   = 3000
)

// A slackMessage is what an incoming webhook is sent.
type slackMessage struct {
	Text   string       `json:"text"` // for notifications
	Blocks []slackBlock `json:"blocks"`
}

type slackBlock struct {
	Type     string      `json:"type"` // header | section | context | divider
	Text     *slackWords `json:"text,omitempty"`
	Elements []any       `json:"elements,omitempty"`
}

type slackWords struct {
	Type string `json:"type"` // plain_text | mrkdwn
	Text string `json:"text"`
}

// Slack writes the digest as the JSON of a message in blocks, within Slack's
// limits: what a text has no room for is counted in its last line.
func (d Digest) Slack(w io.Writer) error {
	m := slackMessage{Text: escaped(d.Title)}
	add := func(kind string, lines []string) {
		if len(lines) == 0 {
			return
		}
		words := slackWords{"mrkdwn", fitting(lines)}
		if kind == "context" {
			m.Blocks = append(m.Blocks, slackBlock{Type: kind, Elements: []any{words}})
		} else {
			m.Blocks = append(m.Blocks, slackBlock{Type: kind, Text: &words})
		}
	}
	m.Blocks = append(m.Blocks, slackBlock{Type: "header", Text: &slackWords{"plain_text", headed(d.Title)}})
	var caveats, short, rows []string
	for _, c := range d.Caveats {
		caveats = append(caveats, escaped(c))
	}
	add("context", caveats)
	for _, l := range d.Short {
		short = append(short, linked(l))
	}
	add("section", short)
	for _, row := range d.Table.Rows {
		facts := []string{}
		for i, l := range row[1:] {
			facts = append(facts, strings.ToLower(d.Table.Head[i+1])+" "+linked(l))
		}
		rows = append(rows, "• "+linked(row[0])+": "+strings.Join(facts, ", "))
	}
	if len(rows) > 0 {
		add("section", append([]string{"*" + d.Table.Name + "*"}, rows...))
	}
	for _, s := range d.sections() {
		lines := []string{"*" + s.Name + "*"}
		for _, l := range s.Lines {
			lines = append(lines, "• "+linked(l))
		}
		add("section", lines)
	}
	var last []string
	if d.Unlisted != "" {
		last = append(last, escaped(d.Unlisted))
	}
	if d.Address != "" {
		last = append(last, "<"+d.Address+"|The whole page>")
	}
	add("context", last)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(m)
}

var slackMarks = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escaped writes text that Slack takes for no link, channel or person.
func escaped(s string) string { return slackMarks.Replace(s) }

func linked(l Line) string {
	var b strings.Builder
	for _, p := range l {
		if p.Href == "" {
			b.WriteString(escaped(p.Text))
		} else {
			fmt.Fprintf(&b, "<%s|%s>", escaped(p.Href), escaped(p.Text))
		}
	}
	return b.String()
}

// headed cuts a title to what a header has room for.
func headed(title string) string {
	text := escaped(title)
	for letters := []rune(title); letters16(text) > slackHeader; letters = letters[:len(letters)-1] {
		text = escaped(string(letters[:len(letters)-1])) + "…"
	}
	return text
}

// letters16 is the length of a text in UTF-16.
func letters16(s string) int { return len(utf16.Encode([]rune(s))) }

// fitting joins as many lines as a text has room for.
func fitting(lines []string) string {
	const room = slackText - 40 // for the last line
	used := 0
	for i, l := range lines {
		if used += letters16(l) + 1; used > room {
			return strings.Join(append(lines[:i:i], "… and "+count(len(lines)-i, "line", "lines")+" more"), "\n")
		}
	}
	return strings.Join(lines, "\n")
}
