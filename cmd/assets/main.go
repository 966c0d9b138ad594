// Command assets bundles the part of ECharts that pages use into
// templates/dist/echarts.js, from where the tribune command embeds it. It runs
// no code from npm; npm only downloads:
//
//	cd templates/assets && npm ci --ignore-scripts
//	go run ./cmd/assets
//
// Without the bundle tribune builds all the same, and its sites are whole:
// static figures and tables stand in for the interactive charts.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := run("templates", os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// run bundles templates/assets into templates/dist and says how large it is.
func run(templates string, stdout io.Writer) error {
	src, err := filepath.Abs(filepath.Join(templates, "assets"))
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(src, "package-lock.json")); err != nil {
		return fmt.Errorf("%w: run it in the top folder of the repository", err)
	}
	if _, err := os.Stat(filepath.Join(src, "node_modules", "echarts", "package.json")); err != nil {
		return errors.New("ECharts is not there: run npm ci --ignore-scripts in templates/assets first")
	}
	script, err := bundle(src)
	if err != nil {
		return err
	}
	dist := filepath.Join(templates, "dist", "echarts.js")
	if err := os.WriteFile(dist, script, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%s: %d kB\n", filepath.ToSlash(dist), len(script)/1000)
	return err
}

// bundle returns assets/src/echarts.js with all that it imports as one classic
// script, which sets window.echarts: modules do not load from a disk.
func bundle(src string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     src,
		EntryPoints:       []string{"src/echarts.js"},
		Bundle:            true,
		Format:            api.FormatIIFE,
		GlobalName:        "echarts",
		Platform:          api.PlatformBrowser,
		Target:            api.ES2019,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsEndOfFile,
		Define:            map[string]string{"process.env.NODE_ENV": `"production"`},
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		text := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
		return nil, errors.New(text[0])
	}
	return result.OutputFiles[0].Contents, nil
}
