package postmortem

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tribune/generator/diag"
)

// Names is what exists in the site's data and may be named by a postmortem.
type Names struct {
	Tribes []string // ids
	// Services and SLOs give the id of today for every full id, tribe/service
	// and tribe/service/slo, the earlier ones ("was") included.
	Services map[string]string
	SLOs     map[string]string
	// Called gives the full ids of the services that prose calls by a name or
	// alias, in small letters.
	Called  map[string][]string
	Aliases Aliases
	// Refused are ids, in full, of tribes, services and SLOs of whose declaration
	// something was wrong: what is named under them may be there once it is mended.
	Refused []string
}

// mayBe reports whether a name that is not known may be one of what was refused.
func (n Names) mayBe(name, tribe string) bool {
	return slices.ContainsFunc(n.Refused, func(id string) bool {
		return slices.ContainsFunc([]string{name, tribe + "/" + name}, func(full string) bool {
			return full == id || strings.HasPrefix(full, id+"/")
		})
	})
}

// service returns the full id of a service that is named within a tribe, or
// with its tribe.
func (n Names) service(name, tribe string) (id string, ok bool) {
	if !strings.Contains(name, "/") {
		name = tribe + "/" + name
	}
	id, ok = n.Services[name]
	return id, ok
}

// called returns the full id of a service that prose names: by its id, within the
// tribe or in full, or by a name or alias that is the tribe's or only one
// service's.
func (n Names) called(name, tribe string) (id string, ok bool) {
	if id, ok := n.service(name, tribe); ok {
		return id, true
	}
	found := n.Called[strings.ToLower(name)]
	for _, id := range found {
		if strings.HasPrefix(id, tribe+"/") {
			return id, true
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	return "", false
}

// calledIn returns the services whose names or aliases stand in a title, the
// longest first: in "ci.example.org is slow" it is not example.org.
func (n Names) calledIn(title, tribe string) (ids []string) {
	title = strings.ToLower(title)
	var found []string
	for name := range n.Called {
		if len(name) > 2 && strings.Contains(title, name) {
			found = append(found, name)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, name := range found {
		before, after, is := cutWord(title, name)
		if !is {
			continue
		}
		title = before + " | " + after
		if id, ok := n.called(name, tribe); ok && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// cutWord cuts a text around a name that stands in it by itself, and not as part
// of a longer one.
func cutWord(text, name string) (before, after string, ok bool) {
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return text, "", false
		}
		i += from
		before, after = text[:i], text[i+len(name):]
		last, _ := utf8.DecodeLastRuneInString(before)
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, ".:"))
		ends := next == utf8.RuneError || !isNamePart(next) || len(after) > 0 && (after[0] == '.' || after[0] == ':') && next == ' '
		if (before == "" || !isNamePart(last) && last != '.') && ends {
			return before, after, true
		}
		from = i + len(name)
	}
}

func isNamePart(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_'
}

// slo returns the full id of an SLO that is named in full, within the tribe, or
// by its key alone within one of the services.
func (n Names) slo(name, tribe string, services []string) (id string, ok bool) {
	switch strings.Count(name, "/") {
	case 2:
		id, ok = n.SLOs[name]
	case 1:
		id, ok = n.SLOs[tribe+"/"+name]
	case 0:
		for _, s := range services {
			if found, is := n.SLOs[s+"/"+name]; is && !ok {
				id, ok = found, true
			}
		}
	}
	return id, ok
}

// nearest returns a hint that names what may have been meant: one of known, in
// full or as it is called within the tribe.
func nearest(name, tribe string, known map[string]string) string {
	ids := slices.Sorted(maps.Keys(known))
	for _, id := range ids {
		if within, ok := strings.CutPrefix(id, tribe+"/"); ok {
			ids = append(ids, within, path.Base(within))
		}
	}
	if id := diag.Nearest(name, ids); id != "" {
		return "did you mean " + id + "?"
	}
	return "write it as it stands in data/tribes, with its tribe if that is another"
}

// measures reports whether the tribe has any SLO, so that a postmortem could
// take something in a ledger.
func (n Names) measures(tribe string) bool {
	for id := range n.SLOs {
		if strings.HasPrefix(id, tribe+"/") {
			return true
		}
	}
	return false
}
