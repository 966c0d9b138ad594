package catalog

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
)

// idForm is what an id looks like: a folder's name that is the same on every
// file system and needs no escaping in an address.
const idForm = `^[a-z0-9][a-z0-9._-]{0,63}$`

var windowsDevice = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

func idLetter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'
}

// CheckID returns an error that says why id cannot name a tribe, squad, service
// or SLO, or nil if it can. An id is 1 to 64 lower-case letters a–z, digits,
// dashes, dots and underscores; it begins with a letter or digit, does not end
// in a dot and is no device name of Windows.
func CheckID(id string) error {
	for _, c := range id {
		if !idLetter(c) {
			return fmt.Errorf("holds %q (%U): an id is made of a–z, 0–9, dash, dot and underscore", c, c)
		}
	}
	switch {
	case id == "":
		return fmt.Errorf("is empty")
	case len(id) > 64:
		return fmt.Errorf("is longer than 64 letters")
	case strings.ContainsAny(id[:1], "-._"):
		return fmt.Errorf("does not begin with a letter or digit")
	case strings.HasSuffix(id, "."):
		return fmt.Errorf("ends in a dot, which Windows drops")
	case windowsDevice.MatchString(id):
		return fmt.Errorf("is the name of a device on Windows")
	}
	return nil
}

// Resolve returns the current id of what has the id or once had it: a tribe, a
// tribe/service or a full SLO id. ok is false if there is no such thing.
func (c *Catalog) Resolve(id string) (current string, ok bool) {
	current = c.current(id)
	parts := strings.Split(current, "/")
	t := c.Tribe(parts[0])
	if t == nil || len(parts) > 3 {
		return "", false
	}
	if len(parts) == 1 {
		return current, true
	}
	s := t.Service(parts[1])
	if s == nil || len(parts) == 3 && !slices.ContainsFunc(s.SLOs, func(o SLO) bool { return o.Key == parts[2] }) {
		return "", false
	}
	return current, true
}

// current replaces the service in an id by what it is called now, if it is an
// earlier id of one.
func (c *Catalog) current(id string) string {
	for _, t := range c.Tribes {
		for _, s := range t.Services {
			for _, was := range s.Was {
				if rest, ok := within(id, was); ok {
					return s.FullID() + rest
				}
			}
		}
	}
	return id
}

// within reports whether id is parent or lies under it, and returns what
// follows the parent's id, slash included.
func within(id, parent string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(id, parent)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// A mention is an id in a list, and where it stands.
type mention struct {
	id   string
	list string // the key or table that the list belongs to: "headline", "exclusions" …
	pos  diag.Pos
}

// An edge is the beginning or end of an exclusion, and where it stands.
type edge struct {
	ids []string
	at  time.Time
	key string // "from" or "to"
	pos diag.Pos
}

// CheckNames reports ids in headline, exclusions, maintenance, exceptions and
// decisions that name nothing, and exclusions that begin or end within a bucket
// of an SLO that they cover. Load calls it, unless there are files under
// data/slos: then whoever adds their SLOs calls it afterwards.
func (c *Catalog) CheckNames() diag.List {
	var p problems
	known := c.ids()
	for _, m := range c.mentions {
		_, found := c.Resolve(m.id)
		switch {
		case c.isRefused(m.id):
		case !found:
			hint := "an id is a tribe, a tribe/service or a full SLO id"
			if near := diag.Nearest(m.id, known); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			p.report(m.pos, "id-unknown", hint, "%s: %q names nothing", m.list, m.id)
		case m.list == "headline" && strings.Count(m.id, "/") < 2:
			p.report(m.pos, "headline-slo", `write a full SLO id, like "payments/checkout-api/availability"`, "headline: %q is not an SLO", m.id)
		}
	}
	slos := c.SLOs()
	for _, e := range c.edges {
		var widest time.Duration // of the buckets that the edge cuts
		for _, s := range slos {
			if Covers(e.ids, s) && e.at.UnixNano()%int64(s.Resolution) != 0 {
				widest = max(widest, s.Resolution)
			}
		}
		if widest > 0 {
			before := e.at.Add(-time.Duration(e.at.UnixNano() % int64(widest)))
			p.report(e.pos, "exclusion-edge",
				fmt.Sprintf("write %s or %s", before.Format(time.RFC3339), before.Add(widest).Format(time.RFC3339)),
				"%s (%s) lies within a bucket of %s", e.key, e.at.Format(time.RFC3339), short(widest))
		}
	}
	return p.list.Sorted()
}

// ids returns the id of every tribe, service and SLO.
func (c *Catalog) ids() (all []string) {
	for _, t := range c.Tribes {
		all = append(all, t.ID)
		for _, s := range t.Services {
			all = append(all, s.FullID())
			for _, o := range s.SLOs {
				all = append(all, o.ID)
			}
		}
	}
	return all
}

// isRefused reports whether the id, or what it lies under, is declared but left
// out since something is wrong with it. That has been said where it is declared.
func (c *Catalog) isRefused(id string) bool {
	for {
		if c.refused[id] {
			return true
		}
		i := strings.LastIndexByte(id, '/')
		if i < 0 {
			return false
		}
		id = id[:i]
	}
}

// Refused returns the ids of tribes, services and SLOs that are declared but left out,
// since something is wrong with them or their file; what lies under them is left out
// too. That has been said where they are declared.
func (c *Catalog) Refused() []string { return slices.Sorted(maps.Keys(c.refused)) }
