package generator_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator"
	"tribune/generator/digest"
	"tribune/generator/slo"
)

// corner is a shop that counts by the day from January 2025 to 4 March 2026, with
// a bad day in each month, the later the worse.
func corner(t *testing.T) (dir string) {
	t.Helper()
	days := "slo,time,bad,total\n"
	for day := moment("2025-01-01"); day.Before(moment("2026-03-05")); day = day.AddDate(0, 0, 1) {
		bad := 1
		if day.Day() == 10 {
			bad = 60 + 12*((day.Year()-2025)*12+int(day.Month()))
		}
		days += fmt.Sprintf("shop/till/availability,%s,%d,1000\n", day.Format(time.RFC3339), bad)
	}
	return siteFrom(t, append(txtar.Parse([]byte(cornerSite)).Files, txtar.File{Name: "days.csv", Data: []byte(days)}))
}

const cornerSite = `
-- data/site.toml --
title = "Corner shop"
time_zone = "UTC"
resolution = "24h"
-- data/tribes/shop.toml --
name = "Shop"

[[services]]
id = "till"
name = "Till"

[[services.slos]]
id = "availability"
title = "Sales that go through"
objective = "99%"
-- content/postmortems/shop/2026-02-10-drawer.md --
+++
title = "The drawer stuck"
id = "INC-7"
status = "final"
services = ["till"]
started = 2026-02-10T00:00:00Z
resolved = 2026-02-11T00:00:00Z
+++
It stuck.
`

func moment(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t
}

// sealAll seals what is due on the morning of 5 March 2026.
func sealAll(t *testing.T, dir string) {
	t.Helper()
	if done, problems, err := generator.Seal(context.Background(), dir, generator.Sealing{AsOf: moment("2026-03-05")}); err != nil {
		t.Fatalf("%v\n%v\n%v", err, problems, done)
	}
}

