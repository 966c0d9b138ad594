// Package check holds postmortems against what makes them worth reading: an
// impact, promises that somebody keeps, roles rather than names; and services
// against what was to be agreed on how they are run. What is wrong with a file by
// itself is told by package postmortem or catalog when it is read. Rules and
// ModelRules have the reason for each rule that writers ask about, with examples.
package check

import (
	"bytes"
	"time"
	"unicode"
	"unicode/utf8"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// The rules that Postmortem applies; a problem names one of them.
const (
	RuleImpact  = "postmortem-impact"
	RuleDraft   = "postmortem-draft"
	RulePromise = "postmortem-promise"
	RulePerson  = "postmortem-person"
)

// draftDays is for how long after the incident a postmortem may be a draft.
const draftDays = 30

// Input is one postmortem and what it is held against.
type Input struct {
	postmortem.Postmortem
	Text   []byte   // of its file
	Today  slo.Date // in the site's zone
	People []string // names that should be roles, as they are written
}

// Postmortem returns what a postmortem lacks. One that was withdrawn lacks
// nothing but roles.
func Postmortem(in Input) (problems diag.List) {
	if in.Withdrawn == "" {
		in.impact(&problems)
		in.future(&problems)
		in.draft(&problems)
		in.promises(&problems)
	}
	in.people(&problems)
	return problems
}

func (in Input) impact(problems *diag.List) {
	if in.Impact == "" {
		problems.Add(in.Pos, RuleImpact, diag.Warning, "begin a section Impact with a sentence about users, or set impact in the front matter", "does not say what users felt")
	}
}

// future tells of the first day that has not come: no report can speak of it.
func (in Input) future(problems *diag.List) {
	tell := func(field string, day slo.Date) {
		problems.Add(in.Pos, postmortem.RuleTime, diag.Warning, "correct the day", "%s is on %s, which has not come: today is %s", field, day, in.Today)
	}
	if in.Today.Before(in.Date) {
		tell("date", in.Date)
		return
	}
	for _, said := range []struct {
		field string
		at    time.Time
	}{{"started", in.Started}, {"detected", in.Detected}, {"acknowledged", in.Acknowledged}, {"mitigated", in.Mitigated}, {"resolved", in.Resolved}} {
		earliest := slo.DateOf(said.at.Add(-14*time.Hour), time.UTC) // that clocks anywhere show
		if !said.at.IsZero() && in.Today.Before(earliest) {
			tell(said.field, slo.DateOf(said.at, time.UTC))
			return
		}
	}
}

func (in Input) draft(problems *diag.List) {
	if in.Status != "draft" || in.Date.IsZero() {
		return
	}
	if days := in.Date.DaysUntil(in.Today); days > draftDays {
		problems.Add(in.Pos, RuleDraft, diag.Warning, `finish it and write status = "review"`, "is still a draft %d days after the incident", days)
	}
}

// promises tells of each open action that lacks something or, where they are
// many, once of all.
func (in Input) promises(problems *diag.List) {
	var lacking []postmortem.Action
	for _, a := range in.Actions {
		if a.Open() && (a.Owner == "" || a.Due.IsZero()) {
			lacking = append(lacking, a)
		}
	}
	if n := len(lacking); n > fewPromises {
		problems.Add(lacking[0].Pos, RulePromise, diag.Warning, "write (owner: checkout, due: 2026-12-01) behind each", "%d open actions have no owner or no due day, “%s” first", n, lacking[0].Title)
		return
	}
	for _, a := range lacking {
		lacks, hint := "owner and no due day", "(owner: checkout, due: 2026-12-01)"
		switch {
		case a.Owner != "":
			lacks, hint = "due day", "(due: 2026-12-01)"
		case !a.Due.IsZero():
			lacks, hint = "owner", "(owner: checkout)"
		}
		problems.Add(a.Pos, RulePromise, diag.Warning, "write "+hint+" behind it", "“%s” has no %s", a.Title, lacks)
	}
}

// fewPromises is how many actions of one postmortem are told of one by one.
const fewPromises = 3

// people tells of each name where it first stands.
func (in Input) people(problems *diag.List) {
	for _, name := range in.People {
		at := wordAt(in.Text, []byte(name))
		if name == "" || at < 0 {
			continue
		}
		line := bytes.LastIndexByte(in.Text[:at], '\n') + 1
		pos := diag.Pos{File: in.File, Line: 1 + bytes.Count(in.Text[:at], []byte("\n")), Col: at - line + 1}
		problems.Add(pos, RulePerson, diag.Warning, "write the role, such as the on-call of a squad", "names %s", name)
	}
}

// wordAt returns where a word stands in a text by itself, -1 if it does not.
func wordAt(text, word []byte) int {
	for from := 0; ; {
		i := bytes.Index(text[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRune(text[:i])
		after, _ := utf8.DecodeRune(text[i+len(word):])
		if !isLetter(before) && !isLetter(after) {
			return i
		}
		from = i + len(word)
	}
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
