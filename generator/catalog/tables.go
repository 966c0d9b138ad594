package catalog

// The tables of the files, as people write them. Tags name the keys; doc is
// what the JSON Schemas and the hints say of them.

// siteFile is data/site.toml.
type siteFile struct {
	head
	Title       value[text]            `toml:"title" jsonschema:"required" doc:"the site's name, on every page"`
	BaseURL     value[baseURL]         `toml:"base_url" doc:"where the site is read; without it feeds have relative links, and there is no sitemap"`
	TimeZone    value[zone]            `toml:"time_zone" doc:"IANA zone in which months and days begin; UTC if left out"`
	Resolution  value[resolution]      `toml:"resolution" doc:"width of a bucket, aligned to UTC, 5m to 24h; 1h if left out"`
	Freshness   value[duration]        `toml:"freshness" doc:"data older than this is called stale; 26h if left out"`
	Settle      value[duration]        `toml:"settle" doc:"how long after its end a month may be sealed; 72h if left out"`
	Headline    list[text]             `toml:"headline" doc:"full ids of the SLOs that stand for the whole site"`
	AsOf        value[moment]          `toml:"as_of" doc:"the moment that a demonstration speaks of"`
	Thresholds  thresholdsTable        `toml:"thresholds" doc:"where states begin"`
	Specs       specsTable             `toml:"specs" doc:"how the SLO specs under data/slos are read"`
	Postmortems postmortemsTable       `toml:"postmortems" doc:"how postmortems are read and checked"`
	Sources     map[string]sourceTable `toml:"sources" doc:"where SLIs are asked for, by name"`
	Publish     map[string]targetTable `toml:"publish" doc:"where the site is published, by name"`
}

type thresholdsTable struct {
	head
	AtRisk   value[share] `toml:"at_risk" doc:"share of the budget left below which an SLO is at risk; 25% if left out"`
	Watch    value[share] `toml:"watch" doc:"share of the budget left below which an SLO is watched; 50% if left out"`
	Coverage value[share] `toml:"coverage" doc:"share of the buckets that must have data for a month to be judged; 95% if left out"`
}

type specsTable struct {
	head
	TribeLabels   list[text]    `toml:"tribe_labels" doc:"labels that name a tribe; tribe if left out"`
	SquadLabels   list[text]    `toml:"squad_labels" doc:"labels that name a squad or a tribe, the first that a spec has; squad, team and owner if left out"`
	ServiceLabels list[text]    `toml:"service_labels" doc:"labels that name the service of a Pyrra spec; service if left out"`
	Source        value[text]   `toml:"source" doc:"name of the source that specs ask; the one that a spec names, or the only one, if left out"`
	Window        value[window] `toml:"window" doc:"window of a spec that has none; 30d if left out"`
}

type postmortemsTable struct {
	head
	People   list[text]    `toml:"people" doc:"names of people that postmortems should not have; check asks for a role instead"`
	Headings headingsTable `toml:"headings" doc:"words of your own in headings, by the section that they announce"`
	Keys     keysTable     `toml:"keys" doc:"words of your own for keys and labels, by the key of the front matter that they stand for"`
}

// headingsTable has the sections that package postmortem recognises.
type headingsTable struct {
	head
	Summary   list[text] `toml:"summary" doc:"what happened, in short"`
	Impact    list[text] `toml:"impact" doc:"what users felt"`
	Leadup    list[text] `toml:"leadup" doc:"what led up to it"`
	Timeline  list[text] `toml:"timeline" doc:"what happened when"`
	Factors   list[text] `toml:"factors" doc:"causes and contributing factors"`
	Well      list[text] `toml:"well" doc:"what went well"`
	Badly     list[text] `toml:"badly" doc:"what went badly"`
	Lucky     list[text] `toml:"lucky" doc:"where there was luck"`
	Lessons   list[text] `toml:"lessons" doc:"what was learned"`
	Actions   list[text] `toml:"actions" doc:"what will be done"`
	Checklist list[text] `toml:"checklist" doc:"what the writing of the report itself asks for; nothing below it is an action"`
}

