package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	maxName = 255  // bytes of one name: what ext4, NTFS and APFS keep
	maxPath = 1024 // bytes of a path: what an object store keeps as a key
)

// checkPath says why a path may not stand in a site: because it would leave the
// folder, or because some file system, web server or archive would refuse it,
// hide it or keep it under another name.
func checkPath(p string) error {
	if reason := badPath(p); reason != "" {
		return fmt.Errorf("path %q %s", p, reason)
	}
	return nil
}

func badPath(p string) string {
	switch {
	case !utf8.ValidString(p):
		return "is not UTF-8"
	case !fs.ValidPath(p) || p == ".":
		return "is not a relative path with forward slashes, without . and .. in it"
	case len(p) > maxPath:
		return fmt.Sprintf("is over %d bytes long", maxPath)
	case !norm.NFC.IsNormalString(p):
		return "is not in Unicode's composed form (NFC)"
	case p == manifestName:
		return "is where the manifest goes"
	}
	for name := range strings.SplitSeq(p, "/") {
		if reason := badName(name); reason != "" {
			return reason
		}
	}
	return ""
}

func badName(name string) string {
	switch {
	case len(name) > maxName:
		return fmt.Sprintf("holds a name over %d bytes long", maxName)
	case strings.HasPrefix(name, "."):
		return "holds a name that begins with a dot: such files are not published"
	case strings.HasSuffix(name, "."):
		return "holds a name that ends with a dot"
	case strings.HasSuffix(name, " "), strings.HasPrefix(name, " "):
		return "holds a name that begins or ends with a space"
	case isDevice(name):
		return "holds a name that is a device on Windows"
	}
	for _, r := range name {
		if !unicode.IsPrint(r) || strings.ContainsRune(`\<>:"|?*`, r) {
			return fmt.Sprintf("holds the character %U", r)
		}
	}
	return ""
}

// isDevice reports whether Windows takes the name for a device. It does so
// whatever the case, and whatever follows the first dot.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	if port, ok := strings.CutPrefix(stem, "COM"); ok {
		return isPort(port)
	}
	port, ok := strings.CutPrefix(stem, "LPT")
	return ok && isPort(port)
}

func isPort(s string) bool {
	return utf8.RuneCountInString(s) == 1 && strings.Contains("0123456789¹²³", s)
}

// foldedKey returns what two paths have in common if a file system that ignores
// case or Unicode forms takes them for the same.
func foldedKey(p string) string {
	if isASCII(p) {
		return strings.ToLower(p) // the same, of what most paths are
	}
	return norm.NFC.String(cases.Fold().String(norm.NFD.String(p)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// A claim is a path in use: a file, or a folder with files in it.
type claim struct {
	path   string
	folder bool
}

// claim reserves the path of a file and makes the folders above it.
func (s *Stage) claim(file string) error {
	s.mu.Lock()
	err := s.take(claim{path: file})
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.makeFolder(path.Dir(file))
}

// makeFolder makes a folder of the new site and those above it, once. Who asks for one
// that is just being made waits for it, and nobody else does.
func (s *Stage) makeFolder(dir string) error {
	if dir == "." {
		return nil
	}
	s.mu.Lock()
	made := s.folders[dir]
	if made == nil {
		made = sync.OnceValue(func() error {
			if err := s.makeFolder(path.Dir(dir)); err != nil {
				return err
			}
			if err := os.Mkdir(s.at(dir), 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
				return err
			}
			return nil
		})
		s.folders[dir] = made
	}
	s.mu.Unlock()
	return made()
}

func (s *Stage) take(c claim) error {
	key := foldedKey(c.path)
	switch had, ok := s.taken[key]; {
	case ok && had == c && c.folder:
		return nil
	case ok && had == c:
		return fmt.Errorf("path %q is written twice", c.path)
	case ok && had.path == c.path:
		return fmt.Errorf("path %q is a file and a folder", c.path)
	case ok:
		return fmt.Errorf("paths %q and %q are one on file systems that ignore case", min(had.path, c.path), max(had.path, c.path))
	}
	if dir := path.Dir(c.path); dir != "." {
		if err := s.take(claim{dir, true}); err != nil {
			return err
		}
	}
	s.taken[key] = c
	return nil
}
