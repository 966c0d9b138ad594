package postmortem

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"
)

// A statedLength is what one place of the text says of how long it took.
type statedLength struct {
	length
	rank int // of labels theirs; 2 of a sentence
	at   int // offset in the file
}

// readStated takes how long the incident took from the labels that say so, or
// from a sentence such as "The outage lasted 47 minutes", and holds it against
// the times. Two lengths are none.
func (p *Postmortem) readStated(c *calendar, root ast.Node, labels []label) {
	all := p.statedLengths(c, root, labels)
	if len(all) == 0 {
		return
	}
	stated := slices.MinFunc(all, func(a, b statedLength) int { return a.rank - b.rank })
	for _, o := range all {
		if o.rank == stated.rank && o.Duration != stated.Duration {
			c.warn("stated", o.at, RuleTime, "", "it took %s here and %s in line %d: neither is read", shortly(o.Duration), shortly(stated.Duration), c.pos(stated.at).Line)
			return
		}
	}
	if p.Stated = stated.Duration; p.Stated > 0 {
		p.fromProse("duration", c.pos(stated.at).Line, false)
		p.holdStated(c, stated)
	}
}

// statedLengths returns the lengths of time that labels and sentences state, the
// sentences only of the title, the summary, the section about the impact and the
// conclusion.
func (p *Postmortem) statedLengths(c *calendar, root ast.Node, labels []label) (all []statedLength) {
	for _, l := range labels {
		value := l.value
		if _, until, rest, ok := scanTime(value); ok && until != nil {
			value = strings.Trim(rest, " ()[]") // 14:02 to 14:37 (35 min)
		}
		if d, ok := scanDuration(value, unitIn(l.note)); ok && l.key == "duration" {
			all = append(all, statedLength{d, l.rank, l.at})
		}
	}
	for _, part := range c.parts(root) {
		if part.kind != Summary && part.kind != Impact && !isConclusion(plain(part.blocks[0], c.text)) {
			continue
		}
		for _, block := range part.blocks[1:] {
			ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
				if !entering || !holdsText(n) {
					return ast.WalkContinue, nil
				}
				for _, d := range lengthsIn(plain(n, c.text)) {
					all = append(all, statedLength{d, 2, n.Pos()})
				}
				return ast.WalkSkipChildren, nil
			})
		}
	}
	for _, d := range lengthsIn(p.Title) {
		all = append(all, statedLength{d, 2, c.lines[max(p.titleLine(), 1)-1]})
	}
	return all
}

func isConclusion(heading string) bool {
	return saysAny(strings.ToLower(heading), []string{"conclusion", "conclusions"})
}

// A lengthPhrase is a way to say how long the whole took, and parts of words of which
// one stands in it, which are cheaper to look for.
type lengthPhrase struct {
	stems []string
	words *regexp.Regexp
}

const (
	aboutAmount = `(?:(?:about|around|approximately|roughly|circa) |~\s?)?`
	amountSaid  = `(?:\d[\d.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)[\s-]*(?:weeks?|days?|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?)\b`
	amountsSaid = `(` + aboutAmount + amountSaid + `(?:(?:,| and)?\s*\d[\d.]*\s*(?:hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?)\b)*)`
	whole       = `(?:total |complete |full |service )*(?:outage|downtime|disruption)`
)

