package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tribune/generator"
)

type newCommand struct {
	Postmortem newPostmortemCommand `cmd:"" help:"Begin a postmortem: a file with what is known filled in."`
}

type newPostmortemCommand struct {
	common
	Title   string `arg:"" help:"What happened, in a few words."`
	Tribe   string `help:"The tribe whose postmortem it is; needed if there are several." placeholder:"ID"`
	Service string `help:"The service that was affected, by its id within the tribe." placeholder:"ID"`
	Started string `help:"When the impact began, such as 2026-10-17T00:00:00Z, or 2026-10-17T02:00 in the site's time zone." placeholder:"TIME"`
}

// Run prints the path of the new file, and on stderr what was filled in.
func (c newPostmortemCommand) Run(ctx context.Context, t terminal) error {
	if strings.TrimSpace(c.Title) == "" {
		return fmt.Errorf("%w: a postmortem needs a title", errUsage)
	}
	asOf, err := moment(c.Site, "")
	if err != nil {
		return err
	}
	started, err := c.started()
	if err != nil {
		return err
	}
	if started.After(asOf) {
		return fmt.Errorf("%w: --started %s is in the future", errUsage, c.Started)
	}
	b, err := generator.NewPostmortem(ctx, c.Site, generator.Draft{Title: c.Title, Tribe: c.Tribe, Service: c.Service, Started: started}, asOf)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, fromHere(filepath.Join(c.Site, filepath.FromSlash(b.File))))
	if c.Quiet {
		return nil
	}
	for _, e := range b.Episodes {
		fmt.Fprintln(t.err, "filled in:", e)
	}
	if !started.IsZero() && len(b.Episodes) == 0 {
		fmt.Fprintln(t.err, "note: the SLIs show no unexplained burn at that time, so only the start is filled in")
	}
	return nil
}

// started returns the moment that the flag gives, zero if there is none.
func (c newPostmortemCommand) started() (time.Time, error) {
	if c.Started == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, c.Started); err == nil {
		return t.UTC(), nil
	}
	zone := generator.SiteSettings(c.Site).Zone
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, c.Started, zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%w: --started %q is not a moment such as 2026-10-17T00:00:00Z or 2026-10-17T02:00", errUsage, c.Started)
}

// fromHere returns the path as seen from the current folder, unless it lies
// elsewhere.
func fromHere(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	within, err := filepath.Rel(here, path)
	if err != nil || !filepath.IsLocal(within) {
		return path
	}
	return within
}
