package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// The organisation that the matrix is measured with.
const (
	matrixTribes      = 50
	matrixServices    = 3  // of a tribe, with two SLOs each
	matrixPostmortems = 20 // of a tribe
)

func matrixTribe(t int) string { return fmt.Sprintf("tribe-%02d", t) }

// writeMatrix makes a site of so many tribes, each with six SLOs, 24 closed months
// of their hours, and 20 postmortems.
func writeMatrix(ctx context.Context, dir string, tribes int) error {
	site := fmt.Sprintf("title = \"Bench\"\nbase_url = \"https://bench.example/\"\ntime_zone = \"Europe/Berlin\"\nresolution = \"1h\"\nas_of = %s\n", asOf)
	if err := writeFile(filepath.Join(dir, "data", "site.toml"), []byte(site)); err != nil {
		return err
	}
	var ids []string
	for t := range tribes {
		var b bytes.Buffer
		fmt.Fprintf(&b, "name = \"Tribe %02d\"\n[[squads]]\nid = \"squad\"\nname = \"Squad\"\n", t)
		for s := range matrixServices {
			fmt.Fprintf(&b, "[[services]]\nid = \"service-%d\"\nname = \"Service %[1]d\"\nsquad = \"squad\"\n", s)
			for _, key := range []string{"availability", "latency"} {
				fmt.Fprintf(&b, "[[services.slos]]\nid = %q\ntitle = \"Requests answered\"\nobjective = \"99.9%%\"\nwindow = \"month\"\n", key)
				ids = append(ids, fmt.Sprintf("%s/service-%d/%s", matrixTribe(t), s, key))
			}
		}
		if err := writeFile(filepath.Join(dir, "data", "tribes", matrixTribe(t)+".toml"), b.Bytes()); err != nil {
			return err
		}
		for p := range matrixPostmortems {
			i := t*matrixPostmortems + p
			name := filepath.Join(dir, "content", "postmortems", matrixTribe(t), fmt.Sprintf("incident-%05d.md", i))
			if err := writeFile(name, postmortem(i)); err != nil {
				return err
			}
		}
	}
	return writeHours(ctx, dir, ids, months)
}

// matrix measures an organisation of 50 tribes as one build, and as one job a
// tribe with one that assembles. Each job begins without a cache, as it does on a
// machine of its own. That both give the same bytes is held here too.
func (b *bench) matrix(ctx context.Context) error {
	site := filepath.Join(b.dir, "matrix")
	if err := b.corpus(ctx, site, "matrix", matrixTribes); err != nil {
		return err
	}
	cache, public, built := filepath.Join(site, ".tribune"), filepath.Join(site, "public"), filepath.Join(b.dir, "matrix-built")
	job := func(t int) []string {
		return []string{b.tribune, "build", "--quiet", "--site", site, "--tribe", matrixTribe(t), "--out", filepath.Join(built, matrixTribe(t))}
	}
	assembled := filepath.Join(b.dir, "matrix-assembled")
	assemble := []string{b.tribune, "assemble", "--quiet", "--site", site, "--out", assembled}
	if err := clear(built)(); err != nil {
		return err
	}
	for t := range matrixTribes {
		fmt.Fprintln(os.Stderr, "building", matrixTribe(t))
		if _, err := measure(ctx, "", job(t)...); err != nil {
			return err
		}
		assemble = append(assemble, filepath.Join(built, matrixTribe(t)))
	}
	all := []*contender{
		{name: "one build of all", prepare: clear(public, cache), command: []string{b.tribune, "build", "--quiet", "--site", site}, out: public},
		{name: "one job of the matrix", prepare: clear(filepath.Join(built, matrixTribe(0)), cache), command: job(0), out: filepath.Join(built, matrixTribe(0))},
		{name: "assemble", prepare: clear(assembled), command: assemble, out: assembled},
	}
	if err := rounds(ctx, b.runs, all); err != nil {
		return err
	}
	for _, name := range []string{"manifest.json", "index.html"} {
		one, err := os.ReadFile(filepath.Join(public, name))
		if err != nil {
			return err
		}
		other, err := os.ReadFile(filepath.Join(assembled, name))
		if err != nil {
			return err
		}
		if !bytes.Equal(one, other) {
			return fmt.Errorf("%s of the matrix is not that of one build", name)
		}
	}
	fmt.Printf("### An organisation of %d tribes\n\n", matrixTribes)
	table("", all)
	return nil
}
