//go:build !linux

package cache

import "io/fs"

// stateOf returns the state of a file, as far as any system tells it.
func stateOf(info fs.FileInfo) state {
	at := info.ModTime().UnixNano()
	return state{Size: info.Size(), Changed: at, Written: at}
}
