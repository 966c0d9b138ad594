// Package catalog reads what people write under data/: who owns which service,
// what it promises, and what was agreed about it. Load finds everything that is
// wrong in one go, each problem with its place; Rules lists what it checks.
//
// # The site
//
// Only the title is needed. What is left out is UTC, 1h, 26h, 72h and the
// thresholds as they are shown here. A file may have 1 MiB.
//
//	# data/site.toml
//	title = "Acme reliability"
//	base_url = "https://reliability.acme.example/sre/"
//	time_zone = "Europe/Berlin"  # months and days begin in it; never the machine's own
//	resolution = "1h"            # width of a bucket: 5m to 24h, dividing a day
//	freshness = "26h"            # older data than this is called stale
//	settle = "72h"               # a month may be sealed this long after it ends
//	headline = ["payments/checkout-api/availability"]
//	as_of = 2026-11-15T00:00:00Z # for demonstrations only
//
//	[thresholds]                 # "25%" and 0.25 are the same
//	at_risk = "25%"              # of the budget left: below it an SLO is at risk
//	watch = "50%"                # below it an SLO is watched
//	coverage = 0.95              # of the buckets: below it a month is not judged
//
//	[specs]                      # how the specs of other tools in data/slos are read
//	tribe_labels = ["tribe"]     # labels whose value is a tribe
//	squad_labels = ["squad", "team", "owner"] # a squad, or a tribe
//	service_labels = ["service"] # of a Pyrra spec, which has no service of its own
//	source = "prod"              # may be left out if there is only one
//	window = "30d"               # of a spec that has none
//
//	[postmortems]                # words of your own, beside those that are known
//	people = ["Ada Lovelace"]    # names: check asks for a role instead
//	headings = { timeline = ["Ablauf"], checklist = ["Before you publish"] }
//	keys = { started = ["Beginn"], owner = ["Verantwortlich"] }
//
//	[sources.prod]
//	kind = "prometheus"          # needs url; "command" needs command, "csv" needs path
//	url = "${PROM_URL}"
//	scrape_interval = "30s"      # 1m if left out
//	increase = "overlap"         # or exact, anchored: how it counts; it is asked if left out
//	timeout = "2m"
//	concurrency = 4
//	headers = { X-Scope-OrgID = "acme" }
//	basic_auth = { username = "tribune", password_file = "/run/secrets/prom" }
//
//	[publish.internal]
//	url = "git+https://git.acme.example/sre/pages.git#main"
//	audience = "org"
//
// A bucket must not lie across the edge of a month, in any of the years 2020 to
// 2049. Months begin at a full hour of UTC in Berlin, at half past one in Kolkata
// and for half of the year on Lord Howe Island, so those two need "30m"; "24h"
// needs UTC.
//
// ${NAME} stands for a value of the environment. It is kept as written: whoever
// uses the source or target puts the value in (see UnsetVariables). A password
// or token must come so, or from a file.
//
// # Tribes
//
// The name of the file is the tribe's id. An id is the name of a folder and part
// of an address, so it is made of a–z, 0–9, dash, dot and underscore, at most
// 64 of them; name is for people, and is the id if left out.
//
//	# data/tribes/payments.toml
//	name = "Payments"
//
//	[[squads]]
//	id = "checkout"
//	name = "Checkout"
//	sre = ["sre-lead"]           # members of data/sre.toml
//
//	[[services]]
//	id = "checkout-api"
//	name = "Checkout API"
//	squad = "checkout"
//	tier = 1                     # 1 is the most important
//	lifecycle = "maintenance"    # build, maintenance or retired
//	was = ["shop/cart-api"]      # history under these ids is this service's
//	aliases = ["cart"]           # what postmortems call it
//
//	[services.operational_model]
//	on_call = "Checkout, weekly"
//	runbook = "https://runbooks.acme.example/checkout-api"
//	dashboard = "https://dashboards.acme.example/checkout-api"
//	alerts = "https://alerts.acme.example/checkout-api"
//	agreed = 2026-02-01
//	approver = "head of payments"
//	revisit = 2027-02-01
//	readiness_review = 2026-01-15
//
//	[[services.slos]]
//	id = "availability"          # in full: payments/checkout-api/availability
//	title = "Requests answered without a server error"
//	objective = "99.9%"          # below 100%: the rest is the budget
//	previous = [{ objective = "99.5%", until = 2026-06-30 }] # the last day of a month
//	since = 2025-03-01           # the first day on which it holds
//	window = "month"             # or quarter, 7d, 28d, 30d, 90d
//	source = "prod"              # may be left out if there is only one
//	good = 'sum(increase(http_requests_total{job="checkout",code!~"5.."}[{{.window}}]))'
//	total = 'sum(increase(http_requests_total{job="checkout"}[{{.window}}]))'
//	counts = "increase"          # or "rate"
//
//	[[services.slos]]
//	id = "settled"               # without queries it has imported history only
//	objective = "99%"
//	resolution = "30m"           # its own
//	retired = 2026-03-31         # the last day on which it held
//
//	[[services]]
//	id = "ledger"
//	squad = "checkout"
//	match = "ledger-v2"          # what the label of a template says for it, if not its id
//
//	[[slo_templates]]            # one pair of queries for many services
//	id = "latency"
//	objective = "99.5%"
//	by = "service"               # a label: the series of each value are one service's
//	services = ["ledger"]        # all of the tribe if left out
//	good = 'sum by (service) (increase(fast_total[{{.window}}]))'
//	total = 'sum by (service) (increase(requests_total[{{.window}}]))'
//
// An SLO with bad instead of good counts what failed. A template becomes an SLO
// of each service that it is for; if the service has one of that id of its own,
// that is a mistake.
//
// # Agreements
//
// Each of ids is a tribe, a tribe/service or a full SLO id; one that a service
// had earlier means what it is called now.
//
//	# data/exclusions.toml
//	[[maintenance]]              # counts against the budget; the ledger attributes it
//	ids = ["payments/checkout-api"]
//	from = 2026-10-20T00:00:00Z
//	to = 2026-10-20T02:00:00Z    # not included
//	reason = "database upgrade"
//
//	[[exclusions]]               # leaves the SLI altogether, whole buckets only
//	ids = ["shop/cart-api/availability"]
//	from = 2026-10-21T02:00:00   # without an offset: the site's zone
//	to = 2026-10-21T03:00:00
//	reason = "load test agreed with the business"
//	approved_by = "head of payments"
//
//	[[exceptions]]               # the policy's consequence is waived, the result is not
//	ids = ["payments/ledger/latency"]
//	reason = "migration to the new store"
//	granted = 2026-09-01
//	review = 2026-12-01          # on this day it ends, unless it is granted again
//	approved_by = "engineering board"
//
// Decisions stand on the next scorecards until they are done. Without ids they
// are about the whole organisation.
//
//	# data/decisions.toml
//	[[decisions]]
//	ids = ["payments"]
//	date = 2026-10-08
//	text = "Checkout does its open P0 actions before any feature."
//	owner = "head of payments"
//	due = 2026-11-20
//	done = 2026-11-18            # left out until then
//
// # The SRE team
//
// Members are roles, never names. Who is embedded where may be said by a squad,
// by a member, or by both.
//
//	# data/sre.toml
//	engineers = 96               # in the whole organisation, to set the team's size against
//
//	[[members]]
//	id = "sre-lead"
//	fte = 0.8
//	squads = ["payments/checkout"] # or tribes = ["payments"]; neither is the central team
//	available_hours_per_month = 102
//	since = 2025-01-01           # until = … when the role has ended
//
//	[[tasks]]                    # the automation ledger
//	id = "cert-rotation"
//	title = "Rotate partner certificates"
//	first_manual = 2025-03-14    # the clock of 18 months starts here
//	hours_per_month = 12
//	runs = { manual = 4, automated = 20 } # in a month, the latest known
//	automated = 2026-08-01
//	accepted = 2026-08-20        # by the Platform Team: the clock stops
//	accepted_by = "platform"
//	reopened = [2026-09-05]      # done by hand again: the first date counts on
//
//	[[tasks]]
//	id = "cert-inventory"
//	title = "Keep the list of partner certificates"
//	first_manual = 2026-08-20
//	split_from = "cert-rotation" # whose first date counts
//	hours_per_month = 2
//	exempt = { reason = "the auditor wants a person to do it", review = 2027-01-01 }
//
//	[[requests]]                 # what the Platform Team was asked for
//	title = "Certificates from the issuer's API"
//	asked = 2026-04-02
//
// Where the team's time went stands in CSV files, one row for each stretch. kind
// is reliability or improvement: what the time was for. mode is manual or
// automation: how it was done; work by hand is toil. Columns but the first four
// may be left out; a line that begins with # is a comment.
//
//	# data/focus/2026-10.csv
//	date,hours,kind,mode,squad,task,note
//	2026-10-01,3.75,reliability,manual,payments/checkout,cert-rotation,second on call
//	2026-10-02,4,improvement,automation,,user-support,
//
// # Times
//
// A date is a day in the site's zone. A time with an offset is that instant, one
// without is what the site's clocks show, and a date where a time is wanted is
// its midnight. A time that the clocks leap over is a mistake; of one that they
// show twice the first is taken, with a warning. Durations are like "90s", "26h"
// or "3d".
package catalog