// keysTable has the keys of a postmortem's front matter that a text may say in
// other words, and those of an action.
type keysTable struct {
	head
	Date         list[text] `toml:"date" doc:"the day of the incident"`
	Severity     list[text] `toml:"severity" doc:"how severe it was"`
	Services     list[text] `toml:"services" doc:"which services it hit"`
	Started      list[text] `toml:"started" doc:"when impact began"`
	Detected     list[text] `toml:"detected" doc:"when it was noticed"`
	Acknowledged list[text] `toml:"acknowledged" doc:"when somebody took it on"`
	Mitigated    list[text] `toml:"mitigated" doc:"when impact was less"`
	Resolved     list[text] `toml:"resolved" doc:"when impact was over"`
	Duration     list[text] `toml:"duration" doc:"how long it took"`
	Detection    list[text] `toml:"detection" doc:"how it was noticed"`
	Impact       list[text] `toml:"impact" doc:"what users felt"`
	Causes       list[text] `toml:"causes" doc:"cause classes"`
	Tags         list[text] `toml:"tags" doc:"tags"`
	Authors      list[text] `toml:"authors" doc:"who wrote it"`
	Owner        list[text] `toml:"owner" doc:"of an action: whose it is"`
	Due          list[text] `toml:"due" doc:"of an action: its day"`
	Priority     list[text] `toml:"priority" doc:"of an action: P0 to P4"`
	Kind         list[text] `toml:"kind" doc:"of an action: prevent, detect, mitigate or process"`
	Ticket       list[text] `toml:"ticket" doc:"of an action: where it is tracked"`
	Closed       list[text] `toml:"closed" doc:"of an action: when it was done"`
}

type sourceTable struct {
	head
	Kind           value[sourceKind]      `toml:"kind" jsonschema:"required" doc:"prometheus, command or csv"`
	URL            value[serverURL]       `toml:"url" doc:"where a Prometheus answers"`
	Command        list[text]             `toml:"command" doc:"a program and its arguments"`
	Environment    list[text]             `toml:"environment" doc:"names of the environment variables that the program sees, besides PATH and the like"`
	Path           value[text]            `toml:"path" doc:"a CSV file or a folder of them, relative to the site's folder"`
	ScrapeInterval value[duration]        `toml:"scrape_interval" doc:"how often the Prometheus scrapes; 1m, its own default, if left out"`
	Increase       value[increase]        `toml:"increase" doc:"how the server counts an increase: overlap, exact or anchored; it is asked if left out"`
	Timeout        value[duration]        `toml:"timeout" doc:"how long one question may take"`
	Concurrency    value[number]          `toml:"concurrency" doc:"how many questions are asked at a time"`
	Headers        map[string]value[text] `toml:"headers" doc:"sent with every request"`
	BearerFile     raw                    `toml:"bearer_token_file" doc:"as Prometheus names it"`
	BasicAuth      raw                    `toml:"basic_auth" doc:"as Prometheus names what is in it"`
	Authorization  raw                    `toml:"authorization" doc:"as Prometheus names what is in it"`
	OAuth2         raw                    `toml:"oauth2" doc:"as Prometheus names what is in it"`
	TLS            raw                    `toml:"tls" doc:"as Prometheus names what is in its tls_config"`
	ProxyURL       raw                    `toml:"proxy_url" doc:"as Prometheus names it"`
}

type targetTable struct {
	head
	URL      value[targetURL] `toml:"url" jsonschema:"required" doc:"file:, git+file:, git+https:, git+ssh: or s3: address"`
	Audience value[audience]  `toml:"audience" doc:"for whom the target is: public, org or tribe"`
}

// tribeFile is data/tribes/NAME.toml.
type tribeFile struct {
	head
	Name      value[text]     `toml:"name" doc:"the tribe's name for readers; its id if left out"`
	BaseURL   value[baseURL]  `toml:"base_url" doc:"where the tribe is read, if it is published alone"`
	Squads    []squadTable    `toml:"squads" doc:"the teams of the tribe"`
	Services  []serviceTable  `toml:"services" doc:"what the squads run"`
	Templates []templateTable `toml:"slo_templates" doc:"one query for many services, told apart by a label"`
}

type squadTable struct {
	head
	ID   value[id]   `toml:"id" jsonschema:"required" doc:"the squad's id within the tribe"`
	Name value[text] `toml:"name" doc:"the squad's name for readers; its id if left out"`
	SRE  list[text]  `toml:"sre" doc:"ids of members of data/sre.toml who are embedded here"`
}

type serviceTable struct {
	head
	ID        value[id]        `toml:"id" jsonschema:"required" doc:"the service's id within the tribe"`
	Name      value[text]      `toml:"name" doc:"the service's name for readers; its id if left out"`
	Squad     value[text]      `toml:"squad" doc:"id of the squad that owns it"`
	Tier      value[number]    `toml:"tier" doc:"1 is the most important"`
	Lifecycle value[lifecycle] `toml:"lifecycle" doc:"build, maintenance or retired"`
	Was       list[serviceID]  `toml:"was" doc:"earlier ids, tribe/service: history and links follow"`
	Aliases   list[text]       `toml:"aliases" doc:"other names under which postmortems mention it"`
	Match     value[text]      `toml:"match" doc:"value of a template's label that means this service; its id if left out"`
	Model     modelTable       `toml:"operational_model" doc:"what the squad and the SRE team agreed on how it is run"`
	SLOs      []sloTable       `toml:"slos" doc:"its service level objectives"`
}

