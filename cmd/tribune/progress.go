package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A progress tells who waits longer than a second how far a pull is: a bar on a
// terminal, else a line every ten seconds.
type progress struct {
	w        io.Writer
	terminal bool
	next     time.Time // when to show again
	shown    bool      // a bar stands on the line
}

func newProgress(w io.Writer, quiet bool) *progress {
	if quiet {
		w = io.Discard
	}
	p := &progress{w: w, next: time.Now().Add(time.Second)}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// show says that so many SLOs of all are done.
func (p *progress) show(done, all int) {
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	if !p.terminal {
		p.next = now.Add(10 * time.Second)
		fmt.Fprintf(p.w, "%d of %s pulled\n", done, count(all, "SLO", "SLOs"))
		return
	}
	const width = 40
	p.next, p.shown = now.Add(100*time.Millisecond), true
	bar := strings.Repeat("#", done*width/all)
	fmt.Fprintf(p.w, "\r[%-*s] %d of %s pulled", width, bar, done, count(all, "SLO", "SLOs"))
}

// end takes the bar away.
func (p *progress) end() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
