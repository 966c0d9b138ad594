package postmortem

// The rules that Read, Load and Body apply; a problem names one of them.
const (
	RuleEncoding    = "postmortem-encoding"     // the file is UTF-8 text
	RuleRead        = "postmortem-read"         // the file can be read
	RuleSize        = "postmortem-size"         // the file is of a size and shape that a person writes
	RuleFrontMatter = "postmortem-front-matter" // the front matter can be read
	RuleKey         = "postmortem-key"          // its keys are known
	RuleTitle       = "postmortem-title"        // there is a title
	RuleDate        = "postmortem-date"         // dates are days that were, and agree
	RuleTime        = "postmortem-time"         // times can be read
	RuleOrder       = "postmortem-order"        // times follow each other
	RuleWindow      = "postmortem-window"       // services, start and end say what it takes in the ledger
	RuleStatus      = "postmortem-status"       // draft, review or final
	RuleAudience    = "postmortem-audience"     // public, org or tribe
	RuleTribe       = "postmortem-tribe"        // there is a tribe, and it exists
	RuleService     = "postmortem-service"      // services exist
	RuleSLO         = "postmortem-slo"          // SLOs exist
	RuleSlug        = "postmortem-slug"         // the address is safe and its own
	RuleID          = "postmortem-id"           // the id is its own
	RuleAction      = "postmortem-action"       // an action's fields can be read
	RuleLink        = "postmortem-link"         // links lead somewhere
	RuleImage       = "postmortem-image"        // pictures are in the site
	RuleHTML        = "postmortem-html"         // the text is Markdown, not HTML
	RuleSecret      = "postmortem-secret"       // there are no tokens and keys in it
)
