package generator_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator"
	"tribune/generator/slo"
)

// restrictedSite has one postmortem that is not for everybody, in which every
// field has a word that begins with zq and stands nowhere else; beside it is
// another that links to it, and a page for the same readers.
const restrictedSite = `
-- data/site.toml --
title = "Corner shop"
base_url = "https://shop.example/"
time_zone = "UTC"
resolution = "24h"
as_of = 2026-10-01T00:00:00Z
-- data/tribes/bakery.toml --
name = "Bakery"
-- data/tribes/shop.toml --
name = "Shop"

[[services]]
id = "till"
name = "Till"

[[services.slos]]
id = "availability"
title = "Sales that go through"
objective = "99%"
-- content/postmortems/shop/zqfile.md --
+++
title = "Zqtitle"
id = "zqid"
slug = "zqslug"
severity = "zqseverity"
services = ["till", "zqservice"]
status = "draft"
audience = "AUDIENCE"
started = 2026-09-10T00:17:00Z
detected = 2026-09-10T00:19:00Z
acknowledged = 2026-09-10T00:21:00Z
mitigated = 2026-09-10T21:23:00Z
resolved = 2026-09-10T22:57:00Z
detection = "zqdetection"
impact = "Zqimpact."
causes = ["zqcause"]
tags = ["zqtag"]
authors = ["zqauthor"]
aliases = ["zqalias"]
zqkey = "zqvalue"
actions = [
  { title = "zqaction", owner = "zqowner", kind = "prevent", priority = "P0", due = 2026-09-20, ticket = "zqticket" },
  { title = "zqdroppedaction", dropped = "zqreason" },
]
+++

Zqbody with a [zqlink](https://zqhost.example/) and a picture:

![zqpicture](zqimage.png)

## Zqheading

| zqcell | 09:00 |
|---|---|

## Timeline

- 2026-09-10 00:19 UTC Zqrow

## What is left

- [ ] Zqtask (owner: zqsquad, due: 2026-09-01, P0, #zq1)
-- content/postmortems/shop/zqimage.png --
zqpixels
-- content/postmortems/shop/zqgone.md --
+++
title = "Zqgonetitle"
slug = "zqgoneslug"
services = ["till"]
audience = "AUDIENCE"
started = 2026-09-12T08:00:00Z
resolved = 2026-09-12T09:00:00Z
aliases = ["zqgonealias"]
withdrawn = "zqgonereason"
+++

Zqgonebody.
-- content/postmortems/shop/open.md --
+++
title = "Nobody could pay"
services = ["till"]
audience = "public"
causes = ["zqcause"]
started = 2026-09-20T00:00:00Z
resolved = 2026-09-21T00:00:00Z
+++

As in [the other one](zqfile.md).
-- content/pages/zqpage.md --
---
title: Zqpagetitle
audience: AUDIENCE
---

Zqpagebody.
-- september.csv --
slo,time,bad,total
shop/till/availability,2026-09-09T00:00:00Z,1,1000
shop/till/availability,2026-09-10T00:00:00Z,70,1000
shop/till/availability,2026-09-20T00:00:00Z,20,1000
`

// zq finds the words that are not for everybody. Zqcause is the other
// postmortem's too.
var zq = regexp.MustCompile(`(?i)zq[a-z0-9]*`)

// secrets builds the site and returns every word of it that is in the paths or
// the bytes of what was built.
func secrets(t *testing.T, audience string, cfg generator.Config) (words []string, built fs.FS) {
	t.Helper()
	cfg.Site = siteFrom(t, txtar.Parse([]byte(strings.ReplaceAll(restrictedSite, "AUDIENCE", audience))).Files)
	cfg.Out, cfg.AsOf, cfg.Version = t.TempDir(), generator.SiteSettings(cfg.Site).AsOf, "test"
	cfg.KeepGoing = true // it names a service that is not there
	if _, err := generator.Build(context.Background(), cfg); err != nil {
		t.Fatal(err)
	}
	built = os.DirFS(cfg.Out)
	paths, content := matching(t, built, "")
	for _, name := range paths {
		for _, word := range slices.Concat(zq.FindAll([]byte(name), -1), zq.FindAll(content[name], -1)) {
			if w := string(bytes.ToLower(word)); w != "zqcause" && !slices.Contains(words, w) {
				t.Logf("%s has %s", name, w)
				words = append(words, w)
			}
		}
	}
	return words, built
}

