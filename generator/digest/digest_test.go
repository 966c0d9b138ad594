package digest

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

var update = flag.Bool("update", false, "rewrite testdata; then look at the diff")

var october = slo.Month{Year: 2026, Month: time.October}

const address = "https://shop.example/reliability/"

func known(v float64) scorecard.Number { return scorecard.Number{Value: v, Known: true} }

// shop is a tribe whose till spent more than its budget in October.
func shop() scorecard.Tribe {
	to := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	till := scorecard.SLO{
		ID: "shop/till/sales", Service: "till", ServiceName: "Till", Title: "Sales that go through", ObjectiveText: "99.9%", SLIText: "99.87%",
		Budget: scorecard.Budget{Events: known(100), Spent: known(1.3)}, State: slo.Exhausted,
		Ledger: scorecard.Ledger{
			Incidents: []scorecard.Portion{{Bad: 80 * slo.Event}, {Bad: 10 * slo.Event}}, Maintenance: 5 * slo.Event,
			Unexplained: []scorecard.Episode{{Bad: 20 * slo.Event}}, Background: 15 * slo.Event,
		},
	}
	speed := scorecard.SLO{ID: "shop/till/speed", Service: "till", ServiceName: "Till", Title: "Fast sales", ObjectiveText: "99%", State: slo.NoData}
	oven := scorecard.SLO{
		ID: "shop/oven/bread", Service: "oven", ServiceName: "Oven", Title: "Bread in time", ObjectiveText: "95%", SLIText: "95.4%",
		Budget: scorecard.Budget{Events: known(50), Spent: known(0.92)}, State: slo.AtRisk, Ledger: scorecard.Ledger{Background: 46 * slo.Event},
	}
	card := scorecard.Card{
		Month: october, Closed: true, Incomplete: 1, SLOs: []scorecard.SLO{till, oven, speed},
		Short:  []scorecard.Sentence{{{Text: "1 of 3 objectives met."}}, {{Text: "2 actions are overdue", Path: "actions/"}, {Text: "."}}},
		Totals: scorecard.Totals{SLOs: 3, Met: 1, Missed: 1, Unknown: 1, ByState: map[slo.State]int{slo.Exhausted: 1, slo.AtRisk: 1, slo.NoData: 1}},
		Asked:  []scorecard.Ask{{Who: "Front", Sentence: scorecard.Sentence{{Text: "Keep the release freeze on "}, {Text: "Till, sales", Path: "services/till/"}, {Text: "?"}}}},
		Actions: scorecard.Backlog{Overdue: 2, Late: []scorecard.Action{
			{Title: "Mend the drawer", Priority: "P0", Owner: "Front", Due: slo.Date{Year: 2026, Month: 10, Day: 3}, Postmortem: "till-stuck", Source: "INC-1", DaysLate: 28},
			{Title: "Write it <down> & *mark* it", Postmortem: "till-stuck"},
		}},
	}
	return scorecard.Tribe{
		Index: scorecard.Index{ID: "shop", Name: "Shop", Title: "Corner shop", Stale: true, DataTo: &to, Latest: october},
		Cards: []scorecard.Card{card},
	}
}

func corner(tribes ...scorecard.Tribe) Digest {
	return OfOrg(scorecard.Assemble("Corner shop", "org", time.Date(2026, 11, 15, 6, 0, 0, 0, time.UTC), nil, tribes), tribes, address)
}

func tribe(t *testing.T, of scorecard.Tribe, base string) Digest {
	t.Helper()
	d, ok := OfTribe(of, october, base)
	if !ok {
		t.Fatal("there is no such month")
	}
	return d
}

// formats are the ways to write a digest, by the ending of their files.
var formats = map[string]func(Digest, io.Writer) error{
	"txt": Digest.Text, "md": Digest.Markdown, "html": Digest.HTML, "slack.json": Digest.Slack,
}

