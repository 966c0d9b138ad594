package stage

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// create writes a file that is not there yet. Its path has been checked, and all
// that is in the folder the stage has put there.
func (s *Stage) create(path string, content []byte) error {
	f, err := os.OpenFile(s.at(path), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err == nil {
		_, err = f.Write(content)
		err = cmp.Or(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, reason(err))
	}
	return nil
}

// reason returns the error without the path that the system adds to it, which
// leads into the work folder.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}

// reuse links the old site's file into the new one, or if there is none that of the
// site beside, if it holds exactly content, and reports whether it did. The file keeps
// its time of change, by which web servers and copying tools tell that nothing is new.
func (s *Stage) reuse(path string, content []byte) bool {
	from := s.out
	if !s.replaces {
		from = s.beside
	}
	if from == "" {
		return false
	}
	old := filepath.Join(from, filepath.FromSlash(path))
	if info, err := os.Lstat(old); err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	f, err := os.Open(old)
	if err != nil {
		return false
	}
	defer f.Close()
	return holds(f, content) && os.Link(old, s.at(path)) == nil
}

// Keep adds a file of a built site, the old one or another, as it is, if it still
// has the size and the time of change at which it was left, in Unix nanoseconds.
// It reports whether it did.
func (s *Stage) Keep(from, path string, f File, written int64) bool {
	if from == "" || checkPath(path) != nil {
		return false
	}
	old := filepath.Join(from, filepath.FromSlash(path))
	info, err := os.Lstat(old)
	if err != nil || !info.Mode().IsRegular() || info.Size() != f.Bytes || info.ModTime().UnixNano() != written {
		return false
	}
	if s.claim(path) != nil {
		return false // as Write will say
	}
	kept := os.Link(old, s.at(path)) == nil
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept {
		s.files[path] = f
	} else {
		delete(s.taken, foldedKey(path))
	}
	return kept
}

// link makes the old site's file a file of the new one too.
func (s *Stage) link(path string) error {
	return os.Link(filepath.Join(s.out, path), s.at(path))
}

// holds reports whether what is left to read of f is content.
func holds(f *os.File, content []byte) bool {
	var buf [16 << 10]byte
	for {
		n, err := f.Read(buf[:])
		if !bytes.HasPrefix(content, buf[:n]) {
			return false
		}
		content = content[n:]
		if err != nil {
			return err == io.EOF && len(content) == 0
		}
	}
}

// carry takes what is not tribune's into the new site: the old one's top-level
// dot-files, such as .gitignore, and dot-folders, such as .well-known.
func (s *Stage) carry() error {
	old := os.DirFS(s.out)
	entries, err := fs.ReadDir(old, ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if err := fs.WalkDir(old, e.Name(), s.carryOne); err != nil {
			return fmt.Errorf("carry over %s: %w", e.Name(), err)
		}
	}
	return nil
}

func (s *Stage) carryOne(path string, e fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	switch {
	case e.IsDir():
		info, err := e.Info()
		if err != nil {
			return err
		}
		return s.next.Mkdir(path, info.Mode().Perm())
	case e.Type() == fs.ModeSymlink:
		target, err := os.Readlink(filepath.Join(s.out, path))
		if err != nil {
			return err
		}
		return s.next.Symlink(target, path)
	}
	if s.link(path) == nil {
		return nil
	}
	content, err := os.ReadFile(filepath.Join(s.out, path))
	if err != nil {
		return err
	}
	return s.create(path, content)
}
