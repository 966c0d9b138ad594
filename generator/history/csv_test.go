package history

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator/diag"
)

// widths are the SLOs of the tests.
var widths = map[string]time.Duration{
	"shop/api/hours": time.Hour, "shop/api/days": 24 * time.Hour, "shop/api/minutes": 5 * time.Minute,
}

func resolve(id string) (time.Duration, bool) {
	step, ok := widths[id]
	return step, ok
}

// text writes what ReadCSV returned.
func text(i Import, problems diag.List) string {
	var b strings.Builder
	for _, id := range slices.Sorted(maps.Keys(i.Series)) {
		fmt.Fprintln(&b, id, i.Series[id].Step)
		for _, p := range i.Series[id].Points {
			fmt.Fprintf(&b, "  %s %v/%v\n", stamp(p.At), p.Good, p.Total)
		}
	}
	for _, m := range i.Issued {
		fmt.Fprintln(&b, m.SLO, m.Month, m.SLI)
	}
	for _, p := range problems {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}

func TestReadCSV(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/csv.txtar")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	for _, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".csv")
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			check := func(data string) {
				t.Helper()
				i, problems, err := ReadCSV("in.csv", strings.NewReader(data), resolve)
				if err != nil {
					t.Fatal(err)
				}
				diff(t, want[name+".want"], text(i, problems))
			}
			check(string(f.Data))
			// Spreadsheets write these.
			check("\uFEFF" + strings.ReplaceAll(string(f.Data), "\n", "\r\n"))
		})
	}
}

func TestAtMostFiftyProblemsOfAFileAreListed(t *testing.T) {
	data := "slo,time,good,total\n" + strings.Repeat("shop/api/hours,never,1,2\n", 120)
	_, problems, err := ReadCSV("in.csv", strings.NewReader(data), resolve)
	if err != nil || len(problems) != 51 {
		t.Fatal(len(problems), err)
	}
	diff(t, "in.csv:121: 70 more problems in this file are not listed (csv-more)", problems[50].String())
}

func TestALongLineIsRefused(t *testing.T) {
	data := "slo,time,good,total\n" + strings.Repeat("x", 10<<20)
	i, problems, err := ReadCSV("in.csv", strings.NewReader(data), resolve)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "in.csv:2:1: the line is longer than 65536 bytes (csv-line)\n\thint: is it a CSV file?\n", text(i, problems))
}

func TestAFailureToReadIsAnError(t *testing.T) {
	broken := errors.New("the disk is gone")
	r := iotest.DataErrReader(iotest.ErrReader(broken))
	if _, _, err := ReadCSV("in.csv", r, resolve); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestIssuedMonthsAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "history")
	s := openStore(t, dir, berlin)
	merge := func(want int, months ...Issued) {
		t.Helper()
		changed, problems, err := s.MergeIssued(t.Context(), months)
		if err != nil || len(problems) > 0 || changed != want {
			t.Fatal(changed, problems, err)
		}
	}
	a := Issued{"a/b/c", month("2025-11"), 999_500_000}
	b := Issued{"a/b/c", month("2025-12"), whole}
	odd := Issued{`a,"b`, month("2025-01"), 0}
	if got, problems, err := s.Issued(); len(got) > 0 || len(problems) > 0 || err != nil {
		t.Fatal(got, problems, err)
	}
	merge(2, b, odd)
	merge(1, a, b)
	merge(0, a, b, odd)
	diff(t, map[string]string{"issued.csv": "slo,month,sli\n" +
		"\"a,\"\"b\",2025-01,0%\na/b/c,2025-11,99.95%\na/b/c,2025-12,100%\n"}, contents(t, dir))
	a.SLI = 1
	merge(1, a)
	got, problems, err := s.Issued()
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	diff(t, []Issued{odd, a, b}, got)
}

func TestADamagedListOfIssuedMonthsStaysAsItIs(t *testing.T) {
	dir := t.TempDir()
	const conflict = "slo,month,sli\n<<<<<<< ours\na/b/c,2025-11,99%\n"
	if err := os.WriteFile(filepath.Join(dir, issuedFile), []byte(conflict), 0o666); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir, berlin)
	changed, problems, err := s.MergeIssued(t.Context(), []Issued{{"a/b/c", month("2025-11"), whole}})
	if changed != 0 || err != nil || len(problems) != 1 || problems[0].Pos.String() != "data/history/issued.csv:2:1" {
		t.Error(changed, problems, err)
	}
	diff(t, map[string]string{"issued.csv": conflict}, contents(t, dir))
}

// FuzzReadCSV sees that a file is refused with a problem inside it, or gives
// series that can be stored.
func FuzzReadCSV(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/csv.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		if strings.HasSuffix(file.Name, ".csv") {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		i, problems, err := ReadCSV("in.csv", bytes.NewReader(data), func(string) (time.Duration, bool) { return time.Hour, true })
		if err != nil {
			t.Fatal(err)
		}
		last := max(1, bytes.Count(data, []byte("\n"))+1)
		for _, p := range problems {
			if p.Pos.Line < 1 || p.Pos.Line > last {
				t.Errorf("%v is not in a file of %d lines", p, last)
			}
		}
		if problems.Count(diag.Error) > 0 && (i.Series != nil || i.Issued != nil) {
			t.Error("something was taken from a file with errors")
		}
		if err := valid(i.Series); err != nil {
			t.Error(err)
		}
		again := text(i, nil)
		if j, _, _ := ReadCSV("out.csv", strings.NewReader(asCSV(i)), func(string) (time.Duration, bool) { return time.Hour, true }); len(i.Series) > 0 {
			diff(t, again, text(j, nil))
		}
	})
}

// asCSV writes series as a file that ReadCSV reads.
func asCSV(i Import) string {
	var b strings.Builder
	b.WriteString("slo,time,seconds,good,total\n")
	for _, id := range slices.Sorted(maps.Keys(i.Series)) {
		for _, p := range i.Series[id].Points {
			fmt.Fprintf(&b, "\"%s\",%s,3600,%v,%v\n", strings.ReplaceAll(id, `"`, `""`), stamp(p.At), p.Good, p.Total)
		}
	}
	return b.String()
}
