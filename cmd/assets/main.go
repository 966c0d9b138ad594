// Command assets bundles what pages use of other people's scripts, ECharts and
// MiniSearch, into templates/dist, from where the tribune command embeds it. It
// runs no code from npm; npm only downloads:
//
//	cd templates/assets && npm ci --ignore-scripts
//	go run ./cmd/assets
//
// Without the bundles tribune builds all the same, and its sites are whole:
// static figures and tables stand in for the interactive charts, and lists of
// postmortems can be narrowed but not searched.
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

// bundles are the scripts of templates/dist. Each is a classic script that sets
// one global name, since modules do not load from a disk.
var bundles = []struct{ name, entry, global string }{
	{"echarts.js", "src/echarts.js", "echarts"},
	{"minisearch.js", "src/minisearch.mjs", "minisearch"},
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
	for _, b := range bundles {
		if _, err := os.Stat(filepath.Join(src, "node_modules", b.global, "package.json")); err != nil {
			return fmt.Errorf("%s is not there: run npm ci --ignore-scripts in templates/assets first", b.global)
		}
		script, err := bundle(src, b.entry, b.global)
		if err != nil {
			return err
		}
		dist := filepath.Join(templates, "dist", b.name)
		if err := os.WriteFile(dist, script, 0o644); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdout, "%s: %d kB\n", filepath.ToSlash(dist), len(script)/1000); err != nil {
			return err
		}
	}
	return nil
}

// bundle returns a script with all that it imports, as one that sets the global
// name.
func bundle(src, entry, global string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     src,
		EntryPoints:       []string{entry},
		Bundle:            true,
		Format:            api.FormatIIFE,
		GlobalName:        global,
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
