package scorecard

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/slo"
)

// bakery is a second tribe's facts: the shop's under another name.
func bakery(t *testing.T, change func(*shop)) Tribe {
	t.Helper()
	facts := compute(t, change)
	facts.Index.ID, facts.Index.Name = "bakery", "bakery"
	return facts
}

// assemble makes the organisation of both, as of 1 October.
func assemble(tribes ...Tribe) Org {
	return Assemble("Corner shop", "org", at("2026-10-01 00:00"), []string{till}, tribes)
}

func TestTheOrganisationIsTheSameFromFactsInJSON(t *testing.T) {
	rich := func(s *shop) {
		s.fail(700)
		s.lose("2026-08-03", "2026-08-04")
		s.promised("P0", "2026-09-20")
		s.promised("P1", "2026-11-20")
		s.posts = append(s.posts, incident(7, "2026-09-15 00:00", "2026-09-15 09:00"), hidden(incident(8, "2026-09-16 00:00", "2026-09-17 00:00")))
		s.except("2026-07-01", "2026-09-10")
	}
	tribes := []Tribe{compute(t, rich), bakery(t, func(s *shop) { s.fail(250) })}
	var read []Tribe
	for _, facts := range tribes {
		read = append(read, throughJSON(t, facts))
	}
	want, got := encode(t, assemble(tribes...)), encode(t, assemble(read...))
	if !bytes.Equal(want, got) {
		t.Errorf("from memory and from JSON:\n%s", cmp.Diff(string(want), string(got)))
	}
}

