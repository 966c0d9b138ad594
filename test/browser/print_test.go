package browser

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
)

// print returns the page as it comes out of a printer, on A4.
func (b *tab) print() ([]byte, error) {
	return chromedp.Run(b.ctx, chromedp.PrintToPDF(
		chromedp.PDFPaper(chromedp.PaperA4),
		chromedp.PDFPreferCSSPageSize(),
	))
}

var pdfSide = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// sides counts the sides of a PDF, whose page objects Chromium does not pack.
func sides(pdf []byte) int { return len(pdfSide.FindAll(pdf, -1)) }

// A scorecard of up to 12 SLOs is printed on one side, without a script's help:
// each month of each tribe, for how long a month is on paper is not told by its
// size as a file.
func TestAScorecardFillsOneSide(t *testing.T) {
	var cards []page
	for _, p := range pages(t) {
		if p.kind == "tribe/scorecards/one/index.html" && slos(t, p) <= 12 {
			cards = append(cards, p)
		}
	}
	if len(cards) == 0 {
		t.Fatal("no scorecard of up to 12 SLOs")
	}
	printsOnOneSide(t, cards)
}

// So is the page of the SRE team, with the fourteen tasks and squads of the example.
func TestTheSRETeamsPageFillsOneSide(t *testing.T) {
	for _, p := range pages(t) {
		if p.path == "sre/index.html" {
			printsOnOneSide(t, []page{p})
			return
		}
	}
	t.Error("there is no page of the SRE team")
}

func printsOnOneSide(t *testing.T, all []page) {
	t.Helper()
	inTabs(t, all, (*tab).noScripts, func(b *tab, p page) error {
		if err := b.load(onDisk(p)); err != nil {
			return err
		}
		pdf, err := b.print()
		if err != nil {
			return err
		}
		if n := sides(pdf); n != 1 {
			return fmt.Errorf("prints on %d sides", n)
		}
		return nil
	})
}

// slos returns how many SLOs a scorecard shows, as its JSON says.
func slos(t *testing.T, p page) int {
	t.Helper()
	month := filepath.Base(filepath.Dir(p.path))
	tribe := filepath.Dir(filepath.Dir(filepath.Dir(p.path)))
	b, err := os.ReadFile(filepath.Join(root, tribe, "api", "scorecards", month+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var card struct{ SLOs []json.RawMessage }
	if err := json.Unmarshal(b, &card); err != nil {
		t.Fatal(err)
	}
	return len(card.SLOs)
}

func TestSidesAreCounted(t *testing.T) {
	b, err := openTab(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	for _, want := range []int{1, 3} {
		text := `<!doctype html><title>x</title><link rel=icon href=data:,><h1>x</h1>`
		for range want - 1 {
			text += `<p style="break-before: page">y</p>`
		}
		url := serve(t, text)
		err := b.load(url, url)
		pdf, printErr := b.print()
		if err := errors.Join(err, printErr); err != nil {
			t.Fatal(err)
		}
		if n := sides(pdf); n != want {
			t.Errorf("%d sides are counted as %d", want, n)
		}
	}
}
