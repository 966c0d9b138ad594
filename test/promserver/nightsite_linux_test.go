package promserver

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// reports are a site in a repository, the clone of it that nights run in, and where
// they publish: a branch of the repository, and a folder.
type reports struct {
	t       *testing.T
	program string // tribune
	script  string // deploy/nightly
	remote  string // repository
	author  string // clone of somebody who writes
	disk    string // small, with the site's clone on it
	site    string
	folder  string
	wrapper string // tribune, killed as it publishes to the folder
	server  *promServer
	whole   time.Time // the moment of what is published
}

// newReports makes them, with a Prometheus that knows the world.
func newReports(t *testing.T, dir string, w *world, names []string) *reports {
	t.Helper()
	r := &reports{t: t, server: &promServer{dir: dir, address: freeAddress(t)}}
	for name, at := range map[string]*string{
		"tribune": &r.program, "reports.git": &r.remote, "author": &r.author, "disk": &r.disk, "www": &r.folder, "killed": &r.wrapper,
	} {
		*at = filepath.Join(dir, name)
	}
	r.site = filepath.Join(r.disk, "site")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	r.script = filepath.Join(root, "deploy/nightly")
	build := exec.Command("go", "build", "-o", r.program, "./cmd/tribune")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r.server.fill(t, w)
	t.Cleanup(r.server.stop)

	r.git("", "init", "--quiet", "--bare", "--initial-branch=main", r.remote)
	r.git("", "clone", "--quiet", r.remote, r.author)
	r.git(r.author, "config", "user.name", "author")
	r.git(r.author, "config", "user.email", "author@example.org")
	var tribe strings.Builder
	fmt.Fprint(&tribe, "name = \"Tribe\"\n")
	for _, name := range names {
		fmt.Fprintf(&tribe, "[[services]]\nid = %q\n", name)
	}
	fmt.Fprintf(&tribe, "[[slo_templates]]\nid = \"ok\"\nobjective = \"99%%\"\nby = \"service\"\nsince = %s\n%s\n"+
		"total = 'sum by (service) (increase(requests_total[{{.window}}]))'\n", w.from.Format(time.DateOnly), countBad)
	r.write("data/tribes/t.toml", tribe.String())
	r.write(".gitignore", "/public/\n/.tribune/\n/data/history/.*\n/.*.tribune/\n")
	r.write("content/postmortems/t/2026-10-05-disk.md", "+++\nseverity = \"SEV2\"\nservices = [\""+names[0]+"\"]\n"+
		"started = 2026-10-05T10:00:00Z\nresolved = 2026-10-05T10:20:00Z\nimpact = \"Nothing was stored for 20 minutes.\"\n+++\n\n# The disk was full\n")
	r.push("data/site.toml", fmt.Sprintf(`title = "Nights"
base_url = "https://reliability.example/"
[sources.prod]
kind = "prometheus"
url = "http://%s"
scrape_interval = "1m"
[publish.branch]
url = "git+file://%s#pages"
[publish.folder]
url = "file://%s"
`, r.server.address, r.remote, r.folder))

	if err := os.Mkdir(r.disk, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", r.disk, "tmpfs", 0, "size=64m"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Unmount(r.disk, 0) })
	r.git("", "clone", "--quiet", r.remote, r.site)
	// A program that publishes to the folder until its first word of that stands there.
	state := filepath.Join(r.folder, ".tribune/state.json")
	r.writeAt(r.wrapper, fmt.Sprintf(`#!/usr/bin/env bash
if [ "$1" != publish ] || [ "${*: -1}" != folder ]; then exec %[1]s "$@"; fi
touch %[2]s.before
sleep 0.02
%[1]s "$@" &
until [ %[3]s -nt %[2]s.before ]; do :; done
kill -9 $!
wait $!
`, r.program, r.wrapper, state))
	if err := os.Chmod(r.wrapper, 0o777); err != nil {
		t.Fatal(err)
	}
	return r
}

// git runs git, without the settings of whoever runs the test.
func (r *reports) git(dir string, args ...string) {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = dir, gitEnvironment()
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func gitEnvironment() []string {
	return append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
}

// write writes a file of the author's.
func (r *reports) write(name, text string) {
	r.t.Helper()
	r.writeAt(filepath.Join(r.author, filepath.FromSlash(name)), text)
}

func (r *reports) writeAt(name, text string) {
	r.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
		r.t.Fatal(err)
	}
}

// push writes a file and lets the author push all that is new.
func (r *reports) push(name, text string) {
	r.t.Helper()
	r.write(name, text)
	r.git(r.author, "add", ".")
	r.git(r.author, "commit", "--quiet", "-m", "Write "+filepath.Base(name))
	if !r.whole.IsZero() { // else nobody pushed before
		r.git(r.author, "pull", "--quiet", "--rebase", "origin", "main")
	}
	r.git(r.author, "push", "--quiet", "origin", "HEAD:main")
}

// fill fills the disk to the last byte; empty takes that away.
func (r *reports) fill() {
	r.t.Helper()
	f, err := os.Create(filepath.Join(r.disk, "filler"))
	if err != nil {
		r.t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 4
		} else if err != nil {
			r.t.Fatal(err)
		}
	}
}

func (r *reports) empty() {
	r.t.Helper()
	if err := os.Remove(filepath.Join(r.disk, "filler")); err != nil {
		r.t.Fatal(err)
	}
}

