package digest

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// sections are the lists of a digest that have something in them.
func (d Digest) sections() (all []section) {
	for _, s := range []section{{"Where the budget went, in points of 100", d.Spent}, {"Decisions needed", d.Asked}, {"Overdue actions", d.Overdue}} {
		if len(s.Lines) > 0 {
			all = append(all, s)
		}
	}
	return all
}

// A section is a list under its heading.
type section struct {
	Name  string
	Lines []Line
}

// Text writes the digest as plain text.
func (d Digest) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", d.Title, strings.Repeat("=", len([]rune(d.Title))))
	for _, c := range d.Caveats {
		fmt.Fprintf(&b, "%s\n", c)
	}
	for _, l := range d.Short {
		fmt.Fprintf(&b, "%s\n", l.Text())
	}
	if len(d.Table.Rows) > 0 {
		fmt.Fprintf(&b, "\n%s\n\n", d.Table.Name)
		tw := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
		fmt.Fprintf(tw, "  %s\n", strings.Join(d.Table.Head, "\t"))
		for _, row := range d.Table.Rows {
			cells := make([]string, len(row))
			for i, l := range row {
				cells[i] = l.Text()
			}
			fmt.Fprintf(tw, "  %s\n", strings.Join(cells, "\t"))
		}
		tw.Flush() // a Builder does not fail
	}
	for _, s := range d.sections() {
		fmt.Fprintf(&b, "\n%s\n\n", s.Name)
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "  - %s\n", l.Text())
		}
	}
	if d.Unlisted != "" {
		fmt.Fprintf(&b, "\n%s\n", d.Unlisted)
	}
	if d.Address != "" {
		fmt.Fprintf(&b, "\n%s\n", d.Address)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
