package postmortem

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// keys are what the front matter may say.
var keys = []string{
	"title", "id", "slug", "date", "severity", "services", "slos", "status", "audience",
	"started", "detected", "acknowledged", "mitigated", "resolved", "detection",
	"impact", "causes", "tags", "authors", "actions", "withdrawn", "aliases",
}

// timeKeys are those whose values are times.
var timeKeys = []string{"started", "detected", "acknowledged", "mitigated", "resolved"}

var (
	statuses  = []string{"draft", "review", "final"}
	audiences = []string{"public", "org", "tribe"}
)

// readFields takes over what the front matter says.
func (p *Postmortem) readFields(front node, zone *time.Location, names Names, problems *diag.List) {
	front = names.Aliases.known(front)
	f := fields{front, keys, zone, problems}
	if fromCState(front) {
		f.keys = slices.Concat(keys, cStateKeys)
	}
	f.unknown()
	p.Title = cut(f.text("title"), maxTitle)
	p.ID = f.text("id")
	p.Slug = f.slug("slug")
	p.Date = f.date("date", diag.Error)
	p.Severity = f.text("severity")
	p.Status = f.oneOf("status", statuses, RuleStatus)
	p.Audience = f.oneOf("audience", audiences, RuleAudience)
	if p.Audience == "" {
		p.Audience = "org"
		if front.table["audience"].isBad || f.has("audience") {
			p.Audience = "tribe"
		}
	}
	p.Started = f.time("started")
	p.Detected = f.time("detected")
	p.Acknowledged = f.time("acknowledged")
	p.Mitigated = f.time("mitigated")
	p.Resolved = f.time("resolved")
	if p.Date.IsZero() && !p.Started.IsZero() {
		p.Date = slo.DateOf(p.Started, zone)
	}
	p.Detection = f.text("detection")
	p.Impact = f.text("impact")
	p.Causes = f.texts("causes", false)
	p.Tags = f.texts("tags", true)
	p.Authors = f.texts("authors", true)
	p.Withdrawn = f.reason("withdrawn", "withdrawn")
	p.Aliases = f.slugs("aliases")
	p.Actions = f.actions("actions")
	p.place(f, names)
	if fromCState(front) {
		p.readCState(f, names)
	}
	p.checkOrder(front, problems)
}

// place finds the tribe, from the folder or else the first service, and
// resolves services and SLOs within it.
func (p *Postmortem) place(f fields, names Names) {
	services, at := f.texts("services", true), f.table["services"].pos
	if rest, ok := strings.CutPrefix(p.File, folder+"/"); ok && strings.Contains(rest, "/") {
		p.Tribe, _, _ = strings.Cut(rest, "/")
	} else if len(services) > 0 {
		if id, ok := names.service(services[0], ""); ok {
			p.Tribe, _, _ = strings.Cut(id, "/")
		}
	}
	hidden := false // one of the services was refused where it is declared
	for _, name := range services {
		id, ok := names.called(name, p.Tribe)
		if !ok && names.mayBe(name, p.Tribe) {
			hidden = true
			continue
		}
		if !ok {
			f.problems.Add(at, RuleService, diag.Error, nearest(name, p.Tribe, names.Services), "there is no service %q", name)
			continue
		}
		if !slices.Contains(p.Services, id) {
			p.Services = append(p.Services, id)
		}
	}
	for _, name := range f.texts("slos", true) {
		id, ok := names.slo(name, p.Tribe, p.Services)
		if !ok && (hidden || names.mayBe(name, p.Tribe)) {
			continue
		}
		if !ok {
			f.problems.Add(f.table["slos"].pos, RuleSLO, diag.Error, nearest(name, p.Tribe, names.SLOs), "there is no SLO %q", name)
			continue
		}
		if !slices.Contains(p.SLOs, id) {
			p.SLOs = append(p.SLOs, id)
		}
		if service := path.Dir(id); !slices.Contains(p.Services, service) {
			p.Services = append(p.Services, service)
		}
	}
}

// fields reads the values of one table.
type fields struct {
	node
	keys     []string // those that are known
	zone     *time.Location
	problems *diag.List
}

// unknown notes keys that are not known: one that may be a slip by itself, the
// rest together, since files come from other tools too. A yes or no for a time is
// one of the rest, but for cState's resolved.
func (f fields) unknown() {
	var others []string
	var at diag.Pos
	for _, key := range f.node.keys {
		known := slices.Contains(f.keys, key)
		if known && !(f.table[key].flag && slices.Contains(timeKeys, key) && !slices.Contains(f.keys, "resolvedWhen")) {
			continue
		}
		like := diag.Nearest(key, f.keys)
		if _, there := f.table[like]; like != "" && !there {
			f.problems.Add(f.table[key].pos, RuleKey, diag.Note, "did you mean "+like+"?", "%q is not a key that is read", cut(key, 40))
			continue
		}
		if others = append(others, cut(key, 40)); len(others) == 1 {
			at = f.table[key].pos
		}
	}
	if len(others) > 0 {
		f.problems.Add(at, RuleKey, diag.Note, "", "not read: %s", strings.Join(others, ", "))
	}
}

// has reports whether the key is there and says something.
func (f fields) has(key string) bool {
	n, ok := f.table[key]
	return ok && (!n.isText() || strings.TrimSpace(n.text) != "")
}

