package check

import (
	"tribune/generator/diag"
	"tribune/generator/postmortem"
)

// A Rule is one that writers ask about: why it is there, and a file that breaks
// it and one that keeps it. A test reads them.
type Rule struct {
	ID       string
	Severity diag.Severity // the worst it can be
	Title    string        // what holds when the rule is kept
	Why      string
	Bad      string
	Good     string
}

// Rules are the rules with their reasons, in the order of a page. In their
// examples it is 15 November 2026 on a site whose tribe payments has the service
// checkout-api, and Ada Lovelace is one of its people.
var Rules = []Rule{
	{
		ID: RuleImpact, Severity: diag.Warning, Title: "a postmortem says what users felt",
		Why:  "Those who look for an incident like theirs, and those who read the scorecard, read this sentence first, and often no other.",
		Bad:  "# The pool of the checkout was full\n\n## Timeline\n\n- 10:02 Connections run out\n",
		Good: "# The pool of the checkout was full\n\n## Impact\n\nOne checkout in three failed for 47 minutes.\n",
	},
	{
		ID: postmortem.RuleOrder, Severity: diag.Error, Title: "times follow each other",
		Why:  "An end before the start is a slip, and a duration made of it is worth nothing: it would be in every figure that it is counted in.",
		Bad:  "---\ntitle: Checkout fails\nstarted: 2026-10-06T10:49:00Z\nresolved: 2026-10-06T10:02:00Z\n---\n",
		Good: "---\ntitle: Checkout fails\nstarted: 2026-10-06T10:02:00Z\nresolved: 2026-10-06T10:49:00Z\n---\n",
	},
	{
		ID: postmortem.RuleService, Severity: diag.Error, Title: "the services that are named exist",
		Why:  "A service that nobody knows has no budget: what the incident cost would be called unexplained.",
		Bad:  "---\ntitle: Checkout fails\nservices: [chekout-api]\n---\n",
		Good: "---\ntitle: Checkout fails\nservices: [checkout-api]\n---\n",
	},
	{
		ID: RulePromise, Severity: diag.Warning, Title: "an open action has an owner and a due day",
		Why:  "What nobody owns is nobody's, and what has no day is never late.",
		Bad:  "# Checkout fails\n\n## Action items\n\n- [ ] Cap the pool\n",
		Good: "# Checkout fails\n\n## Action items\n\n- [ ] Cap the pool (owner: checkout, due: 2026-12-01)\n",
	},
	{
		ID: RuleDraft, Severity: diag.Warning, Title: "a draft is finished within 30 days",
		Why:  "After a month nobody remembers, and what would have been promised is not done either.",
		Bad:  "---\ntitle: Checkout fails\ndate: 2026-10-06\nstatus: draft\n---\n",
		Good: "---\ntitle: Checkout fails\ndate: 2026-10-06\nstatus: review\n---\n",
	},
	{
		ID: RulePerson, Severity: diag.Warning, Title: "people are called by their roles",
		Why:  "A postmortem asks what made a mistake possible. Names invite the question who made it, and stay in search engines. The names are those under people in data/site.toml.",
		Bad:  "# Checkout fails\n\n## Timeline\n\n- 10:05 UTC Ada Lovelace restarts the pods\n",
		Good: "# Checkout fails\n\n## Timeline\n\n- 10:05 UTC The on-call of Checkout restarts the pods\n",
	},
	{
		ID: postmortem.RuleSecret, Severity: diag.Error, Title: "there are no tokens and keys in it",
		Why:  "Chat logs and commands are pasted with what stands in them. Pages show x in the place of a secret, and the file still has it: only one that is no longer valid is harmless.",
		Bad:  "# Checkout fails\n\n    export AWS_ACCESS_KEY_ID=AKIA2TQ7WPL5RX3ZNV4D\n",
		Good: "# Checkout fails\n\n    export AWS_ACCESS_KEY_ID=AKIA…\n",
	},
	{
		ID: postmortem.RuleLink, Severity: diag.Warning, Title: "links lead somewhere",
		Why:  "A reader in the middle of an incident has no time for a page that is not there.",
		Bad:  "# Checkout fails\n\nAs in [the one before](2026-08-19-pool.md).\n",
		Good: "# Checkout fails\n\nAs in [what happened](#what-happened).\n\n## What happened\n\nThe pool was full.\n",
	},
}
