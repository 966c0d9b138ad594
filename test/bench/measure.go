package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A cost is what one process took, from its start to its end.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes of memory at once
	written   int64 // bytes of its output; 0 if it has none
	said      string
}

// A contender is a program that does one of the things which are compared.
type contender struct {
	name    string
	prepare func() error    // before each run, and not measured; may be nil
	command []string        // what is measured
	dir     string          // where it runs; "" is here
	out     string          // folder that it writes; "" if none
	costs   map[string]cost // by run, once measured
	// whileUp is what is done with a server before it is interrupted; nil if
	// the program ends by itself.
	whileUp func(ctx context.Context, address string) error
}

// rounds runs every contender once in each round, one after another, so that
// what else the machine does falls on all of them.
func rounds(ctx context.Context, n int, all []*contender) error {
	for round := range n {
		for _, c := range all {
			fmt.Fprintf(os.Stderr, "round %d of %d: %s\n", round+1, n, c.name)
			if c.prepare != nil {
				if err := c.prepare(); err != nil {
					return fmt.Errorf("%s: %w", c.name, err)
				}
			}
			spent, err := c.measure(ctx)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if c.out != "" {
				if spent.written, err = sizeOf(c.out); err != nil {
					return err
				}
			}
			if c.costs == nil {
				c.costs = map[string]cost{}
			}
			c.costs[fmt.Sprint(round)] = spent
		}
	}
	return nil
}

func (c *contender) measure(ctx context.Context) (cost, error) {
	if c.whileUp != nil {
		return measureServer(ctx, c.whileUp, c.command...)
	}
	return measure(ctx, c.dir, c.command...)
}

// measure runs a program to its end, by a process of ours that does nothing else: a
// program begins with the peak of memory of the process that started it, and this one
// may have made a corpus or been a server.
func measure(ctx context.Context, dir string, command ...string) (cost, error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	told, err := os.CreateTemp("", "cost-*")
	if err != nil {
		return cost{}, err
	}
	told.Close()
	defer os.Remove(told.Name())
	cmd := exec.CommandContext(ctx, self, slices.Concat([]string{measured, told.Name()}, command)...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%w\n%s", err, errs.String())
	}
	var t tally
	text, err := os.ReadFile(told.Name())
	if err == nil {
		err = json.Unmarshal(text, &t)
	}
	return cost{wall: t.Wall, cpu: t.CPU, peak: t.Peak, said: strings.TrimSpace(out.String())}, err
}

// measured begins the arguments of the process that runs a program for measure.
const measured = "measured"

// A tally is what that process writes down.
type tally struct {
	Wall, CPU time.Duration
	Peak      int64
}

// runMeasured runs a program and writes what it took into a file.
func runMeasured(ctx context.Context, file string, command ...string) error {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	c := costOf(cmd, time.Since(began))
	text, err := json.Marshal(tally{c.wall, c.cpu, c.peak})
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o666)
}

// costOf returns what a program took that has ended.
func costOf(cmd *exec.Cmd, wall time.Duration) cost {
	p := cmd.ProcessState
	return cost{wall: wall, cpu: p.UserTime() + p.SystemTime(), peak: peakOf(p)}
}

// sizeOf returns the bytes of all files below a folder.
func sizeOf(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}

// median returns the middle of what the rounds gave.
func median[T cmp.Ordered](c *contender, of func(cost) T) T {
	var all []T
	for _, x := range c.costs {
		all = append(all, of(x))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// ratio returns the middle of the ratios of two contenders' times, each taken
// within one round.
func ratio(c, to *contender, of func(cost) time.Duration) float64 {
	var all []float64
	for round, x := range c.costs {
		all = append(all, float64(of(x))/float64(of(to.costs[round])))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func wall(c cost) time.Duration { return c.wall }
func cpu(c cost) time.Duration  { return c.cpu }

// table prints the contenders as Markdown, with ratios of times to the first.
func table(head string, all []*contender) {
	first := all[0]
	fmt.Printf("| %s | wall s | CPU s | peak MiB | output MB | wall, of %s | CPU, of %s |\n|---|---:|---:|---:|---:|---:|---:|\n", head, first.name, first.name)
	for _, c := range all {
		written := "–"
		if c.out != "" {
			written = fmt.Sprintf("%.0f", float64(median(c, func(x cost) int64 { return x.written }))/1e6)
		}
		fmt.Printf("| %s | %.2f | %.2f | %d | %s | %s | %s |\n", c.name,
			median(c, wall).Seconds(), median(c, cpu).Seconds(), median(c, func(x cost) int64 { return x.peak })>>20,
			written, times(ratio(c, first, wall)), times(ratio(c, first, cpu)))
	}
	fmt.Println()
}

// times writes a ratio with two digits that count.
func times(r float64) string {
	if r < 1 {
		return fmt.Sprintf("%.2g ×", r)
	}
	return fmt.Sprintf("%.1f ×", r)
}
