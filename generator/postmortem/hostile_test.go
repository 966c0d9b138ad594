package postmortem_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

const outage = "content/postmortems/payments/outage.md"

// everything lets a body link to whatever it names.
var everything = postmortem.Links{
	Page:  func(string) (string, bool) { return "../page/", true },
	Image: func(string) (string, bool) { return "picture.png", true },
	Zone:  berlin,
	Day:   slo.Date{Year: 2026, Month: time.October, Day: 6},
}

// harmless fails the test if HTML could run, style or load anything, could end
// what it stands in, has two elements of one id or a link to none.
func harmless(t testing.TB, page string) {
	t.Helper()
	ids := map[string]bool{}
	var open, anchors []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch token.Data {
		case "script", "style", "iframe", "object", "embed", "form", "meta", "base", "svg", "math", "main", "h1":
			if kind != html.TextToken {
				t.Errorf("element %s in\n%s", token.Data, page)
			}
		}
		for _, a := range token.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcset":
				t.Errorf("attribute %s in\n%s", a.Key, page)
			case a.Key == "src" && strings.Contains(value, ":"):
				t.Errorf("source %q", a.Val)
			case a.Key == "href" && (strings.HasPrefix(value, "javascript") || strings.HasPrefix(value, "data") || strings.HasPrefix(value, "//")):
				t.Errorf("link %q", a.Val)
			case a.Key == "href" && strings.HasPrefix(value, "#"):
				anchors = append(anchors, a.Val[1:])
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("id %q twice in\n%s", a.Val, page)
			case a.Key == "id":
				ids[a.Val] = true
			}
		}
		switch {
		case kind == html.StartTagToken && token.Data != "br" && token.Data != "hr" && token.Data != "img":
			open = append(open, token.Data)
		case kind == html.EndTagToken && (len(open) == 0 || open[len(open)-1] != token.Data):
			t.Fatalf("</%s> ends nothing in\n%s", token.Data, page)
		case kind == html.EndTagToken:
			open = open[:len(open)-1]
		}
	}
	for _, anchor := range anchors {
		if !ids[anchor] {
			t.Errorf("nothing has the id %q in\n%s", anchor, page)
		}
	}
	if len(open) > 0 {
		t.Errorf("%v not ended in\n%s", open, page)
	}
	for _, r := range page {
		if unicode.Is(unicode.Cc, r) && r != '\n' && r != '\t' && r != '\r' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			t.Fatalf("%U in\n%q", r, page)
		}
	}
}

func TestHostileTextIsHarmless(t *testing.T) {
	for _, src := range []string{
		`# </script><script>alert(1)</script>`,
		`# "><img src=x onerror=alert(1)>`,
		"## </h2></main><h1>x\n\n## \"onclick=\"alert(1)",
		`[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](java&#10;script:alert(1)) [w](&#106;avascript:alert(1)) [v](vbscript:x)`,
		"[x](<java\tscript:alert(1)>) <javascript:alert(1)> ![x](javascript:alert(1))",
		`[x](data:text/html;base64,PHNjcmlwdD4=) ![x](data:image/svg+xml;base64,PHN2Zz4=)`,
		`[x](https://example.org/"onmouseover="alert(1)) [y](https://example.org "t\" onclick=\"x")`,
		`[x][1]` + "\n\n" + `[1]: javascript:alert(1) "title"`,
		"<img src=x onerror=alert(1)>\n\n<svg onload=alert(1)>\n\n<a href=javascript:alert(1)>x</a>",
		"<!--><script>alert(1)</script>-->\n\ntext <!--> <b> --> text",
		"```html onload=alert(1)\n</code></pre><script>alert(1)</script>\n```",
		"```\"><script>\nx\n```",
		"| <script>alert(1)</script> | </td></table> |\n| --- | --- |\n| `</table>` | \x1b[31m |",
		"a &lt;script&gt; &#60;script&#62; &#x202e;txt\u202efdp &#0; &#x1b;",
		"# a\n\n# a-1\n\n# a\n\n# a\n\n[^1] [^1]\n\n[^1]: # a\n",
		"- [ ] <details><summary>\n- [x] </ul>",
		"![a](x.png\"onerror=alert(1)) ![](../../../../../etc/passwd.png) ![](\\\\host\\share.png) ![](//host/x.png) ![](c:/x.png)",
		"+++\ntitle = \"</title><script>alert(1)</script>\"\n+++\n<title></title><textarea>",
		strings.Repeat("> ", 59) + "deep",
	} {
		p, _ := postmortem.Read(outage, []byte(src), berlin, names)
		body, _ := postmortem.Body(outage, []byte(src), p.Title, everything)
		harmless(t, string(body.HTML))
		body, _ = postmortem.Body(outage, []byte(src), "", postmortem.Links{})
		harmless(t, string(body.HTML))
	}
}

