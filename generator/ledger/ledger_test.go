package ledger

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tribune/generator/slo"
)

var october = slo.Month{Year: 2026, Month: time.October}.In(time.UTC)

// at returns a moment of the first days of October, given as hours: 26.5 is
// 01:30 on the second.
func at(hours float64) time.Time {
	return october.From.Add(time.Duration(hours * float64(time.Hour)))
}

func span(from, to float64) slo.Span { return slo.Span{From: at(from), To: at(to)} }

// series reads the bad events of one bucket after the other, of 1,000 events in
// each: "0 10x3 _ -" is a bucket without a bad event, three with ten, a gap and
// a bucket of no traffic.
func series(t testing.TB, step time.Duration, buckets string) slo.Series {
	t.Helper()
	s := slo.Series{Step: step}
	start := october.From.Unix()
	for _, word := range strings.Fields(buckets) {
		var bad, times int64 = 0, 1
		tally := slo.Tally{}
		if word != "_" && word != "-" {
			text, repeat, repeated := strings.Cut(word, "x")
			if _, err := fmt.Sscan(text, &bad); err != nil {
				t.Fatalf("bucket %q: %v", word, err)
			}
			if repeated {
				if _, err := fmt.Sscan(repeat, &times); err != nil {
					t.Fatalf("bucket %q: %v", word, err)
				}
			}
			tally = slo.Tally{Good: slo.Count(1000-bad) * slo.Event, Total: 1000 * slo.Event}
		}
		for range times {
			if word != "_" {
				s.Points = append(s.Points, slo.Point{At: start, Tally: tally})
			}
			start += int64(step / time.Second)
		}
	}
	return s
}

// line writes a ledger on one line: "A 600~ · maintenance 0 · 02:00–04:00 200
// · background 4", where ~ marks an estimate and … an episode that touches the
// month's edge.
func line(l Ledger) string {
	var parts []string
	for _, s := range l.Incidents {
		mark := ""
		if s.Estimate {
			mark = "~"
		}
		parts = append(parts, fmt.Sprintf("%s %s%s", s.ID, s.Bad, mark))
	}
	if l.Maintenance > 0 {
		parts = append(parts, fmt.Sprintf("maintenance %s", l.Maintenance))
	}
	for _, e := range l.Unexplained {
		before, after := "", ""
		if e.FromBefore {
			before = "…"
		}
		if e.IntoNext {
			after = "…"
		}
		parts = append(parts, fmt.Sprintf("%s%s–%s%s %s", before, e.Span.From.Format("15:04"), e.Span.To.Format("15:04"), after, e.Bad))
	}
	return strings.Join(append(parts, fmt.Sprintf("background %s", l.Background)), " · ")
}

