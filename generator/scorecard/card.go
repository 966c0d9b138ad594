// Package scorecard joins what the other packages know into facts: the month of
// a tribe, what it wrote and promised, and the organisation made of the tribes.
// The facts are the JSON under api/ as it stands in the contract; pages, feeds
// and digests are made from them and add nothing.
//
// A share is a number in [0,1] (a budget spent may be more); what cannot be
// told is null, never 0. Times are UTC. Days and months are the site's.
package scorecard

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"tribune/generator/slo"
)

// A Number is a figure that may not be known; then it is null in JSON and "–"
// on a page.
type Number struct {
	Value float64
	Known bool
}

func known(v float64) Number { return Number{v, true} }

func told(v float64, ok bool) Number {
	if !ok {
		return Number{}
	}
	return Number{v, true}
}

// MarshalJSON writes the number or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Known {
		return []byte("null"), nil
	}
	if size := math.Abs(n.Value); size == 0 || 1e-6 <= size && size < 1e21 { // as encoding/json has it, and many times faster
		return strconv.AppendFloat(nil, n.Value, 'f', -1, 64), nil
	}
	return json.Marshal(n.Value)
}

// UnmarshalJSON reads a number or null.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Number{}
		return nil
	}
	n.Known = true
	if v, err := strconv.ParseFloat(string(b), 64); err == nil {
		n.Value = v
		return nil
	}
	return json.Unmarshal(b, &n.Value) // which says what is wrong with it
}

// A Text is what somebody may have written; if nobody has, it is empty, and null in
// JSON.
type Text string

// MarshalJSON writes the text or null.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// A Card is one month of one tribe: api/scorecards/<month>.json.
type Card struct {
	Schema       string        `json:"schema"`
	Tribe        string        `json:"tribe"`
	TribeName    string        `json:"tribe_name"`
	Month        slo.Month     `json:"month"`
	TimeZone     string        `json:"time_zone"`
	From         time.Time     `json:"from"`
	To           time.Time     `json:"to"`
	AsOf         time.Time     `json:"as_of"`
	Closed       bool          `json:"closed"`            // the month had ended by as_of
	Sealed       bool          `json:"sealed"`            // its figures are those issued at as_of, and stand
	Gaps         bool          `json:"issued_incomplete"` // it was issued though data were missing
	Restatements []Restatement `json:"restatements"`
	DataTo       *time.Time    `json:"data_to"`  // the end of the newest bucket
	Coverage     Number        `json:"coverage"` // buckets present of those expected, all SLOs
	Incomplete   int           `json:"incomplete"`
	SLOs         []SLO         `json:"slos"` // by what needs a decision
	Totals       Totals        `json:"totals"`
	Incidents    Incidents     `json:"incidents"`
	Actions      Backlog       `json:"actions"`
	Maintenance  []Agreement   `json:"maintenance"`
	Exclusions   []Agreement   `json:"exclusions"`
	Exceptions   []Exception   `json:"exceptions"`
	Decisions    []Decision    `json:"decisions"`
	Short        []Sentence    `json:"in_short"`
	Duties       []Duty        `json:"duties"` // of the error budget policy
	Asked        []Ask         `json:"asked"`
	// Made is the digest of all that the month's page and this JSON are made of, if
	// they are to be taken over from build to build; zero if they are not.
	Made Made `json:"-"`
	// Settled is whether they were taken over. Then no more of the card is there
	// than Settled holds.
	Settled bool `json:"-"`
}

// A Restatement is a later correction of an issued figure: a row that was put
// in the place of another, on a day and for a reason. It is shown for ever.
type Restatement struct {
	SLO    string   `json:"slo"`
	Name   string   `json:"name"` // of its service
	Old    Number   `json:"old"`  // the SLI that had been issued
	New    Number   `json:"new"`  // the SLI that stands since
	Was    Figures  `json:"was"`
	Is     Figures  `json:"is"`
	Reason string   `json:"reason"`
	Date   slo.Date `json:"date"`
}

// Figures are what a row says, as far as a restatement can change it.
type Figures struct {
	ObjectiveText string     `json:"objective_text"`
	Good          *slo.Count `json:"good"`
	Total         *slo.Count `json:"total"`
	Present       int        `json:"buckets_present"`
	SLI           Number     `json:"sli"`
	SLIText       string     `json:"sli_text"`
	Met           *bool      `json:"met"`
	Spent         Number     `json:"spent"`
	State         slo.State  `json:"state"`
}

