// Command example writes the numbers of the example site that this repository
// is: the story of a shop that does not exist, told in docs/example.md.
//
//	go run ./cmd/example [DIR]
//
// DIR is the site's folder, . unless given. The command writes
//
//	data/history/              the tallies of every SLI, October 2025 to 15 November 2026
//	data/focus/MONTH.csv       the SRE team's time records
//	data/sealed/               the months since July 2026, as they were issued
//	cmd/example/planted.json   what was planted: for each SLI and month the events,
//	                           the bad ones, and which event caused how many
//
// and nothing else: the catalog, the postmortems and the comments are written by
// hand, to the same story. Running it again changes nothing.
//
// # How the numbers are made
//
// Traffic is the SLI's monthly events, grown by the year, times the rhythm of
// the hour and the weekday in Berlin, times the shop's high season, times a
// factor of the day. Failures are a level that is written down by month, times a
// factor of the day and of the bucket, so that bad days come in lumps
// as they do. Both are drawn as Poisson numbers from dice that depend on a name
// alone, the service's for traffic and the SLI's for failures: see sources.go
// and traffic.go.
//
// On top come the events of events.go, by the table: a share of what happens
// between two minutes fails. Nothing of them is left to chance, so that
// planted.json can say exactly what the ledger should find.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tribune/generator/history"
	"tribune/generator/slo"
)

func main() {
	site := "."
	if len(os.Args) > 1 {
		site = os.Args[1]
	}
	if err := write(site, site); err != nil {
		fmt.Fprintln(os.Stderr, "example:", err)
		os.Exit(1)
	}
}

// asOf is the moment of which the example speaks; data/site.toml says the same.
var asOf = time.Date(2026, time.November, 15, 6, 0, 0, 0, time.UTC)

// first is the day the history begins.
var first = day("2025-10-01")

// write writes everything under the site's folder. words is a folder with what
// is written by hand.
func write(words, site string) error {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return err
	}
	slis, err := plantAll(zone)
	if err != nil {
		return err
	}
	planted, err := plantedJSON(slis)
	if err != nil {
		return err
	}
	dir := filepath.Join(site, "cmd", "example")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "planted.json"), planted, 0o644); err != nil {
		return err
	}
	if err := writeFocus(filepath.Join(site, "data", "focus"), slo.DateOf(asOf, zone)); err != nil {
		return err
	}
	if err := writeHistory(filepath.Join(site, "data", "history"), slis, zone); err != nil {
		return err
	}
	return sealMonths(words, site, slis, zone)
}

// plantAll makes all SLIs, in order of id.
func plantAll(zone *time.Location) (all []plantedSLI, err error) {
	span := slo.Span{From: first.In(zone).From, To: asOf}
	for _, s := range sources {
		p, err := plant(s, span, zone)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b plantedSLI) int { return cmp.Compare(a.id, b.id) })
	return all, nil
}

// plantedJSON returns planted.json: a list with a line for each SLI and month,
// in that order.
func plantedJSON(slis []plantedSLI) ([]byte, error) {
	var b bytes.Buffer
	before := "[\n"
	for _, p := range slis {
		for _, m := range p.months {
			line, err := json.Marshal(m)
			if err != nil {
				return nil, err
			}
			b.WriteString(before)
			b.Write(line)
			before = ",\n"
		}
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}

// writeHistory stores the tallies: a file for each month before asOf's, and one for
// each day since. What an SLI counted before it moved stands under the id it had.
func writeHistory(dir string, slis []plantedSLI, zone *time.Location) error {
	tallies := map[string]slo.Series{}
	for _, p := range slis {
		if p.was == "" {
			tallies[p.id] = p.series
			continue
		}
		moved := p.moved.In(zone).From
		tallies[p.was] = p.series.In(slo.Span{From: first.In(zone).From, To: moved})
		tallies[p.id] = p.series.In(slo.Span{From: moved, To: asOf})
	}
	store, problems, err := history.Open(dir, zone)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("the history that is there cannot be read: %s", problems[0])
	}
	_, problems, err = store.Merge(context.Background(), tallies, slo.MonthOf(asOf, zone))
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("the history cannot be stored: %s", problems[0])
	}
	return nil
}

// writeFocus writes a file of time records a month.
func writeFocus(dir string, until slo.Date) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, m := range focusMonths {
		records, err := focusCSV(m, until)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, m.month+".csv"), records, 0o644); err != nil {
			return err
		}
	}
	return nil
}