type modelTable struct {
	head
	OnCall          value[text] `toml:"on_call" doc:"who is called"`
	Runbook         value[text] `toml:"runbook" doc:"where it stands what to do"`
	Dashboard       value[text] `toml:"dashboard" doc:"where it is watched"`
	Alerts          value[text] `toml:"alerts" doc:"where its alerts are defined"`
	Agreed          value[date] `toml:"agreed" doc:"day on which the model was agreed"`
	Approver        value[text] `toml:"approver" doc:"role that agreed"`
	Revisit         value[date] `toml:"revisit" doc:"day on which it is looked at again"`
	ReadinessReview value[date] `toml:"readiness_review" doc:"day of the last readiness review"`
}

type sloTable struct {
	head
	ID         value[id]         `toml:"id" jsonschema:"required" doc:"the SLO's id within its service"`
	Title      value[text]       `toml:"title" doc:"what is counted as good, in words; its id if left out"`
	Objective  value[objective]  `toml:"objective" jsonschema:"required" doc:"share of events that must be good, like \"99.9%\""`
	Previous   []pastTable       `toml:"previous" doc:"earlier objectives, oldest first"`
	Since      value[date]       `toml:"since" doc:"first day on which it holds"`
	Retired    value[date]       `toml:"retired" doc:"last day on which it holds"`
	Window     value[window]     `toml:"window" doc:"month, quarter, 7d, 14d, 28d, 30d or 90d; month if left out"`
	Resolution value[resolution] `toml:"resolution" doc:"width of its buckets; the site's if left out"`
	Source     value[text]       `toml:"source" doc:"name of a source of data/site.toml; the only one if left out"`
	Good       value[text]       `toml:"good" doc:"query that counts good events"`
	Bad        value[text]       `toml:"bad" doc:"query that counts bad events, instead of good"`
	Total      value[text]       `toml:"total" doc:"query that counts all valid events"`
	Counts     value[counting]   `toml:"counts" doc:"increase (events) or rate (events per second); detected if left out"`
}

type pastTable struct {
	head
	Objective value[objective] `toml:"objective" jsonschema:"required" doc:"the objective that was in force"`
	Until     value[date]      `toml:"until" jsonschema:"required" doc:"last day on which it was in force, the last of a month"`
}

type templateTable struct {
	sloTable
	By       value[label] `toml:"by" jsonschema:"required" doc:"label whose value is a service's id, or its match"`
	Services list[text]   `toml:"services" doc:"ids of the services that it is for; all of the tribe if left out"`
}

// exclusionsFile is data/exclusions.toml.
type exclusionsFile struct {
	head
	Maintenance []maintenanceTable `toml:"maintenance" doc:"planned work; it counts against the budget"`
	Exclusions  []exclusionTable   `toml:"exclusions" doc:"agreed time that leaves the SLI altogether"`
	Exceptions  []exceptionTable   `toml:"exceptions" doc:"the policy's consequence is waived, the result is not"`
}

type maintenanceTable struct {
	head
	IDs    list[text]    `toml:"ids" jsonschema:"required" doc:"what it is about: a tribe, tribe/service or full SLO id each"`
	From   value[moment] `toml:"from" jsonschema:"required" doc:"its beginning, like 2026-10-20T00:00:00Z"`
	To     value[moment] `toml:"to" jsonschema:"required" doc:"its end, not included, like 2026-10-20T02:00:00Z"`
	Reason value[text]   `toml:"reason" wanted:"yes" doc:"what was done"`
}

type exclusionTable struct {
	head
	IDs        list[text]    `toml:"ids" jsonschema:"required" doc:"what it is about: a tribe, tribe/service or full SLO id each"`
	From       value[moment] `toml:"from" jsonschema:"required" doc:"its beginning, on the edge of a bucket"`
	To         value[moment] `toml:"to" jsonschema:"required" doc:"its end, not included, on the edge of a bucket"`
	Reason     value[text]   `toml:"reason" wanted:"yes" doc:"why this time does not count"`
	ApprovedBy value[text]   `toml:"approved_by" wanted:"yes" doc:"the role that agreed"`
}

