//go:build !linux

package stage

// fillDisk is for Linux, where a child can mount a small disk of its own.
func fillDisk(string) {}
