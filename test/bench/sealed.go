package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"tribune/generator"
)

// writeSealed makes a site of 300 SLOs with the given number of closed months,
// all of them sealed, and the hours that they were sealed from.
func writeSealed(ctx context.Context, dir string, months int) error {
	if err := writeHistory(ctx, dir, 1, months); err != nil {
		return err
	}
	issued, err := time.Parse(time.RFC3339, asOf)
	if err != nil {
		return err
	}
	done, problems, err := generator.Seal(ctx, dir, generator.Sealing{AsOf: issued})
	if err == nil && len(done) != months*tribes {
		err = fmt.Errorf("%d scorecards were sealed, not %d months of %d tribes", len(done), months, tribes)
	}
	if err != nil {
		return fmt.Errorf("%w\n%v", err, problems)
	}
	return nil
}

// Months of two sites of 300 SLOs: a year of sealed months, and ten.
const (
	young = 12
	old   = 120
)

// sealed measures whether a site of ten years costs more than one of a year: its
// old months are sealed, and need no hours. The ratio is that of the old site to
// the young one, in one round.
func (b *bench) sealed(ctx context.Context) error {
	var cold, later []*contender
	for _, n := range []int{young, old} {
		site := filepath.Join(b.dir, fmt.Sprintf("sealed-%d", n))
		if err := b.corpus(ctx, site, "sealed", n); err != nil {
			return err
		}
		public := filepath.Join(site, "public")
		build := []string{b.tribune, "build", "--quiet", "--site", site}
		cold = append(cold, &contender{
			name: fmt.Sprintf("%d months, cold", n), command: build, out: public, prepare: clear(public, filepath.Join(site, ".tribune")),
		})
		days := 0
		later = append(later, &contender{
			name: fmt.Sprintf("%d months, a day later", n), out: public, command: slices.Concat(build, []string{"--as-of", ""}),
		})
		c := later[len(later)-1]
		c.prepare = func() error { // each round is a day of its own: of the same day nothing would be built
			days++
			c.command[len(c.command)-1] = fmt.Sprintf("2026-11-%d", 15+days)
			return nil
		}
	}
	for _, all := range [][]*contender{cold, later} {
		if err := rounds(ctx, b.runs, all); err != nil {
			return err
		}
		fmt.Print("### Sealed months of 300 SLOs\n\n")
		table("", all)
	}
	return nil
}
