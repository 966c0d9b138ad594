//go:build unix

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const cornerShop = "+++\ntitle = \"The drawer stuck\"\nservices = [\"till\"]\n+++\nIt stuck.\n"

// shop is a site with one postmortem, and a folder beside it that is none of its
// business.
func shop(t *testing.T) (site, outside string) {
	t.Helper()
	dir := t.TempDir()
	site, outside = filepath.Join(dir, "site"), filepath.Join(dir, "outside")
	writeAt(t, filepath.Join(outside, "secret.md"), "# swordfish\n\nswordfish\n")
	writeAt(t, filepath.Join(outside, "secret.png"), "swordfish")
	writeAt(t, filepath.Join(outside, "secret.toml"), "name = \"swordfish\"\n")
	writeAt(t, filepath.Join(site, "data/site.toml"), "title = \"Corner shop\"\n")
	writeAt(t, filepath.Join(site, "data/tribes/shop.toml"), "name = \"Shop\"\n[[services]]\nid = \"till\"\n")
	writeAt(t, filepath.Join(site, "content/postmortems/shop/drawer.md"), cornerShop)
	return site, outside
}

// Whatever lies in a site's folders, a build ends, its pages hold nothing from
// outside the site, and the one postmortem that is in order has its page.
func TestNoFileLeadsOutOfTheSiteOrKeepsABuildFromEnding(t *testing.T) {
	link := func(to, from string) func(site, outside string) error {
		return func(site, outside string) error {
			return os.Symlink(strings.ReplaceAll(to, "OUTSIDE", outside), filepath.Join(site, from))
		}
	}
	text := func(file, content string) func(site, outside string) error {
		return func(site, outside string) error {
			path := filepath.Join(site, file)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				return err
			}
			return os.WriteFile(path, []byte(content), 0o666)
		}
	}
	pipe := func(file string) func(site, outside string) error {
		return func(site, outside string) error { return syscall.Mkfifo(filepath.Join(site, file), 0o666) }
	}
	long := strings.Repeat("swordfish ", 1<<20)
	for _, c := range []struct {
		what    string
		refused bool // nothing is built, since every page would be another
		put     func(site, outside string) error
	}{
		{"a link to a text outside", false, link("OUTSIDE/secret.md", "content/postmortems/shop/secret.md")},
		{"a link to a folder outside", false, link("OUTSIDE", "content/postmortems/shop/more")},
		{"a link to a tribe outside", false, link("OUTSIDE/secret.toml", "data/tribes/secret.toml")},
		{"a link to a page outside", false, link("OUTSIDE/secret.md", "content/_index.md")},
		{"a link to templates outside", true, link("OUTSIDE", "templates")},
		{"a link to history outside", false, link("OUTSIDE", "data/history")},
		{"a link to sealed months outside", false, link("OUTSIDE", "data/sealed")},
		{"a link to specs outside", false, link("OUTSIDE", "data/slos")},
		{"a link to time records outside", false, link("OUTSIDE/secret.md", "data/focus.csv")},
		{"a link that leads upwards", false, link("../../../outside", "content/postmortems/more")},
		{"a link to itself", false, link("loop.md", "content/postmortems/shop/loop.md")},
		{"a folder in itself", false, link(".", "content/postmortems/shop/loop")},
		{"folders that go in a circle", false, link("..", "content/postmortems/loop")},
		{"a link to nothing", false, link("OUTSIDE/nothing.md", "content/postmortems/shop/nothing.md")},
		{"a device without end", false, link("/dev/zero", "content/postmortems/shop/zero.md")},
		{"a terminal", false, link("/dev/tty", "content/postmortems/shop/tty.md")},
		{"a device for history", false, link("/dev/zero", "data/sre.toml")},
		{"a device for a spec", false, func(site, outside string) error {
			if err := os.Mkdir(filepath.Join(site, "data/slos"), 0o777); err != nil {
				return err
			}
			return os.Symlink("/dev/zero", filepath.Join(site, "data/slos/zero.yaml"))
		}},
		{"a pipe for a text", false, pipe("content/postmortems/shop/pipe.md")},
		{"a pipe for a table", false, pipe("data/sre.toml")},
		{"a pipe for a month of history", false, func(site, outside string) error {
			if err := os.Mkdir(filepath.Join(site, "data/history"), 0o777); err != nil {
				return err
			}
			return syscall.Mkfifo(filepath.Join(site, "data/history/2026-01.parquet"), 0o666)
		}},
		{"a pipe for a stylesheet", true, func(site, outside string) error {
			if err := os.Mkdir(filepath.Join(site, "templates"), 0o777); err != nil {
				return err
			}
			return syscall.Mkfifo(filepath.Join(site, "templates/style.css"), 0o666)
		}},
		{"a pipe for the front page", false, pipe("content/_index.md")},
		{"the name of a device", false, text("content/postmortems/shop/CON.md", "# CON\n\nSo it is called.\n")},
		{"a slug that leads upwards", false, text("content/postmortems/shop/up.md", "+++\nslug = \"../../x\"\n+++\n# Up\n")},
		{"an alias that leads upwards", false, text("content/postmortems/shop/up.md", "+++\naliases = [\"../../x\"]\n+++\n# Up\n")},
		{"a picture outside", false, text("content/postmortems/shop/up.md", "# Up\n\n![no](../../../../outside/secret.png) ![no](../../../content/../../outside/secret.png)\n")},
		{"a long line", false, text("content/postmortems/shop/long.md", "# Long\n\n"+long)},
		{"a long title", false, text("content/postmortems/shop/long.md", "+++\ntitle = \""+long+"\"\n+++\n")},
		{"a long key", false, text("data/sre.toml", strings.Repeat("a", 10<<20)+" = 1\n")},
		{"a deep table", false, text("data/sre.toml", "a = "+strings.Repeat("[", 500_000)+"\n")},
		{"a deep key", false, text("data/sre.toml", "["+strings.Repeat("a.", 500_000)+"a]\n")},
		{"many tables", false, text("data/sre.toml", strings.Repeat("[[members]]\n", 80_000))},
		{"a spec that stands for a million values", false, text("data/slos/bomb.yaml", "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n")},
		{"brackets without end", false, text("content/postmortems/shop/deep.md", "# Deep\n\n"+strings.Repeat("[", 200_000)+"\n\n"+strings.Repeat("> ", 50_000)+"x\n")},
	} {
		t.Run(c.what, func(t *testing.T) {
			site, outside := shop(t)
			if err := c.put(site, outside); err != nil {
				t.Fatal(err)
			}
			ended := make(chan int, 1)
			var said bytes.Buffer
			go func() {
				ended <- run(context.Background(), []string{"build", "--keep-going", "--as-of", "2026-03-05", "--site", site}, &said, &said)
			}()
			select {
			case code := <-ended:
				if c.refused {
					if _, err := os.Lstat(filepath.Join(site, "public")); err == nil || code == exitDone || !strings.Contains(said.String(), "style.css") && !strings.Contains(said.String(), "templates") {
						t.Errorf("exit status %d, and a site is built: %v\n%s", code, err == nil, &said)
					}
					return
				}
			case <-time.After(5 * time.Minute):
				t.Fatal("the build does not end")
			}
			if said.Len() > 64<<20 { // a file has 1 MiB at most, and its places and hints are not shorter than what is wrong
				t.Errorf("the command prints %d bytes", said.Len())
			}
			files := filesOf(t, filepath.Join(site, "public"))
			if !strings.Contains(files["shop/postmortems/drawer/index.html"], "The drawer stuck") {
				t.Errorf("the postmortem has no page:\n%.2000s", &said)
			}
			for path, content := range files {
				if strings.Contains(content, "swordfish") && !strings.Contains(c.what, "long") {
					t.Errorf("%s has what is outside the site", path)
				}
				if len(content) > 4<<20 {
					t.Errorf("%s has %d bytes", path, len(content))
				}
			}
		})
	}
}
