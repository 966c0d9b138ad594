package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// errNoFile says that a name is of something which may block whoever reads it,
// or never end.
var errNoFile = errors.New("it is a pipe or a device, and no file")

// openSite opens a site's folder. What is read through files stays within it,
// links included, and is a file or a folder.
func openSite(dir string) (root *os.Root, files fs.FS, err error) {
	if root, err = os.OpenRoot(dir); err != nil {
		return nil, nil, fmt.Errorf("site %s: %w", dir, err)
	}
	return root, plainFiles{root.FS()}, nil
}

// plainFiles are the files and folders of another file system.
type plainFiles struct{ fs.FS }

func (p plainFiles) Open(name string) (fs.File, error) {
	info, err := fs.Stat(p.FS, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && !info.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errNoFile}
	}
	return p.FS.Open(name)
}

func (p plainFiles) Stat(name string) (fs.FileInfo, error) { return fs.Stat(p.FS, name) }
