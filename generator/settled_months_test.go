package generator_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator"
	"tribune/generator/slo"
)

// oldShops is two tribes of which one has a service that came from the other, over
// four years that were sealed as they went.
const oldShops = `
-- data/site.toml --
title = "Corner shops"
time_zone = "UTC"
resolution = "24h"
-- data/tribes/bakery.toml --
name = "Bakery"

[[services]]
id = "oven"
name = "Oven"

[[services.slos]]
id = "heat"
title = "Hours that are hot"
objective = "95%"
window = "28d"
`

// shopTribe is the shop after some change.
func shopTribe(n int) string {
	return fmt.Sprintf(`name = "Shop"

[[services]]
id = "till"
name = "Till %d"

[[services.slos]]
id = "availability"
title = "Sales that go through"
objective = "%s"
`, n%2, []string{"99%", "98%"}[n/2%2])
}

// oldReport is a postmortem of some day of the four years.
func oldReport(n int, day time.Time, more string) string {
	return fmt.Sprintf("+++\ntitle = \"Report %d\"\nid = \"INC-%d\"\nstatus = \"final\"\nservices = [\"till\"]\ncauses = [\"till roll\"]\nstarted = %s\nresolved = %s\n%s+++\nIt stuck.\n\n## Action items\n\n- [ ] Oil it (owner: till, due: %s)\n",
		n%7, n%5, day.Format(time.RFC3339), day.AddDate(0, 0, 1).Format(time.RFC3339), more, day.AddDate(0, 2, n%9).Format(time.DateOnly))
}

// pastDay is a day that the shops were open.
func pastDay(n int) time.Time { return moment("2022-01-01").AddDate(0, 0, n*37%1450) }

