package cache

import (
	"io/fs"
	"syscall"
)

// stateOf returns the state of a file. Its time of change counts too, which no
// program can set back.
func stateOf(info fs.FileInfo) state {
	s := state{Size: info.Size(), Written: info.ModTime().UnixNano()}
	s.Changed = s.Written
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s.Changed, s.Inode = max(s.Written, sys.Ctim.Nano()), sys.Ino
	}
	return s
}
