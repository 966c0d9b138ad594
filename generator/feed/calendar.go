package feed

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"tribune/generator/slo"
)

// A Calendar is a list of days as RFC 5545 has it.
type Calendar struct {
	Name   string
	Stamp  time.Time // when all that it says was true
	Events []Event
}

// An Event is something that lasts a whole day and keeps nobody busy.
type Event struct {
	UID         string // the same as long as it is the same thing: calendars update it by that
	Day         slo.Date
	Summary     string
	Description string // plain text; "" if there is none
	URL         string // "" if there is none
}

// Bytes returns the calendar as a file, with lines as the format wants them:
// ended by CR LF and no longer than 75 bytes.
func (c Calendar) Bytes() []byte {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//tribune//tribune//EN")
	line("CALSCALE", "GREGORIAN")
	line("X-WR-CALNAME", escaped(c.Name))
	for _, e := range c.Events {
		line("BEGIN", "VEVENT")
		line("UID", e.UID)
		line("DTSTAMP", c.Stamp.UTC().Format("20060102T150405Z"))
		line("DTSTART;VALUE=DATE", fmt.Sprintf("%04d%02d%02d", e.Day.Year, e.Day.Month, e.Day.Day))
		line("SUMMARY", escaped(e.Summary))
		if e.Description != "" {
			line("DESCRIPTION", escaped(e.Description))
		}
		if e.URL != "" {
			line("URL", e.URL)
		}
		line("TRANSP", "TRANSPARENT")
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return []byte(b.String())
}

// escaped writes text as a value. Control characters, which no value may hold,
// are left out.
func escaped(text string) string {
	text = strings.NewReplacer("\r\n", `\n`, "\n", `\n`, `\`, `\\`, ";", `\;`, ",", `\,`).Replace(text)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, text)
}

// longest is how many bytes a line may have besides its end.
const longest = 75

// fold writes a line; one that is too long goes on in lines that begin with a
// space, and no character is torn in two.
func fold(b *strings.Builder, line string) {
	for room := longest; len(line) > room; room = longest - 1 {
		at := room
		for !utf8.RuneStart(line[at]) {
			at--
		}
		b.WriteString(line[:at])
		b.WriteString("\r\n ")
		line = line[at:]
	}
	b.WriteString(line)
	b.WriteString("\r\n")
}
