package cache

import (
	"encoding/json"
	"os"
)

// A note is a value that a build made and may want again. It is found by a digest
// of all that it was made of but the program.

// Noted fills in what an earlier build of the same audience noted by a digest.
func (c *Cache) Noted(of [32]byte, into any) bool {
	b, ok := c.bodies.get(c.noteKey(of))
	return ok && json.Unmarshal(b, into) == nil
}

// Note notes a value. It must be made of what the digest is of, and of nothing that
// changed since; see Sum.
func (c *Cache) Note(of [32]byte, value any) {
	if b, err := json.Marshal(value); err == nil {
		c.bodies.put(c.noteKey(of), b)
	}
}

func (c *Cache) noteKey(of [32]byte) string { return digestOf(c.program, "note", string(of[:])) }

// Whole reports whether an earlier build read the file, as it is now, and found
// that it is as it was written, and returns what it noted of it.
func (c *Cache) Whole(name string) (note string, ok bool) {
	sum, ok := c.Sum(name)
	if !ok || sum == "" {
		return "", false
	}
	b, ok := c.bodies.get(digestOf(c.program, "whole", name, sum))
	return string(b), ok
}

// KeepWhole notes of a file that it was just found to be as it was written.
func (c *Cache) KeepWhole(name, note string) {
	if sum, ok := c.Sum(name); ok && sum != "" {
		c.bodies.put(digestOf(c.program, "whole", name, sum), []byte(note))
	}
}

// Plain reports whether all that a build may read was found in the site's own
// folders. If it is not, there are links, and a digest of files says less than all.
func (c *Cache) Plain() bool { return !c.files.odd }

// Sum returns the digest of a file below data, content or templates; "" if there
// is none of the name. It is not ok if the file is not, or may not be, as it was
// when the cache was opened. Nobody else may ask for the same file meanwhile.
func (c *Cache) Sum(name string) (sum string, ok bool) {
	f := c.files.found[name]
	info, err := os.Lstat(c.files.where(name))
	if f == nil {
		return "", os.IsNotExist(err) && !c.files.odd
	}
	if err != nil || f.Early || stateOf(info) != f.State {
		return "", false
	}
	return c.files.digest(name)
}
