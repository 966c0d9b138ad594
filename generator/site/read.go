package site

import (
	"encoding/json"
	"fmt"

	"tribune/generator/scorecard"
)

// ReadTribe reads the facts of a tribe from the JSON below its api/, where a
// build put them: it is the way back from what Write wrote. read returns a file
// by its path in the site.
func ReadTribe(id string, read func(path string) ([]byte, error)) (t scorecard.Tribe, err error) {
	get := func(name string, into any) error {
		b, err := read(id + "/api/" + name)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(b, into); err != nil {
			return fmt.Errorf("%s/api/%s: %w", id, name, err)
		}
		return nil
	}
	var posts PostmortemsFile
	var actions ActionsFile
	if err := get("tribe.json", &t.Index); err != nil {
		return t, err
	}
	if err := get("postmortems.json", &posts); err != nil {
		return t, err
	}
	if err := get("actions.json", &actions); err != nil {
		return t, err
	}
	if t.Index.ID != id {
		return t, fmt.Errorf("%s/api/tribe.json is of the tribe %q", id, t.Index.ID)
	}
	t.Postmortems, t.Actions = posts.Postmortems, actions.Actions
	t.Cards = make([]scorecard.Card, len(t.Index.Months))
	for i, m := range t.Index.Months {
		if err := get("scorecards/"+m.String()+".json", &t.Cards[i]); err != nil {
			return t, err
		}
	}
	return t, nil
}
