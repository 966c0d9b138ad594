package history

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tribune/generator/slo"
)

// twoYears returns what 300 SLOs counted in 24 months of hours up to the end of
// 2026-10: four sizes of traffic with a daily swing, and some bad events in half
// of the hours.
func twoYears() map[string]slo.Series {
	r := rand.New(rand.NewPCG(1, 2))
	from := slo.Month{Year: 2024, Month: 11}.In(berlin).From.Unix()
	to := slo.Month{Year: 2026, Month: 10}.In(berlin).To.Unix()
	all := map[string]slo.Series{}
	for n := range 300 {
		base := []float64{50, 2_000, 60_000, 1_000_000}[n%4]
		s := slo.Series{Step: time.Hour}
		for at := from; at < to; at += 3600 {
			swing := 1 + 0.5*float64((at/3600+int64(n))%24)/24
			total := slo.Count(base * swing * (0.9 + 0.2*r.Float64()) * float64(slo.Event))
			bad := slo.Count(0)
			if r.IntN(2) == 0 {
				bad = slo.Count(float64(total) * 0.001 * r.Float64())
			}
			s.Points = append(s.Points, slo.Point{At: at, Tally: slo.Tally{Good: total - bad, Total: total}})
		}
		all[fmt.Sprintf("tribe-%02d/service-%03d/availability", n/30, n)] = s
	}
	return all
}

// BenchmarkTwoYears measures 300 SLOs over 24 months of hours, 5.26 million rows.
func BenchmarkTwoYears(b *testing.B) {
	all := twoYears()
	rows := 0
	for _, s := range all {
		rows += len(s.Points)
	}
	dir := filepath.Join(b.TempDir(), "history")
	b.Run("import", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			os.RemoveAll(dir)
			b.StartTimer()
			s := openStore(b, dir, berlin)
			if _, _, err := s.Merge(b.Context(), all, slo.Month{Year: 2026, Month: 11}); err != nil {
				b.Fatal(err)
			}
		}
		var bytes int64
		files, _ := os.ReadDir(dir)
		for _, f := range files {
			info, _ := f.Info()
			bytes += info.Size()
		}
		b.ReportMetric(float64(bytes)/float64(rows), "bytes/row")
	})
	b.Run("same again", func(b *testing.B) {
		b.ReportAllocs()
		s := openStore(b, dir, berlin)
		for b.Loop() {
			if c, _, err := s.Merge(b.Context(), all, slo.Month{Year: 2026, Month: 11}); err != nil || len(c.Written) > 0 {
				b.Fatal(c, err)
			}
		}
	})
	b.Run("month sums", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s := openStore(b, dir, berlin)
			for _, m := range s.Months() {
				if totals, err := s.Totals(m, nil); err != nil || len(totals) != 300 {
					b.Fatal(len(totals), err)
				}
			}
		}
	})
	b.Run("month sums from rows", func(b *testing.B) {
		b.ReportAllocs()
		s := openStore(b, dir, berlin)
		for b.Loop() {
			for _, m := range s.Months() {
				if found, err := s.gather(m.In(berlin), nil); err != nil || len(found) != 300 {
					b.Fatal(len(found), err)
				}
			}
		}
	})
	b.Run("one SLO", func(b *testing.B) {
		b.ReportAllocs()
		s := openStore(b, dir, berlin)
		span, err := s.Span()
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			read, err := s.Read(span, []Key{{ID: "tribe-05/service-150/availability"}})
			if err != nil || len(read) != 1 {
				b.Fatal(len(read), err)
			}
		}
	})
	b.Run("a tribe's month", func(b *testing.B) {
		b.ReportAllocs()
		s := openStore(b, dir, berlin)
		var keys []Key
		for n := 150; n < 180; n++ {
			keys = append(keys, Key{ID: fmt.Sprintf("tribe-05/service-%03d/availability", n)})
		}
		for b.Loop() {
			if read, err := s.Read(slo.Month{Year: 2026, Month: 10}.In(berlin), keys); err != nil || len(read) != 30 {
				b.Fatal(len(read), err)
			}
		}
	})
}
