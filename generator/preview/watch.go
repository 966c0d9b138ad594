package preview

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// folders are where a site keeps what its pages are made of.
var folders = []string{"content", "data", "templates"}

// quiet is how long no file may change before it is told: an editor that saves
// writes, renames and removes several files.
const quiet = 10 * time.Millisecond

// A Watcher sees the files of a site change.
type Watcher struct {
	site   string
	events *fsnotify.Watcher
}

// Watch begins to watch the folders of a site. Run ends it, or Close.
func Watch(site string) (*Watcher, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	w := &Watcher{site, events}
	if err := events.Add(site); err != nil {
		return nil, errors.Join(watching(site, err), w.Close())
	}
	for _, dir := range folders {
		if _, err := w.add(filepath.Join(site, dir)); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	return w, nil
}

// Close ends the watch.
func (w *Watcher) Close() error { return w.events.Close() }

// Run calls changed with the files that changed since Watch, relative to the
// site's folder with forward slashes, until ctx ends. Folders may come and go.
// What editors keep beside a file is none of the site's.
func (w *Watcher) Run(ctx context.Context, changed func(files []string)) error {
	defer w.Close()
	settled := time.NewTimer(0)
	if !settled.Stop() {
		<-settled.C
	}
	var files []string
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.events.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return err
			}
			files = append(files, ".") // so many that some were lost: anything may have changed
			settled.Reset(quiet)
		case e := <-w.events.Events:
			if e.Op == fsnotify.Chmod || !w.matters(e.Name) {
				continue
			}
			files = append(files, w.name(e.Name))
			if e.Has(fsnotify.Create) {
				within, err := w.add(e.Name) // which may have come before it was watched
				if err != nil {
					return err
				}
				files = append(files, within...)
			}
			settled.Reset(quiet)
		case <-settled.C:
			slices.Sort(files)
			changed(slices.Compact(files))
			files = nil
		}
	}
}

// add watches a folder and those in it, and returns the files there are. What is
// no folder, or not there, is not watched.
func (w *Watcher) add(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // gone meanwhile
		case err != nil:
			return err
		case !d.IsDir():
			if w.matters(path) {
				files = append(files, w.name(path))
			}
			return nil
		}
		if err := w.events.Add(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return watching(path, err)
		}
		return nil
	})
	return files, err
}

func watching(dir string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EMFILE) {
		return fmt.Errorf("watch %s: the system watches as many folders as it may\n\thint: raise fs.inotify.max_user_watches and max_user_instances", dir)
	}
	return fmt.Errorf("watch %s: %w", dir, err)
}

// name returns the path of a file within the site.
func (w *Watcher) name(path string) string {
	rel, err := filepath.Rel(w.site, path)
	if err != nil {
		return ""
	}
	return filepath.ToSlash(rel)
}

// matters reports whether a file may be in the site's pages.
func (w *Watcher) matters(path string) bool {
	top, _, _ := strings.Cut(w.name(path), "/")
	return slices.Contains(folders, top) && !passing(filepath.Base(path))
}

// passing reports whether a name is of what programs keep for a moment beside the
// file that they save: swap files, copies, locks. Vim tries whether it may write
// with a file named 4913.
func passing(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "#") || strings.HasSuffix(name, "~") || name == "4913" ||
		slices.Contains([]string{".swp", ".swx", ".tmp", ".bak", ".crswap"}, filepath.Ext(name))
}
