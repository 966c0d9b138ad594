package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tribune/generator/stage"
)

const (
	stateName   = ".tribune/state.json"
	stateSchema = "tribune/target/v1"
)

// A state is what a target remembers between publishes. It is written before the
// first file of a publish and after the last, so that a publish that is killed
// leaves word of what it may have done.
type state struct {
	Schema string `json:"schema"`
	// Begun holds the SHA-256 of each file that a publish which did not end may
	// have written, so that nobody knows which content is there.
	Begun map[string]string `json:"begun"`
	// Left holds each file that is there and that the manifest does not name,
	// and how many published manifests in a row do not. It is deleted once
	// these are goneAfter; what is no asset begins there, and so goes at once.
	Left map[string]int `json:"left"`
}

// goneAfter is how many published manifests must not name an asset before it is
// deleted.
const goneAfter = 2

func readState(ctx context.Context, t target) (s state, err error) {
	text, err := t.read(ctx, stateName)
	if errors.Is(err, fs.ErrNotExist) {
		return state{}, nil
	}
	if err != nil {
		return state{}, err
	}
	if err = json.Unmarshal(text, &s); err == nil && s.Schema != stateSchema {
		err = fmt.Errorf("its schema is %q, not %q", s.Schema, stateSchema)
	}
	if err != nil {
		err = fmt.Errorf("at the target, %s: %w\n\thint: remove it; files of earlier sites then stay until you delete them", stateName, err)
	}
	return s, err
}

func (s state) write(ctx context.Context, t target) error {
	s.Schema = stateSchema
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return err
	}
	return t.put(ctx, []string{stateName}, func(string) ([]byte, error) { return append(text, '\n'), nil })
}

// A plan is what a publish will do.
type plan struct {
	put     [][]string      // files to send, in batches: a batch must be there before the next begins
	had     map[string]bool // files to send that are there already, with another content
	foreign []string        // files to send that are there already and that no publish put there
	drop    []string        // files to delete once the manifest is there
	before  state           // to be written before the first file
	after   state           // and after the last
	first   bool            // nothing was ever published there
	nothing bool            // the target is as it should be
}

// newPlan compares the next site with the last one that was published, with the
// sizes of what the target holds, and with what it remembers.
func newPlan(next, last stage.Manifest, held map[string]int64, known state) plan {
	p := plan{
		had:    map[string]bool{},
		before: state{Begun: map[string]string{}, Left: map[string]int{}},
		after:  state{Begun: map[string]string{}, Left: map[string]int{}},
		first:  last.Schema == "" && known.Schema == "",
	}
	maps.Copy(p.before.Begun, known.Begun)
	var put []string
	for _, name := range slices.Sorted(maps.Keys(next.Files)) {
		want := next.Files[name]
		was, named := last.Files[name]
		_, begun := known.Begun[name]
		_, left := known.Left[name]
		size, there := held[name]
		if named && was == want && !begun && there && (size == want.Bytes || size == unknownSize) {
			continue
		}
		put = append(put, name)
		p.before.Begun[name] = want.SHA256
		p.had[name] = there
		if there && !named && !begun && !left {
			p.foreign = append(p.foreign, name)
		}
	}
	p.put = batches(put, next, p.had)
	again := len(known.Begun) == 0 && reflect.DeepEqual(next, last)
	p.leave(next, last, held, known, again)
	return p
}

// leave decides on the files of earlier sites that are still there. again is for
// a site that is published already: that makes nothing older.
func (p *plan) leave(next, last stage.Manifest, held map[string]int64, known state, again bool) {
	left := maps.Clone(known.Left)
	if left == nil {
		left = map[string]int{}
	}
	add := func(name, sum string) {
		if _, ok := left[name]; ok {
			return
		}
		left[name] = goneAfter
		if isAsset(name, sum) {
			left[name] = 0
		}
	}
	for name, f := range last.Files {
		add(name, f.SHA256)
	}
	for name, sum := range known.Begun {
		add(name, sum)
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		_, needed := next.Files[name]
		if _, there := held[name]; needed || !there {
			continue
		}
		p.before.Left[name] = left[name]
		n := left[name]
		if n < goneAfter && !again {
			n++
		}
		if n < goneAfter {
			p.after.Left[name] = n
		} else {
			p.drop = append(p.drop, name)
		}
	}
}

