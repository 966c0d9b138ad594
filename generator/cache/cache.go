// Package cache remembers what the last builds of a site made, so that nothing
// unchanged is read, rendered or written again. It saves work and decides
// nothing: with an empty cache a build gives the same bytes.
//
// The cache is the folder .tribune/cache of a site, beside the output and not in
// it. It holds
//
//	files     the size, times and digest of each file that a build may read
//	built     for each output folder, what its site was made of
//	facts     what postmortems say, by the digest of their files
//	bodies-X  texts of postmortems as HTML, likewise, for one audience and its tribes,
//	          and what is left to say of sealed months
//	pages-X   the pages of one output folder, by a digest of all that they show
//
// # What holds
//
// What is found by a digest depends on nothing else: the digest is of the
// content, of the running program, and of all that the answer was told. Links
// and pictures in a text are asked for anew each time, and the text is rendered
// again if an answer differs. The rules of time zones are the exception: after
// an update of the machine's zones, remove the folder.
//
// As git does, a file is taken for unchanged if its size, times and inode are;
// one that was changed in the two seconds before it was read is read again, for
// clocks of file systems are coarse.
//
// A page of the output is taken over if its size and the time of its change are as
// its build left them, whatever is in it: who changes a page and sets its clock back
// keeps the change until the page shows something else.
//
// A file of the cache that is missing, damaged or of another version counts as
// empty, and a cache that cannot be written is no error. Files are replaced
// whole. Two builds at once may lose what one of them would have remembered, and
// no more. Who can write to the folder can put HTML into pages, as can who
// writes to the site's templates: keep it out of version control, as the
// .gitignore of a new site does.
package cache

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// A Cache is the memory of one site during one build.
type Cache struct {
	dir  string // .tribune/cache, "" if nothing can be kept
	site string

	files   *files // as found when the cache was opened
	program string // digest of the running program

	facts func() *facts  // waits for what is known of postmortems; nil if nobody began to read it
	work  sync.WaitGroup // what is read and written beside the build

	mu     sync.Mutex
	beyond map[string]bool // files outside folders that the build asked for
	bodies *pack
	pages  *pages
}

// Open looks through the files of a site and opens its cache. Close it when done.
func Open(site string) *Cache {
	c := &Cache{dir: filepath.Join(site, ".tribune", "cache"), site: site, beyond: map[string]bool{}}
	known := map[string]file{}
	if c.make() != nil {
		c.dir = ""
	} else {
		load(c.path("files"), func(d *gob.Decoder) error { return d.Decode(&known) })
	}
	c.files = look(site, c.clock(), known)
	c.program, _ = c.files.digest(programFile)
	return c
}

// Close waits until what the build has learnt is written down.
func (c *Cache) Close() { c.work.Wait() }

// make makes the folder, which tells git to leave it alone. What has no data is
// no site, and stays as it is.
func (c *Cache) make() error {
	if _, err := os.Stat(filepath.Join(c.site, "data")); err != nil {
		return err
	}
	if err := os.MkdirAll(c.dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(c.path(".gitignore"), []byte("*\n"), 0o666)
}

func (c *Cache) path(name string) string { return filepath.Join(c.dir, name) }

// digestOf returns the SHA-256 of the parts, each with its length before it.
func digestOf(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:", len(p))
		io.WriteString(h, p)
	}
	return string(h.Sum(nil))
}

// format begins every file of the cache.
const format = "tribune cache 1\n"

// save replaces a file by what encode writes, and a seal. It does nothing if
// that fails.
func save(path string, encode func(*gob.Encoder) error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*")
	if err != nil {
		return
	}
	defer os.Remove(f.Name()) // fails once it has been renamed
	defer f.Close()
	h := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(f, h), 64<<10)
	w.WriteString(format)
	if encode(gob.NewEncoder(w)) != nil || w.Flush() != nil {
		return
	}
	if _, err := f.Write(h.Sum(nil)); err == nil && f.Close() == nil {
		os.Rename(f.Name(), path)
	}
}

// load reads a file that save wrote, and reports whether it could. What decode
// sees has been checked against the seal.
func load(path string, decode func(*gob.Decoder) error) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false
	}
	size := info.Size() - sha256.Size
	h := sha256.New()
	if n, err := io.Copy(h, io.LimitReader(f, size)); err != nil || n != size {
		return false
	}
	sum, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(sum, h.Sum(nil)) {
		return false
	}
	r := bufio.NewReaderSize(io.NewSectionReader(f, 0, size), 64<<10)
	begin := make([]byte, len(format))
	if _, err := io.ReadFull(r, begin); err != nil || string(begin) != format {
		return false
	}
	return decode(gob.NewDecoder(r)) == nil
}