type exceptionTable struct {
	head
	IDs        list[text]  `toml:"ids" jsonschema:"required" doc:"what it is about: a tribe, tribe/service or full SLO id each"`
	Reason     value[text] `toml:"reason" wanted:"yes" doc:"why the policy is waived"`
	Granted    value[date] `toml:"granted" wanted:"yes" doc:"the day from which it holds"`
	Review     value[date] `toml:"review" jsonschema:"required" doc:"the day on which it ends unless it is granted again"`
	ApprovedBy value[text] `toml:"approved_by" wanted:"yes" doc:"the role that granted it"`
}

// decisionsFile is data/decisions.toml.
type decisionsFile struct {
	head
	Decisions []decisionTable `toml:"decisions" doc:"what leadership decided"`
}

// sreFile is data/sre.toml.
type sreFile struct {
	head
	Engineers value[whole]   `toml:"engineers" doc:"how many engineers the organisation has; then the team's share of them is shown"`
	Members   []memberTable  `toml:"members" doc:"the roles of the SRE team"`
	Tasks     []taskTable    `toml:"tasks" doc:"the automation ledger"`
	Requests  []requestTable `toml:"requests" doc:"what the SRE team asked the Platform Team for"`
}

type memberTable struct {
	head
	ID     value[id]     `toml:"id" jsonschema:"required" doc:"the role's id: a role, not a name"`
	FTE    value[amount] `toml:"fte" wanted:"yes" doc:"how many full posts it has"`
	Squads list[text]    `toml:"squads" doc:"tribe/squad where it is embedded; with no tribes either it is in the central team"`
	Tribes list[text]    `toml:"tribes" doc:"tribes in all of whose squads it is embedded"`
	Hours  value[amount] `toml:"available_hours_per_month" wanted:"yes" doc:"hours that it has for SRE work in a month"`
	Since  value[date]   `toml:"since" doc:"its first day in the team; always there if left out"`
	Until  value[date]   `toml:"until" doc:"its last day in the team"`
}

type taskTable struct {
	head
	ID          value[id]     `toml:"id" jsonschema:"required" doc:"the task's id, as time records name it"`
	Title       value[text]   `toml:"title" wanted:"yes" doc:"what is done, in words"`
	FirstManual value[date]   `toml:"first_manual" jsonschema:"required" doc:"day on which it was first done by hand; the clock starts here"`
	Hours       value[amount] `toml:"hours_per_month" wanted:"yes" doc:"hours that it takes in a month when it is done by hand"`
	Runs        runsTable     `toml:"runs" doc:"how often it is run in a month, the latest known"`
	Automated   value[date]   `toml:"automated" doc:"day since which a machine does it"`
	Accepted    value[date]   `toml:"accepted" doc:"day on which the Platform Team accepted that; the clock stops here"`
	AcceptedBy  value[text]   `toml:"accepted_by" doc:"who of the Platform Team accepted it: a role"`
	Reopened    list[date]    `toml:"reopened" doc:"days on which it was done by hand again; the first date counts on"`
	Retired     value[date]   `toml:"retired" doc:"day since which nobody needs it"`
	SplitFrom   value[text]   `toml:"split_from" doc:"id of the task that it was a part of; it has that task's date"`
	Exempt      exemptTable   `toml:"exempt" doc:"why it stays manual for now; it stays in the ledger"`
}

type runsTable struct {
	head
	Manual    value[whole] `toml:"manual" jsonschema:"required" doc:"runs by hand"`
	Automated value[whole] `toml:"automated" jsonschema:"required" doc:"runs by a machine"`
}

type exemptTable struct {
	head
	Reason value[text] `toml:"reason" jsonschema:"required" doc:"why a person must do it"`
	Review value[date] `toml:"review" jsonschema:"required" doc:"day on which the exemption ends unless it is granted again"`
}

type requestTable struct {
	head
	Title   value[text] `toml:"title" jsonschema:"required" doc:"what is asked for, in words"`
	Asked   value[date] `toml:"asked" jsonschema:"required" doc:"day on which it was asked"`
	Done    value[date] `toml:"done" doc:"day on which it was done"`
	Refused value[text] `toml:"refused" doc:"why it will not be done"`
}

type decisionTable struct {
	head
	IDs   list[text]  `toml:"ids" doc:"what it is about; the whole organisation if left out"`
	Date  value[date] `toml:"date" jsonschema:"required" doc:"the day of the decision"`
	Text  value[text] `toml:"text" jsonschema:"required" doc:"what was decided, in a sentence"`
	Owner value[text] `toml:"owner" doc:"the role that sees to it"`
	Due   value[date] `toml:"due" doc:"the day by which it is to be done"`
	Done  value[date] `toml:"done" doc:"the day on which it was done"`
}
