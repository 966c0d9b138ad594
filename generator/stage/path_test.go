package stage

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

func TestAPathThatCannotStandEverywhereIsRefused(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "public"))
	for _, c := range []struct{ path, reason string }{
		{"", "relative path"},
		{".", "relative path"},
		{"..", "relative path"},
		{"../up.html", "relative path"},
		{"a/../../up.html", "relative path"},
		{"a/./b.html", "relative path"},
		{"a//b.html", "relative path"},
		{"/etc/passwd", "relative path"},
		{"a/", "relative path"},
		{`a\b.html`, `U+005C`},
		{`..\up.html`, `begins with a dot`},
		{`C:\a.html`, `U+003A`},
		{"c:a.html", "U+003A"},
		{"index.html:stream", "U+003A"},
		{"nul\x00.html", "U+0000"},
		{"a\nb.html", "U+000A"},
		{"a\x7f.html", "U+007F"},
		{"a?.html", "U+003F"},
		{"a*.html", "U+002A"},
		{"gpj.exe\u202ehtml", "U+202E"},
		{"zero\u200bwidth.html", "U+200B"},
		{"no\u00a0break.html", "U+00A0"},
		{"\ufeffindex.html", "U+FEFF"},
		{"a\xff.html", "UTF-8"},
		{"cafe\u0301.html", "NFC"},
		{"CON", "device"},
		{"con/index.html", "device"},
		{"a/Aux.tar.gz", "device"},
		{"nul .html", "device"},
		{"com1", "device"},
		{"LPT².txt", "device"},
		{"conin$", "device"},
		{"a./b.html", "ends with a dot"},
		{"a /b.html", "begins or ends with a space"},
		{" a.html", "begins or ends with a space"},
		{"a.html ", "begins or ends with a space"},
		{"a.html.", "ends with a dot"},
		{".git/config", "begins with a dot"},
		{"payments/.htaccess", "begins with a dot"},
		{strings.Repeat("x", 256), "over 255 bytes"},
		{strings.Repeat("ü", 128) + ".html", "over 255 bytes"},
		{strings.Repeat("x/", 512) + "x", "over 1024 bytes"},
		{"manifest.json", "manifest"},
	} {
		if err := s.Write(c.path, nil); err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%q: %v; want %q in it", c.path, err, c.reason)
		}
	}
}

func TestAnOrdinaryPathIsTaken(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "public"))
	for _, path := range []string{
		"index.html",
		"payments/scorecards/2026-10/index.html",
		"payments/manifest.json",
		"assets/echarts-6.1.0.3f2a.js",
		"console/nullable/com10.html",
		"a b/c&d'e,f.html",
		"überblick/障害報告/é.html",
		strings.Repeat("x", 255),
	} {
		if err := s.Write(path, []byte(path)); err != nil {
			t.Error(err)
		}
	}
}

func TestPathsThatAFileSystemMayTakeForOneAreRefused(t *testing.T) {
	for _, c := range []struct{ first, second, reason string }{
		{"a.html", "a.html", `"a.html" is written twice`},
		{"a.html", "A.html", `"A.html" and "a.html" are one`},
		{"payments/a.html", "Payments/b.html", `"Payments" and "payments" are one`},
		{"Überblick.html", "überblick.html", "are one"},
		{"ΟΔΟΣ.html", "οδος.html", "are one"},
		{"straße.html", "STRASSE.html", "are one"},
		{"\u212a.html", "k.html", "NFC"}, // the Kelvin sign is not in composed form
		{"a", "a/b.html", `"a" is a file and a folder`},
		{"a/b.html", "a", `"a" is a file and a folder`},
		{"a/b.html", "A", "are one"},
	} {
		s := open(t, filepath.Join(t.TempDir(), "public"))
		err := s.Write(c.first, nil)
		if err == nil {
			err = s.Write(c.second, nil)
		}
		if err == nil || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%q and %q: %v; want %q in it", c.first, c.second, err, c.reason)
		}
	}
}

// The short way for ASCII must say what the long way says.
func TestFoldedKeysOfASCIIAreThoseOfUnicode(t *testing.T) {
	for c := range rune(utf8.RuneSelf) {
		p := "a" + string(c) + "Z/" + string(c)
		if got, want := foldedKey(p), norm.NFC.String(cases.Fold().String(norm.NFD.String(p))); got != want {
			t.Errorf("%q: %q, Unicode says %q", p, got, want)
		}
	}
}
