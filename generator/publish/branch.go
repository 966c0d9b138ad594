package publish

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// A branch is a target in a git repository, written by the git command: a commit
// with the whole site, on top of the last one published and without the history
// of the site's sources. No work tree is touched; the commit is made in a
// repository of its own, in a temporary folder, and pushed. The push is refused
// if the branch has moved since it was read, so two publishes do not mix.
type branch struct {
	url    string // as git takes it
	name   string // of the branch
	site   string // folder whose git settings hold, such as those for credentials
	force  bool
	header string // of requests, if the address had a password

	dir      string          // the temporary repository
	settings []string        // of git, as variables of the environment
	tip      string          // the commit that is published; "" if there is none
	has      map[string]bool // every file of the tip

	importing *exec.Cmd // git fast-import, once there is something to write
	stream    *bufio.Writer
	pipe      io.WriteCloser
	said      bytes.Buffer
}

const (
	publishedRef = "refs/heads/published" // in the temporary repository: what is there
	filesRef     = "refs/heads/files"     // and a commit with the files that will be
)

func newBranch(cfg Config, u *url.URL, transport string) (target, error) {
	if u.Fragment == "" || strings.HasPrefix(u.Fragment, "-") || strings.ContainsAny(u.Fragment, " ~^:?*[\\") || strings.Contains(u.Fragment, "..") {
		return nil, wrong("it names no branch", "write the branch at the end: git+https://git.example/pages.git#main")
	}
	if transport == "file" {
		if _, err := localPath(u); err != nil {
			return nil, err
		}
	}
	b := &branch{name: u.Fragment, site: cfg.Site, force: cfg.Force}
	at := *u
	at.Scheme, at.Fragment = transport, ""
	if password, ok := u.User.Password(); ok {
		if transport != "https" {
			return nil, wrong("a password is of use with https alone", "let git find it: a key for ssh")
		}
		at.User = nil // a command line can be seen by others
		b.header = "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password))
	}
	b.url = at.String()
	return b, nil
}

func (b *branch) begin(ctx context.Context) (context.Context, error) {
	var err error
	if b.dir, err = os.MkdirTemp("", "tribune-publish-"); err != nil {
		return ctx, err
	}
	b.settings = siteSettings(ctx, b.site)
	if b.header != "" {
		b.settings = append(b.settings, "http."+b.url+".extraHeader", b.header)
	}
	if _, err := b.git(ctx, "init", "--quiet", "--bare", "."); err != nil {
		return ctx, err
	}
	return ctx, b.look(ctx)
}

// look reads the tip of the branch, without its history.
func (b *branch) look(ctx context.Context) error {
	out, err := b.git(ctx, "ls-remote", b.url, "refs/heads/"+b.name)
	if err != nil {
		return err
	}
	b.tip, _, _ = strings.Cut(out, "\t")
	if b.tip == "" {
		return nil
	}
	if _, err = b.git(ctx, "fetch", "--quiet", "--no-tags", "--depth=1", b.url, "+refs/heads/"+b.name+":"+publishedRef); err != nil {
		return err
	}
	out, err = b.git(ctx, "rev-parse", publishedRef)
	b.tip = strings.TrimSpace(out)
	return err
}

func (b *branch) end(context.Context) {
	if b.importing != nil {
		b.pipe.Close()
		b.importing.Wait()
	}
	if b.dir != "" {
		os.RemoveAll(b.dir)
	}
}

