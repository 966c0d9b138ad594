package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// requests is how many pages a server is asked for before it is measured.
const requests = 200

// example measures what people do with a site of common size, the example: build
// it, and serve it.
func (b *bench) example(ctx context.Context) error {
	site := filepath.Join(b.dir, "example")
	public := filepath.Join(site, "public")
	for _, dir := range []string{"data", "content"} {
		if err := os.RemoveAll(filepath.Join(site, dir)); err != nil {
			return err
		}
		if err := os.CopyFS(filepath.Join(site, dir), os.DirFS(dir)); err != nil {
			return err
		}
	}
	fresh := clear(public, filepath.Join(site, ".tribune"))
	all := []*contender{
		{name: "build, cold", prepare: fresh, command: []string{b.tribune, "build", "--quiet", "--site", site}, out: public},
		{name: "build, nothing changed", command: []string{b.tribune, "build", "--quiet", "--site", site}, out: public},
		{
			name: fmt.Sprintf("serve, cold, and %d requests", requests), prepare: fresh, whileUp: askForPages,
			command: []string{b.tribune, "serve", "--quiet", "--addr", "127.0.0.1:0", "--site", site},
		},
	}
	if err := rounds(ctx, b.runs, all); err != nil {
		return err
	}
	fmt.Print("### The example\n\n")
	table("", all)
	return nil
}

// measureServer starts a server that prints "serving" and its address, does
// something with it and interrupts it.
func measureServer(ctx context.Context, whileUp func(ctx context.Context, address string) error, command ...string) (cost, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		return cost{}, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return cost{}, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil {
		_, address, _ := strings.Cut(strings.TrimSpace(line), " ")
		err = whileUp(ctx, address)
	}
	err = errors.Join(err, cmd.Process.Signal(os.Interrupt))
	ended := cmd.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](ended); ok && exit.ExitCode() > 0 {
		ended = nil // it says that it was interrupted
	}
	if err = errors.Join(err, ended); err != nil {
		return cost{}, fmt.Errorf("%w\n%s", err, errs.String())
	}
	return costOf(cmd, time.Since(began)), nil
}

// askForPages asks a server for its pages, beginning at the front page and going
// where links lead.
func askForPages(ctx context.Context, address string) error {
	queue, seen := []string{address}, map[string]bool{address: true}
	for n := 0; n < requests; n++ {
		page := queue[n%len(queue)]
		body, err := get(ctx, page)
		if err != nil {
			return err
		}
		from, err := url.Parse(page)
		if err != nil {
			return err
		}
		for _, part := range strings.Split(body, `href="`)[1:] {
			to, _, _ := strings.Cut(part, `"`)
			u, err := from.Parse(to)
			if err != nil || u.Host != from.Host || !strings.HasSuffix(u.Path, ".html") {
				continue
			}
			u.Fragment, u.RawQuery = "", ""
			if !seen[u.String()] {
				seen[u.String()] = true
				queue = append(queue, u.String())
			}
		}
	}
	return nil
}

func get(ctx context.Context, address string) (body string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, answer.Status)
	}
	return string(b), err
}
