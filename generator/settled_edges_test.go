package generator_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"tribune/generator"
	"tribune/generator/slo"
)

// What follows are the edges of settled months: each is a site, a build that notes
// what is settled, something that happens, and a build that has to see it.

const (
	edgeSite = "title = \"Corner shops\"\ntime_zone = %q\nresolution = %q\n"
	edgeTill = "[[services]]\nid = \"till\"\n%sname = \"Till\"\n\n[[services.slos]]\nid = \"sales\"\ntitle = \"Sales\"\nobjective = \"99%%\"\n"
	edgeOven = "name = \"Bakery\"\n\n[[services]]\nid = \"oven\"\nname = \"Oven\"\n\n[[services.slos]]\nid = \"heat\"\ntitle = \"Heat\"\nobjective = \"99%\"\n\n"
	edgeEras = "name = \"Shop\"\n\n[[services]]\nid = \"till\"\nname = \"Till\"\n\n" +
		"[[services.slos]]\nid = \"old\"\ntitle = \"Old\"\nobjective = \"99%%\"\nretired = %q\n\n" +
		"[[services.slos]]\nid = \"new\"\ntitle = \"New\"\nobjective = \"99%%\"\nsince = \"2025-01-01\"\n"
)

// counted are daily tallies with one bad day a month.
func counted(id, from, to string) (csv string) {
	for day := moment(from); day.Before(moment(to)); day = day.AddDate(0, 0, 1) {
		bad := 1
		if day.Day() == 10 {
			bad = 250
		}
		csv += fmt.Sprintf("%s,%s,%d,1000\n", id, day.Format(time.RFC3339), bad)
	}
	return csv
}

// shopOf makes a site of one tribe from its file and its days.
func shopOf(t *testing.T, tribe, days string, more ...txtar.File) string {
	t.Helper()
	return siteFrom(t, append([]txtar.File{
		{Name: "data/site.toml", Data: fmt.Appendf(nil, edgeSite, "UTC", "24h")},
		{Name: "data/tribes/shop.toml", Data: []byte(tribe)},
		{Name: "days.csv", Data: []byte("slo,time,bad,total\n" + days)},
	}, more...))
}

// seal seals, data or none.
func seal(t *testing.T, site string, s generator.Sealing) {
	t.Helper()
	s.Incomplete = true
	if done, problems, err := generator.Seal(t.Context(), site, s); err != nil && !errors.Is(err, generator.ErrRefused) {
		t.Fatalf("%v\n%v\n%v", err, problems, done)
	}
}

// sealEach seals months one by one as of a day, but for one.
func sealEach(t *testing.T, site, tribe, asOf string, from, to, but slo.Month) {
	t.Helper()
	for m := from; !to.Before(m); m = m.Add(1) {
		if m != but {
			seal(t, site, generator.Sealing{AsOf: moment(asOf), Month: m, Tribe: tribe})
		}
	}
}

func inMonth(year int, m time.Month) slo.Month { return slo.Month{Year: year, Month: m} }

// tillOnly is a shop that was sealed for four years.
func tillOnly(t *testing.T) string {
	site := shopOf(t, "name = \"Shop\"\n\n"+fmt.Sprintf(edgeTill, ""), counted("shop/till/sales", "2022-01-01", "2026-03-05"))
	seal(t, site, generator.Sealing{AsOf: moment("2026-03-05")})
	return site
}

// erasOf is a shop whose old objective ended years before the new one began.
func erasOf(t *testing.T) string {
	return shopOf(t, fmt.Sprintf(edgeEras, "2020-12-31"), counted("shop/till/old", "2019-01-01", "2021-01-01")+counted("shop/till/new", "2025-01-01", "2026-03-05"))
}

// lateOf is a tribe of which nothing but its sealed months is left, one of them issued
// years after its neighbours.
func lateOf(t *testing.T, late slo.Month) string {
	site := shopOf(t, "name = \"Shop\"\n\n"+fmt.Sprintf(edgeTill, ""), counted("shop/till/sales", "2019-01-01", "2023-01-01"))
	sealEach(t, site, "shop", "2023-02-10", inMonth(2019, 1), inMonth(2022, 12), late)
	seal(t, site, generator.Sealing{AsOf: moment("2024-06-16"), Month: late})
	if err := errors.Join(edited(site, "data/tribes/shop.toml", "name = \"Shop\"\n"), os.RemoveAll(filepath.Join(site, "data/history"))); err != nil {
		t.Fatal(err)
	}
	return site
}

