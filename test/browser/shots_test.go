package browser

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// printable is the width of A4 within margins of 10 mm, in CSS pixels.
const printable = 718

// TestSavePictures is for people: with -shots DIR it saves what each kind of
// page looks like, narrow and wide, light and dark, and as it is printed.
func TestSavePictures(t *testing.T) {
	if *shotsFlag == "" {
		return
	}
	if err := os.MkdirAll(*shotsFlag, 0o777); err != nil {
		t.Fatal(err)
	}
	inTabs(t, largestOfEachKind(t), func(*tab) error { return nil }, func(b *tab, p page) error {
		name := filepath.Join(*shotsFlag, strings.ReplaceAll(strings.TrimSuffix(p.kind, ".html"), "/", "-"))
		var errs []error
		for _, width := range []int64{390, 1440} {
			for _, scheme := range []string{"light", "dark"} {
				errs = append(errs, b.size(width, 900), b.scheme(scheme), b.load(onServer(p)),
					b.shoot(fmt.Sprintf("%s-%d-%s.png", name, width, scheme)))
			}
		}
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		errs = append(errs, err, b.size(printable, 1047), b.load(onServer(p)), b.shoot(name+"-print.png"))
		pdf, err := b.print()
		if err == nil {
			err = os.WriteFile(name+"-print.pdf", pdf, 0o666)
		}
		_, media := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
		return errors.Join(append(errs, err, media)...)
	})
}

// shoot saves a picture of the whole page.
func (b *tab) shoot(file string) error {
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	return os.WriteFile(file, png, 0o666)
}
