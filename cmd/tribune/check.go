package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/prometheus/common/model"

	"tribune/generator"
	"tribune/generator/catalog"
	"tribune/generator/diag"
)

type checkCommand struct {
	common
	Format string `help:"How to print problems: text, json, github or sarif." enum:"text,json,github,sarif" default:"text"`
	List   bool   `help:"Print what was understood: SLOs, owners, objectives, sources."`
}

func (c checkCommand) Run(t terminal) error {
	asOf, err := moment(c.Site, "")
	if err != nil {
		return err
	}
	s, problems, err := generator.Check(c.Site, asOf)
	if err != nil {
		return err
	}
	defer s.Close()
	if c.List {
		if err := list(t.out, s); err != nil {
			return err
		}
		printProblems(t.err, problems, c.Quiet)
		return verdict(problems)
	}
	switch c.Format {
	case "json":
		err = printJSON(t.out, problems)
	case "github":
		err = printGitHub(t.out, problems)
	case "sarif":
		err = printSARIF(t.out, problems)
	default:
		printProblems(t.out, problems, false)
	}
	if err != nil {
		return err
	}
	if !c.Quiet && c.Format == "text" {
		fmt.Fprintf(t.err, "%s in %s and %s\n", counted(problems),
			count(len(s.Catalog.Tribes), "tribe", "tribes"), count(len(s.Postmortems), "postmortem", "postmortems"))
	}
	return verdict(problems)
}

// verdict returns the error that stands for problems of severity error.
func verdict(problems diag.List) error {
	if problems.Count(diag.Error) > 0 {
		return generator.ErrProblems
	}
	return nil
}

// list prints what was understood: a line an SLO, and below it what is counted.
func list(w io.Writer, s *generator.Site) error {
	var table bytes.Buffer
	tw := tabwriter.NewWriter(&table, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "SLO\tOBJECTIVE\tWINDOW\tSQUAD\tLIFECYCLE\tSOURCE")
	below := [][]string{nil} // the table's lines
	for i := range s.Catalog.Tribes {
		tribe := &s.Catalog.Tribes[i]
		for _, o := range tribe.SLOs() {
			fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", o.ID, o.Objective, o.Window,
				cmp.Or(o.Squad, "–"), tribe.Service(o.Service).Lifecycle, cmp.Or(o.Source, "–"))
			below = append(below, counting(o))
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		fmt.Fprint(w, line)
		for _, detail := range below[0] {
			fmt.Fprintf(w, "    %s\n", detail)
		}
		below = below[1:]
	}
	return nil
}

// counting says how an SLO counts, a line each.
func counting(o catalog.SLO) (lines []string) {
	add := func(name, text string) {
		if text != "" {
			lines = append(lines, fmt.Sprintf("%-6s %s", name, oneLine(text)))
		}
	}
	add("good", o.Good)
	add("bad", o.Bad)
	add("total", o.Total)
	if o.By != "" {
		add("where", fmt.Sprintf("%s is %q", o.By, o.Match))
	}
	if o.Slice > 0 {
		add("in", "slices of "+model.Duration(o.Slice).String())
	}
	add("counts", o.Unit)
	if len(lines) == 0 {
		lines = []string{"imported history only"}
	}
	return lines
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// printProblems prints errors and warnings, and notes unless quiet.
func printProblems(w io.Writer, problems diag.List, quiet bool) {
	for _, p := range problems {
		if p.Severity > diag.Note || !quiet {
			fmt.Fprintln(w, p)
		}
	}
}

// counted writes "2 errors, 1 warning", leaving out what there is none of.
func counted(problems diag.List) string {
	var parts []string
	for _, s := range []diag.Severity{diag.Error, diag.Warning, diag.Note} {
		if n := problems.Count(s); n > 0 {
			parts = append(parts, count(n, s.String(), s.String()+"s"))
		}
	}
	if len(parts) == 0 {
		return "no problems"
	}
	return strings.Join(parts, ", ")
}

// count writes "1 tribe" or "3 tribes".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
