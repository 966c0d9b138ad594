package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Commit makes the site what readers see: it lists the files written in
// manifest.json, carries over the old site's dot-files, and puts the new folder
// in the place of the old one, which it removes. If it fails, or a Write did,
// the old site stays as it was unless the error says otherwise.
func (s *Stage) Commit(o Origin) error {
	defer s.Abort()
	if err := s.finish(o); err != nil {
		return fmt.Errorf("%w; %s is as it was", err, s.out)
	}
	s.next.Close() // some systems do not rename a folder that is open
	if err := s.swap(); err != nil {
		return err
	}
	tidy := func() error {
		if err := s.release(); err != nil {
			return fmt.Errorf("the new site is in place, but what it replaced is not removed: %w", err)
		}
		return nil
	}
	if s.later != nil {
		s.ended = true
		s.later(tidy)
		return nil
	}
	return tidy()
}

// Abort ends a stage that shall not become the site. After Commit it does
// nothing, so it can be deferred. What it cannot remove the next build will.
func (s *Stage) Abort() {
	if s.ended {
		return
	}
	if s.next != nil {
		s.next.Close()
	}
	s.release()
}

// finish makes the new folder whole and, before it takes the place of a site,
// sends it to the disk.
func (s *Stage) finish(o Origin) error {
	if s.err != nil {
		return s.err
	}
	o.AsOf = o.AsOf.UTC()
	manifest, err := Manifest{manifestSchema, o, s.files}.Encode()
	if err != nil {
		return err
	}
	if err := s.create(manifestName, manifest); err != nil {
		return err
	}
	if !s.replaces {
		return nil
	}
	if err := s.carry(); err != nil {
		return err
	}
	info, err := os.Stat(s.out)
	if err != nil {
		return err
	}
	if err := s.next.Chmod(".", info.Mode().Perm()); err != nil {
		return err
	}
	if s.later != nil {
		return nil
	}
	return flush(s.new)
}

// swap puts the new folder in the output's place. Where the system can exchange
// two folders, there is no moment without a site. Elsewhere there are two
// renames with a tiny gap between them; a build killed in it leaves no site,
// and the next build begins by putting the old one back.
func (s *Stage) swap() error {
	next, old := s.new, filepath.Join(s.work, "old")
	if !s.replaces {
		return os.Rename(next, s.out)
	}
	err := exchange(next, s.out)
	if errors.Is(err, errors.ErrUnsupported) {
		err = renameBoth(next, s.out, old)
	}
	if err != nil {
		return fmt.Errorf("replace %s: %w; it is as it was\n\thint: if it is a mount point, name a folder inside it with --out", s.out, reason(err))
	}
	if s.later != nil {
		return nil
	}
	return flush(filepath.Dir(s.out))
}

// renameBoth moves the site out of the way and the new one in.
func renameBoth(next, out, old string) error {
	if err := os.Rename(out, old); err != nil {
		return err
	}
	if err := os.Rename(next, out); err != nil {
		return errors.Join(err, os.Rename(old, out))
	}
	return nil
}

// clear removes the folders in the work folder. If a build was killed between
// the two renames of a swap, it first puts the old site back.
func (s *Stage) clear() error {
	old := filepath.Join(s.work, "old")
	if _, err := os.Lstat(s.out); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(old, s.out); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return errors.Join(os.RemoveAll(s.new), os.RemoveAll(old))
}

// release removes the work folder, gives the lock back and does nothing the
// second time. The lock's file goes while the lock is held, so that nobody
// waits for one that has no name any more; see acquire.
func (s *Stage) release() error {
	if !s.lock.Locked() {
		return nil
	}
	err := s.clear()
	os.Remove(s.lock.Path())
	s.lock.Unlock()
	os.Remove(s.work) // not if another build is already in it
	return err
}
