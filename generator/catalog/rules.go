package catalog

import (
	"slices"

	"tribune/generator/diag"
)

// A Rule is one thing that is checked in the files under data/.
type Rule struct {
	ID       string
	Severity diag.Severity
	Title    string // what holds when the rule is kept
}

// Rules are all that Load, CheckNames and UnsetVariables hold files against.
var Rules = []Rule{
	{"file-missing", diag.Error, "a site has a data/site.toml"},
	{"file-unreadable", diag.Error, "a file can be read"},
	{"file-size", diag.Error, "a file has at most 1 MiB"},
	{"toml-syntax", diag.Error, "a file is TOML"},
	{"toml-nesting", diag.Error, "tables and lists lie in each other at most 64 deep"},
	{"unknown-key", diag.Error, "every key means something"},
	{"key-missing", diag.Error, "a table has the keys it needs"},
	{"key-wanted", diag.Warning, "a table has the keys that its readers want"},
	{"wrong-type", diag.Error, "a value is of the type its key takes"},
	{"text-hidden", diag.Error, "a text has no character that hides or reorders others"},
	{"unknown-word", diag.Error, "a value is one of the words its key takes"},
	{"number-range", diag.Error, "a number is whole and within its bounds"},
	{"amount-range", diag.Error, "hours and posts are numbers from 0 to 10000"},

	{"id-unsafe", diag.Error, "an id is safe as the name of a folder and in an address"},
	{"id-duplicate", diag.Error, "an id is used once"},
	{"id-reserved", diag.Error, "a tribe's id is not the name of one of the site's own folders"},
	{"id-unknown", diag.Error, "an id in a list names something"},
	{"was-clash", diag.Error, "an earlier id belongs to one service, and to none that still has it"},
	{"headline-slo", diag.Error, "a headline names SLOs, not services or tribes"},

	{"url-invalid", diag.Error, "an address is one that the key takes"},
	{"zone-unknown", diag.Error, "a time zone is a name of the IANA database"},
	{"month-edge", diag.Error, "months begin on the edge of a bucket"},
	{"resolution-invalid", diag.Error, "a resolution is from 5m to 24h and divides a day"},
	{"duration-invalid", diag.Error, "a duration is written like 26h"},
	{"threshold-order", diag.Error, "at risk begins below watch"},
	{"share-invalid", diag.Error, `a share is written like "25%" or 0.25`},
	{"variable-unset", diag.Note, "an environment variable that a source or target names is set"},
	{"secret-written", diag.Error, "a secret comes from the environment or a file"},

	{"objective-whole", diag.Error, "an objective leaves an error budget"},
	{"objective-invalid", diag.Error, "an objective is a percentage below 100%"},
	{"window-unknown", diag.Error, "a window is one that can be computed"},
	{"previous-order", diag.Error, "earlier objectives stand in order of time"},
	{"previous-month-end", diag.Error, "an objective changes at the end of a month"},
	{"query-both", diag.Error, "an SLO counts either good or bad events"},
	{"query-total", diag.Error, "an SLO that counts good or bad events counts all of them too"},
	{"query-missing", diag.Error, "an SLO that names a Prometheus says what to ask it"},
	{"query-syntax", diag.Error, "the brackets and quotes of a query are closed"},
	{"query-counts", diag.Warning, "a query says what it counts over {{.window}}, or its SLO does"},
	{"query-promql", diag.Warning, "a query is one that Prometheus can read"},
	{"source-unknown", diag.Error, "a source that an SLO names exists"},
	{"source-unclear", diag.Error, "an SLO says which of several sources it asks"},
	{"squad-unknown", diag.Error, "a squad that a service or a member of the SRE team names exists"},
	{"service-unknown", diag.Error, "a service that a template names exists"},
	{"label-invalid", diag.Error, "a label's name is one that Prometheus takes"},
	{"match-duplicate", diag.Error, "a template's series belong to one service"},

	{"date-invalid", diag.Error, "a date or time exists"},
	{"date-order", diag.Error, "dates follow each other in the order of what happened"},
	{"time-skipped", diag.Error, "a local time is not one that the clocks leap over"},
	{"time-twice", diag.Warning, "a local time is not one that the clocks show twice"},
	{"span-order", diag.Error, "from is before to"},
	{"exclusion-edge", diag.Error, "an exclusion begins and ends on the edge of a bucket"},

	{"member-unknown", diag.Error, "a member of the SRE team that a squad names exists, if there is a data/sre.toml"},
	{"acceptance-incomplete", diag.Warning, "an acceptance says what was automated when and who accepted it"},
	{"acceptance-own", diag.Error, "a task is accepted by another team than the SRE team"},
	{"split-from", diag.Error, "the task that another was split from is in the ledger"},
	{"focus-header", diag.Error, "the first line of a file of time records names its columns, each once"},
	{"focus-column", diag.Note, "every column of time records is one that is read"},
	{"focus-row", diag.Error, "a row of time records has as many fields as the first line"},
	{"focus-squad", diag.Warning, "a squad that a time record names exists"},
	{"focus-task", diag.Warning, "a task that a time record names is not almost one of the ledger"},
	{"focus-more", diag.Error, "a file of time records has at most 20 errors; the rest of it is not read"},
}

// problems collects what is wrong, by rule.
type problems struct {
	list diag.List
}

// report adds a problem with the severity of its rule.
func (p *problems) report(pos diag.Pos, rule, hint, format string, args ...any) {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.ID == rule })
	p.list.Add(pos, rule, Rules[i].Severity, hint, format, args...)
}
