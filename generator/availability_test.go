package generator_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"tribune/generator/slo"
)

// A site that counts minutes, a bucket a day, in UTC.
const minutesSite = `
-- data/site.toml --
title = "Minutes"
time_zone = "UTC"
resolution = "24h"
as_of = %s
-- data/tribes/web.toml --
name = "Web"

[[services]]
id = "home"
name = "Home"

[[services.slos]]
id = "up"
title = "Minutes up"
objective = "99.9%%"
`

// TestMonthsOfMinutesAreSharesOfTheTrueMonth takes months that Upptime has
// published, minute by minute, from a CSV file to the JSON.
func TestMonthsOfMinutesAreSharesOfTheTrueMonth(t *testing.T) {
	for _, c := range []struct {
		month slo.Month
		down  int // minutes
		want  float64
	}{
		{slo.Month{Year: 2024, Month: time.May}, 8906, 80.0493},
		{slo.Month{Year: 2025, Month: time.June}, 15813, 63.3958},
		{slo.Month{Year: 2025, Month: time.October}, 7331, 83.5775},
		{slo.Month{Year: 2026, Month: time.February}, 40320, 0},
	} {
		t.Run(c.month.String(), func(t *testing.T) {
			span := c.month.In(time.UTC)
			var table strings.Builder
			table.WriteString("slo,time,bad,total\n")
			left := c.down
			for day := span.From; day.Before(span.To); day = day.AddDate(0, 0, 1) {
				down := min(left, 1440)
				left -= down
				fmt.Fprintf(&table, "web/home/up,%s,%d,1440\n", day.Format(time.RFC3339), down)
			}
			files := txtar.Parse([]byte(fmt.Sprintf(minutesSite, span.To.Format(time.RFC3339)))).Files
			files = append(files, txtar.File{Name: "minutes.csv", Data: []byte(table.String())})

			for _, card := range cards(t, build(t, siteFrom(t, files))) {
				if card.Month != c.month {
					continue
				}
				row := card.SLOs[0]
				if got := row.SLI.Value * 100; !row.SLI.Known || math.Abs(got-c.want) > 0.00005 {
					t.Errorf("%d minutes down give %.6f%%, want %.4f%%", c.down, got, c.want)
				}
				minutes := row.Budget.OutageMinutes
				if !minutes.Known || math.Abs(minutes.Value-float64(c.down)) > 1e-6 || row.Coverage.Value != 1 {
					t.Errorf("they are %v minutes of outage, at coverage %v", minutes.Value, row.Coverage.Value)
				}
				return
			}
			t.Error("the month has no scorecard")
		})
	}
}
