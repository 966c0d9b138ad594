package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// A progress tells who waits longer than a second how far a command is: a bar on
// a terminal, else a line every ten seconds.
type progress struct {
	one, many, done string // what is counted, and what becomes of it

	mu       sync.Mutex
	w        io.Writer
	terminal bool
	next     time.Time // when to show again
	shown    bool      // a bar stands on the line
}

func newProgress(w io.Writer, quiet bool, one, many, done string) *progress {
	if quiet {
		w = io.Discard
	}
	p := &progress{one: one, many: many, done: done, w: w, next: time.Now().Add(time.Second)}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// show says that so many of all are done. It may be called from several
// goroutines.
func (p *progress) show(done, all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Before(p.next) {
		return
	}
	if !p.terminal {
		p.next = now.Add(10 * time.Second)
		fmt.Fprintf(p.w, "%d of %s %s\n", done, count(all, p.one, p.many), p.done)
		return
	}
	const width = 40
	p.next, p.shown = now.Add(100*time.Millisecond), true
	bar := strings.Repeat("#", done*width/all)
	fmt.Fprintf(p.w, "\r[%-*s] %d of %s %s", width, bar, done, count(all, p.one, p.many), p.done)
}

// end takes the bar away.
func (p *progress) end() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
