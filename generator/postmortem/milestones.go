package postmortem

import (
	"regexp"
	"slices"
	"strings"
)

// The words of a timeline's entry that say which moment of the incident it is.
// What is felt comes before what is managed: an outage ends before the incident
// does, and that may be closed a day later.
var milestoneWords = []struct {
	field string
	rank  int      // 1 speaks of the impact, 2 of the incident, 3 of its file
	stems []string // one of them stands in every phrase
	words *regexp.Regexp
}{
	{"started", 1, starts, regexp.MustCompile(`\b(?:start|beginning|onset) of (?:the )?` + felt + `\b|\b` + felt + ` (?:starts?|started|begins?|began)\b`)},
	{"started", 2, starts, regexp.MustCompile(`\b(?:start|beginning|onset) of (?:the )?` + managed + `\b|\b` + managed + ` (?:starts?|started|begins?|began)\b`)},
	{"detected", 2, []string{"detect", "discover"}, regexp.MustCompile(`\b(?:` + felt + `|` + managed + `) ` + verbs + `(?:detected|discovered)\b|^(?:detection|detected|discovery|discovered):`)},
	{"acknowledged", 2, []string{"acknowledge"}, regexp.MustCompile(`\b(?:alert|page|alarm|incident) ` + verbs + `acknowledged\b|\backnowledge[sd] (?:the )?(?:alert|page|alarm|incident)\b|^acknowledged:`)},
	{"mitigated", 2, []string{"mitigated"}, regexp.MustCompile(`\b(?:` + felt + `|` + managed + `) ` + verbs + `mitigated\b|^mitigated:`)},
	{"resolved", 1, ends, regexp.MustCompile(`\bend of (?:the )?` + felt + `\b|\b` + felt + ` ` + verbs + `(?:ends?|ended|over|resolved)\b|\bbring(?:s|ing)? (?:the )?` + felt + ` to an end\b|^recovery:`)},
	{"resolved", 2, ends, regexp.MustCompile(`\bend of (?:the )?` + managed + `\b|\b` + managed + ` ` + verbs + `(?:ends?|ended|over|resolved)\b|^resolved(?:$|[:.])`)},
	{"resolved", 3, []string{"closed", "clear"}, regexp.MustCompile(`\bincident ` + verbs + `closed\b|\ball[- ]clear\b`)},
}

var (
	starts = []string{"start", "begin", "began", "onset"}
	ends   = []string{"end", "over", "resolved"}
)

// saysOneOf reports whether one of the stems stands in a text.
func saysOneOf(text string, stems []string) bool {
	return slices.ContainsFunc(stems, func(stem string) bool { return strings.Contains(text, stem) })
}

const (
	felt    = `(?:outage|impact|downtime|disruption|degradation|interruption)`
	managed = `(?:incident|issue|problem)`
	verbs   = `(?:(?:is|was|are|has been|have been|now|fully|declared|marked|as) )*`
)

var (
	clauseEnd = regexp.MustCompile(`[.;!?]+(?:\s|$)|\s[-–—]\s|[()]`)
	// hedges are words that make a statement one about another time, or a doubt.
	hedges = regexp.MustCompile(`\b(?:when|while|since|before|after|until|till|if|whether|why|how|because|believ\w*|thought|think|assum\w*|suspect\w*|expect\w*|hop(?:e[sd]?|ing)|seem\w*|appear\w*|not|never|no|to be|had|will|would|should|may|might|could|can|previous|earlier|another|other|similar|next|again|partly|partially|some|most|almost|investigat\w*|report\w*)\b|n't\b|n’t\b`)
	// unfinished is a label that names a phase, and not its end.
	unfinished = regexp.MustCompile(`^(?:recovery|detection|discovery): (?:we |the team )?(?:start|beg[iau]n|attempt|try|tried)`)
	// elsewhere is a time that the entry's own is not.
	elsewhere = regexp.MustCompile(`\d:\d\d|\b(?:on|since|at|in|by) (?:\d|` + monthName + `\b)|\bbut\b|\bhowever\b|\bfor (?:some|most)\b|^ (?:once )?again\b`)
)

// milestone returns the moment of an incident that an entry's text says it is:
// started, detected, acknowledged, mitigated or resolved, and how near that is
// to what users felt. field is "" if it says none, or doubts it.
func milestone(text string) (field string, rank int) {
	text = strings.ToLower(text)
	var clauses []string
	for _, m := range milestoneWords {
		if field != "" && (m.field != field || m.rank >= rank) || !saysOneOf(text, m.stems) {
			continue
		}
		if clauses == nil {
			clauses = clauseEnd.Split(text, -1)
		}
		for _, clause := range clauses {
			clause = strings.TrimSpace(clause)
			at := m.words.FindStringIndex(clause)
			if at != nil && !unfinished.MatchString(clause) && !hedges.MatchString(clause[:at[1]]) && !elsewhere.MatchString(clause[at[1]:]) {
				field, rank = m.field, m.rank
				break
			}
		}
	}
	return field, rank
}
