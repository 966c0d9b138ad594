//go:build !unix

package source

import "os/exec"

// stopWhole does nothing here: the program itself is stopped.
func stopWhole(*exec.Cmd) {}
