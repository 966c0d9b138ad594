package catalog

import (
	"slices"
	"strings"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// tasks reads the automation ledger. A task with anything wrong in it is left
// out, and so is what was split from it, whose date depends on it.
func (l *loader) tasks(tables []taskTable) {
	parents := map[string]string{} // the task that each was split from, right or wrong
	for _, t := range tables {
		parents[t.ID.written] = string(t.SplitFrom.V)
	}
	var all []Task
	seen := map[id]diag.Pos{}
	for i := range tables {
		if task, right := l.task(&tables[i], parents); l.unique(seen, "task", tables[i].ID) && right {
			all = append(all, task)
		}
	}
	slices.SortFunc(all, func(a, b Task) int { return strings.Compare(a.ID, b.ID) })
	for n := -1; n != len(all); {
		n = len(all)
		kept := slices.Clone(all)
		all = slices.DeleteFunc(all, func(t Task) bool {
			return t.SplitFrom != "" && !slices.ContainsFunc(kept, func(p Task) bool { return p.ID == t.SplitFrom })
		})
	}
	l.cat.SRE.Tasks = all
}

// task reads one task; right is false if anything in it is wrong.
func (l *loader) task(t *taskTable, parents map[string]string) (task Task, right bool) {
	before := l.list.Count(diag.Error)
	task = Task{
		ID: string(t.ID.V), Title: string(t.Title.V), FirstManual: t.FirstManual.V.Date,
		Automated: t.Automated.V.Date, Accepted: t.Accepted.V.Date, AcceptedBy: string(t.AcceptedBy.V),
		Retired: t.Retired.V.Date, SplitFrom: string(t.SplitFrom.V), Pos: t.pos,
	}
	if task.Title == "" {
		task.Title = task.ID
	}
	if t.Hours.given() {
		hours := float64(t.Hours.V)
		task.Hours = &hours
	}
	if t.Runs.node != nil {
		task.Runs = &Runs{Manual: int(t.Runs.Manual.V), Automated: int(t.Runs.Automated.V)}
	}
	if t.Exempt.node != nil {
		task.Exempt = &Exemption{Reason: string(t.Exempt.Reason.V), Review: t.Exempt.Review.V.Date}
	}
	for _, v := range t.Reopened.items {
		l.inOrder("first_manual", t.FirstManual, "reopened", v)
		task.Reopened = append(task.Reopened, v.V.Date)
	}
	slices.SortFunc(task.Reopened, slo.Date.Compare)
	l.inOrder("first_manual", t.FirstManual, "automated", t.Automated)
	l.inOrder("automated", t.Automated, "accepted", t.Accepted)
	l.inOrder("first_manual", t.FirstManual, "retired", t.Retired)
	l.acceptance(t)
	l.splitFrom(t, parents)
	return task, !t.wrong && l.list.Count(diag.Error) == before
}

// acceptance reports an acceptance that does not stop the clock: one that does
// not say by whom or of what, and one by the SRE team itself.
func (l *loader) acceptance(t *taskTable) {
	if !t.Accepted.given() {
		return
	}
	if l.cat.SRE.Member(string(t.AcceptedBy.V)) != nil {
		l.report(t.AcceptedBy.pos, "acceptance-own", "write who of the Platform Team accepted it", "%q is a member of the SRE team, which cannot accept its own task", t.AcceptedBy.V)
	}
	for _, missing := range []struct {
		key   string
		given bool
	}{{"automated", t.Automated.given()}, {"accepted_by", t.AcceptedBy.V != ""}} {
		if !missing.given {
			l.report(t.Accepted.pos, "acceptance-incomplete", "add "+missing.key+": until then the clock goes on", "the task is accepted without %s", missing.key)
		}
	}
}

// splitFrom reports a task that was split from none of the ledger, or by some
// way from itself.
func (l *loader) splitFrom(t *taskTable, parents map[string]string) {
	from := string(t.SplitFrom.V)
	if from == "" {
		return
	}
	if _, ok := parents[from]; !ok {
		l.report(t.SplitFrom.pos, "split-from", suggest(from, sortedKeys(parents), "add it to the ledger, with the date that both have"), "the ledger has no task %q", from)
		return
	}
	for range parents {
		if from == t.ID.written {
			l.report(t.SplitFrom.pos, "split-from", "name the task that was there first", "task %q was split from itself", from)
			return
		}
		from = parents[from]
	}
}
