package site

import (
	"html/template"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// Frame returns a digest of what all pages have in common: templates, styles and
// scripts, and for whom they are.
func (w *Writer) Frame() Digest {
	b := w.b
	return digestOf(b.source, b.style, b.icon, b.scripts, b.in.Audience)
}

// Keep takes over the page and the JSON of a tribe's month from an earlier build,
// made of what has the digest. It reports whether both were there.
func (w *Writer) Keep(tribe string, m slo.Month, made scorecard.Made) bool {
	page, facts := madePage(made, w.b.comment(m, tribe)), madeJSON(made)
	for _, of := range []Digest{page, facts} {
		path, ok := w.b.again(of)
		if !ok {
			return false
		}
		w.b.kept.Store(of, path)
	}
	w.b.kept.Delete(page)
	w.b.kept.Delete(facts)
	return true
}

// madePage is the digest of a month's page; zero if there is none of its facts.
func madePage(made scorecard.Made, comment template.HTML) Digest {
	if made == (scorecard.Made{}) {
		return Digest{}
	}
	return digestOf("scorecard", made, comment)
}

// madeJSON is the digest of a month's JSON; zero if there is none of its facts.
func madeJSON(made scorecard.Made) Digest {
	if made == (scorecard.Made{}) {
		return Digest{}
	}
	return digestOf("scorecard JSON", made)
}
