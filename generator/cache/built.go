package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A build is what is remembered of the last one of an output folder. The fields
// are exported for gob.
type build struct {
	Out    string   // absolute path
	Key    string   // of all that it was made of
	Tree   string   // digest of the output: paths, sizes and times
	Beyond []string // files outside the site's folders that it depends on
	Report []byte   // what the build said, in gob
}

// Recall fills in the report of the last build of out, if a build with the same
// settings would give the same again and the output is as that build left it.
// settings are all that a build is told besides the site's files.
func (c *Cache) Recall(out, settings string, report any) bool {
	b, ok := c.builds()[absolute(out)]
	if !ok {
		return false
	}
	key, ok := c.key(settings, b.Beyond)
	if !ok || key != b.Key {
		return false
	}
	tree, ok := treeOf(out)
	if !ok || tree != b.Tree {
		return false
	}
	return gob.NewDecoder(bytes.NewReader(b.Report)).Decode(report) == nil
}

// Remember keeps the report of a build of out that has just ended, and the
// digests of the files that it read. If a file changed meanwhile nobody knows
// which of its contents was read, and nothing is kept.
func (c *Cache) Remember(out, settings string, report any) {
	beyond := slices.Sorted(maps.Keys(c.beyond))
	if c.dir == "" || !look(c.site, c.files.clock, nil).same(c.files) {
		return
	}
	key, keyed := c.key(settings, beyond)
	c.files.save(c.path("files"))
	tree, ok := treeOf(out)
	var said bytes.Buffer
	if !keyed || !ok || gob.NewEncoder(&said).Encode(report) != nil {
		return
	}
	builds := c.builds()
	maps.DeleteFunc(builds, func(out string, _ build) bool {
		_, err := os.Stat(out)
		return errors.Is(err, fs.ErrNotExist)
	})
	out = absolute(out)
	builds[out] = build{out, key, tree, beyond, said.Bytes()}
	save(c.path("built"), func(e *gob.Encoder) error { return e.Encode(builds) })
}

// builds returns what is remembered, by output.
func (c *Cache) builds() map[string]build {
	all := map[string]build{}
	load(c.path("built"), func(d *gob.Decoder) error { return d.Decode(&all) })
	return all
}

// key returns the digest of all that a build is made of.
func (c *Cache) key(settings string, beyond []string) (key string, ok bool) {
	own, ok := c.files.digestOfAll()
	if !ok {
		return "", false
	}
	parts := []string{settings, own}
	for _, name := range beyond {
		sum := "there is none"
		info, err := os.Lstat(filepath.Join(c.site, filepath.FromSlash(name)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil || !info.Mode().IsRegular():
			return "", false
		default:
			content, err := os.ReadFile(filepath.Join(c.site, filepath.FromSlash(name)))
			if err != nil {
				return "", false
			}
			sum = digestOf(string(content))
		}
		parts = append(parts, name, sum)
	}
	return digestOf(parts...), true
}

// treeOf returns a digest of the paths, sizes and times of all files in an
// output folder, but for the dot-files at its top, which are not the site's.
func treeOf(out string) (sum string, ok bool) {
	h := sha256.New()
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(out, path)
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case strings.HasPrefix(name, "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			fmt.Fprintf(h, "%q\n", name)
			return nil
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintf(h, "%q %v %d %d\n", name, info.Mode(), info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
	return string(h.Sum(nil)), err == nil
}

// absolute returns the path by which an output folder is remembered.
func absolute(out string) string {
	if abs, err := filepath.Abs(out); err == nil {
		out = abs
	}
	if real, err := filepath.EvalSymlinks(out); err == nil {
		out = real
	}
	return out
}
