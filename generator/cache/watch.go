package cache

import (
	"io/fs"
	"slices"
	"strings"
)

// Watch returns the site's folder as it is, and takes down which files outside
// data, content and templates a build asks for: texts may show pictures from
// anywhere in the site. It begins to read what Load will need.
func (c *Cache) Watch(site fs.FS) fs.FS {
	c.facts = c.readFacts()
	return watched{site, c}
}

type watched struct {
	fs.FS
	cache *Cache
}

func (w watched) Open(name string) (fs.File, error) {
	w.cache.note(name)
	return w.FS.Open(name)
}

func (w watched) Stat(name string) (fs.FileInfo, error) {
	w.cache.note(name)
	return fs.Stat(w.FS, name)
}

func (w watched) ReadFile(name string) ([]byte, error) {
	w.cache.note(name)
	return fs.ReadFile(w.FS, name)
}

func (c *Cache) note(name string) {
	if top, _, _ := strings.Cut(name, "/"); !slices.Contains(folders, top) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.beyond[name] = true
	}
}
