package sre

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/slo"
)

// october makes facts of October 2026 with these shares; below zero is unknown.
func october(split, toil, coverage float64) *Facts {
	f := &Facts{Described: true, Month: month("2026-10"), Tasks: []Task{{}}, Ledger: Ledger{ByState: map[State]int{}}}
	m := FocusMonth{Month: f.Month, Recorded: 100, Coverage: &coverage}
	if split >= 0 {
		m.Split, m.ToilShare = &split, &toil
	}
	f.Focus = []FocusMonth{m}
	return f
}

func TestTheFocusInASentence(t *testing.T) {
	silent := october(-1, -1, 0)
	silent.Focus[0].Recorded = 0
	stopped := october(.5, .4, .8)
	stopped.Focus[0].Month = month("2026-09")
	for _, c := range []struct {
		facts *Facts
		want  string
	}{
		{october(.535, .41, .78), "53.5% of October’s recorded time went to reliability and 41% of it was work by hand, both inside their limits."},
		{october(.4, .5, .78), "40% of October’s recorded time went to reliability and 50% of it was work by hand, both inside their limits."},
		{october(.52, .5004, .78), "52% of October’s recorded time went to reliability and 50.04% of it was work by hand, which is over the cap of 50%."},
		{october(.625, .41, .78), "62.5% of October’s recorded time went to reliability and 41% of it was work by hand; the first is outside the band of 40 to 60%."},
		{october(.3999, .6, .78), "39.99% of October’s recorded time went to reliability and 60% of it was work by hand; both are outside their limits."},
		{october(-1, -1, .62), "Not enough is recorded for October to tell where the time went: 62% of the hours available."},
		{silent, "No time is recorded for October."},
		{stopped, "No time is recorded for October."},
		{&Facts{Described: true}, ""},
	} {
		if got := c.facts.focusSentence(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestTheClockInASentence(t *testing.T) {
	for _, c := range []struct {
		late, soon int
		want       string
	}{
		{0, 0, "No task is past its 18 months, and none is due within 90 days."},
		{0, 1, "No task is past its 18 months; 1 is due within 90 days."},
		{0, 2, "No task is past its 18 months; 2 are due within 90 days."},
		{1, 0, "1 task is past its 18 months."},
		{2, 0, "2 tasks are past their 18 months."},
		{1, 2, "1 task is past its 18 months; 2 more are due within 90 days."},
		{3, 1, "3 tasks are past their 18 months; 1 more is due within 90 days."},
	} {
		f := october(.5, .4, .8)
		f.Ledger.ByState[Overdue], f.Ledger.Soon = c.late, c.soon
		if got := f.clockSentence(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if got := (&Facts{}).clockSentence(); got != "The automation ledger is empty." {
		t.Errorf("without tasks: %s", got)
	}
}

func TestInShortNamesSquadsWithoutTheTeam(t *testing.T) {
	for _, c := range []struct {
		squads, with int
		want         string
	}{
		{10, 7, "3 of 10 squads have nobody of the team."},
		{10, 9, "1 of 10 squads has nobody of the team."},
		{1, 0, "1 of 1 squad has nobody of the team."},
		{10, 10, "Every squad has somebody of the team."},
		{0, 0, "No task is past its 18 months, and none is due within 90 days."},
	} {
		f := october(.5, .4, .8)
		f.Embedded.Squads, f.Embedded.WithSRE = c.squads, c.with
		got := f.inShort()
		if got[len(got)-1] != c.want {
			t.Errorf("got  %s\nwant %s", got[len(got)-1], c.want)
		}
	}
	if d := cmp.Diff([]string{"Nothing is known of the SRE team yet."}, (&Facts{}).inShort()); d != "" {
		t.Error(d)
	}
}

func TestIsAutomationIncreasing(t *testing.T) {
	facts := func(word slo.TrendWord, p float64, removed float64, over int, toil ...float64) *Facts {
		f := &Facts{Described: true, Month: month("2026-10"), Ledger: Ledger{ByState: map[State]int{HandedOver: over}, Removed: removed}}
		for i, x := range toil {
			f.Focus = append(f.Focus, FocusMonth{Month: f.Month.Add(i + 1 - len(toil)), ToilShare: &x})
		}
		f.Toil = Trend{Word: string(word), Months: len(toil)}
		if word != slo.TooLittleHistory {
			f.Toil.P = &p
		}
		return f
	}
	for _, c := range []struct {
		facts         *Facts
		answer, basis string
	}{
		{facts(slo.Improving, .0004, 26, 3, .57, .55, .52, .5, .48, .41),
			"Yes. Work by hand took 41% of the time recorded in October 2026, 57% in May 2026; tasks handed over took 26 manual hours a month away.",
			"n = 6 months, p < .01; 3 tasks handed over"},
		{facts(slo.Worsening, .0167, 0, 0, .41, .5, .51, .52, .53, .57),
			"No. Work by hand took 57% of the time recorded in October 2026, 41% in May 2026.",
			"n = 6 months, p = .02; 0 tasks handed over"},
		{facts(slo.NoClearTrend, .56, 7.5, 1, .41, .57, .41, .57, .41, .5),
			"Not shown. Work by hand took 50% of the time recorded in October 2026, 41% in May 2026; tasks handed over took 7.5 manual hours a month away.",
			"n = 6 months, p = .56; 1 task handed over"},
		{facts(slo.TooLittleHistory, 0, 0, 1, .41),
			"Too early to say. Work by hand took 41% of the time recorded in October 2026.",
			"n = 1 month with enough recorded, 6 are needed; 1 task handed over"},
		{facts(slo.TooLittleHistory, 0, 0, 0),
			"Too early to say. No month has enough time recorded.",
			"0 tasks handed over"},
		{&Facts{}, "Not known. What the SRE team does is not written down yet.", "what would answer it"},
	} {
		answer, basis := c.facts.Automating()
		if answer != c.answer || basis != c.basis {
			t.Errorf("got  %s %s\nwant %s %s", answer, basis, c.answer, c.basis)
		}
	}
}

func TestAPercentageIsReadOnTheSideWhereItFell(t *testing.T) {
	for n := range 10000 {
		share := float64(n) / 10000
		text := Percent(share)
		if strings.Contains(text, ".0%") || len(text) > len("12.34%") {
			t.Errorf("%v is printed as %s", share, text)
		}
	}
	for share, want := range map[float64]string{0: "0%", 1: "100%", .41: "41%", .535: "53.5%", .5004: "50.04%", .49999: "49.999%", .5: "50%", .6996: "69.96%", .7: "70%", 1.1: "110%", .333333: "33.3%"} {
		if got := Percent(share); got != want {
			t.Errorf("Percent(%v) = %s, want %s", share, got, want)
		}
	}
}
