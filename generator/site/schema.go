package site

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/invopop/jsonschema"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
)

// Schemas returns the JSON Schemas of everything under api/, by name: a file
// that begins with {"schema": "tribune/NAME/v1"} fits the schema NAME.
func Schemas() map[string][]byte {
	out := make(map[string][]byte)
	for name, value := range map[string]any{
		"scorecard":   scorecard.Card{},
		"org":         scorecard.Org{},
		"tribe":       scorecard.Index{},
		"slo":         scorecard.SLOInfo{},
		"postmortems": PostmortemsFile{},
		"actions":     ActionsFile{},
	} {
		s := reflector().Reflect(value)
		s.ID = jsonschema.ID("tribune/" + name + "/v1")
		s.Title = "tribune/" + name + "/v1"
		b, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			panic(err) // the types are ours and have been tested
		}
		out[name] = append(b, '\n')
	}
	return out
}

func reflector() *jsonschema.Reflector {
	nullable := func(kind string) *jsonschema.Schema {
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: kind}, {Type: "null"}}}
	}
	text := func(pattern string) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", Pattern: pattern}
	}
	pointer := func(inner *jsonschema.Schema) *jsonschema.Schema {
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{inner, {Type: "null"}}}
	}
	var states []any
	for _, s := range slo.States {
		states = append(states, string(s))
	}
	return &jsonschema.Reflector{
		DoNotReference:            false,
		AllowAdditionalProperties: true, // readers must bear what later versions add
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			switch t {
			case reflect.TypeFor[scorecard.Number]():
				return nullable("number")
			case reflect.TypeFor[slo.Count]():
				return &jsonschema.Schema{Type: "number"}
			case reflect.TypeFor[*slo.Count]():
				return nullable("number")
			case reflect.TypeFor[*bool]():
				return nullable("boolean")
			case reflect.TypeFor[*string]():
				return nullable("string")
			case reflect.TypeFor[*time.Time]():
				return pointer(&jsonschema.Schema{Type: "string", Format: "date-time"})
			case reflect.TypeFor[slo.Month]():
				return text(`^\d{4}-\d{2}$`)
			case reflect.TypeFor[slo.Date]():
				return pointer(text(`^\d{4}-\d{2}-\d{2}$`))
			case reflect.TypeFor[slo.State]():
				return &jsonschema.Schema{Type: "string", Enum: append([]any{""}, states...)}
			}
			if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
				inner := reflector()
				inner.DoNotReference, inner.Anonymous = true, true
				s := inner.ReflectFromType(t.Elem())
				s.Version = ""
				return pointer(s)
			}
			return nil
		},
	}
}

// schemas writes them below the root, so that a tribe published alone has them.
func (r *root) schemas() error {
	all := Schemas()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if err := r.write(r.prefix+"api/schema/"+name+".json", all[name]); err != nil {
			return err
		}
	}
	return nil
}
