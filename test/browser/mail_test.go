package browser

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pale finds words that stand out from the canvas of the mail by less than 4.5 to 1.
// axe takes a canvas for white, whatever the scheme.
const pale = `(() => {
	const channels = c => c.match(/[\d.]+/g).slice(0, 3).map(Number);
	const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const probe = document.body.appendChild(document.createElement("i"));
	probe.style.backgroundColor = "Canvas";
	const canvas = channels(getComputedStyle(probe).backgroundColor);
	probe.remove();
	const found = [];
	for (const e of document.body.querySelectorAll("*")) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
		let opacity = 1;
		for (let up = e; up; up = up.parentElement) opacity *= getComputedStyle(up).opacity;
		const color = channels(getComputedStyle(e).color).map((v, i) => v * opacity + canvas[i] * (1 - opacity));
		const [a, b] = [light(color), light(canvas)].sort((x, y) => y - x);
		if ((a + 0.05) / (b + 0.05) < 4.5) found.push(e.textContent.slice(0, 40) + ": " + ((a + 0.05) / (b + 0.05)).toFixed(2));
	}
	return found;
})()`

// The digest as the body of a mail is read on a phone and at a desk, light and
// dark, with nothing asked of any server, no line cut off, and enough contrast.
func TestADigestIsReadAsAMail(t *testing.T) {
	axe := axeScript(t)
	for name, args := range map[string][]string{"organisation": nil, "tribe": {"--tribe", "payments"}, "draft": {"--tribe", "storefront", "--month", "2026-11"}} {
		digest := exec.Command("go", append([]string{"run", "./cmd/tribune", "digest", "--format", "html"}, args...)...)
		digest.Dir = "../.."
		mail, err := digest.Output()
		if err != nil {
			t.Fatal(err)
		}
		b, err := openTab(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer b.close()
		if name == "organisation" { // a name that no line can be broken in
			mail = bytes.ReplaceAll(mail, []byte("Storefront"), []byte(strings.Repeat("Storefront", 8)))
		}
		// A browser asks for an icon, which no mail program does.
		url := serve(t, strings.Replace(string(mail), "<title>", `<link rel="icon" href="data:,"><title>`, 1))
		for _, width := range []int64{320, 360, 390, 1440} {
			for _, scheme := range []string{"light", "dark"} {
				err := errors.Join(b.size(width, 900), b.scheme(scheme), b.visit(url, url), b.judge(axe, allRules))
				if found, err := eval[[]string](b, pale); err != nil || len(found) > 0 {
					t.Errorf("%s, %s: too pale: %q, %v", name, scheme, found, err)
				}
				wide, failed := eval[int64](b, "document.documentElement.scrollWidth")
				if err = errors.Join(err, failed); err != nil {
					t.Errorf("%s, %d px, %s: %v", name, width, scheme, err)
				}
				if wide > width {
					t.Errorf("%s, %s: at %d px it is %d px wide", name, scheme, width, wide)
				}
				if *shotsFlag != "" {
					if err := errors.Join(os.MkdirAll(*shotsFlag, 0o777), b.shoot(filepath.Join(*shotsFlag, fmt.Sprintf("mail-%s-%d-%s.png", name, width, scheme)))); err != nil {
						t.Error(err)
					}
				}
			}
		}
	}
}
