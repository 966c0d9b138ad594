package generator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tribune/generator"
	"tribune/generator/sre"
)

// sreFacts reads what a built site says of the SRE team.
func sreFacts(t *testing.T, built fs.FS) (f sre.Facts) {
	t.Helper()
	b, err := fs.ReadFile(built, "api/sre.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func theSRETeamTellsItsStory(t *testing.T, built fs.FS) {
	f := sreFacts(t, built)
	states := map[sre.State]int{sre.Overdue: 1, sre.DueSoon: 3, sre.Open: 3, sre.Exempt: 1, sre.HandedOver: 5, sre.Retired: 1}
	if d := cmp.Diff(states, f.Ledger.ByState); d != "" {
		t.Errorf("the ledger: -want +got:\n%s", d)
	}
	told := map[string]bool{}
	for _, task := range f.Tasks {
		told["one overdue, automated and not accepted"] = told["one overdue, automated and not accepted"] || task.State == sre.Overdue && !task.Automated.IsZero()
		told["one reopened with its first date"] = told["one reopened with its first date"] || len(task.Reopened) > 0 && task.Due == sre.Due(task.Opened) && task.Stopped.IsZero()
		told["one handed over last month"] = told["one handed over last month"] || task.State == sre.HandedOver && task.Accepted.Of() == f.Month
		told["one exempt"] = told["one exempt"] || task.State == sre.Exempt && !task.Exempt.Expired
		told["one split off"] = told["one split off"] || task.SplitFrom != ""
	}
	for _, m := range f.Focus {
		told["a split outside the band"] = told["a split outside the band"] || m.Split != nil && !sre.InBand(*m.Split)
		told["a month over the cap"] = told["a month over the cap"] || m.ToilShare != nil && *m.ToilShare > sre.ToilCap
		told["a month with too little recorded"] = told["a month with too little recorded"] || m.Thin() && m.Split == nil
	}
	for _, s := range f.Embedded.Rows {
		told["a service in maintenance mode with nobody"] = told["a service in maintenance mode with nobody"] || len(s.Members) == 0 && len(s.Maintenance) > 0
	}
	for _, part := range []string{
		"one overdue, automated and not accepted", "one reopened with its first date", "one handed over last month", "one exempt", "one split off",
		"a split outside the band", "a month over the cap", "a month with too little recorded", "a service in maintenance mode with nobody",
	} {
		if !told[part] {
			t.Errorf("the example does not tell of %s", part)
		}
	}
	if f.Embedded.Squads-f.Embedded.WithSRE == 0 || f.Models.Partly == 0 || f.Models.Missing == 0 || f.Models.RevisitOverdue == 0 {
		t.Errorf("embedded %d of %d, models %+v", f.Embedded.WithSRE, f.Embedded.Squads, f.Models)
	}
}

// What is not for the readers is in no file of the build, by no name.
func TestTheSRETeamIsToldToTheOrganisationOnly(t *testing.T) {
	for _, c := range []struct {
		audience string
		tribes   []string
		told     bool
	}{
		{"org", nil, true},
		{"public", nil, false},
		{"tribe", []string{"payments"}, false}, // has no front page
	} {
		out := t.TempDir()
		_, err := generator.Build(context.Background(), generator.Config{
			Site: "..", Out: out, AsOf: generator.SiteSettings("..").AsOf, Audience: c.audience, Tribes: c.tribes, Version: "test",
		})
		if err != nil {
			t.Fatal(err)
		}
		front, err := fs.ReadFile(os.DirFS(out), "payments/index.html")
		if err != nil {
			t.Fatal(err)
		}
		const models = "As of 15 November 2026. Of 6 services agreed for 4, partly for 2, missing for 0; 1 past the day to revisit. Error budgets defined for 6 of 6."
		if told := bytes.Contains(front, []byte(models)); told != (c.audience != "public") {
			t.Errorf("that a build for %s tells how a tribe's services are run is %v", c.audience, told)
		}
		n := 0
		err = fs.WalkDir(os.DirFS(out), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.Contains(name, "/schema/") {
				return err
			}
			b, err := fs.ReadFile(os.DirFS(out), name)
			if strings.HasPrefix(name, "sre/") || bytes.Contains(b, []byte("Is automation increasing?")) || bytes.Contains(b, []byte("cert-rotation")) ||
				bytes.Contains(b, []byte(">SRE team</a>")) {
				n++
				if !c.told {
					t.Errorf("a build for %s tells of the SRE team in %s", c.audience, name)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if c.told && n == 0 {
			t.Errorf("a build for %s tells nothing of the SRE team", c.audience)
		}
	}
}
