package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"tribune/generator"
)

// TestMain lets the program of the tests be the process that measure starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == measured {
		if err := runMeasured(context.Background(), os.Args[2], os.Args[3:]...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func TestACorpusIsTheSameEachTimeAndHasNoProblem(t *testing.T) {
	site := t.TempDir()
	if err := writePostmortems(t.Context(), site, 40); err != nil {
		t.Fatal(err)
	}
	size := 0
	for i := range 40 {
		got, err := os.ReadFile(filepath.Join(site, postmortemFile(i)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, postmortem(i)) {
			t.Errorf("postmortem %d is another when it is made again", i)
		}
		size += len(got)
	}
	if size /= 40; size < 5_500 || size > 6_500 {
		t.Errorf("a postmortem has %d bytes, not about 6,000", size)
	}
	s, problems, err := generator.Check(site, time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if len(problems) > 0 {
		t.Error(problems)
	}
	if len(s.Postmortems) != 40 || len(s.Catalog.Tribes) != tribes {
		t.Errorf("%d postmortems of %d tribes", len(s.Postmortems), len(s.Catalog.Tribes))
	}
}

func TestTheOrganisationOfTheMatrixHasNoProblem(t *testing.T) {
	site := t.TempDir()
	if err := writeMatrix(context.Background(), site, 2); err != nil {
		t.Fatal(err)
	}
	s, problems, err := generator.Check(site, time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if len(problems) > 0 {
		t.Error(problems)
	}
	if len(s.Postmortems) != 2*matrixPostmortems || len(s.Catalog.Tribes) != 2 {
		t.Errorf("%d postmortems of %d tribes", len(s.Postmortems), len(s.Catalog.Tribes))
	}
}

func TestTheFloorMakesAPageOfEachPostmortem(t *testing.T) {
	site, out := t.TempDir(), t.TempDir()
	if err := writePostmortems(t.Context(), site, 10); err != nil {
		t.Fatal(err)
	}
	if err := floor(site, out, 2); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(out, "*", "*", "index.html"))
	if err != nil || len(pages) != 10 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	page, err := os.ReadFile(pages[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<h2>Timeline</h2>", "<table>", "<dt>severity</dt>"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("%s has no %s", pages[0], want)
		}
	}
}

func TestAProcessIsMeasuredToItsEnd(t *testing.T) {
	c, err := measure(context.Background(), "", "go", "version")
	if err != nil {
		t.Fatal(err)
	}
	if c.wall <= 0 || c.cpu <= 0 || c.said == "" {
		t.Errorf("%+v", c)
	}
	if _, err := measure(context.Background(), "", "go", "no-such-command"); err == nil {
		t.Error("a process that fails is measured")
	}
}

func TestWhatAProgramTakesIsItsOwn(t *testing.T) {
	ballast := make([]byte, 200<<20)
	for i := range ballast {
		ballast[i] = byte(i)
	}
	c, err := measure(t.Context(), "", "go", "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	if c.peak > 150<<20 {
		t.Errorf("go env is said to take %d MiB, when the process that measures it has %d", c.peak>>20, len(ballast)>>20)
	}
	runtime.KeepAlive(ballast)
}
