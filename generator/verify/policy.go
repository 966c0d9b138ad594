package verify

import (
	"fmt"
	"slices"
	"strings"
)

// forbidden looks for what would run, or style, from within the page: a strict
// policy stops it, so that it would be a fault even where it is harmless.
func (p *page) forbidden(t tag) {
	for _, a := range t.attrs {
		switch {
		case strings.HasPrefix(a.Key, "on"):
			p.problem(p.pos(), "script-inline", "", "<%s> has a handler, %s", t.name, a.Key)
		case a.Key == "style":
			p.problem(p.pos(), "style-inline", "", "<%s> has a style attribute", t.name)
		case a.Key == "srcdoc":
			p.problem(p.pos(), "element-forbidden", "", "<%s> holds another document in srcdoc", t.name)
		}
	}
	switch t.name {
	case "script":
		if _, ok := t.lookup("src"); !ok && !isData(t.get("type")) && t.get("href") == "" {
			p.problem(p.pos(), "script-inline", "", "a script stands in the page")
		}
	case "style":
		p.problem(p.pos(), "style-inline", "", "a <style> stands in the page")
	case "applet", "base", "embed", "frame", "frameset", "iframe", "object", "portal":
		p.problem(p.pos(), "element-forbidden", "", "<%s> stands in the page", t.name)
	}
}

// isData reports whether a script of this type is data that no browser runs.
func isData(kind string) bool {
	return kind == "application/json" || kind == "application/ld+json"
}

// security reads the content security policy, and sees that it stands before all
// that a page loads: browsers apply it from there on.
func (p *page) security(t tag) {
	if t.name == "meta" && strings.EqualFold(t.get("http-equiv"), "Content-Security-Policy") {
		if p.openAt("head") < 0 {
			p.problem(p.pos(), "policy-weak", "", "a content security policy outside <head> is not applied")
		}
		for _, fault := range weaknesses(t.get("content")) {
			p.problem(p.pos(), "policy-weak", "", "%s", fault)
		}
		p.policy = true
	}
	if !p.policy && (t.name == "script" || t.name == "img" || t.name == "link") {
		p.problem(p.pos(), "policy-weak", "", "<%s> stands before any content security policy, which is not applied to it", t.name)
		p.policy = true // said once
	}
}

// weaknesses says in what a policy is weaker than tribune's own:
//
//	default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file:; base-uri 'none'; form-action 'none'
//
// Of a directive that stands twice the first counts.
func weaknesses(policy string) (faults []string) {
	sources := map[string][]string{}
	var order []string
	for directive := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(strings.ToLower(directive))
		if len(words) == 0 || sources[words[0]] != nil {
			continue
		}
		sources[words[0]] = append([]string{}, words[1:]...)
		order = append(order, words[0])
	}
	for _, name := range []string{"default-src", "base-uri", "form-action"} {
		if !slices.Equal(sources[name], []string{"'none'"}) {
			faults = append(faults, fmt.Sprintf("the policy does not say %s 'none'", name))
		}
	}
	for _, name := range order {
		if !strings.HasSuffix(name, "-src") && !strings.HasSuffix(name, "-src-elem") && !strings.HasSuffix(name, "-src-attr") {
			continue
		}
		for _, source := range sources[name] {
			if source != "'none'" && source != "'self'" && source != "file:" {
				faults = append(faults, fmt.Sprintf("the policy allows %s %s", name, source))
			}
		}
	}
	return faults
}
