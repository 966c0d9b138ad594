package browser

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
)

// undrawn scrolls every figure of the page into view and answers with those that
// are not drawn two seconds later.
const undrawn = `(async () => {
	const undrawn = [];
	for (const figure of document.querySelectorAll(".figure[data-figure]")) {
		figure.scrollIntoView({block: "center"});
		for (let i = 0; i < 40 && !figure.querySelector("svg"); i++) await new Promise(r => setTimeout(r, 50));
		const svg = figure.querySelector("svg");
		if (figure.hidden || !svg || svg.getBoundingClientRect().width < 100) undrawn.push(figure.dataset.figure);
	}
	return undrawn;
})()`

func TestFiguresAreDrawnWhenTheyScrollIntoView(t *testing.T) {
	var figures atomic.Int64
	for _, where := range []func(page) (url, home string){onServer, onDisk} {
		inTabs(t, largestOfEachKind(t), narrow, func(b *tab, p page) error {
			if p.path == notThere {
				return nil
			}
			if err := b.load(where(p)); err != nil {
				return err
			}
			n, err := eval[int64](b, `document.querySelectorAll(".figure[data-figure]").length`)
			if err != nil || n == 0 {
				return err
			}
			figures.Add(n)
			missing, err := eval[[]string](b, undrawn)
			if err == nil && len(missing) > 0 {
				err = fmt.Errorf("figures are not drawn: %s", strings.Join(missing, ", "))
			}
			return errors.Join(err, b.wrong(), b.fits())
		})
	}
	if figures.Load() == 0 {
		t.Error("the site has no interactive figure: was it built without make assets?")
	}
}

// colours is what a reader sees of the theme.
const colours = `getComputedStyle(document.body).backgroundColor + " under " + getComputedStyle(document.body).color`

func TestTheThemeIsSwitchedAndRemembered(t *testing.T) {
	b, err := openTab(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	look := func(p page) string {
		t.Helper()
		if err := b.load(onServer(p)); err != nil {
			t.Fatal(err)
		}
		seen, err := eval[string](b, colours)
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	choose := func(theme string) {
		t.Helper()
		if err := b.do(chromedp.Click(chromedp.CSS(`input[name="theme"][value="` + theme + `"]`))); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(b.size(1440, 900), b.scheme("light")); err != nil {
		t.Fatal(err)
	}
	all := largestOfEachKind(t)
	first, other := all[0], all[len(all)-1]
	light := look(first)
	choose("dark")
	dark, err := eval[string](b, colours)
	if err != nil {
		t.Fatal(err)
	}
	if dark == light {
		t.Errorf("dark looks like light: %s", dark)
	}
	if seen := look(other); seen != dark {
		t.Errorf("%s is %s after dark was chosen on %s", other.path, seen, first.path)
	}
	choose("system")
	if seen := look(first); seen != light {
		t.Errorf("the system's colours are %s, were %s", seen, light)
	}
	if err := b.scheme("dark"); err != nil {
		t.Fatal(err)
	}
	if seen := look(first); seen != dark {
		t.Errorf("%s does not follow a dark system: %s", first.path, seen)
	}
}
