package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"
)

// A folder is a target that a web server reads. While a publish runs it holds
//
//	.tribune/lock   held by the publish; the system lets go of it when the process dies
//	.tribune/new    files on their way: written and sent to the disk, then renamed
//
// Symbolic links in it are not followed, and nothing outside it is reached; the
// folder itself may be named by one.
type folder struct {
	dir     string
	waiting func()

	root *os.Root
	lock *flock.Flock
	made bool // there was no folder before

	mu    sync.Mutex
	known map[string]bool // folders of the site that are there and are no links
	files int             // written to .tribune/new
}

const (
	workName = ".tribune"
	newName  = ".tribune/new"
	lockName = ".tribune/lock"
)

func (f *folder) begin(ctx context.Context) (context.Context, error) {
	if _, err := os.Stat(f.dir); errors.Is(err, fs.ErrNotExist) {
		f.made = true
	}
	if err := os.MkdirAll(f.dir, 0o777); err != nil {
		return ctx, err
	}
	var err error
	if f.root, err = os.OpenRoot(f.dir); err != nil {
		return ctx, err
	}
	if err := f.acquire(ctx); err != nil {
		return ctx, err
	}
	f.known = map[string]bool{".": true}
	if err := f.root.RemoveAll(newName); err != nil {
		return ctx, err
	}
	return ctx, f.root.Mkdir(newName, 0o777)
}

// acquire takes the lock. Its file goes when a publish ends, so a lock counts
// only if its file still stands where it was found.
func (f *folder) acquire(ctx context.Context) error {
	for {
		if err := f.root.Mkdir(workName, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if info, err := f.root.Lstat(workName); err == nil && !info.IsDir() {
			return fmt.Errorf("%s is in the way of a publish: it is no folder", filepath.Join(f.dir, workName))
		}
		f.lock = flock.New(filepath.Join(f.dir, lockName))
		held, err := f.lock.TryLock()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case held && f.lockStands():
			return nil
		case held:
			f.lock.Unlock()
			continue
		}
		if f.waiting != nil {
			f.waiting()
			f.waiting = nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another publish is writing %s: %w", f.dir, context.Cause(ctx))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (f *folder) lockStands() bool {
	held, err := f.lock.Stat()
	if err != nil {
		return false
	}
	found, err := f.root.Stat(lockName)
	return err == nil && os.SameFile(held, found)
}

// end gives the lock back and removes what only a publish needs; what was not
// there before and is empty is removed too.
func (f *folder) end(context.Context) {
	if f.root == nil {
		return
	}
	defer f.root.Close()
	if f.lock == nil || !f.lock.Locked() {
		return
	}
	f.root.RemoveAll(newName)
	f.root.Remove(lockName)
	f.lock.Unlock()
	f.root.Remove(workName)
	if f.made {
		os.Remove(f.dir)
	}
}

func (f *folder) list(ctx context.Context) (map[string]int64, error) {
	held := map[string]int64{}
	err := fs.WalkDir(f.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || name == ".":
			return cmp.Or(err, ctx.Err())
		case strings.HasPrefix(name, ".") && e.IsDir():
			return fs.SkipDir
		case strings.HasPrefix(name, ".") || e.IsDir():
			return nil
		case !e.Type().IsRegular():
			held[name] = notRegular
			return nil
		}
		info, err := e.Info()
		if err == nil {
			held[name] = info.Size()
		}
		return err
	})
	return held, err
}

func (f *folder) read(_ context.Context, name string) ([]byte, error) { return f.root.ReadFile(name) }

// put writes each file beside the site, sends it to the disk, and renames it
// into its place; then it sends the folders to the disk.
func (f *folder) put(ctx context.Context, names []string, content func(string) ([]byte, error)) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, name := range names {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			b, err := content(name)
			if err == nil {
				err = f.place(name, b)
			}
			if err != nil {
				return fmt.Errorf("write %s: %w", name, reason(err))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return f.flush(names)
}

func (f *folder) place(name string, content []byte) error {
	if err := f.enter(path.Dir(name)); err != nil {
		return err
	}
	next, err := f.write(content)
	if err == nil {
		err = f.root.Rename(next, name)
	}
	if err != nil {
		f.root.Remove(next)
	}
	return err
}

// write makes a file of its own in .tribune/new and sends it to the disk.
func (f *folder) write(content []byte) (name string, err error) {
	f.mu.Lock()
	f.files++
	name = newName + "/" + strconv.Itoa(f.files)
	f.mu.Unlock()
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return name, err
	}
	_, err = file.Write(content)
	return name, cmp.Or(err, file.Sync(), file.Close())
}

// enter makes a folder, and refuses one that is a link.
func (f *folder) enter(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.enterLocked(dir)
}

func (f *folder) enterLocked(dir string) error {
	if f.known[dir] {
		return nil
	}
	if err := f.enterLocked(path.Dir(dir)); err != nil {
		return err
	}
	if err := f.root.Mkdir(dir, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := f.root.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is no folder of its own; publish follows no links", dir)
	}
	f.known[dir] = true
	return nil
}

// flush sends the folders of files to the disk, so that not even a power cut
// takes back a rename.
func (f *folder) flush(names []string) error {
	if runtime.GOOS == "windows" {
		return nil // which keeps no folder open
	}
	dirs := map[string]bool{}
	for _, name := range names {
		for dir := path.Dir(name); !dirs[dir]; dir = path.Dir(dir) {
			dirs[dir] = true
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		d, err := f.root.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
	}
	return nil
}

// remove deletes files and the folders that are then empty.
func (f *folder) remove(ctx context.Context, names []string) error {
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("delete %s: %w", name, reason(err))
		}
		for dir := path.Dir(name); dir != "." && f.root.Remove(dir) == nil; dir = path.Dir(dir) {
			delete(f.known, dir)
		}
	}
	return nil
}

func (f *folder) commit(context.Context, string) error { return nil }

// rehearse makes and removes a file in each folder that a publish would change.
func (f *folder) rehearse(ctx context.Context, put, remove []string) error {
	dirs := map[string]bool{}
	for _, name := range slices.Concat(put, remove, []string{manifestName}) {
		dir := path.Dir(name)
		for dir != "." {
			if _, err := f.root.Lstat(dir); err == nil {
				break
			}
			dir = path.Dir(dir)
		}
		dirs[dir] = true
	}
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		trial := path.Join(dir, ".tribune-trial")
		file, err := f.root.Create(trial)
		if err == nil {
			err = errors.Join(file.Close(), f.root.Remove(trial))
		}
		if err != nil {
			return fmt.Errorf("files in %s cannot be written: %w", path.Join(f.dir, dir), reason(err))
		}
	}
	return ctx.Err()
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