var (
	// The ways to say how long the whole took: "the outage lasted 47 minutes",
	// "40min of total outage", "an outage of 40 minutes", "a 40 minute outage" and
	// "the problem was fixed in about 40 minutes".
	lengthSaid = []lengthPhrase{
		{[]string{" lasted "}, regexp.MustCompile(`\b(?:outage|incident|disruption|downtime|degradation|problem|issue)(?: for \w+)?(?: (?:really|only|just|itself))* lasted (?:for )?` + amountsSaid)},
		{wholeStems, regexp.MustCompile(`(?:^|[\s(])` + amountsSaid + ` of ` + whole + `\b`)},
		{wholeStems, regexp.MustCompile(`\b` + whole + ` of ` + amountsSaid)},
		{wholeStems, regexp.MustCompile(`(?:^|[\s(])` + amountsSaid + `[\s-](?:long )?` + whole + `\b`)},
		{[]string{" was fixed ", " was resolved ", " was mitigated "}, regexp.MustCompile(`\b(?:outage|incident|disruption|problem|issue) was (?:fixed|resolved|mitigated) (?:in|after) ` + amountsSaid)},
	}
	wholeStems  = []string{"outage", "downtime", "disruption"}
	amountStems = []string{"min", "hour", "hr", "day", "week", "sec", "0h", "1h", "2h", "3h", "4h", "5h", "6h", "7h", "8h", "9h", " h", "0m", "1m", "2m", "3m", "4m", "5m", "6m", "7m", "8m", "9m", " m"}
	// notWhole are words of a sentence whose length is a bound, a guess, of another
	// time, or of many.
	notWhole = regexp.MustCompile(`\b(?:at least|at most|more than|less than|over|under|up to|nearly|almost|maximum|minimum|max|min\.|or (?:more|less|so)|between|within|every|each|usual\w*|typical\w*|would|could|may|might|will|expect\w*|plan\w*|previous\w*|earlier|another|similar|worst|windows|first|second|per)\b`)
	// ofPart follows a length that is one of several, or of a part.
	ofPart = regexp.MustCompile(`^\s*(?:[-–+]|to \d|or\b|(?:on|for|in) (?:the|some|one|our)\b)`)
	// numberWords are the numbers up to which people write words.
	numberWords = strings.NewReplacer("twelve", "12", "eleven", "11", "ten", "10", "nine", "9", "eight", "8", "seven", "7", "six", "6", "five", "5", "four", "4", "three", "3", "two", "2", "one", "1")
)

// lengthsIn returns how long the sentences of a text say that the whole took.
func lengthsIn(text string) (all []length) {
	text = strings.ToLower(text)
	if !slices.ContainsFunc(lengthSaid, func(p lengthPhrase) bool { return saysOneOf(text, p.stems) }) {
		return nil
	}
	for _, sentence := range sentenceOver.Split(text, -1) {
		if !saysOneOf(sentence, amountStems) {
			continue
		}
		for _, phrase := range lengthSaid {
			if !saysOneOf(sentence, phrase.stems) {
				continue
			}
			for _, at := range phrase.words.FindAllStringSubmatchIndex(sentence, -1) {
				before, said, after := sentence[:at[2]], sentence[at[2]:at[3]], sentence[at[1]:]
				if notWhole.MatchString(sentence) || ofPart.MatchString(after) || partBefore.MatchString(before) {
					continue
				}
				if d, ok := scanDuration(strings.ReplaceAll(numberWords.Replace(said), "-", " "), 0); ok {
					all = append(all, d)
				}
			}
		}
	}
	return all
}

// partBefore is what stands before the end of a range: 45 to 90 minutes.
var partBefore = regexp.MustCompile(`(?:\d\s*|\bto\s+|\band\s+|[-–+]\s*)$`)

// unitIn returns the unit that a label's note names: Duration (minutes).
func unitIn(note string) byte {
	if note = strings.ToLower(note); note != "" && amountOfTime.MatchString("1"+note) {
		return note[0]
	}
	return 0
}

// holdStated warns if what the text says it took is far from what its times say:
// by more than a quarter of an hour and more than a fifth.
func (p *Postmortem) holdStated(c *calendar, stated statedLength) {
	if stated.partly || p.Started.IsZero() {
		return
	}
	var nearest time.Duration = -1
	for _, from := range []time.Time{p.Started, p.Detected} {
		for _, to := range []time.Time{p.Resolved, p.Mitigated} {
			if from.IsZero() || to.IsZero() || stated.rank != 1 && !from.Equal(p.Started) {
				continue // only repair may be counted from when it was detected
			}
			if took := to.Sub(from); nearest < 0 || (took-stated.Duration).Abs() < (nearest-stated.Duration).Abs() {
				nearest = took
			}
		}
	}
	apart := (nearest - stated.Duration).Abs()
	if nearest >= 0 && apart > nearEnough && apart > max(nearest, stated.Duration)/5 {
		c.warn("held", stated.at, RuleOrder, "", "it says that it took %s, by its times it took %s", shortly(stated.Duration), shortly(nearest))
	}
}

// shortly prints a length of time as 4h9m, without seconds that are none.
func shortly(d time.Duration) string {
	s := d.Round(time.Second).String()
	s = strings.TrimSuffix(s, "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
