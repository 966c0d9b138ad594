package catalog

import (
	"encoding/json"
	"reflect"

	"github.com/invopop/jsonschema"

	"tribune/generator/slo"
)

// Schemas returns a JSON Schema for each kind of file, by the schema's file
// name, for editors that complete and check TOML: a date or time is there a
// string of its format. The same bytes are returned each time.
func Schemas() map[string][]byte {
	r := jsonschema.Reflector{
		FieldNameTag:               "toml",
		RequiredFromJSONSchemaTags: true,
		DoNotReference:             true,
		ExpandedStruct:             true,
		Anonymous:                  true,
		LookupComment:              fieldDoc,
	}
	all := map[string][]byte{}
	for _, f := range []struct {
		name, title string
		file        any
	}{
		{"site.schema.json", "data/site.toml", siteFile{}},
		{"tribe.schema.json", "data/tribes/NAME.toml", tribeFile{}},
		{"exclusions.schema.json", "data/exclusions.toml", exclusionsFile{}},
		{"decisions.schema.json", "data/decisions.toml", decisionsFile{}},
		{"sre.schema.json", "data/sre.toml", sreFile{}},
	} {
		s := r.Reflect(f.file)
		s.Title = f.title
		b, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			panic(err) // the schema is made of our own types only
		}
		all[f.name] = append(b, '\n')
	}
	return all
}

// fieldDoc returns what the doc tag says of a field of t; of t itself, which is
// asked for with no field, there is nothing to say.
func fieldDoc(t reflect.Type, field string) string {
	if field == "" {
		return ""
	}
	f, _ := t.FieldByName(field)
	return f.Tag.Get("doc")
}

// JSONSchema describes the text, number or date that a file holds.
func (v value[T]) JSONSchema() *jsonschema.Schema { return schemaOf(&v.V) }

// JSONSchema describes the list that a file holds.
func (l list[T]) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "array", Items: schemaOf(new(T))}
}

// JSONSchema describes anything at all.
func (raw) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{} }

// schemaOf describes the text of a field as far as a pattern can; its
// UnmarshalText checks the rest.
func schemaOf(field any) *jsonschema.Schema {
	pattern := func(p string) *jsonschema.Schema { return &jsonschema.Schema{Type: "string", Pattern: p} }
	decimal := &jsonschema.Schema{Type: "number"}
	switch f := field.(type) {
	case *number:
		return &jsonschema.Schema{Type: "integer", Minimum: "1", Maximum: "1000"}
	case *whole:
		return &jsonschema.Schema{Type: "integer", Minimum: "0", Maximum: "1000000"}
	case *amount:
		return &jsonschema.Schema{Type: "number", Minimum: "0", Maximum: "10000"}
	case *id:
		return pattern(idForm)
	case *serviceID:
		return pattern(`^[^/]+/[^/]+$`)
	case *label:
		return pattern(labelForm)
	case *objective:
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{pattern(`^[0-9.]+ *%?$`), decimal}}
	case *share:
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{pattern(`^[0-9.]+ *%?$`), decimal}}
	case *duration, *resolution:
		return pattern(durationForm)
	case *date:
		return &jsonschema.Schema{Type: "string", Format: "date"}
	case *baseURL:
		return pattern("^https?://")
	case *window:
		s := &jsonschema.Schema{Type: "string"}
		for _, w := range slo.Windows {
			s.Enum = append(s.Enum, w)
		}
		return s
	case interface{ words() []string }:
		s := &jsonschema.Schema{Type: "string"}
		for _, w := range f.words() {
			s.Enum = append(s.Enum, w)
		}
		return s
	}
	return &jsonschema.Schema{Type: "string"}
}
