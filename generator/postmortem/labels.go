package postmortem

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// A label is a key with its value: a line "Started: 10:02", a row of a table of
// two columns, or a heading with what stands below it.
type label struct {
	key   string // of the front matter, or duration or window
	value string
	note  string   // what stands in parentheses after the key: UTC, minutes
	items []string // of the list below it
	at    int      // offset in the file
	rank  int      // of durations: what took long is nearer to the impact than its repair
}

// labelWords are what people write for a key of the front matter. A window is
// from when until when.
var labelWords = map[string]string{
	"start": "started", "started": "started", "start time": "started", "started at": "started", "start date": "started", "time started": "started", "began": "started", "beginning": "started",
	"start of": "started", "begin": "started", "start date/time": "started",
	"end": "resolved", "ended": "resolved", "end time": "resolved", "ended at": "resolved", "end date": "resolved", "time ended": "resolved", "end of": "resolved", "end date/time": "resolved",
	"resolved": "resolved", "resolved at": "resolved", "time resolved": "resolved", "recovered": "resolved", "recovered at": "resolved", "restored": "resolved", "restored at": "resolved", "service restored": "resolved",
	"detected": "detected", "detected at": "detected", "time detected": "detected", "time of detection": "detected", "discovered": "detected", "discovered at": "detected", "first detected": "detected",
	"acknowledged": "acknowledged", "acknowledged at": "acknowledged", "time acknowledged": "acknowledged",
	"mitigated": "mitigated", "mitigated at": "mitigated", "time mitigated": "mitigated",
	"window": "window", "time window": "window", "start/end": "window", "start-end": "window", "start–end": "window", "start - end": "window", "date/time": "window", "time": "window", "when": "window", "date and time": "window",
	"date": "date", "date of": "date", "day": "date",
	"duration": "duration", "duration of": "duration", "total duration": "duration", "downtime": "duration", "total downtime": "duration", "length": "duration", "length of": "duration",
	"time to repair": "repair", "time to recover": "repair", "time to recovery": "repair", "time to resolve": "repair", "time to resolution": "repair", "time to restore": "repair", "time to fix": "repair", "ttr": "repair",
	"time to detect": "detection took", "time to detection": "detection took", "time to discover": "detection took", "time to discovery": "detection took", "ttd": "detection took",
	"severity": "severity", "severity level": "severity", "sev": "severity",
	"service": "services", "services": "services", "affected service": "services", "affected services": "services", "service affected": "services", "services affected": "services",
	"impacted service": "services", "impacted services": "services", "services impacted": "services", "affected systems": "services", "systems affected": "services", "affected components": "services",
	"cause": "causes", "causes": "causes", "root cause": "causes", "root causes": "causes", "cause class": "causes", "cause category": "causes", "root cause category": "causes",
	"detected by": "detection", "detection": "detection", "detection method": "detection", "how detected": "detection", "detection source": "detection", "discovered by": "detection",
}

var (
	labelNote = regexp.MustCompile(`\s*[(\[]([^)\]]*)[)\]]\s*$`)
	ofWhat    = regexp.MustCompile(`\b(?:the |incident|outage|impact|disruption|issue|problem|service)\s*`)
	empty     = regexp.MustCompile(`(?i)^[\s\W]*(?:n/?a|none|tbd|tba|unknown|not known|xxx|yyy|zzz|todo|\?+)?[\s\W]*$`)
)

// cutLabel parts a line at its first colon, if what stands before may be a key.
func cutLabel(line string) (key, value string, ok bool) {
	at := strings.IndexByte(line, ':')
	if at < 0 {
		at = strings.Index(line, "：")
	}
	if at < 2 || at > maxKey || strings.ContainsAny(line[:at], "0123456789") {
		return "", "", false
	}
	return strings.TrimSpace(line[:at]), strings.TrimLeft(line[at:], ":： "), true
}

// maxKey is the length in bytes over which no text before a colon is a key.
const maxKey = 60

