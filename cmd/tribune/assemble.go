package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"tribune/generator"
	"tribune/generator/diag"
)

type assembleCommand struct {
	common
	Built     []string `arg:"" name:"dir" help:"Folders that builds of some tribes wrote." type:"path"`
	Out       string   `help:"Folder to write; its content is replaced. Default: public in the site." placeholder:"DIR" type:"path"`
	KeepGoing bool     `help:"Where a tribe is missing or older than the others, say so on the front page and go on."`
	Metrics   string   `help:"Write metrics of the build to this file, for the textfile collector of node_exporter." placeholder:"FILE" type:"path"`
}

func (c assembleCommand) Run(ctx context.Context, t terminal) error {
	shown, out := c.Out, c.Out
	if out == "" {
		shown, out = "public", filepath.Join(c.Site, "public")
	}
	start := time.Now()
	r, err := generator.Assemble(ctx, generator.AssembleConfig{
		Site: c.Site, Built: c.Built, Out: out, KeepGoing: c.KeepGoing, Commit: commit(c.Site), Version: version(),
		Waiting: func() { fmt.Fprintln(t.err, "waiting for another build of the same folder to end") },
	})
	printProblems(t.err, r.Problems, c.Quiet)
	if c.Metrics != "" {
		if err := writeBuildMetrics(c.Metrics, r, r.AsOf, start, time.Now(), err != nil); err != nil {
			return err
		}
	}
	if err != nil {
		if r.Problems.Count(diag.Error) > 0 {
			fmt.Fprintf(t.err, "%s; nothing was written\n", counted(r.Problems))
		}
		return err
	}
	for _, b := range r.Behind {
		as := "is missing"
		if b.AsOf != nil {
			as = "is as of " + b.AsOf.Format(time.RFC3339)
		}
		fmt.Fprintf(t.err, "tribe %s %s, as the front page says\n", b.Tribe, as)
	}
	if !c.Quiet {
		fmt.Fprintf(t.err, "assembled %s: %s, %s, %d files, %s\n", shown,
			count(r.Tribes, "tribe", "tribes"), count(r.Postmortems, "postmortem", "postmortems"), r.Files, size(r.Bytes))
	}
	return nil
}
