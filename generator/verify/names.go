package verify

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"tribune/generator/diag"
)

const (
	maxName = 255  // bytes of one name: what ext4, NTFS and APFS keep
	maxPath = 1024 // bytes of a path: what an object store keeps as a key
)

// holdNames looks for names that a file system, archive or server would refuse,
// hide or keep under another name.
func (f *folder) holdNames() {
	taken := map[string]string{} // by what file systems that ignore case make of it
	for _, name := range f.names {
		pos := diag.Pos{File: name}
		if fault := unsafeName(name); fault != "" {
			f.found.problem(pos, "file-name", "", "%s", fault)
		}
		for p := name; p != "."; p = path.Dir(p) {
			key := norm.NFC.String(cases.Fold().String(norm.NFD.String(p)))
			if other, ok := taken[key]; ok && other != p {
				f.found.problem(pos, "file-name", "", "%q and %q are one where case does not count", other, p)
			}
			taken[key] = p
		}
	}
}

// unsafeName says what is wrong with a path; "" if nothing is.
func unsafeName(name string) string {
	switch {
	case !utf8.ValidString(name):
		return "its name is not UTF-8"
	case !norm.NFC.IsNormalString(name):
		return "its name is not in Unicode's composed form (NFC)"
	case len(name) > maxPath:
		return fmt.Sprintf("its path is over %d bytes long", maxPath)
	}
	for part := range strings.SplitSeq(name, "/") {
		stem, _, _ := strings.Cut(strings.ToUpper(part), ".")
		switch {
		case len(part) > maxName:
			return fmt.Sprintf("a part of its path is over %d bytes long", maxName)
		case strings.HasPrefix(part, "."):
			return fmt.Sprintf("%q begins with a dot: such files are not published", part)
		case strings.HasSuffix(part, "."), strings.Trim(part, " ") != part:
			return fmt.Sprintf("%q begins with a space, or ends with a dot or a space", part)
		case devices[strings.TrimRight(stem, " ")]:
			return fmt.Sprintf("%q is a device on Windows", part)
		}
		for _, r := range part {
			if !unicode.IsPrint(r) || strings.ContainsRune(`\<>:"|?*`, r) {
				return fmt.Sprintf("its name holds the character %U", r)
			}
		}
	}
	return ""
}

// devices are the names that Windows keeps for itself, whatever follows the
// first dot.
var devices = func() map[string]bool {
	all := map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true, "CONIN$": true, "CONOUT$": true}
	for _, port := range "0123456789¹²³" {
		all["COM"+string(port)], all["LPT"+string(port)] = true, true
	}
	return all
}()
