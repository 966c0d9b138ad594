package publish

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// ErrAddress says that an address is not one of a target.
var ErrAddress = errors.New("the address cannot be used")

// Check says why an address is not one of a target:
//
//	file:///srv/www/reliability
//	git+file:///srv/git/pages.git#branch   and git+https:, git+ssh:
//	s3://bucket/prefix?region=eu-central-1
//
// The error does not repeat the address, which may hold a password.
func Check(address string) error {
	_, err := newTarget(Config{Target: address})
	return err
}

// newTarget returns the target of an address; nothing is asked of it yet.
func newTarget(cfg Config) (target, error) {
	u, err := url.Parse(cfg.Target)
	if err != nil {
		return nil, wrong("it cannot be read as an address", "write spaces and the like as %20")
	}
	transport, isGit := strings.CutPrefix(u.Scheme, "git+")
	switch {
	case u.Scheme == "file":
		dir, err := localPath(u)
		if err != nil {
			return nil, err
		}
		if u.RawQuery != "" || u.Fragment != "" {
			return nil, wrong("a folder has no ? and no #", "write them as %3F and %23 if they are in its name")
		}
		return &folder{dir: dir, waiting: cfg.Waiting}, nil
	case isGit && (transport == "file" || transport == "https" || transport == "ssh"):
		return newBranch(cfg, u, transport)
	case u.Scheme == "s3":
		return newBucket(cfg, u)
	}
	return nil, wrong("it does not begin with file:, git+file:, git+https:, git+ssh: or s3:", "file:///srv/www/reliability is a folder")
}

// wrong is an ErrAddress with what is wrong and how to write it.
func wrong(what, hint string) error {
	return fmt.Errorf("%w: %s\n\thint: %s", ErrAddress, what, hint)
}

// localPath returns the folder of a file address.
func localPath(u *url.URL) (string, error) {
	if u.Host != "" && u.Host != "localhost" || !strings.HasPrefix(u.Path, "/") {
		return "", wrong("a folder's address has three slashes and an absolute path", "write file:///srv/www/reliability")
	}
	return filepath.FromSlash(u.Path), nil
}

// Shown returns an address without what may be secret in it.
func Shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the target"
	}
	u.User, u.RawQuery = nil, ""
	return u.String()
}

// secretsOf returns what nobody may see of an address, and the values of the
// environment that storage is asked with.
func secretsOf(address string) (values []string) {
	if u, err := url.Parse(address); err == nil {
		password, _ := u.User.Password()
		values = append(values, password)
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY", "AWS_SECRET_KEY"} {
		values = append(values, os.Getenv(name))
	}
	return values
}

// A discreet error shows none of its secrets.
type discreet struct {
	text string
	err  error
}

func (e discreet) Error() string { return e.text }
func (e discreet) Unwrap() error { return e.err }

// hide returns the error without the secrets, of which those below four bytes
// stay: they would be found in any text.
func hide(err error, secrets []string) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, s := range secrets {
		if len(s) >= 4 {
			text = strings.ReplaceAll(text, s, "…")
			text = strings.ReplaceAll(text, url.QueryEscape(s), "…")
		}
	}
	return discreet{text, err}
}
