package scorecard

import (
	"strings"
	"time"
	"unicode/utf8"

	"tribune/generator/slo"
	"tribune/generator/sre"
)

// A Tribe is all that a tribe's pages say: its index (api/tribe.json), its
// months, what it wrote and what it promised.
type Tribe struct {
	Index       Index
	Cards       []Card // oldest first; the last may still be running
	Postmortems []Postmortem
	Actions     []Action
}

// Index is a tribe's own entry, api/tribe.json: who is in it and which months
// it has.
type Index struct {
	Schema   string      `json:"schema"`
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Title    string      `json:"site_title"`
	AsOf     time.Time   `json:"as_of"`
	DataTo   *time.Time  `json:"data_to"`
	Stale    bool        `json:"stale"` // the newest data are older than the site's freshness
	Audience string      `json:"audience"`
	Squads   []Squad     `json:"squads"`
	Services []Service   `json:"services"`
	Months   []slo.Month `json:"months"`   // oldest first
	Latest   slo.Month   `json:"latest"`   // the latest closed month; the running one if no month with an objective has ended
	Headline []string    `json:"headline"` // SLOs of this tribe that stand for the whole site
	// Models are how its services are run; null in a public build, as what the SRE
	// team's page has is the organisation's own.
	Models *sre.Models `json:"operational_models"`
}

// A Squad is a team of the tribe.
type Squad struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Embedded int    `json:"embedded_sre"` // how many SRE members work in it
}

// A Service is something that a squad runs.
type Service struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Squad     string    `json:"squad"`
	SquadName string    `json:"squad_name"`
	Tier      int       `json:"tier"`
	Lifecycle string    `json:"lifecycle"`
	Was       []string  `json:"was"`
	Model     Model     `json:"operational_model"`
	SLOs      []SLOInfo `json:"slos"`
}

// A Model is what was agreed on how a service is run; "" is missing.
type Model struct {
	State           string   `json:"state"` // agreed | partly | missing
	OnCall          Text     `json:"on_call"`
	Runbook         Text     `json:"runbook"`
	Dashboard       Text     `json:"dashboard"`
	Alerts          Text     `json:"alerts"`
	Agreed          slo.Date `json:"agreed"`
	Approver        Text     `json:"approver"`
	Revisit         slo.Date `json:"revisit"`
	RevisitOverdue  bool     `json:"revisit_overdue"`
	ReadinessReview slo.Date `json:"readiness_review"`
}

// SLOInfo is what an SLO promises, and its history by month:
// api/slos/<service>/<slo>.json adds a schema to it.
type SLOInfo struct {
	Schema    string       `json:"schema"`
	ID        string       `json:"id"`
	Key       string       `json:"key"`
	Service   string       `json:"service"`
	Title     string       `json:"title"`
	Objective float64      `json:"objective"`
	Text      string       `json:"objective_text"`
	Previous  []Past       `json:"previous"`
	Since     slo.Date     `json:"since"`
	Retired   slo.Date     `json:"retired"`
	Window    string       `json:"window"`
	Minutes   float64      `json:"bucket_minutes"`
	Was       []string     `json:"was"`
	Caveats   []string     `json:"caveats"` // sentences that a reader of the figures must see
	Months    []MonthOfSLO `json:"months"`  // oldest first
}

// Past is an objective that no longer holds.
type Past struct {
	Objective string   `json:"objective_text"`
	Until     slo.Date `json:"until"`
}

// MonthOfSLO is one month in the history of an SLO.
type MonthOfSLO struct {
	Month     slo.Month  `json:"month"`
	Objective float64    `json:"objective"`
	Good      *slo.Count `json:"good"`
	Total     *slo.Count `json:"total"`
	SLI       Number     `json:"sli"`
	Met       *bool      `json:"met"`
	Coverage  Number     `json:"coverage"`
	Spent     Number     `json:"spent"`
	State     slo.State  `json:"state"`
	Changed   bool       `json:"objective_changed"`
	Projected bool       `json:"projected"`
	Tribe     string     `json:"issued_in,omitempty"`        // the other tribe in which the month was issued
	Elsewhere bool       `json:"issued_elsewhere,omitempty"` // an earlier tool issued it, as a percentage; it has no state
}

// Fold lets go of what nobody but the tribe itself shows of its months: how each
// SLO's budget went by day and in the year before. It is most of the facts of many
// years. The last two months stay whole, since the organisation speaks of one of
// them.
func (t *Tribe) Fold() {
	for i := range max(0, len(t.Cards)-2) {
		rows := t.Cards[i].SLOs
		for k := range rows {
			rows[k].Days, rows[k].Burn, rows[k].Strip = nil, nil, nil
		}
	}
}

