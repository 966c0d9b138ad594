package site

import (
	"strconv"
	"strings"
	"time"

	"tribune/generator/feed"
	"tribune/generator/scorecard"
)

// tables writes what the tribe wrote and promised for spreadsheets. A cell with
// several values has "; " between them; what is not known is empty.
func (t *tribeSite) tables() error {
	posts := [][]string{{
		"id", "slug", "title", "date", "severity", "services", "squads", "status", "audience",
		"started", "detected", "acknowledged", "mitigated", "resolved", "minutes", "detection", "impact", "causes", "tags",
		"actions", "actions_open", "actions_overdue", "most_of_a_budget", "withdrawn",
	}}
	for _, e := range t.facts.Postmortems {
		posts = append(posts, []string{
			deref(e.ID), e.Slug, e.Title, e.Date.String(), string(e.Severity), list(e.ServiceIDs), list(e.Squads), string(e.Status), e.Audience,
			momentCell(e.Started), momentCell(e.Detected), momentCell(e.Acknowledged), momentCell(e.Mitigated), momentCell(e.Resolved),
			numberCell(e.Minutes), string(e.Detection), string(e.Impact), list(e.Causes), list(e.Tags),
			strconv.Itoa(e.Actions.Total), strconv.Itoa(e.Actions.Open), strconv.Itoa(e.Actions.Overdue),
			numberCell(mostSpent(&e)), e.Withdrawn,
		})
	}
	if err := t.write(t.prefix+"api/postmortems.csv", feed.Table(posts)); err != nil {
		return err
	}
	actions := [][]string{actionColumns}
	for _, a := range t.facts.Actions {
		actions = append(actions, actionCells(a))
	}
	return t.write(t.prefix+"api/actions.csv", feed.Table(actions))
}

// actionColumns are those of a table of actions, and actionCells a row of it.
var actionColumns = []string{
	"title", "owner", "kind", "priority", "opened", "due", "closed", "state", "dropped", "ticket",
	"overdue", "days_late", "age_days", "postmortem", "source",
}

func actionCells(a scorecard.Action) []string {
	return []string{
		a.Title, string(a.Owner), string(a.Kind), string(a.Priority), a.Opened.String(), a.Due.String(), a.Closed.String(), a.State, string(a.Dropped), string(a.Ticket),
		strconv.FormatBool(a.Overdue), strconv.Itoa(a.DaysLate), numberCell(a.Age), a.Postmortem, a.Source,
	}
}

func list(values []string) string { return strings.Join(values, "; ") }

func momentCell(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func numberCell(n scorecard.Number) string {
	if !n.Known {
		return ""
	}
	return strconv.FormatFloat(n.Value, 'g', -1, 64)
}
