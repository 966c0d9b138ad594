package cache

import (
	"encoding/gob"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"sync"
)

// A Page is a file of an output folder as the build that made it left it.
type Page struct {
	Path    string // below the output folder
	SHA256  string // in hexadecimal
	Bytes   int64
	Written int64 // when its content was written, Unix nanoseconds
}

// pages are what is known of one output folder, by a digest of all that a file is
// made of but the program.
type pages struct {
	path  string
	found map[[32]byte]Page // as the last build left them

	mu   sync.Mutex
	made map[[32]byte]Page // by this build
}

// knownPages is the file of pages. The fields are exported for gob.
type knownPages struct {
	Program string // that made them
	Pages   map[[32]byte]Page
}

// OpenPages opens what is known of the files of an output folder. ClosePages ends
// it.
func (c *Cache) OpenPages(out string) {
	name := digestOf(absolute(out))
	c.pages = &pages{path: c.path("pages-" + hex.EncodeToString([]byte(name[:8]))), made: map[[32]byte]Page{}}
	var known knownPages
	if c.dir != "" && load(c.pages.path, func(d *gob.Decoder) error { return d.Decode(&known) }) && known.Program == c.program {
		c.pages.found = known.Pages
	}
}

// Page returns the file that an earlier build made of what has the digest. The
// file may have been changed since.
func (c *Cache) Page(of [32]byte) (Page, bool) {
	p, ok := c.pages.found[of]
	return p, ok
}

// KeepPage remembers a file that this build put into the site.
func (c *Cache) KeepPage(of [32]byte, p Page) {
	c.pages.mu.Lock()
	defer c.pages.mu.Unlock()
	c.pages.made[of] = p
}

// ClosePages writes down what this build made, once it is in the output folder.
func (c *Cache) ClosePages(out string) {
	k := c.pages
	for of, p := range k.made {
		if p.Written != 0 {
			continue
		}
		info, err := os.Lstat(filepath.Join(out, filepath.FromSlash(p.Path)))
		if err != nil || info.Size() != p.Bytes {
			delete(k.made, of)
			continue
		}
		p.Written = info.ModTime().UnixNano()
		k.made[of] = p
	}
	if c.dir == "" || maps.Equal(k.made, k.found) {
		return
	}
	save(k.path, func(e *gob.Encoder) error { return e.Encode(knownPages{c.program, k.made}) })
}
