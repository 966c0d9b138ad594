package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/history"
	"tribune/generator/slo"
)

// maxOutput is how many bytes of CSV a command may print, or a file may have.
const maxOutput = 256 << 20

// Resolve returns the width of an SLO's buckets, and whether the source may speak
// of it: see history.ReadCSV.
type Resolve func(id string) (step time.Duration, ok bool)

// ReadFiles reads a source's CSV file, or all files of its folder whose names end
// in .csv, in order of name. A file with an error is left out whole, which is a
// problem; the error, a *Fault, is for a file that cannot be read.
func ReadFiles(src catalog.Source, dir string, lookup func(string) (string, bool), resolve Resolve) ([]history.Import, diag.List, error) {
	s := newSecrets(lookup)
	name, err := s.expand(src, src.Path)
	if err != nil {
		return nil, nil, err
	}
	names, err := csvFiles(dir, name)
	if err != nil {
		return nil, nil, s.hidden(faultf(File, "path is a CSV file, or a folder of them, relative to the site's folder", "%s: %v", src.Pos, err))
	}
	var all []history.Import
	var problems diag.List
	for _, name := range names {
		in, found, err := readFile(dir, name, resolve)
		if err != nil {
			return nil, nil, s.hidden(faultf(File, "", "%v", err))
		}
		all, problems = append(all, in), append(problems, found...)
	}
	return all, problems, nil
}

// csvFiles returns a file, or those of a folder.
func csvFiles(dir, name string) ([]string, error) {
	info, err := os.Stat(within(dir, name))
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	entries, err := os.ReadDir(within(dir, name))
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".csv") && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, path.Join(filepath.ToSlash(name), e.Name()))
		}
	}
	return names, err
}

// within returns the path of a file that is named relative to a folder.
func within(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

func readFile(dir, name string, resolve Resolve) (history.Import, diag.List, error) {
	f, err := os.Open(within(dir, name))
	if err != nil {
		return history.Import{}, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return history.Import{}, nil, err
	case !info.Mode().IsRegular():
		return history.Import{}, nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is not a plain file")}
	case info.Size() > maxOutput:
		return history.Import{}, nil, fmt.Errorf("%s: it has more than %d MiB", name, maxOutput>>20)
	}
	return history.ReadCSV(name, f, resolve)
}

// RunCommand runs a source's program in the site's folder and reads the CSV that
// it prints. The program sees only the variables of the environment that the
// source names, PATH, HOME and the like, and what it is asked for: TRIBUNE_FROM
// and TRIBUNE_TO (RFC 3339) and TRIBUNE_SLOS (ids, with spaces between them). It
// may print more. It is stopped, with all that it started, when its time is up or
// ctx ends. CSV with an error is left out whole, which is a problem; the error is
// a *Fault or that of ctx.
func RunCommand(ctx context.Context, src catalog.Source, dir string, lookup func(string) (string, bool), span slo.Span, ids []string, resolve Resolve) (history.Import, diag.List, error) {
	s := newSecrets(lookup)
	in, problems, err := runCommand(ctx, src, dir, s, span, ids, resolve)
	if f := asFault(err); f != nil {
		err = s.hidden(f)
	}
	return in, problems, err
}

// passedOn are the variables that a program gets unasked: without them many do
// not run, and they hold no secret.
var passedOn = []string{"PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "SYSTEMROOT"}

func runCommand(ctx context.Context, src catalog.Source, dir string, s *secrets, span slo.Span, ids []string, resolve Resolve) (none history.Import, _ diag.List, err error) {
	args := make([]string, len(src.Command))
	for i, a := range src.Command {
		if args[i], err = s.expand(src, a); err != nil {
			return none, nil, err
		}
	}
	timeout := src.Timeout
	if timeout == 0 {
		timeout = commandTimeout
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	cmd := exec.CommandContext(limited, args[0], args[1:]...)
	if strings.ContainsAny(args[0], `/\`) {
		cmd.Path, cmd.Err = within(dir, args[0]), nil
	}
	cmd.Dir = dir
	cmd.WaitDelay = time.Second // then nothing more is read from what left its group
	stopWhole(cmd)
	if cmd.Env, err = environment(src, s); err != nil {
		return none, nil, err
	}
	cmd.Env = append(cmd.Env, "TRIBUNE_FROM="+span.From.UTC().Format(time.RFC3339), "TRIBUNE_TO="+span.To.UTC().Format(time.RFC3339), "TRIBUNE_SLOS="+strings.Join(ids, " "))
	var said tail
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return none, nil, err
	}
	if err := cmd.Start(); err != nil {
		return none, nil, faultf(Program, "command is a program and its arguments; one with a slash is relative to the site's folder", "%s: %s cannot be run: %v", src.Pos, args[0], err)
	}
	printed := &io.LimitedReader{R: out, N: maxOutput + 1}
	in, problems, readErr := history.ReadCSV("the output of source "+src.Name, printed, resolve)
	tooMuch := printed.N <= 0
	if tooMuch {
		cancel()
	} else {
		io.Copy(io.Discard, out) // after CSV that is cut short by an error
	}
	err = cmd.Wait()
	switch {
	case tooMuch:
		return none, nil, faultf(Size, "print only what is asked for: see TRIBUNE_FROM", "%s printed more than %d MiB", args[0], maxOutput>>20)
	case ctx.Err() != nil:
		return none, nil, context.Cause(ctx)
	case limited.Err() != nil:
		return none, nil, faultf(Timeout, "give it more time (timeout of the source)", "%s was stopped after %v", args[0], timeout)
	case err != nil:
		return none, nil, faultf(Program, "", "%s failed: %v%s", args[0], err, said.text())
	case readErr != nil:
		return none, nil, faultf(Program, "", "%v", readErr)
	}
	return in, problems, nil
}

// commandTimeout is how long a program may run if the source does not say.
const commandTimeout = 10 * time.Minute

// environment is what a program sees.
func environment(src catalog.Source, s *secrets) (all []string, err error) {
	for _, name := range passedOn {
		if v, ok := s.lookup(name); ok {
			all = append(all, name+"="+v)
		}
	}
	for _, name := range src.Environment {
		v, err := s.expand(src, "${"+name+"}")
		if err != nil {
			return nil, err
		}
		all = append(all, name+"="+v)
	}
	return all, nil
}

// A tail keeps the end of what is written to it.
type tail struct{ last []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 4096
	t.last = append(t.last, p...)
	if n := len(t.last) - most; n > 0 {
		t.last = append(t.last[:0], t.last[n:]...)
	}
	return len(p), nil
}

// text returns the last line, with a colon before it, or "".
func (t *tail) text() string {
	lines := bytes.Split(bytes.TrimSpace(t.last), []byte("\n"))
	last := brief(string(lines[len(lines)-1]))
	if last == "" {
		return ""
	}
	return ": " + last
}
