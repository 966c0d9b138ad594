package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"tribune/generator"
	"tribune/generator/audience"
	"tribune/generator/diag"
	"tribune/generator/slo"
)

type buildCommand struct {
	buildFlags
	Metrics string `help:"Write metrics of the build to this file, for the textfile collector of node_exporter." placeholder:"FILE" type:"path"`
}

// buildFlags say what is built, and for whom.
type buildFlags struct {
	common
	Out       string   `help:"Folder to write; its content is replaced. Default: public in the site." placeholder:"DIR" type:"path"`
	AsOf      string   `help:"The moment that the site speaks of, such as 2026-11-15T06:00:00Z or 2026-11-15. Default: as_of of the site, else now." placeholder:"TIME"`
	Tribe     []string `help:"Build only this tribe; may be repeated." placeholder:"ID"`
	Audience  string   `help:"Whom the site is for: public, org or tribe." default:"org"`
	KeepGoing bool     `help:"Build in spite of errors in what was written; they are printed on the pages."`
}

func (c buildCommand) Run(ctx context.Context, t terminal) error {
	cfg, err := c.config(t)
	if err != nil {
		return err
	}
	start := time.Now()
	r, err := generator.Build(ctx, cfg)
	printProblems(t.err, r.Problems, c.Quiet)
	if c.Metrics != "" {
		if err := writeBuildMetrics(c.Metrics, r, cfg.AsOf, start, time.Now(), err != nil); err != nil {
			return err
		}
	}
	if err != nil {
		if r.Problems.Count(diag.Error) > 0 {
			fmt.Fprintf(t.err, "%s; nothing was written\n", counted(r.Problems))
		}
		return err
	}
	if !c.Quiet {
		done := "built %s: %s, %s, %d files, %s\n"
		if r.Unchanged {
			done = "nothing has changed since %s was built: %s, %s, %d files, %s\n"
		}
		fmt.Fprintf(t.err, done, c.shown(cfg.Out),
			count(r.Tribes, "tribe", "tribes"), count(r.Postmortems, "postmortem", "postmortems"), r.Files, size(r.Bytes))
		if off := switchedOff(r); off != "" {
			fmt.Fprintf(t.err, "note: %s off, since this program was built without the bundled scripts\n\thint: run \"make assets\" and build it again; every figure and postmortem is in the pages all the same\n", off)
		}
	}
	return nil
}

// config turns the flags into what a build is told.
func (c buildFlags) config(t terminal) (generator.Config, error) {
	if err := audience.Check(c.Audience); err != nil {
		return generator.Config{}, fmt.Errorf("%w: %w", errUsage, err)
	}
	if c.Audience == audience.Tribe && len(c.Tribe) != 1 {
		return generator.Config{}, fmt.Errorf("%w: --audience tribe needs exactly one --tribe, since a whole tree would show one tribe's secrets to another", errUsage)
	}
	asOf, err := moment(c.Site, c.AsOf)
	if err != nil {
		return generator.Config{}, err
	}
	out := c.Out
	if out == "" {
		out = filepath.Join(c.Site, "public")
	}
	return generator.Config{
		Site: c.Site, Out: out, AsOf: asOf, Tribes: c.Tribe, Audience: c.Audience, KeepGoing: c.KeepGoing,
		Commit: commit(c.Site), Version: version(),
		Waiting: func() { fmt.Fprintln(t.err, "waiting for another build of the same folder to end") },
	}, nil
}

// switchedOff names what the site lacks because the program lacks its bundle, or
// is "" if it lacks nothing.
func switchedOff(r generator.Report) string {
	switch {
	case !r.Charts && !r.Search:
		return "interactive charts and search are"
	case !r.Charts:
		return "interactive charts are"
	case !r.Search:
		return "search is"
	}
	return ""
}

func (c buildFlags) shown(out string) string {
	if c.Out == "" {
		return "public"
	}
	return out
}

// moment returns the moment that a report speaks of: the flag, else the site's
// as_of, else now. This is the only place that asks the clock.
func moment(site, flag string) (time.Time, error) {
	cat := generator.SiteSettings(site)
	if flag == "" {
		if !cat.AsOf.IsZero() {
			return cat.AsOf, nil
		}
		return time.Now().UTC().Truncate(time.Minute), nil
	}
	if t, err := time.Parse(time.RFC3339, flag); err == nil {
		return t.UTC(), nil
	}
	d, err := slo.ParseDate(flag)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: --as-of %q is not a moment such as 2026-11-15T06:00:00Z or a day such as 2026-11-15", errUsage, flag)
	}
	return d.In(cat.Zone).From, nil
}

// commit returns the short id of the commit that the site's files are at, or ""
// where that is not known.
func commit(site string) string {
	out, err := exec.Command("git", "-C", site, "rev-parse", "--short=7", "HEAD").Output()
	if err != nil {
		return ""
	}
	return string(bytes.TrimSpace(out))
}

// size writes a number of bytes for people.
func size(n int64) string {
	if n < 1_000_000 {
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