func written(t *testing.T, d Digest, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := formats[format](d, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDigestsAreWrittenAsInTestdata(t *testing.T) {
	for name, d := range map[string]Digest{
		"tribe": tribe(t, shop(), address+"shop/"), "nowhere": tribe(t, shop(), ""), "organisation": corner(shop()),
	} {
		for format := range formats {
			file, got := filepath.Join("testdata", name+"."+format), written(t, d, format)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("%s: -want +got:\n%s", file, d)
			}
		}
	}
}

func TestABudgetOfLessThanAnEventIsNotSpent(t *testing.T) {
	of := shop()
	row := &of.Cards[0].SLOs[0]
	row.State, row.Budget.Events, row.Budget.Spent = slo.TooLittleTraffic, known(0.3), known(3.33)
	d := tribe(t, of, "")
	if got := d.Table.Rows[0][3].Text(); got != slo.Dash {
		t.Errorf("the table says that %s of it was spent", got)
	}
	for _, l := range append(d.Spent, corner(of).Spent...) {
		if text := l.Text(); strings.Contains(text, "333%") {
			t.Errorf("a list says: %s", text)
		}
	}
}

func TestAMonthThatATribeHasNotIsNoDigest(t *testing.T) {
	if d, ok := OfTribe(shop(), october.Add(1), ""); ok {
		t.Errorf("it is %+v", d)
	}
}

// crowd is a tribe with far more to say than anybody reads, in long words.
func crowd(id int) scorecard.Tribe {
	t := shop()
	long := strings.Repeat("<https://evil.example|&amp; *long*> ", 200)
	t.Index.ID, t.Index.Name = fmt.Sprint("tribe-", id), fmt.Sprintf("%s %d", long, id)
	c := &t.Cards[0]
	for i := range 300 {
		row := c.SLOs[0]
		row.ID, row.Service, row.ServiceName, row.Title = fmt.Sprint("shop/s", i, "/x"), fmt.Sprint("s", i), long, long
		c.SLOs = append(c.SLOs, row)
		c.Asked = append(c.Asked, scorecard.Ask{Kind: "freeze", Who: long, Sentence: scorecard.Sentence{{Text: long, Path: "services/till/"}}})
		c.Actions.Late = append(c.Actions.Late, scorecard.Action{Title: long, Owner: scorecard.Text(long), Postmortem: "till-stuck"})
	}
	c.Actions.Overdue = len(c.Actions.Late)
	return t
}

// loud is a tribe whose every word is as long as can be once it is escaped, in
// sentences without an end, at an address that is long itself.
func loud(word string) scorecard.Tribe {
	t := crowd(1)
	long := strings.Repeat(word, 400)
	t.Index.Name, t.Index.Title = long, long
	c := &t.Cards[0]
	var endless scorecard.Sentence
	for range 500 {
		endless = append(endless, scorecard.Part{Text: word + word, Path: "services/" + strings.Repeat("x", 200) + "/"})
	}
	c.Short = []scorecard.Sentence{endless, endless, endless}
	for i := range c.Asked {
		c.Asked[i].Sentence, c.Asked[i].Who = endless, long
	}
	for i := range c.Actions.Late {
		c.Actions.Late[i].Title, c.Actions.Late[i].Owner, c.Actions.Late[i].Priority = long, scorecard.Text(long), scorecard.Text(long)
	}
	for i := range c.SLOs {
		c.SLOs[i].ServiceName = long
	}
	return t
}

func TestNoDigestIsLongerThanChatsAndMailsTake(t *testing.T) {
	var tribes, names []scorecard.Tribe
	for i := range 40 {
		tribes = append(tribes, crowd(i))
	}
	for i := range 3000 {
		few := shop()
		few.Index.ID, few.Index.Name = fmt.Sprint("t", i), fmt.Sprint("T", i)
		names = append(names, few)
	}
	far := "https://" + strings.Repeat("a-long-name.", 15) + "example/"
	for name, d := range map[string]Digest{
		"tribe": tribe(t, crowd(1), address), "organisation": corner(tribes...), "3000 tribes": corner(names...),
		"quotes": tribe(t, loud(`"`), far), "emoji": tribe(t, loud("😀"), far), "ampersands": tribe(t, loud("&"), far),
	} {
		if n := len(written(t, d, "html")); n > 100_000 {
			t.Errorf("%s: a mail of %d bytes, of which some programs show 102,000", name, n)
		}
		var m slackMessage
		if err := json.Unmarshal([]byte(written(t, d, "slack.json")), &m); err != nil {
			t.Fatal(err)
		}
		if len(m.Blocks) > 50 {
			t.Errorf("%s: %d blocks", name, len(m.Blocks))
		}
		if m.Text == "" || len(utf16.Encode([]rune(m.Text))) > 4000 {
			t.Errorf("%s: the notification is %d letters", name, len(m.Text))
		}
		for _, b := range m.Blocks {
			texts, most := []string{}, 3000
			switch b.Type {
			case "header":
				texts, most = []string{b.Text.Text}, 150
			case "section":
				texts = []string{b.Text.Text}
			case "context":
				if n := len(b.Elements); n == 0 || n > 10 {
					t.Errorf("%s: a context has %d elements", name, n)
				}
				for _, e := range b.Elements {
					texts = append(texts, e.(map[string]any)["text"].(string))
				}
			default:
				t.Errorf("%s: a block is a %s", name, b.Type)
			}
			for _, text := range texts {
				if n := len(utf16.Encode([]rune(text))); n == 0 || n > most {
					t.Errorf("%s: %d letters in a %s", name, n, b.Type)
				}
			}
		}
		if !strings.Contains(d.Unlisted, "Not listed here: ") {
			t.Errorf("%s: what is left out is not counted: %q", name, d.Unlisted)
		}
	}
}

func TestWhatPeopleWroteIsNoMarkup(t *testing.T) {
	d := tribe(t, crowd(1), address)
	for format, marks := range map[string][]string{
		"html":       {"<https://evil"},
		"md":         {"<https://evil", "*long*"},
		"slack.json": {"<https://evil"},
	} {
		for _, mark := range marks {
			if got := written(t, d, format); strings.Contains(got, mark) {
				t.Errorf("%s has %q", format, mark)
			}
		}
	}
}
