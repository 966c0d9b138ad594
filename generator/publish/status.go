package publish

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tribune/generator/stage"
)

// A Status says whether a published site is whole and fresh.
type Status struct {
	Origin  stage.Origin
	Files   int     // that the manifest lists
	Checked int     // of these, those whose content was read and compared
	Faults  []Fault // files that are not as the manifest says, in order of path
	Tribes  []Tribe // in order of id
	Unknown string  // why it cannot be told how old the data are; "" if it can
}

// A Fault is a file that is not as the manifest says.
type Fault struct {
	File    string
	Message string
}

// A Tribe is how old a tribe's data are.
type Tribe struct {
	ID     string
	DataTo *time.Time    // the end of the newest bucket; nil without data
	Age    time.Duration // of that moment
	Stale  bool          // older than the site's freshness
}

// Whole reports whether every file that was read is as the manifest says.
func (s Status) Whole() bool { return len(s.Faults) == 0 }

// Fresh reports whether no tribe's data are older than the site allows, and some
// tribe has data.
func (s Status) Fresh() bool {
	return s.Unknown == "" && !slices.ContainsFunc(s.Tribes, func(t Tribe) bool { return t.Stale })
}

// Look holds the site in a folder, or at an http or https address, against its
// manifest, and the age of its data as of now against its freshness. In a folder
// it reads every file, at an address the pages that others are reached from, or
// with all every file. The error is for a site that cannot be read at all.
func Look(ctx context.Context, where string, all bool, now time.Time) (s Status, err error) {
	defer func() { err = hide(err, secretsOf(where)) }()
	var read reading
	if base, err := url.Parse(where); err == nil && (base.Scheme == "http" || base.Scheme == "https") {
		read = fromServer(base)
	} else if read, err = fromFolder(where); err != nil {
		return Status{}, err
	} else {
		all = true
	}
	// A publish that goes on meanwhile changes files before the manifest, so
	// what looks wrong counts once the manifest has not changed since.
	for attempt := 1; ; attempt++ {
		m, err := manifestOf(ctx, read)
		if err != nil {
			return Status{}, err
		}
		s = aged(m, now)
		if s.Faults, s.Checked, err = compare(ctx, read, m, all); err != nil {
			return Status{}, err
		}
		if s.Whole() || attempt == 3 {
			return s, nil
		}
		if again, err := manifestOf(ctx, read); err == nil && again.AsOf.Equal(m.AsOf) && maps.Equal(again.Files, m.Files) {
			return s, nil
		}
	}
}

// A reading opens a file of a published site; fs.ErrNotExist if there is none.
type reading func(ctx context.Context, name string) (io.ReadCloser, error)

// fromFolder reads a folder.
func fromFolder(dir string) (reading, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, name string) (io.ReadCloser, error) { return root.Open(name) }, nil
}

// fromServer asks a web server.
func fromServer(base *url.URL) reading {
	client := &http.Client{Timeout: time.Minute}
	return func(ctx context.Context, name string) (io.ReadCloser, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base.JoinPath(name).String(), nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Cache-Control", "no-cache") // of what lies between, not what it had
		answer, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		if answer.StatusCode == http.StatusOK {
			return answer.Body, nil
		}
		answer.Body.Close()
		if answer.StatusCode == http.StatusNotFound {
			return nil, fs.ErrNotExist
		}
		return nil, fmt.Errorf("%s: the server answers %s", name, answer.Status)
	}
}

func manifestOf(ctx context.Context, read reading) (stage.Manifest, error) {
	r, err := read(ctx, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return stage.Manifest{}, errors.New("there is no manifest.json: no site is published there\n\thint: name the folder or the address that the front page is in")
	}
	if err != nil {
		return stage.Manifest{}, err
	}
	defer r.Close()
	return stage.ReadManifest(r)
}

// aged says how old the data of a site are.
func aged(m stage.Manifest, now time.Time) Status {
	s := Status{Origin: m.Origin, Files: len(m.Files)}
	known := false
	for _, id := range slices.Sorted(maps.Keys(m.DataTo)) {
		t := Tribe{ID: id, DataTo: m.DataTo[id]}
		if t.DataTo != nil {
			known = true
			t.Age = now.Sub(*t.DataTo)
			t.Stale = t.Age > time.Duration(m.Freshness)*time.Second
		}
		s.Tribes = append(s.Tribes, t)
	}
	switch {
	case m.Freshness == 0:
		s.Unknown = "its manifest does not say how old data may be: it was built by an earlier version"
	case !known:
		s.Unknown = "no tribe has data"
	}
	return s
}

// compare holds files against the manifest, several at a time.
func compare(ctx context.Context, read reading, m stage.Manifest, all bool) (faults []Fault, checked int, err error) {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		entrance := path.Base(name) == "index.html" && strings.Count(name, "/") < 2
		if all || entrance {
			names = append(names, name)
		}
	}
	messages := make([]string, len(names))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, name := range names {
		g.Go(func() error {
			messages[i] = fault(gctx, read, name, m.Files[name])
			return gctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, 0, err
	}
	for i, message := range messages {
		if message != "" {
			faults = append(faults, Fault{names[i], message})
		}
	}
	return faults, len(names), nil
}

// fault says how a file is not as the manifest says; "" if it is.
func fault(ctx context.Context, read reading, name string, want stage.File) string {
	r, err := read(ctx, name)
	if err == nil {
		defer r.Close()
		err = holds(name, io.LimitReader(r, want.Bytes+1), want)
	}
	switch {
	case err == nil:
		return ""
	case errors.Is(err, fs.ErrNotExist):
		return "is missing"
	case errors.Is(err, errOther):
		return "has another content than the manifest says"
	}
	return err.Error()
}
