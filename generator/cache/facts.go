package cache

import (
	"encoding/gob"
	"encoding/json"
	"io"
	"io/fs"
	"sync"
	"time"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
)

// A fact is what a postmortem's file says. The fields are exported for gob.
type fact struct {
	Key      string
	Says     postmortem.Postmortem
	Problems diag.List
	used     bool
}

// Load reads the postmortems of a site, as postmortem.Load does, but for those
// files that it has read before.
func (c *Cache) Load(site fs.FS, zone *time.Location, names postmortem.Names) ([]postmortem.Postmortem, diag.List) {
	if c.facts == nil {
		c.facts = c.readFacts()
	}
	k := c.facts()
	told, _ := json.Marshal(names) // maps in order of their keys; no value of it fails
	with := digestOf(c.program, zone.String(), string(told))
	posts, problems := postmortem.LoadWith(site, names, func(file string) (postmortem.Postmortem, diag.List) {
		if sum, ok := c.files.known(file); ok {
			if f := k.find(digestOf(with, file, sum)); f != nil {
				return f.Says, f.Problems
			}
		}
		src, err := readLimited(site, file)
		if err != nil {
			return postmortem.ReadFile(site, file, zone, names)
		}
		key := digestOf(with, file, c.files.learn(file, src))
		if f := k.find(key); f != nil {
			return f.Says, f.Problems // it was touched, and not changed
		}
		f := &fact{Key: key, used: true}
		f.Says, f.Problems = postmortem.Read(file, src, zone, names)
		k.add(f)
		return f.Says, f.Problems
	})
	if k.changed() && c.dir != "" {
		c.work.Go(func() { save(c.path("facts"), k.encode) })
	}
	return posts, problems
}

// readFacts begins to read what is known of postmortems.
func (c *Cache) readFacts() (known func() *facts) {
	k := &facts{all: map[string]*fact{}}
	done := make(chan struct{})
	c.work.Go(func() {
		defer close(done)
		load(c.path("facts"), k.decode)
	})
	return func() *facts {
		<-done
		return k
	}
}

// facts are what is known of postmortems, by key.
type facts struct {
	mu    sync.Mutex
	all   map[string]*fact
	added bool
}

// find returns what is known by a key, or nil.
func (k *facts) find(key string) *fact {
	k.mu.Lock()
	defer k.mu.Unlock()
	f := k.all[key]
	if f != nil {
		f.used = true
	}
	return f
}

func (k *facts) add(f *fact) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all[f.Key], k.added = f, true
}

// changed reports whether what is known is not what the file says.
func (k *facts) changed() bool {
	for _, f := range k.all {
		if !f.used {
			return true
		}
	}
	return k.added
}

func (k *facts) decode(d *gob.Decoder) error {
	for {
		f := new(fact)
		if err := d.Decode(f); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		k.all[f.Key] = f
	}
}

// encode writes what was asked for; the rest is of files that are gone.
func (k *facts) encode(e *gob.Encoder) error {
	for _, f := range k.all {
		if !f.used {
			continue
		}
		if err := e.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

// readLimited reads a file, and no more of it than makes a postmortem.
func readLimited(site fs.FS, file string) ([]byte, error) {
	f, err := site.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, postmortem.MaxSize+1))
}
