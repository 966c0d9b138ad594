package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"tribune/generator/publish"
)

type statusCommand struct {
	common
	Where  string `arg:"" name:"url-or-dir" help:"The address that the front page is in, or a folder." placeholder:"URL-or-DIR"`
	All    bool   `help:"Read every file behind an address too, not only the pages that others are reached from."`
	AsOf   string `help:"The moment to judge by, such as 2026-11-15T06:00:00Z. Default: now." placeholder:"TIME"`
	Format string `help:"How to print it: text or json." enum:"text,json" default:"text"`
}

func (c statusCommand) Run(ctx context.Context, t terminal) error {
	now := time.Now()
	if c.AsOf != "" {
		var err error
		if now, err = time.Parse(time.RFC3339, c.AsOf); err != nil {
			return fmt.Errorf("%w: --as-of %q is not a moment such as 2026-11-15T06:00:00Z", errUsage, c.AsOf)
		}
	}
	s, err := publish.Look(ctx, c.Where, c.All, now)
	if err != nil {
		return fmt.Errorf("%s: %w", publish.Shown(c.Where), err)
	}
	if c.Format == "json" {
		err = printStatusJSON(t.out, s)
	} else if !c.Quiet {
		err = printStatus(t.out, s)
	}
	if err != nil {
		return err
	}
	if !s.Whole() || !s.Fresh() {
		return errFound
	}
	return nil
}

// printStatus prints a line on files, after one for each that is wrong, and one
// on data, after one for each tribe whose data are stale.
func printStatus(w io.Writer, s publish.Status) error {
	var b strings.Builder
	for _, f := range s.Faults {
		fmt.Fprintf(&b, "%s: %s\n", f.File, f.Message)
	}
	word := "whole"
	if !s.Whole() {
		word = "not whole"
	}
	fmt.Fprintf(&b, "%s: %d of %s compared, %d wrong; as of %s\n", word, s.Checked, count(s.Files, "file", "files"), len(s.Faults), s.Origin.AsOf.Format(time.RFC3339))
	limit := wholeHours(time.Duration(s.Origin.Freshness) * time.Second)
	var newest *publish.Tribe
	for _, t := range s.Tribes {
		if t.Stale {
			fmt.Fprintf(&b, "%s: data to %s, %s old\n", t.ID, t.DataTo.Format(time.RFC3339), wholeHours(t.Age))
		}
		if t.DataTo != nil && (newest == nil || t.DataTo.After(*newest.DataTo)) {
			newest = &t
		}
	}
	switch {
	case s.Unknown != "":
		fmt.Fprintf(&b, "not known to be fresh: %s\n", s.Unknown)
	case !s.Fresh():
		fmt.Fprintf(&b, "stale: data may be %s old\n", limit)
	default:
		fmt.Fprintf(&b, "fresh: data to %s, %s old; they may be %s old\n", newest.DataTo.Format(time.RFC3339), wholeHours(newest.Age), limit)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// wholeHours writes a duration to the minute: "26h", "1h30m", "5m".
func wholeHours(d time.Duration) string {
	if d.Truncate(time.Hour) == d.Truncate(time.Minute) {
		return fmt.Sprintf("%.0fh", d.Truncate(time.Hour).Hours())
	}
	return strings.TrimSuffix(d.Truncate(time.Minute).String(), "0s")
}

// The status as JSON. What is not known is null.
type statusJSON struct {
	Schema           string            `json:"schema"`
	Whole            bool              `json:"whole"`
	Fresh            bool              `json:"fresh"`
	Audience         string            `json:"audience"`
	AsOf             time.Time         `json:"as_of"`
	Commit           string            `json:"commit"`
	Version          string            `json:"version"`
	Files            int               `json:"files"`
	Checked          int               `json:"checked"`
	Faults           []faultStatusJSON `json:"faults"`
	FreshnessSeconds int64             `json:"freshness_seconds"`
	Tribes           []tribeStatusJSON `json:"tribes"`
}

type faultStatusJSON struct {
	File    string `json:"file"`
	Message string `json:"message"`
}

type tribeStatusJSON struct {
	Tribe      string     `json:"tribe"`
	DataTo     *time.Time `json:"data_to"`
	AgeSeconds *int64     `json:"age_seconds"`
	Stale      bool       `json:"stale"`
}

func printStatusJSON(w io.Writer, s publish.Status) error {
	out := statusJSON{
		Schema: "tribune/status/v1", Whole: s.Whole(), Fresh: s.Fresh(),
		Audience: s.Origin.Audience, AsOf: s.Origin.AsOf, Commit: s.Origin.Commit, Version: s.Origin.Version,
		Files: s.Files, Checked: s.Checked, Faults: []faultStatusJSON{},
		FreshnessSeconds: s.Origin.Freshness, Tribes: []tribeStatusJSON{},
	}
	for _, f := range s.Faults {
		out.Faults = append(out.Faults, faultStatusJSON(f))
	}
	for _, t := range s.Tribes {
		one := tribeStatusJSON{Tribe: t.ID, DataTo: t.DataTo, Stale: t.Stale}
		if t.DataTo != nil {
			age := int64(t.Age.Seconds())
			one.AgeSeconds = &age
		}
		out.Tribes = append(out.Tribes, one)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(out)
}