// Nesting, links and columns are bombs only in numbers that no report has.
func TestBombsAreShownAsText(t *testing.T) {
	for name, src := range map[string]string{
		"quotes":        strings.Repeat("> ", 100_000) + "a",
		"quotes, tight": strings.Repeat(">", 100_000) + "a",
		"lists":         strings.Repeat("- ", 100_000) + "a",
		"numbers":       strings.Repeat("1. ", 100_000) + "a",
		"links":         strings.Repeat("[a](", 200_000),
		"columns":       "|" + strings.Repeat("a|", 10_000) + "\n|" + strings.Repeat("-|", 10_000) + "\n" + strings.Repeat("|b|\n", 1000),
	} {
		start := time.Now()
		_, problems := postmortem.Read(outage, []byte(src), berlin, names)
		body, _ := postmortem.Body(outage, []byte(src), "", everything)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %v", name, took)
		}
		if !has(problems, postmortem.RuleSize, diag.Error) {
			t.Errorf("%s: no problem", name)
		}
		if !strings.HasPrefix(string(body.HTML), "<pre") {
			t.Errorf("%s: not shown as text", name)
		}
	}
}

func has(problems diag.List, rule string, severity diag.Severity) bool {
	for _, p := range problems {
		if p.Rule == rule && p.Severity == severity {
			return true
		}
	}
	return false
}

func TestWhatIsNoTextIsAProblemAndForItsTribe(t *testing.T) {
	for name, src := range map[string][]byte{
		"UTF-16":    []byte("\xff\xfe#\x00 \x00a\x00"),
		"NUL":       []byte("# a\n\x00"),
		"too large": []byte(strings.Repeat("a", 10<<20)),
	} {
		p, problems := postmortem.Read(outage, src, berlin, names)
		if problems.Count(diag.Error) != 1 || len(problems) != 1 {
			t.Errorf("%s: problems\n%v", name, problems)
		}
		if p.Audience != "tribe" || p.Title != "Outage" || p.Slug != "outage" {
			t.Errorf("%s: audience %s, title %s, slug %s", name, p.Audience, p.Title, p.Slug)
		}
		if body, _ := postmortem.Body(outage, src, p.Title, everything); strings.ContainsRune(string(body.HTML), 0) {
			t.Errorf("%s: NUL in the page", name)
		}
	}
}

func TestStrayBytesAreShownAndTold(t *testing.T) {
	src := []byte("\ufeff# Caf\xe9 \u202e\x1b[31m\n")
	p, problems := postmortem.Read(outage, src, berlin, names)
	if want := "Caf? \ufffd [31m"; p.Title != want {
		t.Errorf("title %q, want %q", p.Title, want)
	}
	if p.Audience != "org" || !has(problems, postmortem.RuleEncoding, diag.Warning) || problems.Count(diag.Error) > 0 {
		t.Errorf("audience %s, problems\n%v", p.Audience, problems)
	}
}

// Aliases of YAML that stand for a billion texts are not followed.
func TestAliasesOfYAMLAreNotFollowed(t *testing.T) {
	src := "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\ntags: [*b,*b]\ntitle: *a\naudience: *a\n---\n# Bomb\n"
	p, problems := postmortem.Read(outage, []byte(src), berlin, names)
	if !has(problems, postmortem.RuleFrontMatter, diag.Error) || p.Audience != "tribe" || len(p.Tags) > 0 {
		t.Errorf("audience %s, tags %v, problems\n%v", p.Audience, p.Tags, problems)
	}
}

func TestLinksToOtherFilesAreNotFollowed(t *testing.T) {
	site := t.TempDir()
	tribe := filepath.Join(site, "content", "postmortems", "payments")
	if err := os.MkdirAll(tribe, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(site, "secret.md"), []byte("# Secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(site, "secret.md"), filepath.Join(tribe, "link.md")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(site, filepath.Join(tribe, "folder")); err != nil {
		t.Fatal(err)
	}
	all, problems := postmortem.Load(os.DirFS(site), berlin, names)
	if len(all) != 0 || len(problems) != 2 || problems[0].Rule != postmortem.RuleRead {
		t.Errorf("read %v with problems\n%v", all, problems)
	}
}

func TestASiteWithoutPostmortemsHasNoProblems(t *testing.T) {
	all, problems := postmortem.Load(fstest.MapFS{}, berlin, names)
	if len(all) > 0 || len(problems) > 0 {
		t.Errorf("read %v with problems %v", all, problems)
	}
}

// Slugs are safe as they are in any file system and address, and writing one
// down as the slug changes nothing.
func TestSlugsAreSafe(t *testing.T) {
	for _, name := range []string{
		"a", "..", "...", "nul", "COM1", "aux.2026", "a/b", `a\b`, " ", "-", "故障", "İstanbul", "ﬁle", "a\u202eb", "~", "%2e%2e", "con ",
		strings.Repeat("x", 300), strings.Repeat("é-", 200), "index.html", "Kafka's outage",
	} {
		file := "content/postmortems/payments/" + strings.ReplaceAll(name, "/", "-") + ".md"
		p, _ := postmortem.Read(file, nil, berlin, names)
		if p.Slug == "" || len(p.Slug) > 96 || strings.Trim(p.Slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" ||
			strings.HasPrefix(p.Slug, "-") || strings.HasSuffix(p.Slug, "-") || p.Slug == "nul" || p.Slug == "com1" || p.Slug == "con" {
			t.Errorf("%q has the slug %q", name, p.Slug)
		}
		again, problems := postmortem.Read(outage, fmt.Appendf(nil, "+++\ntitle = \"x\"\ndate = 2026-01-01\nslug = %q\nwithdrawn = \"x\"\n+++\n", p.Slug), berlin, names)
		if again.Slug != p.Slug || len(problems) > 0 {
			t.Errorf("slug %q, written down, is %q with problems %v", p.Slug, again.Slug, problems)
		}
	}
}
