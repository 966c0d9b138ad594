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

// runAxe returns what axe found, and of it only what would keep a reader from
// the content. %s are options.
const runAxe = `axe.run(document, {resultTypes: ["violations"], %s}).then(r => r.violations
	.filter(v => v.impact === "serious" || v.impact === "critical")
	.map(v => ({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html}))})))`

const (
	allRules      = ``
	contrastRules = `runOnly: ["color-contrast", "link-in-text-block"]`
)

func TestNothingKeepsAReaderFromThePage(t *testing.T) {
	axe := axeScript(t)
	for _, width := range []int64{390, 1440} {
		t.Run(fmt.Sprintf("%d px wide", width), func(t *testing.T) {
			prepare := func(b *tab) error { return b.size(width, 900) }
			inTabs(t, largestOfEachKind(t), prepare, func(b *tab, p page) error {
				if err := errors.Join(b.scheme("light"), b.load(onServer(p))); err != nil {
					return err
				}
				found := b.judge(axe, allRules)
				if err := b.scheme("dark"); err != nil {
					return err
				}
				return errors.Join(found, b.judge(axe, contrastRules))
			})
		})
	}
}

func axeScript(t *testing.T) string {
	t.Helper()
	const file = "node_modules/axe-core/axe.min.js"
	needFile(t, file)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// judge runs axe over the page that the tab shows.
func (b *tab) judge(axe, options string) error {
	found, err := eval[[]violation](b, axe+";"+fmt.Sprintf(runAxe, options))
	all := []error{err}
	for _, v := range found {
		all = append(all, v)
	}
	return errors.Join(all...)
}

func TestAxeSeesWhatIsWrong(t *testing.T) {
	b, err := openTab(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	url := serve(t, `<!doctype html><html lang="en"><title>x</title><link rel=icon href=data:,><main><h1>x</h1><p style="color: #ccc; background: #fff">pale</p><img src="data:,"></main>`)
	if err := b.load(url, url); err != nil {
		t.Fatal(err)
	}
	err = b.judge(axeScript(t), allRules)
	for _, rule := range []string{"color-contrast", "image-alt"} {
		if err == nil || !strings.Contains(err.Error(), rule) {
			t.Errorf("%v\nwant %q", err, rule)
		}
	}
}
