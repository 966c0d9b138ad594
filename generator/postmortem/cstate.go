package postmortem

import (
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
)

// cStateKeys are what cState, a status page, says in its front matter beside
// keys that mean the same here. Its resolved is a yes or no.
var cStateKeys = []string{"resolvedWhen", "affected", "informational", "section"}

// fromCState reports whether front matter is cState's.
func fromCState(front node) bool {
	_, when := front.table["resolvedWhen"]
	return when || front.table["resolved"].flag
}

// readCState takes over what front matter of cState says: date is when downtime
// began and resolvedWhen when it ended, if resolved says yes, as cState itself
// counts them. What is informational was no downtime.
func (p *Postmortem) readCState(f fields, names Names) {
	if f.reason("informational", "yes") == "" {
		if date := f.text("date"); strings.Contains(date, ":") && p.Started.IsZero() {
			p.Started = f.time("date")
		}
		if n, ok := f.table["resolved"]; (!ok || strings.EqualFold(n.text, "true")) && p.Resolved.IsZero() {
			p.Resolved = f.time("resolvedWhen")
		}
	}
	if !p.Resolved.IsZero() && !p.Started.IsZero() && !p.Resolved.After(p.Started) {
		f.problems.Add(f.table["resolvedWhen"].pos, RuleOrder, diag.Error, "", "resolvedWhen is not after date")
		p.Started, p.Resolved = time.Time{}, time.Time{}
	}
	var missing []string
	for _, name := range f.texts("affected", false) {
		id, ok := names.called(name, p.Tribe)
		if !ok {
			missing = append(missing, cut(name, 40))
		} else if !slices.Contains(p.Services, id) {
			p.Services = append(p.Services, id)
		}
	}
	if len(missing) > 0 {
		f.problems.Add(f.table["affected"].pos, RuleService, diag.Note, "add it to the aliases of the service that is meant", "there is no service called %s", strings.Join(missing, ", "))
	}
}

// known returns the front matter with the site's own keys as those that they
// stand for.
func (a Aliases) known(front node) node {
	for i, key := range front.keys {
		if slices.Contains(keys, key) {
			continue
		}
		means := a.key(key)
		if means == "" {
			means = a.key(strings.ReplaceAll(key, "_", " "))
		}
		if _, there := front.table[means]; means == "" || !slices.Contains(keys, means) || there {
			continue
		}
		front.table[means] = front.table[key]
		delete(front.table, key)
		front.keys[i] = means
	}
	return front
}
