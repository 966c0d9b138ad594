package ledger

import (
	"time"

	"tribune/generator/slo"
)

// Burn says when an SLI burnt at EpisodeBurn or faster around the time that a
// postmortem claims. Both moments are edges of buckets; one that the series does
// not tell, since it begins or ends there or has a gap, is zero.
type Burn struct {
	From, To time.Time
	// StartDiffers and EndDiffers say that the time claimed begins or ends more
	// than a bucket away from that: a bucket cannot tell finer.
	StartDiffers, EndDiffers bool
}

// reach is how many buckets around a claimed time a burn is looked for at least;
// else it is as far as that time is long.
const reach = 6

// BurnAround finds the burn that a claimed time is about: all that overlaps with
// it, from the first to the last, or else the one nearest to it. ok is false if
// there is none.
func BurnAround(s slo.Series, o slo.Objective, claimed slo.Span) (b Burn, ok bool) {
	var found slo.Span
	runs := burning(s, o)
	for _, run := range runs {
		if !run.span.Meet(claimed).Empty() {
			if found.Empty() {
				found.From = run.span.From
			}
			found.To = run.span.To
		}
	}
	if found.Empty() {
		least := max(claimed.Duration(), reach*s.Step)
		for _, run := range runs {
			if away := apart(run.span, claimed); away <= least {
				found, least = run.span, away-1
			}
		}
	}
	if found.Empty() {
		return Burn{}, false
	}
	for _, run := range runs {
		if run.span.From.Equal(found.From) && run.beginKnown {
			b.From = found.From
			b.StartDiffers = claimed.From.Sub(found.From).Abs() > s.Step
		}
		if run.span.To.Equal(found.To) && run.endKnown {
			b.To = found.To
			b.EndDiffers = claimed.To.Sub(found.To).Abs() > s.Step
		}
	}
	return b, true
}

// A run is consecutive buckets that burn. Where it begins is known if there is a
// bucket before it, and likewise its end.
type run struct {
	span                 slo.Span
	beginKnown, endKnown bool
}

func burning(s slo.Series, o slo.Objective) (runs []run) {
	var before slo.Span // the bucket before
	open := false
	for _, p := range s.Points {
		bucket := bucketAt(p.At, s.Step)
		adjoins := bucket.From.Equal(before.To)
		last := len(runs) - 1
		burns := slo.BurnsAtLeast(EpisodeBurn, p.Tally, o)
		switch {
		case burns && open && adjoins:
			runs[last].span.To = bucket.To
		case burns:
			runs = append(runs, run{span: bucket, beginKnown: adjoins})
		case open && adjoins:
			runs[last].endKnown = true
		}
		before, open = bucket, burns
	}
	return runs
}

// apart returns the time between two spans that do not overlap.
func apart(a, b slo.Span) time.Duration {
	if a.From.Before(b.From) {
		return b.From.Sub(a.To)
	}
	return a.From.Sub(b.To)
}
