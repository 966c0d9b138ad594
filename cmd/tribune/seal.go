package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tribune/generator"
	"tribune/generator/slo"
)

type sealCommand struct {
	common
	Month      string `help:"The month to seal, such as 2026-10." placeholder:"YYYY-MM"`
	Due        bool   `help:"Seal every month that is over and has settled and is not sealed yet."`
	Tribe      string `help:"Seal only this tribe's." placeholder:"ID"`
	AsOf       string `help:"The moment of issue, such as 2026-11-04T06:00:00Z or 2026-11-04. Default: as_of of the site, else now." placeholder:"TIME"`
	Incomplete bool   `help:"Seal although data are missing; the page says so."`
	Restate    bool   `help:"Put the figures of today in the place of those that were issued. Needs --month and --reason."`
	Reason     string `help:"Why a month is restated; shown on its page for ever." placeholder:"TEXT"`
}

// Run prints the files that it wrote; what was not sealed, and why, on stderr.
func (c sealCommand) Run(ctx context.Context, t terminal) error {
	told, err := c.told()
	if err != nil {
		return err
	}
	done, problems, err := generator.Seal(ctx, c.Site, told)
	printProblems(t.err, problems, c.Quiet)
	for _, d := range done {
		c.print(t, d)
	}
	switch {
	case errors.Is(err, generator.ErrProblems):
		fmt.Fprintf(t.err, "%s; nothing was sealed\n", counted(problems))
	case err == nil && len(done) == 0 && !c.Quiet:
		fmt.Fprintln(t.err, "nothing is due")
	}
	return err
}

// told turns the flags into what is to be sealed.
func (c sealCommand) told() (s generator.Sealing, err error) {
	s = generator.Sealing{Tribe: c.Tribe, Incomplete: c.Incomplete, Restate: c.Restate, Reason: strings.TrimSpace(c.Reason)}
	switch {
	case (c.Month == "") != c.Due:
		return s, fmt.Errorf("%w: give either --month YYYY-MM or --due", errUsage)
	case c.Restate && c.Due:
		return s, fmt.Errorf("%w: --restate needs --month: a correction is made month by month", errUsage)
	case c.Restate && s.Reason == "":
		return s, fmt.Errorf("%w: --restate needs --reason TEXT, which is shown on the page for ever", errUsage)
	case s.Reason != "" && !c.Restate:
		return s, fmt.Errorf("%w: --reason goes with --restate", errUsage)
	}
	if c.Month != "" {
		if s.Month, err = slo.ParseMonth(c.Month); err != nil {
			return s, fmt.Errorf("%w: --month %w", errUsage, err)
		}
	}
	s.AsOf, err = moment(c.Site, c.AsOf)
	return s, err
}

// print says what became of one tribe's month.
func (c sealCommand) print(t terminal, d generator.Sealed) {
	what := fmt.Sprintf("%s of %s", d.Month, d.Tribe)
	switch {
	case d.Refused != "":
		fmt.Fprintf(t.err, "tribune: %s is not sealed: %s\n\thint: %s\n", what, d.Refused, d.Hint)
	case d.Restated > 0:
		fmt.Fprintf(t.out, "restated %s: %s, %s\n", what, count(d.Restated, "figure", "figures"), d.File)
	case d.File != "":
		fmt.Fprintf(t.out, "sealed %s: %s\n", what, d.File)
	case c.Quiet:
	case c.Restate:
		fmt.Fprintf(t.err, "%s stands: history says what was issued\n", what)
	case d.Differs > 0:
		fmt.Fprintf(t.err, "%s is sealed already, and history now says otherwise of %s\n\thint: tribune seal --month %s --tribe %s --restate --reason TEXT\n",
			what, count(d.Differs, "SLO", "SLOs"), d.Month, d.Tribe)
	default:
		fmt.Fprintf(t.err, "%s is sealed already, issued %s\n", what, d.Before.Format("2006-01-02T15:04:05Z07:00"))
	}
}
