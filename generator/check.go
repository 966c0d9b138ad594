package generator

import (
	"io/fs"
	"os"
	"slices"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
)

// Check reads everything that people wrote and says what is wrong with it. It
// needs no network and writes nothing. Beyond what stops a build it tells of
// links that lead nowhere, and notes which ${NAME} the environment does not set.
func Check(dir string) (*Site, diag.List, error) {
	s, problems, err := Load(dir)
	if err != nil {
		return nil, nil, err
	}
	_, damaged, err := s.history()
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	unset := s.Catalog.UnsetVariables(func(name string) bool { _, ok := os.LookupEnv(name); return ok })
	return s, slices.Concat(problems, damaged, unset, s.bodies()).Sorted(), nil
}

// bodies returns what is wrong with the texts of the postmortems: links and
// pictures that lead nowhere.
func (s *Site) bodies() (problems diag.List) {
	tribeOf := make(map[string]string)
	for _, p := range s.Postmortems {
		tribeOf[p.File] = p.Tribe
	}
	for _, p := range s.Postmortems {
		src, err := fs.ReadFile(s.files.FS(), p.File)
		if err != nil {
			continue // its reader has told of it
		}
		_, found := postmortem.Body(p.File, src, p.Title, postmortem.Links{
			Page: func(file string) (string, bool) { return file, tribeOf[file] == p.Tribe },
			Image: func(file string) (string, bool) {
				info, err := fs.Stat(s.files.FS(), file)
				return file, err == nil && info.Mode().IsRegular()
			},
		})
		problems = append(problems, found...)
	}
	return problems
}
