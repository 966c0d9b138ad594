package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"tribune/generator"
)

type serveCommand struct {
	buildCommand
	Addr string `help:"Address to listen on." default:"127.0.0.1:8080"`
}

// Run builds the site into a folder of its own, serves it until it is
// interrupted, and removes the folder. The site's public folder is untouched.
func (c serveCommand) Run(ctx context.Context, t terminal) error {
	dir, err := os.MkdirTemp("", "tribune-serve-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if c.Out == "" {
		c.Out = filepath.Join(dir, "public")
	}
	cfg, err := c.config(t)
	if err != nil {
		return err
	}
	r, err := generator.Build(ctx, cfg)
	printProblems(t.err, r.Problems, c.Quiet)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "serving http://%s/\n", listener.Addr())
	return serve(ctx, listener, c.Out)
}

// serve serves a folder until ctx ends.
func serve(ctx context.Context, listener net.Listener, dir string) error {
	server := &http.Server{Handler: files(dir), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// files serves a built site as a web server would, with its own 404 page.
func files(dir string) http.Handler {
	plain := http.FileServer(http.Dir(dir))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		if _, err := os.Stat(filepath.Join(dir, filepath.Clean("/"+r.URL.Path))); errors.Is(err, os.ErrNotExist) {
			page, err := os.ReadFile(filepath.Join(dir, "404.html"))
			if err == nil {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.WriteHeader(http.StatusNotFound)
				w.Write(page)
				return
			}
		}
		plain.ServeHTTP(w, r)
	})
}
