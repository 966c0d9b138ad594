package check

import "tribune/generator/diag"

// ModelRules are the rules of how services are run, with their reasons, in the
// order of a page. Their examples are data/tribes/payments.toml on a site with a
// data/sre.toml, whose only member is sre-lead, on 15 November 2026.
var ModelRules = []Rule{
	{
		ID: RuleModelOwner, Severity: diag.Warning, Title: "a service has an owner",
		Why:  "What it costs is on nobody’s scorecard, and nobody is called when it fails.",
		Bad:  "[[services]]\nid = \"checkout-api\"\n",
		Good: "[[squads]]\nid = \"checkout\"\nname = \"Checkout\"\n\n[[services]]\nid = \"checkout-api\"\nsquad = \"checkout\"\n",
	},
	{
		ID: RuleModelMissing, Severity: diag.Warning, Title: "a service has an operational model",
		Why:  "Who runs it, and how, is else agreed on in its first incident.",
		Bad:  "[[services]]\nid = \"checkout-api\"\n",
		Good: "[[services]]\nid = \"checkout-api\"\noperational_model = { on_call = \"Checkout, weekly\" }\n",
	},
	{
		ID: RuleModelPartly, Severity: diag.Warning, Title: "an operational model is whole",
		Why:  "On-call, runbook, dashboard, alerts, an agreement with its approver, a day to revisit it and a readiness review each answer a question of the night in which it fails.",
		Bad:  "[[services]]\nid = \"checkout-api\"\n\n[services.operational_model]\non_call = \"Checkout, weekly\"\nrunbook = \"https://runbooks.example/checkout-api\"\n",
		Good: "[[services]]\nid = \"checkout-api\"\n\n[services.operational_model]\non_call = \"Checkout, weekly\"\nrunbook = \"https://runbooks.example/checkout-api\"\ndashboard = \"https://dashboards.example/checkout-api\"\nalerts = \"https://alerts.example/checkout-api\"\nagreed = 2026-02-01\napprover = \"head of payments\"\nrevisit = 2027-02-01\nreadiness_review = 2026-01-15\n",
	},
	{
		ID: RuleModelRevisit, Severity: diag.Warning, Title: "an operational model is revisited when it was to be",
		Why:  "Squads, traffic and dependencies change, and what was agreed for those of two years ago holds no longer.",
		Bad:  "[[services]]\nid = \"checkout-api\"\noperational_model = { revisit = 2026-11-14 }\n",
		Good: "[[services]]\nid = \"checkout-api\"\noperational_model = { revisit = 2026-11-15 }\n",
	},
	{
		ID: RuleModelBudget, Severity: diag.Note, Title: "a service has an error budget",
		Why:  "Without an objective nobody can say whether it is reliable enough, and no policy holds for it.",
		Bad:  "[[services]]\nid = \"checkout-api\"\n",
		Good: "[[services]]\nid = \"checkout-api\"\n\n[[services.slos]]\nid = \"availability\"\ntitle = \"Requests answered\"\nobjective = \"99.9%\"\n",
	},
	{
		ID: RuleEmbedded, Severity: diag.Warning, Title: "the squad of a service in maintenance mode has somebody of the SRE team",
		Why:  "Its squad builds other things by now. Somebody must still know it when it fails.",
		Bad:  "[[squads]]\nid = \"checkout\"\nname = \"Checkout\"\n\n[[services]]\nid = \"checkout-api\"\nsquad = \"checkout\"\nlifecycle = \"maintenance\"\n",
		Good: "[[squads]]\nid = \"checkout\"\nname = \"Checkout\"\nsre = [\"sre-lead\"]\n\n[[services]]\nid = \"checkout-api\"\nsquad = \"checkout\"\nlifecycle = \"maintenance\"\n",
	},
	{
		ID: RuleSquadAlone, Severity: diag.Note, Title: "a squad that owns a service has somebody of the SRE team",
		Why:  "An SRE team that is not in the squads becomes one that work is handed to.",
		Bad:  "[[squads]]\nid = \"checkout\"\nname = \"Checkout\"\n\n[[services]]\nid = \"checkout-api\"\nsquad = \"checkout\"\n",
		Good: "[[squads]]\nid = \"checkout\"\nname = \"Checkout\"\nsre = [\"sre-lead\"]\n\n[[services]]\nid = \"checkout-api\"\nsquad = \"checkout\"\n",
	},
}
