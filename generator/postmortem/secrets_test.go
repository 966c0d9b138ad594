package postmortem_test

import (
	"strings"
	"testing"

	"tribune/generator/postmortem"
)

// chance is text as random as a token, n characters of it. Tokens are put
// together here, since a scanner of this repository would take them for real.
func chance(n int) string { return strings.Repeat("Zq7Rk2Lw9XtB4mVd", 8)[:n] }

func TestSecretsAreInNeitherFactsNorPages(t *testing.T) {
	for what, secret := range map[string]string{
		"an AWS access key":              "AKIA" + strings.ToUpper("2tq7wpl5rx3znv4d"),
		"a GitHub token":                 "ghp_" + chance(36),
		"a GitLab token":                 "glpat-" + chance(20),
		"a Slack token":                  "xoxb-" + chance(24),
		"the address of a Slack hook":    "T02AB3C4D/B05EF6G7H/" + chance(24),
		"a Stripe key":                   "sk_live_" + chance(24),
		"a Google API key":               "AIza" + chance(35),
		"an npm token":                   "npm_" + chance(36),
		"a PyPI token":                   "pypi-AgE" + chance(60),
		"a Vault token":                  "hvs." + chance(30),
		"a JSON web token":               "eyJ" + chance(20) + ".eyJ" + chance(30) + "." + chance(30),
		"a private key":                  chance(64) + "\n" + chance(64) + "\n" + chance(20) + "==",
		"a password in an address":       "w" + chance(11),
		"a GitHub token of the new kind": "github_pat_" + chance(82),
	} {
		written := secret
		switch what {
		case "the address of a Slack hook":
			written = "https://hooks.slack.com/services/" + secret
		case "a private key":
			written = "-----BEGIN RSA PRIVATE KEY-----\n" + secret + "\n-----END RSA PRIVATE KEY-----"
		case "a password in an address":
			written = "postgres://ledger:" + secret + "@db.example/ledger"
		}
		text := []byte("---\ntags: [\"" + strings.Fields(written)[0] + "\"]\n---\n\n# Outage\n\n## Impact\n\nWe ran `" + written + "` and all was well.\n")
		if what == "a private key" {
			text = []byte("# Outage\n\n## Impact\n\nWe ran\n" + written + "\nand all was well.\n")
		}
		p, problems := postmortem.Read(outage, text, berlin, names)
		body, _ := postmortem.Body(outage, text, p.Title, postmortem.Links{})
		facts := p.Impact + strings.Join(p.Tags, " ") + string(body.HTML)
		for _, part := range strings.FieldsFunc(secret, func(r rune) bool { return r == '\n' || r == '/' }) {
			if strings.Contains(facts, part) {
				t.Errorf("%s is still there: %s", what, facts)
			}
		}
		told := false
		for _, problem := range problems {
			told = told || problem.Rule == postmortem.RuleSecret && strings.Contains(what, strings.TrimPrefix(strings.Split(problem.Message, ";")[0], "looks like "))
			if strings.Contains(problem.Message+problem.Hint, secret) {
				t.Errorf("the problem repeats %s: %s", what, problem)
			}
		}
		if !told {
			t.Errorf("nobody is told of %s: %v", what, problems)
		}
	}
}

func TestWhatOnlyLooksLikeASecretStays(t *testing.T) {
	for _, text := range []string{
		"AKIAIOSFODNN7EXAMPLE", "ghp_" + strings.Repeat("x", 36), "ghp_" + chance(20), "https://hooks.slack.com/services/T000/B000/XXXX",
		"postgres://user:password@db/ledger", "postgres://user:${PASSWORD}@db/ledger", "https://acme.example:8080/a@b", "git@github.com:acme/pool",
		"commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----", "xoxb-…", "-----BEGIN CERTIFICATE-----\n" + chance(64),
	} {
		src := []byte("# Outage\n\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n")
		_, problems := postmortem.Read(outage, src, berlin, names)
		for _, problem := range problems {
			if problem.Rule == postmortem.RuleSecret {
				t.Errorf("%s: %s", text, problem)
			}
		}
	}
}
