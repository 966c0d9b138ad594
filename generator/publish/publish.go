// Package publish makes a target hold a built site: a folder, a branch of a git
// repository, or a bucket of S3-compatible storage. It sends what has changed by
// the manifests of what is published and what was built, and a reader meets whole
// pages at every moment, also when a publish is killed:
//
//   - Assets named after their content go first, then data, then pages that are
//     new, then those that changed, the deepest first, and at last feeds and the
//     sitemap; so what a page needs or links to is there before the page.
//   - Then manifest.json. Only then are files deleted; a failure before that
//     deletes nothing.
//   - An asset stays until two published manifests no longer name it, for the
//     readers who have an old page open or in a cache.
//   - A file that no publish put there is neither deleted nor overwritten.
//
// Folders and buckets show each file as it comes; a branch shows all of them at
// once, since they are one commit. The target remembers in .tribune/state.json
// what the next publish must know: see state.
package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"tribune/generator/audience"
	"tribune/generator/stage"
)

const manifestName = "manifest.json"

// A Config is what a publish is told.
type Config struct {
	Target     string   // an address: see Check
	Secrets    []string // values that no error may show
	Audience   string   // the most restricted tree that the target may hold; "" for any
	Site       string   // folder of the site, whose git settings hold for a branch
	From       string   // folder of the built site
	Tribe      string   // publish this tribe's folder as a site by itself; "" for all
	DryRun     bool     // find out what would change, and whether rights suffice, and change nothing
	MaxDeletes int      // refuse to delete more files than this, assets not counted; below 0 for no limit
	Force      bool     // publish over files that no publish put there, and begin a branch anew

	Now      func() time.Time      // for how long the lock of a bucket holds
	Waiting  func()                // called if another publish must end first; may be nil
	Progress func(done, files int) // called as files are sent; may be nil
}

// A Report is what a publish did, or would do if it was a dry run.
type Report struct {
	Origin    stage.Origin // of the site
	Files     int          // of the site
	Pages     int          // of these, HTML
	Bytes     int64        // of the site
	New       []string     // sent, and not there before; in order of sending
	Changed   []string     // sent, and there before
	Sent      int64        // bytes of both
	Deleted   []string
	Kept      int      // assets of earlier sites that stay for now
	Unchanged bool     // the target was as it should be, and nothing was done
	Notes     []string // what the reader of the report should know of the target
}

// errMoved says that another publish was faster: what was read of the target no
// longer holds, and nothing was changed.
var errMoved = errors.New("somebody else published there at the same time; nothing was changed")

// A target holds a published site. A path is within the site, with forward
// slashes.
type target interface {
	// begin keeps other publishes away until end. The context that it returns
	// ends too if that can no longer be held.
	begin(ctx context.Context) (context.Context, error)
	// list returns the size of every file there, but for top-level dot-files;
	// unknownSize if it cannot be told, and notRegular for links and the like.
	list(ctx context.Context) (map[string]int64, error)
	// read returns a file; fs.ErrNotExist if there is none.
	read(ctx context.Context, path string) ([]byte, error)
	// put writes files, each at once, and returns when all of them are safe.
	put(ctx context.Context, paths []string, content func(path string) ([]byte, error)) error
	// remove deletes files; one that is not there is no error.
	remove(ctx context.Context, paths []string) error
	// commit ends the changes since begin; before it some targets show none.
	commit(ctx context.Context, message string) error
	// rehearse finds out whether the files could be written and deleted.
	rehearse(ctx context.Context, put, remove []string) error
	// end lets other publishes in.
	end(ctx context.Context)
}

const (
	unknownSize = -1
	notRegular  = -2
)

