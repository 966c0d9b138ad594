// Command bench measures how much work tribune does, against a floor and
// against others, on corpora that it makes itself:
//
//	go run ./test/bench [-runs 5] [-only PART] [-large] [-dir DIR]
//
// It prints the tables of docs/performance.md. Whole processes are measured,
// from start to end. Times depend on the machine and on what else runs there:
// trust the ratios, each of which is taken within one round.
//
// Hugo and DuckDB are installed into DIR, with the go command and npm. Where they
// cannot be had the tables do without them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// corpora are the sites to measure, by name: each is made in a process of its
// own, of a size that means something else for each.
var corpora = map[string]func(ctx context.Context, dir string, n int) error{
	"postmortems": writePostmortems,
	"history": func(ctx context.Context, dir string, factor int) error {
		return writeHistory(ctx, dir, factor, months)
	},
	"matrix": writeMatrix,
	"sealed": writeSealed,
}

// A part is one comparison.
type part struct {
	name    string
	measure func(ctx context.Context, b *bench) error
}

// parts are measured in this order.
var parts = []part{
	{"example", func(ctx context.Context, b *bench) error { return b.example(ctx) }},
	{"postmortems", func(ctx context.Context, b *bench) error {
		b.withHugo(ctx)
		return errors.Join(b.postmortems(ctx, 1000), b.postmortems(ctx, 10000))
	}},
	{"pull", func(ctx context.Context, b *bench) error { return b.pull(ctx) }},
	{"history", func(ctx context.Context, b *bench) error {
		b.withDuck(ctx)
		err := b.history(ctx, 1)
		if b.large {
			err = errors.Join(err, b.history(ctx, 10))
		}
		return err
	}},
	{"sealed", func(ctx context.Context, b *bench) error { return b.sealed(ctx) }},
	{"matrix", func(ctx context.Context, b *bench) error { return b.matrix(ctx) }},
}

