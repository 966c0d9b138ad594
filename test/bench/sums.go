package main

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"tribune/generator/history"
	"tribune/generator/slo"
)

// sums reads the sums of every SLO and month from the rows of a site's history
// and prints how many there are and their total. Opened under another name of
// the zone, the store does not trust the sums that its files hold.
func sums(site string) error {
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		return err
	}
	store, problems, err := history.Open(filepath.Join(site, "data", "history"), zone)
	if err != nil || len(problems) > 0 {
		return fmt.Errorf("%v %v", err, problems)
	}
	n, all := 0, slo.Tally{}
	for _, m := range store.Months() {
		totals, err := store.Totals(m, nil)
		if err != nil {
			return err
		}
		n += len(totals)
		for _, id := range slices.Sorted(maps.Keys(totals)) {
			all = all.Plus(totals[id].Tally)
		}
	}
	fmt.Println(n, int64(all.Bad()), int64(all.Total))
	return nil
}

// duckVersion is of the npm package @duckdb/node-api, which brings DuckDB along.
const duckVersion = "1.5.6-r.1"

//go:embed sums.mjs
var duckSums []byte

// duck installs DuckDB with npm, unless it is in the folder already, and returns
// the script that reads month sums with it.
func duck(ctx context.Context, dir string) (script string, err error) {
	script = filepath.Join(dir, "sums.mjs")
	if err := writeFile(script, duckSums); err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@duckdb", "node-api")); err == nil {
		return script, nil
	}
	fmt.Fprintln(os.Stderr, "installing DuckDB", duckVersion)
	cmd := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--ignore-scripts", "--no-fund", "--no-audit", "@duckdb/node-api@"+duckVersion)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %.200s", err, out)
	}
	return script, nil
}
