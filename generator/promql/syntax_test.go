package promql

import "testing"

func TestWhatPrometheusCannotReadIsSaidWithItsPlace(t *testing.T) {
	for query, want := range map[string]string{
		`sum(rate(x{code=~"5.."}[{{.window}}])) / sum(rate(x[{{.window}}] offset 5m))`: "",
		`errors:ratio_rate{{.window}}{sloth_id="a-b"}`:                                 "",
		`increase(x[{{.window}}] anchored)`:                                            "",
		`max_over_time(x[{{.window}}:1m])`:                                             "",
		`{"http.requests"}`:                                                            "",

		``:                                     "1:1: no expression found in input",
		`sum(rate(x[{{.window}}])`:             "1:25: unclosed left parenthesis",
		"sum(\n  rate(x{a=b}[{{.window}}])\n)": "2:12: unexpected identifier \"b\" in label matching, expected string",
		`rate(x)`:                              `1:6: expected type range vector in call to function "rate", got instant vector`,
		`rat(x[{{.window}}])`:                  `1:1: unknown function with name "rat"`,
		`x[{{.window}}] + 1`:                   "1:1: binary expression must contain only scalar and instant vector types",
		`default_rollup(x[{{.window}}])`:       `1:1: unknown function with name "default_rollup"`,
	} {
		got := ""
		if err := Syntax(query); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s:\n got %q\nwant %q", query, got, want)
		}
	}
}
