package generator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/publish"
)

// ErrTarget says that a target was asked for which the site does not have.
var ErrTarget = errors.New("no target")

// A PublishConfig is what a publish is told.
type PublishConfig struct {
	Site       string // folder
	Target     string // a name under [publish] of data/site.toml, or an address
	From       string // folder of the built site
	Tribe      string // publish this tribe's folder as a site by itself; "" for all
	DryRun     bool
	MaxDeletes int // refuse to delete more files than this; below 0 for no limit
	Force      bool

	Lookup   func(name string) (string, bool) // of the environment
	Now      func() time.Time
	Waiting  func()                // called if another publish must end first; may be nil
	Progress func(done, files int) // may be nil
}

// Publish makes a target hold a built site: see package publish.
func Publish(ctx context.Context, cfg PublishConfig) (publish.Report, error) {
	c := publish.Config{
		Target: cfg.Target, Site: cfg.Site, From: cfg.From, Tribe: cfg.Tribe,
		DryRun: cfg.DryRun, MaxDeletes: cfg.MaxDeletes, Force: cfg.Force,
		Now: cfg.Now, Waiting: cfg.Waiting, Progress: cfg.Progress,
	}
	if !strings.Contains(cfg.Target, ":") {
		t, err := targetOf(cfg)
		if err != nil {
			return publish.Report{}, err
		}
		c.Audience = t.Audience
		if c.Target, c.Secrets, err = expanded(t, cfg.Lookup); err != nil {
			return publish.Report{}, err
		}
	}
	if err := publish.Check(c.Target); err != nil {
		return publish.Report{}, err
	}
	return publish.Run(ctx, c)
}

// targetOf returns the target of a name.
func targetOf(cfg PublishConfig) (catalog.Target, error) {
	cat, problems := catalog.Load(os.DirFS(cfg.Site))
	var names []string
	for _, t := range cat.Site.Publish {
		if t.Name != cfg.Target {
			names = append(names, t.Name)
			continue
		}
		for _, p := range problems {
			if p.Pos.File == t.Pos.File && p.Severity == diag.Error {
				return catalog.Target{}, fmt.Errorf("%s\n\thint: tribune check lists all that is wrong", p)
			}
		}
		return t, nil
	}
	return catalog.Target{}, fmt.Errorf("%w %q in data/site.toml\n\thint: %s; an address such as file:///srv/www/reliability works too", ErrTarget, cfg.Target, didYouMean(cfg.Target, names))
}

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expanded returns the address of a target with the values of the environment,
// and those values, which nobody shall see.
func expanded(t catalog.Target, lookup func(string) (string, bool)) (address string, values []string, err error) {
	for _, v := range t.Variables {
		if _, ok := lookup(v.Name); !ok {
			return "", nil, fmt.Errorf("%s: the environment variable %s is not set\n\thint: set it before a publish", v.Pos, v.Name)
		}
	}
	address = variable.ReplaceAllStringFunc(t.URL, func(m string) string {
		value, _ := lookup(m[2 : len(m)-1])
		values = append(values, value)
		return value
	})
	return address, values, nil
}
