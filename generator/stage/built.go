package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// A Built is the folder of a site that a build wrote, to be read again.
type Built struct {
	Manifest Manifest
	dir      string
	folder   *os.Root
}

// OpenBuilt opens the folder of a built site. Close it when done.
func OpenBuilt(dir string) (*Built, error) {
	folder, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	f, err := folder.Open(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%s has no manifest.json: that is no built site", dir)
	}
	if err != nil {
		folder.Close()
		return nil, err
	}
	defer f.Close()
	m, err := ReadManifest(f)
	if err != nil {
		folder.Close()
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return &Built{m, dir, folder}, nil
}

// Read returns a file that the manifest lists. One that is missing, or that is
// not what the manifest says, is an error with its name.
func (b *Built) Read(path string) ([]byte, error) {
	want, ok := b.Manifest.Files[path]
	if !ok {
		return nil, fmt.Errorf("%s: %s is not in its manifest.json", b.dir, path)
	}
	info, err := b.folder.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.dir, err)
	}
	content, err := b.folder.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.dir, err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != want.SHA256 {
		return nil, fmt.Errorf("%s: %s is not as its manifest.json says", b.dir, path)
	}
	return content, nil
}

// Close lets go of the folder.
func (b *Built) Close() error { return b.folder.Close() }
