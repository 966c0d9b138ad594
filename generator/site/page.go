package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"tribune/generator/chart"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// A page is what every template is given. Everything in it is ready to print.
type page struct {
	Site        string // the site's title
	Title       string // of the page, for the browser's tab
	Description string
	Heading     string
	Kicker      []linked // a line above the heading
	Home        string   // where the site's title leads
	Style       string
	Icon        string
	Script      string
	Feed        string
	FeedTitle   string
	Nav         []navItem
	Trust       []trustItem
	Banner      string // what a reader must know before anything else
	Short       [][]linked
	Footer      string
	Defs        template.HTML
	Body        any
}

// A navItem is an entry of the masthead.
type navItem struct {
	Text, Href string
	Up         string // the same place by a relative link; see root.nav
	Current    bool
}

// A trustItem is a fact about the page itself.
type trustItem struct {
	Text   string
	Strong bool
	Code   string // set in the typewriter face behind the text
}

// A linked is a piece of text that may lead somewhere.
type linked struct {
	Text, Href string
}

// Short reports whether the text is so short, such as INC-212, that it should
// not be broken between two lines.
func (l linked) Short() bool { return len(l.Text) <= 12 }

// A root is a folder that is a site by itself: a tribe's, or the
// organisation's. Its pages share assets and navigation.
type root struct {
	*builder
	prefix string // of its paths in the output, "payments/" or ""
	style  string // paths of assets below the root
	icon   string
	script string
	lib    string // "" without interactive charts
	feed   string
	title  string
}

// A place is one page of a root while it is made: it knows how to get from
// itself to others.
type place struct {
	*root
	path string // below the root, "scorecards/2026-10/index.html"
}

func (r *root) at(p string) place { return place{r, p} }

// to returns the relative link to another file of the same root. A folder, with
// a slash at its end, means its index page, so that links work from a disk.
func (p place) to(target string) string {
	target, anchor, found := strings.Cut(target, "#")
	if target == "" && !found {
		target = "index.html"
	}
	if target == "" || strings.HasSuffix(target, "/") {
		target += "index.html"
	}
	if found {
		anchor = "#" + anchor
	}
	if target == p.path && found {
		return anchor
	}
	return p.up() + target + anchor
}

// up returns the way to the root: "../../".
func (p place) up() string { return strings.Repeat("../", strings.Count(p.path, "/")) }

// links gives the parts of a sentence their hrefs.
func (p place) links(s scorecard.Sentence) []linked {
	out := make([]linked, len(s))
	for i, part := range s {
		out[i].Text = part.Text
		if part.Path != "" {
			out[i].Href = p.to(part.Path)
		}
	}
	return out
}

func (p place) sentences(all []scorecard.Sentence) (out [][]linked) {
	for _, s := range all {
		out = append(out, p.links(s))
	}
	return out
}

// page begins a page with what all have.
func (p place) page(heading string, nav string) page {
	pg := page{
		Site: p.in.Catalog.Site.Title, Heading: heading, Home: p.to(""),
		Style: p.to(p.style), Icon: p.to(p.icon), Script: p.to(p.script), Defs: chart.Defs(),
		Title: heading + " · " + p.in.Catalog.Site.Title, Description: heading,
		Footer: p.in.Catalog.Site.Title + " · " + heading,
	}
	if p.feed != "" {
		pg.Feed, pg.FeedTitle = p.to(p.feed), p.title
	}
	for _, n := range p.nav() {
		n.Current = n.Text == nav
		if n.Up != "" {
			n.Up = p.up() + n.Up
		} else {
			n.Href = p.up() + n.Href
		}
		pg.Nav = append(pg.Nav, n)
	}
	return pg
}

// pages lends what a page is rendered into, so that thousands of them take the
// memory of a few.
var pages = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render writes the page with the template of its kind, unless an earlier build
// did.
func (p place) render(kind string, pg page) error {
	return p.renderAs(digestOf(p.source, kind, p.prefix+p.path, pg), kind, pg)
}