// built builds a site and returns how to read a file of it.
func built(t *testing.T, dir, asOf, commit, audience string) func(file string) string {
	t.Helper()
	out := t.TempDir()
	cfg := generator.Config{Site: dir, Out: out, AsOf: moment(asOf), Audience: audience, Commit: commit}
	if r, err := generator.Build(context.Background(), cfg); err != nil {
		t.Fatalf("%v\n%v", err, r.Problems)
	}
	return func(file string) string {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
}

func TestASealedMonthIsTheSameEveryNight(t *testing.T) {
	dir := corner(t)
	sealAll(t, dir)
	one, other := built(t, dir, "2026-03-06", "aaaaaaa", "org"), built(t, dir, "2026-03-27", "bbbbbbb", "org")
	for _, file := range []string{
		"shop/scorecards/2026-02/index.html", "shop/scorecards/2025-06/index.html",
		"shop/api/scorecards/2026-02.json", "shop/api/scorecards/2025-06.json",
	} {
		if one(file) != other(file) {
			t.Errorf("%s changed from one night to another", file)
		}
	}
	if file := "shop/scorecards/2026-03/index.html"; one(file) == other(file) {
		t.Errorf("%s, a draft, is the same on another night", file)
	}
}

func TestTheFrontPageSaysWhetherItsMonthIsSealed(t *testing.T) {
	dir := corner(t)
	front := func(asOf string) string { return built(t, dir, asOf, "", "org")("index.html") }
	for _, c := range []struct{ asOf, want string }{
		{"2026-03-06", "<li><strong>February 2026 closed, not yet sealed</strong></li><li>as of 5 March 2026, 24:00 UTC</li>"},
		{"2025-01-15", "<li><strong>Draft of January 2025 to 14 January 2025, 24:00 UTC</strong></li>"},
	} {
		if page := front(c.asOf); !strings.Contains(page, c.want) {
			t.Errorf("as of %s the front page does not say %s:\n%s", c.asOf, c.want, page[:min(len(page), 4000)])
		}
	}
	sealAll(t, dir)
	if page := front("2026-03-06"); !strings.Contains(page, "<li><strong>February 2026 issued 5 March 2026, sealed</strong></li>") {
		t.Errorf("once it is sealed the front page does not say so:\n%s", page[:4000])
	}
}

// A site of many years keeps only what its running months need.
func TestTrendsOfSealedMonthsNeedNoOldHours(t *testing.T) {
	dir := corner(t)
	sealAll(t, dir)
	with := built(t, dir, "2026-03-06", "", "org")
	for m := (slo.Month{Year: 2025, Month: 1}); m.Before(slo.Month{Year: 2026, Month: 3}); m = m.Add(1) {
		if err := os.Remove(filepath.Join(dir, "data", "history", m.String()+".parquet")); err != nil {
			t.Fatal(err)
		}
	}
	without := built(t, dir, "2026-03-06", "", "org")
	for _, file := range []string{
		"shop/index.html", "shop/scorecards/2025-03/index.html", "shop/scorecards/2026-02/index.html",
		"shop/api/slos/till/availability.csv", "shop/api/scorecards/2026-02.json", "api/org.json",
	} {
		if with(file) != without(file) {
			t.Errorf("%s is not the same without the hours of sealed months", file)
		}
	}
	if card := without("shop/api/scorecards/2026-02.json"); !strings.Contains(card, `"trend":{"word":"worsening","months":12,`) {
		t.Errorf("twelve months that got worse have another trend:\n%s", card)
	}
}

// Not one byte of a site changes if the hours of sealed months are taken away,
// but for those of the last weeks, which its figures draw.
func TestOldHoursAreNotRead(t *testing.T) {
	dir := corner(t)
	sealAll(t, dir)
	build := func() map[string]string {
		out, files := t.TempDir(), map[string]string{}
		if r, err := generator.Build(t.Context(), generator.Config{Site: dir, Out: out, AsOf: moment("2026-03-06"), Audience: "org"}); err != nil {
			t.Fatalf("%v\n%v", err, r.Problems)
		}
		err := fs.WalkDir(os.DirFS(out), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := os.ReadFile(filepath.Join(out, name))
			files[name] = string(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	with := build()
	for m := (slo.Month{Year: 2025, Month: 1}); m.Before(slo.Month{Year: 2026, Month: 1}); m = m.Add(1) {
		if err := os.Remove(filepath.Join(dir, "data", "history", m.String()+".parquet")); err != nil {
			t.Fatal(err)
		}
	}
	without := build()
	if len(with) < 50 || len(without) != len(with) {
		t.Errorf("there are %d files with them and %d without", len(with), len(without))
	}
	for name, content := range with {
		if without[name] != content {
			t.Errorf("%s is another without old hours", name)
		}
	}
}

func TestASealedMonthIsToldToTodaysReaders(t *testing.T) {
	dir := corner(t)
	sealAll(t, dir)
	file := filepath.Join(dir, "content", "postmortems", "shop", "2026-02-10-drawer.md")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	src = bytes.Replace(src, []byte(`id = "INC-7"`), []byte("id = \"INC-7\"\naudience = \"tribe\""), 1)
	if err := os.WriteFile(file, src, 0o666); err != nil {
		t.Fatal(err)
	}
	get := built(t, dir, "2026-03-06", "", "org")
	for _, file := range []string{"shop/scorecards/2026-02/index.html", "shop/api/scorecards/2026-02.json"} {
		if text := get(file); strings.Contains(text, "INC-7") || strings.Contains(text, "drawer") {
			t.Errorf("%s tells of an incident that its readers may not know", file)
		}
	}
	if card := get("shop/api/scorecards/2026-02.json"); !strings.Contains(card, `"restricted":true,"bad":228,`) {
		t.Errorf("what a restricted incident took is not told:\n%s", card)
	}
}

// A service that moves takes its history along, and leaves its sealed months
// where they were issued.
func TestAServiceThatMovedHasItsSealedMonthsWhereTheyWereIssued(t *testing.T) {
	dir := corner(t)
	sealAll(t, dir)
	write := func(file, text string) {
		if err := os.WriteFile(filepath.Join(dir, "data", "tribes", file), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("shop.toml", "name = \"Shop\"\n")
	write("stores.toml", `name = "Stores"
[[services]]
id = "tills"
name = "Tills"
was = ["shop/till"]
[[services.slos]]
id = "availability"
title = "Sales that go through"
objective = "99%"
`)
	get := built(t, dir, "2026-03-27", "", "org")
	if page := get("shop/scorecards/2026-02/index.html"); !strings.Contains(page, `class="w-4 first">Till <span`) || strings.Contains(page, "services/till/") {
		t.Error("the page of the month that was issued has no row of the service that left, or a link to where it was")
	}
	history := get("stores/api/slos/tills/availability.json")
	if !strings.Contains(history, `{"month":"2026-02",`) || strings.Count(history, `"issued_in":"shop"`) != 14 {
		t.Errorf("the months that were issued elsewhere are not in the history of the service:\n%s", history)
	}
	if text := get("stores/services/tills/index.html"); !strings.Contains(text, "Feb 2026, in shop") {
		t.Error("the page of the service does not say where a month was issued")
	}
	if card := get("stores/api/scorecards/2026-03.json"); !strings.Contains(card, `{"month":"2026-02","spent":0.9`) {
		t.Errorf("the strip of the running month has lost those before:\n%s", card)
	}
}

// What is posted to a chat is what the page says.
func TestTheDigestOfASealedMonthSaysWhatWasIssued(t *testing.T) {
	dir := corner(t)
	rows := func() digest.Table {
		t.Helper()
		cfg := generator.Config{Site: dir, AsOf: moment("2026-03-06"), Audience: "org", Tribes: []string{"shop"}}
		d, problems, err := generator.Digest(t.Context(), cfg, slo.Month{Year: 2026, Month: 2})
		if err != nil {
			t.Fatalf("%v\n%v", err, problems)
		}
		return d.Table
	}
	issued := rows()
	sealAll(t, dir)
	if err := imported(dir, "slo,time,bad,total\nshop/till/availability,2026-02-11T00:00:00Z,900,1000\n"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(issued, rows()); diff != "" {
		t.Errorf("hours that came after the month was issued changed what is said of it:\n%s", diff)
	}
}
