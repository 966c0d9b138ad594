package scorecard

import (
	"slices"

	"tribune/generator/catalog"
	"tribune/generator/ledger"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// A division is where the budget of one SLO went in one month, by the files of
// postmortems: what readers are told of it depends on who they are.
type division struct {
	ledger.Ledger
	burnt map[string]*Burnt // by file: when the SLI burnt around what is claimed
}

// A bill is the budget that is divided.
type bill struct {
	id, name string // of the SLO
	month    slo.Month
	whole    slo.Span
	events   float64 // bad events allowed
}

func (a account) bill(name string) bill {
	return bill{a.slo.ID, name, a.month, a.whole, a.budget.Events()}
}

// windows are the times within a span that postmortems claim of an SLO.
func (in *Input) windows(s catalog.SLO, within slo.Span) (all []ledger.Window) {
	for _, k := range in.near {
		p := &in.Postmortems[k]
		if span, ok := p.Window(); ok && p.Withdrawn == "" && claims(p, s) && !span.Meet(within).Empty() {
			all = append(all, ledger.Window{ID: p.File, Span: span})
		}
	}
	return all
}

// maintenance are the times in which planned work was declared for an SLO.
func (in *Input) maintenance(s catalog.SLO) (all []slo.Span) {
	for _, x := range in.Catalog.Maintenance {
		if catalog.Covers(x.IDs, s) {
			all = append(all, x.Span)
		}
	}
	return all
}

// divide says where the budget went.
func (in *Input) divide(a account) division {
	d := division{burnt: make(map[string]*Burnt)}
	windows := in.windows(a.slo, a.whole)
	d.Ledger = ledger.Compute(ledger.Input{
		Series: a.counted, Month: a.whole, Objective: a.objective, Budget: a.budget.Count(),
		Incidents: windows, Maintenance: in.maintenance(a.slo),
	})
	for i, w := range windows {
		if d.Incidents[i].Bad > 0 {
			d.burnt[w.ID] = burnt(a, w.Span)
		}
	}
	return d
}

// burnt holds the time that a postmortem claims against the SLI; nil if that
// burnt at no such rate.
func burnt(a account, claimed slo.Span) *Burnt {
	b, ok := ledger.BurnAround(a.counted, a.objective, claimed)
	if !ok {
		return nil
	}
	return &Burnt{moment(b.From), moment(b.To), b.StartDiffers, b.EndDiffers}
}

// tell says of a division what the readers may know: incidents that are not for
// them are merged, and so are those whose postmortem is gone, since nobody can
// say whom they were for. What incidents of this tribe cost is added to costs.
func (in *Input) tell(d division, b bill, costs map[string][]Cost) Ledger {
	l := Ledger{Incidents: []Portion{}, Unexplained: []Episode{}, Maintenance: d.Maintenance, Background: d.Background}
	share := func(bad slo.Count) Number { return told(bad.Events()/b.events, b.events > 0) }
	var restricted *Portion
	for _, s := range d.Incidents {
		k, ok := in.files[s.ID]
		if !ok || in.Postmortems[k].Restricted {
			if restricted == nil {
				restricted = &Portion{Restricted: true, From: b.whole.From, To: b.whole.To}
			}
			restricted.Bad += s.Bad
			restricted.Estimate = restricted.Estimate || s.Estimate
			continue
		}
		p := &in.Postmortems[k]
		span, _ := p.Window()
		slug := p.Slug
		portion := Portion{
			ID: given(p.ID), Slug: &slug, Title: p.Title, Bad: s.Bad, Share: share(s.Bad), Estimate: s.Estimate,
			From: span.From, To: span.To, file: p.File, burnt: d.burnt[p.File],
		}
		if p.Tribe != in.Tribe.ID {
			portion.Tribe = p.Tribe
		} else if s.Bad > 0 {
			costs[p.File] = append(costs[p.File], Cost{
				b.id, b.name, b.month, s.Bad, told(portion.Share.Value, b.events >= 1), s.Estimate, d.burnt[p.File],
			})
		}
		l.Incidents = append(l.Incidents, portion)
	}
	if restricted != nil {
		restricted.Share = share(restricted.Bad)
		l.Incidents = append(l.Incidents, *restricted)
	}
	for _, e := range d.Unexplained {
		l.Unexplained = append(l.Unexplained, Episode{
			e.Span.From, e.Span.To, e.Bad, share(e.Bad), e.FromBefore, e.IntoNext,
		})
	}
	return l
}

// claims reports whether the postmortem speaks of the SLO: it names it, or its
// service and no SLO of that service.
func claims(p *postmortem.Postmortem, s catalog.SLO) bool {
	if slices.Contains(p.SLOs, s.ID) {
		return true
	}
	service := s.Tribe + "/" + s.Service
	return slices.Contains(p.Services, service) && !slices.ContainsFunc(p.SLOs, func(id string) bool {
		return len(id) > len(service) && id[:len(service)+1] == service+"/"
	})
}
