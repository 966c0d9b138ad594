package scorecard

import (
	"slices"
	"strings"
	"time"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// recurrence is how long after an incident another of the same service and
// cause class counts as its repetition.
const recurrence = 90 * 24 * time.Hour

// incidents returns those of the tribe that began in the month. Of those that
// readers may not see only the number is told: how long the one restricted
// incident of a month took is not for them.
func (in *Input) incidents(m slo.Month) Incidents {
	out := Incidents{Items: []Incident{}}
	var minutes []float64
	for i := range in.own {
		p, day := &in.own[i], in.dates[i]
		if day.IsZero() || day.Of() != m || p.Withdrawn != "" {
			continue
		}
		out.Count++
		if p.Restricted {
			out.Restricted++
			continue
		}
		length := lasted(p)
		if length.Known {
			minutes = append(minutes, length.Value)
		}
		out.Items = append(out.Items, Incident{
			ID: given(p.ID), Slug: p.Slug, Title: p.Title, Impact: Text(p.Impact), Date: day,
			Minutes: length, DetectedMinutes: between(p.Started, p.Detected),
			StatedMinutes: told(p.Stated.Minutes(), p.Stated > 0),
			Status:        Text(p.Status), Severity: Text(p.Severity), RepeatOf: repeatOf(p, in.own[:i]),
		})
	}
	out.Minutes = spread(minutes)
	return out
}

// lasted returns the minutes from the start of the impact to its end.
func lasted(p *postmortem.Postmortem) Number {
	span, ok := p.Window()
	return told(span.Minutes(), ok)
}

// between returns the minutes between two moments; unknown if either is, or if
// they are the wrong way round, which check reports.
func between(from, to time.Time) Number {
	return told(to.Sub(from).Minutes(), !from.IsZero() && !to.IsZero() && !to.Before(from))
}

// repeatOf finds the latest earlier incident of the same service and cause
// class within 90 days.
func repeatOf(p *postmortem.Postmortem, earlier []postmortem.Postmortem) *Repeated {
	for i := range slices.Backward(earlier) {
		e := &earlier[i]
		if e.Restricted || e.Withdrawn != "" || p.Started.IsZero() || e.Started.IsZero() ||
			p.Started.Sub(e.Started) > recurrence || !share(p.Services, e.Services) || !share(p.Causes, e.Causes) {
			continue
		}
		return &Repeated{ID: e.ID, Slug: e.Slug, Title: e.Title, Open: openWhen(e, p.Started) > 0}
	}
	return nil
}

// share reports whether two lists have an element in common, letter case aside.
func share(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool {
		return slices.ContainsFunc(b, func(y string) bool { return strings.EqualFold(x, y) })
	})
}

// spread describes durations. The median needs five of them; a mean is there
// for the JSON and never a headline.
func spread(minutes []float64) Spread {
	s := Spread{N: len(minutes)}
	if s.N == 0 {
		return s
	}
	slices.Sort(minutes)
	sum := 0.0
	for _, m := range minutes {
		sum += m
	}
	s.Min, s.Max = known(minutes[0]), known(minutes[s.N-1])
	s.Sum, s.Mean = known(sum), known(round(sum/float64(s.N)))
	if s.N >= 5 {
		s.Median = known((minutes[(s.N-1)/2] + minutes[s.N/2]) / 2)
	}
	return s
}

// notice returns what a withdrawn postmortem leaves: its title, and why. It may have
// been withdrawn for what it said.
func notice(p *postmortem.Postmortem) *postmortem.Postmortem {
	return &postmortem.Postmortem{
		File: p.File, Tribe: p.Tribe, Slug: p.Slug, ID: p.ID, Title: p.Title, Date: p.Date, Audience: p.Audience,
		Aliases: p.Aliases, Withdrawn: p.Withdrawn,
	}
}

// postmortems returns the entries of the tribe's index, newest first.
func (in *Input) postmortems(costs map[string][]Cost) []Postmortem {
	today := slo.DateOf(in.AsOf, in.Catalog.Site.Zone)
	out := make([]Postmortem, 0, len(in.own))
	like := related(in.own)
	for i := range slices.Backward(in.own) {
		p := &in.own[i]
		if p.Restricted {
			continue
		}
		if p.Withdrawn != "" {
			p = notice(p)
		}
		e := Postmortem{
			Related: like[i], ID: given(p.ID),
			Slug: p.Slug, Title: p.Title, Date: in.dates[i], Severity: Text(p.Severity),
			ServiceIDs: list(p.Services), Services: []Named{}, Squads: []string{}, Status: Text(p.Status), Audience: p.Audience,
			Started: moment(p.Started), Detected: moment(p.Detected), Acknowledged: moment(p.Acknowledged),
			Mitigated: moment(p.Mitigated), Resolved: moment(p.Resolved),
			Minutes: lasted(p), StatedMinutes: told(p.Stated.Minutes(), p.Stated > 0), Detection: Text(p.Detection), Impact: Text(p.Impact),
			Causes: list(p.Causes), Tags: list(p.Tags), Budget: costs[p.File],
			Withdrawn: p.Withdrawn, Aliases: list(p.Aliases), FromProse: list(p.FromProse), File: p.File,
			WrittenBy: writtenBy(p.Authors, in.Catalog),
		}
		if e.Budget == nil {
			e.Budget = []Cost{}
		}
		e.Readings = make([]Reading, len(p.Prose))
		for i, r := range p.Prose {
			e.Readings[i] = Reading(r)
		}
		for _, s := range p.Services {
			e.Services = append(e.Services, in.named(s))
			if v := in.Tribe.Service(strings.TrimPrefix(s, in.Tribe.ID+"/")); v != nil {
				if q := in.squadName(v.Squad); q != "" && !slices.Contains(e.Squads, q) {
					e.Squads = append(e.Squads, q)
				}
			}
		}
		for _, a := range p.Actions {
			e.Actions.Total++
			if a.Open() {
				e.Actions.Open++
			}
			if a.Overdue(today) {
				e.Actions.Overdue++
			}
		}
		out = append(out, e)
	}
	return out
}

// named gives a service its name and, if it is the tribe's own, its page.
func (in *Input) named(full string) Named {
	tribe, id, _ := strings.Cut(full, "/")
	if tribe == in.Tribe.ID {
		if v := in.Tribe.Service(id); v != nil {
			return Named{full, v.Name, "services/" + id + "/"}
		}
	} else if t := in.Catalog.Tribe(tribe); t != nil {
		if v := t.Service(id); v != nil {
			return Named{full, v.Name, ""}
		}
	}
	return Named{full, full, ""}
}

// given returns a text, or null where it is not given.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
