package postmortem

import (
	"maps"
	"path"
	"slices"
	"strings"

	"tribune/generator/diag"
)

// Names is what exists in the site's data and may be named by a postmortem.
type Names struct {
	Tribes []string // ids
	// Services and SLOs give the id of today for every full id, tribe/service
	// and tribe/service/slo, the earlier ones ("was") included.
	Services map[string]string
	SLOs     map[string]string
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
