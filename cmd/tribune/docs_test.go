package main

import (
	"bytes"
	"context"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// A manualPage is a Markdown file of the repository: see manualPages.
type manualPage struct {
	file string // relative to the repository, forward slashes
	src  []byte
	root ast.Node
}

// manualPages are the files that people read about tribune: the top folder's
// and all of docs/.
func manualPages(t *testing.T) (pages map[string]manualPage) {
	t.Helper()
	pages = map[string]manualPage{}
	repository := os.DirFS("../..")
	read := func(file string) {
		src, err := fs.ReadFile(repository, file)
		if err != nil {
			t.Fatal(err)
		}
		markdown := goldmark.New(goldmark.WithExtensions(extension.GFM))
		pages[file] = manualPage{file, src, markdown.Parser().Parse(text.NewReader(src))}
	}
	for _, file := range []string{"README.md", "ARCHITECTURE.md", "CHANGELOG.md"} {
		read(file)
	}
	err := fs.WalkDir(repository, "docs", func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(file) == ".md" {
			read(file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// nodes calls visit for every node of the page.
func (p manualPage) nodes(visit func(ast.Node)) {
	ast.Walk(p.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			visit(n)
		}
		return ast.WalkContinue, nil
	})
}

// A codeBlock is a fenced block: its language and text.
type codeBlock struct{ language, text string }

func (p manualPage) codeBlocks() (all []codeBlock) {
	p.nodes(func(n ast.Node) {
		if f, ok := n.(*ast.FencedCodeBlock); ok {
			all = append(all, codeBlock{string(f.Language(p.src)), string(f.Lines().Value(p.src))})
		}
	})
	return all
}

// links are the addresses of the page's links and pictures.
func (p manualPage) links() (all []string) {
	p.nodes(func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Link:
			all = append(all, string(n.Destination))
		case *ast.Image:
			all = append(all, string(n.Destination))
		}
	})
	return all
}

// words returns the text of a node without its markup.
func (p manualPage) words(n ast.Node) string {
	var b strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(p.src))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// anchors are the ids that a forge gives the page's headings.
func (p manualPage) anchors() (all []string) {
	p.nodes(func(n ast.Node) {
		if n.Kind() != ast.KindHeading {
			return
		}
		id := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, p.words(n))
		all = append(all, id)
	})
	return all
}

func TestEveryLinkOfTheManualLeadsSomewhere(t *testing.T) {
	pages := manualPages(t)
	for _, p := range pages {
		for _, link := range p.links() {
			u, err := url.Parse(link)
			if err != nil || u.Scheme != "" {
				if err != nil || u.Scheme != "https" && u.Hostname() != "127.0.0.1" {
					t.Errorf("%s: %s is no link to a page", p.file, link)
				}
				continue
			}
			file := p.file
			if u.Path != "" {
				file = path.Join(path.Dir(p.file), u.Path)
			}
			if _, err := os.Stat(filepath.Join("../..", file)); err != nil {
				t.Errorf("%s: %s leads to no file", p.file, link)
				continue
			}
			if target, ok := pages[file]; u.Fragment != "" && (!ok || !slices.Contains(target.anchors(), u.Fragment)) {
				t.Errorf("%s: %s leads to no heading of %s", p.file, link, file)
			}
		}
	}
}

func TestEveryPageOfTheManualIsInItsIndex(t *testing.T) {
	pages := manualPages(t)
	listed := pages["docs/README.md"].links()
	for file := range pages {
		within, ok := strings.CutPrefix(file, "docs/")
		if ok && within != "README.md" && !slices.Contains(listed, within) {
			t.Errorf("docs/README.md does not link to %s", within)
		}
	}
}

func TestCommandPagesShowTheHelpThatIsPrinted(t *testing.T) {
	t.Setenv("COLUMNS", "80")
	help := func(args ...string) string {
		var stdout, stderr bytes.Buffer
		if code := run(context.Background(), append(args, "--help"), &stdout, &stderr); code != 0 || stderr.Len() > 0 {
			t.Fatalf("%v --help: exit status %d\n%s", args, code, &stderr)
		}
		return stdout.String()
	}
	pages := manualPages(t)
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+)( [a-z]+)?  +[A-Z]`).FindAllStringSubmatch(help(), -1) {
		file, command := "docs/commands/"+m[1]+".md", strings.Fields(m[1]+m[2])
		p, ok := pages[file]
		if !ok {
			t.Errorf("there is no %s", file)
			continue
		}
		want, shown := help(command...), ""
		for _, b := range p.codeBlocks() {
			if strings.HasPrefix(b.text, "Usage: ") {
				shown = b.text
			}
		}
		if d := cmp.Diff(want, shown); d != "" {
			t.Errorf("%s shows another help than is printed; -printed +shown:\n%s", file, d)
		}
	}
}

// sizes are the numbers in what a build prints that depend on whether the
// program was built with interactive charts, and on today.
var sizes = regexp.MustCompile(`\d+ files, [0-9.]+ [kM]B`)

// bundlesOff is what a program without interactive charts or search adds.
var bundlesOff = regexp.MustCompile(`(?m)^note: (?:interactive charts|search).* off, .*\n\thint: .*\n`)

// The blocks of the tutorial marked sh are one session of a shell, which finds
// the program where TestMain puts it. A block marked text shows what the one
// before it prints.
func TestTheTutorialPrintsWhatItShows(t *testing.T) {
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const end = "-- end of the block --\n"
	var script strings.Builder
	var commands, want []string
	for _, b := range manualPages(t)["docs/tutorial.md"].codeBlocks() {
		switch {
		case b.language == "sh":
			commands, want = append(commands, b.text), append(want, "")
			script.WriteString(b.text + "echo '" + strings.TrimSpace(end) + "'\n")
		case b.language == "text" && len(want) > 0 && want[len(want)-1] == "":
			want[len(want)-1] = b.text
		default:
			t.Errorf("a block marked %q follows none that prints:\n%s", b.language, b.text)
		}
	}
	shell := exec.Command("sh", "-c", script.String())
	shell.Dir = home
	shell.Env = append(os.Environ(), "PWD="+home)
	out, err := shell.CombinedOutput()
	if err != nil {
		t.Errorf("sh: %v", err)
	}
	printed := bundlesOff.ReplaceAllString(strings.ReplaceAll(string(out), home, "/home/you"), "")
	got := strings.SplitAfter(printed, end)
	if len(got) != len(want)+1 {
		t.Fatalf("%d of %d blocks were run:\n%s", len(got)-1, len(want), printed)
	}
	for i := range want {
		plain := func(s string) string { return sizes.ReplaceAllString(strings.TrimSuffix(s, end), "N files, N MB") }
		if d := cmp.Diff(plain(got[i]), plain(want[i])); d != "" {
			t.Errorf("%s-printed +shown:\n%s", commands[i], d)
		}
	}
}
