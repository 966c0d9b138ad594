package generator_test

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	markerLink = regexp.MustCompile(`<a href="#([ts]-[^"]+)" aria-label="(\d+): `)
	rowPin     = regexp.MustCompile(`<a class="pin" href="#around"(?: id="(t-[^"]+)")? aria-label="Marker (\d+) of the chart">`)
)

// postmortemsAreTiedToTheData holds that each marker of a chart leads to a row
// of the timeline with its number, which leads back, and that a text with other
// times than the SLI is told so.
func postmortemsAreTiedToTheData(t *testing.T, built fs.FS) {
	const payments, ledgerWrites = "payments/postmortems/", "2026-10-14-index-build-slows-ledger-writes"
	_, content := matching(t, built, "/index.html")
	tied := 0
	for name, text := range content {
		if ok, _ := path.Match("*/postmortems/*/index.html", name); !ok {
			continue
		}
		page, signs := string(text), map[string]bool{}
		for _, m := range markerLink.FindAllStringSubmatch(page, -1) {
			signs[m[2]] = true
			if !strings.Contains(page, `id="`+m[1]+`"`) {
				t.Errorf("%s: marker %s leads to #%s, which is nowhere", name, m[2], m[1])
			}
		}
		pins := rowPin.FindAllStringSubmatch(page, -1)
		for _, m := range pins {
			if !signs[m[2]] {
				t.Errorf("%s: the row %s is not in the chart", name, m[2])
			}
		}
		if len(pins) != len(signs) {
			t.Errorf("%s has %d markers and %d numbered rows", name, len(signs), len(pins))
		}
		tied += len(pins)
	}
	if tied < 20 {
		t.Errorf("%d rows of timelines are in charts", tied)
	}
	says := "The data say that impact began between 10:00 and 11:00 on 14 October, the text says at 11:50 on 14 October."
	if page := string(content[payments+ledgerWrites+"/index.html"]); !strings.Contains(page, says) {
		t.Errorf("%s does not say: %s", ledgerWrites, says)
	}
}
