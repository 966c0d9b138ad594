package source

import (
	"strings"
	"testing"
	"time"

	"tribune/generator/promql"
)

func TestAWindowOverlapsByAScrapeIntervalAndIsScaledBack(t *testing.T) {
	const hour, scrape = time.Hour, 30 * time.Second
	scaled := 3600.0 / 3630
	for _, c := range []struct {
		query, counts string
		how           Increase
		want          string
		factor        float64
	}{
		{`sum(increase(x[{{.window}}]))`, "", Overlap, `sum(increase(x[3629999ms]))`, scaled},
		{`sum(increase(x[{{ .window }}]))`, "increase", Overlap, `sum(increase(x[3629999ms]))`, scaled},
		{`sum(rate(x[{{.window}}]))`, "", Overlap, `sum(rate(x[3629999ms]))`, 3600},
		{`sum by (service) (rate(x{p="}\"("}[{{.window}}] offset 5m))`, "", Overlap, `sum by (service) (rate(x{p="}\"("}[3629999ms] offset 5m))`, 3600},
		{`increase(x[{{.window}}]) - increase(y[{{.window}}])`, "", Overlap, `increase(x[3629999ms]) - increase(y[3629999ms])`, scaled},

		// A rate that was multiplied by hand is what its author says it is.
		{`sum(rate(x[{{.window}}])) * 3600`, "increase", Overlap, `sum(rate(x[3629999ms])) * 3600`, 1},
		// A ratio does not grow with its window.
		{`sum(increase(x[{{.window}}])) / sum(increase(y[{{.window}}]))`, "rate", Overlap, `sum(increase(x[3629999ms])) / sum(increase(y[3629999ms]))`, 3600},

		// A sample lies in one bucket only.
		{`sum(sum_over_time(up[{{.window}}]))`, "", Overlap, `sum(sum_over_time(up[3599999ms]))`, 1},
		{`count_over_time((x > 0)[{{.window}}:1m])`, "", Overlap, `count_over_time((x > 0)[3599999ms:1m])`, 1},
		{`sum_over_time(rate(x[5m])[{{.window}}:5m])`, "", Overlap, `sum_over_time(rate(x[5m])[3599999ms:5m])`, 1},
		{`avg_over_time(up[{{.window}}])`, "rate", Overlap, `avg_over_time(up[3599999ms])`, 3600},

		// Some servers count an increase exactly.
		{`sum(increase(x[{{.window}}]))`, "", Exact, `sum(increase(x[3600000ms]))`, 1},
		{`sum(rate(x[{{.window}}]))`, "", Exact, `sum(rate(x[3600000ms]))`, 3600},
		{`sum(increase(x[{{.window}}] offset 1d))`, "", Anchored, `sum(increase(x[3600000ms] anchored offset 1d))`, 1},
		{`sum_over_time(up[{{.window}}])`, "", Anchored, `sum_over_time(up[3599999ms])`, 1},

		// Series that were recorded are asked as they are.
		{`job:requests:increase{{.window}}`, "increase", Overlap, `job:requests:increase1h`, 1},
		{`job:requests:rate5m`, "rate", Overlap, `job:requests:rate5m`, 3600},
		{"# increase(\nsum(increase(x[{{.window}}]))", "", Overlap, "# increase(\nsum(increase(x[3629999ms]))", scaled},
	} {
		f, err := fill(c.query, c.counts, hour, scrape, c.how)
		if err != nil {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		if f.text != c.want || f.factor != c.factor {
			t.Errorf("%s counting %q, %s:\n got %s times %v\nwant %s times %v", c.query, c.counts, c.how, f.text, f.factor, c.want, c.factor)
		}
	}
}

func TestAQueryThatDoesNotSayWhatItCountsIsRefused(t *testing.T) {
	for _, query := range []string{
		`job:requests:increase1h`,
		`sum(increase(x[1h]))`,
		`avg_over_time(up[{{.window}}])`,
		`rate(x[{{.window}}]) + increase(x[{{.window}}])`,
		`label_replace(up, "a", "{{.window}}", "", "increase(")`,
		`x[{{.window}}]`,
	} {
		_, err := fill(query, "", time.Hour, time.Minute, Overlap)
		f := asFault(err)
		if f == nil || f.Kind != BadQuery || !strings.Contains(f.Hint, "counts") {
			t.Errorf("%s: %v; want a fault whose hint names counts", query, err)
		}
	}
}

func TestAQueryWithAnOpenBracketIsNotAsked(t *testing.T) {
	for query, want := range map[string]string{
		`sum(increase(x[{{.window}}])`: "the parenthesis ( is not closed: sum(increase(x[{{.window}}])",
		`"{{.window}}`:                 `the quote " is not closed: "{{.window}}`,
	} {
		_, err := fill(query, "increase", time.Hour, time.Minute, Overlap)
		if f := asFault(err); f == nil || f.Kind != BadQuery || f.Message != want {
			t.Errorf("%s: %v; want %s", query, err, want)
		}
	}
}

func FuzzFill(f *testing.F) {
	f.Add(`sum by (a) (increase(x{b="c\"[{{.window}}"}[{{.window}}]))`)
	f.Add("`{{.window}}#'[{{.window}}:1m]")
	f.Fuzz(func(t *testing.T, query string) {
		for _, how := range []Increase{Overlap, Exact, Anchored} {
			for _, counts := range []string{"", "increase", "rate"} {
				filled, err := fill(query, counts, time.Hour, time.Minute, how)
				if err == nil && (strings.Contains(promql.Plain(filled.text), promql.Window) && !strings.Contains(query, "{{{") || !(filled.factor > 0)) {
					t.Errorf("%q became %q times %v", query, filled.text, filled.factor)
				}
			}
		}
	})
}
