package ledger

import (
	"math/bits"

	"tribune/generator/slo"
)

// findEpisodes sorts the bad events of the buckets that nothing covers into episodes
// and background.
func (l *Ledger) findEpisodes(in Input, pieces [][]piece) {
	var run Episode // the burning buckets just before, if there are any
	end := func() {
		if run.Bad > 0 && spends(run.Bad, in.Budget) {
			run.FromBefore = run.Span.From.Equal(in.Month.From)
			run.IntoNext = run.Span.To.Equal(in.Month.To)
			l.Unexplained = append(l.Unexplained, run)
		} else {
			l.Background += run.Bad
		}
		run = Episode{}
	}
	for i, p := range in.Series.Points {
		bucket := bucketAt(p.At, in.Series.Step)
		burns := pieces[i] == nil && slo.BurnsAtLeast(EpisodeBurn, p.Tally, in.Objective)
		if !burns || !bucket.From.Equal(run.Span.To) {
			end()
		}
		switch {
		case burns && run.Bad == 0:
			run = Episode{Span: bucket, Bad: p.Bad()}
		case burns:
			run.Span.To = bucket.To
			run.Bad += p.Bad()
		case pieces[i] == nil:
			l.Background += p.Bad()
		}
	}
	end()
}

// spends reports whether bad events are enough of the budget for an episode. Of
// no budget at all, any are.
func spends(bad, budget slo.Count) bool {
	hi, lo := bits.Mul64(uint64(bad), 100)
	least, leastLo := bits.Mul64(uint64(budget), EpisodePercent)
	return hi > least || hi == least && lo >= leastLo
}
