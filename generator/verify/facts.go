package verify

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"tribune/generator/diag"
)

// compileSchemas reads the schemas that the site publishes. Those of tribes are
// copies, which are compiled once.
func (f *folder) compileSchemas() {
	f.schemas = map[string]*jsonschema.Schema{}
	compiled := map[string]*jsonschema.Schema{} // by text
	for _, name := range f.names {
		if path.Base(path.Dir(name)) != "schema" || path.Ext(name) != ".json" {
			continue
		}
		text, err := fs.ReadFile(f.built, name)
		if err == nil && compiled[string(text)] == nil {
			compiled[string(text)], err = compile(text)
		}
		if err != nil {
			f.found.problem(diag.Pos{File: name}, "json-schema", "", "is no JSON Schema: %s", schemaFault(err))
			continue
		}
		f.schemas[name] = compiled[string(text)]
	}
}

func compile(text []byte) (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err == nil {
		err = boundNumbers(doc)
	}
	if err != nil {
		return nil, err
	}
	const address = "site:/schema.json" // of no meaning, and no place on a disk
	c := jsonschema.NewCompiler()
	c.UseLoader(nothingElse{})
	c.AssertFormat()
	if err := c.AddResource(address, doc); err != nil {
		return nil, err
	}
	return c.Compile(address)
}

// schemaFault says why a schema is none.
func schemaFault(err error) string {
	if fault, ok := errors.AsType[*jsonschema.SchemaValidationError](err); ok {
		if invalid, ok := errors.AsType[*jsonschema.ValidationError](fault.Err); ok {
			var faults []string
			misfits(invalid, func(where, why string) { faults = append(faults, where+": "+why) })
			return strings.Join(faults, "; ")
		}
	}
	return oneLine(err)
}

// nothingElse loads no schema that another one names, from anywhere.
type nothingElse struct{}

func (nothingElse) Load(address string) (any, error) {
	return nil, errors.New("it names another schema, which is not read")
}

// schemaName is what a file says it is: "tribune/scorecard/v1".
var schemaName = regexp.MustCompile(`^tribune/([a-z][a-z0-9_-]*)/v[0-9]+$`)

// json holds a file under api/ to the schema that it names, of those published
// in the same site, so that a tribe's folder has what its files need.
func (f *folder) json(name string, text []byte, c *content) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		pos := diag.Pos{File: name}
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			pos = at(name, text, int(syntax.Offset)-1)
		}
		c.problem(pos, "json-syntax", "", "is not JSON: %s", oneLine(err))
		return
	}
	whole := diag.Pos{File: name}
	if err := boundNumbers(doc); err != nil {
		c.problem(whole, "json-syntax", "", "%s", err)
		return
	}
	says := firstKey(text, "schema")
	m := schemaName.FindStringSubmatch(says)
	if m == nil {
		c.problem(whole, "json-syntax", "", `does not begin with {"schema": "tribune/NAME/v1"`)
		return
	}
	api := name[:strings.LastIndex("/"+name, "/api/")+len("api/")]
	file := api + "schema/" + m[1] + ".json"
	schema := f.schemas[file]
	if schema == nil {
		if _, ok := f.size[file]; !ok { // one that is no schema has a problem already
			c.problem(whole, "json-schema", "", "says that it is %s, and there is no %s", says, file)
		}
		return
	}
	invalid, ok := errors.AsType[*jsonschema.ValidationError](schema.Validate(doc))
	if ok {
		misfits(invalid, func(where, why string) {
			c.problem(whole, "json-schema", "", "%s: %s", where, why)
		})
	}
}

// firstKey returns the value of an object's first key, if that is key and the
// value a string.
func firstKey(text []byte, key string) string {
	d := json.NewDecoder(bytes.NewReader(text))
	for _, want := range []json.Token{json.Delim('{'), key} {
		if token, err := d.Token(); err != nil || token != want {
			return ""
		}
	}
	token, _ := d.Token()
	value, _ := token.(string)
	return value
}

// boundNumbers refuses numbers that no program reads as they are written, such
// as 1e999. Validation would compute them exactly, in as much memory as there is.
func boundNumbers(value any) error {
	switch value := value.(type) {
	case json.Number:
		_, exponent, _ := strings.Cut(strings.ToLower(value.String()), "e")
		e, err := strconv.Atoi(exponent)
		if exponent != "" && (err != nil || max(e, -e) > 400) || len(value) > 400 {
			return fmt.Errorf("the number %.20s is out of range", value)
		}
		if x, err := value.Float64(); err != nil || math.IsInf(x, 0) {
			return fmt.Errorf("the number %.20s is out of range", value)
		}
	case []any:
		for _, v := range value {
			if err := boundNumbers(v); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, v := range value {
			if err := boundNumbers(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// english is how the validator's reasons are put.
var english = message.NewPrinter(language.English)

// misfits tells each place of a file that does not fit, with the reasons.
func misfits(invalid *jsonschema.ValidationError, tell func(where, why string)) {
	reasons := map[string][]string{}
	var order []string
	var walk func(*jsonschema.ValidationError)
	walk = func(e *jsonschema.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
		}
		if len(e.Causes) > 0 {
			return
		}
		where := "/" + strings.Join(e.InstanceLocation, "/")
		if reasons[where] == nil {
			order = append(order, where)
		}
		if why := e.ErrorKind.LocalizedString(english); !slices.Contains(reasons[where], why) {
			reasons[where] = append(reasons[where], why)
		}
	}
	walk(invalid)
	for _, where := range order {
		slices.Sort(reasons[where])
		tell(where, strings.Join(reasons[where], ", "))
	}
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// table reads a CSV file.
func (f *folder) table(name string, text []byte, c *content) {
	r := csv.NewReader(bytes.NewReader(text))
	for {
		row, err := r.Read()
		if err == io.EOF {
			return
		}
		if fault, ok := errors.AsType[*csv.ParseError](err); ok {
			c.problem(diag.Pos{File: name, Line: fault.Line, Col: fault.Column}, "csv-syntax", "", "%s", fault.Err)
			if fault.Err != csv.ErrFieldCount {
				return
			}
		}
		for i, field := range row {
			if alone.MatchString(field) {
				line, col := r.FieldPos(i)
				c.problem(diag.Pos{File: name, Line: line, Col: col}, "leftover", "", "the field is %q", field)
			}
		}
	}
}
