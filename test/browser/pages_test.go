package browser

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// sticksOut names what makes a page wider than its window; "" if nothing does.
const sticksOut = `(() => {
	const width = window.innerWidth;
	if (document.documentElement.scrollWidth <= width) return "";
	const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 0.5);
	return document.documentElement.scrollWidth + " px: " + wide.slice(0, 3).map(e => e.tagName.toLowerCase() + "." + (e.getAttribute("class") || "")).join(", ");
})()`

// fits is an error if the page scrolls sideways.
func (b *tab) fits() error {
	wide, err := eval[string](b, sticksOut)
	if err == nil && wide != "" {
		err = fmt.Errorf("scrolls sideways: %s", wide)
	}
	return err
}

func narrow(b *tab) error { return b.size(390, 844) }

func TestEveryPageOnAPhoneOverHTTP(t *testing.T) {
	inTabs(t, pages(t), narrow, func(b *tab, p page) error {
		return errors.Join(b.visit(onServer(p)), b.fits())
	})
}

func TestEveryPageFromAFile(t *testing.T) {
	wide := func(b *tab) error { return b.size(1440, 900) }
	inTabs(t, pages(t), wide, func(b *tab, p page) error {
		if p.path == notThere {
			return nil // only a server sends it
		}
		return errors.Join(b.visit(onDisk(p)), b.fits())
	})
}

func TestEveryPageWithoutScripts(t *testing.T) {
	prepare := func(b *tab) error { return errors.Join(narrow(b), b.noScripts()) }
	inTabs(t, pages(t), prepare, func(b *tab, p page) error {
		return errors.Join(b.visit(onServer(p)), b.fits())
	})
}

// The tests above find nothing on a good site: this one shows that they could.
func TestATabSeesWhatIsWrong(t *testing.T) {
	b, err := openTab(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	if err := narrow(b); err != nil {
		t.Fatal(err)
	}
	const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'unsafe-inline'">`
	for _, c := range []struct{ html, complaint string }{
		{`<p>fine`, ""},
		{`<script>console.error("x")</script>`, "console has a line (error)"},
		{`<script>throw new Error("oh dear")</script>`, "oh dear"},
		{`<img src="not-there.png" alt="">`, "is answered with 404"},
		{`<img src="http://other.example/x.png" alt="">`, "requests http://other.example/x.png"},
		{policy + `<p style="color: red">`, "forbids: style-src"},
		{policy + `<style>p { color: red }</style>`, "forbids: style-src"},
		{`<div class="wide">x</div><style>.wide { width: 500px }</style>`, "508 px: div.wide"},
	} {
		server := serve(t, "<!doctype html><title>x</title><link rel=icon href=data:,>"+c.html)
		err := errors.Join(b.visit(server, server), b.fits())
		if c.complaint == "" && err != nil || c.complaint != "" && (err == nil || !strings.Contains(err.Error(), c.complaint)) {
			t.Errorf("%s\n\t%v\nwant %q", c.html, err, c.complaint)
		}
	}
}
