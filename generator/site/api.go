package site

import (
	"encoding/json"
	"fmt"
	"slices"

	"tribune/generator/feed"
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
	Changes  scorecard.Changes  `json:"changes"`
	Actions  []scorecard.Action `json:"actions"`
}

// AllActionsFile is api/actions.json of the organisation.
type AllActionsFile struct {
	Schema   string             `json:"schema"`
	Standing scorecard.Standing `json:"standing"`
	Changes  scorecard.Changes  `json:"changes"`
	Actions  []TribeAction      `json:"actions"`
}

// A TribeAction is an action and whose it is.
type TribeAction struct {
	Tribe string `json:"tribe"`
	scorecard.Action
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
	if err := t.json("api/actions.json", ActionsFile{"tribune/actions/v1", id, scorecard.StandingOf(t.facts), scorecard.ChangesOf(t.today(), t.facts), t.facts.Actions}); err != nil {
		return err
	}
	for i := range t.facts.Cards {
		c := &t.facts.Cards[i]
		if c.Settled {
			continue
		}
		path := "api/scorecards/" + c.Month.String() + ".json"
		of := madeJSON(c.Made)
		if of == (Digest{}) {
			of = digestOf("json", t.prefix+path, c)
		}
		if err := t.jsonAs(of, path, c); err != nil {
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

// orgAPI writes the organisation's facts, and the actions of all tribes as JSON
// and as a table: what is overdue first, then what is open.
func (r *root) orgAPI() error {
	if err := r.json("api/org.json", r.front.Org); err != nil {
		return err
	}
	file := AllActionsFile{Schema: "tribune/all-actions/v1", Actions: []TribeAction{}}
	var tribes []*scorecard.Tribe
	for i := range r.front.Tribes {
		t := &r.front.Tribes[i]
		tribes = append(tribes, t)
		for _, a := range t.Actions {
			file.Actions = append(file.Actions, TribeAction{t.Index.ID, a})
		}
	}
	file.Standing, file.Changes = scorecard.StandingOf(tribes...), scorecard.ChangesOf(r.today(), tribes...)
	rank := func(a TribeAction) int {
		switch {
		case a.Overdue:
			return 0
		case a.State == "open":
			return 1
		}
		return 2
	}
	slices.SortStableFunc(file.Actions, func(a, b TribeAction) int { return rank(a) - rank(b) })
	if err := r.json("api/actions.json", file); err != nil {
		return err
	}
	table := [][]string{append([]string{"tribe"}, actionColumns...)}
	for _, a := range file.Actions {
		table = append(table, append([]string{a.Tribe}, actionCells(a.Action)...))
	}
	return r.write("api/actions.csv", feed.Table(table))
}

// json writes a value below the root's folder, unless an earlier build wrote it.
func (r *root) json(path string, value any) error {
	return r.jsonAs(digestOf("json", r.prefix+path, value), path, value)
}

// jsonAs is json for a file of which the digest is known.
func (r *root) jsonAs(of Digest, path string, value any) error {
	if _, ok := r.again(of); ok {
		return nil
	}
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s%s: %w", r.prefix, path, err)
	}
	return r.put(r.prefix+path, append(b, '\n'), of)
}
