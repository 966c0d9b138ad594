package stage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	manifestName   = "manifest.json"
	manifestSchema = "tribune/manifest/v1"
)

// An Origin is what a site was made from, and for whom.
type Origin struct {
	Version   string    `json:"version"`           // of tribune
	Audience  string    `json:"audience"`          // public, org or tribe
	AsOf      time.Time `json:"as_of"`             // the moment that the site speaks of
	Commit    string    `json:"commit"`            // of the site's sources; empty if not known
	Freshness int64     `json:"freshness_seconds"` // older data than this are stale
	// DataTo holds the end of each tribe's newest bucket, by the tribe's id; nil
	// for one without data.
	DataTo map[string]*time.Time `json:"data_to"`
}

// A File is what the manifest says of one file.
type File struct {
	SHA256 string `json:"sha256"` // in hexadecimal
	Bytes  int64  `json:"bytes"`
}

// A Manifest lists every file of a site by its path, but for itself and the
// top-level dot-files, which are not the site's.
type Manifest struct {
	Schema string `json:"schema"`
	Origin
	Files map[string]File `json:"files"`
}

// ReadManifest reads a manifest.json. Something else is an error.
func ReadManifest(r io.Reader) (Manifest, error) {
	var m Manifest
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("%s: %w", manifestName, err)
	}
	if m.Schema != manifestSchema {
		return Manifest{}, fmt.Errorf("%s: its schema is %q, not %q", manifestName, m.Schema, manifestSchema)
	}
	return m, nil
}

// Within returns the manifest of a tribe's folder, which is a site by itself: its
// files by their paths in that folder.
func (m Manifest) Within(tribe string) Manifest {
	files := map[string]File{}
	for path, f := range m.Files {
		if within, ok := strings.CutPrefix(path, tribe+"/"); ok {
			files[within] = f
		}
	}
	m.Files = files
	if to, ok := m.DataTo[tribe]; ok {
		m.DataTo = map[string]*time.Time{tribe: to}
	}
	return m
}

// Encode writes the manifest as a manifest.json, sorted by path.
func (m Manifest) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", " ")
	return append(b, '\n'), err
}

// replaceable says why a build may not replace the folder: it holds something
// besides dot-files, which are carried over, and was not built by tribune.
func replaceable(out string) error {
	entries, err := os.ReadDir(out)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	foreign := slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.IsDir() || !strings.HasPrefix(e.Name(), ".")
	})
	if !foreign {
		return nil
	}
	f, err := os.Open(filepath.Join(out, manifestName))
	if err == nil {
		defer f.Close()
		_, err = ReadManifest(f)
	}
	if err != nil {
		return fmt.Errorf("%s holds files that tribune did not build (no manifest.json of a site); nothing was written\n\thint: name a new or empty folder with --out, or empty this one", out)
	}
	return nil
}