var oldEdits = []edit{
	{"nothing", func(site string, n int) error { return nil }},
	{"a report of long ago", func(site string, n int) error {
		return edited(site, fmt.Sprintf("content/postmortems/shop/r%d.md", n%4), oldReport(n, pastDay(n), ""))
	}},
	{"whom a report is for", func(site string, n int) error {
		return edited(site, fmt.Sprintf("content/postmortems/shop/r%d.md", n%4), oldReport(n, pastDay(n/7), "audience = \"tribe\"\n"))
	}},
	{"a report that is withdrawn", func(site string, n int) error {
		return edited(site, fmt.Sprintf("content/postmortems/shop/r%d.md", n%4), oldReport(n, pastDay(n/7), "withdrawn = \"told twice\"\n"))
	}},
	{"another tribe's report", func(site string, n int) error {
		return edited(site, "content/postmortems/bakery/smoke.md", strings.ReplaceAll(oldReport(n, pastDay(n), ""), `["till"]`, `["oven", "shop/till"]`))
	}},
	{"a report that goes", func(site string, n int) error {
		return os.RemoveAll(filepath.Join(site, fmt.Sprintf("content/postmortems/shop/r%d.md", n%4)))
	}},
	{"the lead's comment", func(site string, n int) error {
		file := fmt.Sprintf("content/scorecards/%s/shop.md", slo.MonthOf(pastDay(n), time.UTC))
		if n%3 == 0 {
			return os.RemoveAll(filepath.Join(site, "content/scorecards"))
		}
		return edited(site, file, fmt.Sprintf("We said %d.\n", n%5))
	}},
	{"an objective or a name", func(site string, n int) error { return edited(site, "data/tribes/shop.toml", shopTribe(n)) }},
	{"planned maintenance long ago", func(site string, n int) error {
		day := pastDay(n)
		return edited(site, "data/exclusions.toml", fmt.Sprintf("[[maintenance]]\nids = [\"shop\"]\nfrom = %s\nto = %s\nreason = \"new roll\"\n", day.Format(time.RFC3339), day.AddDate(0, 0, 1).Format(time.RFC3339)))
	}},
	{"a report of no day", func(site string, n int) error {
		return edited(site, "content/postmortems/shop/undated.md", fmt.Sprintf("+++\ntitle = \"Stuck\"\nservices = [\"till\"]\nstatus = \"draft\"\n+++\nIt stuck.\n\n## Action items\n\n- [ ] Oil it (owner: till, due: %s)\n", pastDay(n).Format(time.DateOnly)))
	}},
	{"a month that is sealed late", func(site string, n int) error {
		m := slo.MonthOf(pastDay(n), time.UTC)
		if err := os.RemoveAll(filepath.Join(site, fmt.Sprintf("data/sealed/%s/shop.json", m))); err != nil {
			return err
		}
		_, _, err := generator.Seal(context.Background(), site, generator.Sealing{AsOf: moment("2026-03-20").AddDate(0, 0, n%10), Month: m, Tribe: "shop", Incomplete: true})
		return unlessRefused(err)
	}},
	{"a service that moves", func(site string, n int) error {
		bakery, err := os.ReadFile(filepath.Join(site, "data/tribes/bakery.toml"))
		if err != nil {
			return err
		}
		home, _, moved := strings.Cut(string(bakery), "\n# from the shop\n")
		if moved {
			return errors.Join(edited(site, "data/tribes/bakery.toml", home), edited(site, "data/tribes/shop.toml", shopTribe(n)))
		}
		came := strings.Replace(strings.Split(shopTribe(n), "\n\n")[1], "name", "was = [\"shop/till\"]\nname", 1) + "\n\n" + strings.Split(shopTribe(n), "\n\n")[2]
		return errors.Join(edited(site, "data/tribes/bakery.toml", home+"\n# from the shop\n"+came), edited(site, "data/tribes/shop.toml", "name = \"Shop\"\n"))
	}},
	{"hours of long ago", func(site string, n int) error {
		return imported(site, fmt.Sprintf("slo,time,bad,total\nbakery/oven/heat,%s,%d,24\n", pastDay(n).Format(time.RFC3339), n%9))
	}},
	{"a restated month", func(site string, n int) error {
		m := slo.MonthOf(pastDay(n), time.UTC)
		if err := imported(site, fmt.Sprintf("slo,time,bad,total\nbakery/oven/heat,%s,%d,24\n", pastDay(n).Format(time.RFC3339), n%9)); err != nil {
			return err
		}
		_, _, err := generator.Seal(context.Background(), site, generator.Sealing{
			AsOf: moment("2026-03-05"), Month: m, Tribe: "bakery", Restate: true, Reason: "late hours", Incomplete: true,
		})
		return unlessRefused(err)
	}},
	{"a sealed month that goes", func(site string, n int) error {
		return os.RemoveAll(filepath.Join(site, fmt.Sprintf("data/sealed/%s/bakery.json", slo.MonthOf(pastDay(n), time.UTC))))
	}},
	{"all that is due is sealed", func(site string, n int) error {
		_, _, err := generator.Seal(context.Background(), site, generator.Sealing{AsOf: moment("2026-03-05"), Incomplete: true})
		return unlessRefused(err)
	}},
	{"a template", func(site string, n int) error {
		return edited(site, "templates/style.css", fmt.Sprintf("p { margin: %dpx }", n%3))
	}},
	{"a page of the output", func(site string, n int) error {
		file := fmt.Sprintf("public/shop/scorecards/%s/index.html", slo.MonthOf(pastDay(n), time.UTC))
		if _, err := os.Stat(filepath.Join(site, file)); err != nil {
			return nil
		}
		return edited(site, file, fmt.Sprintf("defaced %d", n))
	}},
	{"half of the cache", halfOfTheCache},
}

// unlessRefused passes over what a month that was taken away, or a report of a
// service that moved, keeps from being sealed.
func unlessRefused(err error) error {
	if errors.Is(err, generator.ErrRefused) || errors.Is(err, generator.ErrProblems) {
		return nil
	}
	return err
}

// imported adds hours to a site.
func imported(site, csv string) error {
	file := filepath.Join(site, "more.csv")
	if err := os.WriteFile(file, []byte(csv), 0o666); err != nil {
		return err
	}
	defer os.Remove(file)
	_, err := generator.Import(context.Background(), site, []string{file}, moment("2026-03-05"))
	return err
}

