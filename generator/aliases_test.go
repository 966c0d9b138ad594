package generator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"tribune/generator"
	"tribune/generator/postmortem"
)

// ownWords is a site whose people write in German.
const ownWords = `
-- data/site.toml --
title = "Laden"
time_zone = "Europe/Berlin"

[postmortems]
headings = { timeline = ["Was ist passiert", "Ablauf"], impact = ["Auswirkung"], actions = ["Maßnahmen"] }
keys = { started = ["Beginn"], resolved = ["Ende"], severity = ["Schwere"], owner = ["Verantwortlich"], due = ["Fällig"] }
-- data/tribes/laden.toml --
name = "Laden"
-- content/postmortems/laden/kasse.md --
# Kasse steht, 2026-10-06

Schwere: SEV2

- Beginn: 10:02
- Ende: 10:49

## Auswirkung

Niemand konnte bezahlen.

## Was ist passiert?

- 10:02 Die Kasse steht.
- 10:49 Die Kasse läuft.

## Maßnahmen

| Aktion | Verantwortlich | Fällig |
|---|---|---|
| Kabel festschrauben | Filiale | 2026-12-01 |

- Zweite Leitung (Verantwortlich: Technik, Fällig: 2026-11-01)
`

func TestASitesOwnWordsAreReadInPostmortems(t *testing.T) {
	s, problems, err := generator.Load(siteFrom(t, txtar.Parse([]byte(ownWords)).Files))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if len(problems) > 0 {
		t.Errorf("there are problems: %v", problems)
	}
	p := s.Postmortems[0]
	var b strings.Builder
	fmt.Fprintln(&b, p.Started.Format("15:04"), p.Resolved.Format("15:04"), p.Severity, p.Impact)
	for _, a := range p.Actions {
		fmt.Fprintln(&b, a.Title, a.Owner, a.Due)
	}
	const want = "08:02 08:49 SEV2 Niemand konnte bezahlen.\nKabel festschrauben Filiale 2026-12-01\nZweite Leitung Technik 2026-11-01\n"
	if b.String() != want {
		t.Errorf("read\n%swant\n%s", b.String(), want)
	}
}

func TestEverySectionMayHaveWordsOfItsOwn(t *testing.T) {
	kinds := []postmortem.SectionKind{
		postmortem.Summary, postmortem.Impact, postmortem.Leadup, postmortem.Timeline, postmortem.Factors,
		postmortem.Well, postmortem.Badly, postmortem.Lucky, postmortem.Lessons, postmortem.Actions,
	}
	for _, kind := range kinds {
		dir := siteFrom(t, txtar.Parse([]byte("-- data/site.toml --\ntitle = \"Laden\"\n[postmortems.headings]\n"+string(kind)+" = [\"Wort\"]\n")).Files)
		s, problems, err := generator.Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		if s.Close(); len(problems) > 0 {
			t.Errorf("%s: %v", kind, problems)
		}
		if got := generator.SiteSettings(dir).Postmortems.Headings[string(kind)]; !slices.Equal(got, []string{"Wort"}) {
			t.Errorf("%s is called %q", kind, got)
		}
	}
}
