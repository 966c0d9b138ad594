package digest

import (
	_ "embed"
	"html/template"
	"io"
)

//go:embed mail.html
var mailText string

var mail = template.Must(template.New("mail.html").Parse(mailText))

// mailBody is what mail.html is given.
type mailBody struct {
	Digest
	Sections []section
}

// HTML writes the digest as the body of a mail: one table, styles on the elements,
// no pictures, scripts or fonts, since mail programs keep little else.
func (d Digest) HTML(w io.Writer) error { return mail.Execute(w, mailBody{d, d.sections()}) }
