// Package stage is the folder that a build writes. Pages go into a folder
// beside the output as they are made; Commit puts the whole folder in the
// output's place at once, so that a reader, also after a kill at any moment,
// sees the old site or the new one and never a mixture.
//
// While a build of public runs, its work folder .public.tribune stands beside
// it and holds
//
//	lock   held by the build; the system lets go of it when the process dies
//	new    the site being written; once swapped in, the site it replaced
//	old    only where a system cannot exchange two folders: see swap
//
// and is gone when the build ends. What a killed build leaves there, the next
// one clears away.
package stage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// A Stage is a site being written. Commit or Abort ends it.
type Stage struct {
	out  string       // the output folder: absolute, symbolic links resolved
	work string       // the work folder beside it
	new  string       // work/new
	lock *flock.Flock // work/lock

	next     *os.Root                // work/new
	replaces bool                    // there is an out to replace
	beside   string                  // of Options
	later    func(tidy func() error) // likewise
	ended    bool                    // by a Commit that left the rest to later

	mu      sync.Mutex
	taken   map[string]claim        // by foldedKey: every path written, and the folders above it
	folders map[string]func() error // what makes each of these folders once
	files   map[string]File         // what the manifest will list
	err     error                   // of the first write that failed: the site is not whole
}

// Options are how a site is written. The zero value is for one that is to last.
type Options struct {
	Waiting func() // called once if another build of the folder must end first; may be nil
	// Later is for a site that somebody waits for and that need not outlive a power
	// cut. What is written is not sent to the disk, for which a build would wait as long
	// as for what everybody else wrote; and Commit, once the new site is in place, calls
	// Later with what removes the old one and must be called then. A kill still leaves
	// the old site or the new one. Nil if the site is to last.
	Later func(tidy func() error)
	// Beside is the folder of a site from which files are taken that hold the same, if
	// there is no old one; "" if there is none.
	Beside string
}

// Open begins a site that will replace the folder out. The folder need not
// exist; if it is a symbolic link, the folder that it names is replaced. A
// folder with something in it that tribune did not build is refused.
//
// If another build is writing the same folder, Open waits until that build ends or
// ctx does.
func Open(ctx context.Context, out string, o Options) (*Stage, error) {
	out, err := resolve(out)
	if err != nil {
		return nil, err
	}
	if err := replaceable(out); err != nil {
		return nil, err
	}
	s := &Stage{
		out:     out,
		work:    filepath.Join(filepath.Dir(out), "."+filepath.Base(out)+".tribune"),
		taken:   map[string]claim{},
		folders: map[string]func() error{},
		files:   map[string]File{},
		beside:  o.Beside,
		later:   o.Later,
	}
	s.new = filepath.Join(s.work, "new")
	if err := s.acquire(ctx, o.Waiting); err != nil {
		return nil, err
	}
	if err := s.prepare(); err != nil {
		s.Abort()
		return nil, err
	}
	return s, nil
}

// resolve returns the absolute path of the output folder without symbolic
// links. It makes the folders above it.
func resolve(out string) (string, error) {
	abs, err := filepath.Abs(out)
	if err != nil {
		return "", err
	}
	if _, err := os.Lstat(abs); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(abs), 0o777); err != nil {
			return "", err
		}
		dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
		return filepath.Join(dir, filepath.Base(abs)), err
	}
	return filepath.EvalSymlinks(abs)
}

// acquire takes the lock. A build that ends removes its lock and work folder,
// so a lock counts only if its file still stands where it was found.
func (s *Stage) acquire(ctx context.Context, waiting func()) error {
	path := filepath.Join(s.work, "lock")
	for {
		if err := os.Mkdir(s.work, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if info, err := os.Lstat(s.work); err == nil && !info.IsDir() {
			return fmt.Errorf("%s is in the way of a build: it is no folder", s.work)
		}
		s.lock = flock.New(path)
		held, err := s.lock.TryLock()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return fmt.Errorf("lock %s: %w", path, err)
		case held && s.lockStands(path):
			return nil
		case held:
			s.lock.Unlock()
			continue
		}
		if waiting != nil {
			waiting()
			waiting = nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another build is writing %s: %w", s.out, context.Cause(ctx))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (s *Stage) lockStands(path string) bool {
	held, err := s.lock.Stat()
	if err != nil {
		return false
	}
	found, err := os.Stat(path)
	return err == nil && os.SameFile(held, found)
}

// prepare clears what a killed build left and makes the folder to write in.
func (s *Stage) prepare() (err error) {
	if err := s.clear(); err != nil {
		return err
	}
	if err := os.Mkdir(s.new, 0o777); err != nil {
		return err
	}
	if s.next, err = os.OpenRoot(s.new); err != nil {
		return err
	}
	_, err = os.Stat(s.out)
	s.replaces = err == nil
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// at is where a path of the new site is on this machine.
func (s *Stage) at(path string) string { return filepath.Join(s.new, filepath.FromSlash(path)) }

// Write adds a file to the site. The path is relative, with forward slashes,
// and must be one that any file system and web server keeps as it is: see
// checkPath. A path written before, or one that a file system which ignores
// case or Unicode forms would take for it, is an error. Write may be called
// from several goroutines and does not keep content.
func (s *Stage) Write(path string, content []byte) error {
	err := s.write(path, content)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.err == nil {
			s.err = err
		}
	}
	return err
}

// Wrote returns what the manifest will say of a file that was written.
func (s *Stage) Wrote(path string) File {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[path]
}

func (s *Stage) write(path string, content []byte) error {
	if err := checkPath(path); err != nil {
		return err
	}
	if err := s.claim(path); err != nil {
		return err
	}
	if !s.reuse(path, content) {
		if err := s.create(path, content); err != nil {
			return err
		}
	}
	sum := sha256.Sum256(content)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[path] = File{hex.EncodeToString(sum[:]), int64(len(content))}
	return nil
}
