package promql

import (
	"errors"
	"fmt"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// everything lets the parser read what Prometheus must be told to.
var everything = parser.NewParser(parser.Options{
	EnableExperimentalFunctions:  true,
	ExperimentalDurationExpr:     true,
	EnableExtendedRangeSelectors: true,
	EnableBinopFillModifiers:     true,
})

// filled is a range as long as Window is, so that places after it stay right.
var filled = strings.Repeat("0", len(Window)-2) + "1h"

// Syntax returns why Prometheus cannot read a plain query, with the line and
// column in the query, or nil. VictoriaMetrics reads more.
func Syntax(query string) error {
	_, err := everything.ParseExpr(strings.ReplaceAll(query, Window, filled))
	if all, ok := errors.AsType[parser.ParseErrors](err); ok && len(all) > 0 {
		e := all[0]
		at := min(int(e.PositionRange.Start), len(query))
		line := strings.Count(query[:at], "\n") + 1
		column := at - strings.LastIndexByte(query[:at], '\n')
		text := strings.ReplaceAll(e.Err.Error(), filled, Window)
		return fmt.Errorf("%d:%d: %s", line, column, text)
	}
	return err
}
