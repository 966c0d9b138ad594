package source

import (
	"cmp"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"tribune/generator/catalog"
)

var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// secrets puts values of the environment into settings, and takes them out of
// texts again before anybody sees those.
type secrets struct {
	lookup func(name string) (string, bool)
	used   map[string]string // the name of each value
}

func newSecrets(lookup func(string) (string, bool)) *secrets {
	return &secrets{lookup, map[string]string{}}
}

// expand puts in the values of all ${NAME}. A name that is not set is a fault.
func (s *secrets) expand(src catalog.Source, text string) (string, error) {
	var missing string
	text = variable.ReplaceAllStringFunc(text, func(m string) string {
		name := m[2 : len(m)-1]
		value, ok := s.lookup(name)
		if !ok && missing == "" {
			missing = name
		}
		s.used[value] = name
		return value
	})
	if missing != "" {
		at := src.Pos
		for _, v := range src.Variables {
			if v.Name == missing {
				at = v.Pos
			}
		}
		return "", faultf(Settings, "set it, or write the value itself if it is no secret", "%s: the environment variable %s is not set", at, missing)
	}
	return text, nil
}

// expandAll expands every text within a value of a TOML table.
func (s *secrets) expandAll(src catalog.Source, v any) (any, error) {
	switch v := v.(type) {
	case string:
		return s.expand(src, v)
	case map[string]any:
		all := make(map[string]any, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			value, err := s.expandAll(src, v[k])
			if err != nil {
				return nil, err
			}
			all[k] = value
		}
		return all, nil
	case []any:
		all := make([]any, len(v))
		for i := range v {
			value, err := s.expandAll(src, v[i])
			if err != nil {
				return nil, err
			}
			all[i] = value
		}
		return all, nil
	}
	return v, nil
}

// learn reads the files that hold a secret, so that it is known. One that cannot
// be read is the business of who uses it.
func (s *secrets) learn(settings map[string]any, dir string) {
	for key, v := range settings {
		switch v := v.(type) {
		case map[string]any:
			s.learn(v, dir)
		case string:
			if !strings.HasSuffix(key, "_file") || key == "ca_file" || key == "cert_file" {
				continue
			}
			if text, err := os.ReadFile(within(dir, v)); err == nil {
				s.used[strings.TrimSpace(string(text))] = key
			}
		}
	}
}

// encoded is how HTTP sends a name and a password.
var encoded = regexp.MustCompile(`\bBasic [A-Za-z0-9+/]{4,}=*`)

// hide writes ${NAME} in place of every value that was put in. Values of fewer
// than four bytes stay: they would be found in any text.
func (s *secrets) hide(text string) string {
	text = encoded.ReplaceAllString(text, "Basic …")
	longest := slices.SortedFunc(maps.Keys(s.used), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	for _, value := range longest {
		if len(value) >= 4 {
			text = strings.ReplaceAll(text, value, "${"+s.used[value]+"}")
		}
	}
	return text
}

// hidden returns a fault whose text holds no secret.
func (s *secrets) hidden(f *Fault) *Fault {
	f.Message, f.Hint = s.hide(f.Message), s.hide(f.Hint)
	return f
}
