package postmortem

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
)

// A Reading is a field that was read from the text and not from the front
// matter.
type Reading struct {
	Field string // the key of the front matter that would say it, or "stated"
	Line  int    // where in the file; 0 for the name of the file
	// ZoneAssumed is whether the text names no zone, so that the site's was taken.
	ZoneAssumed bool
}

// fromProse notes that a field was read from the text.
func (p *Postmortem) fromProse(field string, line int, assumed bool) {
	p.FromProse = append(p.FromProse, field)
	p.Prose = append(p.Prose, Reading{field, line, assumed})
}

// readLabels takes what the front matter does not say from labels: severity,
// services, detection and causes, and how long it took.
func (p *Postmortem) readLabels(s *source, root ast.Node, all []part, labels []label, names Names, problems *diag.List) {
	line := func(l label) int { return s.pos(l.at).Line }
	for _, l := range labels {
		value := oneLine(labelNote.ReplaceAllString(l.value, ""))
		switch {
		case l.key == "severity" && p.Severity == "" && severityWord.MatchString(value):
			p.Severity = value
			p.fromProse("severity", line(l), false)
		case l.key == "services" && len(p.Services) == 0:
			p.readServices(l, names, line(l), problems)
		case l.key == "detection" && p.Detection == "" && len(value) <= 40 && !looksTimed.MatchString(value):
			p.Detection = detectionOf(value)
			p.fromProse("detection", line(l), false)
		case l.key == "causes" && len(p.Causes) == 0 && value != "":
			p.Causes = []string{sentences(value, 1, maxCause)}
			p.fromProse("causes", line(l), false)
		}
	}
	if m := severityInTitle.FindString(p.Title); m != "" && p.Severity == "" {
		p.Severity = m
		p.fromProse("severity", p.titleLine(), false)
	}
	if len(p.Services) == 0 && len(names.Called) > 0 {
		if p.Services = names.calledIn(p.Title, p.Tribe); len(p.Services) > 0 {
			p.fromProse("services", p.titleLine(), false)
		}
	}
	if len(p.Causes) == 0 {
		p.readCauses(s, all)
	}
}

// titleLine returns the line of the title, 0 if the file's name gave it.
func (p *Postmortem) titleLine() int {
	for _, r := range p.Prose {
		if r.Field == "title" {
			return r.Line
		}
	}
	return p.Pos.Line
}

var (
	severityWord    = regexp.MustCompile(`(?i)^(?:(?:sev(?:erity)?|s|p|level|tier|priority)[\s-]?\d|\d|critical|major|high|moderate|medium|minor|low)(?:\s*[-–—:,]\s*[\w ]{1,20})?$`)
	severityInTitle = regexp.MustCompile(`(?i)\bSEV-?[0-5]\b`)
)

// maxCause is how much of a cause is kept, in characters.
const maxCause = 160

// readCauses takes what stands below a heading that names the cause: the first
// items of a list, else the first sentence. Contributing factors are many and
// are left to the narrative: causes are what incidents have in common.
func (p *Postmortem) readCauses(s *source, all []part) {
	for _, part := range all {
		if part.kind != Factors || !saysAny(strings.ToLower(plain(part.blocks[0], s.text)), []string{"cause", "causes"}) {
			continue
		}
		for _, block := range part.blocks {
			if block.Kind() == ast.KindList {
				for _, item := range s.itemsOf(block) {
					if len(p.Causes) < 3 && item != "" {
						p.Causes = append(p.Causes, sentences(item, 1, maxCause))
					}
				}
				break
			}
			if block.Kind() == ast.KindParagraph {
				p.Causes = []string{sentences(plain(block, s.text), 1, maxCause)}
				break
			}
		}
		if len(p.Causes) > 0 {
			p.fromProse("causes", s.pos(part.blocks[0].Pos()).Line, false)
			return
		}
	}
}

// detectionOf returns alert, customer or human for the words that stand for
// one of them, and other words as they are.
func detectionOf(text string) (kind string) {
	for _, k := range []struct {
		kind  string
		words []string
	}{
		{"alert", []string{"alert", "alerts", "alerting", "monitoring", "alarm", "pager", "pagerduty", "automatic"}},
		{"customer", []string{"customer", "customers", "user", "users", "client", "clients"}},
		{"human", []string{"human", "engineer", "engineers", "staff", "manual", "manually"}},
	} {
		if saysAny(strings.ToLower(text), k.words) {
			if kind != "" {
				return text // by an alert and a customer
			}
			kind = k.kind
		}
	}
	if kind == "" {
		return text
	}
	return kind
}

