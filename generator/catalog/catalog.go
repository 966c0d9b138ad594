package catalog

import (
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// A Catalog is everything that people wrote under data/ about ownership,
// objectives and agreements. It is complete only if Load found no error.
type Catalog struct {
	Site        Site
	Tribes      []Tribe // in order of id
	Maintenance []Maintenance
	Exclusions  []Exclusion
	Exceptions  []Exception
	Decisions   []Decision
	SRE         SRETeam

	// For CheckNames, which runs once the SLOs of data/slos are known too.
	mentions []mention
	edges    []edge
	refused  map[string]bool // ids that a file declares but that are left out, since something is wrong with them
}

// A Site is data/site.toml: what holds for the whole site.
type Site struct {
	Title       string
	BaseURL     string // ends in a slash; "" if the site has none
	Zone        *time.Location
	ZoneName    string // the IANA name as written
	Resolution  time.Duration
	Freshness   time.Duration // older data than this is stale
	Settle      time.Duration // a month may be sealed this long after it ends
	Headline    []string      // current full ids of SLOs
	AsOf        time.Time     // for demonstrations; zero if not set
	Thresholds  slo.Thresholds
	Specs       Specs
	Postmortems Postmortems
	Sources     []Source // in order of name
	Publish     []Target // in order of name
	Pos         diag.Pos
}

// Postmortems is how postmortems are read and checked.
type Postmortems struct {
	People   []string            // names that should be roles
	Headings map[string][]string // the site's words in headings, by section
	Keys     map[string][]string // and for keys and labels, by key of the front matter
}

// The kinds of source.
const (
	Prometheus = "prometheus"
	Command    = "command"
	CSV        = "csv"
)

// A Source is where a pull asks for tallies. Its strings may hold ${NAME},
// which is kept as written: the command that uses the source puts in the
// environment's value.
type Source struct {
	Name           string
	Kind           string // prometheus | command | csv
	URL            string
	Command        []string // a program and its arguments
	Environment    []string // names of the variables that the program sees, besides PATH and the like
	Path           string   // of a CSV file or a folder of them, relative to the site's folder
	ScrapeInterval time.Duration
	Increase       string        // overlap | exact | anchored; "" to ask the server
	Timeout        time.Duration // 0 if the file sets none
	Headers        map[string]string
	Concurrency    int // 0 if the file sets none
	// Auth holds bearer_token_file, basic_auth, authorization, oauth2, tls and
	// proxy_url as Prometheus names what is in them: strings, int64, float64,
	// bool, []any and map[string]any.
	Auth      map[string]any
	Variables []Variable // every ${NAME} in the table, in order of place
	Pos       diag.Pos
}

// A Target is where a site is published.
type Target struct {
	Name      string
	URL       string // may hold ${NAME}
	Audience  string // public | org | tribe; "" if the file does not say
	Variables []Variable
	Pos       diag.Pos
}

// A Variable is a ${NAME} that stands for a value of the environment.
type Variable struct {
	Name string
	Pos  diag.Pos
}

// A Tribe is a file of data/tribes: its squads and the services they own.
type Tribe struct {
	ID       string // the file's name
	Name     string
	BaseURL  string // "" unless the tribe is published alone at its own address
	Squads   []Squad
	Services []Service // in order of id
	Pos      diag.Pos
}

// A Squad is a team of a tribe.
type Squad struct {
	ID, Name string
	SRE      []string // ids of members of data/sre.toml who are embedded here, by either file
	Pos      diag.Pos
}

// The stages of a service's life.
const (
	InBuild       = "build"
	InMaintenance = "maintenance"
	IsRetired     = "retired"
)

// A Service is something that a squad runs and users rely on.
type Service struct {
	ID        string // within the tribe
	Tribe     string
	Name      string
	Squad     string   // id of the squad that owns it, "" if nobody does
	Tier      int      // 1 is the most important; 0 if not said
	Lifecycle string   // build | maintenance | retired; "" if not said
	Was       []string // earlier ids, tribe/service
	Aliases   []string // other names in prose
	Model     OperationalModel
	SLOs      []SLO // in order of id
	Pos       diag.Pos
}

// FullID returns "tribe/service".
func (s Service) FullID() string { return s.Tribe + "/" + s.ID }

// An OperationalModel is what a squad and the SRE team agreed on how a service
// is run. Empty fields are missing parts.
type OperationalModel struct {
	OnCall, Runbook, Dashboard, Alerts string
	Agreed                             slo.Date
	Approver                           string
	Revisit                            slo.Date
	ReadinessReview                    slo.Date
}

// The ways of budgeting besides counting each event.
const (
	Timeslices      = "timeslices"       // a slice of time is good if enough of its events are
	RatioTimeslices = "ratio_timeslices" // each slice of time weighs the same, however many events it has
)

// What an SLI counts, where it is not events.
const (
	Seconds = "seconds" // its source knows only a ratio: a second of time is as bad as the ratio then was
	Samples = "samples" // values of a gauge, such as the answers of a probe
	Slices  = "slices"  // slices of time
)

// An SLO is a service level objective and how its SLI is counted.
type SLO struct {
	ID         string // full: tribe/service/key
	Key        string
	Tribe      string
	Service    string // within the tribe
	Squad      string
	Title      string // what is counted as good, in words
	Objective  slo.Objective
	Previous   []PastObjective // oldest first
	Since      slo.Date        // zero if it was always there
	Retired    slo.Date        // the last day it holds; zero if it still does
	Window     slo.Window
	Resolution time.Duration
	Source     string // name of a source; "" if it has imported history only
	Good, Bad  string // a query; at most one is set
	Total      string
	Counts     string // increase | rate | "" to detect

	// How tallies are made of the queries' answers. A query asked for a slice
	// has its {{.window}} filled for the slice as it else is for a bucket.
	Budgeting   string        // timeslices | ratio_timeslices; "" counts what the queries count
	Slice       time.Duration // the width of a slice, which divides Resolution; 0 unless there is Budgeting
	SliceTarget slo.Objective // timeslices: the share that must be good in a good slice, up to 1_000_000_000
	Unit        string        // seconds | samples | slices: what a tally counts; "" is events
	Grouping    []string      // labels by which the tool that owns the spec judges each value alone; here they are summed
	Caveats     []string      // sentences that a reader of its figures must see, such as that they are not made of events

	Was      []string // earlier full ids: the history under them is this SLO's
	Template string   // tribe/id of the template it was made from, "" if none: SLOs of one template share their queries
	By       string   // the label by which a template's query splits its answer; "" without a template
	Match    string   // the value of that label whose series are this SLO's
	Pos      diag.Pos
}

// HistoryIDs returns every id under which history of the SLO may lie: its own,
// then the earlier ones.
func (s SLO) HistoryIDs() []string { return append([]string{s.ID}, s.Was...) }

// A PastObjective was in force up to and including the day Until, which is the
// last of a month.
type PastObjective struct {
	Objective slo.Objective
	Until     slo.Date
}

// ObjectiveIn returns the objective that was in force in the month, and whether
// it is another than the month before.
func (s SLO) ObjectiveIn(m slo.Month) (o slo.Objective, changed bool) {
	at := func(m slo.Month) slo.Objective {
		for _, p := range s.Previous {
			if !p.Until.Of().Before(m) {
				return p.Objective
			}
		}
		return s.Objective
	}
	o = at(m)
	return o, o != at(m.Add(-1)) && s.inScope(m.Add(-1))
}

// InScope reports whether any day of the month lies between Since and Retired.
func (s SLO) InScope(m slo.Month) bool { return s.inScope(m) }

func (s SLO) inScope(m slo.Month) bool {
	if !s.Since.IsZero() && m.Before(s.Since.Of()) {
		return false
	}
	return s.Retired.IsZero() || !s.Retired.Of().Before(m)
}

// Maintenance is planned work. It counts against the budget; the ledger
// attributes what it cost.
type Maintenance struct {
	IDs    []string // each a tribe, a tribe/service or a full SLO id, as it is called now
	Span   slo.Span
	Reason string
	Pos    diag.Pos
}

// An Exclusion is agreed time that leaves the SLI altogether, good and bad.
type Exclusion struct {
	IDs        []string
	Span       slo.Span
	Reason     string
	ApprovedBy string
	Pos        diag.Pos
}

// An Exception waives the policy's consequence, not the result.
type Exception struct {
	IDs        []string
	Reason     string
	Granted    slo.Date
	Review     slo.Date
	ApprovedBy string
	Pos        diag.Pos
}

// A Decision is what leadership decided. It is shown on the next scorecards
// until it is done.
type Decision struct {
	IDs   []string // what it is about; none means the whole organisation
	Date  slo.Date
	Text  string
	Owner string
	Due   slo.Date
	Done  slo.Date
	Pos   diag.Pos
}

// Covers reports whether one of ids names the SLO: its tribe, its service or
// itself.
func Covers(ids []string, s SLO) bool {
	return slices.ContainsFunc(ids, func(id string) bool {
		return id == s.ID || strings.HasPrefix(s.ID, id+"/")
	})
}

// Tribe returns the tribe of that id, or nil.
func (c *Catalog) Tribe(id string) *Tribe {
	i := slices.IndexFunc(c.Tribes, func(t Tribe) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return &c.Tribes[i]
}

// Service returns the service of that id within the tribe, or nil.
func (t *Tribe) Service(id string) *Service {
	i := slices.IndexFunc(t.Services, func(s Service) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &t.Services[i]
}

// SLOs returns every SLO, in order of tribe, service and id.
func (c *Catalog) SLOs() (all []SLO) {
	for i := range c.Tribes {
		all = append(all, c.Tribes[i].SLOs()...)
	}
	return all
}

// SLOs returns every SLO of the tribe, in order of service and id.
func (t *Tribe) SLOs() (all []SLO) {
	for _, s := range t.Services {
		all = append(all, s.SLOs...)
	}
	return all
}
