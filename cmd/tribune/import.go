package main

import (
	"context"
	"fmt"
	"time"

	"tribune/generator"
)

type importCommand struct {
	common
	Files []string `arg:"" help:"CSV files: slo,time,good,total (or bad), or slo,month,sli."`
}

func (c importCommand) Run(ctx context.Context, t terminal) error {
	now, err := moment(c.Site, "")
	if err != nil {
		return err
	}
	if real := time.Now(); now.Before(real) {
		now = real // a month is over when it is, whatever the site speaks of
	}
	r, err := generator.Import(ctx, c.Site, c.Files, now)
	printProblems(t.err, r.Problems, c.Quiet)
	if err != nil {
		if r.Refused > 0 {
			fmt.Fprintf(t.err, "%s; nothing was taken from %d of %s\n", counted(r.Problems), r.Refused, count(len(c.Files), "file", "files"))
		}
		return err
	}
	if !c.Quiet {
		fmt.Fprintln(t.err, r)
	}
	return nil
}
