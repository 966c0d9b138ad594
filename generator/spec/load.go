package spec

import (
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"tribune/generator/catalog"
	"tribune/generator/diag"
)

// A reader reads specs into a catalog.
type reader struct {
	cat    *catalog.Catalog
	list   diag.List
	errors int // how many of the list are

	// What OpenSLO's SLOs refer to, by name.
	indicators, services, sources map[string]node
	byFolder                      map[string]bool // files whose tribe their folder says
}

// Load reads the specs under data/slos in a site's folder and adds their SLOs to
// the catalog that package catalog made of the rest of data/. It reports all that
// is wrong or had to be decided, sorted. An SLO with anything wrong in it is left
// out. If there are specs, Load also checks the names that data/ mentions, which
// could not be known before.
func Load(fsys fs.FS, cat *catalog.Catalog) diag.List {
	r := &reader{
		cat:        cat,
		indicators: map[string]node{},
		services:   map[string]node{},
		sources:    map[string]node{},
		byFolder:   map[string]bool{},
	}
	files, unreadable := catalog.SpecFiles(fsys)
	for _, name := range unreadable {
		r.reportAt(diag.Pos{File: name}, "spec-file", "look at its permissions", "the folder cannot be read")
	}
	var docs []node
	for _, name := range files {
		for _, doc := range r.read(fsys, name) {
			docs = append(docs, unpack(doc)...)
		}
	}
	for _, doc := range docs {
		r.define(doc)
	}
	for _, doc := range docs {
		r.document(doc)
	}
	if len(files) > 0 {
		r.list = append(r.list, cat.CheckNames()...)
	}
	return r.list.Sorted()
}

// unpack returns the documents in a list of them, as OpenSLO has it, or in one
// that kubectl wrote.
func unpack(doc node) (docs []node) {
	items := doc.items()
	if doc.get("kind").text() == "List" {
		items = doc.get("items").items()
	}
	if items == nil {
		return []node{doc}
	}
	for _, d := range items {
		d.name = "the document"
		docs = append(docs, d)
	}
	return docs
}

// formats are the versions that are read, for hints.
var formats = []string{"prometheus/v1", "sloth.slok.dev/v1", "pyrra.dev/v1alpha1", "openslo/v1", "openslo/v1alpha"}

// kinds are those that declare SLOs.
var kinds = []string{"PrometheusServiceLevel", "ServiceLevelObjective", "SLO"}

// document reads one document of whichever format.
func (r *reader) document(doc node) {
	version, kind := doc.get("apiVersion").text(), doc.get("kind").text()
	switch what := version + " " + kind; {
	case doc.get("version").text() == "prometheus/v1":
		r.sloth(doc, doc)
	case what == "sloth.slok.dev/v1 PrometheusServiceLevel":
		if spec, ok := r.needOf(doc, "spec", yaml.MappingNode, "add spec with service and slos"); ok {
			r.sloth(doc, spec)
		}
	case what == "pyrra.dev/v1alpha1 ServiceLevelObjective":
		r.pyrra(doc)
	case what == "openslo/v1 SLO", what == "openslo/v1alpha SLO":
		r.openSLO(doc)
	case version == "openslo/v1" && slices.Contains([]string{"SLI", "Service", "DataSource"}, kind),
		what == "openslo/v1alpha Service":
		// They are read where an SLO refers to them.
	case version == "openslo.com/v2alpha" && kind == "SLO":
		r.report(doc, "spec-unsupported", "write it as openslo/v1", "OpenSLO v2alpha is not read yet, so the SLO %q is left out", doc.get("metadata", "name").text())
	case what == "sloth.slok.dev/v1 AlertWindows",
		strings.HasPrefix(version, "openslo") && slices.Contains([]string{"AlertPolicy", "AlertCondition", "AlertNotificationTarget"}, kind),
		version == "openslo.com/v2alpha":
		r.report(doc, "spec-ignored", "nothing needs to be done", "nothing is made of a document of kind %s", kind)
	default:
		said := version
		if said == "" {
			said = doc.get("version").text()
		}
		hint := "files here are Sloth, Pyrra or OpenSLO specs; move others elsewhere"
		switch {
		case !slices.Contains(formats, said):
			if near := diag.Nearest(said, formats); near != "" {
				hint = "did you mean " + near + "?"
			}
		case diag.Nearest(kind, kinds) != "":
			hint = "did you mean kind: " + diag.Nearest(kind, kinds) + "?"
		}
		r.report(doc, "spec-format", hint, "the document (version %q, kind %q) is no SLO spec that is known", said, kind)
	}
}
