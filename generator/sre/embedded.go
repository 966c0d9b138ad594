package sre

import (
	"slices"
	"strings"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// Embedded is which squads have a member of the SRE team. In scope are squads
// that own a service which is not retired.
type Embedded struct {
	Squads             int      `json:"squads"`
	WithSRE            int      `json:"squads_with_sre"`
	Maintenance        int      `json:"maintenance_services"` // services in maintenance mode
	MaintenanceWithSRE int      `json:"maintenance_services_with_sre"`
	Members            []Member `json:"members"` // in order of id
	Rows               []Squad  `json:"by_squad"`
	Tribes             []Tribe  `json:"by_tribe"` // alphabetical; what is embedded nowhere stands last, with no id
}

// A Member is a role of the team.
type Member struct {
	ID  string  `json:"id"`
	FTE float64 `json:"fte"`
}

// A Squad is one row of the embedded coverage. Rows are in order of tribe and
// squad.
type Squad struct {
	Tribe       string    `json:"tribe"`
	TribeName   string    `json:"tribe_name"`
	ID          string    `json:"squad"`
	Name        string    `json:"name"`
	Members     []string  `json:"members"`
	Maintenance []Service `json:"maintenance_services"`
}

// A Service is one by id and name.
type Service struct {
	ID   string `json:"id"` // within the tribe
	Name string `json:"name"`
}

// A Tribe is how much of the team goes into one tribe: a member's posts are
// split evenly among the squads where it is embedded.
type Tribe struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Squads  int      `json:"squads"`
	WithSRE int      `json:"squads_with_sre"`
	FTE     float64  `json:"fte"`
	Hours   *float64 `json:"hours"` // recorded for its squads in the month; null if none are recorded at all
}

// InTeam returns those of a squad's members who are in the team on the day. Of a
// team that data/sre.toml does not describe all are.
func InTeam(ids []string, team *catalog.SRETeam, day slo.Date) []string {
	there := []string{}
	for _, id := range ids {
		if m := team.Member(id); m == nil && team.Pos.File == "" || m != nil && m.In(day) {
			there = append(there, id)
		}
	}
	return there
}

// embedded counts who is where today, and the hours recorded in the month.
func embedded(cat *catalog.Catalog, m slo.Month, today slo.Date) Embedded {
	e := Embedded{Members: []Member{}, Rows: []Squad{}, Tribes: []Tribe{}}
	for _, m := range cat.SRE.Members {
		if m.In(today) {
			e.Members = append(e.Members, Member{m.ID, m.FTE})
		}
	}
	for i := range cat.Tribes {
		t := &cat.Tribes[i]
		row := Tribe{ID: t.ID, Name: t.Name, FTE: fteIn(t, cat.SRE.Members, today), Hours: hoursOf(&cat.SRE, t.ID, m, today)}
		for _, q := range t.Squads {
			services, maintained := owned(t, q.ID)
			if services == 0 {
				continue
			}
			s := Squad{t.ID, t.Name, q.ID, q.Name, InTeam(q.SRE, &cat.SRE, today), maintained}
			row.Squads++
			e.Maintenance += len(maintained)
			if len(s.Members) > 0 {
				row.WithSRE++
				e.MaintenanceWithSRE += len(maintained)
			}
			e.Rows = append(e.Rows, s)
		}
		_, unowned := owned(t, "") // in scope, and with nobody
		e.Maintenance += len(unowned)
		e.Squads += row.Squads
		e.WithSRE += row.WithSRE
		e.Tribes = append(e.Tribes, row)
	}
	central := Tribe{FTE: fteIn(nil, cat.SRE.Members, today), Hours: hoursOf(&cat.SRE, "", m, today)}
	if central.FTE > 0 || central.Hours != nil && *central.Hours > 0 {
		e.Tribes = append(e.Tribes, central)
	}
	return e
}

// owned counts the services of a squad that are not retired, and returns those in
// maintenance mode.
func owned(t *catalog.Tribe, squad string) (services int, maintained []Service) {
	maintained = []Service{}
	for _, v := range t.Services {
		if v.Squad != squad || v.Lifecycle == catalog.IsRetired {
			continue
		}
		services++
		if v.Lifecycle == catalog.InMaintenance {
			maintained = append(maintained, Service{v.ID, v.Name})
		}
	}
	return services, maintained
}

// fteIn returns the posts that go into a tribe's squads; with nil those that go
// into none.
func fteIn(t *catalog.Tribe, members []catalog.Member, today slo.Date) float64 {
	sum := 0.0
	for _, m := range members {
		if !m.In(today) {
			continue
		}
		if t == nil && len(m.Squads) == 0 {
			sum += m.FTE
		}
		for _, full := range m.Squads {
			if t != nil && slices.ContainsFunc(t.Squads, func(q catalog.Squad) bool { return full == t.ID+"/"+q.ID }) {
				sum += m.FTE / float64(len(m.Squads))
			}
		}
	}
	return hundredths(sum)
}

// hoursOf returns the hours recorded in the month for the squads of a tribe, or
// with "" for none; nil if no hours at all are recorded.
func hoursOf(team *catalog.SRETeam, tribe string, m slo.Month, today slo.Date) *float64 {
	sum, some := 0.0, false
	for _, r := range team.Records {
		if r.Date.Of() != m || today.Before(r.Date) {
			continue
		}
		some = true
		if of, _, _ := strings.Cut(r.Squad, "/"); of == tribe {
			sum += r.Time.Hours()
		}
	}
	if !some {
		return nil
	}
	sum = hundredths(sum)
	return &sum
}
