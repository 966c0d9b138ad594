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
	// Keys are keys of the front matter and labels in the text, by the key of
	// the front matter that they stand for, or duration: started = ["Beginn"].
	Keys map[string][]string
}

// Unknown returns the sections and keys that Aliases give words for and that
// nothing is read from, in order.
func (a Aliases) Unknown() (names []string) {
	for kind := range a.Headings {
		if !slices.ContainsFunc(kinds, func(k sectionWords) bool { return k.kind == kind }) {
			names = append(names, string(kind))
		}
	}
	for key := range a.Keys {
		if key != "duration" && !slices.Contains(keys, key) {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	return names
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
