package site

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// A facet is one way to narrow the list of postmortems. Its counts are facts by
// themselves; a script makes links of them.
type facet struct {
	Name, Key string
	Values    []facetValue // the first few
	More      []facetValue // behind a disclosure
	Left      int          // how many there are besides
}

type facetValue struct {
	Text string
	N    int
}

const (
	facetFirst = 8  // values that a facet shows at once
	facetAll   = 60 // values that it shows at all: the rarest of thousands of tags are for the search
)

// facetKeys are the ways to narrow the list, by their names in an address.
var facetKeys = []struct{ key, name string }{
	{"tribe", "Tribe"}, {"service", "Service"}, {"squad", "Squad"}, {"severity", "Severity"}, {"cause", "Cause"}, {"detected", "Detected by"},
	{"review", "Review"}, {"actions", "Actions"}, {"tag", "Tag"}, {"year", "Year"},
}

// facets returns the values of one postmortem by the facets' keys.
func (e shelved) facets() map[string][]string {
	f := map[string][]string{"squad": e.Squads, "cause": e.Classes(), "tag": e.Tags}
	for _, s := range e.Services {
		f["service"] = append(f["service"], s.Name)
	}
	for key, value := range map[string]string{"severity": string(e.Severity), "detected": string(e.Detection), "review": string(e.Status), "tribe": e.tribe} {
		if value != "" {
			f[key] = []string{value}
		}
	}
	switch {
	case e.Actions.Overdue > 0:
		f["actions"] = []string{"with an overdue action"}
	case e.Actions.Total > 0 && e.Actions.Open == 0:
		f["actions"] = []string{"all done"}
	}
	if !e.Date.IsZero() {
		f["year"] = []string{strconv.Itoa(e.Date.Year)}
	}
	return f
}

// facetLines writes the same for the script: key=value, one a line.
func (e shelved) facetLines() string {
	values := e.facets()
	var lines []string
	for _, k := range facetKeys {
		for _, v := range values[k.key] {
			lines = append(lines, k.key+"="+v)
		}
	}
	return strings.Join(lines, "\n")
}

// facets counts the values of all postmortems of a shelf.
func (s shelf) facets() (all []facet) {
	counts := make(map[string]map[string]int)
	for _, e := range s.posts {
		for key, values := range e.facets() {
			if counts[key] == nil {
				counts[key] = make(map[string]int)
			}
			for _, v := range values {
				counts[key][v]++
			}
		}
	}
	for _, k := range facetKeys {
		f := facet{Name: k.name, Key: k.key}
		for v, n := range counts[k.key] {
			f.Values = append(f.Values, facetValue{v, n})
		}
		slices.SortFunc(f.Values, func(a, b facetValue) int {
			switch k.key {
			case "year":
				return cmp.Compare(b.Text, a.Text)
			case "service", "cause", "tag": // many, of which the frequent are looked for
				return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Text, b.Text))
			}
			return cmp.Compare(a.Text, b.Text)
		})
		if n := len(f.Values); n > facetAll {
			f.Values, f.Left = f.Values[:facetAll], n-facetAll
		}
		if len(f.Values) > facetFirst+1 {
			f.Values, f.More = f.Values[:facetFirst], f.Values[facetFirst:]
		}
		if len(f.Values) > 0 {
			all = append(all, f)
		}
	}
	return all
}
