package generator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tribune/generator/audience"
	"tribune/generator/cache"
	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/history"
	"tribune/generator/scorecard"
	"tribune/generator/seal"
	"tribune/generator/slo"
)

// A Sealing is what Seal is told.
type Sealing struct {
	Month      slo.Month // the one to be sealed; zero for all that are due
	Tribe      string    // only this one; all if ""
	AsOf       time.Time // the moment of issue
	Incomplete bool      // seal although data are missing
	Restate    bool      // put the figures of today in the place of issued ones
	Reason     string    // why, if Restate
}

// A Sealed is what became of one tribe's month.
type Sealed struct {
	Month    slo.Month
	Tribe    string
	File     string    // that was written; "" if nothing was
	Restated int       // figures that were replaced
	Before   time.Time // when it had been issued; zero if it was not sealed yet
	Differs  int       // rows of a sealed month of which history now says otherwise
	Refused  string    // why it was not written; "" if nothing is wrong
	Hint     string
}

// ErrRefused says that a month that was asked for was not sealed.
var ErrRefused = errors.New("not everything was sealed")

// Seal issues closed months: it writes their scorecards to data/sealed, so that
// their figures stand. It returns what became of each month that was asked for
// or is due, in order, and ErrRefused if one was refused. What is sealed already
// is left as it is, so that running it again changes nothing. Errors in what
// people wrote, a sealed file that was changed included, are ErrProblems.
func Seal(ctx context.Context, dir string, told Sealing) (done []Sealed, problems diag.List, err error) {
	s, problems, err := Load(dir)
	if err != nil {
		return nil, nil, err
	}
	defer s.Close()
	store, damaged, err := s.history()
	if err != nil {
		return nil, nil, err
	}
	store.AsOf = told.AsOf
	problems = slices.Concat(problems, damaged, s.sealed(nil)).Sorted()
	if problems.Count(diag.Error) > 0 {
		return nil, problems, ErrProblems
	}
	if told.Tribe != "" && s.Catalog.Tribe(told.Tribe) == nil {
		return nil, problems, fmt.Errorf("%w %q: there is no data/tribes/%s.toml", ErrTribe, told.Tribe, told.Tribe)
	}
	refused := false
	for i := range s.Catalog.Tribes {
		t := &s.Catalog.Tribes[i]
		if told.Tribe != "" && told.Tribe != t.ID {
			continue
		}
		some, err := s.sealTribe(ctx, store, t, told)
		if err != nil {
			return done, problems, fmt.Errorf("tribe %s: %w", t.ID, err)
		}
		done = append(done, some...)
	}
	for _, d := range done {
		refused = refused || d.Refused != ""
	}
	if refused {
		return done, problems, ErrRefused
	}
	return done, problems, nil
}

// sealTribe seals what was asked for of one tribe.
func (s *Site) sealTribe(ctx context.Context, store *history.Store, t *catalog.Tribe, told Sealing) (done []Sealed, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	firsts, err := firstMonths(store, t)
	if err != nil {
		return nil, err
	}
	in := scorecard.Input{
		// Nothing is taken out: what readers may see is decided when a page is made.
		Catalog: s.Catalog, Tribe: t, Postmortems: s.Postmortems, AsOf: told.AsOf.UTC(), Audience: audience.Tribe, Firsts: firsts,
		Hours: s.hoursOf(store, t), Totals: s.totalsOf(store), Issued: s.issued,
	}
	if told.Restate {
		// The month is computed as if it had not been issued.
		in.Issued = slices.DeleteFunc(slices.Clone(s.issued), func(is scorecard.Issued) bool {
			return is.Tribe == t.ID && is.Month == told.Month
		})
	}
	facts, err := scorecard.Compute(in)
	if err != nil {
		return nil, err
	}
	asked := 0
	for i := range facts.Cards {
		c := &facts.Cards[i]
		due := told.Month == slo.Month{} && c.Closed && !c.Sealed && len(c.SLOs) > 0 && s.settled(c.Month, told.AsOf)
		if c.Month != told.Month && !due {
			continue
		}
		asked++
		d, err := s.sealCard(in, c, told)
		if err != nil {
			return done, fmt.Errorf("%s: %w", c.Month, err)
		}
		done = append(done, d)
	}
	if asked == 0 && told.Month != (slo.Month{}) {
		done = append(done, Sealed{
			Month: told.Month, Tribe: t.ID, Refused: "there is no scorecard of this month",
			Hint: "a month has one once an SLO has history in it and the month has begun",
		})
	}
	return done, nil
}

