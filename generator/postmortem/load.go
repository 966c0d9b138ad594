package postmortem

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"tribune/generator/diag"
)

// Load reads the postmortems of a site, content/postmortems/<tribe>/**/*.md, in
// the order of their paths. site is the site's folder. Files and folders whose
// names begin with a dot or an underscore are left alone, and links to files
// elsewhere are not followed. Of each file only the facts are kept.
//
// Every postmortem comes with a slug of its own within its tribe, also where
// that is a problem.
func Load(site fs.FS, zone *time.Location, names Names) ([]Postmortem, diag.List) {
	return LoadWith(site, names, func(file string) (Postmortem, diag.List) { return ReadFile(site, file, zone, names) })
}

// A Reader returns the facts of one file: those that ReadFile reads. Several may
// be asked for at once.
type Reader func(file string) (Postmortem, diag.List)

// LoadWith is Load with a reader of its own, such as one that knows files which
// it has read before.
func LoadWith(site fs.FS, names Names, read Reader) ([]Postmortem, diag.List) {
	files, problems := find(site)
	found := make([]Postmortem, len(files))
	told := make([]diag.List, len(files))
	var wait sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		wait.Go(func() {
			for i := range next {
				found[i], told[i] = read(files[i])
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wait.Wait()
	for _, list := range told {
		problems = append(problems, list...)
	}
	checkTribes(found, names, &problems)
	ownSlugs(found, &problems)
	checkIDs(found, &problems)
	return found, problems
}

// find returns the files of postmortems in order.
func find(site fs.FS) (files []string, problems diag.List) {
	err := fs.WalkDir(site, folder, func(file string, d fs.DirEntry, err error) error {
		name := path.Base(file)
		switch hidden := strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_"); {
		case err != nil && file == folder:
			return err
		case err != nil:
			problems.Add(diag.Pos{File: file}, RuleRead, diag.Error, "", "cannot be read: %v", cause(err))
		case d.IsDir() && hidden:
			return fs.SkipDir
		case hidden || d.IsDir():
		case d.Type()&fs.ModeSymlink != 0:
			problems.Add(diag.Pos{File: file}, RuleRead, diag.Warning, "put the file itself here", "is a link and is not followed")
		case d.Type().IsRegular() && strings.EqualFold(path.Ext(name), ".md"):
			files = append(files, file)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		problems.Add(diag.Pos{File: folder}, RuleRead, diag.Error, "", "cannot be read: %v", cause(err))
	}
	return files, problems
}

// ReadFile reads one file, and no more of it than Read takes.
func ReadFile(site fs.FS, file string, zone *time.Location, names Names) (Postmortem, diag.List) {
	src, err := func() ([]byte, error) {
		f, err := site.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(io.LimitReader(f, MaxSize+1))
	}()
	if err != nil {
		p, _ := Read(file, nil, zone, names)
		p.Audience = "tribe"
		return p, diag.List{{Pos: diag.Pos{File: file}, Rule: RuleRead, Severity: diag.Error, Message: "cannot be read: " + cause(err).Error()}}
	}
	return Read(file, src, zone, names)
}

// checkTribes reports postmortems of no tribe, and folders that are none's.
func checkTribes(all []Postmortem, names Names, problems *diag.List) {
	told := map[string]bool{}
	for _, p := range all {
		switch {
		case p.Tribe == "":
			problems.Add(p.Pos, RuleTribe, diag.Error, "move it to "+folder+"/<tribe>/ or name a service, tribe/service", "belongs to no tribe")
		case !slices.Contains(names.Tribes, p.Tribe) && !told[p.Tribe]:
			told[p.Tribe] = true
			hint := "add data/tribes/" + p.Tribe + ".toml"
			if like := diag.Nearest(p.Tribe, names.Tribes); like != "" {
				hint = "did you mean " + like + "?"
			}
			problems.Add(p.Pos, RuleTribe, diag.Error, hint, "there is no tribe %q", p.Tribe)
		}
	}
}

// ownSlugs gives each postmortem a slug of its own within its tribe. Those that
// were chosen come first, then the files' names in order; a name that is taken
// gets the folder before it, and then a number after it.
func ownSlugs(all []Postmortem, problems *diag.List) {
	taken := map[string]string{} // tribe/slug → file
	order := make([]*Postmortem, len(all))
	for i := range all {
		order[i] = &all[i]
	}
	byName := func(p *Postmortem) int {
		if p.Slug == slugOf(stem(p.File)) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(order, func(a, b *Postmortem) int { return cmp.Compare(byName(a), byName(b)) })
	for _, p := range order {
		wanted, severity := p.Slug, [...]diag.Severity{diag.Error, diag.Warning}[byName(p)]
		first, clash := taken[p.Tribe+"/"+wanted]
		for n := 1; clash; n++ {
			p.Slug = slugOf(path.Base(path.Dir(p.File)) + "-" + wanted)
			if n > 1 || path.Dir(p.File) == folder+"/"+p.Tribe {
				p.Slug = slugOf(fmt.Sprintf("%s-%d", wanted, n+1))
			}
			_, clash = taken[p.Tribe+"/"+p.Slug]
		}
		taken[p.Tribe+"/"+p.Slug] = p.File
		if p.Slug != wanted {
			problems.Add(p.Pos, RuleSlug, severity, "set slug in the front matter", "the slug %q is that of %s: %q is used", wanted, first, p.Slug)
		}
	}
	for _, p := range all {
		for _, alias := range p.Aliases {
			if file, ok := taken[p.Tribe+"/"+alias]; ok && file != p.File {
				problems.Add(p.Pos, RuleSlug, diag.Warning, "", "the alias %q is the slug of %s", alias, file)
			}
		}
	}
}

// checkIDs reports ids that two postmortems of a tribe have.
func checkIDs(all []Postmortem, problems *diag.List) {
	first := map[string]string{}
	for _, p := range all {
		if p.ID == "" {
			continue
		}
		key := p.Tribe + "/" + strings.ToLower(p.ID)
		if other, ok := first[key]; ok {
			problems.Add(p.Pos, RuleID, diag.Error, "", "the id %s is that of %s", p.ID, other)
			continue
		}
		first[key] = p.File
	}
}

// cause returns an error without the path, which the problem names already.
func cause(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// stem returns the name of a file without its extension.
func stem(file string) string { return strings.TrimSuffix(path.Base(file), path.Ext(file)) }
