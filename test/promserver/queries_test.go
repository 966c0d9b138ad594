package promserver

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"

	"tribune/generator/catalog"
)

var window = regexp.MustCompile(`\{\{-?\s*\.window\s*-?\}\}`)

// Every query of the example is one that Prometheus can read.
func TestEveryQueryOfTheExampleParses(t *testing.T) {
	cat, problems := catalog.Load(os.DirFS(filepath.Join("..", "..")))
	if len(problems) > 0 {
		t.Log(problems)
	}
	parse(t, cat)
}

// parse reads every query of a catalog with the parser of Prometheus.
func parse(t *testing.T, cat *catalog.Catalog) {
	t.Helper()
	queries := 0
	promql := parser.NewParser(parser.Options{})
	for _, o := range cat.SLOs() {
		for _, query := range []string{o.Good, o.Bad, o.Total} {
			if query == "" {
				continue
			}
			queries++
			if _, err := promql.ParseExpr(window.ReplaceAllString(query, "1h")); err != nil {
				t.Errorf("%s: %v\n\t%s", o.ID, err, query)
			}
		}
	}
	if queries == 0 {
		t.Error("there are no queries")
	}
	t.Logf("%d queries", queries)
}