// An SLO is one row of a scorecard.
type SLO struct {
	ID            string      `json:"id"`
	Service       string      `json:"service"`
	ServiceName   string      `json:"service_name"`
	Squad         string      `json:"squad"`
	SquadName     string      `json:"squad_name"`
	Title         string      `json:"title"`
	Objective     float64     `json:"objective"`
	ObjectiveText string      `json:"objective_text"`
	Changed       string      `json:"objective_before"` // the objective of the month before, if it was another
	Good          *slo.Count  `json:"good"`
	Total         *slo.Count  `json:"total"`
	Bad           *slo.Count  `json:"bad"`
	SLI           Number      `json:"sli"`
	SLIText       string      `json:"sli_text"` // with as many digits as tell the side it fell on
	Met           *bool       `json:"met"`
	Coverage      Number      `json:"coverage"`
	Present       int         `json:"buckets_present"`
	Expected      int         `json:"buckets_expected"`
	MissingMin    float64     `json:"missing_minutes"`
	Caveats       []string    `json:"caveats"` // sentences that a reader of the figures must see
	Excluded      []Excluded  `json:"excluded"`
	Budget        Budget      `json:"budget"`
	State         slo.State   `json:"state"`
	LowTraffic    bool        `json:"low_traffic"`
	Exception     *Exception  `json:"exception"`
	Evidence      Evidence    `json:"evidence"`
	Ledger        Ledger      `json:"ledger"`
	Trend         Trend       `json:"trend"`
	RanOut        *time.Time  `json:"ran_out"` // the end of the bucket in which the budget was gone
	Window        *Rolling    `json:"window"`  // null for an SLO by the month
	Before        Number      `json:"spent_before"`
	Strip         []StripItem `json:"strip"`
	Days          []Day       `json:"days"`
	Burn          []BurnPoint `json:"burn_down"`
	Now           *Figures    `json:"history_now"` // of a sealed row, what history says today if it is something else
	Elsewhere     bool        `json:"elsewhere"`   // of a sealed row, the service is no longer this tribe's
}

// Excluded is agreed time that left the SLI.
type Excluded struct {
	Minutes    float64   `json:"minutes"`
	Good       slo.Count `json:"good"`
	Bad        slo.Count `json:"bad"`
	Reason     string    `json:"reason"`
	ApprovedBy string    `json:"approved_by"`
}

// A Budget is the bad events that the objective allows, and what is left.
type Budget struct {
	Events        Number `json:"events"`
	Spent         Number `json:"spent"` // share; more than 1 is over
	Left          Number `json:"left"`  // 1 − spent, never clamped
	SpentSoFar    Number `json:"spent_so_far"`
	OutageMinutes Number `json:"outage_minutes"` // full-outage equivalent
	Projected     bool   `json:"projected"`
}

// Evidence answers whether the service itself is at its objective.
type Evidence struct {
	Word  string `json:"word"`
	Low   Number `json:"low"`
	High  Number `json:"high"`
	Phi   Number `json:"phi"`
	Needs int64  `json:"needs,omitempty"` // events without a failure that would show it
}

// A Ledger is where the budget went; see package ledger. Shares are of the
// budget.
type Ledger struct {
	Incidents   []Portion `json:"incidents"`
	Maintenance slo.Count `json:"maintenance"`
	Unexplained []Episode `json:"unexplained"`
	Background  slo.Count `json:"background"`
	Since       *Since    `json:"since_issue"` // of a sealed row, if postmortems came later
}

// Since is what postmortems explained after a month was issued: incidents took
// so many more bad events than they did then.
type Since struct {
	Bad   slo.Count `json:"bad"`
	Share Number    `json:"share"`
	By    []Part    `json:"by"` // those that the readers may see
}

// A Portion is what one incident took of one budget. Those that the readers of
// this build may not see are merged into one with no id.
type Portion struct {
	ID         *string   `json:"id"`
	Slug       *string   `json:"slug"`
	Tribe      string    `json:"tribe,omitempty"` // where its postmortem is, if in another tribe
	Title      string    `json:"title,omitempty"`
	Restricted bool      `json:"restricted,omitempty"`
	Bad        slo.Count `json:"bad"`
	Share      Number    `json:"share"`
	Estimate   bool      `json:"estimate"`
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	file       string    // of the postmortem; "" if restricted
	burnt      *Burnt
}

// An Episode is burn that nobody has explained.
type Episode struct {
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	Bad        slo.Count `json:"bad"`
	Share      Number    `json:"share"`
	FromBefore bool      `json:"from_before,omitempty"`
	IntoNext   bool      `json:"into_next,omitempty"`
}

// A Trend is whether the monthly budget spent rises or falls.
type Trend struct {
	Word   string `json:"word"`
	Months int    `json:"months"`
	P      Number `json:"p"`          // of the test alone
	Joint  Number `json:"p_adjusted"` // corrected for the tribe's SLOs of the month; the word rests on it
	Slope  Number `json:"slope"`      // shares of the budget a month
}

// Rolling is how an SLO with another window than the month stood at its end.
type Rolling struct {
	Window string     `json:"window"`
	From   time.Time  `json:"from"`
	To     time.Time  `json:"to"`
	SLI    Number     `json:"sli"`
	Spent  Number     `json:"spent"`
	State  slo.State  `json:"state"`
	RanOut *time.Time `json:"ran_out"` // the end of the bucket in which its budget was gone
}

