package catalog

import (
	"slices"
	"strings"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// An SRETeam is data/sre.toml and the time records of data/focus: who is in the
// team, what it does by hand, and what its time went into. Roles stand for
// people everywhere.
type SRETeam struct {
	Engineers int      // in the whole organisation; 0 if the file does not say
	Members   []Member // in order of id
	Tasks     []Task   // the automation ledger, in order of id
	Requests  []Request
	Records   []TimeRecord // in order of file and line
	Pos       diag.Pos     // zero without a data/sre.toml
}

// A Member is a role in the SRE team.
type Member struct {
	ID     string
	FTE    float64  // full posts; 0 if the file does not say
	Squads []string // where the role is embedded, tribe/squad in order; none is the central team
	Hours  float64  // available for SRE work in a month; 0 if the file does not say
	Since  slo.Date // the first day; zero if it was always there
	Until  slo.Date // the last day; zero if it still is there
	Pos    diag.Pos
}

// In reports whether the role was in the team on the day.
func (m Member) In(d slo.Date) bool {
	return !d.Before(m.Since) && (m.Until.IsZero() || !m.Until.Before(d))
}

// A Task is one line of the automation ledger: work that is done by hand until
// a machine does it and the Platform Team has accepted that. Dates are days on
// which something happened; zero if it did not.
type Task struct {
	ID          string
	Title       string
	FirstManual slo.Date
	Hours       *float64 // of work by hand in a month; nil if the file does not say
	Runs        *Runs    // nil if the file does not say
	Automated   slo.Date
	Accepted    slo.Date
	AcceptedBy  string
	Reopened    []slo.Date // done by hand again, oldest first
	Retired     slo.Date
	SplitFrom   string // id of the task that it was a part of, which is in the ledger; "" if of none
	Exempt      *Exemption
	Pos         diag.Pos
}

// Runs says how often a task is run in a month, in the latest month known.
type Runs struct {
	Manual, Automated int
}

// An Exemption lets a task stay manual up to but not including the day of its
// review.
type Exemption struct {
	Reason string
	Review slo.Date
}

// A Request is something that the SRE team asked the Platform Team for.
type Request struct {
	Title   string
	Asked   slo.Date
	Done    slo.Date // zero while it is open
	Refused string   // why it will not be done; "" unless it was refused
	Pos     diag.Pos
}

// sre reads data/sre.toml, and joins who is embedded where from both sides: the
// squads' lists and the members'.
func (l *loader) sre() {
	const name = "data/sre.toml"
	var f sreFile
	if !l.read(name, true, &f) {
		return
	}
	team := &l.cat.SRE
	team.Pos = diag.Pos{File: name, Line: 1, Col: 1}
	team.Engineers = int(f.Engineers.V)
	seen := map[id]diag.Pos{}
	for i := range f.Members {
		if t := &f.Members[i]; l.unique(seen, "member", t.ID) {
			team.Members = append(team.Members, l.member(t))
		}
	}
	slices.SortFunc(team.Members, func(a, b Member) int { return strings.Compare(a.ID, b.ID) })
	l.embed(f.Members)
	l.tasks(f.Tasks)
	for _, t := range f.Requests {
		l.inOrder("asked", t.Asked, "done", t.Done)
		if !t.wrong {
			team.Requests = append(team.Requests, Request{
				Title: string(t.Title.V), Asked: t.Asked.V.Date, Done: t.Done.V.Date, Refused: string(t.Refused.V), Pos: t.pos,
			})
		}
	}
}

func (l *loader) member(t *memberTable) Member {
	l.inOrder("since", t.Since, "until", t.Until)
	return Member{
		ID: string(t.ID.V), FTE: float64(t.FTE.V), Squads: l.placed(t), Hours: float64(t.Hours.V),
		Since: t.Since.V.Date, Until: t.Until.V.Date, Pos: t.pos,
	}
}

// placed returns the squads where a member's own lists say that it is embedded.
func (l *loader) placed(t *memberTable) (squads []string) {
	for _, v := range t.Squads.items {
		switch full := string(v.V); {
		case v.wrong || l.cat.isRefused(full):
		case l.cat.squad(full) == nil:
			l.report(v.pos, "squad-unknown", suggest(full, l.cat.squadIDs(), "write the tribe's and the squad's id, like payments/checkout"), "there is no squad %q", full)
		default:
			squads = append(squads, full)
		}
	}
	for _, v := range t.Tribes.items {
		switch tribe := l.cat.Tribe(string(v.V)); {
		case v.wrong || l.cat.isRefused(string(v.V)):
		case tribe == nil:
			l.report(v.pos, "id-unknown", suggest(string(v.V), l.cat.ids(), "a tribe's id is the name of its file"), "tribes: %q names nothing", v.V)
		default:
			for _, q := range tribe.Squads {
				squads = append(squads, tribe.ID+"/"+q.ID)
			}
		}
	}
	slices.Sort(squads)
	return slices.Compact(squads)
}

// An embedding is a member that a squad's own list names, and where it stands.
type embedding struct {
	member, squad string // the squad in full
	pos           diag.Pos
}

// embed adds to the members what the squads say, and to the squads what the
// members say. declared are all members that the file has, right or wrong.
func (l *loader) embed(declared []memberTable) {
	var ids []string
	for _, t := range declared {
		ids = append(ids, t.ID.written)
	}
	for _, e := range l.embedded {
		m := l.cat.SRE.Member(e.member)
		switch {
		case m != nil:
			if i, ok := slices.BinarySearch(m.Squads, e.squad); !ok {
				m.Squads = slices.Insert(m.Squads, i, e.squad)
			}
		case !slices.Contains(ids, e.member):
			l.report(e.pos, "member-unknown", suggest(e.member, ids, "add it under [[members]] in data/sre.toml"), "the SRE team has no member %q", e.member)
		}
	}
	for _, m := range l.cat.SRE.Members {
		for _, full := range m.Squads {
			if q := l.cat.squad(full); q != nil && !slices.Contains(q.SRE, m.ID) {
				q.SRE = append(q.SRE, m.ID)
				slices.Sort(q.SRE)
			}
		}
	}
}

// Member returns the member of that id, or nil.
func (t *SRETeam) Member(id string) *Member {
	i := slices.IndexFunc(t.Members, func(m Member) bool { return m.ID == id })
	if i < 0 {
		return nil
	}
	return &t.Members[i]
}

// squad returns the squad of a full id, tribe/squad, or nil.
func (c *Catalog) squad(full string) *Squad {
	tribe, id, _ := strings.Cut(full, "/")
	t := c.Tribe(tribe)
	if t == nil {
		return nil
	}
	i := slices.IndexFunc(t.Squads, func(q Squad) bool { return q.ID == id })
	if i < 0 {
		return nil
	}
	return &t.Squads[i]
}

// squadIDs returns the full id of every squad.
func (c *Catalog) squadIDs() (all []string) {
	for _, t := range c.Tribes {
		for _, q := range t.Squads {
			all = append(all, t.ID+"/"+q.ID)
		}
	}
	return all
}
