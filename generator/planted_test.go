package generator_test

import (
	"encoding/json"
	"io/fs"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// A planted line is what cmd/example made happen to one SLO in one month.
type planted struct {
	SLO            string
	Month          slo.Month
	Total, Bad     float64
	MissingBuckets int `json:"missing_buckets"`
	Events         []plantedEvent
}

type plantedEvent struct {
	Name, Kind    string
	From, To      time.Time
	Bad           float64
	ExcludedTotal float64 `json:"excluded_total"`
	ExcludedBad   float64 `json:"excluded_bad"`
}

// near is how far a ledger of hours may be from what happened in minutes.
func near(got, want float64) bool { return math.Abs(got-want) <= max(3, 0.07*want) }

func ledgerAgreesWithWhatWasPlanted(t *testing.T, built fs.FS) {
	text, err := os.ReadFile("../cmd/example/planted.json")
	if err != nil {
		t.Fatal(err)
	}
	var lines []planted
	if err := json.Unmarshal(text, &lines); err != nil {
		t.Fatal(err)
	}
	rows := map[string]scorecard.SLO{}
	for _, c := range cards(t, built) {
		for _, r := range c.SLOs {
			rows[r.ID+" "+c.Month.String()] = r
		}
	}
	claims := claimed(t, built)
	for _, line := range lines {
		name := line.SLO + " " + line.Month.String()
		row, ok := rows[name]
		if !ok || row.Bad == nil {
			t.Errorf("%s is on no scorecard", name)
			continue
		}
		holdTotals(t, name, line, row)
		holdEvents(t, name, line, row, claims)
	}
}

// claimed returns the ids of the postmortems whose window is known.
func claimed(t *testing.T, built fs.FS) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	paths, content := matching(t, built, "/api/postmortems.json")
	for _, name := range paths {
		var file struct{ Postmortems []scorecard.Postmortem }
		if err := json.Unmarshal(content[name], &file); err != nil {
			t.Fatal(err)
		}
		for _, p := range file.Postmortems {
			if p.ID != nil && p.Minutes.Known && len(p.ServiceIDs) > 0 {
				ids[*p.ID] = true
			}
		}
	}
	return ids
}

// holdTotals holds that every event was counted, but for what was excluded.
func holdTotals(t *testing.T, name string, line planted, row scorecard.SLO) {
	t.Helper()
	total, bad, excluded := line.Total, line.Bad, 0.0
	for _, e := range line.Events {
		total, bad, excluded = total-e.ExcludedTotal, bad-e.ExcludedBad, excluded+e.ExcludedBad
	}
	if row.Total.Events() != total || row.Bad.Events() != bad {
		t.Errorf("%s: %v of %v failed, planted were %v of %v", name, row.Bad, row.Total, bad, total)
	}
	var left float64
	for _, x := range row.Excluded {
		left += x.Bad.Events()
	}
	if left != excluded {
		t.Errorf("%s: %v failures were excluded, planted were %v", name, left, excluded)
	}
	if missing := row.MissingMin > 0; missing != (line.MissingBuckets > 0) {
		t.Errorf("%s: %v minutes are missing, planted were %d buckets", name, row.MissingMin, line.MissingBuckets)
	}
}

// mistimed are postmortems whose text says other times than the data on
// purpose: their share is not what was planted.
var mistimed = []string{"INC-214"}

// holdEvents holds that the ledger found what happened.
func holdEvents(t *testing.T, name string, line planted, row scorecard.SLO, claims map[string]bool) {
	t.Helper()
	var incidents, maintenance float64 // planted
	for _, e := range line.Events {
		switch e.Kind {
		case "incident":
			if slices.Contains(mistimed, e.Name) {
				return
			}
			if slices.ContainsFunc(row.Ledger.Incidents, e.is) {
				incidents += e.Bad
			} else if claims[e.Name] {
				t.Errorf("%s: %s is not in the ledger", name, e.Name)
			}
		case "maintenance":
			maintenance += e.Bad
		case "episode":
			holdEpisode(t, name, e, row)
		}
	}
	for _, e := range line.Events {
		if e.Kind == "incident" && !slices.ContainsFunc(line.Events, e.shares) {
			holdIncident(t, name, e, row)
		}
	}
	// Two at once on one SLI share its hours, so it is their sum that holds too.
	var got float64
	for _, p := range row.Ledger.Incidents {
		got += p.Bad.Events()
	}
	if !near(got, incidents) {
		t.Errorf("%s: incidents took %v, planted were %v", name, got, incidents)
	}
	if got := row.Ledger.Maintenance.Events(); maintenance > 0 && !near(got, maintenance) {
		t.Errorf("%s: maintenance took %v, planted were %v", name, got, maintenance)
	}
}

// is reports whether a portion of the ledger is that of the event: it has its
// id, or none since it is restricted or nobody wrote one.
func (e plantedEvent) is(p scorecard.Portion) bool {
	if p.Restricted || p.ID != nil && *p.ID == e.Name {
		return true
	}
	return p.ID == nil && p.From.Before(e.To) && e.From.Before(p.To)
}

// shares reports whether another incident had an hour in common with the event.
func (e plantedEvent) shares(o plantedEvent) bool {
	hour := time.Hour
	return o != e && o.Kind == "incident" && o.From.Truncate(hour).Before(e.To.Add(hour)) && e.From.Truncate(hour).Before(o.To.Add(hour))
}

// holdIncident holds that an incident took what it was planted with, and that its
// share is of the budget.
func holdIncident(t *testing.T, name string, e plantedEvent, row scorecard.SLO) {
	t.Helper()
	i := slices.IndexFunc(row.Ledger.Incidents, e.is)
	if i < 0 || row.Ledger.Incidents[i].Restricted {
		return // told of before, or one sum with others
	}
	p := row.Ledger.Incidents[i]
	if !near(p.Bad.Events(), e.Bad) {
		t.Errorf("%s: %s took %v, planted were %v", name, e.Name, p.Bad, e.Bad)
	}
	if got := p.Share.Value * row.Budget.Events.Value; math.Abs(got-p.Bad.Events()) > 0.01 {
		t.Errorf("%s: the share of %s is %v of %v, which is not %v", name, e.Name, p.Share.Value, row.Budget.Events.Value, p.Bad)
	}
}

func holdEpisode(t *testing.T, name string, e plantedEvent, row scorecard.SLO) {
	t.Helper()
	for _, u := range row.Ledger.Unexplained {
		if !u.From.Before(e.From) && !e.To.Before(u.To) && near(u.Bad.Events(), e.Bad) {
			return
		}
	}
	t.Errorf("%s: %q, %v failures, is not among the episodes %+v", name, e.Name, e.Bad, row.Ledger.Unexplained)
}
