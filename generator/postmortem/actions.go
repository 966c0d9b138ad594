package postmortem

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"tribune/generator/diag"
)

// actionsIn returns the actions of a text in its order: every item of a task
// list, and the items of lists and the rows of tables under a heading such as
// Action items. What a checklist of the report itself asks for is none.
func actionsIn(s *source, root ast.Node, zone *time.Location, problems *diag.List) (all []Action) {
	r := actionReader{s, zone, problems, nil}
	level := 0 // of the heading that is open for actions; 0 if none is
	skip := 0  // of the heading that is open for a checklist
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			kind := s.kindOf(plain(n, s.text))
			if skip > 0 && n.Level <= skip {
				skip = 0
			}
			if skip == 0 && kind == Checklist {
				level, skip = 0, n.Level
			}
			if level > 0 && n.Level <= level || level > 0 && slices.Contains([]SectionKind{Timeline, Badly, Well, Lucky}, kind) {
				level = 0
			}
			if level == 0 && skip == 0 && kind == Actions {
				level = n.Level
			}
		case *ast.List:
			if skip == 0 && !r.ofReport(n) {
				r.list(n, level > 0)
			}
		case *east.Table:
			if level > 0 {
				r.rows(n)
			}
		}
	}
	return r.found
}

// An actionReader collects actions.
type actionReader struct {
	*source
	zone     *time.Location
	problems *diag.List
	found    []Action
}

// list reads the items of a list: all of them if they were promised, else those
// with a box. What is nested in an item is its details, unless it has boxes.
func (r *actionReader) list(list *ast.List, promised bool) {
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		first := item.FirstChild()
		if first == nil {
			continue
		}
		box, boxed := first.FirstChild().(*east.TaskCheckBox)
		before := len(r.found)
		for n := first; n != nil; n = n.NextSibling() {
			if nested, ok := n.(*ast.List); ok {
				r.list(nested, false)
			}
		}
		if !boxed && (!promised || len(r.found) > before) || first.Type() != ast.TypeBlock || first.Kind() == ast.KindList {
			continue
		}
		action, ok := r.action(first, nil)
		if !ok {
			continue
		}
		action.Done = action.Done || boxed && box.IsChecked
		if nested := first.NextSibling(); nested != nil && nested.Kind() == ast.KindList && len(r.found) == before {
			for _, detail := range r.itemsOf(nested) {
				switch _, _, ok := cutLabel(detail); {
				case doneDetail.MatchString(detail):
					action.Done = true
				case ok:
					r.part(&action, detail) // Owner: checkout
				}
			}
		}
		action.Pos = r.pos(item.Pos())
		r.found = slices.Insert(r.found, before, action)
	}
}

// action reads the text of an item or of a cell: the title, and what stands in
// parentheses or links after it. ok is false if there is no title.
func (r *actionReader) action(n ast.Node, into *Action) (a Action, ok bool) {
	if into != nil {
		a = *into
	}
	text := plain(n, r.text)
	a.Pos = r.pos(n.Pos())
	if a.Ticket == "" {
		a.Ticket = ticketLink(n, r.text)
	}
	for {
		shorter := strings.TrimRight(text, " .,;:–—-")
		if rest, cut := dropLink(shorter, n, a.Ticket, r.text); cut {
			text = rest
			continue
		}
		rest, cut := r.parenthesis(shorter, &a)
		if !cut {
			if rest, cut = r.afterDash(shorter, &a); !cut {
				break
			}
		}
		text = rest
	}
	if m := doneLead.FindString(text); m != "" {
		a.Done, text = true, text[len(m):]
	}
	if doneEnd.MatchString(text) {
		a.Done = true // the words stay: they say where
	}
	if m := leadingPriority.FindStringSubmatch(text); m != nil {
		a.Priority, text = priorityOf(m[1]), text[len(m[0]):]
	}
	a.Title = strings.TrimRight(text, " :;,–—-")
	if lead := boldLead(n, r.text); lead != "" && strings.HasPrefix(text, lead) {
		a.Title = lead
	} else if utf8.RuneCountInString(text) > maxTitle {
		a.Title = sentences(text, 1, maxTitle)
	}
	return a, a.Title != "" && !nothing[strings.ToLower(strings.Trim(text, " .-–—*_[](){}"))] && !placeholder.MatchString(text)
}

// placeholder is an item that a template holds for what was never written, or a
// question that somebody asked.
var placeholder = regexp.MustCompile(`(?i)^(?:\{\{\s*(?:summary|title|name|item|action(?: item)?|description|text|todo|owner|link|\.\.\.|…)?\s*\}\}\W*(?:\[?link[^\]]*\]?\W*)?$|Q:\s)`)

// boldLead returns the bold words that an item begins with, if they say enough
// to stand alone: **Split the groups by zone**: it allows …
func boldLead(n ast.Node, src []byte) string {
	bold, ok := n.FirstChild().(*ast.Emphasis)
	if !ok || bold.Level != 2 || bold.NextSibling() == nil {
		return ""
	}
	lead := strings.TrimRight(plain(bold, src), " .:–—-")
	if strings.Count(lead, " ") < 2 {
		return ""
	}
	return lead
}

