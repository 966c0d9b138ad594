package postmortem

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"tribune/generator/slo"
)

// The words of a timeline's entry that tell of somebody, or something, noticing
// the incident. They say less than "outage detected", and count only where neither
// a label nor such words nor the stated lengths tell when it was detected.
var (
	noticedWords = regexp.MustCompile(`\b(?:alerts?|alarms?)(?: [\w-]+){0,2}? (?:is |are |was |were |has been |have been )?(?:triggered|fired|fires|triggers|received|noticed|discovered|detects?|detected)\b` +
		`|\b(?:received|got|gets|receives)(?: an?| the| first| several| a lot of)? (?:alerts?|alarms?)\b|\bfirst (?:alert|report)\b` +
		`|^(?:\w+ )?reports? of (?:an? |the )?(?:issues?|errors?|failures?|problems?|outages?)\b` +
		`|\b` + observers + `(?: (?:are|is|have|has|had|start|started|begin|began))?(?: to)? report(?:s|ed|ing)?\b` +
		`|^@?[\w.-]+(?: [\w.-]+)? report(?:s|ed) (?:on|in|via|that|to)\b` +
		`|\b(?:behaviou?r|errors?|failures?|` + felt + `|` + managed + `) (?:is |are |was |were |has been |have been )?(?:first )?reported\b` +
		`|\bnoticed\b|\bwe notice\b|^notice (?:that|we|an?|the)\b` +
		`|^(?:alerted|notified|informed) by\b|\b(?:alerted|notified|informed|told) us\b|\bwe (?:are|were|got|have been) (?:alerted|notified|informed|told)\b` +
		`|\b(?:staff|on-?call|engineers?) (?:is|are|was|were) (?:alerted|notified|informed|paged)\b` +
		`|\b(?:became|become|made|starts? to be|started to be) aware (?:of|about|that)\b`)
	// noticeStems are parts of words, one of which stands in every phrase.
	noticeStems = []string{"alert", "alarm", "report", "notice", "notified", "informed", "told", "paged", "aware"}
	// unnoticed are words before such a phrase that make it another thing.
	unnoticed = regexp.MustCompile(`\b(?:not|no|never|nobody|without|before|after|until|when|while|if|again|still|another|second|also|would|could|should|status)\b|n't\b|n’t\b`)
	// recovering are words after it that tell of the end.
	recovering  = regexp.MustCompile(`\b(?:back|fine|fixed|resolved|recovered|restored|normal|works?|working again|healthy|because|status\.\S+|status ?page)\b|\d:\d\d`)
	otherClause = regexp.MustCompile(`, | but | and `)
	// atWork tells that somebody had noticed before.
	atWork = regexp.MustCompile(`\b(?:investigat\w*|debug\w*|troubleshoot\w*|diagnos\w*|restart\w*|rollback|escalat\w*|decid\w*|decision)\b|\brolled back\b|\bincident (?:is |was )?(?:declared|created|opened|raised)\b|\breverted\b`)
)

const observers = `(?:users?|customers?|students?|developers?|clients?|teachers?|gsis?|engineers?|staff|people|teams?)`

// tellsOfNoticing reports whether the first sentence of an entry tells that the
// incident was noticed.
func tellsOfNoticing(text string) bool {
	text = strings.ToLower(text)
	if !saysOneOf(text, noticeStems) {
		return false
	}
	clause := strings.TrimSpace(clauseEnd.Split(text, 2)[0])
	at := noticedWords.FindStringIndex(clause)
	if at == nil || unnoticed.MatchString(clause[:at[1]]) || strings.Contains(clause, "acknowledg") {
		return false
	}
	return !recovering.MatchString(otherClause.Split(clause[at[1]:], 2)[0])
}

// readNoticed takes when the incident was detected from the first entry of the
// timeline, at or after its start, that tells of somebody noticing it, unless
// somebody was at work on it by then. Where the text says how long detection took,
// a row of the timeline must be that long before, or none be before it at all.
func (p *Postmortem) readNoticed(c *calendar, labels []label) {
	if !p.Detected.IsZero() || c.told["settledetected"] || c.told["labeldetected"] {
		return
	}
	detection, measured := oneLength(labels, "detection took", 0)
	end := p.Resolved
	if !p.Mitigated.IsZero() {
		end = p.Mitigated
	}
	known := map[time.Time]bool{}
	var untimed slo.Date // of the last entry without a clock
	for _, m := range c.rows {
		first := len(known) == 0
		noticed := tellsOfNoticing(m.Text)
		switch {
		case m.At.IsZero():
			if noticed {
				return // nobody knows when
			}
			untimed = m.day
		case !noticed || !p.Started.IsZero() && m.At.Before(p.Started):
			known[m.At] = true
		default:
			known[m.At] = true
			from := m.At.Add(-detection)
			switch fits := known[from] && (p.Started.IsZero() || from.Equal(p.Started)); {
			case !end.IsZero() && m.At.After(end), untimed.Before(m.day) && !untimed.IsZero():
				return
			case !measured || first || fits:
				p.Detected = m.At
				p.fromProse("detected", m.Line, m.ZoneAssumed)
				return
			}
			continue
		}
		before := !m.At.IsZero() && m.At.Before(p.Started)
		if !before && slices.ContainsFunc(append([]string{m.Text}, m.more...), func(text string) bool { return atWork.MatchString(strings.ToLower(text)) }) {
			return
		}
	}
}