// A StripItem is one month of a small history.
type StripItem struct {
	Month   slo.Month `json:"month"`
	Spent   Number    `json:"spent"`
	State   slo.State `json:"state"` // "" if the SLO was not in scope
	Met     *bool     `json:"met"`
	Changed bool      `json:"objective_changed,omitempty"`
}

// A Day is what one day spent of the month's budget.
type Day struct {
	Date      slo.Date `json:"date"`
	Spent     Number   `json:"spent"`
	NoTraffic bool     `json:"no_traffic,omitempty"`
}

// A BurnPoint is what was left of the budget at a moment.
type BurnPoint struct {
	Minute int     `json:"minute"` // since the month began
	Left   float64 `json:"left"`
}

// Totals counts the rows of a scorecard.
type Totals struct {
	SLOs    int               `json:"slos"`
	Met     int               `json:"met"`
	Missed  int               `json:"missed"`
	Unknown int               `json:"unknown"` // no data, too little or incomplete: cannot be judged
	ByState map[slo.State]int `json:"by_state"`
}

// Incidents are those that began in the month, and how often they came up to
// its end.
type Incidents struct {
	Count      int        `json:"count"`
	Restricted int        `json:"restricted"`
	Minutes    Spread     `json:"minutes"`
	Items      []Incident `json:"items"`
	Frequency  Frequency  `json:"frequency"`
}

// A Spread describes durations in minutes. The median needs five of them.
type Spread struct {
	N      int    `json:"n"`
	Min    Number `json:"min"`
	Median Number `json:"median"`
	Max    Number `json:"max"`
	Mean   Number `json:"mean"`
	Sum    Number `json:"sum"`
}

// An Incident is one line of a scorecard.
type Incident struct {
	ID              *string   `json:"id"`
	Slug            string    `json:"slug"`
	Title           string    `json:"title"`
	Impact          Text      `json:"impact"`
	Date            slo.Date  `json:"date"`
	Minutes         Number    `json:"minutes"`
	StatedMinutes   Number    `json:"stated_minutes"`
	DetectedMinutes Number    `json:"detected_after_minutes"`
	Status          Text      `json:"status"`
	Severity        Text      `json:"severity"`
	RepeatOf        *Repeated `json:"repeat_of"`
}

// Repeated names the earlier incident that this one repeats.
type Repeated struct {
	ID    string `json:"id"`
	Slug  string `json:"slug"`
	Title string `json:"title"`
	Open  bool   `json:"action_open"` // one of its actions was still open
}

// A Backlog says how the actions of a tribe moved in the month:
// opening + new − closed − dropped = now.
type Backlog struct {
	Opening   int      `json:"opening"`
	New       int      `json:"new"`
	Closed    int      `json:"closed"`
	Dropped   int      `json:"dropped"`
	Now       int      `json:"now"`
	Overdue   int      `json:"overdue"`
	Due       int      `json:"due"`         // due in the month
	DueClosed int      `json:"due_on_time"` // of these, closed by their day
	Late      []Action `json:"late"`        // most urgent first
}

// An Agreement is planned maintenance or an exclusion that touches the month.
type Agreement struct {
	IDs        []string  `json:"ids"`
	From       time.Time `json:"from"`
	To         time.Time `json:"to"`
	Reason     string    `json:"reason"`
	ApprovedBy string    `json:"approved_by,omitempty"`
}

// An Exception waives the policy's consequence for an SLO, not its result.
type Exception struct {
	SLO        string   `json:"slo"`
	Reason     string   `json:"reason"`
	Granted    slo.Date `json:"granted"`
	Review     slo.Date `json:"review"`
	ApprovedBy string   `json:"approved_by"`
	Expired    bool     `json:"expired"` // the review date has passed
}

// A Decision is what leadership decided and where it stands.
type Decision struct {
	Date  slo.Date `json:"date"`
	Text  string   `json:"text"`
	Owner string   `json:"owner"`
	Due   slo.Date `json:"due"`
	Done  slo.Date `json:"done"`
}

// An Ask is a decision that the month asks for.
type Ask struct {
	Kind     string   `json:"kind"`     // freeze | unexplained | overdue | exception | automation | p0 | data
	Weight   float64  `json:"weight"`   // larger is more important within the kind
	Subject  Sentence `json:"subject"`  // what it is about, to stand in a list of several
	Sentence Sentence `json:"sentence"` // a question
	Who      string   `json:"who"`      // whom it asks
	tribe    string   // whose it is, while the organisation's are gathered
}

// A Sentence is text in parts, some of which lead to a page.
type Sentence []Part

// A Part is a piece of a sentence. Path is a page within the tribe, such as
// "services/checkout/"; "" is plain text.
type Part struct {
	Text string `json:"text"`
	Path string `json:"path,omitempty"`
}

// Text returns the sentence without its links.
func (s Sentence) Text() string {
	var out string
	for _, p := range s {
		out += p.Text
	}
	return out
}
