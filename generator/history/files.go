package history

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// afterStep is called after each change to the folder. A test ends its process
// there, to see that whatever a kill leaves behind is whole.
var afterStep = func() {}

// replace makes the file hold data. A reader, or a kill at any moment, finds the
// old bytes or the new ones. The caller holds the folder's lock.
func replace(dir, name string, data []byte) error {
	temp := filepath.Join(dir, tempName(name))
	if err := writeSynced(temp, data); err != nil {
		os.Remove(temp)
		return err
	}
	afterStep()
	if err := os.Rename(temp, filepath.Join(dir, name)); err != nil {
		os.Remove(temp)
		return err
	}
	afterStep()
	return syncDir(dir)
}

// tempName begins with a dot, so that one line of a .gitignore covers what a
// killed run leaves behind.
func tempName(name string) string { return "." + name + tempSuffix }

const tempSuffix = ".tmp"

func writeSynced(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// remove removes files whose rows stand elsewhere, on disk.
func remove(dir string, names ...string) error {
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		afterStep()
	}
	return syncDir(dir)
}

// syncDir makes renames and removals in the folder last through a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// clear removes the temporary files of killed runs. The caller holds the
// folder's lock, so none of them is in use.
func (s *Store) clear() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), tempSuffix) {
			if err := os.Remove(filepath.Join(s.dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
