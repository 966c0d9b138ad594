package site

import (
	"encoding/json"
	"fmt"

	"tribune/generator/scorecard"
)

// PostmortemsFile is api/postmortems.json of a tribe.
type PostmortemsFile struct {
	Schema      string                 `json:"schema"`
	Tribe       string                 `json:"tribe"`
	Postmortems []scorecard.Postmortem `json:"postmortems"`
}

// ActionsFile is api/actions.json of a tribe.
type ActionsFile struct {
	Schema   string             `json:"schema"`
	Tribe    string             `json:"tribe"`
	Standing scorecard.Standing `json:"standing"`
	Actions  []scorecard.Action `json:"actions"`
}

// api writes a tribe's facts as JSON, and the histories of its SLOs as CSV too.
func (t *tribeSite) api() error {
	id := t.facts.Index.ID
	if err := t.schemas(); err != nil {
		return err
	}
	if err := t.json("api/tribe.json", t.facts.Index); err != nil {
		return err
	}
	if err := t.json("api/postmortems.json", PostmortemsFile{"tribune/postmortems/v1", id, t.facts.Postmortems}); err != nil {
		return err
	}
	if err := t.json("api/actions.json", ActionsFile{"tribune/actions/v1", id, scorecard.StandingOf(t.facts), t.facts.Actions}); err != nil {
		return err
	}
	for _, c := range t.facts.Cards {
		if err := t.json("api/scorecards/"+c.Month.String()+".json", c); err != nil {
			return err
		}
	}
	for i := range t.facts.Index.Services {
		for j := range t.facts.Index.Services[i].SLOs {
			o := &t.facts.Index.Services[i].SLOs[j]
			if err := t.json(t.sloPath(o)+".json", o); err != nil {
				return err
			}
			table, err := monthsCSV(o)
			if err != nil {
				return err
			}
			if err := t.write(t.prefix+t.sloPath(o)+".csv", table); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *root) orgAPI() error { return r.json("api/org.json", r.in.Org) }

// json writes a value below the root's folder.
func (r *root) json(path string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s%s: %w", r.prefix, path, err)
	}
	return r.write(r.prefix+path, append(b, '\n'))
}
