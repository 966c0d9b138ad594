package generator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tribune/generator/cache"
	"tribune/generator/catalog"
	"tribune/generator/history"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/seal"
	"tribune/generator/site"
	"tribune/generator/slo"
)

// A sealed month says the same every night, so its two files are taken over from
// the last build, and it is neither read nor computed, as long as all that they are
// made of is as it was: the sealed files of the month and of the year before, the
// history of the same time, the postmortems up to then, the catalog, the templates.
// What other pages show of it is noted in the cache. The last year and the months
// at the edges, whose neighbours may still come, are made anew by every build.

// yearBefore is how many months before a month its page looks back.
const yearBefore = 12

// A settler knows which months need not be made again.
type settler struct {
	site  *Site
	known *cache.Cache
	w     *site.Writer
	asOf  time.Time
	base  site.Digest
	posts []datedPost    // by their first day
	place map[string]int // in posts, by file
	store *history.Store
	sums  map[string]string // of files, as known.Sum has them
}

// A datedPost is a postmortem as far as it can be in the page of a month.
type datedPost struct {
	file  string
	first slo.Date // the earliest day that it speaks of; zero if it has none
	all   site.Digest
}

// settler returns what knows which sealed months need not be made again; nil if
// there is none, or nobody can tell.
func (s *Site) settler(cfg Config, store *history.Store, posts []postmortem.Postmortem, known *cache.Cache, w *site.Writer) *settler {
	if len(s.shelf) == 0 || !known.Plain() {
		return nil
	}
	k := &settler{
		site: s, known: known, w: w, asOf: cfg.AsOf.UTC(), place: make(map[string]int, len(posts)),
		store: store, sums: make(map[string]string),
	}
	cat := *s.Catalog
	cat.SRE = catalog.SRETeam{} // changes by the day, and is on no scorecard
	k.base = site.DigestOf(cat, cfg.Audience, w.Frame())
	told := k.base != site.Digest{}
	for i := range posts {
		p := datedPost{posts[i].File, firstDay(&posts[i]), site.DigestOf(posts[i])}
		k.posts, told = append(k.posts, p), told && p.all != site.Digest{}
	}
	slices.SortStableFunc(k.posts, func(a, b datedPost) int { return a.first.Compare(b.first) })
	for i, p := range k.posts {
		k.place[p.file] = i
	}
	if !told {
		return nil
	}
	return k
}

// firstDay is the earliest day that a postmortem names, in any zone; zero if its
// incident has none, since what it promised is in every month then.
func firstDay(p *postmortem.Postmortem) (first slo.Date) {
	if p.Date.IsZero() && p.Started.IsZero() {
		return slo.Date{}
	}
	days := []slo.Date{p.Date}
	for _, at := range []time.Time{p.Started, p.Detected, p.Acknowledged, p.Mitigated, p.Resolved} {
		if !at.IsZero() {
			days = append(days, slo.DateOf(at.Add(-24*time.Hour), time.UTC))
		}
	}
	for _, a := range p.Actions {
		days = append(days, a.Opened, a.Due, a.Closed)
	}
	for _, d := range days {
		if !d.IsZero() && (first.IsZero() || d.Before(first)) {
			first = d
		}
	}
	return first
}

// A sealedMonth is one that may be settled.
type sealedMonth struct {
	month slo.Month
	made  scorecard.Made
	files []string // that it is made of
	posts int      // as many of the settler's
}

// candidates returns the months of a tribe that may be settled. What was issued
// after as of is not known yet.
func (k *settler) candidates(t *catalog.Tribe, firsts map[string]slo.Month) (some []sealedMonth) {
	at := make(map[slo.Month]string)
	var months []slo.Month
	for _, f := range k.site.known(t, k.asOf) {
		at[f.month] = f.name
		months = append(months, f.month)
	}
	if len(months) == 0 {
		return nil
	}
	first := months[0]
	others := k.site.formerly(t, k.asOf)
	base := site.DigestOf(k.base, t.ID, first.String(), firstsOf(firsts))
	running := slo.MonthOf(k.asOf, k.site.Catalog.Site.Zone)
	begins := !slices.ContainsFunc(t.SLOs(), func(o catalog.SLO) bool { m, ok := firsts[o.ID]; return ok && m.Before(first) })
	prefix, n := site.Digest{}, 0
	for i, m := range months {
		end := m.Last()
		for ; n < len(k.posts) && !end.Before(k.posts[n].first); n++ {
			prefix = site.DigestOf(prefix, k.posts[n].all)
		}
		from := m.Add(-yearBefore)
		if from.Before(first) && begins {
			from = first
		}
		recent := i >= len(months)-yearBefore-1 || !m.Before(running.Add(-yearBefore-1)) // lists are of the last twelve
		alone := recent || m == first || at[m.Add(1)] == ""
		c := sealedMonth{month: m, posts: n}
		for x := from; !alone && !m.Before(x); x = x.Add(1) {
			alone = at[x] == ""
			c.files = append(c.files, at[x])
		}
		if alone {
			continue
		}
		for _, f := range others {
			if !m.Before(f.month) {
				c.files = append(c.files, f.name)
			}
		}
		zone := k.site.Catalog.Site.Zone
		for _, name := range k.store.Files(slo.Span{From: from.In(zone).From, To: m.In(zone).To}) {
			c.files = append(c.files, "data/history/"+name)
		}
		if sums, ok := k.sumsOf(c.files); ok {
			c.made = scorecard.Made(site.DigestOf(base, prefix, m.String(), sums))
			some = append(some, c)
		}
	}
	return some
}

