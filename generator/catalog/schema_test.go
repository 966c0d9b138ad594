package catalog

import (
	"bytes"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaFor compiles the schema of a file of data/.
func schemaFor(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	name := strings.TrimSuffix(path.Base(file), ".toml") + ".schema.json"
	if strings.HasPrefix(file, "data/tribes/") {
		name = "tribe.schema.json"
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schemas()[name]))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON makes of a TOML document what an editor hands to a schema.
func asJSON(t *testing.T, text string) any {
	t.Helper()
	table, syntax := decodeTOML(text)
	if syntax != nil {
		t.Fatal(syntax)
	}
	var convert func(v any) any
	convert = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				v[k] = convert(v[k])
			}
			return v
		case []map[string]any:
			all := []any{}
			for _, c := range v {
				all = append(all, convert(c))
			}
			return all
		case []any:
			for i := range v {
				v[i] = convert(v[i])
			}
			return v
		case time.Time:
			return timeText(v)
		}
		return v
	}
	return convert(table)
}

func TestTheManualFitsTheSchemas(t *testing.T) {
	for name, file := range manual(t) {
		if !strings.HasSuffix(name, ".toml") {
			continue
		}
		if err := schemaFor(t, name).Validate(asJSON(t, string(file.Data))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemasRefuseWhatLoadRefuses(t *testing.T) {
	good := manual(t)
	for _, c := range []struct{ file, old, new, where string }{
		{"data/site.toml", `title = "Acme reliability"`, ``, "title"},
		{"data/site.toml", `title =`, `titel =`, "titel"},
		{"data/site.toml", `title = "Acme reliability"`, `title = 5`, "/title"},
		{"data/site.toml", `resolution = "1h"`, `resolution = "hourly"`, "/resolution"},
		{"data/site.toml", `at_risk = "25%"`, `at_risk = "a quarter"`, "/thresholds/at_risk"},
		{"data/site.toml", `kind = "prometheus"`, `kind = "prometeus"`, "/sources/prod/kind"},
		{"data/site.toml", `concurrency = 4`, `concurrency = "4"`, "/sources/prod/concurrency"},
		{"data/site.toml", `base_url = "https:`, `base_url = "ftp:`, "/base_url"},
		{"data/tribes/payments.toml", `id = "checkout"`, `id = "Checkout Team"`, "/squads/0/id"},
		{"data/tribes/payments.toml", `objective = "99.9%"`, `objective = "most"`, "/services/0/slos/0/objective"},
		{"data/tribes/payments.toml", `objective = "99.9%"`, ``, "objective"},
		{"data/tribes/payments.toml", `window = "month"`, `window = "15d"`, "/services/0/slos/0/window"},
		{"data/tribes/payments.toml", `since = 2025-03-01`, `since = "spring"`, "/services/0/slos/0/since"},
		{"data/tribes/payments.toml", `lifecycle = "maintenance"`, `lifecycle = "legacy"`, "/services/0/lifecycle"},
		{"data/tribes/payments.toml", `by = "service"`, `by = "service-name"`, "/slo_templates/0/by"},
		{"data/tribes/payments.toml", `until =`, `untill =`, "untill"},
		{"data/exclusions.toml", `review = 2026-12-01`, ``, "review"},
		{"data/exclusions.toml", `ids = ["payments/checkout-api"]`, `ids = "payments/checkout-api"`, "/maintenance/0/ids"},
		{"data/decisions.toml", `owner =`, `owners =`, "owners"},
		{"data/sre.toml", `fte = 0.8`, `fte = "most"`, "/members/0/fte"},
		{"data/sre.toml", `reopened = [2026-09-05]`, `reopened = 2026-09-05`, "/tasks/0/reopened"},
		{"data/sre.toml", `reason = "the auditor wants a person to do it", `, ``, "reason"},
		{"data/sre.toml", `manual = 4`, `manual = 4.5`, "/tasks/0/runs/manual"},
	} {
		text := strings.Replace(string(good[c.file].Data), c.old, c.new, 1)
		if text == string(good[c.file].Data) {
			t.Errorf("%s has no %s", c.file, c.old)
			continue
		}
		err := schemaFor(t, c.file).Validate(asJSON(t, text))
		if err == nil || !strings.Contains(err.Error(), c.where) {
			t.Errorf("%s: with %q the schema says %v, want something on %s", c.file, c.new, err, c.where)
		}
	}
}

func TestSchemasAreTheSameEachTime(t *testing.T) {
	a, b := Schemas(), Schemas()
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s differs", name)
		}
	}
	if len(a) != 5 {
		t.Errorf("there are %d schemas, want 5", len(a))
	}
}

func TestEveryKeyIsDescribed(t *testing.T) {
	var check func(at string, s *jsonschema.Schema)
	check = func(at string, s *jsonschema.Schema) {
		for key, p := range s.Properties {
			if p.Description == "" {
				t.Errorf("%s/%s has no description", at, key)
			}
			check(at+"/"+key, p)
		}
		if s.Items2020 != nil {
			check(at, s.Items2020)
		}
		if more, ok := s.AdditionalProperties.(*jsonschema.Schema); ok {
			check(at, more)
		}
	}
	for name := range manual(t) {
		if strings.HasSuffix(name, ".toml") {
			check(name, schemaFor(t, name))
		}
	}
}