// run measures, or does one of the things that are measured in a process of
// their own.
func run(ctx context.Context, args []string) error {
	switch {
	case len(args) > 2 && args[0] == measured:
		return runMeasured(ctx, args[1], args[2:]...)
	case len(args) == 3 && args[0] == "floor":
		return floor(args[1], args[2], 2)
	case len(args) == 3 && corpora[args[0]] != nil:
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return corpora[args[0]](ctx, args[1], n)
	case len(args) == 2 && args[0] == "sums":
		return sums(args[1])
	}
	var names []string
	for _, p := range parts {
		names = append(names, p.name)
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	runs := flags.Int("runs", 5, "rounds, of which the tables show the medians")
	large := flags.Bool("large", false, "ten times the history as well: 52 million rows")
	only := flags.String("only", "", "measure one part alone: "+strings.Join(names, ", "))
	dir := flags.String("dir", filepath.Join(os.TempDir(), "tribune-bench"), "folder for corpora, programs and sites")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *only != "" && !slices.Contains(names, *only) {
		return fmt.Errorf("-only %s: there is %s", *only, strings.Join(names, ", "))
	}
	b, err := newBench(ctx, *dir, *runs)
	if err != nil {
		return err
	}
	b.large = *large
	for _, p := range parts {
		if *only != "" && *only != p.name {
			continue
		}
		if err := p.measure(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// A bench is a folder to measure in, and the programs to measure.
type bench struct {
	dir     string
	runs    int
	self    string
	tribune string
	large   bool
	hugo    string // "" if it cannot be had
	duck    string // script; "" likewise
}

// newBench builds tribune.
func newBench(ctx context.Context, dir string, runs int) (*bench, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, runs: runs, self: self, tribune: filepath.Join(dir, "tribune")}
	if err := os.MkdirAll(filepath.Join(dir, "duckdb"), 0o777); err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.tribune, "./cmd/tribune").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build, which needs to run at the top of the repository: %w\n%s", err, out)
	}
	return b, nil
}

// withHugo obtains Hugo, if it can be had.
func (b *bench) withHugo(ctx context.Context) {
	var err error
	if b.hugo, err = hugo(ctx, b.dir); err != nil {
		fmt.Printf("Hugo is absent: %v\n\n", err)
		b.hugo = ""
	}
}

// withDuck obtains DuckDB, likewise.
func (b *bench) withDuck(ctx context.Context) {
	var err error
	if b.duck, err = duck(ctx, filepath.Join(b.dir, "duckdb")); err != nil {
		fmt.Printf("DuckDB is absent: %v\n\n", err)
		b.duck = ""
	}
}

// postmortems measures sites of n postmortems and no history.
func (b *bench) postmortems(ctx context.Context, n int) error {
	site := filepath.Join(b.dir, fmt.Sprintf("postmortems-%d", n))
	if err := b.corpus(ctx, site, "postmortems", n); err != nil {
		return err
	}
	public, flat := filepath.Join(site, "public"), filepath.Join(b.dir, "floor-out")
	build := []string{b.tribune, "build", "--quiet", "--site", site}
	edits := 0
	all := []*contender{
		{name: "floor", prepare: clear(flat), command: []string{b.self, "floor", site, flat}, out: flat},
		{name: "tribune, cold", prepare: clear(public, filepath.Join(site, ".tribune")), command: build, out: public},
		{name: "tribune, nothing changed", command: build, out: public},
		{name: "tribune, one file changed", command: build, out: public, prepare: func() error {
			edits++
			text := append(postmortem(0), fmt.Sprintf("\nEdited %d times.\n", edits)...)
			return writeFile(filepath.Join(site, postmortemFile(0)), text)
		}},
		{name: "tribune, a day later", command: append(build, "--as-of", "2026-11-16"), out: public},
	}
	if b.hugo != "" {
		dir := filepath.Join(b.dir, fmt.Sprintf("hugo-%d", n))
		if err := hugoSite(site, dir); err != nil {
			return err
		}
		out := filepath.Join(dir, "public")
		all = append(all,
			&contender{name: "Hugo, cold", prepare: clear(out, filepath.Join(dir, "resources")), dir: dir, command: []string{b.hugo, "--quiet"}, out: out},
			&contender{name: "Hugo, nothing changed", dir: dir, command: []string{b.hugo, "--quiet"}, out: out})
	}
	if err := rounds(ctx, b.runs, all); err != nil {
		return err
	}
	fmt.Printf("### %d postmortems\n\n", n)
	table("", all)
	return nil
}

// clear returns a function that removes folders.
func clear(dirs ...string) func() error {
	return func() error {
		for _, dir := range dirs {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
		}
		return nil
	}
}

// history measures month sums and builds of 300 SLOs, times the factor, over two
// years of hours.
func (b *bench) history(ctx context.Context, factor int) error {
	site := filepath.Join(b.dir, fmt.Sprintf("history-%d", factor))
	if err := b.corpus(ctx, site, "history", factor); err != nil {
		return err
	}
	all := []*contender{{name: "tribune's rows", command: []string{b.self, "sums", site}}}
	if b.duck != "" {
		for _, threads := range []string{"1", "2"} {
			all = append(all, &contender{name: "DuckDB, threads: " + threads, command: []string{"node", b.duck, site, threads}})
		}
	}
	if err := rounds(ctx, b.runs, all); err != nil {
		return err
	}
	for _, c := range all[1:] {
		if got, want := said(c), said(all[0]); got != want {
			return fmt.Errorf("%s sums to %s, tribune to %s", c.name, got, want)
		}
	}
	fmt.Printf("### Month sums of %d SLOs, %d months of hours\n\n", 300*factor, months)
	table("", all)

	public := filepath.Join(site, "public")
	build := []string{b.tribune, "build", "--quiet", "--site", site}
	all = []*contender{
		{name: "build, cold", command: build, out: public, prepare: clear(public, filepath.Join(site, ".tribune"))},
		{name: "build, nothing changed", command: build, out: public},
	}
	if err := rounds(ctx, b.runs, all); err != nil {
		return err
	}
	fmt.Printf("### A site of %d SLOs, %d months of hours\n\n", 300*factor, months)
	table("", all)
	return nil
}

// said is what the contender printed in every round.
func said(c *contender) string {
	lines := map[string]bool{}
	for _, x := range c.costs {
		lines[x.said] = true
	}
	var all []string
	for line := range lines {
		all = append(all, line)
	}
	return strings.Join(all, " and ")
}

// corpus makes a corpus unless it is there, in a process of its own: what this
// one has held at once would count for those that it starts.
func (b *bench) corpus(ctx context.Context, site, kind string, n int) error {
	done := site + ".done"
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	fmt.Fprintln(os.Stderr, "making", site)
	if err := os.RemoveAll(site); err != nil {
		return err
	}
	if _, err := measure(ctx, "", b.self, kind, site, strconv.Itoa(n)); err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o666)
}
