package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
	markdown "github.com/yuin/goldmark/ast"
	table "github.com/yuin/goldmark/extension/ast"

	"tribune/generator/catalog"
	"tribune/generator/check"
	"tribune/generator/postmortem"
	"tribune/generator/site"
	"tribune/templates"
)

// rows returns the rows of the tables under each heading, without their heads,
// in plain words.
func (p manualPage) rows() map[string][][]string {
	all := map[string][][]string{}
	heading := ""
	p.nodes(func(n markdown.Node) {
		switch n.Kind() {
		case markdown.KindHeading:
			heading = p.words(n)
		case table.KindTableRow:
			var row []string
			for cell := n.FirstChild(); cell != nil; cell = cell.NextSibling() {
				row = append(row, p.words(cell))
			}
			all[heading] = append(all[heading], row)
		}
	})
	return all
}

// holds compares what a page's table holds with what the program does, and
// prints the table that would be right.
func holds(t *testing.T, p manualPage, heading string, want [][]string) {
	t.Helper()
	got := p.rows()[heading]
	d := cmp.Diff(want, got)
	if d == "" {
		return
	}
	var right strings.Builder
	for _, row := range want {
		fmt.Fprintf(&right, "| `%s` | %s |\n", row[0], strings.Join(row[1:], " | "))
	}
	t.Errorf("%s, under %q: -program +page:\n%s\nthe table should be\n%s", p.file, heading, d, &right)
}

// keyTables returns a table for each kind of TOML table that a schema
// describes, by its header: key, meaning, and whether it is needed.
func keyTables(header, path string, s *jsonschema.Schema, tables map[string][][]string) {
	for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
		key, value, needed := pair.Key, pair.Value, ""
		if slices.Contains(s.Required, key) {
			needed = "yes"
		}
		tables[header] = append(tables[header], []string{key, value.Description, needed})
		name := strings.TrimPrefix(path+"."+key, ".")
		switch {
		case value.Properties.Len() > 0:
			keyTables("["+name+"]", name, value, tables)
		case value.Items != nil && value.Items.Properties.Len() > 0:
			keyTables("[["+name+"]]", name, value.Items, tables)
		case value.AdditionalProperties != nil && value.AdditionalProperties.Properties.Len() > 0:
			keyTables("["+name+".NAME]", name, value.AdditionalProperties, tables)
		}
	}
}

func TestTheSiteFormatPageHasEveryKey(t *testing.T) {
	page := manualPages(t)["docs/site-format.md"]
	tables := map[string][][]string{}
	for name, text := range catalog.Schemas() {
		var s jsonschema.Schema
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		keyTables(s.Title, "", &s, tables)
	}
	// A template has the keys of an SLO; the page names those that it has besides.
	delete(tables, "[[slo_templates.previous]]")
	tables["[[slo_templates]]"] = slices.DeleteFunc(tables["[[slo_templates]]"], func(row []string) bool {
		return slices.ContainsFunc(tables["[[services.slos]]"], func(of []string) bool { return slices.Equal(row, of) })
	})
	for heading, want := range tables {
		holds(t, page, heading, want)
	}
}

func TestTheRulesPageHasEveryRule(t *testing.T) {
	page := manualPages(t)["docs/rules.md"]
	var data [][]string
	for _, r := range catalog.Rules {
		data = append(data, []string{r.ID, r.Title, r.Severity.String()})
	}
	holds(t, page, "Files under data/", data)

	var posts [][]string
	for _, r := range postmortemRules(t) {
		posts = append(posts, []string{r.id, r.title})
	}
	for _, r := range check.Rules {
		if !slices.ContainsFunc(posts, func(row []string) bool { return row[0] == r.ID }) {
			posts = append(posts, []string{r.ID, r.Title})
		}
	}
	holds(t, page, "Postmortems", posts)
	var models [][]string
	for _, r := range check.ModelRules {
		models = append(models, []string{r.ID, r.Title, r.Severity.String()})
	}
	holds(t, page, "How services are run", models)
	for _, r := range slices.Concat(check.Rules, check.ModelRules) {
		if text := reasons(r); !strings.Contains(string(page.src), text) {
			t.Errorf("docs/rules.md does not have\n%s", text)
		}
	}

	var listed []string
	for _, row := range page.rows()["History"] {
		listed = append(listed, row[0])
	}
	slices.Sort(listed)
	if d := cmp.Diff(historyRules(t), listed); d != "" {
		t.Errorf("docs/rules.md lists other rules of history than the program has; -program +page:\n%s", d)
	}

	var sealed []string
	for _, row := range page.rows()["Sealed months"] {
		sealed = append(sealed, row[0])
	}
	if d := cmp.Diff(sealedRules(t), sealed); d != "" {
		t.Errorf("docs/rules.md lists other rules of sealed months than the program has; -program +page:\n%s", d)
	}
}

