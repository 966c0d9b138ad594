package postmortem

import (
	"bytes"
	"regexp"
	"slices"

	"tribune/generator/diag"
)

// A secretShape is how the tokens of one kind look. Only kinds that look like
// nothing else are known: what is merely random may be a commit or a picture.
type secretShape struct {
	what    string
	hints   []string       // one of them stands in every such token, so that most texts are not searched
	pattern *regexp.Regexp // the secret is its last group, or all of it
}

var secretShapes = []secretShape{
	{"a private key", []string{"PRIVATE KEY"}, regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s+[A-Za-z-]+: [^\n]*)*\s+([A-Za-z0-9+/=]{16,}(?:\s+[A-Za-z0-9+/=]{4,})*)`)},
	{"an AWS access key", []string{"AKIA", "ASIA"}, regexp.MustCompile(`\b((?:AKIA|ASIA)[A-Z2-7]{16})\b`)},
	{"a GitHub token", []string{"gho_", "ghp_", "ghs_", "ghu_", "ghr_"}, regexp.MustCompile(`\b(gh[opsur]_[A-Za-z0-9]{36})\b`)},
	{"a GitHub token", []string{"github_pat_"}, regexp.MustCompile(`\b(github_pat_[A-Za-z0-9_]{82})\b`)},
	{"a GitLab token", []string{"glpat-"}, regexp.MustCompile(`\b(glpat-[A-Za-z0-9_-]{20,})`)},
	{"a Slack token", []string{"xox"}, regexp.MustCompile(`\b(xox[abeoprs]-[A-Za-z0-9-]{20,})`)},
	{"the address of a Slack hook", []string{"hooks.slack.com"}, regexp.MustCompile(`hooks\.slack\.com/services/(T[A-Za-z0-9]+/B[A-Za-z0-9]+/[A-Za-z0-9]{20,})`)},
	{"a Stripe key", []string{"k_live_", "k_test_"}, regexp.MustCompile(`\b([rs]k_(?:live|test)_[A-Za-z0-9]{20,})`)},
	{"a Google API key", []string{"AIza"}, regexp.MustCompile(`\b(AIza[A-Za-z0-9_-]{35})`)},
	{"an npm token", []string{"npm_"}, regexp.MustCompile(`\b(npm_[A-Za-z0-9]{36})\b`)},
	{"a PyPI token", []string{"pypi-"}, regexp.MustCompile(`\b(pypi-AgE[A-Za-z0-9_-]{50,})`)},
	{"a Vault token", []string{"hvs."}, regexp.MustCompile(`\b(hvs\.[A-Za-z0-9_-]{24,})`)},
	{"a JSON web token", []string{"eyJ"}, regexp.MustCompile(`\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,})`)},
	{"a password in an address", []string{"://"}, regexp.MustCompile(`://[^\s/:@'"<>]*:([^\s/@'"<>$*{]{3,})@`)},
}

// placeholders are what manuals write where a secret would stand.
var placeholders = regexp.MustCompile(`(?i)^(?:pass|password|passwd|pwd|pw|secret|token|changeme|hunter2)$|example|\.\.\.|…`)

// hideSecrets puts x in the place of what looks like a token or a key, so that
// neither facts nor pages have it, and tells of each.
func (s *source) hideSecrets(problems *diag.List) {
	for _, shape := range secretShapes {
		if !slices.ContainsFunc(shape.hints, func(hint string) bool { return bytes.Contains(s.text, []byte(hint)) }) {
			continue
		}
		for _, m := range shape.pattern.FindAllSubmatchIndex(s.text, -1) {
			secret := s.text[m[len(m)-2]:m[len(m)-1]]
			if placeholders.Match(secret) || monotonous(secret) {
				continue
			}
			problems.Add(s.pos(m[len(m)-2]), RuleSecret, diag.Error, "make it invalid where it is used, then take it out: who can read this file has it", "looks like %s; pages show x in its place", shape.what)
			for i, c := range secret {
				if c > ' ' {
					secret[i] = 'x'
				}
			}
		}
	}
}

// monotonous reports whether a text repeats one character, as xxxxxx does, or
// has so few that it is none of chance.
func monotonous(secret []byte) bool {
	kinds := slices.Clone(secret)
	slices.Sort(kinds)
	return len(slices.Compact(kinds)) <= min(8, len(secret)/8+1)
}