// movedOf is a service that went from the shop to the bakery, and one of whose months
// in the shop was issued long after the others.
func movedOf(t *testing.T) string {
	site := shopOf(t, "name = \"Shop\"\n\n"+fmt.Sprintf(edgeTill, ""), counted("shop/till/sales", "2022-01-01", "2026-03-01")+counted("bakery/oven/heat", "2022-01-01", "2026-03-01"),
		txtar.File{Name: "data/tribes/bakery.toml", Data: []byte(edgeOven)})
	late := inMonth(2022, 11)
	sealEach(t, site, "shop", "2023-01-10", inMonth(2022, 1), inMonth(2022, 12), late)
	sealEach(t, site, "bakery", "2023-01-10", inMonth(2022, 1), inMonth(2022, 12), slo.Month{})
	seal(t, site, generator.Sealing{AsOf: moment("2026-03-10"), Month: late, Tribe: "shop"})
	if err := errors.Join(edited(site, "data/tribes/shop.toml", "name = \"Shop\"\n"),
		edited(site, "data/tribes/bakery.toml", edgeOven+fmt.Sprintf(edgeTill, "was = [\"shop/till\"]\n"))); err != nil {
		t.Fatal(err)
	}
	sealEach(t, site, "bakery", "2026-02-10", inMonth(2023, 1), inMonth(2026, 1), slo.Month{})
	return site
}

// elsewhere counts by the hour, with so many bad ones in each of 1 October 2023.
func elsewhere(t *testing.T, bad int) string {
	csv := ""
	for at := moment("2023-01-01"); at.Before(moment("2025-03-01")); at = at.Add(time.Hour) {
		n := 1
		if at.Format(time.DateOnly) == "2023-10-01" {
			n = bad
		}
		csv += fmt.Sprintf("shop/till/sales,%s,%d,1000\n", at.Format(time.RFC3339), n)
	}
	return shopOf(t, "name = \"Shop\"\n\n"+fmt.Sprintf(edgeTill, ""), csv, txtar.File{Name: "data/site.toml", Data: fmt.Appendf(nil, edgeSite, "UTC", "1h")})
}

