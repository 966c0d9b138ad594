package generator

import (
	"time"

	"tribune/generator/catalog"
	"tribune/generator/history"
	"tribune/generator/slo"
	"tribune/generator/source"
)

// How far back a pull asks when nobody says.
const (
	askedMonths = 13                  // whole months before this one, of a question that nothing is stored of
	recently    = 30 * 24 * time.Hour // of an SLO that is new beside others which share its question
	nights      = 4 * 24 * time.Hour  // beyond what settles: how long a question whose older times failed is asked about them again
)

// joined is how many buckets that are not needed may lie between two that are,
// for them to be asked for at once: a request costs more than its buckets.
const joined = 24

// A plan says which buckets of an SLO to ask for: what is not stored, and what
// may still change.
type plan struct {
	step     int64 // seconds; buckets begin at multiples of it
	from, to int64 // Unix seconds: the buckets that may be asked for
	again    int64 // from here on they are asked for though they are stored
	origin   int64 // where stored begins
	stored   []bool

	forgotten int64 // the last bucket that is stored, but that the source has no data of any more
}

func (p *plan) isStored(at int64) bool {
	i := (at - p.origin) / p.step
	return at >= p.origin && i < int64(len(p.stored)) && p.stored[i]
}

// wants reports whether to ask for the bucket that starts then.
func (p *plan) wants(at int64) bool {
	return at >= p.from && at < p.to && (at >= p.again || !p.isStored(at))
}

// first returns the first stored bucket. ok is false if there is none.
func (p *plan) first() (at int64, ok bool) {
	for i, stored := range p.stored {
		if stored {
			return p.origin + int64(i)*p.step, true
		}
	}
	return 0, false
}

// A planner knows what holds for the plans of all SLOs.
type planner struct {
	site  catalog.Site
	now   time.Time
	since time.Time // ask everything from here on; zero to ask for what is needed
	store *history.Store
}

// plans returns the plan of each question's SLOs, by id. It reads from the store
// which buckets there are, a month at a time.
func (r planner) plans(questions []source.Question, scrape time.Duration) (map[string]*plan, error) {
	all := map[string]*plan{}
	var keys []history.Key
	for _, q := range questions {
		for _, o := range q.SLOs {
			p := &plan{step: int64(o.Resolution / time.Second)}
			p.to = floor(r.end(o, scrape).Unix(), p.step)
			p.again = ceil(r.now.Add(-r.site.Settle).Unix(), p.step)
			if !r.since.IsZero() {
				p.again = ceil(r.since.Unix(), p.step)
			}
			p.origin = ceil(r.origin(o).Unix(), p.step)
			p.stored = make([]bool, max(0, (p.to-p.origin)/p.step))
			all[o.ID] = p
			keys = append(keys, history.Key{ID: o.ID, Was: o.Was})
		}
	}
	if err := r.mark(all, keys); err != nil {
		return nil, err
	}
	for _, q := range questions {
		r.begin(q, all)
	}
	return all, nil
}

// origin is the earliest bucket that an SLO may be asked for. Before the day from
// which it holds nothing is.
func (r planner) origin(o catalog.SLO) time.Time {
	zone := r.site.Zone
	holds := o.Since.In(zone).From // long ago if it was always there
	switch {
	case !r.since.IsZero() && (o.Since.IsZero() || holds.Before(r.since)):
		return r.since
	case !o.Since.IsZero():
		return holds
	}
	return slo.MonthOf(r.now, zone).Add(-askedMonths).In(zone).From
}

// end is when the last bucket that may be asked for ends: one scrape ago, so that
// its samples are there, and no later than the SLO holds.
func (r planner) end(o catalog.SLO, scrape time.Duration) time.Time {
	end := r.now.Add(-scrape)
	if !o.Retired.IsZero() {
		if last := o.Retired.In(r.site.Zone).To; last.Before(end) {
			return last
		}
	}
	return end
}

// mark notes which buckets are stored.
func (r planner) mark(all map[string]*plan, keys []history.Key) error {
	closed := slo.MonthOf(r.now.Add(-r.site.Settle), r.site.Zone)
	for _, m := range r.store.Months() {
		span := m.In(r.site.Zone)
		need := keys
		if m.Before(closed) { // its sums are known without its rows
			totals, err := r.store.Totals(m, keys)
			if err != nil {
				return err
			}
			need = nil
			for _, k := range keys {
				switch t := totals[k.ID]; {
				case t.Covered == span.Duration():
					all[k.ID].mark(span.From.Unix(), span.To.Unix())
				case t.Buckets > 0:
					need = append(need, k)
				}
			}
		}
		if len(need) == 0 {
			continue
		}
		found, err := r.store.Read(span, need)
		if err != nil {
			return err
		}
		for id, series := range found {
			for _, p := range series.Points {
				all[id].mark(p.At, p.At+int64(series.Step/time.Second))
			}
		}
	}
	return nil
}

// firstWanted returns the start of the first bucket to ask for, or the end of all
// if there is none.
func (p *plan) firstWanted() time.Time {
	at := p.from
	for at < p.to && !p.wants(at) {
		at += p.step
	}
	return time.Unix(at, 0).UTC()
}

// mark notes that the buckets which start in [from, to) are stored.
func (p *plan) mark(from, to int64) {
	for at := max(p.origin, ceil(from, p.step)); at < to && (at-p.origin)/p.step < int64(len(p.stored)); at += p.step {
		p.stored[(at-p.origin)/p.step] = true
	}
}

// begin decides from where on the SLOs of a question are asked about. If nothing
// is stored of any, or since is given, that is as far back as may be; so it is if
// no more is stored than what settled since some nights ago, since then the first
// pull may have failed for older times. Else what lies before the first bucket of
// an SLO was asked before, and was not there: it is not asked every night again,
// only the last days are, in case they came late.
func (r planner) begin(q source.Question, all map[string]*plan) {
	known, young := false, r.now.Add(-r.site.Settle-nights).Unix()
	for _, o := range q.SLOs {
		first, ok := all[o.ID].first()
		known = known || ok && first < young
	}
	for _, o := range q.SLOs {
		p := all[o.ID]
		p.from = p.origin
		if !known || !r.since.IsZero() {
			continue
		}
		p.from = max(p.origin, ceil(r.now.Add(-recently).Unix(), p.step))
		if first, ok := p.first(); ok {
			p.from = min(p.from, first)
		}
	}
}

// spans returns the stretches of time that a question is to be asked about, in
// order. What is settling stands apart: if the source cannot answer for long ago,
// it still can for the last days.
func spans(q source.Question, all map[string]*plan) (list []slo.Span) {
	p := all[q.SLOs[0].ID] // its step and settling time are those of all
	from, to := p.from, p.to
	for _, o := range q.SLOs {
		from, to = min(from, all[o.ID].from), max(to, all[o.ID].to)
	}
	var end int64
	for at := from; at < to; at += p.step {
		wanted := false
		for _, o := range q.SLOs {
			if wanted = all[o.ID].wants(at); wanted {
				break
			}
		}
		if !wanted {
			continue
		}
		if n := len(list); n == 0 || at == p.again || at-end > joined*p.step {
			list = append(list, slo.Span{From: time.Unix(at, 0).UTC()})
		}
		end = at + p.step
		list[len(list)-1].To = time.Unix(end, 0).UTC()
	}
	return list
}

func floor(at, step int64) int64 { return at - at%step }

func ceil(at, step int64) int64 { return floor(at+step-1, step) }
