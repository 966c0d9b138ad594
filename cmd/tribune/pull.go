package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"tribune/generator"
	"tribune/generator/slo"
)

type pullCommand struct {
	common
	Since   string   `help:"Ask for everything from here on again, such as 2026-10-01 or 2026-10-01T06:00:00Z. Default: what is missing or may still change." placeholder:"TIME"`
	SLO     []string `name:"slo" help:"Pull only this SLO, or all of a service or tribe; may be repeated." placeholder:"ID"`
	AsOf    string   `help:"The moment up to which to ask, such as 2026-11-15T06:00:00Z or 2026-11-15. Default: as_of of the site, else now." placeholder:"TIME"`
	Format  string   `help:"How to print what was done: text or json." enum:"text,json" default:"text"`
	Metrics string   `help:"Write metrics of the run to this file, for the textfile collector of node_exporter." placeholder:"FILE" type:"path"`
}

func (c pullCommand) Run(ctx context.Context, t terminal) error {
	since, err := c.since(time.Now())
	if err != nil {
		return err
	}
	now, err := moment(c.Site, c.AsOf)
	if err != nil {
		return err
	}
	progress := newProgress(t.err, c.Quiet, "SLO", "SLOs", "done")
	start := time.Now()
	r, err := generator.Pull(ctx, generator.PullConfig{
		Site: c.Site, Now: now, Since: since, SLOs: c.SLO,
		Lookup: os.LookupEnv, Progress: progress.show,
	})
	progress.end()
	if errors.Is(err, generator.ErrNoSLO) {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	printProblems(t.err, r.Problems, c.Quiet)
	if c.Format == "json" {
		err = errors.Join(err, printPullJSON(t.out, r))
	} else if !c.Quiet {
		err = errors.Join(err, printPulled(t.out, r))
	}
	printFaults(t.err, r)
	if c.Metrics != "" {
		err = errors.Join(err, writeMetrics(c.Metrics, r, start, time.Since(start)))
	}
	return err
}

// longAgo is when nothing was counted that a source could still tell of.
var longAgo = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// since returns the moment that the flag gives, zero if there is none.
func (c pullCommand) since(now time.Time) (at time.Time, err error) {
	if c.Since == "" {
		return time.Time{}, nil
	}
	if at, err = time.Parse(time.RFC3339, c.Since); err != nil {
		d, err := slo.ParseDate(c.Since)
		if err != nil {
			return time.Time{}, fmt.Errorf("%w: --since %q is not a moment such as 2026-10-01T06:00:00Z or a day such as 2026-10-01", errUsage, c.Since)
		}
		at = d.In(generator.SiteSettings(c.Site).Zone).From
	}
	if at.Before(longAgo) || at.After(now) {
		return time.Time{}, fmt.Errorf("%w: --since %s is not between the year 2000 and now", errUsage, c.Since)
	}
	return at.UTC(), nil
}

// printPulled prints a line a source, and below it one for each of its SLOs.
func printPulled(w io.Writer, r generator.Pulled) error {
	if len(r.Sources) == 0 {
		fmt.Fprintln(w, "nothing to pull: no SLO has a source")
		return nil
	}
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, s := range r.Sources {
		how := s.Kind
		if s.Increase != "" {
			how += ", increase " + string(s.Increase)
		}
		fmt.Fprintf(w, "%s (%s): %s, %s\n", s.Name, how, count(len(s.SLOs), "SLO", "SLOs"), count(s.Requests, "request", "requests"))
		for _, o := range s.SLOs {
			fmt.Fprintf(tw, "  %s\t%s\n", o.ID, pulledWords(o))
		}
		if err := tw.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// pulledWords says what came for an SLO.
func pulledWords(o generator.PulledSLO) string {
	words := []string{count(o.Asked, "bucket", "buckets") + " asked"}
	for _, n := range []struct {
		n    int
		what string
	}{
		{o.Stored, "stored"}, {o.Replaced, "replaced"}, {o.Unchanged, "unchanged"}, {o.Refused, "refused"},
		{o.Forgotten, "forgotten by the source"}, {o.Missing, "missing"}, {o.Empty, "without traffic"},
	} {
		if n.n > 0 {
			words = append(words, fmt.Sprint(n.n, " ", n.what))
		}
	}
	if o.NoneGood() {
		words = append(words, "none of its events is good: is the query right?")
	}
	if o.Fault != nil {
		words = append(words, "failed")
	}
	return strings.Join(words, ", ")
}

// printFaults prints each fault once, with the SLOs that have it.
func printFaults(w io.Writer, r generator.Pulled) {
	type fault struct{ source, message, hint string }
	var order []fault
	ids := map[fault][]string{}
	for _, s := range r.Sources {
		for _, o := range s.SLOs {
			if o.Fault == nil {
				continue
			}
			f := fault{s.Name, o.Fault.Message, o.Fault.Hint}
			if ids[f] == nil {
				order = append(order, f)
			}
			ids[f] = append(ids[f], o.ID)
		}
	}
	for _, f := range order {
		named := strings.Join(ids[f], ", ")
		if n := len(ids[f]); n > 3 {
			named = fmt.Sprintf("%s and %d more SLOs", strings.Join(ids[f][:2], ", "), n-2)
		}
		fmt.Fprintf(w, "source %s: %s: %s\n", f.source, named, f.message)
		if f.hint != "" {
			fmt.Fprintf(w, "\thint: %s\n", f.hint)
		}
	}
}

// The report as JSON. Numbers are of buckets.
type pulledJSON struct {
	Schema  string             `json:"schema"`
	Sources []pulledSourceJSON `json:"sources"`
}

type pulledSourceJSON struct {
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Increase *string         `json:"increase"`
	Requests int             `json:"requests"`
	Seconds  float64         `json:"seconds"`
	SLOs     []pulledSLOJSON `json:"slos"`
}

type pulledSLOJSON struct {
	ID        string     `json:"id"`
	Asked     int        `json:"asked"`
	Stored    int        `json:"stored"`
	Replaced  int        `json:"replaced"`
	Unchanged int        `json:"unchanged"`
	Refused   int        `json:"refused"`
	Forgotten int        `json:"forgotten"`
	Missing   int        `json:"missing"`
	Empty     int        `json:"empty"`
	NoneGood  bool       `json:"none_good"`
	Error     *faultJSON `json:"error"`
}

type faultJSON struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

func printPullJSON(w io.Writer, r generator.Pulled) error {
	report := pulledJSON{"tribune/pull/v1", []pulledSourceJSON{}}
	for _, s := range r.Sources {
		source := pulledSourceJSON{Name: s.Name, Kind: s.Kind, Requests: s.Requests, Seconds: math.Round(s.Took.Seconds()*1000) / 1000}
		if increase := string(s.Increase); increase != "" {
			source.Increase = &increase
		}
		for _, o := range s.SLOs {
			one := pulledSLOJSON{o.ID, o.Asked, o.Stored, o.Replaced, o.Unchanged, o.Refused, o.Forgotten, o.Missing, o.Empty, o.NoneGood(), nil}
			if o.Fault != nil {
				one.Error = &faultJSON{string(o.Fault.Kind), o.Fault.Message, o.Fault.Hint}
			}
			source.SLOs = append(source.SLOs, one)
		}
		report.Sources = append(report.Sources, source)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(report)
}
