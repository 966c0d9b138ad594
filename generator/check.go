package generator

import (
	"bytes"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"tribune/generator/check"
	"tribune/generator/diag"
	"tribune/generator/postmortem"
	"tribune/generator/slo"
)

// Check reads everything that people wrote and says what is wrong with it, as of
// a moment. It needs no network and writes nothing. Beyond what stops a build it
// tells of links that lead nowhere, of what postmortems and operational models
// lack, and notes which ${NAME} the environment does not set.
func Check(dir string, asOf time.Time) (*Site, diag.List, error) {
	s, problems, err := Load(dir)
	if err != nil {
		return nil, nil, err
	}
	store, damaged, err := s.history()
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	percentages, err := s.issuedElsewhere(store)
	if err != nil {
		s.Close()
		return nil, nil, err
	}
	unset := s.Catalog.UnsetVariables(func(name string) bool { _, ok := os.LookupEnv(name); return ok })
	var lacking diag.List
	if problems.Count(diag.Error) == 0 { // else what is refused would seem to be lacking
		lacking = check.Models(s.Catalog, slo.DateOf(asOf, s.Catalog.Site.Zone))
	}
	return s, slices.Concat(problems, damaged, percentages, s.sealed(nil), unset, lacking, s.texts(asOf)).Sorted(), nil
}

// texts returns what is wrong with the texts of the postmortems: links and
// pictures that lead nowhere, and what a reader misses in them.
func (s *Site) texts(asOf time.Time) (problems diag.List) {
	tribeOf := make(map[string]string)
	for _, p := range s.Postmortems {
		tribeOf[p.File] = p.Tribe
	}
	for _, p := range s.Postmortems {
		src, err := fs.ReadFile(s.files, p.File)
		if err != nil {
			continue // its reader has told of it
		}
		_, found := postmortem.Body(p.File, src, p.Title, postmortem.Links{
			Page: func(file string) (string, bool) { return file, tribeOf[file] == p.Tribe },
			Image: func(file string) (string, bool) {
				info, err := fs.Stat(s.files, file)
				return file, err == nil && info.Mode().IsRegular()
			},
		})
		lacks := check.Postmortem(check.Input{
			Postmortem: p, Text: src, Today: slo.DateOf(asOf, s.Catalog.Site.Zone), People: s.Catalog.Site.Postmortems.People,
		})
		problems = slices.Concat(problems, found, lacks, s.addresses(p.File, src))
	}
	return problems
}

// addresses tells of addresses below the site's own at which there is no page of
// a service or a postmortem.
func (s *Site) addresses(file string, src []byte) (problems diag.List) {
	base := s.Catalog.Site.BaseURL
	if base == "" {
		return nil
	}
	for at := 0; ; {
		i := bytes.Index(src[at:], []byte(base))
		if i < 0 {
			return problems
		}
		begin := at + i
		at = begin + len(base)
		path := string(src[at:])
		if end := strings.IndexAny(path, " \t\r\n()<>[]\"'`#?,"); end >= 0 {
			path = path[:end]
		}
		if !s.hasPage(path) {
			line := bytes.LastIndexByte(src[:begin], '\n') + 1
			pos := diag.Pos{File: file, Line: 1 + bytes.Count(src[:begin], []byte("\n")), Col: begin - line + 1}
			problems.Add(pos, postmortem.RuleLink, diag.Warning, "", "there is no page %s in this site", path)
		}
	}
}

// hasPage reports whether a path may be a page: of services and postmortems it
// is known which there are.
func (s *Site) hasPage(path string) bool {
	parts := strings.Split(strings.TrimSuffix(strings.TrimSuffix(path, "index.html"), "/"), "/")
	t := s.Catalog.Tribe(parts[0])
	if t == nil || len(parts) < 3 {
		return true
	}
	switch parts[1] {
	case "services":
		return t.Service(parts[2]) != nil
	case "postmortems":
		return parts[2] == "year" || slices.ContainsFunc(s.Postmortems, func(p postmortem.Postmortem) bool {
			return p.Tribe == t.ID && (p.Slug == parts[2] || slices.Contains(p.Aliases, parts[2]))
		})
	}
	return true
}
