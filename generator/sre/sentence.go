package sre

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"tribune/generator/slo"
)

// inShort answers the reader's first question in at most three sentences: what
// the time went into, which deadlines press, and who has nobody of the team.
func (f *Facts) inShort() []string {
	out := []string{}
	if !f.Described {
		return append(out, "Nothing is known of the SRE team yet.")
	}
	if s := f.focusSentence(); s != "" {
		out = append(out, s)
	}
	out = append(out, f.clockSentence())
	if e := f.Embedded; e.Squads > 0 {
		if n := e.Squads - e.WithSRE; n > 0 {
			out = append(out, fmt.Sprintf("%d of %s %s nobody of the team.", n, count(e.Squads, "squad", "squads"), verb(n, "has", "have")))
		} else {
			out = append(out, "Every squad has somebody of the team.")
		}
	}
	return out
}

// focusSentence says what the month's time went into, and whether both axes are
// inside their limits; "" if no time is recorded at all.
func (f *Facts) focusSentence() string {
	month := f.Month.Month.String()
	m := f.FocusOf(f.Month)
	switch {
	case len(f.Focus) == 0:
		return ""
	case m == nil || m.Recorded == 0:
		return fmt.Sprintf("No time is recorded for %s.", month)
	case m.Thin():
		return fmt.Sprintf("Not enough is recorded for %s to tell where the time went: %s of the hours available.", month, Percent(*m.Coverage))
	}
	s := fmt.Sprintf("%s of %s’s recorded time went to reliability and %s of it was work by hand",
		Percent(*m.Split), month, Percent(*m.ToilShare))
	split, toil := InBand(*m.Split), *m.ToilShare <= ToilCap
	switch {
	case split && toil:
		return s + ", both inside their limits."
	case split:
		return s + ", which is over the cap of 50%."
	case toil:
		return s + "; the first is outside the band of 40 to 60%."
	}
	return s + "; both are outside their limits."
}

// clockSentence says which tasks are past their deadline, and which soon will be.
func (f *Facts) clockSentence() string {
	if len(f.Tasks) == 0 {
		return "The automation ledger is empty."
	}
	late, soon := f.Ledger.ByState[Overdue], f.Ledger.Soon
	past := "No task is past its 18 months"
	if late > 0 {
		past = fmt.Sprintf("%s %s past %s 18 months", count(late, "task", "tasks"), verb(late, "is", "are"), verb(late, "its", "their"))
	}
	switch {
	case late == 0 && soon == 0:
		return past + ", and none is due within 90 days."
	case soon == 0:
		return past + "."
	case late == 0:
		return fmt.Sprintf("%s; %d %s due within 90 days.", past, soon, verb(soon, "is", "are"))
	}
	return fmt.Sprintf("%s; %d more %s due within 90 days.", past, soon, verb(soon, "is", "are"))
}

// Automating answers whether automation increases, with n: whether the share of
// work by hand falls, and what the tasks handed over took away.
func (f *Facts) Automating() (answer, basis string) {
	if !f.Described && len(f.Focus) == 0 {
		return "Not known. What the SRE team does is not written down yet.", "what would answer it"
	}
	over := f.Ledger.ByState[HandedOver]
	basis = fmt.Sprintf("%s handed over", count(over, "task", "tasks"))
	first, last := f.toldEnds()
	switch slo.TrendWord(f.Toil.Word) {
	case slo.Improving:
		answer = "Yes."
	case slo.Worsening:
		answer = "No."
	case slo.NoClearTrend:
		answer = "Not shown."
	default:
		if last == nil {
			return "Too early to say. No month has enough time recorded.", basis
		}
		return fmt.Sprintf("Too early to say. Work by hand took %s of the time recorded in %s.", Percent(*last.ToilShare), monthName(last.Month)),
			fmt.Sprintf("n = %s with enough recorded, 6 are needed; %s", count(f.Toil.Months, "month", "months"), basis)
	}
	answer += fmt.Sprintf(" Work by hand took %s of the time recorded in %s, %s in %s", Percent(*last.ToilShare), monthName(last.Month),
		Percent(*first.ToilShare), monthName(first.Month))
	if f.Ledger.Removed > 0 {
		answer += fmt.Sprintf("; tasks handed over took %s manual hours a month away", hours(f.Ledger.Removed))
	}
	return answer + ".", fmt.Sprintf("n = %d months, %s; %s", f.Toil.Months, PValue(*f.Toil.P), basis)
}

// toldEnds returns the first and last month that the toil trend is told from;
// nil if there is none.
func (f *Facts) toldEnds() (first, last *FocusMonth) {
	for i := range f.Focus {
		m := &f.Focus[i]
		if m.ToilShare == nil || f.Month.Before(m.Month) || m.Month.Before(f.Month.Add(1-trendMonths)) {
			continue
		}
		if first == nil {
			first = m
		}
		last = m
	}
	return first, last
}

// Percent writes a share with one decimal, or more if it would else be read on
// the wrong side of a bound: "41%", "53.5%", "50.04%".
func Percent(share float64) string {
	for digits := 1; ; digits++ {
		p := math.Pow10(digits + 2)
		rounded := math.Round(share*p) / p
		if digits == 6 || side(rounded) == side(share) {
			return strconv.FormatFloat(math.Round(share*p)/math.Pow10(digits), 'f', -1, 64) + "%"
		}
	}
}

// side says between which bounds a share lies, and whether on one.
func side(share float64) (n int) {
	for _, bound := range []float64{SplitLow, ToilCap, SplitHigh, EnoughRecorded} {
		n = 3*n + cmp.Compare(share, bound)
	}
	return n
}

// hours writes a number of hours with at most one decimal.
func hours(h float64) string { return strconv.FormatFloat(math.Round(h*10)/10, 'f', -1, 64) }

// PValue writes a p as statisticians do: "p < .01", "p = .04".
func PValue(p float64) string {
	if p < 0.01 {
		return "p < .01"
	}
	return "p = " + strings.TrimPrefix(strconv.FormatFloat(p, 'f', 2, 64), "0")
}

func monthName(m slo.Month) string { return fmt.Sprintf("%s %d", m.Month, m.Year) }

func count(n int, one, many string) string { return fmt.Sprintf("%d %s", n, verb(n, one, many)) }

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
