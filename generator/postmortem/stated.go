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
// the times.
func (p *Postmortem) readStated(c *calendar, root ast.Node, labels []label) {
	all := c.statedLengths(root, labels)
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
// sentences only of the summary and the section about the impact.
func (c *calendar) statedLengths(root ast.Node, labels []label) (all []statedLength) {
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
		if part.kind != Summary && part.kind != Impact {
			continue
		}
		for _, block := range part.blocks {
			if block.Kind() != ast.KindParagraph {
				continue
			}
			text := plain(block, c.text)
			if !strings.Contains(text, " lasted ") {
				continue // the pattern is slow
			}
			if m := lasted.FindStringSubmatch(text); m != nil {
				if d, ok := scanDuration(m[1], 0); ok {
					all = append(all, statedLength{d, 2, block.Pos()})
				}
			}
		}
	}
	return all
}

// lasted finds how long an outage lasted, up to the end of the amount.
var lasted = regexp.MustCompile(`(?i)\b(?:outage|incident|disruption|downtime|degradation) lasted (?:for )?((?:about |around |approximately |roughly )?\d[\d.]*\s*[a-z]+(?:(?:,| and)?\s*\d[\d.]*\s*[a-z]+)*)`)

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
