package postmortem

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug keeps the paths of pages within what file systems and servers take.
const maxSlug = 96

// Slug returns what a postmortem in a file of that name is called in addresses,
// unless its front matter says otherwise.
func Slug(name string) string { return slugOf(name) }

// slugOf makes any text safe as the name of a file, on every system, and in an
// address: a to z, 0 to 9 and hyphens. Accents are dropped; text in which
// nothing is left gets a name from its hash.
func slugOf(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(text) {
		r = unicode.ToLower(r)
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		case !unicode.Is(unicode.Mn, r) && r != '\'' && r != '’':
			gap = true
		}
	}
	slug := b.String()
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:8]
	switch {
	case slug == "":
		return hash
	case reserved.MatchString(slug):
		return slug + "-" + hash
	case len(slug) > maxSlug:
		return strings.TrimRight(slug[:maxSlug-len(hash)-1], "-") + "-" + hash
	}
	return slug
}

// reserved are names that Windows does not give to files, whatever follows a dot.
var reserved = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)

// isSlug reports whether a person who wrote this slug gets it as it is.
func isSlug(text string) bool { return text != "" && slugOf(text) == text }
