package scorecard

import (
	"slices"
	"strings"
	"unicode"

	"tribune/generator/catalog"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

// changeWords are what a cause class holds that blames a change.
var changeWords = []string{"change", "config", "deploy", "release", "roll-out", "rollout"}

// QualityOf counts what stands beside stability, over the twelve months up to
// last, from the facts of all tribes: of incidents that readers may see whether
// they repeat another and whether a change caused them, of actions whether they
// were done in time and whose they are.
func QualityOf(tribes []Tribe, cat *catalog.Catalog, last slo.Month) sre.Quality {
	q := sre.Quality{From: last.Add(1 - stripMonths), To: last}
	for _, t := range tribes {
		causes, writers := make(map[string][]string, len(t.Postmortems)), make(map[string]*string, len(t.Postmortems))
		for _, p := range t.Postmortems {
			causes[p.Slug], writers[p.Slug] = p.Causes, p.WrittenBy
		}
		for _, c := range t.Cards {
			if c.Month.Before(q.From) || q.To.Before(c.Month) {
				continue
			}
			q.ActionsDue += c.Actions.Due
			q.ActionsOnTime += c.Actions.DueClosed
			for _, i := range c.Incidents.Items {
				countIncident(&q, i, causes[i.Slug])
				countWriters(&q, writers[i.Slug])
			}
		}
		for _, a := range t.Actions {
			if m := a.Opened.Of(); a.Opened.IsZero() || m.Before(q.From) || q.To.Before(m) {
				continue
			}
			countOwner(&q, string(a.Owner), cat)
		}
	}
	return q
}

func countIncident(q *sre.Quality, i Incident, causes []string) {
	q.Incidents++
	if i.RepeatOf != nil {
		q.Repeats++
	}
	if len(causes) > 0 {
		q.Classed++
	}
	if slices.ContainsFunc(causes, byChange) {
		q.Changes++
	}
}

func byChange(cause string) bool {
	cause = strings.ToLower(cause)
	return slices.ContainsFunc(changeWords, func(w string) bool { return strings.Contains(cause, w) })
}

// countOwner counts an action as the SRE team's if its owner is the team or one
// of its members, as a squad's if it is a squad or its tribe, by id or by name.
func countOwner(q *sre.Quality, owner string, cat *catalog.Catalog) {
	is := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, owner) })
	}
	q.Actions++
	switch {
	case owner == "":
		q.OwnedByNobody++
	case is("sre", "sre team", "the sre team") || cat.SRE.Member(strings.ToLower(owner)) != nil:
		q.OwnedBySRE++
	case slices.ContainsFunc(cat.Tribes, func(t catalog.Tribe) bool {
		return is(t.ID, t.Name) || slices.ContainsFunc(t.Squads, func(s catalog.Squad) bool {
			return is(s.ID, s.Name, t.ID+"/"+s.ID)
		})
	}):
		q.OwnedBySquads++
	}
}

// Who writes postmortems: what is told of authors, who are people.
const (
	bySquads = "squads" // somebody of a squad or tribe is among them
	bySRE    = "sre"    // only the SRE team is
	byOthers = "others"
)

func countWriters(q *sre.Quality, writers *string) {
	q.Written++
	switch {
	case writers == nil:
		q.ByUnknown++
	case *writers == bySquads:
		q.BySquads++
	case *writers == bySRE:
		q.BySRE++
	}
}

// writtenBy tells who wrote a postmortem: squads if one of its authors is called
// after a squad or tribe, such as "Checkout on-call", and the SRE team if only
// members of it are. It is nil without authors.
func writtenBy(authors []string, cat *catalog.Catalog) *string {
	squads, team := false, false
	for _, a := range authors {
		words := inWords(a)
		has := func(names ...string) bool {
			return slices.ContainsFunc(names, func(n string) bool { return n != "" && strings.Contains(words, inWords(n)) })
		}
		switch {
		case has("sre") || cat.SRE.Member(strings.ToLower(a)) != nil:
			team = true
		case slices.ContainsFunc(cat.Tribes, func(t catalog.Tribe) bool {
			return has(t.ID, t.Name) || slices.ContainsFunc(t.Squads, func(s catalog.Squad) bool { return has(s.ID, s.Name) })
		}):
			squads = true
		}
	}
	switch {
	case squads:
		return given(bySquads)
	case team:
		return given(bySRE)
	case len(authors) > 0:
		return given(byOthers)
	}
	return nil
}

// inWords writes a name in small letters with a space around each word, so that
// one is found in another only as whole words.
func inWords(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return " " + strings.Join(words, " ") + " "
}
