package history

import (
	"path/filepath"
	"testing"
	"time"

	"tribune/generator/slo"
)

func TestQuick(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "h")
	zone, _ := time.LoadLocation("Europe/Berlin")
	s, problems, err := Open(dir, zone)
	if err != nil || problems != nil {
		t.Fatal(err, problems)
	}
	at := time.Date(2026, 9, 28, 0, 0, 0, 0, time.UTC).Unix()
	var pts []slo.Point
	for i := range int64(100) {
		pts = append(pts, slo.Point{At: at + i*3600, Tally: slo.Tally{Good: 900, Total: 1000}})
	}
	c, _, err := s.Merge(t.Context(), map[string]slo.Series{"a/b/c": {Step: time.Hour, Points: pts}, "a/b/d": {Step: time.Hour, Points: pts[:50]}}, slo.Month{Year: 2026, Month: 10})
	t.Log(c, err)
	tot, err := s.Totals(slo.Month{Year: 2026, Month: 9}, nil)
	t.Log(tot, err)
	tot, err = s.Totals(slo.Month{Year: 2026, Month: 10}, nil)
	t.Log(tot, err)
	sp, err := s.Span()
	t.Log(sp, err, s.Months())
	c, _, err = s.Merge(t.Context(), nil, slo.Month{Year: 2026, Month: 11})
	t.Log(c, err)
	tot, err = s.Totals(slo.Month{Year: 2026, Month: 10}, []Key{{ID: "x", Was: []string{"a/b/d", "a/b/c"}}})
	t.Log(tot, err)
	ny, _ := time.LoadLocation("America/New_York")
	s, problems, err = Open(dir, ny)
	t.Log(problems, err)
	tot, err = s.Totals(slo.Month{Year: 2026, Month: 9}, nil)
	t.Log(tot, err)
	c, _, err = s.Merge(t.Context(), nil, slo.Month{Year: 2026, Month: 11})
	t.Log(c, err)
	tot, err = s.Totals(slo.Month{Year: 2026, Month: 9}, nil)
	t.Log(tot, err)
	r, err := s.Read(slo.Month{Year: 2026, Month: 9}.In(ny), []Key{{ID: "a/b/c"}})
	t.Log(len(r["a/b/c"].Points), err)
}