// batches puts files in the order in which they are sent.
func batches(names []string, next stage.Manifest, had map[string]bool) (all [][]string) {
	const (
		assets = iota
		data
		newPages
		changedPages
		lists = changedPages + 1000 // deeper than any path
	)
	step := func(name string) int {
		switch {
		case isAsset(name, next.Files[name].SHA256):
			return assets
		case path.Base(name) == "feed.xml", name == "sitemap.xml", path.Ext(name) == ".ics":
			return lists
		case !isPage(name):
			return data
		case !had[name]:
			return newPages
		}
		return lists - 1 - strings.Count(name, "/")
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(step(a), step(b)) })
	for _, name := range names {
		if n := len(all); n > 0 && step(all[n-1][0]) == step(name) {
			all[n-1] = append(all[n-1], name)
			continue
		}
		all = append(all, []string{name})
	}
	return all
}

// refused says why the target is not one to publish this site to; nil if it is.
func (p plan) refused(next, last stage.Manifest, held map[string]int64) error {
	switch {
	case narrower(next.Audience, last.Audience):
		return fmt.Errorf("this site is for the audience %s, and what is published there for %s; nothing was changed\n\thint: publish it elsewhere, or say --force if the target has other readers now", next.Audience, last.Audience)
	case p.first && len(held) > 0:
		return fmt.Errorf("the target holds what no publish put there: %s; nothing was changed\n\thint: name another target, or say --force to publish beside it and over files of the same name", some(slices.Sorted(maps.Keys(held))))
	case len(p.foreign) > 0:
		return fmt.Errorf("the target holds files of the same name that no publish put there: %s; nothing was changed\n\thint: move them, or say --force to write over them", some(p.foreign))
	}
	return nil
}

// some names a file and how many more there are.
func some(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return fmt.Sprintf("%s and %d more", names[0], len(names)-1)
}

// deletes are the files that readers can no longer reach after the publish:
// those to be dropped but for assets that nothing has named for long.
func (p plan) deletes() (names []string) {
	for _, name := range p.drop {
		if p.before.Left[name] == goneAfter {
			names = append(names, name)
		}
	}
	return names
}

// report says what a plan will do.
func (p plan) report(site *built) Report {
	r := Report{Origin: site.manifest.Origin, Files: len(site.manifest.Files), Deleted: p.drop, Kept: len(p.after.Left), Unchanged: p.nothing}
	for name, f := range site.manifest.Files {
		r.Bytes += f.Bytes
		if isPage(name) {
			r.Pages++
		}
	}
	for _, name := range slices.Concat(p.put...) {
		r.Sent += site.manifest.Files[name].Bytes
		if p.had[name] {
			r.Changed = append(r.Changed, name)
		} else {
			r.New = append(r.New, name)
		}
	}
	return r
}

// execute carries out the plan.
func (p plan) execute(ctx context.Context, t target, cfg Config, site *built) error {
	if err := p.before.write(ctx, t); err != nil {
		return err
	}
	var sent atomic.Int64
	files := len(slices.Concat(p.put...))
	content := func(name string) ([]byte, error) {
		if n := int(sent.Add(1)); cfg.Progress != nil {
			cfg.Progress(n, files)
		}
		return site.content(name)
	}
	for _, batch := range p.put {
		if err := t.put(ctx, batch, content); err != nil {
			return err
		}
	}
	if err := t.put(ctx, []string{manifestName}, func(string) ([]byte, error) { return site.text, nil }); err != nil {
		return err
	}
	if err := t.remove(ctx, p.drop); err != nil {
		return err
	}
	if err := p.after.write(ctx, t); err != nil {
		return err
	}
	return t.commit(ctx, message(site.manifest.Origin))
}

// message says in a line what a site was made from.
func message(o stage.Origin) string {
	text := "Publish the site as of " + o.AsOf.Format(time.RFC3339)
	if o.Commit != "" {
		text += ", built from commit " + o.Commit
	}
	return text
}
