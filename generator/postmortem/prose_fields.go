package postmortem

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"tribune/generator/diag"
)

// A Reading is a field that was read from the text and not from the front
// matter.
type Reading struct {
	Field string // the key of the front matter that would say it, or "duration"
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
