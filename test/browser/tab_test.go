package browser

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium is the browser that all tabs belong to.
var chromium context.Context

// startChromium starts a browser that speaks to nobody by itself.
func startChromium() (stop func(), _ error) {
	path, err := findChromium()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox, // what is looked at is our own, and root has no sandbox
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
	)
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	browser, closeBrowser := chromedp.NewContext(allocator)
	chromium = browser
	if err := chromedp.Do(chromium); err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return func() { closeBrowser(); cancel() }, nil
}

func findChromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("the browser tests need Chromium or Chrome in the PATH\n\thint: on Debian and Ubuntu, apt-get install chromium; elsewhere install Google Chrome")
}

// A tab looks at one page after another and writes down what a reader would
// find wrong with each.
type tab struct {
	ctx   context.Context
	close context.CancelFunc

	mu         sync.Mutex
	home       string // what every request of the page must begin with
	complaints []string
}

func openTab(ctx context.Context) (*tab, error) {
	b := new(tab)
	b.ctx, b.close = chromedp.NewContext(chromium, chromedp.WithListener(b.hear))
	context.AfterFunc(ctx, b.close)
	_, err := chromedp.Call(b.ctx, audits.Enable, cdp.Empty{})
	return b, err
}

// hear is called with what the browser tells of the page.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, b.home) && !strings.HasPrefix(e.Request.URL, "data:") {
			b.complain("requests %s", e.Request.URL)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			b.complain("a request failed: %s %s %s", e.Type, e.ErrorText, e.BlockedReason)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			b.complain("%s is answered with %d", e.Response.URL, e.Response.Status)
		}
	case *log.EventEntryAdded:
		loud := e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning
		if loud && e.Entry.Source != log.EntrySourceSecurity { // of that audits tell more
			b.complain("the browser logs: %s", e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		b.complain("the console has a line (%s)", e.Type)
	case *runtime.EventExceptionThrown:
		b.complain("a script fails: %s", thrown(e.ExceptionDetails))
	case *audits.EventIssueAdded:
		if csp := e.Issue.Details.ContentSecurityPolicyIssueDetails; csp != nil {
			b.complain("the content security policy forbids: %s %s", csp.ViolatedDirective, csp.BlockedURL)
		}
	}
}

func thrown(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return d.Text
}

func (b *tab) complain(format string, args ...any) {
	b.complaints = append(b.complaints, fmt.Sprintf(format, args...))
}

// load shows the page at url, all of which is to be found below home.
func (b *tab) load(url, home string) error {
	b.mu.Lock()
	b.home, b.complaints = home, nil
	b.mu.Unlock()
	return b.do(chromedp.Navigate(url))
}

// visit loads a page and returns what is wrong with it.
func (b *tab) visit(url, home string) error {
	return cmp.Or(b.load(url, home), b.wrong())
}

// wrong returns what has been wrong with the page so far.
func (b *tab) wrong() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) == 0 {
		return nil
	}
	return errors.New(strings.Join(b.complaints, "\n"))
}

// do waits at most half a minute for the action.
func (b *tab) do(action chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	return chromedp.Do(ctx, action)
}

// size sets the width and height of the page, in CSS pixels.
func (b *tab) size(width, height int64) error {
	return b.do(chromedp.EmulateViewport(width, height))
}

// scheme makes the system prefer "light" or "dark".
func (b *tab) scheme(name string) error {
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
	return err
}

// noScripts turns the page's scripts off.
func (b *tab) noScripts() error {
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	return err
}

// eval returns the value of a JavaScript expression, or of the promise that it is.
func eval[T any](b *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, 60*time.Second)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}
