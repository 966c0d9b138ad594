package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"tribune/generator/diag"
)

const (
	manifestName   = "manifest.json"
	manifestSchema = "tribune/manifest/v1"
)

// A Manifest lists the files of a site, but for itself.
type Manifest struct {
	Schema   string `json:"schema"`
	Audience string `json:"audience"` // public, org or tribe
	Files    map[string]struct {
		SHA256 string `json:"sha256"` // in hexadecimal
		Bytes  int64  `json:"bytes"`
	} `json:"files"` // by path
}

// ReadManifest reads a manifest.json. Anything else is an error.
func ReadManifest(r io.Reader) (*Manifest, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("not the manifest of a site: %w", err)
	}
	if m.Schema != manifestSchema {
		return nil, fmt.Errorf("not the manifest of a site: its schema is %q, not %q", m.Schema, manifestSchema)
	}
	return &m, nil
}

// holdManifest compares the folder with its manifest, and with the previous one
// if there is one.
func (f *folder) holdManifest(contents []content, previous *Manifest) diag.List {
	var p problems
	own := f.ownManifest(&p)
	if own != nil {
		f.holdFiles(*own, contents, &p)
	}
	switch {
	case previous == nil:
	case own != nil && own.Audience != previous.Audience:
		p.problem(diag.Pos{File: manifestName}, "page-lost", "compare with a manifest of the same audience",
			"this site is for the audience %q and the previous one for %q, so they have different pages", own.Audience, previous.Audience)
	default:
		f.holdPages(*previous, &p)
	}
	return p.list
}

// ownManifest reads the folder's manifest; nil if that is a problem.
func (f *folder) ownManifest(p *problems) *Manifest {
	pos := diag.Pos{File: manifestName}
	text, err := fs.ReadFile(f.built, manifestName)
	if err != nil {
		p.problem(pos, "manifest-invalid", "verify the folder that tribune build wrote", "there is no manifest: the folder may be anything")
		return nil
	}
	m, err := ReadManifest(bytes.NewReader(text))
	if err != nil {
		p.problem(pos, "manifest-invalid", "build the site again", "%s", err)
		return nil
	}
	if !slices.Contains([]string{"public", "org", "tribe"}, m.Audience) {
		p.problem(pos, "manifest-invalid", "", "audience %q is not public, org or tribe", m.Audience)
	}
	return m
}

// stateName is where a target that holds a published site remembers, under left,
// the assets that it keeps for readers of earlier sites.
const stateName = ".tribune/state.json"

// leftThere returns these assets, by path. They are none of the site that its manifest
// lists, and so not held against anything. A folder that was built and is no target has
// none.
func leftThere(built fs.FS) map[string]bool {
	var state struct{ Left map[string]int }
	var m Manifest
	for name, into := range map[string]any{stateName: &state, manifestName: &m} {
		text, err := fs.ReadFile(built, name)
		if err != nil || json.Unmarshal(text, into) != nil {
			return nil // then they are unlisted
		}
	}
	left := map[string]bool{}
	for name := range state.Left {
		if _, listed := m.Files[name]; !listed && hashedName.MatchString(name) {
			left[name] = true
		}
	}
	return left
}

func (f *folder) holdFiles(m Manifest, contents []content, p *problems) {
	for i, name := range f.names {
		if name == manifestName {
			continue
		}
		pos := diag.Pos{File: name}
		switch said, ok := m.Files[name]; {
		case !ok:
			p.problem(pos, "file-unlisted", "", "is not in the manifest, so it is not published")
		case said.Bytes != f.size[name]:
			p.problem(pos, "file-changed", "", "has %s, and the manifest says %d", count(f.size[name], "byte", "bytes"), said.Bytes)
		case said.SHA256 != contents[i].sum:
			p.problem(pos, "file-changed", "", "has another SHA-256 than the manifest says")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		if _, ok := f.size[name]; !ok {
			p.problem(diag.Pos{File: name}, "file-missing", "", "is in the manifest and not in the folder")
		}
	}
}

func (f *folder) holdPages(previous Manifest, p *problems) {
	for _, name := range slices.Sorted(maps.Keys(previous.Files)) {
		if _, ok := f.size[name]; !ok && path.Ext(name) == ".html" {
			hint := "keep its page"
			if within(name, "postmortems") {
				hint = "name its old slug under aliases where it lies now, or withdraw it with withdrawn = \"why\" instead of deleting its file"
			}
			p.problem(diag.Pos{File: name}, "page-lost", hint, "was published and has no page now: links from elsewhere would break")
		}
	}
}

// hashedName is that of an asset: "style.96895885d291.css".
var hashedName = regexp.MustCompile(`\.([0-9a-f]{12})\.[a-z]+$`)

// holdHash compares an asset with its name. Browsers keep such files for ever.
func (f *folder) holdHash(name string, c *content) {
	m := hashedName.FindStringSubmatch(name)
	if m != nil && !strings.HasPrefix(c.sum, m[1]) {
		c.problem(diag.Pos{File: name}, "hash-wrong", "", "is named after another content: a browser that has it would not ask again")
	}
}