// labelKey returns the key that a label stands for, and what is noted with it.
func (s *source) labelKey(text string) (key, note string) {
	text = strings.Trim(text, " *_:")
	if m := labelNote.FindStringSubmatch(text); m != nil && len(m[0]) < len(text) {
		text, note = text[:len(text)-len(m[0])], m[1]
	}
	if key := s.words.key(text); key != "" {
		return key, note
	}
	word := strings.ToLower(text)
	if key = labelWords[word]; key == "" && len(word) <= maxKey {
		key = labelWords[strings.TrimSpace(ofWhat.ReplaceAllString(word, ""))]
	}
	return key, note
}

// labels returns the labels of a text in its order, but for those among actions.
func (s *source) labels(root ast.Node) []label {
	var all []label
	skip := 0 // the level of the heading that is open for actions
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		h, isHeading := n.(*ast.Heading)
		switch {
		case isHeading && (skip == 0 || h.Level <= skip):
			skip = 0
			text := plain(h, s.text)
			if s.kindOf(text) == Actions {
				skip = h.Level
			} else if below := h.NextSibling(); below != nil {
				all = s.headed(all, text, below)
			}
		case isHeading || skip > 0:
		case n.Kind() == ast.KindParagraph:
			all = s.labelled(all, n)
		case n.Kind() == ast.KindList:
			all = s.listed(all, n)
		case n.Kind() == east.KindTable:
			all = s.tabled(all, n)
		}
	}
	return all
}

// add appends a label if its key is known and its value says something.
func (s *source) add(all []label, key, value string, items []string, at int) []label {
	name, note := s.labelKey(key)
	if name == "" || empty.MatchString(value) && len(items) == 0 || strings.ContainsAny(value, "{<") {
		return all
	}
	l := label{key: name, value: value, note: note, items: items, at: at}
	if name == "repair" {
		l.key, l.rank = "duration", 1
	}
	return append(all, l)
}

// headed reads a heading that is a label: Severity, or Affected services.
func (s *source) headed(all []label, text string, below ast.Node) []label {
	switch below.Kind() {
	case ast.KindParagraph:
		if lines := linesOf(below, s.text); len(lines) == 1 {
			return s.add(all, text, lines[0].text, nil, below.Pos())
		}
	case ast.KindList:
		if key, _ := s.labelKey(text); key == "services" {
			return s.add(all, text, "", s.itemsOf(below), below.Pos())
		}
	}
	return all
}

// labelled reads the lines of a paragraph. Several labels may share a line,
// parted by bars.
func (s *source) labelled(all []label, n ast.Node) []label {
	for _, l := range linesOf(n, s.text) {
		for _, part := range strings.Split(l.text, " | ") {
			if key, value, ok := cutLabel(part); ok {
				all = s.add(all, key, value, nil, l.at)
			}
		}
	}
	return all
}

// listed reads the items of a list, and of those nested in it.
func (s *source) listed(all []label, list ast.Node) []label {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		first := item.FirstChild()
		if first == nil || !holdsText(first) {
			continue
		}
		below := first.NextSibling()
		nested := below != nil && below.Kind() == ast.KindList
		if key, value, ok := cutLabel(plain(first, s.text)); ok {
			var items []string
			if nested && value == "" {
				items = s.itemsOf(below)
			}
			all = s.add(all, key, value, items, item.Pos())
		}
		if nested {
			all = s.listed(all, below)
		}
	}
	return all
}

func (s *source) itemsOf(list ast.Node) (items []string) {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if first := item.FirstChild(); first != nil && holdsText(first) {
			items = append(items, plain(first, s.text))
		}
	}
	return items
}

// tabled reads a table of two columns, a label a row, or a table of one row
// below labels.
func (s *source) tabled(all []label, table ast.Node) []label {
	var rows [][]string
	var at []int
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			cells = append(cells, plain(cell, s.text))
		}
		rows, at = append(rows, cells), append(at, row.Pos())
	}
	switch {
	case len(rows) == 2 && len(rows[0]) > 2:
		for i := range min(len(rows[0]), len(rows[1])) {
			all = s.add(all, rows[0][i], rows[1][i], nil, at[1])
		}
	case len(rows[0]) == 2:
		for i, cells := range rows {
			if len(cells) == 2 && !strings.EqualFold(cells[1], "event") {
				all = s.add(all, cells[0], cells[1], nil, at[i])
			}
		}
	}
	return all
}