// throughJSON writes a tribe's facts as its api/ folder has them and reads them
// again.
func throughJSON(t *testing.T, facts Tribe) (read Tribe) {
	t.Helper()
	decode := func(from, to any) {
		if err := json.Unmarshal(encode(t, from), to); err != nil {
			t.Fatal(err)
		}
	}
	decode(facts.Index, &read.Index)
	decode(facts.Postmortems, &read.Postmortems)
	decode(facts.Actions, &read.Actions)
	read.Cards = make([]Card, len(facts.Cards))
	for i := range facts.Cards {
		decode(facts.Cards[i], &read.Cards[i])
		if again := encode(t, read.Cards[i]); !bytes.Equal(again, encode(t, facts.Cards[i])) {
			t.Errorf("%s is written otherwise once it was read:\n%s", facts.Cards[i].Month, again)
		}
	}
	return read
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheOrganisationListsItsTribesByName(t *testing.T) {
	o := assemble(compute(t, func(*shop) {}), bakery(t, func(*shop) {}))
	if len(o.Tribes) != 2 || o.Tribes[0].Name != "bakery" || o.Tribes[1].Name != "Shop" {
		t.Errorf("%+v", o.Tribes)
	}
}

func TestTheOrganisationSpeaksOfTheLatestClosedMonth(t *testing.T) {
	o := assemble(compute(t, func(*shop) {}))
	if o.Month != month("2026-09") || !o.Closed {
		t.Errorf("it speaks of %s, closed %v", o.Month, o.Closed)
	}
	if d := cmp.Diff([]OrgMonth{{month("2026-10"), false, 0, 1}, {month("2026-09"), true, 1, 1}, {month("2026-08"), true, 1, 1}}, o.Archive); d != "" {
		t.Errorf("the archive:\n%s", d)
	}
}

func TestTheOrganisationsFiguresAreTheSumsOfItsTribes(t *testing.T) {
	o := assemble(
		compute(t, func(s *shop) {
			s.fail(900)
			s.posts = append(s.posts, incident(1, "2026-09-15 00:00", "2026-09-15 01:00"), hidden(incident(2, "2026-09-16 00:00", "2026-09-16 02:00")))
			s.promised("P1", "2026-09-20")
		}),
		bakery(t, func(s *shop) { s.posts = append(s.posts, incident(1, "2026-09-15 00:00", "2026-09-15 03:00")) }),
	)
	want := Totals{SLOs: 2, Met: 1, Missed: 1, ByState: map[slo.State]int{slo.Exhausted: 1, slo.Healthy: 1}}
	if d := cmp.Diff(want, o.Totals); d != "" {
		t.Error(d)
	}
	if o.Incidents != 3 || o.Overdue != 1 {
		t.Errorf("%d incidents, %d overdue", o.Incidents, o.Overdue)
	}
	sum := 0.0
	for _, tribe := range o.Tribes {
		sum += tribe.Incidents.Minutes.Sum.Value
	}
	if o.Minutes.Sum.Value != sum || sum != 60+180 || o.Minutes.N != 2 {
		t.Errorf("the organisation's incidents took %v minutes, its tribes' %v", o.Minutes.Sum.Value, sum)
	}
}

func TestTheHeadlineIsTheSLOThatTheSiteNames(t *testing.T) {
	o := assemble(compute(t, func(*shop) {}))
	if len(o.Headline) != 1 || o.Headline[0].ID != till || o.Headline[0].Tribe != "shop" || o.Headline[0].SLIText != "99.90%" {
		t.Errorf("%+v", o.Headline)
	}
}

func TestTheFrontPageAsksOnceForEachKind(t *testing.T) {
	lines := func(o Org) (all []string) {
		for _, a := range o.Asked {
			all = append(all, a.Kind+": "+a.Sentence.Text()+" ["+a.Who+"]")
		}
		return all
	}
	bad := func(s *shop) { s.fail(900) }
	one := assemble(compute(t, bad), bakery(t, func(*shop) {}))
	if d := cmp.Diff([]string{
		"freeze: Keep the release freeze on Till? Its budget ran out on 15 September 2026. [Shop, Cashiers]",
		"unexplained: Who writes up 15 September, 00:00 to 24:00? It spent 300% of the budget of Till and has no postmortem. [Shop, Cashiers]",
	}, lines(one)); d != "" {
		t.Error(d)
	}
	if got := one.Asked[0].Sentence[1]; got.Path != "shop/services/till/" {
		t.Errorf("the question leads to %q", got.Path)
	}
	two := assemble(compute(t, bad), bakery(t, bad))
	if d := cmp.Diff([]string{
		"freeze: Keep the release freezes on Till and Till? Their budgets ran out. [Shop and bakery]",
		"unexplained: Who writes up 2 episodes that nobody has explained: Till, 15 September (300% of its budget) and Till, 15 September (300% of its budget)? [Shop and bakery]",
	}, lines(two)); d != "" {
		t.Error(d)
	}
}

func TestWhetherStabilityImprovesIsASentenceWithItsN(t *testing.T) {
	for _, c := range []struct {
		counts        TrendCounts
		answer, basis string
	}{
		{TrendCounts{TooLittle: 4}, "Too early to say.", "No objective has six closed months yet."},
		{TrendCounts{Improving: 1, NoTrend: 1, Months: 12, StandImproving: 1},
			"Yes. Of 2 objectives with enough history, 1 improves, 0 worsen and 1 shows no clear trend.",
			"n = 2, 6 to 12 closed months each, corrected by tribe and month"},
		{TrendCounts{Worsening: 2, Months: 7, StandWorsening: 2},
			"No. Of 2 objectives with enough history, 0 improve, 2 worsen and 0 show no clear trend.",
			"n = 2, 6 to 7 closed months each, corrected by tribe and month"},
		{TrendCounts{Improving: 2, Worsening: 1, NoTrend: 3, Months: 12, StandImproving: 2, StandWorsening: 1},
			"Not shown. Of 6 objectives with enough history, 2 improve, 1 worsens and 3 show no clear trend.",
			"n = 6, 6 to 12 closed months each, corrected by tribe and month"},
		{TrendCounts{Improving: 1, NoTrend: 29, Months: 12},
			"Not shown. Of 30 objectives with enough history, 1 improves, 0 worsen and 29 show no clear trend.",
			"n = 30, 6 to 12 closed months each, corrected by tribe and month; tested together, all 30, the one trend does not stand"},
		{TrendCounts{Improving: 3, NoTrend: 27, Months: 12, StandImproving: 1},
			"Yes. Of 30 objectives with enough history, 3 improve, 0 worsen and 27 show no clear trend.",
			"n = 30, 6 to 12 closed months each, corrected by tribe and month; tested together, all 30, 1 of the 3 trends stands"},
		{TrendCounts{Worsening: 2, NoTrend: 28, Months: 12},
			"Not shown. Of 30 objectives with enough history, 0 improve, 2 worsen and 28 show no clear trend.",
			"n = 30, 6 to 12 closed months each, corrected by tribe and month; tested together, all 30, none of the 2 trends stands"},
		{TrendCounts{NoTrend: 1, Months: 6},
			"Not shown. Of 1 objective with enough history, 0 improve, 0 worsen and 1 shows no clear trend.",
			"n = 1, 6 closed months each, corrected by tribe and month"},
	} {
		answer, basis := c.counts.Stability()
		if answer != c.answer || basis != c.basis {
			t.Errorf("%+v:\n%s\n%s", c.counts, answer, basis)
		}
	}
}

// With no true change in any of five tribes, the front page says that stability
// improves, or does not, of at most 6% of 2,000 organisations. If one trend in
// one tribe were enough, it would be far more.
func TestWhereNothingChangesStabilityIsSeldomSaidTo(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 11))
	const organisations = 2000
	wrong, oneIsEnough := 0, 0
	for range organisations {
		var all []SLO
		var counts TrendCounts
		for range 5 {
			trends := make([]slo.Trend, 6)
			for i := range trends {
				spent := make([]float64, 12)
				for k := range spent {
					spent[k] = r.ExpFloat64()
				}
				trends[i] = slo.TrendOf(spent)
			}
			var rows []SLO
			for _, x := range slo.Adjust(trends) {
				rows = append(rows, SLO{Trend: Trend{Word: string(x.Word), Months: x.Months, P: known(x.P)}})
			}
			counts.add(trendCounts(rows))
			all = append(all, rows...)
		}
		counts.stand(all)
		if answer, _ := counts.Stability(); !strings.HasPrefix(answer, "Not shown.") {
			wrong++
		}
		if counts.Improving+counts.Worsening > 0 {
			oneIsEnough++
		}
	}
	if share := float64(wrong) / organisations; share > 0.06 {
		t.Errorf("of %.1f%% of organisations it is said that stability improves or does not", 100*share)
	}
	if share := float64(oneIsEnough) / organisations; share < 0.08 {
		t.Errorf("a trend is named in only %.1f%% of organisations, so this shows nothing", 100*share)
	}
}