// settled reports whether the month was over for as long as it takes late data
// to come in.
func (s *Site) settled(m slo.Month, asOf time.Time) bool { return !asOf.Before(s.due(m)) }

// due is when a month may be sealed.
func (s *Site) due(m slo.Month) time.Time {
	return m.In(s.Catalog.Site.Zone).To.Add(s.Catalog.Site.Settle)
}

// sealCard seals one month, unless something speaks against it.
func (s *Site) sealCard(in scorecard.Input, c *scorecard.Card, told Sealing) (d Sealed, err error) {
	d = Sealed{Month: c.Month, Tribe: c.Tribe}
	old := s.issuedMonth(c.Tribe, c.Month)
	if old != nil {
		d.Before = old.AsOf
	}
	switch {
	case old != nil && !told.Restate:
		for _, r := range c.SLOs {
			if r.Now != nil {
				d.Differs++
			}
		}
		return d, nil
	case old == nil && told.Restate:
		d.Refused, d.Hint = "there is nothing to restate", "seal it without --restate"
	case !s.settled(c.Month, told.AsOf):
		d.Refused = "it is too early: data may still come in"
		d.Hint = "seal it from " + s.due(c.Month).In(s.Catalog.Site.Zone).Format("2 January 2006, 15:04 MST") + " on; settle in data/site.toml says how long that takes"
	case len(c.SLOs) == 0:
		d.Refused, d.Hint = "no SLO is in scope in it", "give it an SLO with history, or leave it unsealed"
	case c.Incomplete > 0 && !told.Incomplete:
		d.Refused = fmt.Sprintf("data are missing: %s", incomplete(c))
		d.Hint = "pull or import what is missing, or seal it with --incomplete, and its page will say so"
	}
	if d.Refused != "" {
		return d, nil
	}
	is, err := scorecard.Issue(in, c)
	if err != nil {
		return d, err
	}
	if told.Restate {
		var ok bool
		if is, ok = old.Restate(is, told.Reason, slo.DateOf(told.AsOf, s.Catalog.Site.Zone)); !ok {
			return d, nil
		}
		d.Restated = len(is.Restatements) - len(old.Restatements)
	}
	d.File, err = seal.Write(s.root, is)
	return d, err
}

// incomplete names the rows of a card that lack data.
func incomplete(c *scorecard.Card) string {
	text := ""
	for _, r := range c.SLOs {
		if r.State == slo.IncompleteData || r.State == slo.NoData {
			text += fmt.Sprintf(", %s (%s)", r.ID, r.State.Word())
		}
	}
	return text[2:]
}

// A shelved is the file of a sealed month.
type shelved struct {
	name   string
	month  slo.Month
	tribe  string
	issued time.Time
}

// sealed reads the sealed months and returns what is wrong with them. Those that
// are known to be whole are left for when they are needed; see settler. known is
// nil if none is.
func (s *Site) sealed(known *cache.Cache) (problems diag.List) {
	names, problems := seal.Find(s.files)
	var unread []string
	for _, name := range names {
		if known != nil {
			if note, ok := known.Whole(name); ok {
				if issued, err := time.Parse(time.RFC3339Nano, note); err == nil {
					s.shelve(name, issued)
					continue
				}
			}
		}
		unread = append(unread, name)
	}
	var wrong diag.List
	s.issued, wrong = seal.Read(s.files, unread)
	problems = append(problems, wrong...)
	for _, is := range s.issued {
		name := seal.Path(is.Month, is.Tribe)
		s.shelve(name, is.AsOf)
		if known != nil {
			known.KeepWhole(name, is.AsOf.UTC().Format(time.RFC3339Nano))
		}
	}
	slices.SortFunc(s.shelf, func(a, b shelved) int { return strings.Compare(a.name, b.name) })
	for _, f := range s.shelf {
		if s.Catalog.Tribe(f.tribe) == nil {
			problems.Add(diag.Pos{File: f.name}, "sealed-tribe", diag.Warning,
				"keep data/tribes/"+f.tribe+".toml, without services if it has none left",
				"the site has no tribe %s, so what was issued for it has no page", f.tribe)
		}
	}
	return problems
}

func (s *Site) shelve(name string, issued time.Time) {
	m, tribe, _ := seal.Of(name)
	s.shelf = append(s.shelf, shelved{name, m, tribe, issued})
}

// issuedMonth returns a sealed month, or nil.
func (s *Site) issuedMonth(tribe string, m slo.Month) *scorecard.Issued {
	for i := range s.issued {
		if s.issued[i].Tribe == tribe && s.issued[i].Month == m {
			return &s.issued[i]
		}
	}
	return nil
}