// The budget is 1,000 events in all cases and the objective 99%, so that a
// bucket burns at 6 from 60 bad events up and an episode takes 20.
func TestWorkedCases(t *testing.T) {
	for _, c := range []struct {
		about       string
		step        time.Duration
		buckets     string
		incidents   []Window
		maintenance []slo.Span
		want        string
	}{
		{about: "nothing happened", step: time.Hour,
			buckets: "1x24",
			want:    "background 24"},

		{about: "an incident takes the buckets it covers", step: time.Hour,
			buckets:   "1 1 300 300 1 1",
			incidents: []Window{{"A", span(2, 4)}},
			want:      "A 600 · background 4"},
		{about: "two incidents share what both cover; the odd thousandth goes by remainder, then ID", step: time.Hour,
			buckets:   "1 1 300 301 1 1",
			incidents: []Window{{"B", span(3, 4)}, {"A", span(2, 4)}},
			want:      "B 150.5 · A 450.5 · background 4"},
		{about: "three incidents share one event", step: time.Hour,
			buckets:   "0 1 0",
			incidents: []Window{{"C", span(1, 2)}, {"A", span(1, 2)}, {"B", span(1, 2)}},
			want:      "C 0.333 · A 0.334 · B 0.333 · background 0"},
		{about: "an incident that took nothing is listed", step: time.Hour,
			buckets:   "0 0 0",
			incidents: []Window{{"A", span(1, 2)}, {"November", span(750, 760)}},
			want:      "A 0 · November 0 · background 0"},
		{about: "an incident longer than the month takes all", step: time.Hour,
			buckets:   "1 2 3",
			incidents: []Window{{"A", span(-100, 1000)}},
			want:      "A 6 · background 0"},

		{about: "ten minutes of full outage in an hourly bucket", step: time.Hour,
			buckets:   "1 1 167 1 1", // 1000/6 and the usual 5/6
			incidents: []Window{{"A", span(2.5, 2.5+1./6)}},
			want:      "A 166.167~ · background 4.833"},
		{about: "ten minutes of full outage in a daily bucket", step: 24 * time.Hour,
			buckets:   "1x4 8 1x4", // 1000/144 and the usual one
			incidents: []Window{{"A", span(4*24+9.5, 4*24+9.5+1./6)}},
			want:      "A 7.007~ · background 8.993"},
		{about: "a bucket no worse than usual gives a share by time", step: time.Hour,
			buckets:   "60x3 40 60x3",
			incidents: []Window{{"A", span(3.25, 3.5)}},
			want:      "A 10~ · …00:00–03:00 180 · 04:00–07:00 180 · background 30"},
		{about: "usual is the median: one bad night does not move it", step: time.Hour,
			buckets:   "2 2 2 900 2 102 2 2",
			incidents: []Window{{"A", span(5, 5.5)}},
			want:      "A 101~ · 03:00–04:00 900 · background 13"},
		{about: "of two middle buckets the usual is the mean", step: time.Hour,
			buckets:   "2 4 103",
			incidents: []Window{{"A", span(2, 2.5)}},
			want:      "A 101.5~ · background 7.5"},
		{about: "a bucket without a bad event is nothing to estimate", step: time.Hour,
			buckets:   "0 0 0",
			incidents: []Window{{"A", span(1, 1.5)}},
			want:      "A 0 · background 0"},
		{about: "with nothing to say what is usual, the incident takes the bucket", step: 24 * time.Hour,
			buckets:   "50",
			incidents: []Window{{"A", span(9, 10)}},
			want:      "A 50~ · background 0"},
		{about: "two halves of a bucket, one incident each", step: time.Hour,
			buckets:   "0 100 0",
			incidents: []Window{{"A", span(1, 1.5)}, {"B", span(1.5, 2)}},
			want:      "A 50~ · B 50~ · background 0"},
		{about: "one incident covers a bucket, another half of it", step: time.Hour,
			buckets:   "0 100 0",
			incidents: []Window{{"A", span(1, 2)}, {"B", span(1.5, 2)}},
			want:      "A 75~ · B 25~ · background 0"},
		{about: "only the covered part of the overlap is shared", step: time.Hour,
			buckets:   "4 4 403 4 4",
			incidents: []Window{{"A", span(2, 2.5)}, {"B", span(2.25, 2.75)}},
			want:      "A 201~ · B 201~ · background 17"},

		{about: "maintenance takes what it covers", step: time.Hour,
			buckets:     "1 1 300 300 1 1",
			maintenance: []slo.Span{span(2, 4)},
			want:        "maintenance 600 · background 4"},
		{about: "incidents come before maintenance", step: time.Hour,
			buckets:     "1 1 300 200 1 1",
			incidents:   []Window{{"A", span(2, 3)}},
			maintenance: []slo.Span{span(2, 4), span(3, 3.5)},
			want:        "A 300 · maintenance 200 · background 4"},
		{about: "within maintenance an incident takes what exceeds the usual", step: time.Hour,
			buckets:     "6 6 206 6 6",
			incidents:   []Window{{"A", span(2, 2.5)}},
			maintenance: []slo.Span{span(2, 3)},
			want:        "A 203~ · maintenance 3 · background 24"},
		{about: "maintenance within an incident divides nothing", step: time.Hour,
			buckets:     "1 1 300 1 1",
			incidents:   []Window{{"A", span(2, 3)}},
			maintenance: []slo.Span{span(2.25, 2.5)},
			want:        "A 300 · background 4"},
		{about: "between two stretches of maintenance nothing is covered", step: time.Hour,
			buckets:     "6 6 206 6 6",
			maintenance: []slo.Span{span(2, 2.25), span(2.75, 3)},
			want:        "maintenance 203 · background 27"},
		{about: "maintenance of half a bucket takes what exceeds the usual", step: time.Hour,
			buckets:     "6 6 206 6 6",
			maintenance: []slo.Span{span(2, 2.5)},
			want:        "maintenance 203 · background 27"},

		{about: "burn that nothing explains is an episode", step: time.Hour,
			buckets: "1 60 300 59 1",
			want:    "01:00–03:00 360 · background 61"},
		{about: "an episode ends at a gap", step: time.Hour,
			buckets: "1 60 60 _ 60 1",
			want:    "01:00–03:00 120 · 04:00–05:00 60 · background 2"},
		{about: "an episode ends where there is no traffic", step: time.Hour,
			buckets: "1 60 - 60 1",
			want:    "01:00–02:00 60 · 03:00–04:00 60 · background 2"},
		{about: "an episode ends at an incident, and the rest of that bucket is background", step: time.Hour,
			buckets:   "0 60 600 60 0x9",
			incidents: []Window{{"A", span(2, 2.5)}},
			want:      "A 600~ · 01:00–02:00 60 · 03:00–04:00 60 · background 0"},
		{about: "an episode at the month's first moment may have begun before", step: time.Hour,
			buckets: "100 100 1",
			want:    "…00:00–02:00 200 · background 1"},
		{about: "an episode at its last moment may go on", step: time.Hour,
			buckets: "1x743 100",
			want:    "23:00–00:00… 100 · background 743"},
	} {
		t.Run(c.about, func(t *testing.T) {
			got := line(Compute(Input{
				Series:      series(t, c.step, c.buckets),
				Month:       october,
				Objective:   990_000_000,
				Budget:      1000 * slo.Event,
				Incidents:   c.incidents,
				Maintenance: c.maintenance,
			}))
			if got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.buckets, got, c.want)
			}
		})
	}
}

func TestAnEpisodeSpendsTwoPercentOfTheBudget(t *testing.T) {
	in := Input{Series: series(t, time.Hour, "0 60 0"), Month: october, Objective: 990_000_000}
	for budget, want := range map[slo.Count]string{
		3000_000: "01:00–02:00 60 · background 0",
		3000_001: "background 60",
		0:        "01:00–02:00 60 · background 0", // no budget at all: whatever burns is one
	} {
		in.Budget = budget
		if got := line(Compute(in)); got != want {
			t.Errorf("60 bad events of a budget of %s: %s; want %s", budget, got, want)
		}
	}
}
