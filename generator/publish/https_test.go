package publish

import (
	"encoding/pem"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// httpsPlace is a branch behind git's own server for https, which takes the password
// hunter22, and the folder of its repository. before is called before a push is taken; it may be nil.
func httpsPlace(t *testing.T, before func(p place)) (p place, dir string) {
	t.Helper()
	path, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	p = branchPlace(t)
	dir, _, _ = strings.Cut(strings.TrimPrefix(p.address, "git+file://"), "#")
	git(t, dir, "config", "http.receivepack", "true")
	backend := &cgi.Handler{Path: filepath.Join(strings.TrimSpace(string(path)), "git-http-backend"),
		Env: []string{"GIT_PROJECT_ROOT=" + filepath.Dir(dir), "GIT_HTTP_EXPORT_ALL=1"}}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, password, _ := r.BasicAuth(); password != "hunter22" {
			w.Header().Set("WWW-Authenticate", "Basic realm=pages")
			http.Error(w, "who is there?", http.StatusUnauthorized)
			return
		}
		if before != nil && strings.HasSuffix(r.URL.Path, "/git-receive-pack") {
			before(p)
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_SSL_CAINFO", authority)
	p.address = "git+https://nightly:hunter22@" + strings.TrimPrefix(server.URL, "https://") + "/pages.git#site"
	return p, dir
}

func TestABranchIsPublishedOverHTTPS(t *testing.T) {
	p, _ := httpsPlace(t, nil)
	publish(t, p, edition(1))
	publish(t, p, edition(2))
	wantFiles(t, p, with(edition(2), assetsOf(edition(1))))
	if n := len(publish(t, p, edition(2)).Changed); n != 0 {
		t.Errorf("%d files of the same site were sent again", n)
	}
}

func TestADryRunFindsThatABranchCannotBeWritten(t *testing.T) {
	p, dir := httpsPlace(t, nil)
	publish(t, p, edition(1))
	for name, c := range map[string]struct {
		harm func(cfg *Config)
		hint string
	}{
		"a wrong password": {func(cfg *Config) { cfg.Target = strings.Replace(cfg.Target, "hunter22", "hunter23", 1) }, "hint: give git the credentials"},
		"read only":        {func(*Config) { git(t, dir, "config", "http.receivepack", "false") }, "403"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(p, site(t, edition(2)))
			cfg.DryRun = true
			c.harm(&cfg)
			_, err := Run(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), c.hint) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error is %v; want %q in it and no password", err, c.hint)
			}
			wantFiles(t, p, edition(1))
		})
	}
}

// Somebody else pushes after the branch was read and before it is written: what they
// pushed is not lost.
func TestABranchMovesOnlyFromWhereItWasRead(t *testing.T) {
	for name, c := range map[string]struct {
		times   int64
		refused bool
	}{"once": {1, false}, "again and again": {100, true}} {
		t.Run(name, func(t *testing.T) {
			var pushes atomic.Int64
			p, _ := httpsPlace(t, func(p place) {
				if n := pushes.Add(1); n > 1 && n <= 1+c.times { // the first publish has the branch for itself
					p.add("theirs.txt", strings.Repeat("theirs\n", int(n)))
				}
			})
			publish(t, p, edition(1))
			_, err := Run(t.Context(), config(p, site(t, edition(2))))
			if theirs, ok := p.get("theirs.txt"); !ok || !strings.HasPrefix(theirs, "theirs\n") {
				t.Errorf("what others pushed is lost: %q", theirs)
			}
			index, _ := p.get("index.html")
			switch {
			case c.refused && (err == nil || !strings.Contains(err.Error(), "somebody else published there at the same time; nothing was changed")):
				t.Errorf("the error is %v", err)
			case c.refused && editionOf(index) != 1, !c.refused && editionOf(index) != 2:
				t.Errorf("published is edition %d", editionOf(index))
			case !c.refused && err != nil:
				t.Error(err)
			}
		})
	}
}