// text returns the text of a key on one line, "" if there is none.
func (f fields) text(key string) string {
	n := f.table[key]
	if !n.isText() {
		f.problems.Add(n.pos, RuleFrontMatter, diag.Error, "", "%s is not text", key)
		return ""
	}
	return oneLine(n.text)
}

// texts returns the texts of a list; a text that stands alone is a list of one,
// or, if it may hold commas, of what they part.
func (f fields) texts(key string, commas bool) (all []string) {
	n := f.table[key]
	items := n.list
	switch {
	case n.isText() && commas:
		for _, s := range strings.Split(n.text, ",") {
			items = append(items, node{text: s})
		}
	case n.isText():
		items = []node{n}
	}
	bad := n.table != nil || n.isBad
	for _, item := range items {
		if name, ok := item.table["name"]; ok { // authors of other tools
			item = name
		}
		bad = bad || !item.isText()
		if s := oneLine(item.text); s != "" {
			all = append(all, s)
		}
	}
	if bad {
		f.problems.Add(n.pos, RuleFrontMatter, diag.Error, "", "%s is not a list of texts", key)
	}
	return all
}

// oneOf returns one of the words, "" if the key has none or another.
func (f fields) oneOf(key string, words []string, rule string) string {
	word := strings.ToLower(f.text(key))
	if word == "" || slices.Contains(words, word) {
		return word
	}
	hint := "write one of " + strings.Join(words, ", ")
	if like := diag.Nearest(word, words); like != "" {
		hint = "did you mean " + like + "?"
	}
	f.problems.Add(f.table[key].pos, rule, diag.Error, hint, "there is no %s %q", key, word)
	return ""
}

// reason returns why something is so; whatever stands for true gives yes, and
// false is no reason.
func (f fields) reason(key, yes string) string {
	switch s := f.text(key); {
	case !f.table[key].flag:
		return s
	case strings.EqualFold(s, "true") || strings.EqualFold(s, "yes"):
		return yes
	}
	return ""
}

// date returns the day of a key. A yes or no, which other tools write for such
// keys, is none.
func (f fields) date(key string, severity diag.Severity) (d slo.Date) {
	s := f.text(key)
	if s == "" || f.table[key].flag {
		return d
	}
	d, err := parseDate(s, f.zone)
	if err != nil {
		f.problems.Add(f.table[key].pos, RuleDate, severity, "write it as 2026-10-31", "%s: %v", key, err)
	}
	return d
}

// time returns the moment of a key; a yes or no is none.
func (f fields) time(key string) time.Time {
	s, at := f.text(key), f.table[key].pos
	if s == "" || f.table[key].flag {
		return time.Time{}
	}
	t, _, err := parseTime(s, f.zone)
	switch {
	case errors.Is(err, errTwice):
		f.problems.Add(at, RuleTime, diag.Warning, "write its offset, "+t.In(f.zone).Format(time.RFC3339), "%s: %v; the first is used", key, err)
	case err != nil:
		f.problems.Add(at, RuleTime, diag.Error, "write it as 2026-10-06T10:02:00+02:00", "%s: %v", key, err)
		return time.Time{}
	}
	return t
}

// slug returns the slug of a key if it is one.
func (f fields) slug(key string) string {
	s := f.text(key)
	if s == "" || isSlug(s) {
		return s
	}
	f.problems.Add(f.table[key].pos, RuleSlug, diag.Error, fmt.Sprintf("write %q", slugOf(s)),
		"%q is not a slug: small letters a to z, figures and hyphens between them", cut(s, 60))
	return ""
}

// slugs returns those of a list that are slugs. What other tools keep under
// aliases are paths.
func (f fields) slugs(key string) (all []string) {
	for _, s := range f.texts(key, true) {
		if !isSlug(s) {
			f.problems.Add(f.table[key].pos, RuleSlug, diag.Warning, "", "%q is not an earlier slug and is not read", cut(s, 60))
			continue
		}
		all = append(all, s)
	}
	return all
}

// actionKeys are what an action of the front matter may say.
var actionKeys = []string{"title", "owner", "kind", "priority", "due", "closed", "dropped", "ticket", "done"}

// actions returns the actions of a list of tables, or of texts.
func (f fields) actions(key string) (all []Action) {
	n := f.table[key]
	if n.isText() && n.text == "" {
		return nil
	}
	if n.list == nil {
		f.problems.Add(n.pos, RuleAction, diag.Error, `write actions = [{ title = "…", owner = "…" }]`, "%s is not a list", key)
		return nil
	}
	for _, item := range n.list {
		if item.isText() {
			item.table = map[string]node{"title": {text: item.text, pos: item.pos}}
		}
		a := fields{item, actionKeys, f.zone, f.problems}
		a.unknown()
		action := Action{
			Title:    a.text("title"),
			Owner:    a.text("owner"),
			Kind:     kindOfAction(a.text("kind")),
			Priority: priorityOf(a.text("priority")),
			Due:      a.date("due", diag.Error),
			Closed:   a.date("closed", diag.Error),
			Done:     a.reason("done", "done") != "" || a.table["closed"].flag && a.reason("closed", "closed") != "",
			Dropped:  a.reason("dropped", "dropped"),
			Ticket:   a.text("ticket"),
			Pos:      item.pos,
		}
		if action.Title == "" {
			f.problems.Add(item.pos, RuleAction, diag.Error, "add a title", "an action without a title")
			continue
		}
		all = append(all, action)
	}
	return all
}
