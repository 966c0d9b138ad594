package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tribune/generator"
)

//go:embed all:skeleton
var skeleton embed.FS

type initCommand struct {
	common
	Dir  string `arg:"" help:"Folder to make; it must be empty or not exist." type:"path"`
	Demo bool   `help:"Add three months of invented history, to have something to look at."`
}

// Run makes a new site. It never writes into a folder that holds anything.
func (c initCommand) Run(ctx context.Context, t terminal) error {
	entries, err := os.ReadDir(c.Dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty, and init does not write into a folder that holds anything\n\thint: name a new folder", c.Dir)
	}
	files, err := fs.Sub(skeleton, "skeleton")
	if err != nil {
		return err
	}
	if err := os.CopyFS(c.Dir, files); err != nil {
		return err
	}
	if err := ownPublic(c.Dir); err != nil {
		return err
	}
	if c.Demo {
		if err := demo(ctx, c.Dir); err != nil {
			return err
		}
	}
	if !c.Quiet {
		fmt.Fprintf(t.out, "made a site in %s; next:\n\ttribune check --site %[1]s\n\ttribune build --site %[1]s\n", c.Dir)
	}
	return nil
}

// ownPublic makes the output folder, which git shall not keep.
func ownPublic(dir string) error {
	public := filepath.Join(dir, "public")
	if err := os.MkdirAll(public, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(public, ".gitignore"), []byte("*\n!.gitignore\n"), 0o666)
}

// demo imports invented history for the one SLO of the skeleton: August to
// October 2026, with the incident that its postmortem tells of. It also fixes
// the moment that the site speaks of, so that it looks the same on any day.
func demo(ctx context.Context, dir string) error {
	const asOf = "as_of = 2026-11-04T06:00:00Z                # the moment the site speaks of; remove for a real site\n"
	settings := filepath.Join(dir, "data", "site.toml")
	text, err := os.ReadFile(settings)
	if err != nil {
		return err
	}
	if err := os.WriteFile(settings, append(text, asOf...), 0o666); err != nil {
		return err
	}
	table := filepath.Join(dir, "demo.csv")
	if err := os.WriteFile(table, demoHistory(), 0o666); err != nil {
		return err
	}
	now := time.Date(2026, 11, 4, 6, 0, 0, 0, time.UTC)
	if _, err := generator.Import(ctx, dir, []string{table}, now); err != nil {
		return err
	}
	return os.Remove(table)
}

// demoHistory is hourly traffic that follows the day, a few failures an hour,
// and the hour and a bit of the incident.
func demoHistory() []byte {
	var b bytes.Buffer
	b.WriteString("slo,time,bad,total\n")
	end := time.Date(2026, 11, 4, 6, 0, 0, 0, time.UTC)
	began := time.Date(2026, 10, 7, 9, 0, 0, 0, time.UTC)
	for at := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC); at.Before(end); at = at.Add(time.Hour) {
		hour := at.Hour()
		total := 4000 + 700*min(hour, 24-hour)
		bad := total/2500 + (at.YearDay()*7+hour*3)%4
		if at.Equal(began) {
			bad += total / 24
		}
		if at.Equal(began.Add(time.Hour)) {
			bad += total / 240
		}
		fmt.Fprintf(&b, "checkout/shop/availability,%s,%d,%d\n", at.Format(time.RFC3339), bad, total)
	}
	return b.Bytes()
}
