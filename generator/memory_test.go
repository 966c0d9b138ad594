package generator_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tribune/generator"
)

// A served site is built again and again by one process, as serve does.
type served struct {
	t     *testing.T
	site  string
	whole generator.Config
	twins [2][]byte // one segment with other hours, of the same size
	last  string    // the edit that was made
	tribe string    // the tribe whose text was edited, "" if it was something else
}

// change does one of the things that people do to a site while it is served.
func (s *served) change(dice *rand.Rand) {
	s.t.Helper()
	n := dice.IntN(1000)
	changes := []struct {
		name  string
		tribe string
		do    func() error
	}{
		{"a text", "shop", func() error {
			return edited(s.site, "content/postmortems/shop/lamp.md", fmt.Sprintf("# No light\n\nOn 2026-01-10 it was dark for %d minutes, see [the drawer](2026-02-10-drawer.md).\n", n))
		}},
		{"when an incident was", "shop", func() error {
			return edited(s.site, "content/postmortems/shop/2026-02-10-drawer.md", fmt.Sprintf("+++\ntitle = \"The drawer stuck\"\nservices = [\"till\"]\nstarted = 2026-02-10T00:00:00Z\nresolved = 2026-02-%dT00:00:00Z\n+++\nIt stuck.\n", 11+n%4))
		}},
		{"a text of another tribe", "bank", func() error {
			return edited(s.site, "content/postmortems/bank/safe.md", fmt.Sprintf("# The safe stayed shut\n\nOn 2026-03-0%d nobody could open it.\n", 1+n%4))
		}},
		{"a text that goes", "bank", func() error { return os.RemoveAll(filepath.Join(s.site, "content/postmortems/bank/safe.md")) }},
		{"a comment", "shop", func() error {
			return edited(s.site, "content/scorecards/2026-02/shop.md", fmt.Sprintf("A month of %d drawers.\n", n))
		}},
		{"an objective", "", func() error {
			return edited(s.site, "data/tribes/shop.toml", fmt.Sprintf("name = \"Shop\"\n[[services]]\nid = \"till\"\nname = \"Till\"\n[[services.slos]]\nid = \"availability\"\ntitle = \"Sales\"\nobjective = \"9%d%%\"\n", 7+n%3))
		}},
		{"history", "", func() error {
			file := filepath.Join(s.site, "more.csv")
			text := fmt.Sprintf("slo,time,bad,total\nshop/till/availability,2026-03-0%dT00:00:00Z,%d,1000\n", 1+n%9, n)
			mended := os.WriteFile(filepath.Join(s.site, segment), s.twins[0], 0o666)
			if err := errors.Join(mended, os.WriteFile(file, []byte(text), 0o666)); err != nil {
				return err
			}
			_, err := generator.Import(context.Background(), s.site, []string{file}, moment("2026-03-06"))
			return errors.Join(err, os.Remove(file))
		}},
		{"history at the same time and of the same size", "", func() error {
			file := filepath.Join(s.site, segment)
			info, err := os.Stat(file)
			if err != nil {
				return err
			}
			return errors.Join(os.WriteFile(file, s.twins[n%2], 0o666), os.Chtimes(file, info.ModTime(), info.ModTime()))
		}},
		{"damaged history", "", func() error {
			bad := append([]byte(nil), s.twins[0]...)
			bad[100] ^= 1
			return os.WriteFile(filepath.Join(s.site, segment), bad, 0o666)
		}},
		{"a template", "", func() error {
			return edited(s.site, "templates/method.html", fmt.Sprintf("{{define \"main\"}}<p>Method %d</p>{{end}}", n%3))
		}},
		{"a sealed month that goes", "", func() error {
			return os.RemoveAll(filepath.Join(s.site, fmt.Sprintf("data/sealed/2025-0%d/shop.json", 1+n%9)))
		}},
		{"a sealed month that was changed", "", func() error {
			return edited(s.site, "data/sealed/2025-11/shop.json", fmt.Sprintf("{%d", n))
		}},
		{"all months that are due are sealed", "", func() error {
			if err := os.RemoveAll(filepath.Join(s.site, "data/sealed/2025-11/shop.json")); err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(s.site, segment), s.twins[0], 0o666); err != nil {
				return err
			}
			_, problems, err := generator.Seal(context.Background(), s.site, generator.Sealing{AsOf: moment("2026-03-06")})
			if err != nil {
				return fmt.Errorf("%w\n%v", err, problems)
			}
			return nil
		}},
	}
	c := changes[dice.IntN(len(changes))]
	if err := c.do(); err != nil {
		s.t.Fatalf("%s: %v", c.name, err)
	}
	s.last, s.tribe = c.name, c.tribe
}

// segment is the month of history that has twins.
const segment = "data/history/2026-01.parquet"

// TestAProcessThatBuildsAgainAndAgainChangesNoByte makes edits at random and builds
// after each as serve does: the tribe whose text it was alone, and sometimes, before
// the next edit, all.
func TestAProcessThatBuildsAgainAndAgainChangesNoByte(t *testing.T) {
	rounds := 40
	if os.Getenv("TRIBUNE_SOAK") != "" {
		rounds = 1000
	}
	dice := rand.New(rand.NewPCG(7, 11))
	s := &served{t: t, site: corner(t)}
	if err := edited(s.site, "data/tribes/bank.toml", "name = \"Bank\"\n"); err != nil {
		t.Fatal(err)
	}
	for i, bad := range []string{"3", "4"} { // the same number of digits
		more := filepath.Join(s.site, "more.csv")
		if err := os.WriteFile(more, []byte("slo,time,bad,total\nshop/till/availability,2026-01-20T00:00:00Z,"+bad+",1000\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := generator.Import(t.Context(), s.site, []string{more}, moment("2026-03-06")); err != nil {
			t.Fatal(err)
		}
		var err error
		if s.twins[i], err = os.ReadFile(filepath.Join(s.site, segment)); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(more); err != nil {
			t.Fatal(err)
		}
	}
	if string(s.twins[0]) == string(s.twins[1]) || len(s.twins[0]) != len(s.twins[1]) {
		t.Fatalf("the twins have %d and %d bytes, and must differ in no more than these", len(s.twins[0]), len(s.twins[1]))
	}
	dir := t.TempDir()
	s.whole = generator.Config{
		Site: s.site, Out: filepath.Join(dir, "public"), AsOf: time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC), Audience: "org", KeepGoing: true, Version: "test",
		Fleeting: true, Memory: new(generator.Memory),
	}
	holds(t, s.whole, "at first")
	alone := 0
	for round := range rounds {
		s.change(dice)
		if s.tribe != "" {
			one := s.whole
			one.Tribes, one.Out, one.Beside = []string{s.tribe}, filepath.Join(dir, "tribe-"+s.tribe), s.whole.Out
			holds(t, one, fmt.Sprintf("round %d, %s, %s alone", round, s.last, s.tribe))
			alone++
			if dice.IntN(2) == 0 {
				continue
			}
		}
		holds(t, s.whole, fmt.Sprintf("round %d, %s", round, s.last))
	}
	if alone == 0 {
		t.Error("no tribe was built alone: the test shows less than it should")
	}
}
