// Package seal keeps issued scorecards: one file a tribe and month,
// data/sealed/2026-10/payments.json, in a site's folder. Only `tribune seal`
// writes there.
//
// # The file
//
// It is JSON: a schema, what scorecard.Issued holds, and last the SHA-256 of all
// that stands before it. The digest is of the canonical form, which is the file
// without white space between its values and without the key sha256, so that a
// checkout with other line ends is still whole. Its lines, one an SLO, are for
// people who look at a diff.
//
// Among what it holds are digests of what each row was made from, the instant at
// which it was issued, and every restatement since: see scorecard.Issued.
//
// # What holds
//
// A file whose digest is another, or that lies where it does not belong, is a
// problem with a place, and is left out. A seal is no signature: whoever may
// write to the repository can make a new one, and its history tells.
package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"tribune/generator/diag"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// Folder is where sealed months lie in a site.
const Folder = "data/sealed"

// schema names the form of a file, and begins it.
const schema = "tribune/sealed/v1"

// Path returns the file of a tribe's month, relative to the site.
func Path(m slo.Month, tribe string) string { return path.Join(Folder, m.String(), tribe+".json") }

// A file is what a sealed month looks like on disk, but for its digest.
type file struct {
	Schema string `json:"schema"`
	scorecard.Issued
}

// Encode returns the content of the file for an issued month.
func Encode(is scorecard.Issued) ([]byte, error) {
	canonical, err := json.Marshal(file{schema, is})
	if err != nil {
		return nil, err
	}
	whole := append(canonical[:len(canonical)-1], tail(canonical)...)
	return lines(whole), nil
}

// tail is what follows the canonical form without its last brace.
func tail(canonical []byte) []byte {
	sum := sha256.Sum256(canonical)
	return []byte(`,"sha256":"` + hex.EncodeToString(sum[:]) + `"}`)
}