func TestWhatReadersMayNotSeeIsInNoByteOfTheSite(t *testing.T) {
	for _, c := range []struct {
		audience string
		cfg      generator.Config
	}{
		{"tribe", generator.Config{Audience: "org"}},
		{"tribe", generator.Config{Audience: "public"}},
		{"tribe", generator.Config{Audience: "tribe", Tribes: []string{"bakery"}}},
		{"org", generator.Config{Audience: "public"}},
	} {
		t.Run("for "+c.audience+" in a build for "+c.cfg.Audience, func(t *testing.T) {
			words, built := secrets(t, c.audience, c.cfg)
			if len(words) > 0 {
				t.Errorf("the site has %q", words)
			}
			if len(c.cfg.Tribes) > 0 {
				return
			}
			// What it cost is still there, so that the sum stays exact.
			for _, card := range cards(t, built) {
				if card.Month.String() != "2026-09" || card.Tribe != "shop" {
					continue
				}
				if n := card.Incidents.Restricted; n != 1 || card.Incidents.Count != 2 {
					t.Errorf("%d of %d incidents are restricted", n, card.Incidents.Count)
				}
				last := card.SLOs[0].Ledger.Incidents[len(card.SLOs[0].Ledger.Incidents)-1]
				if !last.Restricted || last.ID != nil || last.Slug != nil || last.Bad == 0 {
					t.Errorf("the ledger has %+v", last)
				}
			}
			// Nor are the minutes that only it names.
			_, content := matching(t, built, ".html", ".json", ".xml", ".js")
			for name, text := range content {
				for _, minute := range []string{"00:17", "00:19", "00:21", "21:23", "22:57"} {
					if bytes.Contains(text, []byte(minute)) && !strings.Contains(name, "assets/") {
						t.Errorf("%s has %s", name, minute)
					}
				}
			}
		})
	}
}

// A month that was issued with all that the tribe knows is told to others, and
// in digests, without what they may not see.
func TestIssuedMonthsAndDigestsHaveNoWordOfIt(t *testing.T) {
	asOf := time.Date(2026, 10, 5, 0, 0, 0, 0, time.UTC)
	text := strings.NewReplacer("AUDIENCE", "tribe", `, "zqservice"`, "").Replace(restrictedSite)
	dir := siteFrom(t, txtar.Parse([]byte(text)).Files)
	september := slo.Month{Year: 2026, Month: 9}
	done, problems, err := generator.Seal(context.Background(), dir, generator.Sealing{Month: september, Tribe: "shop", AsOf: asOf, Incomplete: true})
	if err != nil || len(done) != 1 || done[0].File == "" {
		t.Fatalf("sealed %+v, %v\n%v", done, err, problems)
	}
	cfg := generator.Config{Site: dir, Out: t.TempDir(), AsOf: asOf, Version: "test", Audience: "public"}
	if problems, err := generator.Build(context.Background(), cfg); err != nil {
		t.Fatalf("%v\n%v", err, problems)
	}
	paths, content := matching(t, os.DirFS(cfg.Out), "")
	sealed := false
	for _, name := range paths {
		for _, word := range slices.Concat(zq.FindAll([]byte(name), -1), zq.FindAll(content[name], -1)) {
			if !strings.EqualFold(string(word), "zqcause") {
				t.Errorf("%s has %s", name, word)
			}
		}
		sealed = sealed || name == "shop/scorecards/2026-09/index.html" && bytes.Contains(content[name], []byte("sealed"))
	}
	if !sealed {
		t.Error("the month is not sealed")
	}
	for _, tribes := range [][]string{nil, {"shop"}} {
		for _, c := range []struct {
			audience string
			there    bool
		}{{"public", false}, {"org", false}, {"tribe", true}} {
			if c.audience == "tribe" && tribes == nil {
				continue // a tribe's own are in no digest of the organisation
			}
			cfg.Audience, cfg.Tribes = c.audience, tribes
			d, _, err := generator.Digest(context.Background(), cfg, september)
			if err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			if err := errors.Join(d.Text(&said), d.Markdown(&said), d.HTML(&said), d.Slack(&said)); err != nil {
				t.Fatal(err)
			}
			others := strings.ReplaceAll(said.String(), "zqcause", "")
			if there := zq.MatchString(others); there != c.there {
				t.Errorf("the digest of %q for %s has words of it: %t\n%s", tribes, c.audience, there, said.String())
			}
		}
	}
}

