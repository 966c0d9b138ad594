package scorecard

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// duty is the share of a budget from which the policy asks for something: of a
// month's, for a postmortem with a P0 action after an incident or an episode; of
// a quarter's, for a P0 against a cause class.
const duty = 0.20

// A Duty is something that the error budget policy asks for, or that breaks it.
type Duty struct {
	Kind       string   `json:"kind"` // freeze | postmortem | p0 | plan | repeat | exception
	SLOs       []string `json:"slos"` // full ids, that which spent most first
	Share      Number   `json:"share"`
	Met        bool     `json:"met"`        // it is done: there is such a P0 action
	Since      slo.Date `json:"since"`      // of a freeze: when the budget ran out; of an exception: its review date
	Postmortem *string  `json:"postmortem"` // the slug of the tribe's postmortem that it is about
	Sentence   Sentence `json:"sentence"`
	Subject    Sentence `json:"subject"` // what it is about, to stand in a list of several
	Who        string   `json:"who"`     // the squad of the first SLO
}

// dutyKinds are the kinds of duties, in the order of a page.
var dutyKinds = []string{"freeze", "postmortem", "p0", "plan", "repeat", "exception"}

// Of reports whether the duty is about a service of the tribe.
func (d Duty) Of(service string) bool {
	return slices.ContainsFunc(d.SLOs, func(id string) bool {
		parts := strings.Split(id, "/")
		return len(parts) == 3 && parts[1] == service
	})
}

// A toll is what one incident or cause class took of the budgets of several
// SLOs.
type toll struct {
	portion Portion
	parts   []cut
}

type cut struct {
	row   SLO
	share float64
}

// add notes a share of a row's budget, if it is enough for a duty.
func (s *toll) add(r SLO, share float64) {
	if share >= duty {
		s.parts = append(s.parts, cut{r, share})
	}
}

