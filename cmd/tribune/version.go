package main

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct {
	common
}

func (versionCommand) Run(t terminal) error {
	fmt.Fprintln(t.out, "tribune", version())
	return nil
}

// version returns the module's version and the commit that it was built from,
// as far as the build recorded them.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "devel"
	}
	return v
}
