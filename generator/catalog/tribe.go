package catalog

import (
	"fmt"
	"slices"
	"strings"

	"tribune/generator/diag"
)

// reserved are the names beside the tribes' folders in a built site.
var reserved = []string{
	"404.html", "actions", "api", "assets", "feed.xml", "index.html", "manifest.json",
	"method", "postmortems", "robots.txt", "search", "sitemap.xml", "sre",
}

// tribe reads the file of a tribe.
func (l *loader) tribe(tribeID, file string) {
	at := diag.Pos{File: file, Line: 1, Col: 1}
	err := CheckID(tribeID)
	switch {
	case err != nil:
		l.report(at, "id-unsafe", "rename the file: "+idHint(tribeID), "the file's name is the tribe's id, but %q %v", tribeID, err)
	case slices.Contains(reserved, tribeID):
		l.report(at, "id-reserved", "rename the file; the tribe's name can stay", "the file's name is the tribe's id, but the site itself uses %q", tribeID)
		err = fmt.Errorf("reserved")
	}
	var f tribeFile
	if !l.read(file, false, &f) {
		l.cat.refused[tribeID] = true
	}
	t := Tribe{ID: tribeID, Name: string(f.Name.V), BaseURL: string(f.BaseURL.V), Pos: at}
	if t.Name == "" {
		t.Name = tribeID
	}
	t.Squads = l.squads(tribeID, &f)
	l.services(&t, &f)
	if err != nil {
		l.cat.refused[tribeID] = true
		return
	}
	l.cat.Tribes = append(l.cat.Tribes, t)
}

// unique reports an id that was used before, and remembers it otherwise. It is
// false if the id cannot be used.
func (l *loader) unique(seen map[id]diag.Pos, what string, v value[id]) bool {
	if v.V == "" {
		return false
	}
	if first, ok := seen[v.V]; ok {
		l.report(v.pos, "id-duplicate", "give one of them another id", "%s %q is there already, in line %d", what, v.V, first.Line)
		return false
	}
	seen[v.V] = v.pos
	return true
}

func (l *loader) squads(tribe string, f *tribeFile) (all []Squad) {
	seen := map[id]diag.Pos{}
	for _, t := range f.Squads {
		if !l.unique(seen, "squad", t.ID) {
			continue
		}
		s := Squad{ID: string(t.ID.V), Name: string(t.Name.V), SRE: texts(t.SRE), Pos: t.pos}
		if s.Name == "" {
			s.Name = s.ID
		}
		for _, v := range t.SRE.items {
			if !v.wrong {
				l.embedded = append(l.embedded, embedding{string(v.V), tribe + "/" + s.ID, v.pos})
			}
		}
		all = append(all, s)
	}
	return all
}

// services adds the tribe's services, with the SLOs of their own and those made
// from templates.
func (l *loader) services(tribe *Tribe, f *tribeFile) {
	templates := l.templates(tribe.ID, f)
	seen := map[id]diag.Pos{}
	matched := map[string]string{} // the service for each value of a template's label
	for i := range f.Services {
		t := &f.Services[i]
		usable := l.unique(seen, "service", t.ID)
		s := l.service(tribe.ID, t, f)
		match := string(t.Match.V)
		if match == "" {
			match = s.ID
		}
		l.slos(&s, t, templates, match)
		if !usable { // its SLOs are checked all the same
			if t.ID.wrong {
				l.cat.refused[tribe.ID+"/"+t.ID.written] = true
			}
			continue
		}
		if other, ok := matched[match]; ok && len(templates) > 0 {
			at := t.Match.pos
			if !t.Match.given() {
				at = t.ID.pos
			}
			l.report(at, "match-duplicate", "give one of them a match of its own", "the series of %q belong to the service %s already", match, other)
		}
		matched[match] = s.ID
		tribe.Services = append(tribe.Services, s)
	}
	slices.SortFunc(tribe.Services, func(a, b Service) int { return strings.Compare(a.ID, b.ID) })
}

func (l *loader) service(tribe string, t *serviceTable, f *tribeFile) Service {
	s := Service{
		ID:        string(t.ID.V),
		Tribe:     tribe,
		Name:      string(t.Name.V),
		Squad:     string(t.Squad.V),
		Tier:      int(t.Tier.V),
		Lifecycle: string(t.Lifecycle.V),
		Aliases:   texts(t.Aliases),
		Model: OperationalModel{
			OnCall:          string(t.Model.OnCall.V),
			Runbook:         string(t.Model.Runbook.V),
			Dashboard:       string(t.Model.Dashboard.V),
			Alerts:          string(t.Model.Alerts.V),
			Agreed:          t.Model.Agreed.V.Date,
			Approver:        string(t.Model.Approver.V),
			Revisit:         t.Model.Revisit.V.Date,
			ReadinessReview: t.Model.ReadinessReview.V.Date,
		},
		Pos: t.pos,
	}
	if s.Name == "" {
		s.Name = s.ID
	}
	l.inOrder("agreed", t.Model.Agreed, "revisit", t.Model.Revisit)
	for _, v := range t.Was.items {
		if !v.wrong {
			s.Was = append(s.Was, string(v.V))
			l.earlier = append(l.earlier, earlierID{string(v.V), s.FullID(), v.pos})
		}
	}
	if !slices.ContainsFunc(f.Squads, func(q squadTable) bool { return q.ID.written == s.Squad }) && s.Squad != "" {
		var squads []string
		for _, q := range f.Squads {
			squads = append(squads, q.ID.written)
		}
		l.report(t.Squad.pos, "squad-unknown", suggest(s.Squad, squads, "add it under [[squads]]"), "the tribe has no squad %q", s.Squad)
		s.Squad = ""
	}
	return s
}

// suggest returns a hint that names the known word most like the one written,
// or else says what to do.
func suggest(word string, known []string, otherwise string) string {
	if near := diag.Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return otherwise
}

// slos adds the SLOs of a service: its own, then those of the templates that
// are for it.
func (l *loader) slos(s *Service, t *serviceTable, templates []template, match string) {
	seen := map[id]diag.Pos{}
	for i := range t.SLOs {
		o, right := l.slo(&t.SLOs[i])
		if l.unique(seen, "SLO", t.SLOs[i].ID) && right {
			s.AddSLO(o)
		} else {
			l.cat.refused[s.FullID()+"/"+t.SLOs[i].ID.written] = true
		}
	}
	for _, m := range templates {
		if !m.isFor(s.ID) {
			continue
		}
		if own, clash := seen[m.table.ID.V]; clash {
			l.report(own, "id-duplicate", "leave it out here, or give the template the services that it is for", "SLO %q is made by the template in line %d too", m.table.ID.V, m.table.pos.Line)
			continue
		}
		if !m.right {
			l.cat.refused[s.FullID()+"/"+m.table.ID.written] = true
			continue
		}
		o := m.slo
		o.Match = match
		s.AddSLO(o)
	}
}
