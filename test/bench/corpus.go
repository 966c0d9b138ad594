package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"tribune/generator/history"
	"tribune/generator/slo"
)

// tribes is how many tribes a corpus has.
const tribes = 10

// asOf is the moment that every corpus speaks of, so that no build depends on
// the day of the measurement.
const asOf = "2026-11-15T06:00:00Z"

// writePostmortems makes a site of n postmortems of about 6 KB and no history.
// The same n gives the same bytes.
func writePostmortems(_ context.Context, dir string, n int) error {
	if err := writeSite(dir, 0); err != nil {
		return err
	}
	for i := range n {
		if err := writeFile(filepath.Join(dir, postmortemFile(i)), postmortem(i)); err != nil {
			return err
		}
	}
	return nil
}

// writeSite writes data/: the tribes and their services, each with the given
// number of SLOs.
func writeSite(dir string, slos int) error {
	site := fmt.Sprintf("title = \"Bench\"\ntime_zone = \"Europe/Berlin\"\nresolution = \"1h\"\nas_of = %s\n", asOf)
	if err := writeFile(filepath.Join(dir, "data", "site.toml"), []byte(site)); err != nil {
		return err
	}
	for t := range tribes {
		var b bytes.Buffer
		fmt.Fprintf(&b, "name = \"Tribe %02d\"\n[[squads]]\nid = \"squad\"\nname = \"Squad\"\n", t)
		for s := range 3 {
			fmt.Fprintf(&b, "[[services]]\nid = \"service-%d\"\nname = \"Service %[1]d\"\nsquad = \"squad\"\n", s)
			for k := range slos {
				fmt.Fprintf(&b, "[[services.slos]]\nid = \"slo-%02d\"\ntitle = \"Requests answered, part %[1]d\"\nobjective = \"99.9%%\"\nwindow = \"month\"\n", k)
			}
		}
		if err := writeFile(filepath.Join(dir, "data", "tribes", fmt.Sprintf("tribe-%02d.toml", t)), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// postmortemFile is where the ith postmortem stands.
func postmortemFile(i int) string {
	return fmt.Sprintf("content/postmortems/tribe-%02d/incident-%05d.md", i%tribes, i)
}

// postmortem returns the ith postmortem: front matter, headings, lists, a
// table, code without a language, actions and some pages of prose.
func postmortem(i int) []byte {
	dice := rand.New(rand.NewPCG(uint64(i), 7))
	day := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%2400)
	began := day.Add(time.Duration(4*60+dice.IntN(14*60)) * time.Minute) // clocks change at night
	lasted := time.Duration(5+dice.IntN(200)) * time.Minute
	var b bytes.Buffer
	fmt.Fprintf(&b, "---\ntitle: \"%s\"\nid: INC-%05d\ndate: %s\nseverity: SEV%d\nservices: [service-%d]\nstatus: final\n",
		sentence(dice, 6), i, day.Format(time.DateOnly), 1+dice.IntN(3), dice.IntN(3))
	fmt.Fprintf(&b, "started: %s\nresolved: %s\ndetection: alert\ncauses: [%s]\n---\n\n",
		began.Format(time.RFC3339), began.Add(lasted).Format(time.RFC3339), word(dice))
	fmt.Fprintf(&b, "## Summary\n\n%s\n\n## Impact\n\n%s\n\n## Timeline\n\n", paragraph(dice, 3), paragraph(dice, 2))
	for at := began; at.Before(began.Add(lasted)); at = at.Add(lasted/6 + 1) {
		fmt.Fprintf(&b, "- **%s** %s\n", at.Format("15:04"), sentence(dice, 9))
	}
	b.WriteString("\n## What happened\n\n")
	for range 6 {
		fmt.Fprintf(&b, "%s\n\n", paragraph(dice, 5))
	}
	fmt.Fprintf(&b, "```\n%s\n%s\n```\n\n", sentence(dice, 8), sentence(dice, 8))
	b.WriteString("| Part | Before | After |\n|---|---:|---:|\n")
	for range 6 {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", word(dice), dice.IntN(1000), dice.IntN(1000))
	}
	b.WriteString("\n## Lessons\n\n")
	for range 4 {
		fmt.Fprintf(&b, "1. %s, see [the %s](https://wiki.example/%s).\n", sentence(dice, 10), word(dice), word(dice))
	}
	fmt.Fprintf(&b, "\n%s\n\n## Action items\n\n", paragraph(dice, 6))
	for k := range 3 {
		due := day.AddDate(0, 1+k, 0)
		box, end := "x", ", closed: "+due.Format(time.DateOnly)
		if day.Year() == 2026 && dice.IntN(2) == 0 {
			box, end = " ", ""
		}
		fmt.Fprintf(&b, "- [%s] %s (owner: squad, due: %s, P%d%s)\n", box, sentence(dice, 6), due.Format(time.DateOnly), k, end)
	}
	return b.Bytes()
}

// words are the vocabulary of the prose.
var words = bytes.Fields([]byte(`the a of to in and was for on with by at not from were after before while when
	database replica pool connection timeout deploy rollback cache queue consumer lag memory limit node
	certificate request error alert dashboard traffic customer checkout payment order service cluster region
	network packet disk latency retry budget change release config flag operator engineer runbook page index
	slow full stale wrong missing broken hidden sudden early late second third manual automatic`))

func word(dice *rand.Rand) string { return string(words[dice.IntN(len(words))]) }

// sentence returns n words, the first in upper case, without a full stop.
func sentence(dice *rand.Rand, n int) string {
	var b bytes.Buffer
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word(dice))
	}
	b.Bytes()[0] -= 'a' - 'A'
	return b.String()
}

