package main

import (
	"embed"
	"io"
)

//go:embed shells/tribune.*
var shells embed.FS

type completionCommand struct {
	common
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Run prints a script that asks the program itself, so that it fits whichever
// version of it is there.
func (c completionCommand) Run(t terminal) error {
	script, err := shells.Open("shells/tribune." + c.Shell)
	if err != nil {
		return err
	}
	defer script.Close()
	_, err = io.Copy(t.out, script)
	return err
}
