package recipes

import (
	"fmt"
	"strings"
	"testing"
)

// The query of the manual finds the worst hours that another way of asking finds,
// in the example's history.
func TestTheQueryOfTheManualFindsTheWorstHours(t *testing.T) {
	got := strings.Split(strings.TrimSpace(duck(t, repository, recipe(t, "A question to the history", "sql")[0])), "\n")
	if len(got) != 10 {
		t.Fatalf("%d rows:\n%s", len(got), strings.Join(got, "\n"))
	}
	for _, row := range got {
		f := strings.Fields(row) // slo, month, day, time, share
		want := strings.TrimSpace(duck(t, repository, fmt.Sprintf(`
			select round(max(bad) / (sum(total) / 1000), 3), count(*) filter (time = '%s %s+00' and bad = (
				select max(bad) from 'data/history/*.parquet' where slo = '%[3]s' and strftime(time at time zone 'UTC', '%%Y-%%m') = '%[4]s'))
			from 'data/history/*.parquet' where slo = '%[3]s' and strftime(time at time zone 'UTC', '%%Y-%%m') = '%[4]s'`, f[2], f[3], f[0], f[1])))
		if want != f[4]+" 1" {
			t.Errorf("%s: asked otherwise, it is %s", row, want)
		}
	}
}

// Events in Parquet are counted by DuckDB with the query of the manual, pulled, and
// held by tribune as they were: also an hour without any, and one that came late.
func TestCountsOfAnEngineBecomeHistory(t *testing.T) {
	dir := t.TempDir()
	_, source, _ := strings.Cut(recipe(t, "Counts from an engine", "toml")[0], "\n")
	write(t, dir, map[string]string{
		"data/site.toml":            "title = \"Acme\"\ntime_zone = \"Europe/Berlin\"\nresolution = \"1h\"\n" + source,
		"data/tribes/payments.toml": "name = \"Payments\"\n",
	})
	tribe := "name = \"Payments\"\n"
	for _, s := range []string{"checkout", "refunds"} {
		tribe += "[[services]]\nid = \"" + s + "\"\nname = \"" + s + "\"\n[[services.slos]]\nid = \"availability\"\ntitle = \"Answered\"\nobjective = \"99.9%\"\n"
	}
	write(t, dir, map[string]string{"data/tribes/payments.toml": tribe, "incoming/.keep": ""})
	// 20,000 requests in three days of January 2025; refunds rest from 10 to 12 o'clock on the second.
	events := `select case when hash(i) % 3 = 0 then 'refunds' else 'checkout' end as service,
		timestamp '2025-01-01 00:00:00' + to_seconds((hash(i * 7) % 259200)::bigint) as ts,
		case when hash(i * 11) % 50 = 0 then 503 when hash(i * 13) % 20 = 0 then 404 else 200 end as status
		from range(20000) t(i)`
	resting := " where not (service = 'refunds' and ts >= '2025-01-02 10:00' and ts < '2025-01-02 12:00')"
	night := func(more string) {
		duck(t, dir, "copy (select * from ("+events+")"+resting+more+") to 'requests.parquet'")
		duck(t, dir, recipe(t, "Counts from an engine", "sql")[0])
		must(t, dir, recipe(t, "Counts from an engine", "sh")[0])
	}
	holds := func(when string) {
		t.Helper()
		held := duck(t, dir, "select slo, time at time zone 'UTC', (total - bad) / 1000, total / 1000 from 'data/history/*.parquet' where total > 0 order by all")
		counted := duck(t, dir, `select 'payments/' || service || '/availability', date_trunc('hour', ts), sum(case when status < 500 then 1.0 else 0 end)::double, count(*)::double
			from 'requests.parquet' where ts < (select date_trunc('hour', max(ts)) from 'requests.parquet') group by all order by all`)
		if held != counted || !strings.Contains(held, "refunds") {
			t.Errorf("%s, tribune holds\n%.600s\nand the engine counted\n%.600s", when, held, counted)
		}
	}
	night("")
	holds("the first night")
	empty := duck(t, dir, "select slo, time at time zone 'UTC', seconds from 'data/history/*.parquet' where total = 0 order by all")
	if want := "payments/refunds/availability 2025-01-02 10:00:00 3600\npayments/refunds/availability 2025-01-02 11:00:00 3600\n"; empty != want {
		t.Errorf("hours without events:\n%s", empty)
	}
	before := must(t, dir, "cat data/history/*.parquet | sha256sum")
	night("")
	if after := must(t, dir, "cat data/history/*.parquet | sha256sum"); after != before {
		t.Error("the same events again change the history")
	}
	night(" union all select 'checkout', timestamp '2025-01-02 03:30:00', 503")
	holds("after one that came late")
	if after := must(t, dir, "cat data/history/*.parquet | sha256sum"); after == before {
		t.Error("an event that came late is not in the history")
	}
}