// Run publishes a built site. If it fails, files may have been sent, but none was
// deleted; the same publish again goes on where this one ended.
func Run(ctx context.Context, cfg Config) (r Report, err error) {
	defer func() { err = hide(err, slices.Concat(cfg.Secrets, secretsOf(cfg.Target))) }()
	site, err := open(cfg.From, cfg.Tribe)
	if err != nil {
		return Report{}, err
	}
	defer site.close()
	if narrower(site.manifest.Audience, cfg.Audience) {
		return Report{}, fmt.Errorf("%s was built for the audience %s, and the target is for %s; nothing was changed\n\thint: build it with --audience %s",
			cfg.From, site.manifest.Audience, cfg.Audience, cfg.Audience)
	}
	for attempt := 1; ; attempt++ {
		r, err = once(ctx, cfg, site)
		if !errors.Is(err, errMoved) || attempt == 3 {
			return r, err
		}
	}
}

// once is Run for a site that was read, without another attempt if somebody else
// was faster.
func once(ctx context.Context, cfg Config, site *built) (r Report, err error) {
	t, err := newTarget(cfg)
	if err != nil {
		return Report{}, err
	}
	defer t.end(context.WithoutCancel(ctx))
	if ctx, err = t.begin(ctx); err != nil {
		return Report{}, err
	}
	p, err := prepare(ctx, t, cfg, site)
	if err != nil {
		return Report{}, err
	}
	r = p.report(site)
	if n, ok := t.(interface{ notes() []string }); ok {
		r.Notes = n.notes()
	}
	switch {
	case cfg.DryRun:
		return r, t.rehearse(ctx, slices.Concat(p.put...), p.drop)
	case p.nothing:
		return r, nil
	}
	if err := p.execute(ctx, t, cfg, site); err != nil {
		return r, fmt.Errorf("%w\n\thint: nothing was deleted; publish again to go on where this one ended", cause(ctx, err))
	}
	return r, readBack(ctx, t, site)
}

// prepare reads the target and decides what to do, or why not to.
func prepare(ctx context.Context, t target, cfg Config, site *built) (plan, error) {
	held, err := t.list(ctx)
	if err != nil {
		return plan{}, err
	}
	last, text, err := published(ctx, t)
	if err != nil {
		return plan{}, err
	}
	known, err := readState(ctx, t)
	if err != nil {
		return plan{}, err
	}
	p := newPlan(site.manifest, last, held, known)
	p.nothing = len(p.put) == 0 && len(known.Begun) == 0 && bytes.Equal(text, site.text)
	for _, path := range slices.Concat(p.put...) {
		if held[path] == notRegular {
			return plan{}, fmt.Errorf("%s is a symbolic link or the like at the target, which publish does not follow; nothing was changed", path)
		}
	}
	if !cfg.Force {
		if err := p.refused(site.manifest, last, held); err != nil {
			return plan{}, err
		}
	}
	if lost := p.deletes(); cfg.MaxDeletes >= 0 && len(lost) > cfg.MaxDeletes {
		return plan{}, fmt.Errorf("to be deleted are %s, and --max-deletes allows %d; nothing was changed\n\thint: --dry-run lists them; if that is right, allow more", some(lost), cfg.MaxDeletes)
	}
	return p, nil
}

// published reads the manifest of what is published, and its text; both are
// empty if nothing is.
func published(ctx context.Context, t target) (m stage.Manifest, text []byte, err error) {
	text, err = t.read(ctx, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return stage.Manifest{}, nil, nil
	}
	if err != nil {
		return stage.Manifest{}, nil, err
	}
	m, err = stage.ReadManifest(bytes.NewReader(text))
	if err != nil {
		err = fmt.Errorf("at the target, %w\n\thint: name another target, or remove that file if it is in the way", err)
	}
	return m, text, err
}

// readBack holds the published manifest against that of the site.
func readBack(ctx context.Context, t target, site *built) error {
	text, err := t.read(ctx, manifestName)
	if err != nil {
		return fmt.Errorf("the site was sent, but its manifest cannot be read back: %w", err)
	}
	if !bytes.Equal(text, site.text) {
		return errors.New("the site was sent, but another manifest is published now: somebody else published there\n\thint: publish again")
	}
	return nil
}

// narrower reports whether a tree is for fewer readers than a target.
func narrower(tree, target string) bool {
	return target != "" && slices.Index(audience.All, tree) > slices.Index(audience.All, target)
}

// cause returns why a context ended, if that is what the error says.
func cause(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
