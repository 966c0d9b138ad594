package digest

import (
	"fmt"
	"io"
	"strings"
)

// Markdown writes the digest as GitHub's Markdown, as summaries of jobs and many
// chats show it.
func (d Digest) Markdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", plain(d.Title))
	for _, c := range d.Caveats {
		fmt.Fprintf(&b, "> %s\n", plain(c))
	}
	if len(d.Caveats) > 0 {
		b.WriteString("\n")
	}
	for i, l := range d.Short {
		if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(marked(l))
	}
	b.WriteString("\n")
	if len(d.Table.Rows) > 0 {
		fmt.Fprintf(&b, "\n| %s |\n|---%s|\n", strings.Join(d.Table.Head, " | "), strings.Repeat("|---", len(d.Table.Head)-1))
		for _, row := range d.Table.Rows {
			cells := make([]string, len(row))
			for i, l := range row {
				cells[i] = marked(l)
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	for _, s := range d.sections() {
		fmt.Fprintf(&b, "\n### %s\n\n", s.Name)
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "- %s\n", marked(l))
		}
	}
	if d.Unlisted != "" {
		fmt.Fprintf(&b, "\n%s\n", plain(d.Unlisted))
	}
	if d.Address != "" {
		fmt.Fprintf(&b, "\n[The whole page](<%s>)\n", d.Address)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// marks are what Markdown gives a meaning, HTML among it.
var marks = func() *strings.Replacer {
	pairs := []string{"<", "&lt;", ">", "&gt;", "&", "&amp;"}
	for _, r := range "\\`*_[]#|~!" {
		pairs = append(pairs, string(r), "\\"+string(r))
	}
	return strings.NewReplacer(pairs...)
}()

// plain writes text that Markdown shows as it is.
func plain(s string) string { return marks.Replace(s) }

func marked(l Line) string {
	var b strings.Builder
	for _, p := range l {
		if p.Href == "" {
			b.WriteString(plain(p.Text))
		} else {
			fmt.Fprintf(&b, "[%s](<%s>)", plain(p.Text), p.Href)
		}
	}
	return b.String()
}
