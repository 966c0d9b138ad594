package browser

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// A violation is what axe finds against a rule of accessibility.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML string }
}

func (v violation) Error() string {
	return fmt.Sprintf("%s (%s): %s, %d times, first in %.200s", v.ID, v.Impact, v.Help, len(v.Nodes), v.Nodes[0].HTML)
}

// runAxe returns only what axe found, and of it what would keep a reader from
// the content.
const runAxe = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations
	.filter(v => v.impact === "serious" || v.impact === "critical")
	.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html}))})))`

func TestNothingKeepsAReaderFromThePage(t *testing.T) {
	const file = "node_modules/axe-core/axe.min.js"
	needFile(t, file)
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{390, 1440} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(fmt.Sprintf("%s at %d", scheme, width), func(t *testing.T) {
				prepare := func(b *tab) error { return errors.Join(b.size(width, 900), b.scheme(scheme)) }
				inTabs(t, largestOfEachKind(t), prepare, func(b *tab, p page) error {
					if err := b.visit(httpURL(p), served); err != nil {
						return err
					}
					return judge(b, string(axe))
				})
			})
		}
	}
}

// judge runs axe over the page that the tab shows.
func judge(b *tab, axe string) error {
	if _, err := eval[any](b, axe+"; null"); err != nil {
		return err
	}
	found, err := eval[[]violation](b, runAxe)
	if err != nil {
		return err
	}
	var all []error
	for _, v := range found {
		all = append(all, v)
	}
	return errors.Join(all...)
}

func TestAxeSeesWhatIsWrong(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	b, err := openTab(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	url := serve(t, `<!doctype html><html lang="en"><title>x</title><link rel=icon href=data:,><main><h1>x</h1><p style="color: #ccc; background: #fff">pale</p><img src="data:,"></main>`)
	b.visit(url, url)
	err = judge(b, string(axe))
	for _, rule := range []string{"color-contrast", "image-alt"} {
		if err == nil || !strings.Contains(err.Error(), rule) {
			t.Errorf("%v\nwant %q", err, rule)
		}
	}
}
