package browser

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A readFeed is what a parser that is not ours reads of a feed or a calendar.
type readFeed struct {
	ID, Title, Updated string
	Authors            []string
	Links              map[string]string // addresses by relation
	Entries            []readEntry
}

type readEntry struct{ ID, Title, Summary, Link, Updated string }

// readFeeds returns what the parsers read of the site's files of that name, by
// the folders that these are in: "" is the root, else "payments/".
func readFeeds(t *testing.T, name string) map[string]readFeed {
	t.Helper()
	needFile(t, "node_modules/feedsmith")
	needFile(t, "node_modules/ical.js")
	var files []string
	err := fs.WalkDir(os.DirFS(root), ".", func(file string, _ fs.DirEntry, err error) error {
		if path.Base(file) == name {
			files = append(files, filepath.Join(root, filepath.FromSlash(file)))
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d files %s: %v", len(files), name, err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("feeds and calendars are read with Node.js\n\thint: it comes with npm; on Debian and Ubuntu, apt-get install nodejs")
	}
	cmd := exec.Command(node, "readfeeds.mjs")
	cmd.Stdin, cmd.Stderr = strings.NewReader(strings.Join(files, "\n")), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	byFile := map[string]readFeed{}
	if err := json.Unmarshal(out, &byFile); err != nil {
		t.Fatal(err)
	}
	read := map[string]readFeed{}
	for file, feed := range byFile {
		folder, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		read[strings.TrimPrefix(filepath.ToSlash(folder)+"/", "./")] = feed
	}
	return read
}

// told reads a file of the site's JSON into what v points to.
func told(t *testing.T, file string, v any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// A toldEntry is what the JSON has of an entry of a feed.
type toldEntry struct {
	readEntry
	services []string // ids of those that it is about, of postmortems
}

// toldEntries returns what the JSON has of a tribe that its feed should tell,
// in no order: postmortems that have a day, and closed months.
func toldEntries(t *testing.T, tribe, base string) (entries []toldEntry) {
	t.Helper()
	var postmortems struct {
		Postmortems []struct {
			Slug, Title, Impact, Withdrawn string
			Date                           *string
			Services                       []string
		}
	}
	told(t, tribe+"/api/postmortems.json", &postmortems)
	months, err := filepath.Glob(filepath.Join(root, tribe, "api", "scorecards", "*.json"))
	if err != nil || len(months) == 0 {
		t.Fatalf("%s has %d scorecards: %v", tribe, len(months), err)
	}
	var zone *time.Location
	for _, file := range months {
		var card struct {
			Month    string
			Tribe    string `json:"tribe_name"`
			TimeZone string `json:"time_zone"`
			To       string
			Closed   bool
			Totals   struct{ SLOs int }
			InShort  [][]struct{ Text string } `json:"in_short"`
		}
		told(t, tribe+"/api/scorecards/"+filepath.Base(file), &card)
		if zone, err = time.LoadLocation(card.TimeZone); err != nil {
			t.Fatal(err)
		}
		if !card.Closed || card.Totals.SLOs == 0 {
			continue
		}
		var short []string
		for _, sentence := range card.InShort {
			text := ""
			for _, part := range sentence {
				text += part.Text
			}
			short = append(short, text)
		}
		month, err := time.Parse("2006-01", card.Month)
		if err != nil {
			t.Fatal(err)
		}
		at := "scorecards/" + card.Month
		entries = append(entries, toldEntry{readEntry: readEntry{
			"urn:tribune:" + tribe + ":" + at, card.Tribe + ", " + month.Format("January 2006"),
			strings.Join(short, " "), base + tribe + "/" + at + "/", card.To,
		}})
	}
	for _, p := range postmortems.Postmortems {
		if p.Date == nil {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, *p.Date, zone)
		if err != nil {
			t.Fatal(err)
		}
		at, summary := "postmortems/"+p.Slug, p.Impact
		if p.Withdrawn != "" {
			summary = "Withdrawn: " + p.Withdrawn + "."
		}
		entries = append(entries, toldEntry{readEntry{
			"urn:tribune:" + tribe + ":" + at, p.Title, summary, base + tribe + "/" + at + "/",
			day.UTC().Format(time.RFC3339),
		}, p.Services})
	}
	return entries
}

// latest returns the entries that a feed keeps, newest first.
func latest(entries []toldEntry, keep func(toldEntry) bool) []readEntry {
	kept := []readEntry{}
	for _, e := range entries {
		if keep(e) {
			kept = append(kept, e.readEntry)
		}
	}
	slices.SortFunc(kept, func(a, b readEntry) int {
		return cmp.Or(strings.Compare(b.Updated, a.Updated), strings.Compare(a.ID, b.ID))
	})
	return kept[:min(40, len(kept))]
}

// What others read of every feed is what the JSON says.
func TestAnotherProgramReadsTheFeeds(t *testing.T) {
	feeds := readFeeds(t, "feed.xml")
	base := strings.TrimSuffix(feeds[""].Links["self"], "feed.xml")
	if !strings.HasPrefix(base, "https://") {
		t.Fatalf("the site has the address %q", base)
	}
	var all []toldEntry
	byTribe := map[string][]toldEntry{}
	for _, tribe := range tribes() {
		byTribe[tribe] = toldEntries(t, tribe, base)
		all = append(all, byTribe[tribe]...)
	}
	total := 0
	for folder, feed := range feeds {
		tribe, rest, _ := strings.Cut(folder, "/")
		entries, keep := byTribe[tribe], func(toldEntry) bool { return true }
		if folder == "" {
			entries = all
		}
		if service, ok := strings.CutPrefix(rest, "services/"); ok {
			keep = func(e toldEntry) bool { return slices.Contains(e.services, tribe+"/"+strings.TrimSuffix(service, "/")) }
		}
		want := latest(entries, keep)
		if !slices.Equal(feed.Entries, want) {
			t.Errorf("%sfeed.xml is read as\n%+v\nwant\n%+v", folder, feed.Entries, want)
		}
		if len(want) > 0 && feed.Updated != want[0].Updated {
			t.Errorf("%sfeed.xml is of %s, want %s", folder, feed.Updated, want[0].Updated)
		}
		if feed.Title == "" || feed.ID == "" || len(feed.Authors) != 1 || feed.Links["self"] != base+folder+"feed.xml" || feed.Links["alternate"] != base+folder {
			t.Errorf("%sfeed.xml says of itself: %q %q %q %q", folder, feed.ID, feed.Title, feed.Authors, feed.Links)
		}
		total += len(feed.Entries)
	}
	if total < 40 {
		t.Errorf("%d feeds have %d entries", len(feeds), total)
	}
}

// What others read of every calendar is the open actions with a day; that of all
// has the tasks whose clock goes on too.
func TestAnotherProgramReadsTheCalendars(t *testing.T) {
	calendars := readFeeds(t, "actions.ics")
	if want := len(tribes()) + 1; len(calendars) != want {
		t.Errorf("there are %d calendars, want %d", len(calendars), want)
	}
	total := 0
	for folder, calendar := range calendars {
		var promised struct {
			Actions []struct {
				Tribe, Title, Priority, State, Postmortem string
				Due                                       *string
			}
		}
		told(t, folder+"api/actions.json", &promised)
		type due struct{ day, title, link string }
		var got, want []due
		uids := map[string]bool{}
		for _, e := range calendar.Entries {
			_, link, _ := strings.Cut(e.Link, "/postmortems/")
			got = append(got, due{e.Updated, e.Title, link})
			uids[e.ID] = true
		}
		for _, a := range promised.Actions {
			if a.State == "open" && a.Due != nil {
				want = append(want, due{*a.Due, strings.TrimSpace(a.Priority + " " + a.Title), a.Postmortem + "/"})
			}
		}
		if folder == "" {
			var team struct {
				Tasks []struct {
					Title, Due, State string
					Stopped           *string
				}
			}
			told(t, "api/sre.json", &team)
			clocks := 0
			for _, task := range team.Tasks {
				if task.Stopped == nil && task.State != "exempt" {
					want = append(want, due{task.Due, "Automated and handed over: " + task.Title, ""})
					clocks++
				}
			}
			if clocks == 0 {
				t.Error("the team has no task whose clock goes on")
			}
		}
		order := func(a, b due) int {
			return cmp.Or(strings.Compare(a.day, b.day), strings.Compare(a.title, b.title), strings.Compare(a.link, b.link))
		}
		slices.SortFunc(got, order)
		slices.SortFunc(want, order)
		if !slices.Equal(got, want) {
			t.Errorf("%sactions.ics is read as\n%q\nwant\n%q", folder, got, want)
		}
		if calendar.Title == "" || len(uids) != len(calendar.Entries) {
			t.Errorf("%sactions.ics is called %q and has %d names for %d days", folder, calendar.Title, len(uids), len(calendar.Entries))
		}
		total += len(calendar.Entries)
	}
	if total < 10 {
		t.Errorf("%d calendars have %d days", len(calendars), total)
	}
}
