package s3server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tribune/generator/publish"
	"tribune/generator/stage"
)

// The test binary starts itself to publish and be killed.
const (
	childTarget = "TRIBUNE_PUBLISH_TARGET"
	childFrom   = "TRIBUNE_PUBLISH_FROM"
)

func TestMain(m *testing.M) {
	if os.Getenv(childTarget) == "" {
		code, err := withGateway(m)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
		os.Exit(code)
	}
	if _, err := publish.Run(context.Background(), config(os.Getenv(childTarget), os.Getenv(childFrom))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// gateway is the program, which tests run.
var gateway string

// withGateway builds it and runs the tests.
func withGateway(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "tribune-s3server-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	gateway = filepath.Join(dir, "versitygw")
	if out, err := exec.Command("go", "build", "-o", gateway, "github.com/versity/versitygw/cmd/versitygw").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build of the gateway: %w\n%s", err, out)
	}
	return m.Run(), nil
}

func config(address, from string) publish.Config {
	return publish.Config{Target: address, Site: filepath.Dir(from), From: from, MaxDeletes: -1, Now: time.Now}
}

const (
	key    = "the-name-of-the-key"
	secret = "the-secret-of-the-key"
)

// A bucket is one of a gateway, which keeps objects as files in a folder.
type bucket struct{ address, dir string }

// serve runs a gateway with an empty bucket until the test ends.
func serve(t *testing.T) bucket {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "reports"), 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(gateway, "--quiet", "--port", at, "posix", "--sidecar", t.TempDir(), root)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+key, "ROOT_SECRET_KEY="+secret)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 300 {
		if resp, err := http.Get("http://" + at); err == nil {
			resp.Body.Close()
			return bucket{"s3://reports/sre?region=us-east-1&path_style=true&endpoint=http://" + at, filepath.Join(root, "reports", "sre")}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the gateway does not answer")
	return bucket{}
}

// get is what a reader has of a path.
func (b bucket) get(name string) (string, bool) {
	text, err := os.ReadFile(filepath.Join(b.dir, filepath.FromSlash(name)))
	return string(text), err == nil
}

// asset returns the path of a file that is named after its content.
func asset(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "assets/style." + hex.EncodeToString(sum[:6]) + ".css"
}

func style(n int) string { return fmt.Sprintf("body { order: %d }", n) }

// site builds the nth edition of a site: its pages need an asset that is another in
// each, one page is new, one goes.
func site(t *testing.T, n int) (dir string) {
	t.Helper()
	page := func(up string) string {
		return fmt.Sprintf(`edition %d <link href="%s%s">`, n, up, asset(style(n)))
	}
	files := map[string]string{
		asset(style(n)): style(n), "index.html": page(""), "api/org.json": fmt.Sprintf(`{"edition": %d}`, n),
		fmt.Sprintf("new/%d/index.html", n): page("../../"), "kept.html": "as ever",
	}
	for i := range 12 {
		files[fmt.Sprintf("services/%d/index.html", i)] = page("../../")
	}
	dir = filepath.Join(t.TempDir(), "public")
	s, err := stage.Open(t.Context(), dir, stage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	for name, content := range files {
		if err := s.Write(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Commit(stage.Origin{Version: "1.2.3", Audience: "org", AsOf: time.Date(2026, 11, 15, 6, 0, 0, 0, time.UTC)}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(t *testing.T, b bucket, n int) publish.Report {
	t.Helper()
	r, err := publish.Run(t.Context(), config(b.address, site(t, n)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestABucketHoldsWhatWasBuilt(t *testing.T) {
	b := serve(t)
	for n := 1; n <= 3; n++ {
		r := run(t, b, n)
		if len(r.Notes) > 0 {
			t.Errorf("edition %d: %v; the gateway knows conditional writes", n, r.Notes)
		}
	}
	if _, ok := b.get(asset(style(1))); ok {
		t.Error("the asset of edition 1 is there, though two manifests do not name it")
	}
	if _, ok := b.get(asset(style(2))); !ok {
		t.Error("the asset of edition 2 is gone, though one manifest alone does not name it")
	}
	if _, ok := b.get("new/2/index.html"); ok {
		t.Error("a page of edition 2 is still there")
	}
	if r := run(t, b, 3); !r.Unchanged {
		t.Errorf("the same again: %+v", r)
	}
}

func TestADryRunFindsThatKeysDoNotSuffice(t *testing.T) {
	b := serve(t)
	run(t, b, 1)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another-secret")
	cfg := config(b.address, site(t, 2))
	cfg.DryRun = true
	_, err := publish.Run(t.Context(), cfg)
	if err == nil || !strings.Contains(err.Error(), "hint: the keys come from") || strings.Contains(err.Error(), "another-secret") {
		t.Errorf("the error is %v", err)
	}
}

func TestTwoPublishesToABucketDoNotMix(t *testing.T) {
	b := serve(t)
	run(t, b, 0)
	var both sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		cfg := config(b.address, site(t, i+1))
		both.Go(func() { _, errs[i] = publish.Run(t.Context(), cfg) })
	}
	both.Wait()
	if err := errors.Join(errs...); err != nil && !strings.Contains(err.Error(), "another manifest is published now") {
		t.Error(err)
	}
	wantOneEdition(t, b)
}

var reference = regexp.MustCompile(`href="([^"]*)"`)

func editionOf(page string) int {
	n, _ := strconv.Atoi(strings.Fields(page + " - -")[1])
	return n
}

// wantOneEdition holds that all pages are of one edition, with its asset.
func wantOneEdition(t *testing.T, b bucket) {
	t.Helper()
	index, ok := b.get("index.html")
	n := editionOf(index)
	for i := range 12 {
		if page, is := b.get(fmt.Sprintf("services/%d/index.html", i)); !is || editionOf(page) != n {
			t.Errorf("page %d is %q, of edition %d", i, page, n)
		}
	}
	if _, is := b.get(asset(style(n))); !ok || !is {
		t.Errorf("edition %d has no asset", n)
	}
}

// A publish is killed at random moments, while somebody reads.
func TestReadersOfAKilledPublishMeetWholePages(t *testing.T) {
	kills := 10
	if os.Getenv("TRIBUNE_SOAK") != "" {
		kills = 200
	}
	b := serve(t)
	begin := time.Now()
	run(t, b, 0)
	took := time.Since(begin)
	ctx, stop := context.WithCancel(t.Context())
	var reader sync.WaitGroup
	var faults []string
	pages := 0
	reader.Go(func() {
		for ctx.Err() == nil {
			for _, name := range []string{"index.html", "services/3/index.html", "services/9/index.html", "kept.html"} {
				pages++
				if fault := b.fault(name); fault != "" && len(faults) < 10 {
					faults = append(faults, fault)
				}
			}
		}
	})
	for n := 1; n <= kills; n++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childTarget+"="+b.address+"&lease=1s", childFrom+"="+site(t, n))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(1.1 * rand.Float64() * float64(took)))
		cmd.Process.Kill()
		cmd.Wait()
	}
	run(t, b, kills+1)
	stop()
	reader.Wait()
	for _, f := range faults {
		t.Error(f)
	}
	if pages == 0 {
		t.Error("nobody read a page")
	}
	wantOneEdition(t, b)
	t.Logf("%d kills in up to %v; %d pages were read meanwhile", kills, took.Round(time.Millisecond), pages)
}

// fault says what is wrong with a page and what it needs; a reader may be slow, so that
// counts only if two editions did not come since.
func (b bucket) fault(name string) string {
	page, ok := b.get(name)
	if !ok {
		return name + " is not there"
	}
	for _, m := range reference.FindAllStringSubmatch(page, -1) {
		if _, ok := b.get(path.Join(path.Dir(name), m[1])); ok {
			continue
		}
		if now, _ := b.get(name); editionOf(now) < editionOf(page)+2 {
			return fmt.Sprintf("%s of edition %d has not what it needs", name, editionOf(page))
		}
	}
	return ""
}
