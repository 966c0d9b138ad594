package spec

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
		ranges, err := spans(query)
		got := ""
		for i, s := range ranges {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprintf("%s of %s", s.length, s.of)
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
		if got := isSelector(query); got != want {
			t.Errorf("isSelector(%q) = %v", query, got)
		}
	}
}

func TestWhatAQueryCounts(t *testing.T) {
	for query, want := range map[string]string{
		`sum(rate(x[{{.window}}]))`:                                       "rate",
		`sum(irate(x[{{.window}}]))`:                                      "rate",
		`sum(increase(x[{{.window}}]))`:                                   "increase",
		`count_over_time(x[{{.window}}]) - sum_over_time(x[{{.window}}])`: "increase",
		`sum_over_time(rate(x[5m])[{{.window}}:5m])`:                      "increase",
		`avg_over_time(x[{{.window}}])`:                                   "",
		`rate(x[{{.window}}]) + increase(x[{{.window}}])`:                 "",
		`up`: "",
	} {
		ranges, err := spans(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := countsOf(ranges); got != want {
			t.Errorf("%s counts %q, want %q", query, got, want)
		}
	}
}

// A comment must not swallow the parenthesis that we add.
func TestACommentInAQueryStaysOne(t *testing.T) {
	got := present("a / b # the share")
	if want := "(\na / b # the share\n) >= bool -Inf"; got != want {
		t.Errorf("present = %q, want %q", got, want)
	}
}

func TestBareCountersAreCounted(t *testing.T) {
	for query, want := range map[string]string{
		`x_total{a="b"}`:           `sum(increase(x_total{a="b"}[{{.window}}]))`,
		`sum(x_total)`:             `sum(increase(x_total[{{.window}}]))`,
		"sum by (a) (\n x_total )": `sum by (a) (increase(x_total[{{.window}}]))`,
		`sum(x) + sum(y)`:          ``,
		`max(x_total)`:             ``,
	} {
		if got, ok := counted(query); got != want || ok != (want != "") {
			t.Errorf("counted(%q) = %q, %v; want %q", query, got, ok, want)
		}
	}
}