// siteSettings returns the settings of git that hold in the site's folder, names
// and values in turn, but for what belongs to that repository alone. CI systems
// keep the credentials for a push there.
func siteSettings(ctx context.Context, site string) (pairs []string) {
	cmd := exec.CommandContext(ctx, "git", "config", "--list", "-z")
	cmd.Dir = site
	out, err := cmd.Output()
	if err != nil {
		return nil // then those of the user hold
	}
	for setting := range strings.SplitSeq(string(out), "\x00") {
		name, value, valued := strings.Cut(setting, "\n")
		section, rest, _ := strings.Cut(name, ".")
		switch section {
		case "extensions", "remote", "branch", "submodule", "include", "includeif", "index", "gc", "commit", "tag":
			continue
		case "core":
			if rest != "sshcommand" && rest != "askpass" && rest != "gitproxy" {
				continue
			}
		}
		if !valued {
			value = "true"
		}
		if name != "" {
			pairs = append(pairs, name, value)
		}
	}
	return pairs
}

// git runs a git command in the temporary repository and returns what it prints.
func (b *branch) git(ctx context.Context, args ...string) (string, error) {
	cmd := b.command(ctx, args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("there is no git command\n\thint: install git; publish uses it for branches")
	}
	if err != nil {
		return out.String(), b.failed(ctx, args[0], said.String()+refusals(out.String()), err)
	}
	return out.String(), nil
}

func (b *branch) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = b.dir
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		switch name {
		case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX":
			continue // a hook that publishes has them
		}
		cmd.Env = append(cmd.Env, v)
	}
	cmd.Env = append(cmd.Env, "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	if len(b.settings) > 0 {
		cmd.Env = append(cmd.Env, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_COUNT="+strconv.Itoa(len(b.settings)/2))
		for i := 0; i < len(b.settings); i += 2 {
			n := strconv.Itoa(i / 2)
			cmd.Env = append(cmd.Env, "GIT_CONFIG_KEY_"+n+"="+b.settings[i], "GIT_CONFIG_VALUE_"+n+"="+b.settings[i+1])
		}
	}
	return cmd
}

// refusals returns the lines in which a push says what a server refused.
func refusals(out string) string {
	var b strings.Builder
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "!") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// failed says what git said.
func (b *branch) failed(ctx context.Context, command, said string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var lines []string
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "hint:") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		lines = []string{err.Error()}
	}
	text := "git " + command + ": " + strings.Join(lines, "; ")
	switch {
	case strings.Contains(said, "terminal prompts disabled"), strings.Contains(said, "Authentication failed"), strings.Contains(said, "Permission denied"):
		return errors.New(text + "\n\thint: give git the credentials: a credential helper, an ssh key, or a token that CI grants for pushes")
	case strings.Contains(said, "non-fast-forward"), strings.Contains(said, "fetch first"), strings.Contains(said, "stale info"),
		strings.Contains(said, "failed to update ref"), strings.Contains(said, "cannot lock ref"), strings.Contains(said, "reference already exists"):
		return fmt.Errorf("%w (%s)", errMoved, text)
	}
	return errors.New(text)
}

func (b *branch) list(ctx context.Context) (map[string]int64, error) {
	held := map[string]int64{}
	b.has = map[string]bool{}
	if b.tip == "" {
		return held, nil
	}
	out, err := b.git(ctx, "ls-tree", "-r", "-l", "-z", b.tip)
	if err != nil {
		return nil, err
	}
	for entry := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		about, name, ok := strings.Cut(entry, "\t")
		fields := strings.Fields(about) // mode, type, object, size
		if !ok || len(fields) != 4 {
			continue
		}
		b.has[name] = true
		if strings.HasPrefix(name, ".") {
			continue
		}
		size, err := strconv.ParseInt(fields[3], 10, 64)
		if err != nil || !strings.HasPrefix(fields[0], "100") {
			size = notRegular
		}
		held[name] = size
	}
	return held, nil
}

func (b *branch) read(ctx context.Context, name string) ([]byte, error) {
	if b.tip == "" || !b.has[name] {
		return nil, fs.ErrNotExist
	}
	out, err := b.git(ctx, "cat-file", "blob", b.tip+":"+name)
	return []byte(out), err
}

