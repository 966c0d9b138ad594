package spec

import (
	"fmt"
	"slices"
	"strings"

	"tribune/generator/catalog"
	"tribune/generator/diag"
)

// add puts a draft into the catalog, in its tribe and service. If anything was
// wrong with it, only its id is kept.
func (r *reader) add(d *draft) {
	t, squad := r.owner(d)
	if t == nil {
		return
	}
	service, ok := r.id(d.service, "service", d.service.text())
	key, okKey := r.id(d.at, "SLO", d.name)
	if !ok || !okKey {
		return
	}
	id := t.ID + "/" + service
	if now, known := r.cat.Resolve(id); known && now != id {
		r.report(d.at, "spec-clash", "rename the service in the spec, or take its old id out of was", "%s is an earlier id of %s", id, now)
		return
	}
	r.source(d)
	if r.errors > d.errors {
		r.cat.Refuse(id + "/" + key)
		if t.Service(service) == nil {
			r.cat.Refuse(id)
		}
		return
	}
	s := r.service(d, t, service, squad)
	if first := s.SLO(key); first != nil {
		r.report(d.at, "spec-clash", "rename one of them, or leave one out", "the SLO %s/%s is declared already (%s)", id, key, first.Pos)
		return
	}
	d.slo.Key = key
	s.AddSLO(d.slo)
}

// service returns the service of that id, and makes it if no file declares it.
// It belongs to the squad, unless the tribe's file says otherwise.
func (r *reader) service(d *draft, t *catalog.Tribe, id, squad string) *catalog.Service {
	s := t.Service(id)
	if s == nil {
		t.AddService(catalog.Service{ID: id, Name: firstOf(d.serviceName, d.service.text()), Pos: d.slo.Pos})
		r.report(d.service, "spec-service", fmt.Sprintf("add it under [[services]] in data/tribes/%s.toml to give it a tier, runbooks and the rest", t.ID), "no file declares the service %s/%s, so it is made", t.ID, id)
		s = t.Service(id)
	}
	label := d.label(r.cat.Site.Specs.SquadLabels)
	switch {
	case s.Squad == "" && squad != "":
		s.Squad = squad
		for i := range s.SLOs {
			s.SLOs[i].Squad = squad
		}
	case s.Squad == "" && label.there() && r.tribeCalled(label.texts()...) == nil:
		r.report(label, "spec-squad", fmt.Sprintf("add it under [[squads]] in data/tribes/%s.toml, or say under [specs] in data/site.toml which labels name squads", t.ID), "the label %s names %q, which is no squad of %s", label.name, strings.Join(label.texts(), ", "), t.ID)
	case s.Squad != squad && squad != "":
		r.report(label, "spec-squad", "let both name the same squad", "the label %s names the squad %s, but the service %s belongs to %s", label.name, squad, s.FullID(), s.Squad)
	}
	return s
}

// owner returns the tribe of a draft, nil if that is not known, and its squad,
// "" if that is not.
func (r *reader) owner(d *draft) (t *catalog.Tribe, squad string) {
	if label := d.label(r.cat.Site.Specs.TribeLabels); label.there() {
		if t = r.tribeCalled(label.texts()...); t == nil {
			r.report(label, "spec-tribe", r.tribeHint(label.line()), "the label %s names %q, which is no tribe", label.name, label.line())
			return nil, ""
		}
	}
	folder := folderOf(d.at.file.name)
	label := d.label(r.cat.Site.Specs.SquadLabels)
	if label.there() {
		t, squad = r.squadOf(t, folder, label)
	}
	if t == nil {
		if t = r.cat.Tribe(folder); t == nil {
			r.noTribe(d, folder)
			return nil, ""
		}
		if file := d.at.file; !r.byFolder[file.name] {
			r.byFolder[file.name] = true
			r.reportAt(file.pos(1, 1), "spec-folder", "a label such as tribe: "+t.ID+" would say so too", "the tribe %s is taken from the folder", t.ID)
		}
		if label.there() {
			_, squad = r.squadOf(t, folder, label)
		}
	}
	return t, squad
}

