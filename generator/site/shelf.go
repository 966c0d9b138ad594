package site

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tribune/generator/scorecard"
)

// A shelf is the postmortems that are listed and searched together: a tribe's,
// or those of all tribes.
type shelf struct {
	*root
	posts []shelved // newest first, those without a date last
}

// A shelved postmortem knows the way from the root of its shelf to the folder of
// its tribe.
type shelved struct {
	*scorecard.Postmortem
	way   string // "payments/"; "" on the tribe's own shelf
	tribe string // the tribe's name; "" on its own shelf
}

// id tells a postmortem from the others of its shelf.
func (e shelved) id() string { return e.way + e.Slug }

// path is where its page is, below the shelf's root.
func (e shelved) path() string { return e.way + "postmortems/" + e.Slug + "/" }

// shelf holds the tribe's own.
func (t *tribeSite) shelf() shelf {
	s := shelf{root: t.root}
	for i := range t.facts.Postmortems {
		s.posts = append(s.posts, shelved{Postmortem: &t.facts.Postmortems[i]})
	}
	return s
}

// allShelves holds those of all tribes.
func (r *root) allShelves() shelf {
	s := shelf{root: r}
	for i := range r.front.Tribes {
		t := &r.front.Tribes[i]
		for j := range t.Postmortems {
			s.posts = append(s.posts, shelved{&t.Postmortems[j], t.Index.ID + "/", t.Index.Name})
		}
	}
	slices.SortStableFunc(s.posts, func(a, b shelved) int { return b.Date.Compare(a.Date) })
	return s
}

// listed is how many postmortems a page lists before it leaves the years before
// to pages of their own: some 300 kB, which a phone bears.
const listed = 300

// A yearRows is what a page lists of one year.
type yearRows struct {
	Year string
	Rows []postmortemRow
}

type yearLink struct {
	Year, Href string
	N          int
	Current    bool
}

// columns are those that any row of the shelf fills: what no file says is left
// out rather than shown as a column of dashes.
type columns struct {
	Tribe, Services, Severity, Budget, Status, Actions bool
}

// A postmortemRow is a line of the list. Its id and facets are for the script,
// which narrows the list; of rows that it gets by themselves it knows them.
type postmortemRow struct {
	ID, Facets                 string
	Day, Year                  string
	Number, Title, Href        string // Number such as INC-212
	Impact, Tribe, Services    string
	Severity, Cause            string
	Budget, Status, Done, Late string
	Withdrawn                  bool
	Columns                    columns
}

// A year is the postmortems of one, newest first.
type year struct {
	name  string // "2026", or "No date"
	posts []shelved
}

// path is where a page of the year alone is. No slug has a slash in it, so that
// no postmortem takes its place.
func (y year) path() string { return "postmortems/year/" + y.key() + "/" }

// key is the year in the names of files.
func (y year) key() string {
	if y.name == undated {
		return "undated"
	}
	return y.name
}

const undated = "No date"

// years parts a shelf, newest first.
func (s shelf) years() (all []year) {
	for _, e := range s.posts {
		name := undated
		if !e.Date.IsZero() {
			name = strconv.Itoa(e.Date.Year)
		}
		if n := len(all); n == 0 || all[n-1].name != name {
			all = append(all, year{name: name})
		}
		last := &all[len(all)-1]
		last.posts = append(last.posts, e)
	}
	return all
}

// recent returns how many of the years the index lists itself: at least one, and
// no more than it may.
func recent(years []year) (n int) {
	rows := 0
	for n < len(years) && (n == 0 || rows+len(years[n].posts) <= listed) {
		rows += len(years[n].posts)
		n++
	}
	return n
}

