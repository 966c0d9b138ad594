package stage

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// exchange swaps two folders of one file system in a single step. It returns
// errors.ErrUnsupported if the file system cannot.
func exchange(a, b string) error {
	err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.EINVAL) {
		return errors.ErrUnsupported
	}
	return err
}

// flush sends to the disk what was written to the file system that the folder
// is on, so that not even a power cut leaves a swapped-in site without content.
func flush(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return os.NewSyscallError("syncfs", unix.Syncfs(int(f.Fd())))
}
