package cache

import (
	"crypto/sha256"
	"encoding/gob"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// folders are where a site keeps what a build reads.
var folders = []string{"content", "data", "templates"}

// programFile stands among the files for the running program, templates and
// charts included, whose path may be anything.
const programFile = "program"

// A file is what is known of one. The fields are exported for gob.
type file struct {
	State state
	Sum   string // SHA-256 of its content; "" if it has not been read
	Early bool   // it was read so soon after a change that it may change again unnoticed
}

// A state is what a file system says of a file without reading it. Two that are
// equal are of the same content, unless the file changed within a tick of the
// file system's clock.
type state struct {
	Size    int64
	Changed int64 // Unix nanoseconds: the later of its times of change
	Written int64 // likewise, of its content alone
	Inode   uint64
}

// coarse is the longest tick of a file system's clock (FAT's).
const coarse = 2 * time.Second

// files are what was found in a site's folder at one moment.
type files struct {
	site  string
	clock time.Time // by the file system
	found map[string]*file
	odd   bool // there are links or devices, or something cannot be read: no digest of all can be told
}

// look goes through the site's folders. Digests of files that are as they were
// are taken over from known.
func look(site string, clock time.Time, known map[string]file) *files {
	all := &files{site: site, clock: clock, found: map[string]*file{}}
	for _, dir := range folders {
		root := filepath.Join(site, dir)
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case os.IsNotExist(err) && path == root:
				return nil
			case err != nil:
				return err
			case d.IsDir():
				return nil
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			all.add(dir+filepath.ToSlash(path[len(root):]), info, known)
			return nil
		})
		all.odd = all.odd || err != nil
	}
	if info, err := os.Stat(all.where(programFile)); err == nil {
		all.add(programFile, info, known)
	} else {
		all.odd = true
	}
	return all
}

func (all *files) add(name string, info fs.FileInfo, known map[string]file) {
	if !info.Mode().IsRegular() {
		all.odd = true
		return
	}
	f := &file{State: stateOf(info)}
	f.Early = all.clock.IsZero() || all.clock.Add(-coarse).UnixNano() < f.State.Changed
	if k, ok := known[name]; ok && k.State == f.State && !k.Early {
		f.Sum, f.Early = k.Sum, false
	}
	all.found[name] = f
}

// where returns the path of a file on this machine.
func (all *files) where(name string) string {
	if name == programFile {
		path, _ := os.Executable() // an empty path is that of no file
		return path
	}
	return filepath.Join(all.site, filepath.FromSlash(name))
}

// known returns the digest of a file's content if that is known without reading
// it.
func (all *files) known(name string) (sum string, ok bool) {
	f := all.found[name]
	if f == nil || f.Sum == "" {
		return "", false
	}
	return f.Sum, true
}

// learn takes down the digest of a file's content, and returns it. Nobody else
// may ask for the same file meanwhile.
func (all *files) learn(name string, content []byte) (sum string) {
	h := sha256.Sum256(content)
	sum = string(h[:])
	if f := all.found[name]; f != nil && f.State.Size == int64(len(content)) {
		f.Sum = sum
	}
	return sum
}

// digest returns the digest of a file's content, and reads the file if it must.
func (all *files) digest(name string) (sum string, ok bool) {
	f := all.found[name]
	if f == nil {
		return "", false
	}
	if f.Sum != "" {
		return f.Sum, true
	}
	if name == programFile {
		f.Sum = running()
	} else {
		f.Sum = sumOf(all.where(name))
	}
	return f.Sum, f.Sum != ""
}

// running is the digest of the running program, which is read once: what stands in
// its place later is another.
var running = sync.OnceValue(func() string {
	path, _ := os.Executable() // an empty path is that of no file
	return sumOf(path)
})

// sumOf returns the digest of a file's content, "" if it cannot be read.
func sumOf(path string) string {
	r, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer r.Close()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return ""
	}
	return string(h.Sum(nil))
}

// digestOfAll returns one digest of the names and contents of all files.
func (all *files) digestOfAll() (sum string, ok bool) {
	if all.odd {
		return "", false
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(all.found)) {
		sum, ok := all.digest(name)
		if !ok {
			return "", false
		}
		parts = append(parts, name, sum)
	}
	return digestOf(parts...), true
}

// same reports whether the files found are in the same state.
func (all *files) same(other *files) bool {
	return !all.odd && !other.odd && maps.EqualFunc(all.found, other.found, func(a, b *file) bool { return a.State == b.State })
}

// save writes down what is known of the files.
func (all *files) save(path string) {
	known := make(map[string]file, len(all.found))
	for name, f := range all.found {
		if f.Sum != "" {
			known[name] = *f
		}
	}
	save(path, func(e *gob.Encoder) error { return e.Encode(known) })
}

// clock returns the time by the clock of the file system that the cache is on,
// or the zero time if it cannot be told.
func (c *Cache) clock() time.Time {
	f, err := os.CreateTemp(c.dir, "clock-*")
	if err != nil {
		return time.Time{}
	}
	defer os.Remove(f.Name())
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}