// sealedRules are the ids that sealed months are held against.
func sealedRules(t *testing.T) (ids []string) {
	id := regexp.MustCompile(`"(sealed-[a-z]+)"`)
	for _, file := range []string{"../../generator/seal/seal.go", "../../generator/seal.go"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range id.FindAllSubmatch(src, -1) {
			ids = append(ids, string(m[1]))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// reasons is how docs/rules.md tells why a rule is there.
func reasons(r check.Rule) string {
	language := "markdown"
	if slices.ContainsFunc(check.ModelRules, func(m check.Rule) bool { return m.ID == r.ID }) {
		language = "toml"
	}
	return fmt.Sprintf("### `%s`\n\n%s\n\nBreaks it:\n\n````%[3]s\n%[4]s````\n\nKeeps it:\n\n````%[3]s\n%[5]s````\n", r.ID, r.Why, language, r.Bad, r.Good)
}

type rule struct{ id, title string }

// postmortemRules reads the constants of package postmortem: id and comment.
func postmortemRules(t *testing.T) (all []rule) {
	f, err := parser.ParseFile(token.NewFileSet(), "../../generator/postmortem/rules.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok {
			id := strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`)
			all = append(all, rule{id, strings.TrimSpace(v.Comment.Text())})
		}
		return true
	})
	return all
}

// historyRules finds the ids that package history reports, which stand in its
// code alone.
func historyRules(t *testing.T) (ids []string) {
	files, err := filepath.Glob("../../generator/history/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(err, "no files")
	}
	id := regexp.MustCompile(`"((?:csv|history)-[a-z]+)"`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range id.FindAllSubmatch(src, -1) {
			ids = append(ids, string(m[1]))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func TestThePostmortemOfTheManualIsReadWithoutProblems(t *testing.T) {
	const file = "content/postmortems/payments/2026-10-06-checkout.md"
	names := postmortem.Names{
		Tribes:   []string{"payments", "web"},
		Services: map[string]string{"payments/checkout-api": "payments/checkout-api", "web/shop": "web/shop"},
		SLOs:     map[string]string{"payments/checkout-api/availability": "payments/checkout-api/availability"},
	}
	var text string
	for _, b := range manualPages(t)["docs/postmortems.md"].codeBlocks() {
		if b.language == "markdown" {
			text = b.text
		}
	}
	p, problems := postmortem.Read(file, []byte(text), time.UTC, names)
	for _, problem := range problems {
		t.Error(problem)
	}
	if _, ok := p.Window(); !ok || len(p.Services) != 2 || len(p.Actions) != 2 {
		t.Errorf("it was read as %+v", p)
	}
}

func TestTheJSONPageHasEverySchema(t *testing.T) {
	want := []string{"manifest"} // written by package stage, without a schema of its own
	for name := range site.Schemas() {
		want = append(want, name)
	}
	var got []string
	for _, row := range manualPages(t)["docs/json.md"].rows()["Files"] {
		name := strings.TrimSuffix(strings.TrimPrefix(row[1], "tribune/"), "/v1")
		if name != "" && !slices.Contains(got, name) {
			got = append(got, name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("docs/json.md lists other schemas than there are; -program +page:\n%s", d)
	}
}

// The example site has a file of each kind that the pages list, but for those of
// interactive charts in a program that was built without them.
func TestEveryFileOfASiteIsListed(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the example site")
	}
	out := filepath.Join(t.TempDir(), "public")
	var stderr bytes.Buffer
	if code := run(context.Background(), []string{"build", "--site", "../..", "--out", out, "--quiet"}, &stderr, &stderr); code != 0 {
		t.Fatalf("build: exit status %d\n%s", code, &stderr)
	}
	pages := manualPages(t)
	kinds, seen := map[string]*regexp.Regexp{}, map[string]bool{}
	for _, rows := range []map[string][][]string{pages["docs/pages.md"].rows(), pages["docs/json.md"].rows()} {
		for _, row := range slices.Concat(rows["The organisation"], rows["A tribe"], rows["Files"]) {
			kinds[row[0]] = regexp.MustCompile("^" + regexp.MustCompile(`<[a-z]+>`).ReplaceAllString(regexp.QuoteMeta(row[0]), `[^/]+`) + "$")
		}
	}
	err := fs.WalkDir(os.DirFS(out), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(file, ".") {
			return err
		}
		known := false
		for name, kind := range kinds {
			if kind.MatchString(file) {
				seen[name], known = true, true
			}
		}
		if !known {
			t.Errorf("the build wrote %s, which neither page lists", file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_, charts := templates.ECharts()
	for name := range kinds {
		interactive := strings.Contains(name, "echarts") || strings.Contains(name, "figures") || strings.Contains(name, "minisearch") || strings.Contains(name, "/search/")
		if !seen[name] && (charts || !interactive) {
			t.Errorf("the build wrote no %s, which is listed", name)
		}
	}
}
