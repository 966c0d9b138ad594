package browser

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// serveExample shows a copy of the example by tribune serve until the test ends, and
// returns the copy's folder and where it is read.
func serveExample(t *testing.T) (site, home string) {
	t.Helper()
	site = t.TempDir()
	for _, dir := range []string{"content", "data"} {
		if err := os.CopyFS(filepath.Join(site, dir), os.DirFS(filepath.Join("../..", dir))); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(t.TempDir(), "tribune")
	build := exec.Command("go", "build", "-o", program, "./cmd/tribune")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(program, "serve", "--site", site, "--addr", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("tribune serve ends with %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	home, ok := strings.CutPrefix(strings.TrimSpace(line), "serving ")
	if !ok {
		t.Fatalf("tribune serve says %q, %v", line, err)
	}
	return site, home
}

// untilTrue waits until a JavaScript expression is true, also across loads of the page,
// and returns how long that took.
func untilTrue(t *testing.T, b *tab, expression string) time.Duration {
	t.Helper()
	begin := time.Now()
	var last error
	for time.Since(begin) < 60*time.Second {
		is, err := eval[bool](b, expression)
		if is && err == nil {
			return time.Since(begin)
		}
		last = err
		time.Sleep(5 * time.Millisecond)
	}
	text, _ := eval[string](b, `document.body.innerText`)
	t.Fatalf("it is never true that %s: %v; the page says\n%.2000s", expression, last, text)
	return 0
}

// box is the script's way to what tribune serve lays over a page.
const box = `document.querySelector(".tribune-preview")`

// onTop is true if the box is seen whole, and nothing covers it.
const onTop = `(() => {
	const box = ` + box + `, r = box.getBoundingClientRect()
	const at = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2)
	return r.width > 0 && r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight && box.contains(at)
})()`

func TestAnEditReachesTheBrowserAndWhatIsBrokenIsSaidThere(t *testing.T) {
	site, home := serveExample(t)
	b, err := openTab(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	const tribe = "data/tribes/payments.toml"
	files, err := filepath.Glob(filepath.Join(site, "content/postmortems/payments/*-checkout-*.md"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q (%v)", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	right, err := os.ReadFile(filepath.Join(site, tribe))
	if err != nil {
		t.Fatal(err)
	}
	write := func(file string, content []byte) {
		t.Helper()
		if err := os.WriteFile(file, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	page := home + "payments/postmortems/" + strings.TrimSuffix(filepath.Base(files[0]), ".md") + "/"
	if err := errors.Join(b.size(1440, 900), b.load(page, home)); err != nil {
		t.Fatal(err)
	}
	// How long it takes is the machine's too: printed, and not asserted.
	for i := range 5 {
		words := fmt.Sprintf("This is edit %d.", i+1)
		write(files[0], fmt.Appendf(text, "\n%s\n", words))
		took := untilTrue(t, b, fmt.Sprintf("document.body.innerText.includes(%q)", words))
		t.Logf("edit %d is in the browser after %v", i+1, took.Round(time.Millisecond))
	}

	line := strings.Count(string(right), "\n") + 2
	write(filepath.Join(site, tribe), append(right, "\nnmae = \n"...))
	untilTrue(t, b, fmt.Sprintf("!%s.hidden && %s.querySelector('details').open && %s.querySelector('li').innerText.startsWith('%s:%d:')", box, box, box, tribe, line))
	for _, width := range []int64{1440, 390} {
		if err := b.size(width, 844); err != nil {
			t.Fatal(err)
		}
		for _, scheme := range []string{"light", "dark"} {
			if err := b.scheme(scheme); err != nil {
				t.Fatal(err)
			}
			untilTrue(t, b, onTop)
			if *shotsFlag != "" {
				png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
				if err = errors.Join(err, os.MkdirAll(*shotsFlag, 0o777), os.WriteFile(filepath.Join(*shotsFlag, fmt.Sprintf("serve-%d-%s.png", width, scheme)), png, 0o666)); err != nil {
					t.Error(err)
				}
			}
		}
		if err := b.fits(); err != nil {
			t.Errorf("%d px: %v", width, err)
		}
	}
	if is, err := eval[bool](b, `document.body.innerText.includes("This is edit 5.")`); err != nil || !is {
		t.Errorf("the page is no more: %v", err)
	}

	write(filepath.Join(site, tribe), right)
	untilTrue(t, b, fmt.Sprintf("%s !== null && !%s.innerText.includes('Not built')", box, box))
	if err := b.wrong(); err != nil {
		t.Error(err)
	}
}
