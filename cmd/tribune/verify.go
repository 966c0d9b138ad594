package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tribune/generator/diag"
	"tribune/generator/verify"
)

type verifyCommand struct {
	common
	Dir      string `arg:"" optional:"" help:"Folder of a built site. Default: public in the site." type:"path"`
	Previous string `help:"The manifest.json of what is published now: its pages must not be lost." placeholder:"MANIFEST" type:"path"`
	Format   string `help:"How to print problems: text, json or github." enum:"text,json,github" default:"text"`
	FailOn   string `help:"The mildest problem that makes the exit status 1: warning or error." enum:"warning,error" default:"warning"`
}

// errFound stands for problems of a built site that --fail-on names, which are
// printed already.
var errFound = errors.New("something was found")

func (c verifyCommand) Run(ctx context.Context, t terminal) error {
	dir := c.Dir
	if dir == "" {
		dir = filepath.Join(c.Site, "public")
	}
	built, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer built.Close()
	previous, err := c.previous()
	if err != nil {
		return err
	}
	r, err := verify.Site(ctx, built.FS(), previous)
	if err != nil {
		return err
	}
	switch c.Format {
	case "json":
		err = printJSON(t.out, r.Problems)
	case "github":
		err = printGitHub(t.out, r.Problems)
	default:
		printProblems(t.out, r.Problems, false)
	}
	if err != nil {
		return err
	}
	if !c.Quiet && c.Format == "text" {
		fmt.Fprintf(t.err, "%s in %s, %d of them pages, %s\n", counted(r.Problems), count(r.Files, "file", "files"), r.Pages, size(r.Bytes))
	}
	fatal := r.Problems.Count(diag.Error)
	if c.FailOn == "warning" {
		fatal += r.Problems.Count(diag.Warning)
	}
	if fatal > 0 {
		return errFound
	}
	return nil
}

// previous reads the manifest of what is published now; nil if none is named.
func (c verifyCommand) previous() (*verify.Manifest, error) {
	if c.Previous == "" {
		return nil, nil
	}
	f, err := os.Open(c.Previous)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := verify.ReadManifest(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Previous, err)
	}
	return m, nil
}
