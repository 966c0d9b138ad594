package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
)

// idForm is what an id may look like: a folder's name that is the same on every
// file system and needs no escaping in an address.
const idForm = `^[a-z0-9][a-z0-9._-]{0,63}$`

var (
	idPattern     = regexp.MustCompile(idForm)
	windowsDevice = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)
)

// CheckID returns an error that says why id cannot name a tribe, squad, service
// or SLO, or nil if it can. An id is 1 to 64 lower-case letters a–z, digits,
// dashes, dots and underscores; it begins with a letter or digit, does not end
// in a dot and is no device name of Windows.
func CheckID(id string) error {
	switch {
	case id == "":
		return fmt.Errorf("is empty")
	case len(id) > 64:
		return fmt.Errorf("is longer than 64 letters")
	case !idPattern.MatchString(id):
		return fmt.Errorf("is not made of a–z, 0–9, dash, dot and underscore, beginning with a letter or digit")
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
	parts := strings.Split(id, "/")
	for _, t := range c.Tribes {
		if id == t.ID {
			return id, true
		}
		for _, s := range t.Services {
			rest, mine := within(id, s.FullID())
			for _, was := range s.Was {
				if !mine {
					rest, mine = within(id, was)
				}
			}
			if !mine || len(parts) > 3 {
				continue
			}
			current = s.FullID() + rest
			if rest == "" || slices.ContainsFunc(s.SLOs, func(o SLO) bool { return o.ID == current }) {
				return current, true
			}
		}
	}
	return "", false
}

// within reports whether id is parent or lies under it, and returns what
// follows the parent's id, slash included.
func within(id, parent string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(id, parent)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// A mention is an id in a list such as headline or ids, and where it stands.
type mention struct {
	id   string
	list string // "headline", "exclusions" …
	pos  diag.Pos
}

// An edge is the beginning or end of an exclusion, and where it stands.
type edge struct {
	ids []string
	at  time.Time
	key string // "from" or "to"
	pos diag.Pos
}
