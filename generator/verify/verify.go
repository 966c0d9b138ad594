// Package verify holds a built site against what every site promises its
// readers: that links lead somewhere, that pages are whole and ask no other host
// for anything, that feeds, calendars and JSON can be read by programs, and that
// the folder is exactly what its manifest says. It reads the folder and nothing
// else, and shares no code with what builds it, so that a mistake there is none
// here. Rules lists all that it looks at.
//
// The top-level dot-files of a folder are not the site's and are not read.
package verify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tribune/generator/diag"
)

// A Report is what was read and what is wrong with it.
type Report struct {
	Problems diag.List // sorted; places are within the folder
	Files    int       // read, the manifest among them
	Pages    int       // of these, HTML
	Bytes    int64
}

// Site verifies the site in a folder. With previous, the manifest of what is
// published now, it also looks for pages that would be lost; nil means that
// nothing is published. The error is that of a folder that cannot be read, or of
// ctx.
func Site(ctx context.Context, built fs.FS, previous *Manifest) (Report, error) {
	f, err := list(built)
	if err != nil {
		return Report{}, err
	}
	f.compileSchemas()
	contents, err := f.readAll(ctx)
	if err != nil {
		return Report{}, err
	}
	r := Report{Files: len(f.names)}
	found := []diag.List{f.found.list}
	for i, c := range contents {
		found = append(found, c.list)
		r.Bytes += f.size[f.names[i]]
		if path.Ext(f.names[i]) == ".html" {
			r.Pages++
		}
	}
	found = append(found, f.holdAnchors(contents), f.holdFigures(contents), f.holdManifest(contents, previous))
	r.Problems = slices.Concat(found...).Sorted()
	return r, nil
}

// A folder is what must be known of a site before its files are read.
type folder struct {
	built   fs.FS
	names   []string         // of all files, sorted
	size    map[string]int64 // by name, bytes
	folders map[string]bool
	tribes  []string                      // folders that may be published alone; "." if this is one
	schemas map[string]*jsonschema.Schema // by the file that publishes it
	found   problems                      // before any file is read
}

// list walks the folder.
func list(built fs.FS) (*folder, error) {
	f := &folder{built: built, size: map[string]int64{}, folders: map[string]bool{}}
	left := leftThere(built)
	err := fs.WalkDir(built, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case strings.HasPrefix(name, "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir():
			f.folders[name] = true
			return nil
		case !e.Type().IsRegular():
			f.found.problem(diag.Pos{File: name}, "file-name", "", "is not a regular file, such as a link: servers and archives treat it each in their own way")
			return nil
		}
		if left[name] {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		f.names = append(f.names, name)
		f.size[name] = info.Size()
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(f.names)
	f.holdNames()
	f.findTribes()
	return f, nil
}

// findTribes tells a tribe's folder by what only a tribe has.
func (f *folder) findTribes() {
	for _, name := range f.names {
		dir, within, ok := strings.Cut(name, "/")
		if strings.HasPrefix(name, "scorecards/") || name == "api/tribe.json" {
			f.tribes = []string{"."}
			return
		}
		tribe := strings.HasPrefix(within, "scorecards/") || within == "api/tribe.json"
		if ok && tribe && !slices.Contains(f.tribes, dir) {
			f.tribes = append(f.tribes, dir)
		}
	}
}

// tribeOf returns the tribe's folder that a file lies in; ok is false for the
// organisation's files.
func (f *folder) tribeOf(name string) (tribe string, ok bool) {
	dir, _, _ := strings.Cut(name, "/")
	if slices.Contains(f.tribes, ".") {
		return ".", true
	}
	return dir, slices.Contains(f.tribes, dir)
}

// A content is what reading a file gave.
type content struct {
	problems
	sum     string          // SHA-256 in hexadecimal
	ids     map[string]bool // of a page's elements
	anchors []anchor        // links to parts of pages
	figures []figure        // in a page
	draws   string          // the figure whose data a script has
}

// readAll reads every file once, several at a time, and returns what they gave
// in the order of their names.
func (f *folder) readAll(ctx context.Context) ([]content, error) {
	contents, errs := make([]content, len(f.names)), make([]error, len(f.names))
	next := make(chan int)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := range next {
				contents[i], errs[i] = f.read(f.names[i])
			}
		})
	}
	for i := range f.names {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return contents, ctx.Err()
}

// read reads a file as what its name says it is.
func (f *folder) read(name string) (c content, err error) {
	file, err := f.built.Open(name)
	if err != nil {
		return content{}, err
	}
	defer file.Close()
	sum := sha256.New()
	r := io.TeeReader(file, sum)
	if path.Ext(name) == ".html" {
		err = f.page(name, r, &c)
	} else if read := f.reader(name); read != nil {
		var text []byte
		if text, err = io.ReadAll(r); err == nil {
			read(name, text, &c)
		}
	}
	if err != nil {
		return content{}, err
	}
	if _, err = io.Copy(io.Discard, r); err != nil { // what nobody reads still has a sum
		return content{}, err
	}
	c.sum = hex.EncodeToString(sum.Sum(nil))
	f.holdHash(name, &c)
	return c, nil
}

// reader returns what reads a file that is no page; nil if nothing does.
func (f *folder) reader(name string) func(name string, text []byte, c *content) {
	switch path.Ext(name) {
	case ".css":
		return f.style
	case ".svg":
		return f.picture
	case ".xml":
		return f.xml
	case ".ics":
		return f.calendar
	case ".json":
		if within(name, "api") && !within(name, "schema") {
			return f.json
		}
	case ".csv":
		return f.table
	case ".js":
		if within(name, "figures") || within(name, "search") {
			return f.data
		}
	}
	return nil
}

// within reports whether one of the folders that a file lies in has the name.
func within(name, dir string) bool {
	return strings.Contains("/"+path.Dir(name)+"/", "/"+dir+"/")
}
