//go:build !linux

package stage

import "errors"

// exchange returns errors.ErrUnsupported: only Linux is known to swap two
// folders in a single step.
func exchange(a, b string) error { return errors.ErrUnsupported }

// flush does nothing: to send thousands of files to the disk one by one takes
// minutes on some systems. A kill leaves the old site or the new one here too;
// after a power cut, build again.
func flush(dir string) error { return nil }
