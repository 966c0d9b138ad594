package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"tribune/generator"
	"tribune/generator/publish"
)

type publishCommand struct {
	common
	Target     string `arg:"" help:"A name under [publish] of data/site.toml, or an address: file:///dir, git+https://host/repo.git#branch, s3://bucket/prefix."`
	From       string `help:"Folder of the built site. Default: public in the site." placeholder:"DIR" type:"path"`
	Tribe      string `help:"Publish this tribe's folder as a site by itself." placeholder:"ID"`
	DryRun     bool   `help:"Print what would change and find out whether rights suffice; change nothing."`
	MaxDeletes *int   `help:"Refuse to delete more files than this. Default: no limit." placeholder:"N"`
	Metrics    string `help:"Write metrics of the publish to this file, for the textfile collector of node_exporter; not of a dry run." placeholder:"FILE" type:"path"`
	Force      bool   `help:"Publish over files that no publish put there, and to readers who could not see the site so far; a branch of git begins anew, without its history."`
}

func (c publishCommand) Run(ctx context.Context, t terminal) error {
	from, limit := c.From, -1
	if from == "" {
		from = filepath.Join(c.Site, "public")
	}
	if c.MaxDeletes != nil {
		if limit = *c.MaxDeletes; limit < 0 {
			return fmt.Errorf("%w: --max-deletes %d is below 0", errUsage, limit)
		}
	}
	start := time.Now()
	progress := newProgress(t.err, c.Quiet, "file", "files", "published")
	r, err := generator.Publish(ctx, generator.PublishConfig{
		Site: c.Site, Target: c.Target, From: from, Tribe: c.Tribe,
		DryRun: c.DryRun, MaxDeletes: limit, Force: c.Force,
		Lookup: os.LookupEnv, Now: time.Now, Progress: progress.show,
		Waiting: func() { fmt.Fprintln(t.err, "waiting for another publish to the same target to end") },
	})
	progress.end()
	if c.Metrics != "" && !c.DryRun {
		err = errors.Join(err, writePublishMetrics(c.Metrics, publish.Shown(c.Target), r, start, time.Now(), err != nil))
	}
	if err != nil {
		return err
	}
	if c.DryRun {
		if err := printPlanned(t.out, r); err != nil {
			return err
		}
	}
	if !c.Quiet {
		c.summary(t.err, r)
	}
	return nil
}

// summary says in a line what was done, or would be.
func (c publishCommand) summary(w io.Writer, r publish.Report) {
	where := publish.Shown(c.Target)
	whole := count(r.Files, "file", "files") + ", " + size(r.Bytes)
	if r.Unchanged {
		fmt.Fprintf(w, "%s is as it should be: %s\n", where, whole)
		return
	}
	done := "published to"
	if c.DryRun {
		done = "would publish to"
	}
	fmt.Fprintf(w, "%s %s: %d new, %d changed (%s), %d deleted; %s\n", done, where,
		len(r.New), len(r.Changed), size(r.Sent), len(r.Deleted), whole)
	for _, n := range r.Notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
}

// printPlanned prints a line for each file that would change, in the order in
// which it would.
func printPlanned(w io.Writer, r publish.Report) error {
	for _, group := range []struct {
		what  string
		names []string
	}{{"new", r.New}, {"changed", r.Changed}, {"deleted", r.Deleted}} {
		for _, name := range group.names {
			if _, err := fmt.Fprintf(w, "%-8s %s\n", group.what, name); err != nil {
				return err
			}
		}
	}
	return nil
}
