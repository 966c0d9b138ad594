package scorecard

import "tribune/generator/slo"

// A Standing is how what was promised stands, by one tribe or several, as of the
// moment that their facts speak of.
type Standing struct {
	Open    int               `json:"open"`
	Overdue int               `json:"overdue"`
	NoOwner int               `json:"no_owner"` // of the open actions
	NoDue   int               `json:"no_due"`   // likewise
	Ages    [len(AgeDays)]int `json:"ages"`     // open actions by age; see AgeDays
	NoAge   int               `json:"no_age"`   // open actions of which nobody knows since when
	Month   slo.Month         `json:"month"`    // the running one, or the latest there is
	Closed  bool              `json:"closed"`   // it is over
	Backlog Backlog           `json:"backlog"`  // how actions moved in it; Late is left out
	OnTime  OnTime            `json:"on_time"`
}

// AgeDays are the least ages of the bands in which actions are counted, in days.
var AgeDays = [...]int{0, 31, 91, 181}

// OnTime says how many of the actions that were due in some months were done by
// their day.
type OnTime struct {
	First slo.Month `json:"first"` // of the latest closed months, at most twelve
	Last  slo.Month `json:"last"`
	Due   int       `json:"due"`
	Done  int       `json:"done"`
	Share Number    `json:"share"` // Done / Due
	Low   Number    `json:"low"`   // its 95% interval: few promises say little about the next
	High  Number    `json:"high"`
}

// onTimeMonths is over how many closed months promises are counted: most tribes
// have few due in one.
const onTimeMonths = 12

// StandingOf counts the promises of the tribes.
func StandingOf(tribes ...*Tribe) (s Standing) {
	s.Backlog.Late = []Action{}
	for _, t := range tribes {
		for _, a := range t.Actions {
			s.add(a)
		}
		if n := len(t.Cards); n > 0 && s.Month.Before(t.Cards[n-1].Month) {
			s.Month, s.Closed = t.Cards[n-1].Month, t.Cards[n-1].Closed
		}
	}
	s.OnTime.Last = s.Month
	if !s.Closed && s.Month != (slo.Month{}) {
		s.OnTime.Last = s.Month.Add(-1)
	}
	s.OnTime.First = s.OnTime.Last
	for _, t := range tribes {
		for i := range t.Cards {
			c := &t.Cards[i]
			if c.Month == s.Month {
				s.Backlog.add(c.Actions)
			}
			if c.Closed && s.OnTime.Last.Add(-onTimeMonths).Before(c.Month) {
				s.OnTime.Due += c.Actions.Due
				s.OnTime.Done += c.Actions.DueClosed
				if c.Month.Before(s.OnTime.First) {
					s.OnTime.First = c.Month
				}
			}
		}
	}
	if o := &s.OnTime; o.Due > 0 {
		low, high := slo.Wilson(float64(o.Done), float64(o.Due))
		o.Share, o.Low, o.High = known(float64(o.Done)/float64(o.Due)), known(low), known(high)
	}
	return s
}

func (s *Standing) add(a Action) {
	if a.State != "open" {
		return
	}
	s.Open++
	if a.Overdue {
		s.Overdue++
	}
	if a.Owner == "" {
		s.NoOwner++
	}
	if a.Due.IsZero() {
		s.NoDue++
	}
	if !a.Age.Known {
		s.NoAge++
		return
	}
	band := 0
	for band+1 < len(AgeDays) && a.Age.Value >= float64(AgeDays[band+1]) {
		band++
	}
	s.Ages[band]++
}

func (b *Backlog) add(c Backlog) {
	b.Opening += c.Opening
	b.New += c.New
	b.Closed += c.Closed
	b.Dropped += c.Dropped
	b.Now += c.Now
	b.Overdue += c.Overdue
	b.Due += c.Due
	b.DueClosed += c.DueClosed
}
