package promql

import "testing"

func TestWhatAQueryCounts(t *testing.T) {
	for query, want := range map[string]string{
		`sum(rate(x[{{.window}}]))`:                                       Rate,
		`sum(irate(x[{{.window}}]))`:                                      Rate,
		`sum(increase(x[{{.window}}]))`:                                   Increase,
		`increase_pure(x[{{.window}}])`:                                   Increase,
		`count_over_time(x[{{.window}}]) - sum_over_time(x[{{.window}}])`: Increase,
		`sum_over_time(rate(x[5m])[{{.window}}:5m])`:                      Increase,
		`sum_over_time((x > 0)[{{.window}}:1m])`:                          Increase,
		`avg_over_time(x[{{.window}}])`:                                   "no function such as increase takes {{.window}}",
		`increase(x[1h])`:                                                 "no function such as increase takes {{.window}}",
		`x[{{.window}}]`:                                                  "no function such as increase takes {{.window}}",
		`up`:                                                              "no function such as increase takes {{.window}}",
		`rate(x[{{.window}}]) + increase(x[{{.window}}])`:                 "it uses both increase and rate",
	} {
		ranges, err := Ranges(query)
		if err != nil {
			t.Fatal(err)
		}
		counts, why := Counts(ranges)
		if got := counts + why; got != want {
			t.Errorf("%s counts %q, want %q", query, got, want)
		}
	}
}
