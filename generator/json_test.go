package generator_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tribune/generator/site"
)

func jsonFitsTheSchemas(t *testing.T, built fs.FS) {
	schemas := map[string]*jsonschema.Schema{}
	for name, text := range site.Schemas() {
		published, err := fs.ReadFile(built, "api/schema/"+name+".json")
		if err != nil || !bytes.Equal(published, text) {
			t.Errorf("api/schema/%s.json is not the schema: %v", name, err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		at := "mem:///" + name + ".json"
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		if err := c.AddResource(at, doc); err != nil {
			t.Fatal(err)
		}
		if schemas[name], err = c.Compile(at); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	used := map[string]bool{}
	paths, content := matching(t, built, ".json")
	for _, name := range paths {
		if !strings.Contains("/"+name, "/api/") || strings.Contains("/"+name, "/api/schema/") {
			continue
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(content[name]))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.HasPrefix(content[name], []byte(`{"schema":"tribune/`)) {
			t.Errorf("%s does not begin with its schema", name)
			continue
		}
		says := doc.(map[string]any)["schema"].(string)
		kind := strings.TrimSuffix(strings.TrimPrefix(says, "tribune/"), "/v1")
		schema := schemas[kind]
		if schema == nil {
			t.Errorf("%s says that it is %s, of which there is no schema", name, says)
			continue
		}
		used[kind] = true
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name := range schemas {
		if !used[name] {
			t.Errorf("no file fits the schema %s", name)
		}
	}
}

// The contract's fields, by the files that have them: an example of each value.
// A value may be null wherever it is unknown; null here is a number.
var contractFields = map[string]string{
	"*/api/scorecards/*.json": `{
  "schema": "", "tribe": "", "month": "", "time_zone": "", "from": "", "to": "", "as_of": "", "sealed": true, "restatements": [],
  "slos": [{
    "id": "", "service": "", "squad": "", "objective": 0.999, "good": 1, "total": 1, "bad": 1, "sli": 0.999, "met": true, "coverage": 1,
    "excluded": [{"minutes": 60, "good": 900, "bad": 100, "reason": "", "approved_by": ""}],
    "budget": {"events": 1, "spent": 1, "left": 0, "outage_minutes": 44.4, "projected": false},
    "state": "", "evidence": {"word": "", "low": 0.9, "high": 1, "phi": 3.1},
    "ledger": {
      "incidents": [{"id": "", "slug": "", "bad": 80, "share": 0.647, "estimate": false}],
      "maintenance": 0, "unexplained": [{"from": "", "to": "", "bad": 20, "share": 0.1}], "background": 23
    },
    "trend": {"word": "", "months": 12, "p": 0.41, "slope": -0.01}
  }],
  "totals": {"slos": 9, "met": 7, "missed": 2, "unknown": 0, "by_state": {"exhausted": 2, "at_risk": 1, "healthy": 6}},
  "incidents": {
    "count": 3, "minutes": {"n": 3, "min": 12, "median": null, "max": 47, "mean": 28.3},
    "items": [{"id": "", "slug": "", "minutes": 47, "stated_minutes": null, "detected_after_minutes": 6}]
  },
  "actions": {"opening": 12, "new": 5, "closed": 6, "dropped": 0, "now": 11, "overdue": 3}
}`,
	"*/api/postmortems.json": `{
  "schema": "", "tribe": "",
  "postmortems": [{
    "id": "", "slug": "", "title": "", "date": "", "severity": "", "services": [""], "status": "", "audience": "",
    "started": "", "detected": "", "acknowledged": "", "mitigated": "", "resolved": "", "minutes": 1, "stated_minutes": null,
    "impact": "", "causes": [""], "tags": [""], "actions": {"total": 1, "open": 1, "overdue": 1},
    "budget": [{"slo": "", "share": 0.1}], "from_prose": [""], "file": ""
  }]
}`,
}

// optional are fields of the contract that need not be there: a state of which
// there is no row is not counted.
var optional = []string{"totals.by_state.exhausted", "totals.by_state.at_risk", "totals.by_state.healthy"}

func jsonHasTheFieldsOfTheContract(t *testing.T, built fs.FS) {
	paths, content := matching(t, built, ".json")
	for pattern, text := range contractFields {
		f := fields{seen: map[string]bool{}, wrong: map[string]bool{}}
		var want any
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		for _, name := range paths {
			if ok, _ := path.Match(pattern, name); !ok {
				continue
			}
			var got any
			if err := json.Unmarshal(content[name], &got); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			f.compare("", want, got)
		}
		f.expect("", want)
		for _, what := range slices.Sorted(maps.Keys(f.wrong)) {
			t.Errorf("%s: %s", pattern, what)
		}
	}
}

// fields compares values with examples of them.
type fields struct {
	seen  map[string]bool // paths of values that were there and not null
	wrong map[string]bool
}

func (f *fields) compare(at string, want, got any) {
	if got == nil {
		return
	}
	f.seen[at] = true
	switch want := want.(type) {
	case nil:
		f.compare(at, 0.0, got)
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			f.wrong[fmt.Sprintf("%s is %T, not an object", at, got)] = true
			return
		}
		for key, example := range want {
			below := strings.TrimPrefix(at+"."+key, ".")
			if _, ok := object[key]; !ok && !slices.Contains(optional, below) {
				f.wrong[below+" is not there"] = true
			}
			f.compare(below, example, object[key])
		}
	case []any:
		list, ok := got.([]any)
		if !ok {
			f.wrong[fmt.Sprintf("%s is %T, not a list", at, got)] = true
			return
		}
		for _, item := range list {
			if len(want) > 0 {
				f.compare(at+"[]", want[0], item)
			}
		}
	default:
		if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
			f.wrong[fmt.Sprintf("%s is %T, not %T", at, got, want)] = true
		}
	}
}

// expect holds that each example had a value in some file.
func (f *fields) expect(at string, want any) {
	if want == nil {
		return
	}
	if !f.seen[at] {
		f.wrong[at+" has no value in any file"] = true
	}
	switch want := want.(type) {
	case map[string]any:
		for key, example := range want {
			f.expect(strings.TrimPrefix(at+"."+key, "."), example)
		}
	case []any:
		if len(want) > 0 {
			f.expect(at+"[]", want[0])
		}
	}
}
