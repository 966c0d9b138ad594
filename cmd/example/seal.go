package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tribune/generator"
	"tribune/generator/slo"
)

// Acme seals its months since July 2026, on the morning of the fourth day after
// each.
var sealed = []slo.Month{{Year: 2026, Month: 7}, {Year: 2026, Month: 8}, {Year: 2026, Month: 9}, {Year: 2026, Month: 10}}

func issueOf(m slo.Month) time.Time {
	next := m.Add(1)
	return time.Date(next.Year, next.Month, 4, 6, 0, 0, 0, time.UTC)
}

// What was not there yet when a month was sealed.
const (
	lateSLI    = "payments/refunds/availability" // a day of its samples came late, in August
	lateReason = "the samples of 30 August came in a week later"
	latePost   = "content/postmortems/payments/2026-10-21-a-release-halves-the-connection-pool.md"
)

var (
	lateDay   = day("2026-08-30")
	lateMonth = slo.Month{Year: 2026, Month: 8}
	restated  = time.Date(2026, time.September, 14, 6, 0, 0, 0, time.UTC)
)

// sealMonths seals the months of the example as they were issued then, and
// writes them below the site's folder. words is a folder with the catalog and
// the postmortems. The months are sealed in a folder aside, in which what came
// late comes late.
func sealMonths(words, site string, slis []plantedSLI, zone *time.Location) error {
	aside, err := os.MkdirTemp("", "example")
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside)
	for _, part := range []string{"data/site.toml", "data/exclusions.toml", "data/decisions.toml", "data/sre.toml", "data/tribes", "content"} {
		if err := copyTo(aside, words, part); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(aside, latePost)); err != nil {
		return err
	}
	history := filepath.Join(aside, "data", "history")
	if err := writeHistory(history, withoutLate(slis, zone), zone); err != nil {
		return err
	}
	for _, m := range sealed {
		if err := seal(aside, generator.Sealing{Month: m, AsOf: issueOf(m), Incomplete: true}); err != nil {
			return err
		}
	}
	if err := writeHistory(history, slis, zone); err != nil {
		return err
	}
	err = seal(aside, generator.Sealing{Month: lateMonth, Tribe: "payments", AsOf: restated, Incomplete: true, Restate: true, Reason: lateReason})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(filepath.Join(site, "data", "sealed")); err != nil {
		return err
	}
	return copyTo(site, aside, "data/sealed")
}

func seal(site string, told generator.Sealing) error {
	_, problems, err := generator.Seal(context.Background(), site, told)
	if err != nil {
		return fmt.Errorf("sealing %s: %w %v", told.Month, err, problems)
	}
	return nil
}

// withoutLate returns the SLIs as they were known before what came late.
func withoutLate(slis []plantedSLI, zone *time.Location) []plantedSLI {
	early := slices.Clone(slis)
	missing := lateDay.In(zone)
	for i, p := range early {
		if p.id == lateSLI {
			early[i].series.Points = slices.DeleteFunc(slices.Clone(p.series.Points), func(b slo.Point) bool {
				return missing.Contains(time.Unix(b.At, 0))
			})
		}
	}
	return early
}

// copyTo copies a file or folder below one folder to the same place below another.
func copyTo(to, from, part string) error {
	source, target := filepath.Join(from, part), filepath.Join(to, part)
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(target, os.DirFS(source))
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	return os.WriteFile(target, content, 0o644)
}