// duties are what the policy asks for because of the month. An exception waives the
// freeze and nothing else: what happened is still to be written up.
func (c *Card) duties(in *Input) []Duty {
	all := []Duty{}
	zone := in.Catalog.Site.Zone
	for _, r := range c.SLOs {
		if x := r.Exception; x != nil && x.Expired {
			all = append(all, Duty{
				Kind: "exception", SLOs: []string{r.ID}, Subject: Sentence{c.row(r)}, Share: r.Budget.Spent, Since: x.Review, Who: r.SquadName,
				Sentence: Sentence{say("The exception for "), c.row(r), say(" expired on %s.", DayName(x.Review))},
			})
		}
		if at := c.frozen(r); at != nil {
			day := slo.DateOf(at.Add(-time.Second), zone)
			all = append(all, Duty{
				Kind: "freeze", SLOs: []string{r.ID}, Subject: Sentence{c.row(r)}, Share: r.policySpent(), Since: day, Who: r.SquadName,
				Sentence: Sentence{say("Releases of "), c.row(r), say(" are frozen since %s, when its budget ran out.", DayName(day))},
			})
		}
		for _, e := range r.Ledger.Unexplained {
			if e.Share.Known && e.Share.Value >= duty && r.budgeted() {
				all = append(all, Duty{
					Kind: "postmortem", SLOs: []string{r.ID}, Subject: Sentence{c.row(r)}, Share: e.Share, Who: r.SquadName,
					Sentence: Sentence{
						say("The episode of %s spent %s of the budget of ", when(e.From, e.To, zone), slo.BudgetPercent(e.Share.Value)), c.row(r),
						say(" and needs a postmortem with a P0 action."),
					},
				})
			}
		}
	}
	all = append(all, c.incidentDuties(in)...)
	all = append(all, c.planDuties(in)...)
	slices.SortStableFunc(all, func(a, b Duty) int {
		return cmp.Or(
			cmp.Compare(slices.Index(dutyKinds, a.Kind), slices.Index(dutyKinds, b.Kind)),
			cmp.Compare(truth(a.Met), truth(b.Met)), -cmp.Compare(a.Share.Value, b.Share.Value),
		)
	})
	return all
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// budgeted reports whether the budget allows an event, so that a share of it
// means something.
func (r SLO) budgeted() bool { return r.Budget.Events.Value >= 1 }

// frozen returns when the budget of the policy's window ran out, the SLO's own
// or the month; nil if it did not, or an exception holds.
func (c *Card) frozen(r SLO) *time.Time {
	switch {
	case r.Exception != nil && !r.Exception.Expired:
		return nil
	case r.Window != nil && r.Window.State == slo.Exhausted:
		return r.Window.RanOut
	case r.Window == nil && r.State == slo.Exhausted:
		return r.RanOut
	}
	return nil
}

// policySpent is what was spent of the budget of the policy's window.
func (r SLO) policySpent() Number {
	if r.Window != nil {
		return r.Window.Spent
	}
	return r.Budget.Spent
}

func (c *Card) row(r SLO) Part { return Part{c.label(r), servicePath(r)} }

// incidentDuties are those of single incidents: a P0 action after one that spent
// much, and not to repeat one while its actions are open.
func (c *Card) incidentDuties(in *Input) (all []Duty) {
	var order []string
	spent := make(map[string]*toll) // by tribe and slug
	for _, r := range c.SLOs {
		for _, p := range r.Ledger.Incidents {
			if p.Slug == nil || !p.Share.Known || !r.budgeted() {
				continue
			}
			key := cmp.Or(p.Tribe, c.Tribe) + "/" + *p.Slug
			if spent[key] == nil {
				spent[key] = &toll{portion: p}
				order = append(order, key)
			}
			spent[key].add(r, p.Share.Value)
		}
	}
	for _, key := range order {
		s := spent[key]
		if len(s.parts) == 0 {
			continue
		}
		d := c.dutyOf("p0", s)
		d.Met = hasP0(in.written(key))
		d.Sentence = append(slices.Clone(d.Subject), say(" spent "))
		d.Sentence = append(d.Sentence, c.shares(s.parts)...)
		d.Sentence = append(d.Sentence, say("%s", map[bool]string{true: " and has the P0 action that it needs.", false: " and needs a P0 action; it has none."}[d.Met]))
		all = append(all, d)
	}
	for _, i := range c.Incidents.Items {
		if i.RepeatOf != nil && i.RepeatOf.Open {
			all = append(all, c.repeatDuty(i))
		}
	}
	return all
}

// dutyOf begins a duty of an incident.
func (c *Card) dutyOf(kind string, s *toll) Duty {
	slices.SortStableFunc(s.parts, func(a, b cut) int { return -cmp.Compare(a.share, b.share) })
	d := Duty{Kind: kind, SLOs: []string{}, Share: known(s.parts[0].share), Who: s.parts[0].row.SquadName}
	for _, p := range s.parts {
		d.SLOs = append(d.SLOs, p.row.ID)
	}
	d.Subject = Sentence{say("%s of %s", name(s.portion), s.portion.Tribe)}
	if s.portion.Tribe == "" && s.portion.Slug != nil {
		d.Postmortem = s.portion.Slug
		d.Subject = Sentence{{name(s.portion), "postmortems/" + *s.portion.Slug + "/"}}
	}
	return d
}

// shares writes "67% of the budget of Checkout API and 35% of Ledger".
func (c *Card) shares(parts []cut) (s Sentence) {
	for i, p := range parts {
		switch {
		case i == 0:
		case i == len(parts)-1:
			s = append(s, say(" and "))
		default:
			s = append(s, say(", "))
		}
		of := "of "
		if i == 0 {
			of = "of the budget of "
		}
		s = append(s, say("%s %s", slo.BudgetPercent(p.share), of), c.row(p.row))
	}
	return s
}

// repeatDuty tells of an incident that repeats one whose actions were still
// open, with what it cost.
func (c *Card) repeatDuty(i Incident) Duty {
	slug := i.Slug
	d := Duty{Kind: "repeat", SLOs: []string{}, Postmortem: &slug, Subject: Sentence{{nameOf(i.ID, i.Title), "postmortems/" + slug + "/"}}}
	d.Sentence = Sentence{
		{nameOf(i.ID, i.Title), "postmortems/" + i.Slug + "/"}, say(" repeats "),
		{nameOf(given(i.RepeatOf.ID), i.RepeatOf.Title), "postmortems/" + i.RepeatOf.Slug + "/"},
		say(", an action of which was still open"),
	}
	var worst cut
	for _, r := range c.SLOs {
		for _, p := range r.Ledger.Incidents {
			if p.Tribe == "" && p.Slug != nil && *p.Slug == i.Slug && p.Share.Known && p.Bad > 0 {
				d.SLOs = append(d.SLOs, r.ID)
				if p.Share.Value > worst.share {
					worst = cut{r, p.Share.Value}
				}
			}
		}
	}
	if len(d.SLOs) > 0 {
		d.Share = known(worst.share)
		d.Sentence = append(append(d.Sentence, say("; it cost ")), c.shares([]cut{worst})...)
	}
	d.Sentence = append(d.Sentence, say("."))
	return d
}

func nameOf(id *string, title string) string {
	if id != nil && *id != "" {
		return *id
	}
	return title
}

// written returns a postmortem by its tribe and slug.
func (in *Input) written(key string) (p postmortem.Postmortem) {
	if k, ok := in.slugs[key]; ok {
		return in.Postmortems[k]
	}
	return p
}

// hasP0 reports whether a P0 action was promised and not dropped.
func hasP0(p postmortem.Postmortem) bool {
	return slices.ContainsFunc(p.Actions, func(a postmortem.Action) bool { return a.Priority == "P0" && a.Dropped == "" })
}