// run runs the script and returns its report. With killPublish the publish to the
// folder is killed, with killAll the whole night is, soon after it begins to publish.
func (r *reports) run(asOf time.Time, killPublish, killAll bool) (report string, status int) {
	t := r.t
	t.Helper()
	cmd := exec.Command("bash", r.script, "branch", "folder")
	cmd.Env = append(gitEnvironment(), "TRIBUNE="+r.program, "TRIBUNE_SITE="+r.site, "TRIBUNE_KEEP=push",
		"TRIBUNE_AS_OF="+asOf.Format(time.RFC3339), "LC_ALL=C")
	if killPublish {
		cmd.Env = append(cmd.Env, "TRIBUNE="+r.wrapper)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	var said bytes.Buffer
	read := make(chan bool)
	go func() {
		defer close(read)
		b := make([]byte, 1<<16)
		for killed := false; ; {
			n, err := out.Read(b)
			said.Write(b[:n])
			if killAll && !killed && bytes.Contains(said.Bytes(), []byte("== publish\n")) {
				time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
				killNight(cmd.Process.Pid)
				killed = true
			}
			if err != nil {
				return
			}
		}
	}()
	err := cmd.Run()
	in.Close()
	<-read
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	_, report, ok := strings.Cut(said.String(), "== report\n")
	if ok == killAll {
		t.Errorf("the night ends with %v, and told a report: %v\n%s", err, ok, &said)
	}
	if status != 0 && !killAll && report == "" {
		t.Errorf("no report:\n%s", &said)
	}
	return report, status
}

// killNight kills the processes of a group, but for those of git that another
// machine would run where the repository is not on this one.
func killNight(group int) {
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range all {
		stat, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended
		}
		_, after, _ := strings.Cut(string(stat), ") ")
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(name), "cmdline"))
		fields := strings.Fields(after) // state, parent, group
		if len(fields) < 3 || fields[2] != strconv.Itoa(group) || regexp.MustCompile(`receive-pack|unpack-objects|index-pack|upload-pack`).Match(command) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// wantWhole holds what is published: all of a night, if that could publish, else of
// the one before; in the folder, where files come one by one, of both if it was killed.
func (r *reports) wantWhole(asOf time.Time, old, killed bool) {
	t := r.t
	t.Helper()
	dir := filepath.Join(t.TempDir(), "branch")
	r.git("", "clone", "--quiet", "--depth=1", "--branch=pages", "file://"+r.remote, dir)
	if err := os.RemoveAll(filepath.Join(dir, ".git")); err != nil {
		t.Fatal(err)
	}
	published := r.wantSite(dir)
	switch {
	case old && !published.Equal(r.whole), !old && !killed && !published.Equal(asOf), killed && published.Before(r.whole):
		t.Errorf("the branch is of %s, and it was of %s before", published, r.whole)
	}
	r.whole = published
	if killed {
		r.readAll(r.folder)
		return
	}
	if got := r.wantSite(r.folder); !got.Equal(published) {
		t.Errorf("the folder is of %s, the branch of %s", got, published)
	}
}

var moment = regexp.MustCompile(`"as_of": ?"([^"]*)"`)

// wantSite holds a site by verify and by reading it, and returns its moment.
func (r *reports) wantSite(dir string) time.Time {
	t := r.t
	t.Helper()
	if out, err := exec.Command(r.program, "verify", dir).CombinedOutput(); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
	r.readAll(dir)
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	m := moment.FindSubmatch(manifest)
	if m == nil {
		t.Fatalf("the manifest has no as_of: %.300s", manifest)
	}
	at, err := time.Parse(time.RFC3339, string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

var reference = regexp.MustCompile(`(?:href|src)="([^"]*)"`)

// readAll reads all pages and what they lead to, as somebody would.
func (r *reports) readAll(dir string) {
	t := r.t
	t.Helper()
	pages := 0
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) != ".html" || name == "404.html" {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		pages++
		for _, m := range reference.FindAllSubmatch(text, -1) {
			u, err := url.Parse(strings.ReplaceAll(string(m[1]), "&amp;", "&"))
			if err != nil {
				return err
			}
			if u.Scheme != "" || u.Path == "" {
				continue
			}
			to := filepath.Join(filepath.Dir(name), u.Path)
			if info, err := os.Stat(filepath.Join(dir, to)); err == nil && info.IsDir() {
				to += "/index.html"
			}
			if _, err := os.Stat(filepath.Join(dir, to)); err != nil {
				t.Errorf("%s leads to %s, which is not there", name, to)
			}
		}
		return nil
	})
	if err != nil || pages < 10 {
		t.Errorf("%d pages were read: %v", pages, err)
	}
}

// A promServer is a Prometheus that comes and goes, at one address.
type promServer struct {
	dir, address string
	running      *exec.Cmd
}

// fill writes a world into its storage.
func (s *promServer) fill(t *testing.T, w *world) {
	t.Helper()
	metrics, err := os.Create(filepath.Join(s.dir, "metrics"))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(metrics, "# TYPE requests counter")
	err = w.write(metrics, true)
	fmt.Fprintln(metrics, "# EOF")
	if err := errors.Join(err, metrics.Close(), os.WriteFile(s.file("config.yml"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("promtool", "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=720h", "--quiet", metrics.Name(), s.file("data")).CombinedOutput(); err != nil {
		t.Fatalf("promtool: %v\n%s", err, out)
	}
}

func (s *promServer) file(name string) string { return filepath.Join(s.dir, name) }

func (s *promServer) start(t *testing.T) {
	t.Helper()
	if s.running != nil {
		return
	}
	s.running = start(t, s.address, "/-/ready", "prometheus", "--config.file="+s.file("config.yml"), "--storage.tsdb.path="+s.file("data"),
		"--storage.tsdb.retention.time=100y", "--web.listen-address="+s.address)
}

func (s *promServer) stop() {
	if s.running != nil {
		s.running.Process.Kill()
		s.running.Wait()
		s.running = nil
	}
}