// squadOf finds what a label of squads names: a squad of the tribe t, or if that
// is nil of the folder's tribe or of the only one that has it, or a tribe.
func (r *reader) squadOf(t *catalog.Tribe, folder string, label node) (*catalog.Tribe, string) {
	for _, name := range label.texts() {
		if t != nil {
			if squad := squadCalled(t, name); squad != "" {
				return t, squad
			}
			continue
		}
		if tribe := r.tribeCalled(name); tribe != nil {
			return tribe, ""
		}
		var found *catalog.Tribe
		many := false
		for i := range r.cat.Tribes {
			if tribe := &r.cat.Tribes[i]; squadCalled(tribe, name) != "" {
				many = many || found != nil
				if found == nil || tribe.ID == folder {
					found = tribe
				}
			}
		}
		if found != nil && (!many || found.ID == folder) {
			return found, squadCalled(found, name)
		}
	}
	return t, ""
}

// noTribe reports that nothing says to which tribe a draft belongs.
func (r *reader) noTribe(d *draft, folder string) {
	if folder != "" {
		r.report(d.at, "spec-tribe", r.tribeHint(folder), "the folder %s names no tribe, and no label does", folder)
		return
	}
	r.report(d.at, "spec-tribe", "move the file to data/slos/TRIBE/, or give it a label such as tribe: ID", "neither a folder nor a label says to which tribe the SLO %q belongs", d.name)
}

func (r *reader) tribeHint(name string) string {
	var known []string
	for _, t := range r.cat.Tribes {
		known = append(known, t.ID)
	}
	if near := diag.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "add data/tribes/" + firstOf(slug(name), "TRIBE") + ".toml"
}

// folderOf returns the folder of data/slos that a file lies in, "" if it lies there
// itself.
func folderOf(file string) string {
	folder, _, ok := strings.Cut(strings.TrimPrefix(file, "data/slos/"), "/")
	if !ok {
		return ""
	}
	return folder
}

// label returns the first of the labels that the draft has. Pyrra's may have its
// prefix.
func (d *draft) label(names []string) node {
	for _, name := range names {
		for _, labels := range d.labels {
			for _, key := range []string{name, "pyrra.dev/" + name} {
				if label := labels.get(key); len(label.texts()) > 0 {
					return label
				}
			}
		}
	}
	return node{}
}

// tribeCalled returns the tribe that one of names is the id or the name of.
func (r *reader) tribeCalled(names ...string) *catalog.Tribe {
	for _, name := range names {
		i := slices.IndexFunc(r.cat.Tribes, func(t catalog.Tribe) bool { return t.ID == name || strings.EqualFold(t.Name, name) })
		if i >= 0 {
			return &r.cat.Tribes[i]
		}
	}
	return nil
}

// squadCalled returns the id of the squad of that id or name, or "".
func squadCalled(t *catalog.Tribe, name string) string {
	i := slices.IndexFunc(t.Squads, func(s catalog.Squad) bool { return s.ID == name || strings.EqualFold(s.Name, name) })
	if i < 0 {
		return ""
	}
	return t.Squads[i].ID
}

// id makes an id of a name, and says so if it is another.
func (r *reader) id(at node, what, name string) (id string, ok bool) {
	id = slug(name)
	if err := catalog.CheckID(id); err != nil {
		r.report(at, "spec-name", "name it with letters a–z and digits", "no id can be made of the %s's name %q", what, name)
		return "", false
	}
	if id != name {
		r.report(at, "spec-id", "an id is made of a–z, 0–9, dash, dot and underscore", "the %s %q has the id %s", what, name, id)
	}
	return id, true
}

// slug returns the id that is most like a name. It may be none.
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_')
	})
	id := strings.TrimLeft(strings.Join(words, "-"), "._-")
	return strings.TrimRight(id[:min(len(id), 64)], "._-")
}

// source finds which source the draft's queries are for: the one that it names,
// the one set for all specs, the only one, or the only Prometheus.
func (r *reader) source(d *draft) {
	if d.slo.Total == "" {
		return
	}
	var all, prometheus []string
	for _, s := range r.cat.Site.Sources {
		all = append(all, s.Name)
		if s.Kind == catalog.Prometheus {
			prometheus = append(prometheus, s.Name)
		}
	}
	switch {
	case slices.Contains(all, d.source):
		d.slo.Source = d.source
	case r.cat.Site.Specs.Source != "":
		d.slo.Source = r.cat.Site.Specs.Source
	case len(all) == 1:
		d.slo.Source = all[0]
	case len(prometheus) == 1:
		d.slo.Source = prometheus[0]
	case len(all) > 1:
		r.report(d.at, "spec-source", "write source under [specs] in data/site.toml, one of "+listing(all), "it is not clear which source the SLO %q asks", d.name)
	}
}
