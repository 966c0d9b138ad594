package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tribune/generator"
	"tribune/generator/diag"
	"tribune/generator/slo"
)

type digestCommand struct {
	common
	Tribe     string `help:"Of this tribe. Default: of the organisation." placeholder:"ID"`
	Month     string `help:"Of this month, such as 2026-10. Default: the latest that is over." placeholder:"MONTH"`
	Format    string `help:"How to print it: text, markdown, html (for a mail) or slack (blocks, as JSON)." enum:"text,markdown,html,slack" default:"text"`
	IfChanged string `help:"Print nothing if it is what it was when this file was written last." placeholder:"FILE" type:"path"`
	AsOf      string `help:"The moment that the digest speaks of, as with build." placeholder:"TIME"`
	Audience  string `help:"Whom it is for: public, org or tribe." default:"org"`
	KeepGoing bool   `help:"Print it in spite of errors in what was written."`
}

func (c digestCommand) Run(ctx context.Context, t terminal) error {
	var month slo.Month
	var err error
	if c.Month != "" {
		if month, err = slo.ParseMonth(c.Month); err != nil {
			return fmt.Errorf("%w: --month %w", errUsage, err)
		}
	}
	build := buildFlags{common: c.common, AsOf: c.AsOf, Audience: c.Audience, KeepGoing: c.KeepGoing}
	if c.Tribe != "" {
		build.Tribe = []string{c.Tribe}
	}
	cfg, err := build.config(t)
	if err != nil {
		return err
	}
	d, problems, err := generator.Digest(ctx, cfg, month)
	for _, p := range problems {
		if p.Severity == diag.Error { // the rest is for those who write: check prints it
			fmt.Fprintln(t.err, p)
		}
	}
	if err != nil {
		return err
	}
	var text bytes.Buffer
	switch c.Format {
	case "markdown":
		err = d.Markdown(&text)
	case "html":
		err = d.HTML(&text)
	case "slack":
		err = d.Slack(&text)
	default:
		err = d.Text(&text)
	}
	if err != nil {
		return err
	}
	if c.IfChanged == "" {
		_, err = t.out.Write(text.Bytes())
		return err
	}
	return c.printIfChanged(t, text.Bytes())
}

// printIfChanged prints a digest unless the file says that it was printed last,
// and writes down that it was.
func (c digestCommand) printIfChanged(t terminal, text []byte) error {
	state := fmt.Sprintf("%x  digest printed last by tribune (SHA-256)\n", sha256.Sum256(text))
	last, err := os.ReadFile(c.IfChanged)
	switch {
	case err == nil && string(last) == state:
		if !c.Quiet {
			fmt.Fprintln(t.err, "nothing has changed since the last digest")
		}
		return nil
	case err == nil && !strings.HasSuffix(string(last), "by tribune (SHA-256)\n"):
		return fmt.Errorf("%s is not what --if-changed wrote; it is left as it is\n\thint: name a file of its own", c.IfChanged)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if _, err := t.out.Write(text); err != nil {
		return err
	}
	return replaceFile(c.IfChanged, []byte(state))
}

// replaceFile writes a file whole, so that a kill leaves the old one or the new.
func replaceFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it has been renamed
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
