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
// authors, withdrawn, aliases. Keys of other tools are noted and not read.
//
// # Prose
//
// What the front matter does not say is read from the text: the title from the
// first heading, the date from the title, the file's name or the timeline, the
// impact from the section about it. Those fields are named in FromProse. What
// nothing says stays at its zero value and means unknown.
//
// Actions are the items of task lists anywhere, and the items and rows of lists
// and tables under a heading such as Action items:
//
//   - [ ] Cap the pool (owner: checkout, due: 2026-12-01, P0, #123)
//
// # Trust
//
// The text is not trusted: no HTML of it passes, no link but to http, https,
// mail and pages of the site, no picture but those of the site. A file of which
// something could not be read is for its tribe alone, whatever it may have said.
package postmortem
