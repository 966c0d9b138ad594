// Package audience takes out of the facts what the readers of a build may not
// see, before anything is computed for a page, indexed or sent. It is the only
// place that decides so.
package audience

import (
	"fmt"
	"slices"
	"strings"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
)

// The audiences, the widest first: what is for everybody is also for the
// organisation, and what is for the organisation also for the tribe.
const (
	Public = "public"
	Org    = "org"
	Tribe  = "tribe"
)

// All are the audiences, the widest first.
var All = []string{Public, Org, Tribe}

// Check reports a word that is none of them.
func Check(word string) error {
	if slices.Contains(All, word) {
		return nil
	}
	hint := ""
	if near := diag.Nearest(word, All); near != "" {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return fmt.Errorf("audience %q is none of public, org, tribe%s", word, hint)
}

// Filter returns the postmortems as a build for the audience may use them. Of
// those that are for fewer readers only the tribe, the services, the times and
// the day are left, and whether it was withdrawn, so that sums stay exact. tribe is the one tribe of a build
// for the audience Tribe, and "" otherwise: another tribe's own postmortems are
// not for it.
func Filter(all []postmortem.Postmortem, audience, tribe string) []postmortem.Postmortem {
	out := slices.Clone(all)
	for i, p := range out {
		if seen(p, audience, tribe) {
			continue
		}
		out[i] = postmortem.Postmortem{
			File: p.File, Tribe: p.Tribe, Date: p.Date, Services: p.Services, SLOs: p.SLOs,
			Started: p.Started, Mitigated: p.Mitigated, Resolved: p.Resolved,
			Restricted: true,
		}
		if p.Withdrawn != "" {
			out[i].Withdrawn = "withdrawn" // and not why
		}
	}
	return out
}

func seen(p postmortem.Postmortem, audience, tribe string) bool {
	if p.Audience == Tribe && audience == Tribe {
		return p.Tribe == tribe
	}
	return slices.Index(All, p.Audience) <= slices.Index(All, audience)
}

// Problems returns those that the readers of a build may be told on its pages:
// none that stands in a postmortem of which Filter has hidden the text, or that
// names its file.
func Problems(all diag.List, filtered []postmortem.Postmortem) diag.List {
	return slices.DeleteFunc(slices.Clone(all), func(p diag.Problem) bool {
		return slices.ContainsFunc(filtered, func(q postmortem.Postmortem) bool {
			return q.Restricted && (p.Pos.File == q.File || strings.Contains(p.Message+p.Hint, q.File))
		})
	})
}
