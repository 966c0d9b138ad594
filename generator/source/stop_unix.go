//go:build unix

package source

import (
	"os/exec"
	"syscall"
)

// stopWhole makes a program end together with all that it started.
func stopWhole(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
