package site

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/invopop/jsonschema"

	"tribune/generator/scorecard"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

// Schemas returns the JSON Schemas of everything under api/, by name: a file
// that begins with {"schema": "tribune/NAME/v1"} fits the schema NAME. They depend
// on our types alone, and are made once; nobody may change them.
func Schemas() map[string][]byte { return schemas() }

var schemas = sync.OnceValue(func() map[string][]byte {
	out := make(map[string][]byte)
	for name, value := range map[string]any{
		"scorecard":   scorecard.Card{},
		"org":         scorecard.Org{},
		"sre":         sre.Facts{},
		"tribe":       scorecard.Index{},
		"slo":         scorecard.SLOInfo{},
		"postmortems": PostmortemsFile{},
		"actions":     ActionsFile{},
		"all-actions": AllActionsFile{},
	} {
		s := reflector().Reflect(value)
		pointersOrNull(reflect.TypeOf(value), s.Definitions, map[reflect.Type]bool{})
		s.ID = jsonschema.ID("tribune/" + name + "/v1")
		s.Title = "tribune/" + name + "/v1"
		b, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			panic(err) // the types are ours and have been tested
		}
		out[name] = append(b, '\n')
	}
	return out
})

// orNull is a schema that null fits too.
func orNull(s *jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{s, {Type: "null"}}}
}

func reflector() *jsonschema.Reflector {
	text := func(pattern string) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", Pattern: pattern}
	}
	var states []any
	for _, s := range slo.States {
		states = append(states, string(s))
	}
	return &jsonschema.Reflector{
		AllowAdditionalProperties: true, // readers must bear what later versions add
		Mapper: func(t reflect.Type) *jsonschema.Schema {
			switch t {
			case reflect.TypeFor[scorecard.Number]():
				return orNull(&jsonschema.Schema{Type: "number"})
			case reflect.TypeFor[scorecard.Text]():
				return orNull(&jsonschema.Schema{Type: "string"})
			case reflect.TypeFor[slo.Count]():
				return &jsonschema.Schema{Type: "number"}
			case reflect.TypeFor[slo.Month]():
				return text(`^\d{4}-\d{2}$`)
			case reflect.TypeFor[slo.Date]():
				return orNull(text(`^\d{4}-\d{2}-\d{2}$`))
			case reflect.TypeFor[slo.State]():
				return &jsonschema.Schema{Type: "string", Enum: append([]any{""}, states...)}
			case reflect.TypeFor[sre.State]():
				return &jsonschema.Schema{Type: "string", Enum: []any{sre.Overdue, sre.DueSoon, sre.Automated, sre.Open, sre.HandedOver, sre.Retired, sre.Exempt}}
			}
			return nil
		},
	}
}

// pointersOrNull lets null stand for every field of t, and of what is in it,
// that is a pointer: the reflector looks through them.
func pointersOrNull(t reflect.Type, in jsonschema.Definitions, done map[reflect.Type]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		pointersOrNull(t.Elem(), in, done)
		return
	case reflect.Struct:
	default:
		return
	}
	if done[t] {
		return
	}
	done[t] = true
	for _, f := range reflect.VisibleFields(t) {
		pointersOrNull(f.Type, in, done)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if def := in[t.Name()]; def != nil && f.Type.Kind() == reflect.Pointer {
			if property, ok := def.Properties.Get(name); ok {
				def.Properties.Set(name, orNull(property))
			}
		}
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