// A Postmortem is one entry of api/postmortems.json.
type Postmortem struct {
	ID            *string    `json:"id"`
	Slug          string     `json:"slug"`
	Title         string     `json:"title"`
	Date          slo.Date   `json:"date"`
	Severity      Text       `json:"severity"`
	ServiceIDs    []string   `json:"services"`
	Services      []Named    `json:"named_services"` // the same, as pages name them
	Squads        []string   `json:"squads"`         // names
	Status        Text       `json:"status"`
	Audience      string     `json:"audience"`
	Started       *time.Time `json:"started"`
	Detected      *time.Time `json:"detected"`
	Acknowledged  *time.Time `json:"acknowledged"`
	Mitigated     *time.Time `json:"mitigated"`
	Resolved      *time.Time `json:"resolved"`
	Minutes       Number     `json:"minutes"`
	StatedMinutes Number     `json:"stated_minutes"`
	Detection     Text       `json:"detection"`
	Impact        Text       `json:"impact"`
	Causes        []string   `json:"causes"`
	Tags          []string   `json:"tags"`
	Actions       Counts     `json:"actions"`
	Budget        []Cost     `json:"budget"`
	Withdrawn     string     `json:"withdrawn"`
	Aliases       []string   `json:"aliases"`
	FromProse     []string   `json:"from_prose"`
	Readings      []Reading  `json:"readings"`
	Related       []Related  `json:"related"`
	File          string     `json:"file"`
	WrittenBy     *string    `json:"written_by"` // squads, sre or others; null without authors, who are not named
}

// A Reading says where a field of from_prose was read.
type Reading struct {
	Field       string `json:"field"`
	Line        int    `json:"line"`         // of the file; 0 for its name
	ZoneAssumed bool   `json:"zone_assumed"` // the text names no zone, so the site's was taken
}

// Classes are the causes that are words of a classification, which incidents have
// in common. One that was read from prose may be a sentence, which only its own
// has.
func (p *Postmortem) Classes() (classes []string) {
	for _, c := range p.Causes {
		if isClass(c) {
			classes = append(classes, c)
		}
	}
	return classes
}

// longestClass is how many characters the name of a cause class has at most.
const longestClass = 40

func isClass(cause string) bool {
	return utf8.RuneCountInString(cause) <= longestClass && !strings.ContainsAny(cause[max(0, len(cause)-1):], ".!?:")
}

// Named is a service by its name and, if it is the tribe's own, its page within
// the tribe.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Path string `json:"path,omitempty"`
}

// Counts says how the actions of one postmortem stand.
type Counts struct {
	Total   int `json:"total"`
	Open    int `json:"open"`
	Overdue int `json:"overdue"`
}

// Done returns the actions that are no longer open.
func (c Counts) Done() int { return c.Total - c.Open }

// A Cost is what an incident took of one SLO's budget in one month.
type Cost struct {
	SLO      string    `json:"slo"`
	Name     string    `json:"name"`
	Month    slo.Month `json:"month"`
	Bad      slo.Count `json:"bad"`
	Share    Number    `json:"share"` // unknown where the budget is less than one event
	Estimate bool      `json:"estimate"`
	Burnt    *Burnt    `json:"burnt"`
}

// Burnt is when the SLI burnt at six times the even rate or faster around the
// time that a postmortem claims, in whole buckets; a moment is null where data
// are missing or the month ends. The text differs if it is more than a bucket
// away.
type Burnt struct {
	From         *time.Time `json:"from"`
	To           *time.Time `json:"to"`
	StartDiffers bool       `json:"start_differs"`
	EndDiffers   bool       `json:"end_differs"`
}

// An Action is one entry of api/actions.json.
type Action struct {
	Title      string   `json:"title"`
	Owner      Text     `json:"owner"`
	Kind       Text     `json:"kind"`
	Priority   Text     `json:"priority"`
	Opened     slo.Date `json:"opened"`
	Due        slo.Date `json:"due"`
	Closed     slo.Date `json:"closed"`
	State      string   `json:"state"` // open | done | dropped
	Dropped    Text     `json:"dropped"`
	Ticket     Text     `json:"ticket"`
	Overdue    bool     `json:"overdue"`
	DaysLate   int      `json:"days_late"`
	Age        Number   `json:"age_days"`
	Postmortem string   `json:"postmortem"` // slug
	Source     string   `json:"source"`     // the postmortem's id, or its title
}
