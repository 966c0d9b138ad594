package scorecard

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/catalog"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// texts joins sentences, each on a line.
func texts(all []Sentence) string {
	var lines []string
	for _, s := range all {
		lines = append(lines, s.Text())
	}
	return strings.Join(lines, "\n")
}

// A budget is one row that spent a share of its budget.
func spending(service string, spent float64) SLO {
	yes := spent <= 1
	r := SLO{
		ID: "shop/" + strings.ToLower(service) + "/availability", Service: strings.ToLower(service), ServiceName: service,
		State: slo.Healthy, Met: &yes, Budget: Budget{Spent: known(spent)},
	}
	if !yes {
		r.State = slo.Exhausted
	}
	return r
}

// spentOn adds an incident that took a share of the row's budget.
func (r SLO) spentOn(id string, share float64) SLO {
	slug := strings.ToLower(id)
	r.Ledger.Incidents = append(r.Ledger.Incidents, Portion{
		ID: &id, Slug: &slug, Title: "Title of " + id, Bad: slo.Count(share * 1e6), Share: known(share),
	})
	return r
}

func (r SLO) unexplained(share float64) SLO {
	r.Ledger.Unexplained = append(r.Ledger.Unexplained, Episode{Share: known(share)})
	return r
}

func TestInShortAnswersTheReadersFirstQuestion(t *testing.T) {
	restricted := Portion{Restricted: true, Bad: 900_000, Share: known(0.9)}
	elsewhere := spending("Till", 1.4).spentOn("INC-7", 0.8)
	elsewhere.Ledger.Incidents[0].Tribe = "network"
	nameless := spending("Till", 1.4).spentOn("", 0.8)
	nameless.Ledger.Incidents[0].ID = nil
	behind := spending("Till", 1.4).spentOn("INC-1", 0.3)
	behind.Ledger.Incidents = append(behind.Ledger.Incidents, restricted)
	incomplete := spending("Scales", 3)
	incomplete.State = slo.IncompleteData
	second := spending("Till", 0.2)
	second.ID = "shop/till/latency"

	for _, c := range []struct {
		name    string
		rows    []SLO
		overdue int
		draft   bool
		want    string
	}{
		{"nothing in scope", nil, 0, false, "No objective is in scope in September 2026."},
		{"one, met", []SLO{spending("Till", 0.38)}, 0, false,
			"1 of 1 objective met.\nNo budget ran out; the most was 38%, by Till."},
		{"one that spent nothing", []SLO{spending("Till", 0)}, 0, false,
			"1 of 1 objective met.\nNo budget ran out; the most was 0%, by Till."},
		{"exactly all of it", []SLO{spending("Till", 1)}, 0, false,
			"1 of 1 objective met.\nNo budget ran out; the most was 100%, by Till."},
		{"a little more", []SLO{spending("Till", 1.004)}, 0, false,
			"0 of 1 objective met, 1 missed.\nTill spent 100.4% of its error budget."},
		{"while the month runs", []SLO{spending("Till", 0.38), spending("Scales", 0.4)}, 0, true,
			"So far, 2 of 2 objectives met.\nNo budget ran out; the most was 40%, by Scales."},
		{"what cannot be judged is not the worst", []SLO{incomplete, spending("Till", 0.38)}, 0, false,
			"1 of 2 objectives met, 1 cannot be judged.\nNo budget ran out; the most was 38%, by Till."},
		{"nothing can be judged", []SLO{incomplete}, 0, false, "0 of 1 objective met, 1 cannot be judged."},
		{"on what it went", []SLO{spending("Till", 1.4).spentOn("INC-2", 0.34).spentOn("INC-1", 0.81)}, 0, false,
			"0 of 1 objective met, 1 missed.\nTill spent 140% of its error budget: 81 points in INC-1, 34 in INC-2."},
		{"two incidents and what is unexplained", []SLO{spending("Till", 2).spentOn("A", 0.5).spentOn("B", 0.4).spentOn("C", 0.3).unexplained(0.2).unexplained(0.14)}, 0, false,
			"0 of 1 objective met, 1 missed.\nTill spent 200% of its error budget: 50 points in A, 40 in B, 34 unexplained."},
		{"small parts are not named", []SLO{spending("Till", 1.4).spentOn("A", 0.04).unexplained(0.04)}, 0, false,
			"0 of 1 objective met, 1 missed.\nTill spent 140% of its error budget."},
		{"an incident of another tribe", []SLO{elsewhere}, 0, false,
			"0 of 1 objective met, 1 missed.\nTill spent 140% of its error budget: 80 points in INC-7 of network."},
		{"an incident with no id", []SLO{nameless}, 0, false,
			"0 of 1 objective met, 1 missed.\nTill spent 140% of its error budget: 80 points in Title of ."},
		{"restricted incidents", []SLO{behind}, 0, false,
			"0 of 1 objective met, 1 missed.\nTill spent 140% of its error budget: 90 points in restricted incidents, 30 in INC-1."},
		{"another ran out too", []SLO{spending("Till", 1.4), spending("Scales", 1.2)}, 0, false,
			"0 of 2 objectives met, 2 missed.\nTill spent 140% of its error budget; Scales 120%."},
		{"two others", []SLO{spending("Till", 1.4), spending("Scales", 1.2), spending("Oven", 1.1)}, 0, false,
			"0 of 3 objectives met, 3 missed.\nTill spent 140% of its error budget; Scales 120% and Oven 110%."},
		{"three others", []SLO{spending("Till", 1.4), spending("Scales", 1.2), spending("Oven", 1.1), spending("Door", 1.3)}, 0, false,
			"0 of 4 objectives met, 4 missed.\nTill spent 140% of its error budget; 3 others ran out too."},
		{"two SLOs of one service", []SLO{spending("Till", 1.4), second}, 0, false,
			"1 of 2 objectives met, 1 missed.\nTill, availability spent 140% of its error budget."},
		{"one action overdue", []SLO{spending("Till", 0.38)}, 1, false,
			"1 of 1 objective met.\nNo budget ran out; the most was 38%, by Till.\n1 action is overdue."},
		{"three actions overdue", nil, 3, false,
			"No objective is in scope in September 2026.\n3 actions are overdue."},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := Card{Month: month("2026-09"), Closed: !c.draft, SLOs: c.rows, Totals: totals(c.rows)}
			card.Actions.Overdue = c.overdue
			if d := cmp.Diff(c.want, texts(card.inShort())); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestSentencesLeadToThePagesTheyName(t *testing.T) {
	card := Card{Month: month("2026-09"), Closed: true, SLOs: []SLO{spending("Till", 1.4).spentOn("INC-1", 0.8)}}
	card.Totals = totals(card.SLOs)
	card.Actions.Overdue = 1
	got := map[string]string{}
	for _, s := range card.inShort() {
		for _, part := range s {
			if part.Path != "" {
				got[part.Text] = part.Path
			}
		}
	}
	want := map[string]string{
		"Till": "services/till/", "INC-1": "postmortems/inc-1/", "1 action is overdue": "actions/",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestStabilityNamesWhatMovesAndCountsTheRest(t *testing.T) {
	rowsOf := func(words ...string) *Card {
		c := &Card{}
		for i, w := range words {
			r := spending(string(rune('A'+i)), 0.1)
			r.Trend = Trend{Word: w, Months: 6 + i}
			if w == "too_little_history" {
				r.Trend.Months = i
			}
			c.SLOs = append(c.SLOs, r)
		}
		return c
	}
	for _, c := range []struct {
		card *Card
		want string
	}{
		{rowsOf(), ""},
		{rowsOf("too_little_history"), "too little history for 1."},
		{rowsOf("too_little_history", "too_little_history"), "too little history for 2 (up to 1 closed month, corrected for 2 tests)."},
		{rowsOf("no_clear_trend"), "no clear trend in 1 (up to 6 closed months, corrected for 1 test)."},
		{rowsOf("no_clear_trend", "worsening", "improving", "worsening"),
			"worsening for B and D, improving for C, no clear trend in 1 (up to 9 closed months, corrected for 4 tests)."},
	} {
		if d := cmp.Diff(c.want, c.card.Stability()); d != "" {
			t.Error(d)
		}
	}
}

// asked returns the decisions that September asks for, a line each: the kind,
// the question and who is to answer.
func asked(t *testing.T, facts Tribe) string {
	t.Helper()
	var lines []string
	for _, a := range card(t, facts, "2026-09").Asked {
		lines = append(lines, a.Kind+": "+a.Sentence.Text()+" ["+a.Who+"]")
	}
	return strings.Join(lines, "\n")
}

func TestAMonthAsksForTheDecisionsThatThePolicyNeeds(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*shop)
		want   string
	}{
		{"nothing", func(*shop) {}, ""},
		{"a freeze, for what nobody has explained", func(s *shop) { s.fail(900) },
			"freeze: Keep the release freeze on Till? Its budget ran out on 15 September 2026. [Cashiers]\n" +
				"unexplained: Who writes up 15 September, 00:00 to 24:00? It spent 300% of the budget of Till and has no postmortem. [Cashiers]"},
		{"a freeze, explained", func(s *shop) {
			s.fail(900)
			s.posts = append(s.posts, incident(1, "2026-09-15 00:00", "2026-09-16 00:00"))
		}, "freeze: Keep the release freeze on Till? Its budget ran out on 15 September 2026. [Cashiers]\n" +
			"p0: Which P0 action follows? INC-1 spent 300% of the budget of Till and needs a P0 action; it has none. [Cashiers]"},
		{"an episode of a fifth of the budget", func(s *shop) { s.fail(60) },
			"unexplained: Who writes up 15 September, 00:00 to 24:00? It spent 20% of the budget of Till and has no postmortem. [Cashiers]"},
		{"an episode of a little less", func(s *shop) { s.fail(59) }, ""},
		{"an exception past its review", func(s *shop) { s.except("2026-07-01", "2026-09-15") },
			"exception: Extend or end the exception for Till? Its review date was 15 September 2026. [board]"},
		{"an exception in force", func(s *shop) { s.fail(900); s.except("2026-07-01", "2026-12-15") },
			"unexplained: Who writes up 15 September, 00:00 to 24:00? It spent 300% of the budget of Till and has no postmortem. [Cashiers]"},
		{"lost data", func(s *shop) { s.lose("2026-09-03", "2026-09-05") },
			"data: Till lost 48 hours of data. Mend the source, or accept the gap? [Cashiers]"},
		{"a P0 that is late", func(s *shop) { s.promised("P0", "2026-09-20") },
			"overdue: When will “Pull the cable” be done? The P0 from INC-1 is 10 days late. [Cashiers]"},
		{"a P0 that is a day late", func(s *shop) { s.promised("P0", "2026-09-29") },
			"overdue: When will “Pull the cable” be done? The P0 from INC-1 is 1 day late. [Cashiers]"},
		{"a P1 that is late", func(s *shop) { s.promised("P1", "2026-09-20") }, ""},
		{"three P0s that are late, one by one", func(s *shop) {
			s.promised("P0", "2026-09-20")
			s.promised("P0", "2026-09-10")
			s.promised("P0", "2026-09-29")
		}, "overdue: When will “Pull the cable” be done? The P0 from INC-2 is 20 days late. [Cashiers]\n" +
			"overdue: When will “Pull the cable” be done? The P0 from INC-1 is 10 days late. [Cashiers]\n" +
			"overdue: When will “Pull the cable” be done? The P0 from INC-3 is 1 day late. [Cashiers]"},
		{"more than three, in one question", func(s *shop) {
			for _, due := range []string{"2026-09-20", "2026-09-10", "2026-09-29", "2026-09-21", "2026-09-22"} {
				s.promised("P0", due)
			}
		}, "overdue: When will 5 overdue P0 actions be done: “Pull the cable” from INC-2, “Pull the cable” from INC-1, " +
			"“Pull the cable” from INC-4, “Pull the cable” from INC-5 and 1 more? [Cashiers]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, asked(t, compute(t, c.change))); d != "" {
				t.Error(d)
			}
		})
	}
}

