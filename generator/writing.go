package generator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"text/template"
	"time"

	"tribune/generator/audience"
	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/scorecard"
	"tribune/generator/slo"
	"tribune/templates"
)

// ErrService says that a service was named which the tribe does not have.
var ErrService = errors.New("no service")

// A Draft is what a new postmortem begins with.
type Draft struct {
	Title   string
	Tribe   string    // its id; may be "" if the site has one tribe only
	Service string    // its id within the tribe; "" if it is not known yet
	Started time.Time // when the impact began; zero if it is not known yet
}

// A Begun is a postmortem that was begun.
type Begun struct {
	File     string   // relative to the site's folder, forward slashes
	Episodes []string // what its budget went to, in words: those that its start lies in
}

// duty is the share of a budget from which the policy requires an action of
// priority P0.
const duty = 0.20

// form is what templates/postmortem.md is given. Times are in the site's zone.
type form struct {
	Title    string
	Date     slo.Date
	Zone     string // "Europe/Berlin"
	Started  string // RFC 3339; "" if unknown
	Ended    string // the end of the unexplained burn; "" if there is none
	Bucket   string // how exact that is, "1h0m0s"
	Services []string
	Budget   []string // a sentence for each SLO whose budget burnt
	NeedsP0  bool     // the policy asks for an action of priority P0
}

// NewPostmortem begins a postmortem in content/postmortems/<tribe>/: a file
// made of the site's templates/postmortem.md, or ours. If the SLIs show burn at
// its start that no postmortem explains, the end and the budget that it took are
// filled in. Nothing that is there is ever overwritten.
func NewPostmortem(ctx context.Context, dir string, d Draft, asOf time.Time) (Begun, error) {
	s, _, err := Load(dir) // a mistake elsewhere does not keep anybody from writing
	if err != nil {
		return Begun{}, err
	}
	defer s.Close()
	t, err := s.tribeOf(d)
	if err != nil {
		return Begun{}, err
	}
	zone := s.Catalog.Site.Zone
	f := form{Title: strings.Join(strings.Fields(d.Title), " "), Date: slo.DateOf(asOf, zone), Zone: s.Catalog.Site.ZoneName}
	if d.Service != "" {
		f.Services = []string{d.Service}
	}
	if !d.Started.IsZero() {
		f.Date, f.Started = slo.DateOf(d.Started, zone), d.Started.In(zone).Format(time.RFC3339)
		found, err := s.episodes(ctx, t, d, asOf)
		if err != nil {
			return Begun{}, err
		}
		f.fill(found, zone)
	}
	text, err := s.fillIn(f)
	if err != nil {
		return Begun{}, err
	}
	b := Begun{
		File:     path.Join("content/postmortems", t.ID, postmortem.Slug(f.Date.String()+" "+f.Title)+".md"),
		Episodes: f.Budget,
	}
	return b, s.create(b.File, text)
}

// tribeOf returns the tribe of a draft and checks that it has the service.
func (s *Site) tribeOf(d Draft) (*catalog.Tribe, error) {
	var ids []string
	for _, t := range s.Catalog.Tribes {
		ids = append(ids, t.ID)
	}
	id := d.Tribe
	switch {
	case id == "" && len(ids) == 1:
		id = ids[0]
	case id == "":
		return nil, fmt.Errorf("%w is named, and the site has %d\n\thint: add --tribe with one of %s", ErrTribe, len(ids), strings.Join(ids, ", "))
	}
	t := s.Catalog.Tribe(id)
	if t == nil {
		return nil, fmt.Errorf("%w %q\n\thint: %s", ErrTribe, id, didYouMean(id, ids))
	}
	if d.Service == "" || t.Service(d.Service) != nil {
		return t, nil
	}
	var services []string
	for _, v := range t.Services {
		services = append(services, v.ID)
	}
	return nil, fmt.Errorf("%w %q in tribe %s\n\thint: %s", ErrService, d.Service, t.ID, didYouMean(d.Service, services))
}

func didYouMean(word string, known []string) string {
	if near := diag.Nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	if len(known) == 0 {
		return "there is none yet"
	}
	return "write one of " + strings.Join(known, ", ")
}

// An episode is unexplained burn of one SLO.
type episode struct {
	scorecard.Episode
	slo    scorecard.SLO
	month  slo.Month
	bucket time.Duration
}

// episodes returns the unexplained burn that a draft's start lies in, of its
// service or, if it names none, of any of the tribe.
func (s *Site) episodes(ctx context.Context, t *catalog.Tribe, d Draft, asOf time.Time) (found []episode, err error) {
	store, _, err := s.history()
	if err != nil {
		return nil, err
	}
	store.AsOf = asOf
	s.sealed(nil) // what is wrong there does not keep anybody from writing
	cfg := Config{Audience: audience.Tribe, AsOf: asOf}
	facts, err := s.computer(cfg, store, audience.Filter(s.Postmortems, audience.Tribe, t.ID), nil)(ctx, t)
	if err != nil {
		return nil, err
	}
	buckets := make(map[string]time.Duration)
	for _, o := range t.SLOs() {
		buckets[o.ID] = o.Resolution
	}
	for _, card := range facts.Cards {
		for _, row := range card.SLOs {
			for _, e := range row.Ledger.Unexplained {
				ours := d.Service == "" || row.Service == d.Service
				if ours && !d.Started.Before(e.From) && d.Started.Before(e.To) {
					found = append(found, episode{e, row, card.Month, buckets[row.ID]})
				}
			}
		}
	}
	return found, nil
}

// fill takes over what the SLIs show: the end of the burn and what it cost.
func (f *form) fill(found []episode, zone *time.Location) {
	var end time.Time
	for _, e := range found {
		if !slices.Contains(f.Services, e.slo.Service) {
			f.Services = append(f.Services, e.slo.Service)
		}
		if e.To.After(end) {
			end, f.Bucket = e.To, plainHours(e.bucket)
		}
		share := "an unknown share"
		if e.Share.Known {
			share = slo.BudgetPercent(e.Share.Value)
			f.NeedsP0 = f.NeedsP0 || e.Share.Value >= duty
		}
		_, key, _ := strings.Cut(e.slo.ID, "/"+e.slo.Service+"/")
		f.Budget = append(f.Budget, fmt.Sprintf("%s, %s: %s of %s’s budget from %s to %s", e.slo.ServiceName, key, share, e.month.Month,
			e.From.In(zone).Format("2 January 15:04"), e.To.In(zone).Format("15:04 MST")))
	}
	if !end.IsZero() {
		f.Ended = end.In(zone).Format(time.RFC3339)
	}
}

// plainHours writes the width of a bucket: "1h", "5m".
func plainHours(d time.Duration) string {
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
}

// fillIn makes the text of a postmortem from the template.
func (s *Site) fillIn(f form) ([]byte, error) {
	const name = "postmortem.md"
	text, err := templates.Read(s.overrides(), name)
	if err != nil {
		return nil, err
	}
	t, err := template.New("templates/" + name).Funcs(template.FuncMap{"quote": quote}).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, f); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// quote writes text as a string of TOML, of YAML and of JSON alike.
func quote(text string) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(text)
	return strings.TrimSpace(b.String()), err
}

// create writes a file of the site that is not there yet.
func (s *Site) create(file string, content []byte) error {
	if err := s.root.MkdirAll(path.Dir(file), 0o777); err != nil {
		return err
	}
	f, err := s.root.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and is left as it is\n\thint: write in that file, or give another title", file)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, s.root.Remove(file))
	}
	return nil
}
