package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// hugoVersion is the newest that Go 1.26 builds.
const hugoVersion = "v0.165.0"

// hugo returns the path of Hugo, which it installs with the go command unless
// it is in the folder already.
func hugo(ctx context.Context, dir string) (path string, err error) {
	path = filepath.Join(dir, "hugo")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	fmt.Fprintln(os.Stderr, "installing Hugo", hugoVersion)
	cmd := exec.CommandContext(ctx, "go", "install", "github.com/gohugoio/hugo@"+hugoVersion)
	cmd.Dir = dir // outside this module
	cmd.Env = append(os.Environ(), "GOBIN="+dir, "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return "", fmt.Errorf("%w: %s", err, lines[len(lines)-1])
	}
	return path, nil
}

// hugoSite makes a Hugo site of a corpus: the same files, the floor's page, and
// nothing that the floor does not do.
func hugoSite(corpus, dir string) error {
	settings := `baseURL = "https://bench.example/"
disableKinds = ["taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404", "home", "section"]
[markup.highlight]
codeFences = false
`
	page := strings.NewReplacer(
		"{{range .Nav}}<a href=\"{{.Href}}\">{{.Text}}</a> {{end}}", `<a href="/organisation/">Organisation</a> <a href="/postmortems/">Postmortems</a> <a href="/actions/">Actions</a> <a href="/method/">Method</a>`,
		"{{range .Facts}}<dt>{{.Name}}</dt><dd>{{.Text}}</dd>{{end}}", `{{range $name, $text := .Params}}<dt>{{$name}}</dt><dd>{{$text}}</dd>{{end}}`,
		"{{.HTML}}", "{{.Content}}",
	).Replace(floorPage)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "hugo.toml"), []byte(settings)); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, "layouts", "_default", "single.html"), []byte(page)); err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(dir, "content"), os.DirFS(filepath.Join(corpus, "content")))
}
