// Command tribune makes reliability reports: it keeps SLI history, reads
// postmortems, and renders a static site with a scorecard a month for each
// tribe. See docs/ for a page on each command.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"tribune/generator"
	"tribune/generator/publish"
)

// Exit statuses, as scripts may rely on them.
const (
	exitDone     = 0
	exitFailed   = 1 // file, network or server
	exitUsage    = 2
	exitProblems = 3 // in what people wrote
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// common are the flags of every command.
type common struct {
	Site  string `help:"Folder of the site." default:"." placeholder:"DIR" type:"path"`
	Quiet bool   `help:"Print no progress and no summary."`
}

// A terminal is where a command writes: results to out, all else to err.
type terminal struct {
	out, err io.Writer
}

type commands struct {
	Init       initCommand       `cmd:"" help:"Make a new site, ready to build."`
	New        newCommand        `cmd:"" help:"Begin something new."`
	Import     importCommand     `cmd:"" help:"Store SLI history from CSV files."`
	Pull       pullCommand       `cmd:"" help:"Ask the sources for SLI history and store it."`
	Check      checkCommand      `cmd:"" help:"Check everything people wrote."`
	Build      buildCommand      `cmd:"" help:"Make the site."`
	Assemble   assembleCommand   `cmd:"" help:"Make the whole site of what builds of single tribes wrote."`
	Verify     verifyCommand     `cmd:"" help:"Check a built site, as its readers will find it."`
	Publish    publishCommand    `cmd:"" help:"Make a folder, a branch of git or a bucket hold the built site."`
	Status     statusCommand     `cmd:"" help:"Say whether a published site is whole and fresh."`
	Digest     digestCommand     `cmd:"" help:"Print a month in short."`
	Seal       sealCommand       `cmd:"" help:"Issue closed months, so that their figures stand."`
	Serve      serveCommand      `cmd:"" help:"Build and show the site on this machine."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
	Completion completionCommand `cmd:"" help:"Print a script that lets a shell complete commands, flags and names."`
}

// errUsage marks a command line that asks for what cannot be.
var errUsage = errors.New("usage")

// run is the whole command; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var c commands
	helped := false
	parser, err := kong.New(&c,
		kong.Name("tribune"),
		kong.Description("Reliability reports as a static site: error budgets, scorecards, postmortems."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(int) { helped = true; panic(helpShown{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(terminal{stdout, stderr}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "tribune:", err)
		return exitFailed
	}
	if len(args) > 1 && args[0] == completeWord {
		complete(parser.Model.Node, args[1], args[2:], stdout)
		return exitDone
	}
	k, err := parse(parser, args, &helped)
	switch {
	case helped:
		return exitDone
	case err != nil:
		fmt.Fprintf(stderr, "tribune: %s\n\thint: tribune --help lists the commands and flags\n", err)
		return exitUsage
	}
	return status(k.Run(), stderr)
}

// helpShown unwinds kong, whose help does not return.
type helpShown struct{}

func parse(p *kong.Kong, args []string, helped *bool) (k *kong.Context, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(helpShown); !ok {
				panic(r)
			}
		}
	}()
	return p.Parse(args)
}

// status prints an error, unless its problems are printed already, and returns
// the exit status for it.
func status(err error, stderr io.Writer) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, generator.ErrProblems):
		return exitProblems
	case errors.Is(err, errFound), errors.Is(err, generator.ErrRefused):
		return exitFailed
	case errors.Is(err, errUsage), errors.Is(err, generator.ErrTribe), errors.Is(err, generator.ErrService), errors.Is(err, generator.ErrTarget), errors.Is(err, publish.ErrAddress):
		fmt.Fprintf(stderr, "tribune: %s\n", err)
		return exitUsage
	}
	fmt.Fprintf(stderr, "tribune: %s\n", err)
	return exitFailed
}