// paragraph returns n sentences, with words in bold and in code among them.
func paragraph(dice *rand.Rand, n int) string {
	var b bytes.Buffer
	for range n {
		fmt.Fprintf(&b, "%s **%s** %s `%s`. ", sentence(dice, 6), word(dice), sentence(dice, 7), word(dice))
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// months is how much history a corpus has, up to the month of asOf.
const months = 24

// writeHistory makes a site of 300 SLOs times factor with the given number of
// closed months of hours, and no postmortems: in 24 months 5.26 million rows
// times factor.
func writeHistory(ctx context.Context, dir string, factor, months int) error {
	if err := writeSite(dir, 10*factor); err != nil {
		return err
	}
	var ids []string
	for n := range 300 * factor {
		ids = append(ids, fmt.Sprintf("tribe-%02d/service-%d/slo-%02d", n%tribes, n/tribes%3, n/tribes/3))
	}
	return writeHours(ctx, dir, ids, months)
}

// writeHours writes the hours of SLOs in the given number of closed months.
func writeHours(ctx context.Context, dir string, ids []string, months int) error {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return err
	}
	store, _, err := history.Open(filepath.Join(dir, "data", "history"), zone)
	if err != nil {
		return err
	}
	end := slo.Month{Year: 2026, Month: time.November}
	for m := end.Add(-months); m.Before(end); m = m.Add(1) {
		all := make(map[string]slo.Series)
		for n, id := range ids {
			all[id] = hours(m.In(zone), n)
		}
		if _, _, err := store.Merge(ctx, all, end); err != nil {
			return err
		}
	}
	return nil
}

// hours returns what the nth SLO counted in each hour of a span: traffic of one
// of four sizes with a daily swing, and failures in half of the hours.
func hours(span slo.Span, n int) slo.Series {
	from, to := span.From.Unix(), span.To.Unix()
	dice := rand.New(rand.NewPCG(uint64(n), uint64(from)))
	base := []float64{50, 2_000, 60_000, 1_000_000}[n%4]
	s := slo.Series{Step: time.Hour}
	for at := from; at < to; at += 3600 {
		swing := 1 + 0.5*float64((at/3600+int64(n))%24)/24
		total := slo.Count(base*swing*(0.9+0.2*dice.Float64())) * slo.Event
		bad := slo.Count(0)
		if dice.IntN(2) == 0 {
			bad = slo.Count(float64(total)*0.001*dice.Float64()) / slo.Event * slo.Event
		}
		s.Points = append(s.Points, slo.Point{At: at, Tally: slo.Tally{Good: total - bad, Total: total}})
	}
	return s
}

// writeFile writes a file and makes the folders above it.
func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o666)
}
