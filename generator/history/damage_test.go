package history

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"tribune/generator/slo"
)

// twoMonths returns a folder with two months and the start of a third.
func twoMonths(t testing.TB) string {
	dir := t.TempDir()
	mustMerge(t, openStore(t, dir, berlin), lines("a/b/c 2026-08-20T00 1h 9/10x1050"), "2026-10")
	return dir
}

func write(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// bare returns the bytes of a Parquet file with these rows, without a seal.
func bare(t testing.TB, rows any) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewWriter(&b, parquet.SchemaOf(rows))
	if err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestADamagedFileIsNamedAndNothingElseIsLost(t *testing.T) {
	whole := contents(t, twoMonths(t))["2026-09.parquet"]
	row0 := row{SLO: "a/b/c", Seconds: 3600}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":           {nil, "it is not a whole Parquet file"},
		"cut short":       {[]byte(whole[:len(whole)/2]), "it is not a whole Parquet file"},
		"a text":          {[]byte("version https://git-lfs.github.com/spec/v1\n"), "it is not a whole Parquet file"},
		"a bit":           {[]byte(strings.Replace(whole, "a/b/c", "a/b/b", 1)), "its bytes are not those that were written"},
		"another program": {bare(t, row0), "another program wrote it"},
		"other columns":   {seal(bare(t, struct{ SLO string }{"a/b/c"})), "its columns are not slo, time, seconds, bad, total, as docs/history-format.md has them"},
		"no metadata":     {seal(bare(t, row0)), `its metadata does not say its span: ""`},
	} {
		dir := twoMonths(t)
		write(t, dir, "2026-09.parquet", c.data)
		before := contents(t, dir)
		s, problems, err := Open(dir, berlin)
		if err != nil || len(problems) != 1 {
			t.Fatalf("%s: %v, %v", name, problems, err)
		}
		want := "data/history/2026-09.parquet: the file cannot be read: " + c.want + " (history-damaged)\n" +
			"\thint: take it back from git, or move it away and pull or import that time again; the other files are whole"
		diff(t, want, problems[0].String())

		// The other months are there.
		if got := len(readAll(t, s)["a/b/c"].Points); got != 1050-30*24 {
			t.Errorf("%s: %d buckets are left", name, got)
		}
		// What belongs into the file is refused, the rest is stored.
		changes, problems, err := s.Merge(t.Context(), lines("a/b/d 2026-08-31T00 1h 9/10x48"), month("2026-10"))
		if err != nil || changes.Refused["a/b/d"] != 26 || changes.Added != 22 || len(problems) != 2 {
			t.Errorf("%s: %+v %v %v", name, changes, problems, err)
		}
		if after := contents(t, dir); after["2026-09.parquet"] != before["2026-09.parquet"] {
			t.Errorf("%s: the damaged file was written", name)
		}
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	data := []byte(contents(t, twoMonths(t))["2026-09.parquet"])
	for i := range data {
		data[i] ^= 0x10
		if _, err := checkSeal(data); err == nil {
			t.Fatalf("byte %d of %d may change", i, len(data))
		}
		data[i] ^= 0x10
		if _, err := checkSeal(data[:i]); i < len(data)-1 && err == nil {
			t.Fatalf("the file may end at byte %d of %d", i, len(data))
		}
	}
	if _, err := checkSeal(data); err != nil {
		t.Error(err)
	}
}

func TestADamagedDayWaitsUntilItIsMended(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir, berlin)
	mustMerge(t, s, lines("a/b/c 2026-10-05T00 1h 9/10x70"), "2026-10")
	day := contents(t, dir)["2026-10-06.parquet"]
	write(t, dir, "2026-10-06.parquet", []byte(day[1:]))
	if _, problems, err := s.Merge(t.Context(), nil, month("2026-11")); err != nil || len(problems) != 1 {
		t.Fatal(problems, err)
	}
	diff(t, "2026-10-06.parquet 2026-10.parquet", files(t, dir))
	write(t, dir, "2026-10-06.parquet", []byte(day))
	s = openStore(t, dir, berlin)
	diff(t, lines("a/b/c 2026-10-05T00 1h 9/10x70"), readAll(t, s))
	mustMerge(t, s, nil, "2026-11")
	diff(t, "2026-10.parquet", files(t, dir))
	diff(t, lines("a/b/c 2026-10-05T00 1h 9/10x70"), readAll(t, s))
}