// lines breaks compact JSON into lines: one for each value of the outermost
// object, and for each element of a list in it.
func lines(compact []byte) []byte {
	var b bytes.Buffer
	depth, quoted, escaped := 0, false, false
	for i, c := range compact {
		opens := !quoted && (c == '{' || c == '[')
		if closes := !quoted && (c == '}' || c == ']'); closes {
			if depth == 1 {
				b.WriteByte('\n')
			}
			depth--
		}
		b.WriteByte(c)
		switch {
		case escaped:
			escaped = false
		case quoted && c == '\\':
			escaped = true
		case c == '"':
			quoted = !quoted
		}
		list := opens && c == '[' && depth == 1 && compact[i+1] == '{'
		if opens {
			depth++
		}
		if !quoted && (opens && depth == 1 || list || c == ',' && depth <= 2) {
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// Load reads all sealed months of a site, in order of month and tribe. Those
// with a problem are left out.
func Load(site fs.FS) ([]scorecard.Issued, diag.List) {
	names, problems := Find(site)
	all, wrong := Read(site, names)
	return all, append(problems, wrong...)
}

// Read reads some files of sealed months, in the order given. Those with a problem
// are left out.
func Read(site fs.FS, names []string) (all []scorecard.Issued, problems diag.List) {
	found := make([]*scorecard.Issued, len(names))
	wrong := make([]diag.List, len(names))
	var wait sync.WaitGroup
	turn := make(chan int)
	for range min(readers, len(names)) {
		wait.Go(func() {
			for i := range turn {
				found[i], wrong[i] = read(site, names[i])
			}
		})
	}
	for i := range names {
		turn <- i
	}
	close(turn)
	wait.Wait()
	for i, is := range found {
		problems = append(problems, wrong[i]...)
		if is != nil {
			all = append(all, *is)
		}
	}
	return all, problems
}

// readers is how many files are read at once.
const readers = 4

// Find lists the files of sealed months, in order. A problem is a file that is none.
func Find(site fs.FS) (names []string, problems diag.List) {
	err := fs.WalkDir(site, Folder, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && name == Folder:
			return nil
		case err != nil:
			return err
		case d.IsDir(), strings.HasPrefix(d.Name(), "."):
			return nil
		}
		if _, _, ok := Of(name); !ok {
			problems.Add(diag.Pos{File: name}, "sealed-place", diag.Warning, "keep it elsewhere: only `tribune seal` writes to "+Folder,
				"this is no sealed month, which lies at %s/MONTH/TRIBE.json, so it is not read", Folder)
			return nil
		}
		names = append(names, name)
		return nil
	})
	if err != nil {
		problems.Add(diag.Pos{File: Folder}, "sealed-unreadable", diag.Error, "", "the folder cannot be read: %v", err)
	}
	slices.Sort(names)
	return names, problems
}

// Of returns the month and the tribe whose file has the name; ok is false if it
// cannot be that of a sealed month.
func Of(name string) (m slo.Month, tribe string, ok bool) {
	month, file := path.Split(strings.TrimPrefix(name, Folder+"/"))
	m, err := slo.ParseMonth(strings.TrimSuffix(month, "/"))
	tribe, ok = strings.CutSuffix(file, ".json")
	return m, tribe, ok && err == nil
}

// again is what to do about a file that is not as it was written.
const again = "take it back from git; an issued figure is corrected with `tribune seal --restate --reason TEXT`, never by hand"

// read reads the sealed month of one file; nil if there is a problem.
func read(site fs.FS, name string) (is *scorecard.Issued, problems diag.List) {
	src, err := fs.ReadFile(site, name)
	if err != nil {
		problems.Add(diag.Pos{File: name}, "sealed-unreadable", diag.Error, again, "the file cannot be read: %v", err)
		return nil, problems
	}
	var compact bytes.Buffer
	var f file
	if err = json.Compact(&compact, src); err == nil && json.Unmarshal(compact.Bytes(), &f) != nil {
		err = json.Unmarshal(src, &f) // which says where
	}
	if err != nil {
		problems.Add(at(name, src, offset(err)), "sealed-unreadable", diag.Error, again, "the file is not a sealed month: %v", err)
		return nil, problems
	}
	key := bytes.LastIndex(compact.Bytes(), []byte(`,"sha256":"`))
	place := at(name, src, bytes.LastIndex(src, []byte(`"sha256"`)))
	switch {
	case key < 0:
		problems.Add(place, "sealed-changed", diag.Error, again, "the file has lost its sha256")
		return nil, problems
	case !bytes.Equal(compact.Bytes()[key:], tail(append(bytes.Clone(compact.Bytes()[:key]), '}'))):
		problems.Add(place, "sealed-changed", diag.Error, again,
			"the file is not as it was sealed: its content has another SHA-256 than stands here")
		return nil, problems
	case f.Schema != schema:
		problems.Add(at(name, src, 0), "sealed-unreadable", diag.Error, "use the version of tribune that wrote it, or a later one",
			"its schema is %q, and this program reads %q", f.Schema, schema)
		return nil, problems
	case Path(f.Month, f.Tribe) != name:
		problems.Add(at(name, src, bytes.Index(src, []byte(`"tribe"`))), "sealed-place", diag.Error, "move it back to "+Path(f.Month, f.Tribe),
			"the file holds %s of tribe %s", f.Month, f.Tribe)
		return nil, problems
	}
	return &f.Issued, nil
}

// offset returns where in the file a decoder stopped.
func offset(err error) int {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return int(e.Offset) - 1
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return int(e.Offset) - 1
	}
	return 0
}

// at is the place of a byte of a file.
func at(name string, src []byte, offset int) diag.Pos {
	before := src[:min(max(0, offset), len(src))]
	return diag.Pos{File: name, Line: 1 + bytes.Count(before, []byte("\n")), Col: len(before) - bytes.LastIndexByte(before, '\n')}
}