// promised adds a postmortem of August with one action.
func (s *shop) promised(priority, due string) {
	p := incident(len(s.posts)+1, "2026-08-10 10:00", "2026-08-10 11:00")
	p.Actions = []postmortem.Action{{Title: "Pull the cable", Owner: "cashiers", Priority: priority, Due: day(due)}}
	s.posts = append(s.posts, p)
}

func TestDecisionsStandOnScorecardsUntilTheyAreDone(t *testing.T) {
	decisions := func(change func(*catalog.Decision)) string {
		d := catalog.Decision{IDs: []string{"shop/till"}, Date: day("2026-08-20"), Text: "Buy a till.", Due: day("2026-09-30")}
		change(&d)
		facts := compute(t, func(s *shop) { s.Decisions = []catalog.Decision{d} })
		var shown []string
		for _, c := range facts.Cards {
			for _, x := range c.Decisions {
				text := c.Month.String()
				if !x.Done.IsZero() {
					text += " done " + x.Done.String()
				}
				shown = append(shown, text)
			}
		}
		return strings.Join(shown, ", ")
	}
	for _, c := range []struct {
		name   string
		change func(*catalog.Decision)
		want   string
	}{
		{"open", func(d *catalog.Decision) {}, "2026-08, 2026-09, 2026-10"},
		{"done in September", func(d *catalog.Decision) { d.Done = day("2026-09-10") }, "2026-08, 2026-09 done 2026-09-10"},
		{"made in September", func(d *catalog.Decision) { d.Date = day("2026-09-30") }, "2026-09, 2026-10"},
		{"about the tribe", func(d *catalog.Decision) { d.IDs = []string{"shop"} }, "2026-08, 2026-09, 2026-10"},
		{"about the whole organisation", func(d *catalog.Decision) { d.IDs = nil }, "2026-08, 2026-09, 2026-10"},
		{"about another tribe", func(d *catalog.Decision) { d.IDs = []string{"stock"} }, ""},
	} {
		if got := decisions(c.change); got != c.want {
			t.Errorf("%s: shown in %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDaysAndLengthsAreWrittenAsPeopleSayThem(t *testing.T) {
	for minutes, want := range map[float64]string{
		1: "1 minute", 47: "47 minutes", 119: "119 minutes", 120: "2 hours", 48 * 60: "48 hours", 14 * 24 * 60: "14 days",
	} {
		if got := length(minutes); got != want {
			t.Errorf("%v minutes are %q, want %q", minutes, got, want)
		}
	}
	zone := newShop().site.Zone
	for _, c := range []struct{ from, to, want string }{
		{"2026-10-17 02:00", "2026-10-17 04:00", "17 October, 02:00 to 04:00"},
		{"2026-10-17 22:00", "2026-10-18 00:00", "17 October, 22:00 to 24:00"},
		{"2026-10-17 22:00", "2026-10-18 01:00", "17 October 22:00 to 18 October 01:00"},
	} {
		if got := when(at(c.from), at(c.to), zone); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
