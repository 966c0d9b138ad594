package postmortem

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"tribune/generator/diag"
)

// The words that people use for the fields of an action, as a key in a
// parenthesis and as the header of a column.
var actionWords = map[string]string{
	"action": "title", "action item": "title", "actions": "title", "item": "title", "task": "title", "description": "title",
	"what": "title", "title": "title", "todo": "title", "to do": "title", "remediation": "title", "improvement": "title", "follow-up": "title", "summary": "title",
	"owner": "owner", "owners": "owner", "assignee": "owner", "assigned to": "owner", "assigned": "owner", "who": "owner", "responsible": "owner", "team": "owner", "squad": "owner", "dri": "owner", "owned by": "owner",
	"due": "due", "due date": "due", "due by": "due", "deadline": "due", "by": "due", "by when": "due", "when": "due", "target": "due", "target date": "due", "eta": "due",
	"kind": "kind", "type": "kind", "category": "kind", "class": "kind",
	"priority": "priority", "prio": "priority", "p": "priority",
	"ticket": "ticket", "tickets": "ticket", "issue": "ticket", "bug": "ticket", "jira": "ticket", "link": "ticket", "tracking": "ticket", "pr": "ticket", "tracking issue": "ticket",
	"closed": "closed", "done": "closed", "completed": "closed", "date closed": "closed", "completed on": "closed", "finished": "closed",
	"status": "status", "state": "status", "progress": "status",
	"dropped": "dropped", "wontfix": "dropped", "won't do": "dropped", "cancelled": "dropped",
}

// field returns the field of an action that a word stands for, "" if it is not
// known. The site's own words come first.
func (r *actionReader) field(word string) string {
	word = strings.ToLower(strings.Trim(word, " :.?*"))
	if key := r.words.key(word); slices.Contains(actionKeys, key) {
		return key
	}
	return actionWords[word]
}

var (
	doneWord    = regexp.MustCompile(`(?i)^(\W*(done|closed|complete|completed|finished|fixed|shipped|merged|yes|x|✅|✔️?|☑️?|true)\W*)$`)
	doneNote    = regexp.MustCompile(`(?i)^(done|completed) (during|in|on|by|with|as|after|while|within) `)
	droppedWord = regexp.MustCompile(`(?i)^(dropped|won.t (do|fix)|wontfix|cancell?ed|abandoned|rejected|obsolete)\b`)
	emptyWord   = regexp.MustCompile(`(?i)^(|-+|–|—|n/?a|tbd|none|no|\?+|todo|unknown|unassigned|nobody|open|in progress|ongoing|false)$`)
	bareTicket  = regexp.MustCompile(`^(#\d+|[A-Z][A-Z0-9]{1,9}-\d+|[\w.-]+/[\w.-]+#\d+|https?://\S+)$`)
	doneLead    = regexp.MustCompile(`^(?:✅|✔️?|☑️?|\[?(?:DONE|Done)\]?\s*[:–—-]|\[(?:DONE|Done|done|x)\])\s*`)
	doneEnd     = regexp.MustCompile(`(?i)[.;!?]\s+(?:already |this (?:is|was|has been) )?done(?: (?:in|by|via|with) [^.;!?\s]+(?: [^.;!?\s]+){0,3})?\W*$`)
	doneDetail  = regexp.MustCompile(`(?i)^(?:already |this (?:is|was|has been) (?:already )?)done\b`)
	dash        = regexp.MustCompile(`\s+[–—|-]{1,2}\s+`)
	barePrio    = regexp.MustCompile(`(?i)^p[0-4]$`)
	keyValue    = regexp.MustCompile(`^(\pL[\pL' -]{0,20}?)\s*(?:[:=]\s*|\s)(\S.*)$`)
)

// parenthesis takes the last parenthesis off a text if it says something about
// the action: (owner: checkout, due: 2026-12-01, P0, #123). What it says beside
// that stays.
func (r *actionReader) parenthesis(text string, a *Action) (rest string, ok bool) {
	if !strings.HasSuffix(text, ")") {
		return text, false
	}
	open, depth := -1, 0
	for i := len(text) - 1; i >= 0 && open < 0; i-- {
		switch text[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				open = i
			}
		}
	}
	if open < 0 {
		return text, false
	}
	var others []string
	for _, part := range strings.FieldsFunc(text[open+1:len(text)-1], func(c rune) bool { return c == ',' || c == ';' || c == '|' }) {
		if part = strings.TrimSpace(part); part != "" && !r.part(a, part) {
			others = append(others, part)
		}
	}
	rest = strings.TrimSpace(text[:open])
	switch all := strings.Join(others, ", "); {
	case rest == "" || len(others) > 0 && all == oneLine(text[open+1:len(text)-1]):
		return text, false
	case all != "":
		return rest + " (" + all + ")", true
	}
	return rest, true
}