// firstsOf are the first months of SLOs, as text.
func firstsOf(firsts map[string]slo.Month) map[string]string {
	all := make(map[string]string, len(firsts))
	for id, m := range firsts {
		all[id] = m.String()
	}
	return all
}

// known returns the sealed months of a tribe that are known as of a moment, in order.
func (s *Site) known(t *catalog.Tribe, asOf time.Time) (own []shelved) {
	for _, f := range s.shelf {
		if f.tribe == t.ID && !f.issued.After(asOf) {
			own = append(own, f)
		}
	}
	return own
}

// formerly returns the sealed files in which there may be rows of services that
// have moved to the tribe since: those of all others that are known as of a moment, if
// any has.
func (s *Site) formerly(t *catalog.Tribe, asOf time.Time) (others []shelved) {
	if !slices.ContainsFunc(t.SLOs(), func(o catalog.SLO) bool {
		return slices.ContainsFunc(o.Was, func(id string) bool { return !strings.HasPrefix(id, t.ID+"/") })
	}) {
		return nil
	}
	for _, f := range s.shelf {
		if f.tribe != t.ID && !f.issued.After(asOf) {
			others = append(others, f)
		}
	}
	return others
}

// sumsOf returns the names of files and their digests.
func (k *settler) sumsOf(files []string) (sums []string, ok bool) {
	for _, name := range files {
		sum, known := k.sums[name]
		if !known {
			if sum, ok = k.known.Sum(name); !ok {
				return nil, false
			}
			k.sums[name] = sum
		}
		sums = append(sums, name, sum)
	}
	return sums, true
}

// settled returns what is left of the months that need not be made again. Their
// files are in the site then.
func (k *settler) settled(t *catalog.Tribe, some []sealedMonth) map[slo.Month]scorecard.Settled {
	notes := make([]scorecard.Settled, len(some))
	var g errgroup.Group
	g.SetLimit(settlers)
	for i, c := range some {
		g.Go(func() error {
			n := &notes[i]
			if !k.known.Noted(c.made, n) || n.Month != c.month || !k.w.Keep(t.ID, c.month, c.made) {
				*n = scorecard.Settled{}
			}
			return nil
		})
	}
	g.Wait() // none fails
	all := make(map[slo.Month]scorecard.Settled)
	for i, c := range some {
		if notes[i].Month == c.month {
			all[c.month] = notes[i]
		}
	}
	return all
}

// settlers is how many months are taken over at once.
const settlers = 4

// settle notes of months that were computed what will be left of them, and that
// their files are to be taken over, if all that they are made of is as it was when
// the build began.
func (k *settler) settle(some []sealedMonth, facts *scorecard.Tribe, issued []scorecard.Issued) {
	at := make(map[slo.Month]*scorecard.Issued)
	for i := range issued {
		if issued[i].Tribe == facts.Index.ID {
			at[issued[i].Month] = &issued[i]
		}
	}
	stands := make(map[string]bool)
	for _, c := range some {
		card := facts.Card(c.month)
		if card == nil || card.Settled || !card.Sealed || at[c.month] == nil {
			continue
		}
		ok := k.names(at[c.month], c.posts)
		for _, name := range c.files {
			if _, asked := stands[name]; !asked {
				sum, known := k.known.Sum(name)
				stands[name] = known && sum == k.sums[name]
			}
			ok = ok && stands[name]
		}
		for x := c.month.Add(-yearBefore); ok && x.Before(c.month); x = x.Add(1) {
			before := facts.Card(x)
			ok = before == nil || before.Sealed
		}
		if ok {
			card.Made = c.made
			k.known.Note(c.made, facts.Settle(card))
		}
	}
}

// names reports whether every postmortem that an issued month speaks of is among
// the first so many, so that its title and audience are in the digest.
func (k *settler) names(is *scorecard.Issued, posts int) bool {
	for _, file := range is.Files() {
		if at, ok := k.place[file]; !ok || at >= posts {
			return false
		}
	}
	return true
}

// issuedTo returns the sealed months that the facts of a tribe need: its own but
// those that are settled, and those of other tribes if a service came from one.
func (s *Site) issuedTo(t *catalog.Tribe, asOf time.Time, settled map[slo.Month]scorecard.Settled) (all []scorecard.Issued, err error) {
	read := make(map[string]*scorecard.Issued, len(s.issued))
	for i := range s.issued {
		read[seal.Path(s.issued[i].Month, s.issued[i].Tribe)] = &s.issued[i]
	}
	others := s.formerly(t, asOf)
	var unread []string
	for _, f := range slices.Concat(s.known(t, asOf), others) {
		if _, ok := settled[f.month]; ok && f.tribe == t.ID {
			continue
		}
		if is := read[f.name]; is != nil {
			all = append(all, *is)
		} else {
			unread = append(unread, f.name)
		}
	}
	more, wrong := seal.Read(s.files, unread)
	if len(wrong) > 0 {
		return nil, fmt.Errorf("%s changed while the site was built: %s", wrong[0].Pos.File, wrong[0].Message)
	}
	if len(others) > 0 {
		s.issued = append(s.issued, more...) // the next tribe may need them too
	}
	all = append(all, more...)
	slices.SortFunc(all, func(a, b scorecard.Issued) int {
		return strings.Compare(seal.Path(a.Month, a.Tribe), seal.Path(b.Month, b.Tribe))
	})
	return all, nil
}