var leadingPriority = regexp.MustCompile(`^[\[(]?(P[0-4])[\])]?\s*[:–—-]?\s+`)

// nothing is what people write where there is no action.
var nothing = map[string]bool{"": true, "none": true, "n/a": true, "na": true, "tbd": true, "todo": true, "nothing": true, "no actions": true,
	"summary": true, "summary }} [link to github issue": true, "title": true, "...": true, "…": true}

// ticketLink returns the address of the first link to an issue or a change.
func ticketLink(n ast.Node, src []byte) (url string) {
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if to := linkTo(n, src); entering && url == "" && ticketURL.MatchString(to) {
			url = to
		}
		return ast.WalkContinue, nil
	})
	return url
}

func linkTo(n ast.Node, src []byte) string {
	switch n := n.(type) {
	case *ast.Link:
		return string(n.Destination)
	case *ast.AutoLink:
		return string(n.URL(src))
	}
	return ""
}

var ticketURL = regexp.MustCompile(`^https?://[^\s<>"]+/(issues|pull|pulls|merge_requests|browse|ticket|tickets|changes)/[A-Za-z0-9/_-]*[0-9][A-Za-z0-9_-]*([?#].*)?$`)

// dropLink takes off the end of the text the words of the link to the ticket,
// if they say no more than that there is one.
func dropLink(text string, n ast.Node, ticket string, src []byte) (rest string, ok bool) {
	if ticket == "" {
		return text, false
	}
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || linkTo(n, src) != ticket {
			return ast.WalkContinue, nil
		}
		words := plain(n, src)
		if auto, is := n.(*ast.AutoLink); is {
			words = string(auto.Label(src))
		}
		if words != ticket && !onlyLink.MatchString(words) {
			return ast.WalkContinue, nil
		}
		for _, around := range []string{"(" + words + ")", "[" + words + "]", words} {
			if before, cut := strings.CutSuffix(text, around); cut && !ok {
				rest, ok = before, true
			}
		}
		return ast.WalkContinue, nil
	})
	return rest, ok
}

var onlyLink = regexp.MustCompile(`(?i)^(((link to|see) )?(the |an )?(github |gitlab |jira )?(issue|pr|mr|pull request|ticket|link|bug|jira)( here)?|#\d+|[A-Z][A-Z0-9]+-\d+|\S+/\S+#\d+)$`)

// mergeActions joins actions of the same title: the first says most, the later
// ones what it leaves open.
func mergeActions(all []Action) (merged []Action) {
	at := map[string]int{}
	for _, a := range all {
		key := slugOf(a.Title)
		i, seen := at[key]
		if !seen {
			at[key] = len(merged)
			merged = append(merged, a)
			continue
		}
		m := &merged[i]
		for _, field := range []struct {
			to   *string
			from string
		}{{&m.Owner, a.Owner}, {&m.Kind, a.Kind}, {&m.Priority, a.Priority}, {&m.Ticket, a.Ticket}, {&m.Dropped, a.Dropped}} {
			if *field.to == "" {
				*field.to = field.from
			}
		}
		if m.Due.IsZero() {
			m.Due = a.Due
		}
		if m.Closed.IsZero() {
			m.Closed = a.Closed
		}
		m.Done = m.Done || a.Done
	}
	return merged
}

// rows reads the rows of a table whose header names its columns.
func (r *actionReader) rows(table *east.Table) {
	header, ok := table.FirstChild().(*east.TableHeader)
	if !ok {
		return
	}
	var columns []string
	for cell := header.FirstChild(); cell != nil; cell = cell.NextSibling() {
		columns = append(columns, r.field(plain(cell, r.text)))
	}
	if !slices.Contains(columns, "title") {
		i := slices.Index(columns, "")
		if i < 0 {
			return
		}
		columns[i] = "title"
	}
	for row := header.NextSibling(); row != nil; row = row.NextSibling() {
		var a Action
		var title ast.Node
		i := 0
		for cell := row.FirstChild(); cell != nil && i < len(columns); cell, i = cell.NextSibling(), i+1 {
			if columns[i] == "title" && title == nil {
				title = cell
				continue
			}
			text := plain(cell, r.text)
			if bare := strings.TrimSuffix(strings.TrimSuffix(text, "TODO"), "DONE"); bare != text && columns[i] != "" {
				a.Done, text = a.Done || strings.HasSuffix(text, "DONE"), strings.TrimSpace(bare)
			}
			if link := ticketLink(cell, r.text); link != "" && columns[i] == "ticket" {
				text = link
			}
			if !r.set(&a, columns[i], text, r.pos(cell.Pos())) && doneWord.MatchString(text) && bytes.Contains([]byte(text), []byte("DONE")) {
				a.Done = true
			}
		}
		if title == nil {
			continue
		}
		if a, ok := r.action(title, &a); ok {
			a.Pos = r.pos(row.Pos())
			r.found = append(r.found, a)
		}
	}
}
