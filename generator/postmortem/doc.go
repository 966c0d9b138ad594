// Package postmortem reads what people write about incidents: Markdown files
// with or without front matter, in content/postmortems/<tribe>/. Read and Load
// return facts: what happened, when, what was promised. Body returns the text as
// HTML that is safe in a page.
//
// # Front matter
//
// TOML between lines +++ or YAML between lines ---; all of it may be left out:
//
//	+++
//	title    = "Checkout fails while a database takes over"
//	id       = "INC-212"
//	date     = 2026-10-06
//	severity = "SEV1"
//	services = ["checkout-api", "web/shop"]  # within the tribe, or with another
//	slos     = ["availability"]              # all of the services if left out
//	status   = "final"                       # draft, review or final
//	audience = "org"                         # public, org or tribe
//	started  = 2026-10-06T10:02:00           # the site's zone, unless it has its own
//	resolved = 2026-10-06T10:49:00+02:00
//	actions  = [{ title = "Cap the pool", owner = "checkout", due = 2026-12-01 }]
//	+++
//
// and slug, detected, acknowledged, mitigated, detection, impact, causes, tags,
// authors, withdrawn, aliases.
// Keys of other tools are noted and not read, but for those of cState, a status
// page: its date and resolvedWhen are when downtime began and ended, affected
// are services.
//
// # Prose
//
// What the front matter does not say is read from the text. Prose and FromProse
// name those fields, and Prose the line of each. What nothing says stays at its
// zero value and means unknown; nothing is guessed.
//
// The title is the first heading; the date is that of the title, the file's
// name, a label or the timeline, of which the row with which it started comes
// first; the impact is the beginning of the section
// about it. Labels are lines such as "Severity: SEV1", rows of a table of two
// columns, and headings with one line below them: they give times, how long it
// took, severity, services, detection and the cause. Services are also those
// whose names or aliases stand in the title.
//
// The timeline is what stands under a heading that announces it: rows of tables,
// items, lines and headings which begin with a time. A clock without a day is of
// the day above it, or of the next if it goes back by more than twelve hours.
//
// When the impact started and ended is known only if the text says so in words:
// in a label (Started, End of impact), in the section about the impact ("down
// from 10:02 until 10:49", if it speaks of one such time) or, without such a
// section, in the summary, if that says of which day, or in an entry of the
// timeline that says "outage begins", "start of incident", "incident mitigated",
// "issue resolved", "all clear" and the like. The first and the last entry of a
// timeline alone say nothing. An outage is nearer to the impact than the
// incident, and that than the closing of its file: the nearest words count.
//
// When it was detected is said by such words too, else by the lengths that the
// text states, else by the first entry, at or after the start, that tells of
// somebody noticing: "users report errors", "alert triggered". It says nothing if
// somebody was at work on it by then.
//
// A time is in the zone that stands with it, else that of its table or section,
// else that of the text ("All times in CET"), else the only one that the times
// beside it name, else the site's, which Prose marks. Abbreviations of several
// meanings, such as IST, are read only if they are those of the site's zone.
//
// What contradicts itself is a warning and is not read: PST (UTC-7), two starts,
// an end before the start, 1600, the year 22025, a clock that the hour of change
// showed twice. CET in July, which was not kept there, is read as it is written,
// with a warning. So is a stated duration that is far from the times, and a date
// that the timeline does not bear out: the first of its days, if nobody named it
// and most entries are of others, the last, if most are of days before, or none of
// them. Times of a day that is so doubtful are read only where they say it. The
// date and times of cState are held against the days and times of the text.
//
// Words of the site's own, for headings and keys, are Aliases.
//
// # Actions
//
// Actions are the items of task lists anywhere, and the items and rows of lists
// and tables under a heading such as Action items:
//
//   - [ ] Cap the pool (owner: checkout, due: 2026-12-01, P0, #123)
//
// The checklist of the report itself is none: below a heading that the site names,
// or a task list most of whose items say that the report or the incident is as it
// should be.
//
// Owner and due day may also follow a dash or stand in items below.
//
// # Trust
//
// The text is not trusted: no HTML of it passes, no link but to http, https,
// mail and pages of the site, no picture but those of the site. A file of which
// something could not be read is for its tribe alone, whatever it may have said.
package postmortem
