package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"tribune/generator/stage"
)

// A built site is the folder that a build wrote, or a tribe's folder in it.
type built struct {
	folder   *os.Root
	manifest stage.Manifest
	text     []byte // of manifest.json as it will be published
}

// open reads a built site and holds every file against its manifest.
func open(dir, tribe string) (*built, error) {
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("%w\n\thint: build the site first, or name its folder with --from", err)
	}
	s := &built{folder: folder}
	if err := s.read(tribe); err != nil {
		s.close()
		return nil, fmt.Errorf("%s: %w; nothing was changed\n\thint: build the site again", dir, err)
	}
	return s, nil
}

func (s *built) close() { s.folder.Close() }

func (s *built) read(tribe string) error {
	text, err := s.folder.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no manifest.json: that is no built site")
	}
	if err != nil {
		return err
	}
	m, err := stage.ReadManifest(strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	if tribe != "" {
		if m = m.Within(tribe); len(m.Files) == 0 {
			return fmt.Errorf("there is no tribe %q in it", tribe)
		}
		if text, err = m.Encode(); err != nil {
			return err
		}
		folder, err := s.folder.OpenRoot(tribe)
		if err != nil {
			return err
		}
		s.folder.Close()
		s.folder = folder
	}
	s.manifest, s.text = m, text
	return s.whole()
}

// whole reports a file that is not as the manifest says, or that it does not
// list. Top-level dot-files are not the site's.
func (s *built) whole() error {
	found := 0
	err := fs.WalkDir(s.folder.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || name == ".":
			return err
		case strings.HasPrefix(name, "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir() || name == manifestName:
			return nil
		}
		want, ok := s.manifest.Files[name]
		if !ok {
			return fmt.Errorf("%s is not in the manifest", name)
		}
		if !e.Type().IsRegular() {
			return fmt.Errorf("%s is not a regular file", name)
		}
		found++
		f, err := s.folder.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return holds(name, f, want)
	})
	if err != nil || found == len(s.manifest.Files) {
		return err
	}
	for name := range s.manifest.Files {
		if _, err := s.folder.Lstat(name); err != nil {
			return fmt.Errorf("%d files of the manifest are missing, such as %s", len(s.manifest.Files)-found, name)
		}
	}
	return errors.New("the manifest names files as no file system does")
}

// content returns a file, which must still be as the manifest says.
func (s *built) content(name string) ([]byte, error) {
	b, err := s.folder.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return b, holds(name, strings.NewReader(string(b)), s.manifest.Files[name])
}

// errOther says that a file has another content than it should.
var errOther = errors.New("is not as the manifest says")

// holds reports a content that is not what a manifest says of the file, with
// errOther.
func holds(name string, r io.Reader, want stage.File) error {
	sum := sha256.New()
	n, err := io.Copy(sum, r)
	if err != nil {
		return err
	}
	if n != want.Bytes || hex.EncodeToString(sum.Sum(nil)) != want.SHA256 {
		return fmt.Errorf("%s %w", name, errOther)
	}
	return nil
}

// isPage reports whether a file is one that people read.
func isPage(name string) bool { return path.Ext(name) == ".html" }

// isAsset reports whether a file is named after its content, such as
// assets/style.96895885d291.css: a page that needs it always needs just that.
func isAsset(name, sum string) bool {
	parts := strings.Split(path.Base(name), ".")
	if len(parts) < 3 || len(sum) < 12 {
		return false
	}
	return parts[len(parts)-2] == sum[:12]
}
