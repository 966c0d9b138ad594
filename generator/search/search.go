// Package search writes the indexes that the browser searches. They are in the
// form that MiniSearch 7 saves and loads (its serialization version 2), and as
// MiniSearch would have made them: a page finds the same documents with the same
// scores, but no reader's browser has to make the index.
package search

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// A Document is something to be found.
type Document struct {
	ID     string   // what a search returns; one document only has it
	Fields []string // as many as the index has, in its order; "" where there is nothing
}

// An index is what MiniSearch.loadJS takes. Documents are numbered in order.
type index struct {
	DocumentCount int                 `json:"documentCount"`
	NextID        int                 `json:"nextId"`
	DocumentIDs   map[int]string      `json:"documentIds"`
	FieldIDs      map[string]int      `json:"fieldIds"`
	FieldLength   map[int][]int       `json:"fieldLength"`        // of each document: words of each field
	AverageLength []float64           `json:"averageFieldLength"` // of each field
	StoredFields  map[string]struct{} `json:"storedFields"`
	DirtCount     int                 `json:"dirtCount"`
	Index         []entry             `json:"index"`
	Version       int                 `json:"serializationVersion"`
}

// An entry is a term and where it is: field → document → how often.
type entry struct {
	term string
	at   map[int]map[int]int
}

func (e entry) MarshalJSON() ([]byte, error) { return json.Marshal([]any{e.term, e.at}) }

// Index returns the index of the documents as JSON, the same bytes for the same
// documents. Terms stand in the order in which they first occur, since the order
// in which MiniSearch meets them decides between equal scores. It is an error if
// two documents have one id, or one has another number of fields.
func Index(fields []string, documents []Document) ([]byte, error) {
	x := index{
		DocumentCount: len(documents), NextID: len(documents),
		DocumentIDs: make(map[int]string, len(documents)), FieldIDs: make(map[string]int, len(fields)),
		FieldLength: make(map[int][]int, len(documents)), AverageLength: make([]float64, len(fields)),
		StoredFields: map[string]struct{}{}, Index: []entry{}, Version: 2,
	}
	for i, f := range fields {
		x.FieldIDs[f] = i
	}
	places := make(map[string]int) // of terms in x.Index
	ids := make(map[string]bool, len(documents))
	for n, d := range documents {
		if ids[d.ID] {
			return nil, fmt.Errorf("search index: two documents have the id %q", d.ID)
		}
		if len(d.Fields) != len(fields) {
			return nil, fmt.Errorf("search index: document %q has %d fields, not %d", d.ID, len(d.Fields), len(fields))
		}
		ids[d.ID] = true
		x.DocumentIDs[n] = d.ID
		x.FieldLength[n] = make([]int, len(fields))
		for f, text := range d.Fields {
			words := tokens(text)
			length := distinct(words)
			x.FieldLength[n][f] = length
			x.AverageLength[f] = (x.AverageLength[f]*float64(n) + float64(length)) / float64(n+1)
			for _, w := range words {
				x.add(places, term(w), f, n)
			}
		}
	}
	b, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	return b, nil
}

// add counts one occurrence of a term.
func (x *index) add(places map[string]int, term string, field, document int) {
	if term == "" {
		return
	}
	i, ok := places[term]
	if !ok {
		i = len(x.Index)
		places[term] = i
		x.Index = append(x.Index, entry{term, map[int]map[int]int{}})
	}
	at := x.Index[i].at
	if at[field] == nil {
		at[field] = map[int]int{}
	}
	at[field][document]++
}

// tokens splits a text as MiniSearch does, wherever there is space or
// punctuation. What lies before the first separator and behind the last counts
// as a token, also if it is empty: MiniSearch's lengths depend on it.
func tokens(text string) (all []string) {
	begin, between := 0, false
	for i, r := range text {
		separates := r == '\n' || r == '\r' || unicode.In(r, unicode.Z, unicode.P)
		switch {
		case separates && !between:
			all = append(all, text[begin:i])
		case !separates && between:
			begin = i
		}
		between = separates
	}
	if between {
		return append(all, "")
	}
	return append(all, text[begin:])
}

func distinct(words []string) int {
	seen := make(map[string]bool, len(words))
	for _, w := range words {
		seen[w] = true
	}
	return len(seen)
}

// term is how a word is looked up: in small letters, as JavaScript makes them.
// Unlike strings.ToLower it knows the two cases in which a letter depends on
// those around it or becomes two.
func term(word string) string {
	for i := range len(word) {
		if word[i] >= 0x80 {
			return cases.Lower(language.Und).String(word)
		}
	}
	return strings.ToLower(word)
}
