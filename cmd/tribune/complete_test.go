package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// completions are the words, without what they mean, that a command line may go on
// with. The last of words is the one that is being typed.
func completions(t *testing.T, words ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), append([]string{completeWord, "bash"}, words...), &out, &errs); code != 0 || errs.Len() > 0 {
		t.Errorf("%q: exit status %d, and on stderr %s", words, code, &errs)
	}
	var all []string
	for line := range strings.Lines(out.String()) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		all = append(all, word)
	}
	return strings.Join(all, " ")
}

func TestACommandLineIsCompleted(t *testing.T) {
	site := "--site=../.."
	for _, c := range []struct {
		typed []string
		want  string
	}{
		{[]string{"bu"}, "build"},
		{[]string{"se"}, "seal serve"},
		{[]string{"new", ""}, "postmortem"},
		{[]string{"build", "--a"}, "--as-of --audience"},
		{[]string{"build", "--audience", ""}, "public org tribe"},
		{[]string{"build", "--audience=p"}, "public"},
		{[]string{"build", "--audience", "=", "p"}, "public"}, // as bash parts it
		{[]string{"build", "--audience", "="}, "public org tribe"},
		{[]string{"check", "--format", "s"}, "sarif"},
		{[]string{"build", site, "--tribe", "p"}, "payments platform"},
		{[]string{"build", "--site", "../..", "--tribe", "i"}, "identity"},
		{[]string{"build", site, "--tribe", "payments", "--tr"}, "--tribe"}, // it may be repeated
		{[]string{"digest", site, "--tribe", "payments", "--tr"}, ""},       // this may not
		{[]string{"new", "postmortem", site, "--tribe=payments", "--service", "check"}, "checkout-api"},
		{[]string{"pull", site, "--slo", "payments/checkout-api/"}, "payments/checkout-api/availability payments/checkout-api/latency"},
		{[]string{"publish", site, ""}, "internal public"},
		{[]string{"publish", site, "public", ""}, ""},
		{[]string{"verify", ""}, ":dirs"},
		{[]string{"verify", "--quiet", "public", ""}, ""},
		{[]string{"verify", "--previous", ""}, ":files"},
		{[]string{"assemble", "a", "b", ""}, ":dirs"},
		{[]string{"assemble", "--out="}, ":dirs"},
		{[]string{"import", "a.csv", ""}, ":files"},
		{[]string{"completion", ""}, "bash zsh fish"},
		{[]string{"build", "--", "--t"}, ""},
		{[]string{"build", "--nonsense=x"}, ""},
		{[]string{"nonsense", "x", "--"}, "--help"},
		{[]string{"build", "--site", "/nowhere", "--tribe", ""}, ""},
		{nil, "init new import pull check build assemble verify publish status digest seal serve version completion"},
	} {
		if got := completions(t, c.typed...); got != c.want {
			t.Errorf("%q: %q, want %q", c.typed, got, c.want)
		}
	}
}

// What files call themselves is typed into a shell only if it means nothing there.
func TestNoNameOfASiteIsACommandOfTheShell(t *testing.T) {
	site := t.TempDir()
	for name, text := range map[string]string{
		"site.toml":                  "title = \"x\"\n[publish.\"$(id)\"]\nurl = \"file:///x\"\n[publish.fine]\nurl = \"file:///y\"\n",
		"tribes/$(touch owned).toml": "name = \"a\"\n", "tribes/:dirs.toml": "name = \"b\"\n", "tribes/a b.toml": "name = \"c\"\n",
		"tribes/good.toml": "name = \"two\\tparts\"\n",
	} {
		file := filepath.Join(site, "data", name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got := completions(t, "build", "--site", site, "--tribe", ""); got != "good" {
		t.Errorf("tribes are completed as %q", got)
	}
	if got := completions(t, "publish", "--site", site, ""); got != "fine" {
		t.Errorf("targets are completed as %q", got)
	}
}

// inShell runs a script in a shell that can find the program, in a folder with a
// site, and returns what it prints.
func inShell(t *testing.T, shell string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(shell); err != nil {
		how := shell + " is missing: apt-get install " + shell
		if os.Getenv("CI") != "" {
			t.Fatal(how)
		}
		t.Skip(how)
	}
	dir := t.TempDir()
	for _, name := range []string{"data/tribes/shop.toml", "data/tribes/stock.toml", "public/index.html", "sales.csv"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, shell, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "TERM=dumb")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", shell, err, out)
	}
	return string(out)
}

func TestBashCompletes(t *testing.T) {
	got := inShell(t, "bash", "--norc", "-c", `
source <(tribune completion bash)
complete -p tribune
try() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_tribune
	echo "$* -> ${COMPREPLY[*]}"
}
try tribune bu
try tribune build --tribe s
try tribune build --audience = o
try tribune build --audience =
try tribune verify pub
try tribune verify sal
try tribune import sal
try tribune nothing ''
`)
	want := `complete -F _tribune tribune
tribune bu -> build
tribune build --tribe s -> shop stock
tribune build --audience = o -> org
tribune build --audience = -> public org tribe
tribune verify pub -> public
tribune verify sal -> 
tribune import sal -> sales.csv
tribune nothing  -> 
`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestFishCompletes(t *testing.T) {
	got := inShell(t, "fish", "--no-config", "-c", `
tribune completion fish | source
for line in "tribune bu" "tribune build --tribe s" "tribune build --audience=o" "tribune verify pub" "tribune import sal" "tribune assemble --out=pub"
	echo "$line ->" (complete -C $line | string replace \t ' = ')
end
`)
	want := `tribune bu -> build = Make the site.
tribune build --tribe s -> shop = shop stock = stock
tribune build --audience=o -> --audience=org
tribune verify pub -> public/
tribune import sal -> sales.csv
tribune assemble --out=pub -> --out=public/
`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// A zsh of its own is typed at, since its completion works in its line editor alone.
// A key completes the line and writes to a file what it has become.
func TestZshCompletes(t *testing.T) {
	got := inShell(t, "zsh", "-f", "-c", `
cat >setup <<'END'
PS1= unsetopt beep
autoload -U compinit && compinit -u -D
source <(tribune completion zsh)
told() { zle complete-word; print -r -- "$BUFFER" >>told; BUFFER= }
zle -N told && bindkey '^T' told
print ready >>told
END
await() {
	repeat 500; do
		zpty -r -t inner out '*' # so that it is never kept waiting
		[[ -f told ]] && (( $(wc -l <told) >= $1 )) && return
		sleep 0.02
	done
	print "line $1 did not come"
	exit 1
}
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner 'source ./setup'
await 1
n=1
for line in 'tribune bu' 'tribune build --tribe sh' 'tribune build --audience=o' 'tribune verify pub' 'tribune import sal' 'tribune assemble --out=pub' 'tribune nothing x'; do
	zpty -w -n inner "$line"$'\C-t'
	await $((++n))
done
zpty -d inner
cat told
`)
	want := `ready
tribune build 
tribune build --tribe shop 
tribune build --audience=org 
tribune verify public/
tribune import sales.csv 
tribune assemble --out=public/
tribune nothing x
`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
