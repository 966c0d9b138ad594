package scorecard

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tribune/generator/slo"
)

// askKinds are the kinds of decisions, the most important first.
var askKinds = []string{"freeze", "unexplained", "overdue", "exception", "p0", "data"}

// listed is how many asks of a kind a scorecard lists one by one; more are
// joined in one sentence.
const listed = 3

// ask lists the decisions that the month asks for, the most important first.
func (c *Card) ask() []Ask {
	all, asks := c.asks(), []Ask{}
	for _, kind := range askKinds {
		some := ofKind(all, kind)
		if len(some) > listed {
			some = []Ask{joined(kind, some)}
		}
		asks = append(asks, some...)
	}
	return asks
}

// asks are the decisions one by one.
func (c *Card) asks() (all []Ask) {
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		zone = time.UTC // cannot be: the catalog has loaded it before
	}
	for _, r := range c.SLOs {
		all = append(all, c.asksOf(r, zone)...)
	}
	for _, d := range c.Duties {
		if !d.Met && (d.Kind == "p0" || d.Kind == "plan") {
			all = append(all, Ask{
				Kind: "p0", Weight: d.Share.Value, Subject: d.Subject, Who: d.Who,
				Sentence: append(Sentence{say("Which P0 action follows? ")}, d.Sentence...),
			})
		}
	}
	for _, a := range c.Actions.Late {
		if a.Priority == "P0" {
			source := Part{a.Source, "postmortems/" + a.Postmortem + "/"}
			all = append(all, Ask{
				Kind: "overdue", Weight: float64(a.DaysLate), Subject: Sentence{say("“%s” from ", a.Title), source}, Who: string(a.Owner),
				Sentence: Sentence{
					say("When will “%s” be done? The P0 from ", a.Title), source,
					say(" is %s late.", count(a.DaysLate, "day", "days")),
				},
			})
		}
	}
	return all
}

// ofKind returns the asks of a kind, the weightiest first.
func ofKind(all []Ask, kind string) (some []Ask) {
	for _, a := range all {
		if a.Kind == kind {
			some = append(some, a)
		}
	}
	slices.SortStableFunc(some, func(a, b Ask) int { return -cmp.Compare(a.Weight, b.Weight) })
	return some
}

func (c *Card) asksOf(r SLO, zone *time.Location) (asks []Ask) {
	row := Part{c.label(r), servicePath(r)}
	if at := c.frozen(r); at != nil {
		asks = append(asks, Ask{
			Kind: "freeze", Weight: r.policySpent().Value, Subject: Sentence{row}, Who: r.SquadName,
			Sentence: Sentence{
				say("Keep the release freeze on "), row,
				say("? Its budget ran out on %s.", DayName(slo.DateOf(at.Add(-time.Second), zone))),
			},
		})
	}
	for _, e := range r.Ledger.Unexplained {
		if e.Share.Known && e.Share.Value >= duty {
			spent := slo.BudgetPercent(e.Share.Value)
			asks = append(asks, Ask{
				Kind: "unexplained", Weight: e.Share.Value, Who: r.SquadName,
				Subject: Sentence{{c.label(r) + ", " + e.From.In(zone).Format("2 January"), row.Path}, say(" (%s of its budget)", spent)},
				Sentence: Sentence{
					say("Who writes up %s? It spent %s of the budget of ", when(e.From, e.To, zone), spent),
					row, say(" and has no postmortem."),
				},
			})
		}
	}
	if x := r.Exception; x != nil && x.Expired {
		asks = append(asks, Ask{
			Kind: "exception", Weight: r.Budget.Spent.Value, Subject: Sentence{row}, Who: x.ApprovedBy,
			Sentence: Sentence{say("Extend or end the exception for "), row, say("? Its review date was %s.", DayName(x.Review))},
		})
	}
	if r.State == slo.IncompleteData || r.State == slo.NoData {
		asks = append(asks, Ask{
			Kind: "data", Weight: r.MissingMin, Subject: Sentence{row}, Who: r.SquadName,
			Sentence: Sentence{row, say(" lost %s of data. Mend the source, or accept the gap?", length(r.MissingMin))},
		})
	}
	return asks
}

// named is how many subjects a joined ask names before it counts the rest.
const named = 4

// joined makes one ask of several of a kind.
func joined(kind string, asks []Ask) Ask {
	n := len(asks)
	before, after := map[string]string{
		"freeze":      "Keep the release freezes on ",
		"unexplained": fmt.Sprintf("Who writes up %d episodes that nobody has explained: ", n),
		"overdue":     fmt.Sprintf("When will %d overdue P0 actions be done: ", n),
		"exception":   fmt.Sprintf("Extend or end %d exceptions past their review dates: ", n),
		"p0":          "Which P0 actions follow from ",
		"data":        fmt.Sprintf("%d objectives have too little data to be judged: ", n),
	}[kind], map[string]string{
		"freeze": "? Their budgets ran out.",
		"data":   ". Mend the sources, or accept the gaps?",
	}[kind]
	var who []string
	list := subjects(asks)
	for _, a := range asks {
		if w := cmp.Or(a.tribe, a.Who); w != "" && !slices.Contains(who, w) {
			who = append(who, w)
		}
	}
	slices.Sort(who)
	s := append(Sentence{say("%s", before)}, list...)
	return Ask{Kind: kind, Weight: asks[0].Weight, Subject: list, Sentence: append(s, say("%s", cmp.Or(after, "?"))), Who: join(who)}
}

// subjects writes the subjects of asks in a list, the first by name.
func subjects(asks []Ask) (s Sentence) {
	shown := asks[:min(named, len(asks))]
	for i, a := range shown {
		switch {
		case i == 0:
		case i == len(asks)-1:
			s = append(s, say(" and "))
		default:
			s = append(s, say(", "))
		}
		s = append(s, a.Subject...)
	}
	if rest := len(asks) - len(shown); rest > 0 {
		s = append(s, say(" and %d more", rest))
	}
	return s
}
