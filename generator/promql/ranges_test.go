package promql

import (
	"fmt"
	"testing"
)

func TestRangesOfAQuery(t *testing.T) {
	for query, want := range map[string]string{
		`up`:                          ``,
		`rate(x[5m])`:                 `5m of rate`,
		`sum by (job) (rate (x[1h]))`: `1h of rate`,
		`sum(rate(a{p="[1m]"}[{{.window}}])) / sum(increase(b['2m':]))`: `{{.window}} of rate, '2m' of increase`,
		`sum_over_time((count(x < 0.5))[{{.window}}:1m])`:               `{{.window}} of sum_over_time`,
		"rate(x[5m]) # and (more[":                                      `5m of rate`,
		"max_over_time(rate(x{a=`}`, b='\\'}'}[ 5m ])[1h:])":            `5m of rate, 1h of max_over_time`,
		`(x[5m])`:                      `5m of `,
		`x[5m]`:                        `5m of `,
		`rate(x[5m]`:                   `the parenthesis ( is not closed`,
		`rate(x[5m]))`:                 `the parenthesis ) closes none`,
		`rate(x[5m`:                    `the bracket [ is not closed`,
		`rate(x{a="b"[5m])`:            `the brace { is not closed`,
		`rate(x{a="b}[5m])`:            `the brace { is not closed`,
		`label_replace(x, "a)`:         `the quote " is not closed`,
		`x}`:                           `the } closes none`,
		`x offset {{.window}} + y[5m]`: `5m of `,
	} {
		ranges, err := Ranges(query)
		got := ""
		for i, r := range ranges {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprintf("%s of %s", r.Length, r.Func)
		}
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s has ranges %q, want %q", query, got, want)
		}
	}
}

func TestSelectors(t *testing.T) {
	for query, want := range map[string]bool{
		`up`: true, `up{}`: true, ` up { job = "a" } `: true, `{__name__=~"a|b"}`: true, `job:up:rate5m{a="}"}`: true,
		``: false, `{}`: false, `up{`: false, `up[5m]`: false, `sum(up)`: false, `a + b`: false, `up{a="b"} or x`: false, `5`: false,
	} {
		if got := IsSelector(query); got != want {
			t.Errorf("IsSelector(%q) = %v", query, got)
		}
	}
}
