package cache

import (
	"encoding/gob"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// hurt changes a byte of a file, cuts it off or adds to it.
func hurt(t *testing.T, path string, dice *rand.Rand) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := dice.IntN(len(b))
	switch dice.IntN(3) {
	case 0:
		b[at] ^= 1 << dice.IntN(8)
	case 1:
		b = b[:at]
	case 2:
		b = append(b, b[at:]...)
	}
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestASealedFileIsReadWholeOrNotAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "words")
	want := []string{"one", "two", "three"}
	write := func() { save(path, func(e *gob.Encoder) error { return e.Encode(want) }) }
	read := func() (got []string, ok bool) {
		ok = load(path, func(d *gob.Decoder) error { return d.Decode(&got) })
		return got, ok
	}
	write()
	if got, ok := read(); !ok || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("what was saved is read as %q, %v", got, ok)
	}
	dice := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		write()
		hurt(t, path, dice)
		if got, ok := read(); ok {
			t.Fatalf("a damaged file was read as %q", got)
		}
	}
}

func TestAPackGivesWhatWasPutOrNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pack")
	dice := rand.New(rand.NewPCG(1, 1))
	content := func(n int) string { return fmt.Sprintf("content %d %0*d", n, n*7%300, n) }
	key := func(n int) string { return digestOf(fmt.Sprint(n)) }
	found := 0
	for round := range 300 {
		p := openPack(path)
		for n := range 20 {
			switch b, ok := p.get(key(n)); {
			case ok && string(b) != content(n):
				t.Fatalf("round %d: record %d is %q", round, n, b)
			case ok:
				found++
			case dice.IntN(2) == 0:
				p.put(key(n), []byte(content(n)))
				if b, ok := p.get(key(n)); !ok || string(b) != content(n) {
					t.Fatalf("round %d: record %d was just put and is %q, %v", round, n, b, ok)
				}
			}
		}
		p.close(true)
		hurt(t, path, dice)
	}
	if found < 1000 {
		t.Errorf("only %d records survived: one damaged byte should cost little", found)
	}
}

func TestAPackLetsGoOfWhatNobodyAsksFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pack")
	p := openPack(path)
	large := make([]byte, 300<<10)
	for n := range 10 {
		p.put(digestOf(fmt.Sprint(n)), large)
	}
	p.close(true)
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()

	p = openPack(path)
	p.get(digestOf("3"))
	p.close(false)
	if size() != before {
		t.Errorf("a build that failed changed the pack from %d to %d bytes", before, size())
	}

	p = openPack(path)
	p.get(digestOf("3"))
	p.close(true)
	if size() > before/5 {
		t.Errorf("the pack has %d bytes, and %d with what nobody asked for", size(), before)
	}
	p = openPack(path)
	defer p.close(false)
	if _, ok := p.get(digestOf("3")); !ok {
		t.Error("what was asked for is gone")
	}
	if _, ok := p.get(digestOf("4")); ok {
		t.Error("what nobody asked for is still there")
	}
}