func TestRowsThatCannotBeAreAnErrorThatNamesTheFile(t *testing.T) {
	const hour = 1_790_812_800 // 2026-10-01T00:00:00Z
	ok := bucket{slo.Point{At: hour, Tally: slo.Tally{Good: 1, Total: 2}}, 3600}
	for name, list := range map[string][]bucket{
		"more good than all": {{slo.Point{At: hour, Tally: slo.Tally{Good: 3, Total: 2}}, 3600}},
		"negative":           {{slo.Point{At: hour, Tally: slo.Tally{Good: -3, Total: 2}}, 3600}},
		"no width":           {ok, {slo.Point{At: hour + 3600}, 0}},
		"not aligned":        {{slo.Point{At: hour + 1}, 3600}},
		"twice":              {ok, ok},
		"out of order":       {ok, {slo.Point{At: hour - 3600}, 3600}},
	} {
		dir := t.TempDir()
		data, err := encode("2026-10-01", berlin.String(), tallies{"a/b/c": list})
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, "2026-10-01.parquet", data)
		s := openStore(t, dir, berlin)
		if _, err := s.Read(always, nil); err == nil || !strings.Contains(err.Error(), "data/history/2026-10-01.parquet: the file cannot be read: a/b/c, bucket 2026-") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALinkIsNotFollowed(t *testing.T) {
	dir := twoMonths(t)
	if err := os.Symlink(filepath.Join(dir, "2026-09.parquet"), filepath.Join(dir, "2026-07.parquet")); err != nil {
		t.Fatal(err)
	}
	_, problems, err := Open(dir, berlin)
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Message, "not a plain file") {
		t.Error(problems, err)
	}
}

func TestAFileThatIsNoMonthIsNotRead(t *testing.T) {
	dir := twoMonths(t)
	write(t, dir, "2026-13.parquet", nil)
	write(t, dir, "notes.txt", nil)
	_, problems, err := Open(dir, berlin)
	if err != nil || len(problems) != 1 {
		t.Fatal(problems, err)
	}
	diff(t, "data/history/2026-13.parquet: warning: this is no day or month, so the file is not read (history-name)\n"+
		"\thint: name a file 2026-10.parquet or 2026-11-03.parquet, or keep it elsewhere", problems[0].String())
}

func TestWhatAKilledRunLeftIsCleanedUp(t *testing.T) {
	dir := twoMonths(t)
	want := files(t, dir)
	write(t, dir, tempName("2026-09.parquet"), []byte("half"))
	mustMerge(t, openStore(t, dir, berlin), nil, "2026-10")
	diff(t, want, files(t, dir))
}

// A seal can be forged, or laid on a file that was wrong already.
func TestASealedFileThatContradictsItselfDoesNotPanic(t *testing.T) {
	data, err := encode("2026-10", berlin.String(), tallies{
		"a/b/c": bucketsOf(line("2026-10-01T00 1h 9/10x30")), "a/b/d": bucketsOf(line("2026-10-01T00 24h 0/0"))})
	if err != nil {
		t.Fatal(err)
	}
	at, _ := footerAt(data)
	data = slices.Delete(data, at-sealSize, at)
	refused := 0
	for i := range data {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			data[i] ^= flip
			if _, ok := footerAt(data); ok {
				forged := seal(data)
				err := new(segment).describe("2026-10", berlin, forged)
				if err == nil {
					_, err = decode(bytes.NewReader(forged), int64(len(forged)), always, []string{"a/b/c"})
				}
				if err != nil {
					refused++
				}
			}
			data[i] ^= flip
		}
	}
	if refused < len(data) {
		t.Errorf("%d of %d flips refused: is anything checked?", refused, 3*len(data))
	}
}

// FuzzReadSegment sees that bytes from anywhere are refused, unless they are just
// what was written.
func FuzzReadSegment(f *testing.F) {
	for _, t := range []tallies{
		{"a/b/c": bucketsOf(line("2026-10-01T00 1h 9/10x30"))},
		{"a/b/c": bucketsOf(line("2026-10-01T00 1h 9/10x3")), "a/b/d": bucketsOf(line("2026-10-01T00 24h 0/0"))},
	} {
		data, err := encode("2026-10", berlin.String(), t)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g := segment{}
		if _, err := checkSeal(data); err != nil {
			return
		}
		if err := g.describe("2026-10", berlin, data); err != nil {
			return
		}
		rows, err := decode(bytes.NewReader(data), int64(len(data)), always, nil)
		if err != nil {
			return
		}
		again, err := encode("2026-10", berlin.String(), rows)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decode(bytes.NewReader(again), int64(len(again)), always, nil)
		if err != nil || !back.equal(rows) {
			t.Fatal("what was read is not what was written", err)
		}
	})
}
