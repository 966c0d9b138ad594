package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tribune/generator"
	"tribune/generator/catalog"
	"tribune/generator/history"
	"tribune/generator/slo"
)

// repo is the site that this repository is.
const repo = "../.."

func TestTheFilesInTheRepositoryAreThoseOfTheGenerator(t *testing.T) {
	dir := t.TempDir()
	if err := write(repo, dir); err != nil {
		t.Fatal(err)
	}
	once := files(t, dir)
	for name, data := range once {
		if strings.HasPrefix(name, "data/history/") {
			continue // their rows are compared below, not how they were packed
		}
		if have, err := os.ReadFile(filepath.Join(repo, name)); err != nil || string(have) != data {
			t.Errorf("%s is not what the generator writes: go run ./cmd/example", name)
		}
	}
	if err := write(repo, dir); err != nil {
		t.Fatal(err)
	}
	again := files(t, dir)
	for name, data := range again {
		if once[name] != data {
			t.Errorf("writing twice changed %s", name)
		}
	}
	if len(again) != len(once) {
		t.Errorf("writing once made %d files, twice %d", len(once), len(again))
	}
}

func TestTheHistoryHoldsEveryPlantedBucket(t *testing.T) {
	zone := berlin(t)
	store, problems, err := history.Open(filepath.Join(repo, "data", "history"), zone)
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	slis, err := plantAll(zone)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range slis {
		key := history.Key{ID: p.id}
		if p.was != "" {
			key.Was = []string{p.was}
		}
		stored, err := store.Read(slo.Span{From: first.In(zone).From, To: asOf}, []history.Key{key})
		if err != nil {
			t.Fatal(err)
		}
		if have := stored[p.id].Points; fmt.Sprint(have) != fmt.Sprint(p.series.Points) {
			t.Errorf("%s: %d buckets are stored, %d were planted, and they are not the same", p.id, len(have), len(p.series.Points))
		}
	}
}

func TestWhatPeopleWroteIsRightAndTellsEveryPlantedEvent(t *testing.T) {
	s, problems, err := generator.Load(repo)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, p := range problems {
		if !strings.Contains(p.Pos.File, "2026-05-27-stock") { // INC-193 has no front matter, and gets a warning for it
			t.Error(p)
		}
	}
	told := map[string]slo.Span{}
	for _, p := range s.Postmortems {
		told[p.ID], _ = p.Window()
	}
	var agreed []agreement
	for _, m := range s.Catalog.Maintenance {
		agreed = append(agreed, agreement{maintenance, m.IDs, m.Span})
	}
	for _, x := range s.Catalog.Exclusions {
		agreed = append(agreed, agreement{exclusion, x.IDs, x.Span})
	}
	for _, e := range events {
		switch {
		case e.kind == incident && e.name == "INC-193":
			// Written without front matter: only its text has the times.
		case e.kind == incident && told[e.name].Meet(e.Span).Duration() < e.Duration()/2:
			t.Errorf("%s was from %v to %v; its postmortem says %v", e.name, e.From, e.To, told[e.name])
		}
		for id := range e.fails {
			if _, ok := s.Catalog.Resolve(id); !ok {
				t.Errorf("%s hits %s, which does not exist", e.name, id)
			}
			if (e.kind == maintenance || e.kind == exclusion) && !slices.ContainsFunc(agreed, func(a agreement) bool { return a.covers(e, id) }) {
				t.Errorf("%s hits %s, and data/exclusions.toml does not say so", e.name, id)
			}
		}
	}
}

// An agreement is a maintenance or an exclusion of data/exclusions.toml.
type agreement struct {
	kind string
	ids  []string
	slo.Span
}

// covers reports whether the agreement is about all of what e did to the SLO.
func (a agreement) covers(e event, id string) bool {
	return a.kind == e.kind && a.Meet(e.Span) == e.Span && catalog.Covers(a.ids, catalog.SLO{ID: id})
}

func TestOctoberShowsEveryState(t *testing.T) {
	public := filepath.Join(t.TempDir(), "public")
	if _, err := generator.Build(context.Background(), generator.Config{Site: repo, Out: public, AsOf: asOf, Audience: "org"}); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"payments/checkout-api/availability":  "exhausted",
		"payments/checkout-api/latency":       "at_risk",
		"payments/ledger/availability":        "watch",
		"payments/ledger/latency":             "exception",
		"payments/card-gateway/authorisation": "incomplete_data",
		"payments/payout-files/delivered":     "too_little_traffic",
		"payments/webhooks/delivery":          "healthy",
		"logistics/carrier-rates/quotes":      "no_data",
		"logistics/labels/availability":       "at_risk",
		"storefront/basket/latency":           "exhausted", // its exception is past its review date
		"storefront/suggest/availability":     "exhausted",
	} {
		if have := states(t, public, id)[id]; have != want {
			t.Errorf("%s is %q in October 2026, want %q", id, have, want)
		}
	}
	if s, ok := states(t, public, "logistics/customs-forms/availability")["logistics/customs-forms/availability"]; ok {
		t.Errorf("a retired SLO is %q in October 2026, want no row", s)
	}
}

// states reads the states of October 2026, by id, in the tribe of one SLO.
func states(t *testing.T, public, id string) map[string]string {
	t.Helper()
	tribe, _, _ := strings.Cut(id, "/")
	b, err := os.ReadFile(filepath.Join(public, tribe, "api", "scorecards", "2026-10.json"))
	if err != nil {
		t.Fatal(err)
	}
	var card struct {
		SLOs []struct{ ID, State string }
	}
	if err := json.Unmarshal(b, &card); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, s := range card.SLOs {
		all[s.ID] = s.State
	}
	return all
}

// files returns the content of all files under dir, by path, but for locks.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, name))
		all[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