func TestEdgesOfSettledMonths(t *testing.T) {
	const stuck = "+++\ntitle = \"Stuck\"\nservices = [\"till\"]\nstatus = \"draft\"\n%s+++\nIt stuck.\n\n## Action items\n\n- [ ] Oil it (owner: till%s)\n"
	for _, c := range []struct {
		name        string
		site        func(t *testing.T) string
		first, then string // as of
		happens     func(t *testing.T, site string) error
	}{
		{"a report of no day, whose promise is in every month", tillOnly, "2026-03-06", "2026-03-07", func(t *testing.T, site string) error {
			return edited(site, "content/postmortems/shop/stuck.md", fmt.Sprintf(stuck, "", ", due: 2026-03-01"))
		}},
		{"a report of which only the detection is known", tillOnly, "2026-03-06", "2026-03-07", func(t *testing.T, site string) error {
			return edited(site, "content/postmortems/shop/stuck.md", fmt.Sprintf(stuck, "detected = 2025-06-01T10:00:00Z\n", ""))
		}},
		{"data that ended long ago, whose figure has bands", func(t *testing.T) string { // with ECharts in the program
			site := shopOf(t, "name = \"Shop\"\n\n"+fmt.Sprintf(edgeTill, ""), counted("shop/till/sales", "2022-01-01", "2024-07-01"))
			seal(t, site, generator.Sealing{AsOf: moment("2026-03-05")})
			return site
		}, "2026-03-06", "2026-03-07", nil},
		{"hours under another month's name, by another zone", func(t *testing.T) string {
			site := elsewhere(t, 1)
			if err := edited(site, "data/site.toml", fmt.Sprintf(edgeSite, "America/New_York", "1h")); err != nil {
				t.Fatal(err)
			}
			seal(t, site, generator.Sealing{AsOf: moment("2026-03-05")})
			return site
		}, "2026-03-06", "2026-03-07", func(t *testing.T, site string) error {
			newer, err := os.ReadFile(filepath.Join(elsewhere(t, 7), "data/history/2023-10.parquet"))
			return errors.Join(err, edited(site, "data/history/2023-10.parquet", string(newer)))
		}},
		{"a month that comes to be known", func(t *testing.T) string { return lateOf(t, inMonth(2020, 5)) }, "2024-06-15", "2024-06-17", nil},
		{"a month that is not known yet", func(t *testing.T) string { return lateOf(t, inMonth(2020, 5)) }, "2024-06-17", "2024-06-15", nil},
		{"the first month comes to be known last", func(t *testing.T) string { return lateOf(t, inMonth(2019, 1)) }, "2024-06-15", "2024-06-17", nil},
		{"another tribe's month comes to be known", movedOf, "2026-03-09", "2026-03-11", nil},
		{"another tribe's month is not known yet", movedOf, "2026-03-11", "2026-03-09", nil},
		{"old months that are the last that are known", func(t *testing.T) string {
			site := erasOf(t)
			seal(t, site, generator.Sealing{AsOf: moment("2021-02-10")})
			seal(t, site, generator.Sealing{AsOf: moment("2026-03-05")})
			return site
		}, "2024-06-15", "2024-06-16", nil},
		{"an old month that is the tribe's front page", func(t *testing.T) string {
			site := erasOf(t)
			sealEach(t, site, "shop", "2021-02-10", inMonth(2019, 1), inMonth(2020, 11), slo.Month{})
			seal(t, site, generator.Sealing{AsOf: moment("2026-03-05")})
			if err := edited(site, "data/tribes/shop.toml", fmt.Sprintf(edgeEras, "2020-11-30")); err != nil {
				t.Fatal(err)
			}
			return site
		}, "2024-06-15", "2024-06-16", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // each waits for the clock
			site := c.site(t)
			time.Sleep(2100 * time.Millisecond)
			cfg := generator.Config{Version: "test", Audience: "org", KeepGoing: true, Site: site, Out: filepath.Join(site, "public"), AsOf: moment(c.first)}
			buildWith(t, cfg)
			if c.happens != nil {
				if err := c.happens(t, site); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2100 * time.Millisecond)
			}
			cfg.AsOf = moment(c.then)
			holds(t, cfg, "as of "+c.then)
		})
	}
}

// A site may keep its history elsewhere and link to it, which no digest of its files
// tells.
func TestHistoryBehindALinkIsRead(t *testing.T) {
	site := tillOnly(t)
	if err := errors.Join(os.Rename(filepath.Join(site, "data/history"), filepath.Join(site, "hours")), os.Symlink("../hours", filepath.Join(site, "data/history"))); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2100 * time.Millisecond)
	cfg := generator.Config{Version: "test", Audience: "org", Site: site, Out: filepath.Join(site, "public"), AsOf: moment("2026-03-06")}
	buildWith(t, cfg)
	buildWith(t, cfg)
	if err := imported(site, "slo,time,bad,total\nshop/till/sales,2024-03-10T00:00:00Z,5,1000\n"); err != nil {
		t.Fatal(err)
	}
	buildWith(t, cfg)
	got := tree(t, cfg.Out)
	if err := errors.Join(os.Remove(filepath.Join(site, "data/history")), os.Rename(filepath.Join(site, "hours"), filepath.Join(site, "data/history")), os.RemoveAll(filepath.Join(site, ".tribune"))); err != nil {
		t.Fatal(err)
	}
	buildWith(t, cfg)
	for name, want := range tree(t, cfg.Out) {
		if got[name] != want {
			t.Errorf("%s is another when the history is behind a link", name)
		}
	}
}

// Of a tribe whose objectives are all gone the sealed months stand.
func TestSealedMonthsStandWithoutTheirObjectives(t *testing.T) {
	site := tillOnly(t)
	if err := edited(site, "data/tribes/shop.toml", "name = \"Shop\"\n"); err != nil {
		t.Fatal(err)
	}
	buildWith(t, generator.Config{Site: site, Out: filepath.Join(site, "public"), Audience: "org", AsOf: moment("2026-03-06")})
	if _, err := os.Stat(filepath.Join(site, "public/shop/scorecards/2024-03/index.html")); err != nil {
		t.Error(err)
	}
}
