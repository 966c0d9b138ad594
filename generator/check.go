package generator

import (
	"slices"

	"tribune/generator/diag"
)

// Check reads everything that people wrote and says what is wrong with it. It
// needs no network and writes nothing.
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
	return s, slices.Concat(problems, damaged).Sorted(), nil
}