func TestWhatReadersMaySeeIsThere(t *testing.T) {
	shown := []string{"zqtitle", "zqid", "zqslug", "zqseverity", "zqdetection", "zqimpact", "zqtag", "zqaction", "zqowner", "zqbody", "zqheading", "zqcell", "zqrow", "zqtask", "zqgonetitle", "zqgonereason", "zqgoneslug", "zqgonealias"}
	for _, c := range []struct {
		audience string
		cfg      generator.Config
	}{
		{"tribe", generator.Config{Audience: "tribe", Tribes: []string{"shop"}}},
		{"org", generator.Config{Audience: "org"}},
		{"org", generator.Config{Audience: "tribe", Tribes: []string{"shop"}}},
		{"public", generator.Config{Audience: "public"}},
	} {
		words, _ := secrets(t, c.audience, c.cfg)
		for _, w := range shown {
			if !slices.Contains(words, w) {
				t.Errorf("for %s, a build for %s lacks %s", c.audience, c.cfg.Audience, w)
			}
		}
	}
}

// A withdrawn postmortem may have been withdrawn for what it said: its page, the
// lists, feeds and JSON have its title and why, and nothing else.
func TestOfAWithdrawnPostmortemOnlyItsTitleAndReasonAreLeft(t *testing.T) {
	gone := strings.Replace(restrictedSite, `audience = "AUDIENCE"`, "audience = \"public\"\nwithdrawn = \"zqwhy\"", 1)
	dir := siteFrom(t, txtar.Parse([]byte(strings.NewReplacer("AUDIENCE", "tribe", `, "zqservice"`, "").Replace(gone))).Files)
	cfg := generator.Config{Site: dir, Out: t.TempDir(), AsOf: generator.SiteSettings(dir).AsOf, Version: "test", Audience: "public"}
	if problems, err := generator.Build(context.Background(), cfg); err != nil {
		t.Fatalf("%v\n%v", err, problems)
	}
	paths, content := matching(t, os.DirFS(cfg.Out), "")
	left := map[string]bool{}
	for _, name := range paths {
		for _, word := range slices.Concat(zq.FindAll([]byte(name), -1), zq.FindAll(content[name], -1)) {
			w := strings.ToLower(string(word))
			if !slices.Contains([]string{"zqtitle", "zqid", "zqslug", "zqalias", "zqwhy", "zqfile", "zqcause"}, w) {
				t.Errorf("%s has %s", name, w)
			}
			left[w] = true
		}
	}
	for _, file := range []string{"shop/postmortems/zqslug/index.html", "shop/feed.xml", "shop/api/postmortems.json", "shop/api/postmortems.csv"} {
		if !bytes.Contains(content[file], []byte("zqwhy")) {
			t.Errorf("%s does not say why", file)
		}
	}
	if !left["zqtitle"] || !left["zqalias"] {
		t.Errorf("left are %v", left)
	}
}

// Where readers may see it, each of its words is in every kind of file that could
// betray it to others: so the test above looks where there is something to find.
func TestEveryKindOfFileHasItsWords(t *testing.T) {
	_, built := secrets(t, "org", generator.Config{Audience: "org"})
	paths, content := matching(t, built, "")
	for _, c := range []struct{ file, word string }{
		{"shop/actions.ics", "zqaction"}, {"actions.ics", "zqaction"},
		{"shop/search/", "zqtitle"}, {"shop/search/", "zqtag"}, {"search/", "zqimpact"},
		{"shop/feed.xml", "zqtitle"}, {"shop/services/till/feed.xml", "zqtitle"}, {"feed.xml", "zqimpact"},
		{"shop/api/postmortems.csv", "zqdetection"}, {"shop/api/actions.csv", "zqowner"}, {"shop/api/actions.json", "zqreason"},
		{"api/actions.json", "zqaction"}, {"api/actions.csv", "zqticket"}, {"shop/api/scorecards/2026-09.json", "zqid"},
		{"shop/scorecards/2026-09/index.html", "zqid"},  // the label of the burn-down, and the duty
		{"shop/postmortems/zqslug/index.html", "zqrow"}, // a marker of the chart
		{"postmortems/index.html", "zqtag"}, {"sitemap.xml", "zqslug"}, {"manifest.json", "zqslug"},
		{"shop/postmortems/zqalias/index.html", "zqslug"}, {"pages/zqpage/index.html", "zqpagebody"},
	} {
		found := slices.ContainsFunc(paths, func(name string) bool {
			return strings.HasPrefix(name, c.file) && bytes.Contains(bytes.ToLower(content[name]), []byte(c.word))
		})
		if !found {
			t.Errorf("%s has no %s", c.file, c.word)
		}
	}
	marker := `aria-label="1: 00:19 Zqrow"`
	if !bytes.Contains(content["shop/postmortems/zqslug/index.html"], []byte(marker)) {
		t.Errorf("the chart has no %s", marker)
	}
	for _, name := range paths {
		if strings.Contains(name, "zqimage") || strings.Contains(name, "zqfile") {
			t.Errorf("%s is named after a file that others wrote", name)
		}
	}
}
