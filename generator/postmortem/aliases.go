package postmortem

import (
	"maps"
	"slices"
	"strings"
)

// Aliases are a site's own words for what postmortems say, beside those that
// are known anyway. Capitals do not matter.
type Aliases struct {
	// Headings are phrases of headings, by the section they announce:
	// timeline = ["Ablauf"].
	Headings map[SectionKind][]string
	// Keys are keys of the front matter, labels in the text and fields of
	// actions, by the key that they stand for: started = ["Beginn"].
	Keys map[string][]string
}

// heading returns the section that a heading announces in the site's words, ""
// if it announces none. h is in small letters.
func (a Aliases) heading(h string) SectionKind {
	for _, kind := range slices.Sorted(maps.Keys(a.Headings)) {
		for _, phrase := range a.Headings[kind] {
			if saysAny(h, []string{strings.ToLower(phrase)}) {
				return kind
			}
		}
	}
	return ""
}

// key returns the key that a word stands for, "" if it stands for none.
func (a Aliases) key(word string) string {
	for _, key := range slices.Sorted(maps.Keys(a.Keys)) {
		for _, alias := range a.Keys[key] {
			if strings.EqualFold(alias, word) {
				return key
			}
		}
	}
	return ""
}
