package verify

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tribune/generator/diag"
)

// calendar reads an iCalendar file (RFC 5545) as far as programs depend on it:
// lines, nesting, and what a calendar and its entries must have.
func (f *folder) calendar(name string, text []byte, c *content) {
	wrong := func(line int, format string, args ...any) {
		c.problem(diag.Pos{File: name, Line: line}, "calendar-invalid", "", format, args...)
	}
	if !utf8.Valid(text) {
		wrong(0, "is not UTF-8")
		return
	}
	cal := calendar{wrong: wrong, uids: map[string]int{}}
	lines := bytes.SplitAfter(text, []byte("\n"))
	lines = lines[:len(lines)-1] // what stands behind the last end of a line
	if len(text) > 0 && text[len(text)-1] != '\n' {
		wrong(len(lines)+1, "the file ends within a line")
	}
	for i, line := range lines {
		whole, ok := bytes.CutSuffix(line, []byte("\r\n"))
		if !ok {
			wrong(i+1, "the line does not end with CR LF")
			whole = bytes.TrimSuffix(line, []byte("\n"))
		}
		if len(whole) > 75 {
			wrong(i+1, "the line has %d bytes, more than 75; longer ones are folded", len(whole))
		}
		if len(whole) > 0 && (whole[0] == ' ' || whole[0] == '\t') {
			cal.unfolded += string(whole[1:])
			continue
		}
		cal.flush()
		cal.unfolded, cal.line = string(whole), i+1
	}
	cal.flush()
	for _, left := range cal.open {
		wrong(left.line, "%s has no END", left.name)
	}
	if !cal.begun {
		wrong(0, "holds no calendar")
	}
}

// A calendar is one that is being read.
type calendar struct {
	wrong    func(line int, format string, args ...any)
	unfolded string // the property being read, without the breaks in it
	line     int    // where it begins
	open     []component
	uids     map[string]int // UID → line
	begun    bool           // there is a VCALENDAR
}

// A component is between BEGIN and END: the calendar, an event, a task.
type component struct {
	name string
	line int
	has  map[string]bool // properties
}

// mandatory are the properties that a component has once.
var mandatory = map[string][]string{
	"VCALENDAR": {"PRODID", "VERSION"},
	"VEVENT":    {"DTSTAMP", "DTSTART", "UID"},
	"VTODO":     {"DTSTAMP", "UID"},
	"VJOURNAL":  {"DTSTAMP", "UID"},
}

// flush reads the property that the lines so far make.
func (c *calendar) flush() {
	if c.line == 0 {
		return
	}
	m := property.FindStringSubmatch(c.unfolded)
	if m == nil {
		c.wrong(c.line, "%q is no property, NAME:VALUE", c.unfolded)
		return
	}
	switch name, value := strings.ToUpper(m[1]), m[2]; name {
	case "BEGIN":
		c.begin(strings.ToUpper(value))
	case "END":
		c.end(strings.ToUpper(value))
	default:
		c.property(name, value)
	}
}

// property takes a line of iCalendar apart: a name, parameters whose values may
// be quoted, and the value.
var property = regexp.MustCompile(`^([A-Za-z0-9-]+)(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:]*))*:(.*)$`)

func (c *calendar) begin(name string) {
	if (len(c.open) == 0) != (name == "VCALENDAR") {
		c.wrong(c.line, "%s begins where it cannot be", name)
	}
	c.begun = true
	c.open = append(c.open, component{name, c.line, map[string]bool{}})
}

func (c *calendar) end(name string) {
	if len(c.open) == 0 || c.open[len(c.open)-1].name != name {
		c.wrong(c.line, "END:%s ends nothing that began last", name)
		return
	}
	in := c.open[len(c.open)-1]
	c.open = c.open[:len(c.open)-1]
	for _, need := range mandatory[name] {
		if !in.has[need] {
			c.wrong(in.line, "%s has no %s", name, need)
		}
	}
}

func (c *calendar) property(property, value string) {
	if len(c.open) == 0 {
		c.wrong(c.line, "%s stands outside of the calendar", property)
		return
	}
	in := c.open[len(c.open)-1]
	if in.has[property] && slices.Contains(mandatory[in.name], property) {
		c.wrong(c.line, "%s stands twice in %s", property, in.name)
	}
	in.has[property] = true
	switch {
	case property == "VERSION" && value != "2.0":
		c.wrong(c.line, "the version is %q, not 2.0", value)
	case property == "UID" && c.uids[value] > 0:
		c.wrong(c.line, "the UID of line %d stands again", c.uids[value])
	case property == "UID":
		c.uids[value] = c.line
	}
}
