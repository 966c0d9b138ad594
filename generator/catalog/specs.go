package catalog

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"tribune/generator/slo"
)

// Specs is how the SLO specs under data/slos are read: files of other tools,
// which know neither tribes nor sources.
type Specs struct {
	TribeLabels   []string   // whose value is a tribe
	SquadLabels   []string   // whose value is a squad, or a tribe
	ServiceLabels []string   // whose value is the service, where the format has no other word for it
	Source        string     // which source they ask; "" to take the one that a spec names, or the only one
	Window        slo.Window // of a spec that has none
}

func (l *loader) specs(t *specsTable) Specs {
	s := Specs{
		TribeLabels:   texts(t.TribeLabels),
		SquadLabels:   texts(t.SquadLabels),
		ServiceLabels: texts(t.ServiceLabels),
		Source:        string(t.Source.V),
		Window:        slo.Window(t.Window.or(window(slo.Rolling30))),
	}
	if t.TribeLabels.pos.File == "" {
		s.TribeLabels = []string{"tribe"}
	}
	if t.SquadLabels.pos.File == "" {
		s.SquadLabels = []string{"squad", "team", "owner"}
	}
	if t.ServiceLabels.pos.File == "" {
		s.ServiceLabels = []string{"service"}
	}
	if _, exists := l.sources[s.Source]; s.Source != "" && !exists {
		l.report(t.Source.pos, "source-unknown", suggest(s.Source, sortedKeys(l.sources), "add it as [sources."+s.Source+"]"), "there is no source %q", s.Source)
		s.Source = ""
	}
	return s
}

// SpecFiles returns the names of the YAML files under data/slos, in order, and
// of the folders there that cannot be read. A site without data/slos has none.
func SpecFiles(fsys fs.FS) (files, unreadable []string) {
	_ = fs.WalkDir(fsys, "data/slos", func(name string, d fs.DirEntry, err error) error {
		ext := path.Ext(name)
		switch {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			unreadable = append(unreadable, name)
		case err == nil && !d.IsDir() && (ext == ".yaml" || ext == ".yml"):
			files = append(files, name)
		}
		return nil // so the walk never fails
	})
	return files, unreadable
}

// AddService adds a service of which the tribe's file says nothing. Pointers to
// other services of the tribe are void afterwards.
func (t *Tribe) AddService(s Service) {
	s.Tribe = t.ID
	i, _ := slices.BinarySearchFunc(t.Services, s.ID, func(s Service, id string) int { return strings.Compare(s.ID, id) })
	t.Services = slices.Insert(t.Services, i, s)
}

// AddSLO adds an SLO whose key is not used yet. The service gives it its ids,
// its squad and where its earlier history lies.
func (s *Service) AddSLO(o SLO) {
	o.ID, o.Tribe, o.Service, o.Squad = s.FullID()+"/"+o.Key, s.Tribe, s.ID, s.Squad
	o.Title = cmp.Or(o.Title, o.Key)
	for _, was := range s.Was {
		o.Was = append(o.Was, was+"/"+o.Key)
	}
	i, _ := s.find(o.Key)
	s.SLOs = slices.Insert(s.SLOs, i, o)
}

// find returns where the SLO of that key is or would be.
func (s *Service) find(key string) (i int, ok bool) {
	return slices.BinarySearchFunc(s.SLOs, key, func(o SLO, key string) int { return strings.Compare(o.Key, key) })
}

// SLO returns the service's SLO of that key, or nil.
func (s *Service) SLO(key string) *SLO {
	i, ok := s.find(key)
	if !ok {
		return nil
	}
	return &s.SLOs[i]
}

// Refuse says that something with the id is declared, but left out since it is
// wrong. CheckNames then does not report lists that name it.
func (c *Catalog) Refuse(id string) { c.refused[id] = true }
