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

// pages are what is known of output folders, by a digest of all that a file is made
// of but the program.
type pages struct {
	path  string                       // of the folder that is being written
	found map[string]map[[32]byte]Page // by folder, as the last build of each left it

	mu   sync.Mutex
	made map[[32]byte]Page // by this build
}

// knownPages is the file of pages. The fields are exported for gob.
type knownPages struct {
	Program string // that made them
	Pages   map[[32]byte]Page
}

// OpenPages opens what is known of the files of an output folder, and of another one
// beside it unless that is "". ClosePages ends it.
func (c *Cache) OpenPages(out, beside string) {
	c.pages = &pages{path: c.pagesOf(out), found: map[string]map[[32]byte]Page{}, made: map[[32]byte]Page{}}
	for _, folder := range []string{out, beside} {
		var known knownPages
		if folder != "" && c.dir != "" && load(c.pagesOf(folder), func(d *gob.Decoder) error { return d.Decode(&known) }) && known.Program == c.program {
			c.pages.found[folder] = known.Pages
		}
	}
}

// pagesOf is where the pages of an output folder are remembered.
func (c *Cache) pagesOf(out string) string {
	name := digestOf(absolute(out))
	return c.path("pages-" + hex.EncodeToString([]byte(name[:8])))
}

// Page returns the file in a folder that an earlier build made of what has the
// digest. It may have been changed since.
func (c *Cache) Page(folder string, of [32]byte) (Page, bool) {
	p, ok := c.pages.found[folder][of]
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
	if c.dir == "" || maps.Equal(k.made, k.found[out]) {
		return
	}
	save(k.path, func(e *gob.Encoder) error { return e.Encode(knownPages{c.program, k.made}) })
}
