package scorecard

import (
	"fmt"
	"strconv"

	"tribune/generator/slo"
	"tribune/generator/sre"
)

// A Frequency is how often incidents came in the last twelve months that had
// ended, or as many of them as there are, and what can be told from that. Those
// that readers may not see are counted too.
type Frequency struct {
	From    slo.Month `json:"from"`
	To      slo.Month `json:"to"`
	Months  int       `json:"months"` // 0 if none has ended
	Count   int       `json:"count"`
	Rate    Number    `json:"rate"` // a month
	Low     Number    `json:"low"`  // of the rate, exact 95% interval (Poisson)
	High    Number    `json:"high"`
	Word    string    `json:"word"` // more_often | less_often | no_clear_change | too_little_history
	Laplace Number    `json:"laplace"`
	Before  *int      `json:"before"`   // in as many months directly before; null if they are not all there
	P       Number    `json:"p"`        // how often chance alone makes two such numbers differ as much
	Fewest  int       `json:"fewest"`   // as many or fewer in the same time to come would show a change; −1 if not even none
	Most    int       `json:"at_least"` // and so would as many or more
}

// frequencies tells of each month how often incidents came up to then.
func (t *Tribe) frequencies() {
	counts := make(map[slo.Month]int)
	for _, c := range t.Cards {
		counts[c.Month] = c.Incidents.Count
	}
	for i := range t.Cards {
		c := &t.Cards[i]
		last := c.Month
		if !c.Closed {
			last = last.Add(-1)
		}
		c.Incidents.Frequency = frequencyOf(counts, t.Cards[0].Month, last)
	}
}

// frequencyOf counts the twelve months up to last, of a history that begins with
// first.
func frequencyOf(counts map[slo.Month]int, first, last slo.Month) Frequency {
	f := Frequency{From: last.Add(1 - stripMonths), To: last, Word: string(slo.TooLittleToCount), Fewest: -1}
	if f.From.Before(first) {
		f.From = first
	}
	var months []int
	for m := f.From; !last.Before(m); m = m.Add(1) {
		months = append(months, counts[m])
		f.Count += counts[m]
	}
	if f.Months = len(months); f.Months == 0 {
		f.From = last
		return f
	}
	exposure := float64(f.Months)
	low, high := slo.PoissonInterval(f.Count, exposure)
	f.Rate, f.Low, f.High = known(round(float64(f.Count)/exposure)), known(round(low)), known(round(high))
	word, u, ok := slo.FrequencyOf(f.From, months)
	f.Word, f.Laplace = string(word), told(round(u), ok)
	f.Fewest, f.Most = slo.ShowsAt(f.Count)
	if begin := f.From.Add(-f.Months); !begin.Before(first) {
		before := 0
		for m := begin; m.Before(f.From); m = m.Add(1) {
			before += counts[m]
		}
		p := slo.SameRate(slo.Frequency{Events: before, Exposure: exposure}, slo.Frequency{Events: f.Count, Exposure: exposure})
		f.Before, f.P = &before, known(round(p))
	}
	return f
}

// Sentence says how often incidents came, with n and what it would take for a
// change to show.
func (f Frequency) Sentence() string {
	if f.Months == 0 {
		return ""
	}
	s := fmt.Sprintf("%s in %s: %s a month (95%% interval %s to %s)",
		count(f.Count, "incident", "incidents"), f.span(), rate(f.Rate), rate(f.Low), rate(f.High))
	switch slo.FrequencyWord(f.Word) {
	case slo.TooLittleToCount:
		return s + ", too little history to say whether they come more often."
	case slo.MoreOften:
		s += ". They come more often"
	case slo.LessOften:
		s += ". They come less often"
	default:
		s += ". No clear change in how often they come"
	}
	if f.Laplace.Known {
		s += fmt.Sprintf(" (Laplace %s)", signed(f.Laplace.Value))
	}
	if f.Before != nil {
		s += fmt.Sprintf("; %d in the %s before", *f.Before, count(f.Months, "month", "months"))
		if f.P.Value > 0.05 {
			s += ", no clear difference"
		}
		s += fmt.Sprintf(" (%s)", sre.PValue(f.P.Value))
	}
	s += fmt.Sprintf(". From %d, only %d or more", f.Count, f.Most)
	switch {
	case f.Fewest > 0:
		s += fmt.Sprintf(", or %d or fewer,", f.Fewest)
	case f.Fewest == 0:
		s += ", or none,"
	}
	return s + fmt.Sprintf(" in the next %s would show a change.", count(f.Months, "month", "months"))
}

// span names the months.
func (f Frequency) span() string {
	if f.Months == 1 {
		return MonthName(f.To)
	}
	return fmt.Sprintf("the %d months to %s", f.Months, MonthName(f.To))
}

// rate writes events a month: "0.75", "1.4", "12".
func rate(n Number) string {
	if n.Value >= 10 {
		return fmt.Sprintf("%.0f", n.Value)
	}
	return strconv.FormatFloat(n.Value, 'g', 2, 64)
}

// signed writes a statistic with its sign.
func signed(x float64) string {
	if x < 0 {
		return fmt.Sprintf("−%.1f", -x)
	}
	return fmt.Sprintf("%.1f", x)
}
