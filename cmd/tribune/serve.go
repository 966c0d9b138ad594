package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"tribune/generator"
	"tribune/generator/diag"
	"tribune/generator/preview"
)

type serveCommand struct {
	buildFlags
	Addr string `help:"Address to listen on." default:"127.0.0.1:8080"`
}

// Run builds the site into a folder of its own, serves it and builds it again
// whenever a file changes, until it is interrupted; then it removes the folder.
// The site's public folder is untouched.
func (c serveCommand) Run(ctx context.Context, t terminal) error {
	dir, err := os.MkdirTemp("", "tribune-serve-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fleeting := c.Out == ""
	if fleeting {
		c.Out = filepath.Join(dir, "public")
	}
	cfg, err := c.config(t)
	if err != nil {
		return err
	}
	cfg.Fleeting = fleeting
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	changes, err := preview.Watch(cfg.Site)
	if err != nil {
		return err
	}
	defer changes.Close()
	b := &rebuilder{cfg: cfg, dir: dir, t: t, quiet: c.Quiet, site: new(preview.Site), changes: make(chan []string)}
	if err := b.build(ctx, nil); err != nil && !errors.Is(err, generator.ErrProblems) {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	watched := make(chan error, 1)
	work.Go(func() { b.run(ctx) })
	work.Go(func() { watched <- changes.Run(ctx, b.changed(ctx)) })
	defer work.Wait()
	defer stop()
	fmt.Fprintf(t.out, "serving http://%s/\n", listener.Addr())
	return serve(ctx, listener, b.site, watched)
}

// serve serves a handler until ctx ends or the files can no longer be watched.
func serve(ctx context.Context, listener net.Listener, h http.Handler, watched <-chan error) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx }, // pages that wait for news are let go
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	var err error
	select {
	case err = <-stopped:
		return err
	case err = <-watched:
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if down := server.Shutdown(grace); down != nil && !errors.Is(down, context.DeadlineExceeded) {
		return down
	}
	return err
}

// A rebuilder keeps what is shown like the files.
type rebuilder struct {
	cfg     generator.Config
	dir     string // for what is built besides the site
	t       terminal
	quiet   bool
	site    *preview.Site
	whole   bool             // a whole site is shown
	memory  generator.Memory // of tribes built alone: all read too much to be kept
	changes chan []string

	mu   sync.Mutex
	stop context.CancelFunc // ends the build that is running
}

// changed returns what is called with files that changed: it ends the build that
// is running, since another is due.
func (b *rebuilder) changed(ctx context.Context) func(files []string) {
	return func(files []string) {
		b.mu.Lock()
		if b.stop != nil {
			b.stop()
		}
		b.mu.Unlock()
		select {
		case b.changes <- files:
		case <-ctx.Done():
		}
	}
}

// run builds again after each change until ctx ends.
func (b *rebuilder) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case files := <-b.changes:
			ctx, stop := context.WithCancel(ctx)
			b.mu.Lock()
			b.stop = stop
			b.mu.Unlock()
			err := b.build(ctx, files)
			runtime.GC() // now, and not while somebody waits for the next build
			if err != nil && ctx.Err() == nil && !errors.Is(err, generator.ErrProblems) {
				fmt.Fprintf(b.t.err, "tribune: %s\n", err)
			}
			stop()
		}
	}
}

// build builds the site after files changed and shows it. If they are one tribe's,
// that tribe is built alone and shown first, which takes its share of the time. If
// it cannot be built, the old site stays and the pages say why.
func (b *rebuilder) build(ctx context.Context, files []string) error {
	begin := time.Now()
	if tribe, ok := oneTribe(files); ok && b.whole && len(b.cfg.Tribes) != 1 {
		debug.SetGCPercent(300) // somebody waits, and a tribe takes little memory
		alone := b.cfg
		alone.Tribes, alone.Out, alone.Beside = []string{tribe}, filepath.Join(b.dir, "tribe-"+tribe), b.cfg.Out
		alone.Fleeting, alone.Memory = true, &b.memory
		alone.Placed = func(r generator.Report) {
			b.site.ShowTribe(tribe, alone.Out, r.Problems)
			b.say("built %s again in %s\n", tribe, time.Since(begin).Round(time.Millisecond))
		}
		if _, err := generator.Build(ctx, alone); err == nil && !rest(ctx) {
			return ctx.Err()
		}
	}
	debug.SetGCPercent(100)
	r, err := generator.Build(ctx, b.cfg)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	printProblems(b.t.err, r.Problems, b.quiet)
	if err != nil {
		b.site.Fail(r.Problems, err)
		if b.whole && r.Problems.Count(diag.Error) > 0 {
			b.say("%s; the site stays as it was\n", counted(r.Problems))
		}
		return err
	}
	b.site.Show(b.cfg.Out, r.Problems)
	b.whole = true
	if files != nil {
		b.say("built the site again in %s\n", time.Since(begin).Round(time.Millisecond))
	}
	return nil
}

// breath is how long a page that loads itself again has the machine to itself
// before the rest of the site is built.
const breath = 400 * time.Millisecond

// rest waits for a breath; it reports whether ctx lets it.
func rest(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(breath):
		runtime.GC() // what the tribe's build left, and the whole's would come on top of
		return true
	}
}

func (b *rebuilder) say(format string, args ...any) {
	if !b.quiet {
		fmt.Fprintf(b.t.err, format, args...)
	}
}

// oneTribe returns the tribe whose postmortems and comments all of the files are,
// if it is one.
func oneTribe(files []string) (tribe string, ok bool) {
	for _, f := range files {
		parts := strings.Split(f, "/")
		of := ""
		switch {
		case len(parts) >= 4 && strings.HasPrefix(f, "content/postmortems/"):
			of = parts[2]
		case len(parts) == 4 && strings.HasPrefix(f, "content/scorecards/"):
			of = strings.TrimSuffix(parts[3], ".md")
		}
		if of == "" || tribe != "" && of != tribe {
			return "", false
		}
		tribe = of
	}
	return tribe, tribe != ""
}