// TestSettledMonthsChangeNoByte builds a site of four sealed years after many edits,
// and compares it each time with a build that remembers nothing.
func TestSettledMonthsChangeNoByte(t *testing.T) {
	rounds := 30
	if os.Getenv("TRIBUNE_SOAK") != "" {
		rounds = 600
	}
	dice := rand.New(rand.NewPCG(7, 11))
	days := "slo,time,bad,total\n"
	for day := moment("2022-01-01"); day.Before(moment("2026-03-05")); day = day.AddDate(0, 0, 1) {
		bad := 1
		if day.Day() == 10 {
			bad = 60 + dice.IntN(400)
		}
		days += fmt.Sprintf("shop/till/availability,%s,%d,1000\nbakery/oven/heat,%s,1,24\n", day.Format(time.RFC3339), bad, day.Format(time.RFC3339))
	}
	site := siteFrom(t, append(txtar.Parse([]byte(oldShops)).Files,
		txtar.File{Name: "data/tribes/shop.toml", Data: []byte(shopTribe(0))},
		txtar.File{Name: "content/postmortems/shop/r0.md", Data: []byte(oldReport(3, moment("2022-03-09"), ""))},
		txtar.File{Name: "days.csv", Data: []byte(days)}))
	if done, problems, err := generator.Seal(t.Context(), site, generator.Sealing{AsOf: moment("2026-03-05")}); err != nil {
		t.Fatalf("%v\n%v\n%v", err, problems, done)
	}
	time.Sleep(2100 * time.Millisecond) // as on any morning, the files are older than what a coarse clock may miss
	cfg := generator.Config{Version: "test", Audience: "org", KeepGoing: true}
	kept := 0
	for round := range rounds {
		cfg.AsOf = moment("2026-03-06").AddDate(0, 0, dice.IntN(40))
		if round%11 == 10 {
			cfg.AsOf = moment("2025-07-06") // when nothing had been issued yet
		}
		e, n := oldEdits[dice.IntN(len(oldEdits))], dice.IntN(1000)
		if err := e.do(site, n); err != nil {
			t.Fatalf("%s: %v", e.name, err)
		}
		cfg.Site, cfg.Out = site, filepath.Join(site, "public")
		before := written(cfg.Out)
		holds(t, cfg, fmt.Sprintf("round %d, after a change of %s (%d)", round, e.name, n))
		if after := written(cfg.Out); after != "" && after == before {
			kept++
		}
	}
	if kept < rounds/3 {
		t.Errorf("a page of a sealed month was kept in %d of %d builds: the test shows less than it should", kept, rounds)
	}
}

// written says when the content of a page of an old month was written.
func written(out string) string {
	info, err := os.Stat(filepath.Join(out, "shop/scorecards/2023-09/index.html"))
	if err != nil {
		return ""
	}
	return info.ModTime().String()
}

// TestWhatWasLearntIsOfUseInANewCheckout carries the output and the cache to a folder
// of the same name with files that were just written, as a job of the next night
// finds them.
func TestWhatWasLearntIsOfUseInANewCheckout(t *testing.T) {
	site := corner(t)
	sealAll(t, site)
	time.Sleep(2100 * time.Millisecond) // longer than a coarse clock may miss
	cfg := generator.Config{Version: "test", Audience: "org", Site: site, Out: filepath.Join(site, "public"), AsOf: moment("2026-04-06")}
	buildWith(t, cfg)
	old := filepath.Join(cfg.Out, "shop/scorecards/2025-02/index.html")
	first, err := os.Stat(old)
	if err != nil {
		t.Fatal(err)
	}

	before := site + ".last"
	if err := os.Rename(site, before); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(before) })
	if err := os.CopyFS(site, os.DirFS(before)); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(before, "public"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.Chtimes(site+strings.TrimPrefix(path, before), time.Time{}, info.ModTime()) // as tar does
	})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2100 * time.Millisecond)

	cfg.AsOf = moment("2026-04-07")
	buildWith(t, cfg)
	if again, err := os.Stat(old); err != nil || !again.ModTime().Equal(first.ModTime()) {
		t.Errorf("the page of a month that was sealed long ago was made again (%v)", err)
	}
}