// lists writes the index of a shelf, which index finishes, a page for each year
// that has none of it there, and what the script narrows and searches them with.
// whose is added to headings, and json and csv are what else has the list.
func (s shelf) lists(whose, json, csv string, index func(p place, v listView) error) error {
	years := s.years()
	own := recent(years)
	paged := years[own:]
	facets, cols := s.facets(), s.columns()
	data, err := s.searchData(years, cols, len(paged) > 0)
	if err != nil {
		return err
	}
	view := func(p place, on []year) listView {
		v := listView{Facets: facets, Search: data.from(p), N: len(s.posts), Columns: cols}
		if json != "" {
			v.JSON, v.CSV = p.to(json), p.to(csv)
		}
		for _, y := range on {
			rows := yearRows{Year: y.name}
			for _, e := range y.posts {
				rows.Rows = append(rows.Rows, s.row(p, e, cols))
			}
			v.Years = append(v.Years, rows)
			v.Here += len(rows.Rows)
		}
		for _, y := range paged {
			v.Other = append(v.Other, yearLink{y.name, p.to(y.path()), len(y.posts), on[0].name == y.name})
		}
		return v
	}
	first := s.at("postmortems/index.html")
	if err := index(first, view(first, years[:own])); err != nil {
		return err
	}
	for i := range paged {
		p := s.at(paged[i].path() + "index.html")
		pg := p.page("Postmortems"+whose+", "+strings.ToLower(paged[i].name), "Postmortems")
		pg.Kicker = []linked{{"All postmortems" + strings.Replace(whose, ", ", " of ", 1), p.to("postmortems/")}}
		pg.Trust = append(s.listTrust(), s.built()...)
		pg.Description = pg.Heading
		pg.Body = view(p, paged[i:i+1])
		if err := p.render("postmortems", pg); err != nil {
			return err
		}
	}
	return nil
}

func (s shelf) listTrust() []trustItem {
	return []trustItem{
		{Text: "As of " + s.instant(s.in.AsOf), Strong: true},
		{Text: count(len(s.posts), "postmortem", "postmortems") + ", all time"},
	}
}

func (s shelf) row(p place, e shelved, cols columns) postmortemRow {
	row := postmortemRow{
		ID: e.id(), Facets: e.facetLines(), Columns: cols, Tribe: e.tribe,
		Day: shortDay(e.Date), Number: deref(e.ID), Title: e.Title, Href: p.to(e.path()),
		Impact: string(e.Impact), Severity: string(e.Severity), Cause: join(e.Classes()), Status: string(e.Status),
		Services: serviceNames(e.Postmortem), Withdrawn: e.Withdrawn != "", Budget: percent(mostSpent(e.Postmortem)),
	}
	if !e.Date.IsZero() {
		row.Year = strconv.Itoa(e.Date.Year)
	}
	if e.Actions.Total > 0 {
		row.Done = fmt.Sprintf("%d of %d", e.Actions.Done(), e.Actions.Total)
		if e.Actions.Overdue > 0 {
			row.Late = fmt.Sprintf("%d late", e.Actions.Overdue)
		}
	}
	return row
}

func (s shelf) columns() (c columns) {
	for _, e := range s.posts {
		c.Tribe = c.Tribe || e.tribe != ""
		c.Services = c.Services || len(e.Services) > 0
		c.Severity = c.Severity || e.Severity != "" || len(e.Classes()) > 0
		c.Budget = c.Budget || mostSpent(e.Postmortem).Known
		c.Status = c.Status || e.Status != ""
		c.Actions = c.Actions || e.Actions.Total > 0
	}
	return c
}

// allPostmortems lists and searches what all tribes wrote.
func (r *root) allPostmortems() error {
	s := r.allShelves()
	return s.lists("", "", "", func(p place, v listView) error {
		pg := p.page("Postmortems", "Postmortems")
		pg.Trust = append(s.listTrust(), s.built()...)
		short := "No postmortem yet: they are Markdown files in content/postmortems/ and the name of a tribe."
		if v.N > 0 {
			var tribes []string
			for _, e := range s.posts {
				if !slices.Contains(tribes, e.tribe) {
					tribes = append(tribes, e.tribe)
				}
			}
			short = fmt.Sprintf("%s of %s, to search and narrow.", count(v.N, "postmortem", "postmortems"), count(len(tribes), "tribe", "tribes"))
		}
		pg.Short = [][]linked{{{short, ""}}}
		pg.Description = short
		pg.Body = v
		return p.render("postmortems", pg)
	})
}
