package catalog

import (
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// site reads data/site.toml. It returns the headline, whose ids cannot be
// understood before the tribes are read.
func (l *loader) site() (headline list[text]) {
	const name = "data/site.toml"
	var f siteFile
	l.siteRead = l.read(name, false, &f)
	site := Site{
		Title:      string(f.Title.or("Untitled")), // only built in spite of errors
		BaseURL:    string(f.BaseURL.V),
		Zone:       f.TimeZone.or(zone{time.UTC}).Location,
		Resolution: time.Duration(f.Resolution.or(resolution(time.Hour))),
		Freshness:  time.Duration(f.Freshness.or(duration(26 * time.Hour))),
		Settle:     time.Duration(f.Settle.or(duration(72 * time.Hour))),
		Thresholds: l.thresholds(&f.Thresholds),
		Pos:        diag.Pos{File: name, Line: 1, Col: 1},
	}
	site.ZoneName = site.Zone.String()
	l.cat.Site = site // the zone is needed from here on
	if l.siteRead && !f.TimeZone.wrong {
		l.buckets = !f.Resolution.wrong
		l.edge = slo.WidestStep(site.Zone, firstMonth, lastMonth)
		at := f.Resolution.pos
		if !f.Resolution.given() {
			at = f.TimeZone.pos
		}
		l.monthEdges(site.Resolution, at)
	}
	l.cat.Site.AsOf = l.instant(f.AsOf)
	for _, name := range sortedKeys(f.Sources) {
		t := f.Sources[name]
		l.sources[name] = t.Kind.V
		if l.tableName(&t.head, name) {
			l.cat.Site.Sources = append(l.cat.Site.Sources, l.source(name, &t))
		}
	}
	l.cat.Site.Specs = l.specs(&f.Specs)
	l.cat.Site.Postmortems = Postmortems{texts(f.Postmortems.People), words(f.Postmortems.Headings), words(f.Postmortems.Keys)}
	for _, name := range sortedKeys(f.Publish) {
		t := f.Publish[name]
		if l.tableName(&t.head, name) {
			l.cat.Site.Publish = append(l.cat.Site.Publish, Target{
				Name:      name,
				URL:       string(t.URL.V),
				Audience:  string(t.Audience.V),
				Variables: variables(t.node),
				Pos:       t.pos,
			})
		}
	}
	return f.Headline
}

func sortedKeys[T any](m map[string]T) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// tableName reports a name in [sources.NAME] or [publish.NAME] that is no id.
// It is false as well if there was no table.
func (l *loader) tableName(h *head, name string) bool {
	if h.node == nil {
		return false
	}
	if err := CheckID(name); err != nil {
		l.report(h.pos, "id-unsafe", idHint(name), "the name %q %v", name, err)
		return false
	}
	l.secrets(h.node)
	return true
}

func (l *loader) thresholds(t *thresholdsTable) slo.Thresholds {
	d := slo.DefaultThresholds
	d.AtRisk = float64(t.AtRisk.or(share(d.AtRisk)))
	d.Watch = float64(t.Watch.or(share(d.Watch)))
	d.Coverage = float64(t.Coverage.or(share(d.Coverage)))
	if d.AtRisk > d.Watch && !t.AtRisk.wrong && !t.Watch.wrong {
		at := t.AtRisk.pos
		if !t.AtRisk.given() {
			at = t.Watch.pos
		}
		l.report(at, "threshold-order", "an SLO is watched first and at risk later, when less is left", "at_risk (%v) is above watch (%v)", d.AtRisk, d.Watch)
	}
	return d
}

// source builds a source. What its kind needs must be there.
func (l *loader) source(name string, t *sourceTable) Source {
	needs := map[sourceKind]struct {
		key   string
		given bool
	}{
		Prometheus: {"url", t.URL.given()},
		Command:    {"command", t.Command.pos.File != ""},
		CSV:        {"path", t.Path.given()},
	}
	if n, ok := needs[t.Kind.V]; ok && !n.given {
		l.report(t.pos, "key-missing", "add "+n.key+", or another kind", "a source of kind %s has no %s", t.Kind.V, n.key)
	}
	s := Source{
		Name:           name,
		Kind:           string(t.Kind.V),
		URL:            string(t.URL.V),
		Path:           string(t.Path.V),
		ScrapeInterval: time.Duration(t.ScrapeInterval.or(duration(time.Minute))),
		Increase:       string(t.Increase.V),
		Timeout:        time.Duration(t.Timeout.V),
		Concurrency:    int(t.Concurrency.V),
		Variables:      variables(t.node),
		Pos:            t.pos,
	}
	s.Command = texts(t.Command)
	for _, name := range t.Environment.values() {
		s.Environment = append(s.Environment, string(name))
	}
	for k, v := range t.Headers {
		if s.Headers == nil {
			s.Headers = map[string]string{}
		}
		s.Headers[k] = string(v.V)
	}
	for k, v := range map[string]raw{
		"bearer_token_file": t.BearerFile, "basic_auth": t.BasicAuth, "authorization": t.Authorization,
		"oauth2": t.OAuth2, "tls": t.TLS, "proxy_url": t.ProxyURL,
	} {
		if v.node != nil {
			if s.Auth == nil {
				s.Auth = map[string]any{}
			}
			s.Auth[k] = v.plain()
		}
	}
	return s
}

// words returns the lists of a table by their keys, those that are not empty.
func words(table any) map[string][]string {
	all := map[string][]string{}
	v := reflect.ValueOf(table)
	for _, f := range reflect.VisibleFields(v.Type()) {
		key := f.Tag.Get("toml")
		if key == "" {
			continue // where the table stands
		}
		if found := texts(v.FieldByIndex(f.Index).Interface().(list[text])); len(found) > 0 {
			all[key] = found
		}
	}
	return all
}

func texts(l list[text]) (all []string) {
	for _, v := range l.values() {
		all = append(all, string(v))
	}
	return all
}

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// variables returns every ${NAME} in the texts of a table.
func variables(n *node) (all []Variable) {
	n.walk(func(n *node) {
		s, _ := n.raw.(string)
		for _, m := range variable.FindAllStringSubmatch(s, -1) {
			all = append(all, Variable{m[1], n.pos})
		}
	})
	return all
}

// UnsetVariables reports the variables of sources and targets for which isSet
// is false.
func (c *Catalog) UnsetVariables(isSet func(name string) bool) diag.List {
	var p problems
	check := func(all []Variable) {
		for _, v := range all {
			if !isSet(v.Name) {
				p.report(v.Pos, "variable-unset", "set it before a pull or publish that uses it", "the environment variable %s is not set", v.Name)
			}
		}
	}
	for _, s := range c.Site.Sources {
		check(s.Variables)
	}
	for _, t := range c.Site.Publish {
		check(t.Variables)
	}
	return p.list.Sorted()
}

// secrets reports passwords and the like that stand in the file itself. They
// are not repeated in the message.
func (l *loader) secrets(n *node) {
	n.walk(func(n *node) {
		s, ok := n.raw.(string)
		if !ok || s == "" || strings.Contains(s, "${") {
			return
		}
		secret := false
		switch strings.ToLower(n.name) {
		case "password", "credentials", "client_secret", "authorization":
			secret = true
		case "url", "proxy_url", "token_url":
			if u, err := url.Parse(s); err == nil {
				_, secret = u.User.Password()
			}
		}
		if secret {
			l.report(n.pos, "secret-written", `write "${NAME}" to take it from the environment, or name a file of its own`, "%s holds a secret, which all who read this file can use", n.name)
		}
	})
}
