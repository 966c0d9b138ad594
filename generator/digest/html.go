package digest

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"strings"
)

//go:embed mail.html
var mailText string

var mail = template.Must(template.New("mail.html").Parse(mailText))

// mailBody is what mail.html is given.
type mailBody struct {
	Digest
	Sections []section
}

// mailBytes is the most that a mail has: of a longer one than 102 kB some programs
// show only the beginning.
const mailBytes = 100_000

// HTML writes the digest as the body of a mail: one table, styles on the elements,
// no pictures, scripts or fonts, since mail programs keep little else. Links have
// the colour of the text, which stands out in any scheme that a program makes of
// it. If it is too long its lists are made shorter, which its last line says.
func (d Digest) HTML(w io.Writer) error {
	for most := mostLines; ; most /= 2 {
		var b bytes.Buffer
		less := d.atMost(most)
		if err := mail.Execute(&b, mailBody{less, less.sections()}); err != nil {
			return err
		}
		if b.Len() <= mailBytes || most == 0 {
			_, err := w.Write(b.Bytes())
			return err
		}
	}
}

// atMost cuts each list to so many lines and counts those that it leaves out.
func (d Digest) atMost(lines int) Digest {
	left := 0
	for _, l := range []*[]Line{&d.Spent, &d.Asked, &d.Overdue} {
		if n := len(*l) - lines; n > 0 {
			*l, left = (*l)[:lines], left+n
		}
	}
	if left > 0 {
		d.Unlisted = strings.TrimSpace(d.Unlisted + " Left out for length: " + count(left, "line", "lines") + ".")
	}
	return d
}