// afterDash takes what follows the last dash or bar off a text, if all of it
// says something about the action: Cap the pool — owner: checkout, P0.
func (r *actionReader) afterDash(text string, a *Action) (rest string, ok bool) {
	at := dash.FindAllStringIndex(text, -1)
	if len(at) == 0 {
		return text, false
	}
	last := at[len(at)-1]
	tried := *a
	for _, part := range strings.FieldsFunc(text[last[1]:], func(c rune) bool { return c == ',' || c == ';' }) {
		if part = strings.TrimSpace(part); !r.part(&tried, part) {
			return text, false
		}
	}
	*a = tried
	return strings.TrimSpace(text[:last[0]]), true
}

// part reads one part of a parenthesis: a key with its value, or a value that
// speaks for itself.
func (r *actionReader) part(a *Action, part string) bool {
	at := a.Pos
	switch {
	case barePrio.MatchString(part):
		return r.set(a, "priority", part, at)
	case bareTicket.MatchString(part):
		return r.set(a, "ticket", part, at)
	case doneWord.MatchString(part) && len(part) > 1, droppedWord.MatchString(part):
		return r.set(a, "status", part, at)
	case strings.HasPrefix(part, "@") && !strings.Contains(part, " "):
		return r.set(a, "owner", part[1:], at)
	}
	m := keyValue.FindStringSubmatch(part)
	if m == nil {
		return false
	}
	if doneNote.MatchString(part) && a.Closed.IsZero() {
		a.Done = true // the words stay: done during the incident
	}
	field := r.field(m[1])
	if !strings.ContainsAny(part[:len(part)-len(m[2])], ":=") {
		_, err := parseDate(m[2], r.zone)
		dated := err == nil && (field == "due" || field == "closed")
		if !dated && m[1] != "owner" {
			return false
		}
	}
	return field != "title" && r.set(a, field, m[2], at)
}

// set sets one field of an action, and reports whether it knows the field.
func (r *actionReader) set(a *Action, field, value string, at diag.Pos) bool {
	value = strings.TrimSpace(value)
	if field == "" {
		return false
	}
	if emptyWord.MatchString(value) {
		return true
	}
	switch field {
	case "owner":
		a.Owner = strings.TrimPrefix(value, "@")
	case "kind":
		a.Kind = kindOfAction(value)
	case "priority":
		a.Priority = priorityOf(value)
	case "ticket":
		a.Ticket = value
	case "dropped":
		a.Dropped = value
	case "due":
		d, err := parseDate(value, r.zone)
		if err != nil {
			r.problems.Add(at, RuleAction, diag.Warning, "write it as 2026-12-01", "due: %v", err)
		}
		a.Due = d
	case "closed", "status":
		switch d, err := parseDate(value, r.zone); {
		case droppedWord.MatchString(value):
			a.Dropped = cmp.Or(strings.TrimLeft(droppedWord.ReplaceAllString(value, ""), " :,;–—-"), value)
		case doneWord.MatchString(value):
			a.Done = true
		case err == nil && field == "closed":
			a.Closed = d
		default:
			if d, ok := dateIn(value); ok && doneWord.MatchString(strings.Fields(value)[0]) {
				a.Closed = d
			}
		}
	}
	return true
}

// kindOfAction returns prevent, detect, mitigate or process for the words that
// stand for them, and other words as they are.
func kindOfAction(word string) string {
	word = strings.ToLower(word)
	for _, k := range []struct{ kind, stem string }{{"prevent", "prevent"}, {"detect", "detect"}, {"mitigate", "mitigat"}, {"process", "process"}} {
		if strings.HasPrefix(word, k.stem) {
			return k.kind
		}
	}
	return word
}

// priorityOf returns P0 to P4 in capitals, and other words as they are.
func priorityOf(word string) string {
	if barePrio.MatchString(word) {
		return strings.ToUpper(word)
	}
	return word
}
