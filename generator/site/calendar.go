package site

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"tribune/generator/feed"
	"tribune/generator/scorecard"
	"tribune/generator/sre"
)

// calendarFile is where the calendar of a root's actions is.
const calendarFile = "actions.ics"

// tribeCalendar writes on which days the tribe's open actions are due.
func (t *tribeSite) tribeCalendar() error {
	return t.writeCalendar("Actions, "+t.title, t.dueActions(t.facts, t.address("")))
}

// orgCalendar writes those of all tribes, and when the clocks of the automation
// ledger end.
func (r *root) orgCalendar() error {
	var all []feed.Event
	for i := range r.front.Tribes {
		t := &r.front.Tribes[i]
		all = append(all, r.dueActions(t, r.address("")+t.Index.ID+"/")...)
	}
	if r.front.SRE != nil {
		all = append(all, clockEnds(r.front.SRE.Tasks, r.address(""))...)
	}
	return r.writeCalendar("Actions, "+r.title, all)
}

// clockEnds returns a day for each task whose 18-month clock goes on, but for those
// that are exempt. base is the address of the site, "" if it has none.
func clockEnds(tasks []sre.Task, base string) (events []feed.Event) {
	for _, task := range tasks {
		if !task.Stopped.IsZero() || task.State == sre.Exempt {
			continue
		}
		e := feed.Event{
			UID: uid("automation ledger\n"+task.ID, 1), Day: task.Due,
			Summary:     "Automated and handed over: " + task.Title,
			Description: "18 months after it was first done by hand; " + strings.ToLower(task.State.Word()) + ".",
		}
		if strings.Contains(base, "://") {
			e.URL = base + "sre/"
		}
		events = append(events, e)
	}
	return events
}

func (r *root) writeCalendar(name string, events []feed.Event) error {
	slices.SortStableFunc(events, func(a, b feed.Event) int {
		return cmp.Or(a.Day.Compare(b.Day), strings.Compare(a.UID, b.UID))
	})
	c := feed.Calendar{Name: name, Stamp: r.in.AsOf, Events: events}
	return r.write(r.prefix+calendarFile, c.Bytes())
}

// dueActions returns a day for each open action that has one. base is the
// address of the tribe's folder, a path alone where the site has no base_url.
func (b *builder) dueActions(t *scorecard.Tribe, base string) (events []feed.Event) {
	titles := make(map[string]string) // of postmortems, by slug
	for _, p := range t.Postmortems {
		titles[p.Slug] = p.Title
	}
	same := make(map[string]int)
	for _, a := range t.Actions {
		if a.State != "open" || a.Due.IsZero() {
			continue
		}
		key := t.Index.ID + "\n" + a.Postmortem + "\n" + a.Title
		same[key]++ // two of one name in one postmortem are two
		e := feed.Event{
			UID: uid(key, same[key]), Day: a.Due,
			Summary:     strings.TrimSpace(string(a.Priority) + " " + a.Title),
			Description: fmt.Sprintf("%s, %s. From: %s", t.Index.Name, cmp.Or(a.Owner, "no owner"), titles[a.Postmortem]),
		}
		if strings.Contains(base, "://") {
			e.URL = base + "postmortems/" + a.Postmortem + "/"
		}
		events = append(events, e)
	}
	return events
}

// uid names the nth action of a key for ever.
func uid(key string, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%d", key, n))
	return fmt.Sprintf("%x@tribune", sum[:12])
}