// readServices resolves the services that a label names. Names that the site
// does not have are noted: prose calls things by many names.
func (p *Postmortem) readServices(l label, names Names, line int, problems *diag.List) {
	words := l.items
	if len(words) == 0 {
		words = betweenNames.Split(l.value, -1)
	}
	var missing []string
	for _, word := range words {
		word = strings.Trim(word, " .`*_")
		if word == "" {
			continue
		}
		id, ok := names.called(word, p.Tribe)
		switch {
		case !ok && len(word) <= 40:
			missing = append(missing, word)
		case ok && !slices.Contains(p.Services, id):
			p.Services = append(p.Services, id)
		}
	}
	if len(p.Services) > 0 {
		p.fromProse("services", line, false)
	}
	if len(missing) > 0 && len(names.Services) > 0 {
		problems.Add(diag.Pos{File: p.File, Line: line}, RuleService, diag.Note, "add it to the aliases of the service that is meant", "there is no service called %s", strings.Join(missing, ", "))
	}
}

var betweenNames = regexp.MustCompile(`\s*[,;&]\s*|\s+(?:and|/)\s+`)

// readStated takes how long the incident took from the labels that say so, or
// from a sentence such as "The outage lasted 47 minutes", and holds it against
// the times.
func (p *Postmortem) readStated(c *calendar, root ast.Node, labels []label) {
	best := 9
	var stated length
	var at int
	take := func(d length, rank, pos int) bool {
		switch {
		case rank > best:
		case rank == best && d.Duration != stated.Duration:
			c.warn("stated", pos, RuleTime, "", "it took %s here and %s in line %d: neither is read", shortly(d.Duration), shortly(stated.Duration), c.pos(at).Line)
			return false
		case rank < best:
			best, stated, at = rank, d, pos
		}
		return true
	}
	for _, l := range labels {
		if l.key != "duration" {
			continue
		}
		value := l.value
		if _, until, rest, ok := scanTime(value); ok && until != nil {
			value = strings.Trim(rest, " ()[]")
		}
		if d, ok := scanDuration(value, unitIn(l.note)); ok && !take(d, l.rank, l.at) {
			return
		}
	}
	if best == 9 {
		for _, part := range c.parts(root) {
			if part.kind != Summary && part.kind != Impact {
				continue
			}
			for _, block := range part.blocks {
				if m := lasted.FindStringSubmatch(plain(block, c.text)); m != nil && block.Kind() == ast.KindParagraph {
					if d, ok := scanDuration(m[1], 0); ok && !take(d, 2, block.Pos()) {
						return
					}
				}
			}
		}
	}
	if stated.Duration == 0 {
		return
	}
	p.Stated = stated.Duration
	p.fromProse("stated", c.pos(at).Line, false)
	p.holdStated(c, stated, best, at)
}

// lasted finds how long an outage lasted, up to the end of the amount.
var lasted = regexp.MustCompile(`(?i)\b(?:outage|incident|disruption|downtime|degradation) lasted (?:for )?((?:about |around |approximately |roughly )?\d[\d.]*\s*[a-z]+(?:(?:,| and)?\s*\d[\d.]*\s*[a-z]+)*)`)

// unitIn returns the unit that a label's note names: Duration (minutes).
func unitIn(note string) byte {
	if note = strings.ToLower(note); note != "" && amountOfTime.MatchString("1"+note) {
		return note[0]
	}
	return 0
}

// holdStated warns if what the text says it took is far from what its times say:
// by more than a quarter of an hour and more than a fifth.
func (p *Postmortem) holdStated(c *calendar, stated length, rank, at int) {
	if stated.partly || p.Started.IsZero() {
		return
	}
	var nearest time.Duration = -1
	for _, from := range []time.Time{p.Started, p.Detected} {
		for _, to := range []time.Time{p.Resolved, p.Mitigated} {
			if from.IsZero() || to.IsZero() || rank != 1 && !from.Equal(p.Started) {
				continue // only repair may be counted from when it was detected
			}
			if took := to.Sub(from); nearest < 0 || (took-stated.Duration).Abs() < (nearest-stated.Duration).Abs() {
				nearest = took
			}
		}
	}
	apart := (nearest - stated.Duration).Abs()
	if nearest >= 0 && apart > nearEnough && apart > max(nearest, stated.Duration)/5 {
		c.warn("held", at, RuleOrder, "", "it says that it took %s, by its times it took %s", shortly(stated.Duration), shortly(nearest))
	}
}

// shortly prints a length of time as 4h9m, without seconds that are none.
func shortly(d time.Duration) string {
	s := d.Round(time.Second).String()
	s = strings.TrimSuffix(s, "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
