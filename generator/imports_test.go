package generator_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport is the shape of the program: for each package, those of ours that
// it may import and, after the semicolon, the modules from outside. Arrows
// point down only. What draws or writes pages reaches no network; slo, ledger
// and scorecard know no files.
var mayImport = map[string]string{
	"cmd/tribune": "generator generator/audience generator/catalog generator/check generator/diag generator/digest generator/preview generator/publish generator/slo generator/verify; kong client_golang prometheus-common",
	"cmd/assets":  "templates; esbuild",
	"cmd/example": "generator generator/slo generator/diag generator/catalog generator/history; toml",
	"test/bench":  "generator generator/slo generator/history; goldmark x/sync",

	"generator":          "templates generator/*; x/sync",
	"generator/audience": "generator/diag generator/postmortem;",

	"generator/site":       "templates generator/slo generator/diag generator/catalog generator/postmortem generator/scorecard generator/sre generator/chart generator/feed generator/search; x/net x/sync jsonschema",
	"generator/scorecard":  "generator/slo generator/catalog generator/postmortem generator/ledger generator/sre;",
	"generator/seal":       "generator/slo generator/diag generator/scorecard;",
	"generator/sre":        "generator/slo generator/catalog;",
	"generator/chart":      "generator/slo; go-echarts",
	"generator/ledger":     "generator/slo;",
	"generator/source":     "generator/slo generator/diag generator/catalog generator/history generator/promql; client_golang prometheus-common backoff x/sync",
	"generator/history":    "generator/slo generator/diag; parquet-go flock x/sys",
	"generator/cache":      "generator/diag generator/postmortem;",
	"generator/check":      "generator/slo generator/diag generator/catalog generator/postmortem generator/sre;",
	"generator/postmortem": "generator/slo generator/diag; goldmark chroma bluemonday toml yaml x/net x/text",
	"generator/digest":     "generator/slo generator/scorecard;",
	"generator/preview":    "generator/diag; fsnotify",
	"generator/verify":     "generator/diag; x/net x/text jsonschema-check",
	"generator/spec":       "generator/slo generator/diag generator/catalog generator/promql; yaml",
	"generator/catalog":    "generator/slo generator/diag generator/promql; toml jsonschema",
	"generator/publish":    "generator/audience generator/stage; minio-go flock x/sync",
	"generator/stage":      "generator/diag; flock x/sys x/text",
	"generator/search":     "; x/text",
	"generator/feed":       "generator/slo;",
	"generator/diag":       ";",
	"generator/promql":     "; prometheus",
	"generator/slo":        "; gonum",
	"templates":            ";",
}

// modules are the import paths of the modules that the table names.
var modules = map[string]string{
	"backoff":           "github.com/cenkalti/backoff/v5",
	"bluemonday":        "github.com/microcosm-cc/bluemonday",
	"chroma":            "github.com/alecthomas/chroma/v2",
	"client_golang":     "github.com/prometheus/client_golang",
	"esbuild":           "github.com/evanw/esbuild",
	"flock":             "github.com/gofrs/flock",
	"fsnotify":          "github.com/fsnotify/fsnotify",
	"go-echarts":        "github.com/go-echarts/go-echarts/v2",
	"goldmark":          "github.com/yuin/goldmark",
	"gonum":             "gonum.org/v1/gonum",
	"jsonschema":        "github.com/invopop/jsonschema",
	"jsonschema-check":  "github.com/santhosh-tekuri/jsonschema/v6",
	"kong":              "github.com/alecthomas/kong",
	"minio-go":          "github.com/minio/minio-go/v7",
	"parquet-go":        "github.com/parquet-go/parquet-go",
	"prometheus":        "github.com/prometheus/prometheus",
	"prometheus-common": "github.com/prometheus/common",
	"toml":              "github.com/BurntSushi/toml",
	"x/net":             "golang.org/x/net",
	"x/sync":            "golang.org/x/sync",
	"x/sys":             "golang.org/x/sys",
	"x/text":            "golang.org/x/text",
	"yaml":              "go.yaml.in/yaml/v3",
}

const module = "tribune/"

func TestPackagesImportWhatTheTableSays(t *testing.T) {
	rows := map[string]bool{}
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		row, ok := mayImport[name]
		if !ok {
			t.Errorf("%s is not in the table: say what it may import", name)
			continue
		}
		rows[name] = true
		for _, path := range p.Imports {
			if !allowed(row, path) {
				t.Errorf("%s imports %s, which the table does not allow", name, path)
			}
		}
	}
	for name := range mayImport {
		if !rows[name] {
			t.Errorf("the table has a row for %s, which is no package", name)
		}
	}
}

func TestTheTableNamesModulesAndPackagesThatItKnows(t *testing.T) {
	named := map[string]bool{}
	for name, row := range mayImport {
		ours, outside, _ := strings.Cut(row, ";")
		for _, p := range strings.Fields(ours) {
			if _, ok := mayImport[p]; !ok && !strings.HasSuffix(p, "/*") {
				t.Errorf("the row of %s names %s, which has no row", name, p)
			}
		}
		for _, m := range strings.Fields(outside) {
			named[m] = true
			if modules[m] == "" {
				t.Errorf("the row of %s names %s, which is no module", name, m)
			}
		}
	}
	for m := range modules {
		if !named[m] {
			t.Errorf("no row names the module %s", m)
		}
	}
}

// allowed reports whether a row lets a package import path. The standard
// library, whose paths have no dot in their first part, is open to all.
func allowed(row, path string) bool {
	ours, outside, _ := strings.Cut(row, ";")
	if name, ok := strings.CutPrefix(path, module); ok {
		return slices.ContainsFunc(strings.Fields(ours), func(p string) bool {
			dir, all := strings.CutSuffix(p, "*")
			return p == name || all && strings.HasPrefix(name, dir)
		})
	}
	first, _, _ := strings.Cut(path, "/")
	if !strings.Contains(first, ".") {
		return true
	}
	return slices.ContainsFunc(strings.Fields(outside), func(m string) bool {
		return path == modules[m] || strings.HasPrefix(path, modules[m]+"/")
	})
}

type pkg struct {
	ImportPath string
	GoFiles    []string
	Imports    []string // without those of tests
}

// packages returns every package of the module that has files besides tests.
func packages(t *testing.T) (all []pkg) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,GoFiles,Imports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 {
			all = append(all, p)
		}
	}
}