// renderAs is render for a page of which the digest is known.
func (p place) renderAs(of Digest, kind string, pg page) error {
	if _, ok := p.again(of); ok {
		return nil
	}
	t, ok := p.templates[kind]
	if !ok {
		return fmt.Errorf("no template %s", kind)
	}
	b := pages.Get().(*bytes.Buffer)
	defer pages.Put(b)
	b.Reset()
	if err := t.Execute(b, pg); err != nil {
		return fmt.Errorf("%s: %w", p.prefix+p.path, err)
	}
	return p.put(p.prefix+p.path, b.Bytes(), of)
}

// hashed names an asset after its content, so that a page never meets data of
// another night.
func hashed(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
}

// built is the fact about a page that it was made from a commit.
func (b *builder) built() []trustItem {
	if b.in.Commit == "" {
		return nil
	}
	return []trustItem{{Text: "built from commit", Code: b.in.Commit}}
}

// stale says in a sentence that the data are older than they should be; "" if
// they are not.
func (b *builder) stale(dataTo *time.Time, stale bool) string {
	if !stale || dataTo == nil {
		return ""
	}
	return fmt.Sprintf("The data end on %s, %s before this page was made. Figures since then are missing, not good.",
		b.instant(*dataTo), days(b.in.AsOf.Sub(*dataTo)))
}

func days(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%.0f hours", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}

// instant writes a moment in the site's zone: "31 October 2026, 24:00 CET".
// Midnight at a day's end belongs to that day.
func (b *builder) instant(t time.Time) string {
	local := t.In(b.in.Catalog.Site.Zone)
	if local.Hour() == 0 && local.Minute() == 0 {
		before := local.Add(-time.Second)
		return before.Format("2 January 2006") + ", 24:00 " + before.Format("MST")
	}
	return local.Format("2 January 2006, 15:04 MST")
}

// clock writes a moment of a day in the site's zone, and in UTC where that is
// another.
func (b *builder) clock(t time.Time) string {
	local, utc := t.In(b.in.Catalog.Site.Zone).Format("15:04 MST"), t.UTC().Format("15:04")
	if strings.HasPrefix(local, utc) {
		return local
	}
	return local + " (" + utc + " UTC)"
}

func shortDay(d slo.Date) string {
	if d.IsZero() {
		return slo.Dash
	}
	return fmt.Sprintf("%d %s", d.Day, d.Month.String()[:3])
}

func mediumDay(d slo.Date) string {
	if d.IsZero() {
		return "no date"
	}
	return fmt.Sprintf("%s %d", shortDay(d), d.Year)
}

func shortMonth(m slo.Month) string { return fmt.Sprintf("%s %d", m.Month.String()[:3], m.Year) }

// minutes writes a duration in minutes as people read it: "47 min", "9 h 8 min".
func minutes(n scorecard.Number) string {
	if !n.Known {
		return slo.Dash
	}
	m := int(n.Value + 0.5)
	switch {
	case m < 120:
		return fmt.Sprintf("%d min", m)
	case m < 48*60 && m%60 == 0:
		return fmt.Sprintf("%d h", m/60)
	case m < 48*60:
		return fmt.Sprintf("%d h %d min", m/60, m%60)
	}
	return fmt.Sprintf("%d days %d h", m/1440, m%1440/60)
}

func percent(n scorecard.Number) string {
	if !n.Known {
		return slo.Dash
	}
	return slo.BudgetPercent(n.Value)
}

// coverage writes a share of buckets with one decimal, never rounded up to 100%.
func coverage(n scorecard.Number) string {
	if !n.Known {
		return slo.Dash
	}
	if n.Value == 1 {
		return "100%"
	}
	return fmt.Sprintf("%.1f%%", float64(int(n.Value*1000))/10)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// events writes a number of events for people: whole from ten on, with a thin
// space between thousands.
func events(c slo.Count) string {
	if c < 10*slo.Event {
		return c.String()
	}
	digits := strconv.FormatInt(int64((c+slo.Event/2)/slo.Event), 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u202f" + digits[i:]
	}
	return digits
}
