// Command bench measures how much work tribune does, against a floor and
// against others, on corpora that it makes itself:
//
//	go run ./test/bench
//
// It prints the tables of docs/performance.md. Times depend on the machine and
// on what else runs there; ratios of one run are to be trusted more.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 3 && args[0] == "floor":
		return floor(args[1], args[2], 2)
	case len(args) == 3 && args[0] == "postmortems":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return writePostmortems(args[1], n)
	case len(args) == 3 && args[0] == "history":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		return writeHistory(ctx, args[1], n)
	}
	return fmt.Errorf("usage: bench floor SITE OUT | postmortems DIR N | history DIR FACTOR")
}
