package scorecard

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// Related is another postmortem of the tribe that is like one, and why.
type Related struct {
	ID     *string  `json:"id"`
	Slug   string   `json:"slug"`
	Title  string   `json:"title"`
	Date   slo.Date `json:"date"`
	Later  bool     `json:"later"`  // it happened after the one
	Reason string   `json:"reason"` // a sentence
}

const (
	relatedCount = 3   // as many are named, the most alike
	relatedMost  = 8   // and up to as many if they repeat it or were left undone
	relatedReach = 200 // of a service or cause, only so many neighbours in time are compared
	alikeEnough  = 4   // a service and a cause in common are 6, a tag is 1
)

// related finds for each postmortem those most like it: same service, same
// cause, shared tags; and besides them later ones that repeat it and earlier ones
// of which an action was still open. posts are oldest first.
func related(posts []postmortem.Postmortem) [][]Related {
	near := neighbours(posts)
	out := make([][]Related, len(posts))
	for i := range posts {
		p := &posts[i]
		type match struct{ at, score int }
		var found []match
		for _, j := range near[i] {
			if score := alike(p, &posts[j]); score >= alikeEnough {
				found = append(found, match{j, score})
			}
		}
		slices.SortFunc(found, func(a, b match) int {
			return cmp.Or(-cmp.Compare(a.score, b.score), cmp.Compare(abs(a.at-i), abs(b.at-i)), cmp.Compare(a.at, b.at))
		})
		out[i] = []Related{}
		for n, m := range found {
			q := &posts[m.at]
			if n >= relatedCount && !repeats(q, p) && !leftOpen(q, p) || len(out[i]) == relatedMost {
				continue
			}
			r := Related{ID: given(q.ID), Slug: q.Slug, Title: q.Title, Date: q.Date, Later: m.at > i, Reason: whyAlike(p, q)}
			out[i] = append(out[i], r)
		}
	}
	return out
}

// repeats reports whether an incident repeats an earlier one: the same service and
// cause class within 90 days.
func repeats(q, p *postmortem.Postmortem) bool {
	return !p.Started.IsZero() && q.Started.After(p.Started) && q.Started.Sub(p.Started) <= recurrence &&
		share(p.Services, q.Services) && share(p.Causes, q.Causes)
}

// leftOpen reports whether an earlier incident of the same service and cause had
// an action still open when this one began.
func leftOpen(q, p *postmortem.Postmortem) bool {
	return !q.Started.IsZero() && q.Started.Before(p.Started) && openWhen(q, p.Started) > 0 &&
		share(p.Services, q.Services) && share(p.Causes, q.Causes)
}

func abs(n int) int { return max(n, -n) }

// neighbours returns, for each postmortem, those that have a service or a cause
// in common with it, the nearest in time of each.
func neighbours(posts []postmortem.Postmortem) [][]int {
	groups := make(map[string][]int)
	keys := func(p postmortem.Postmortem) (all []string) {
		for _, s := range p.Services {
			all = append(all, "service "+s)
		}
		for _, c := range p.Causes {
			all = append(all, "cause "+strings.ToLower(c))
		}
		return all
	}
	for i, p := range posts {
		if p.Restricted || p.Withdrawn != "" {
			continue
		}
		for _, k := range keys(p) {
			groups[k] = append(groups[k], i)
		}
	}
	out := make([][]int, len(posts))
	for i, p := range posts {
		for _, k := range keys(p) {
			at, ok := slices.BinarySearch(groups[k], i)
			if !ok {
				continue
			}
			from, to := max(0, at-relatedReach/2), min(len(groups[k]), at+relatedReach/2)
			for _, j := range groups[k][from:to] {
				if j != i {
					out[i] = append(out[i], j)
				}
			}
		}
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out
}

// alike scores how much two postmortems have in common.
func alike(p, q *postmortem.Postmortem) (score int) {
	if share(p.Services, q.Services) {
		score += 3
	}
	if share(p.Causes, q.Causes) {
		score += 3
	}
	return score + len(sharedTags(p, q))
}

func sharedTags(p, q *postmortem.Postmortem) (tags []string) {
	for _, t := range p.Tags {
		if share([]string{t}, q.Tags) {
			tags = append(tags, t)
		}
	}
	return tags
}

// whyAlike says in a sentence what two postmortems with a service or a cause in
// common share.
func whyAlike(p, q *postmortem.Postmortem) string {
	var parts []string
	if share(p.Services, q.Services) {
		parts = append(parts, "same service")
	}
	if share(p.Causes, q.Causes) {
		parts = append(parts, "same cause")
	}
	days, after, known := 0, false, true
	switch {
	case !p.Started.IsZero() && !q.Started.IsZero():
		days, after = int(p.Started.Sub(q.Started).Abs()/(24*time.Hour)), q.Started.After(p.Started)
	case !p.Date.IsZero() && !q.Date.IsZero():
		days, after = abs(p.Date.DaysUntil(q.Date)), p.Date.Before(q.Date)
	default:
		known = false
	}
	switch {
	case known && after:
		parts = append(parts, count(days, "day", "days")+" later")
	case known:
		parts = append(parts, count(days, "day", "days")+" before")
	}
	reason := strings.ToUpper(parts[0][:1]) + parts[0][1:]
	if len(parts) > 1 {
		reason += ", " + strings.Join(parts[1:], ", ")
	}
	if tags := sharedTags(p, q); len(tags) > 0 {
		reason += "; shares " + join(tags)
	}
	reason += "."
	if repeats(q, p) {
		reason += " It repeats this one."
	}
	if open := openWhen(q, p.Started); open > 0 && q.Started.Before(p.Started) {
		reason += fmt.Sprintf(" %s of it %s still open when this began.", count(open, "action", "actions"), verb(open, "was", "were"))
	}
	return reason
}

// openWhen counts the actions of a postmortem that were open at a moment.
func openWhen(p *postmortem.Postmortem, at time.Time) (n int) {
	if at.IsZero() {
		return 0
	}
	day := slo.DateOf(at, time.UTC)
	for _, a := range p.Actions {
		if a.Dropped == "" && !(a.Done && a.Closed.IsZero()) && (a.Closed.IsZero() || day.Before(a.Closed)) {
			n++
		}
	}
	return n
}
