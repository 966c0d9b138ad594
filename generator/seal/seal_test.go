package seal

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// month is October 2026 of a tribe with one SLO and one incident.
func month() scorecard.Issued {
	good, total, met := slo.Count(999_000), slo.Count(1_000_500), false
	known := scorecard.Number{Value: 0.25, Known: true}
	return scorecard.Issued{
		Tribe: "shop", Month: slo.Month{Year: 2026, Month: 10}, TimeZone: "UTC",
		From: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		AsOf: time.Date(2026, 11, 4, 6, 0, 0, 0, time.UTC),
		SLOs: []scorecard.IssuedSLO{{
			ID: "shop/till/availability", Service: "till", ServiceName: `The "till" {a, b}`, Objective: 999_000_000,
			Good: &good, Total: &total, Met: &met, State: slo.Exhausted, Minutes: 60, Present: 744, Expected: 744,
			Ledger: scorecard.IssuedLedger{
				Incidents: []scorecard.IssuedPortion{{File: "content/postmortems/shop/a.md", Bad: 1500}},
			},
			Days: []scorecard.Number{known, {}}, Idle: []int{2},
		}},
		Restatements: []scorecard.Restatement{{SLO: "shop/till/availability", Reason: "late <samples>", Date: slo.Date{Year: 2026, Month: 12, Day: 1}}},
	}
}

func encoded(t *testing.T, is scorecard.Issued) []byte {
	t.Helper()
	b, err := Encode(is)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for range 2 { // the second time in place of the first
		if name, err := Write(root, month()); err != nil || name != "data/sealed/2026-10/shop.json" {
			t.Fatalf("%s, %v", name, err)
		}
	}
	got, problems := Load(root.FS())
	if d := cmp.Diff([]scorecard.Issued{month()}, got); d != "" || len(problems) > 0 {
		t.Errorf("%v\n%s", problems, d)
	}
}

func TestAFileHasALineForEachSLO(t *testing.T) {
	is := month()
	is.SLOs = append(is.SLOs, is.SLOs[0])
	begins := 0
	for line := range strings.Lines(string(encoded(t, is))) {
		if strings.HasPrefix(line, `{"id":`) {
			begins++
		}
	}
	if begins != 2 {
		t.Errorf("%d lines begin with an SLO, want 2:\n%s", begins, encoded(t, is))
	}
}

func TestEveryChangedByteIsFound(t *testing.T) {
	whole := encoded(t, month())
	for i := range whole {
		for _, c := range []byte{whole[i] ^ 1, whole[i] ^ 0x20, '0'} {
			changed := bytes.Clone(whole)
			if changed[i] = c; c == whole[i] || isSpace(c) && isSpace(whole[i]) {
				continue
			}
			got, problems := Load(fstest.MapFS{Path(slo.Month{Year: 2026, Month: 10}, "shop"): {Data: changed}})
			if len(got) > 0 || len(problems) != 1 {
				t.Fatalf("byte %d as %q: %d months, problems %v", i, c, len(got), problems)
			}
		}
	}
	for i := range whole {
		if got, _ := Load(fstest.MapFS{"data/sealed/2026-10/shop.json": {Data: whole[:i]}}); len(got) > 0 && i < len(whole)-1 {
			t.Fatalf("a file cut off after %d bytes is taken for whole", i)
		}
	}
}

func TestOtherLineEndsAreNoChange(t *testing.T) {
	data := bytes.ReplaceAll(encoded(t, month()), []byte("\n"), []byte("\r\n"))
	if got, problems := Load(fstest.MapFS{"data/sealed/2026-10/shop.json": {Data: data}}); len(got) != 1 || len(problems) > 0 {
		t.Errorf("%v", problems)
	}
}

func TestAFileOutOfPlaceIsNamed(t *testing.T) {
	data := encoded(t, month())
	for name, want := range map[string]string{
		"data/sealed/2026-09/shop.json":  "data/sealed/2026-09/shop.json:3:1: the file holds 2026-10 of tribe shop (sealed-place)\n\thint: move it back to data/sealed/2026-10/shop.json",
		"data/sealed/2026-10/shop2.json": "data/sealed/2026-10/shop2.json:3:1: the file holds 2026-10 of tribe shop (sealed-place)\n\thint: move it back to data/sealed/2026-10/shop.json",
		"data/sealed/shop.json":          "data/sealed/shop.json: warning: this is no sealed month, which lies at data/sealed/MONTH/TRIBE.json, so it is not read (sealed-place)\n\thint: keep it elsewhere: only `tribune seal` writes to data/sealed",
	} {
		got, problems := Load(fstest.MapFS{name: {Data: data}})
		if len(got) > 0 || len(problems) != 1 || problems[0].String() != want {
			t.Errorf("%s: %d months; got\n%v\nwant\n%s", name, len(got), problems, want)
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