// put adds files to the commit.
func (b *branch) put(ctx context.Context, names []string, content func(string) ([]byte, error)) error {
	if err := b.openCommit(ctx); err != nil {
		return err
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		text, err := content(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(b.stream, "M 100644 inline %s\ndata %d\n", quoted(name), len(text))
		b.stream.Write(text)
		if err := b.stream.WriteByte('\n'); err != nil {
			return b.failed(ctx, "fast-import", b.said.String(), err)
		}
	}
	return nil
}

// remove takes files out of the commit.
func (b *branch) remove(ctx context.Context, names []string) error {
	if err := b.openCommit(ctx); err != nil {
		return err
	}
	for _, name := range names {
		fmt.Fprintf(b.stream, "D %s\n", quoted(name))
	}
	return nil
}

// quoted writes a path as git fast-import reads it.
func quoted(name string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(name) + `"`
}

// openCommit begins what the files of the commit are written to.
func (b *branch) openCommit(ctx context.Context) (err error) {
	if b.importing != nil {
		return nil
	}
	cmd := b.command(ctx, "fast-import", "--quiet", "--done")
	cmd.Stderr = &b.said
	if b.pipe, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	b.importing, b.stream = cmd, bufio.NewWriter(b.pipe)
	fmt.Fprintf(b.stream, "commit %s\ncommitter tribune <tribune> 0 +0000\ndata 0\n", filesRef)
	if b.tip != "" {
		fmt.Fprintf(b.stream, "from %s\n", b.tip)
	}
	return nil
}

// closeCommit waits until all files are in the temporary repository.
func (b *branch) closeCommit(ctx context.Context) error {
	if !b.has[".nojekyll"] { // else GitHub Pages runs its own generator over the site
		fmt.Fprint(b.stream, "M 100644 inline .nojekyll\ndata 0\n\n")
	}
	fmt.Fprint(b.stream, "\ndone\n")
	err := errors.Join(b.stream.Flush(), b.pipe.Close())
	if werr := b.importing.Wait(); werr != nil {
		err = b.failed(ctx, "fast-import", b.said.String(), werr)
	}
	b.importing = nil
	return err
}

// commit makes the commit and pushes it, then reads what the branch has now.
func (b *branch) commit(ctx context.Context, message string) error {
	if err := b.openCommit(ctx); err != nil {
		return err
	}
	if err := b.closeCommit(ctx); err != nil {
		return err
	}
	if err := b.push(ctx, filesRef+"^{tree}", message); err != nil {
		return err
	}
	if err := b.look(ctx); err != nil {
		return fmt.Errorf("the commit is pushed, but the branch cannot be read back: %w", err)
	}
	_, err := b.list(ctx)
	return err
}

// push makes a commit of a tree and pushes it, if the branch is still where it
// was. Its parent is the last commit that was published, or none with force.
func (b *branch) push(ctx context.Context, tree, message string, flags ...string) error {
	if _, err := b.git(ctx, "-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"); err != nil {
		b.settings = append(b.settings, "user.name", "tribune", "user.email", "tribune@localhost")
	}
	args := []string{"commit-tree", tree, "-m", message}
	if b.tip != "" && !b.force {
		args = append(args, "-p", b.tip)
	}
	next, err := b.git(ctx, args...)
	if err != nil {
		return err
	}
	args = append([]string{"push", "--porcelain", "--no-verify"}, flags...)
	if b.force {
		args = append(args, "--force-with-lease=refs/heads/"+b.name+":"+b.tip)
	}
	_, err = b.git(ctx, append(args, b.url, strings.TrimSpace(next)+":refs/heads/"+b.name)...)
	return err
}

// rehearse pushes a commit that changes nothing, up to the point where the
// server would take it.
func (b *branch) rehearse(ctx context.Context, _, _ []string) error {
	tree := b.tip + "^{tree}"
	if b.tip == "" {
		empty, err := b.git(ctx, "mktree")
		if err != nil {
			return err
		}
		tree = strings.TrimSpace(empty)
	}
	return b.push(ctx, tree, "Rehearse", "--dry-run")
}
