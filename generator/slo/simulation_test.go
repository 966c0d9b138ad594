package slo

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// histories is how many are made of each kind. Seeds are fixed, so that a share
// that is counted is the same in every run.
const histories = 2000

// A steady is a service of which nothing changes from month to month: what it
// returns are shares of a budget spent, one drawn like the other.
type steady struct {
	about string
	month func(r *rand.Rand) float64
}

var steadies = []steady{
	{"anything between nothing and twice the budget", func(r *rand.Rand) float64 { return 2 * r.Float64() }},
	{"mostly little and now and then a disaster", func(r *rand.Rand) float64 { return math.Exp(1.5 * r.NormFloat64()) }},
	{"nothing at all in six months of ten", func(r *rand.Rand) float64 {
		if r.Float64() < 0.6 {
			return 0
		}
		return math.Exp(r.NormFloat64())
	}},
	{"one of three figures", func(r *rand.Rand) float64 { return float64(r.IntN(3)) }},
}

func (s steady) history(r *rand.Rand, months int) Trend {
	spent := make([]float64, months)
	for i := range spent {
		spent[i] = s.month(r)
	}
	return TrendOf(spent)
}

func named(t Trend) bool { return t.Word != NoClearTrend }

// most is the largest share of unchanging histories of which a page may say that
// they improve or worsen: 5%, and what 2,000 of them are off by.
const most = 0.06

// With no true change, a trend is named in at most 6% of 2,000 histories, of
// every length that pages show and whatever the months look like.
func TestATrendIsSeldomNamedWhereNothingChanges(t *testing.T) {
	for k, s := range steadies {
		for months := trendMonths; months <= 12; months++ {
			r := rand.New(rand.NewPCG(uint64(k), uint64(months)))
			wrong := 0
			for range histories {
				if named(s.history(r, months)) {
					wrong++
				}
			}
			if share := float64(wrong) / histories; share > most {
				t.Errorf("%s, %d months: a trend is named in %.1f%% of histories", s.about, months, 100*share)
			}
		}
	}
}

// The same by tribe and month: in at most 6% of 2,000 months of a tribe does any
// of its SLOs get a trend. Without the correction for their number it is far
// more.
func TestATribesMonthSeldomNamesATrendWhereNothingChanges(t *testing.T) {
	for k, s := range steadies {
		for _, slos := range []int{2, 12} {
			r := rand.New(rand.NewPCG(uint64(k), uint64(1000+slos)))
			wrong, plain := 0, 0
			any := func(trends []Trend) int {
				for _, x := range trends {
					if named(x) {
						return 1
					}
				}
				return 0
			}
			for range histories {
				trends := make([]Trend, slos)
				for i := range trends {
					trends[i] = s.history(r, 12)
				}
				plain += any(trends)
				wrong += any(Adjust(trends))
			}
			if share := float64(wrong) / histories; share > most {
				t.Errorf("%s, %d SLOs: a trend is named in %.1f%% of months", s.about, slos, 100*share)
			}
			if share := float64(plain) / histories; slos > 2 && share < 0.15 {
				t.Errorf("%s, %d SLOs: uncorrected, a trend is named in only %.1f%% of months, so this shows nothing", s.about, slos, 100*share)
			}
		}
	}
}

// Incidents that come at one rate, rare or often, are seldom said to come more
// or less often.
func TestIncidentsAtOneRateSeldomComeMoreOrLessOften(t *testing.T) {
	for _, rate := range []float64{0.1, 0.3, 1, 3, 10} {
		for _, months := range []int{6, 12} {
			src := rand.NewPCG(uint64(100*rate), uint64(months))
			wrong := 0
			for range histories {
				counts := make([]int, months)
				for i := range counts {
					counts[i] = int(distuv.Poisson{Lambda: rate, Src: src}.Rand())
				}
				if word, _, _ := FrequencyOf(Month{2025, 11}, counts); word != NoClearChange {
					wrong++
				}
			}
			if share := float64(wrong) / histories; share > most {
				t.Errorf("%v a month, %d months: in %.1f%% of histories they come more or less often", rate, months, 100*share)
			}
		}
	}
}

// A true change is still found: a test that never speaks would pass the others.
func TestATrueTrendIsFound(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	found := 0
	for range histories {
		spent := make([]float64, 12)
		for i := range spent {
			spent[i] = (1 - float64(i)/12) * (0.7 + 0.6*r.Float64())
		}
		if TrendOf(spent).Word == Improving {
			found++
		}
	}
	if share := float64(found) / histories; share < 0.9 {
		t.Errorf("of services that get better from month to month %.1f%% are said to improve", 100*share)
	}
}

// A bursty service fails in clumps; truth is the share of its events that fails
// in the long run, and day draws one day of 50,000 events.
type bursty struct {
	about string
	truth float64
	day   func(src rand.Source) (bad float64)
}

const eventsADay = 50_000

// clumped is a service whose daily failures vary phi times as much as chance
// would have them.
func clumped(about string, phi float64) bursty {
	const truth = 0.001
	return bursty{about, truth, func(src rand.Source) float64 {
		rate := distuv.Gamma{Alpha: eventsADay * truth / (phi - 1), Beta: 1 / (phi - 1), Src: src}.Rand()
		return distuv.Poisson{Lambda: rate, Src: src}.Rand()
	}}
}

// incidents is a service with so many incidents in a month of 30 days, each of
// which fails a hundredth of a day's events, more or less, besides the few that
// always fail.
func incidents(about string, inMonth float64) bursty {
	const base, size, spread = 0.0003, 0.01, 0.5
	return bursty{about, base + inMonth/30*size*math.Exp(spread*spread/2), func(src rand.Source) float64 {
		share := base
		for range int(distuv.Poisson{Lambda: inMonth / 30, Src: src}.Rand()) {
			share += size * math.Exp(spread*distuv.Normal{Mu: 0, Sigma: 1, Src: src}.Rand())
		}
		return distuv.Poisson{Lambda: eventsADay * share, Src: src}.Rand()
	}}
}

// covered returns in what share of months the interval holds the truth, with the
// days' overdispersion and without it.
func (b bursty) covered(seed uint64) (weighed, plain float64) {
	src := rand.NewPCG(seed, 7)
	holds := func(low, high float64) float64 {
		if low <= 1-b.truth && 1-b.truth <= high {
			return 1
		}
		return 0
	}
	for range histories {
		var days []Tally
		var sum Tally
		for range 30 {
			bad := min(int64(b.day(src)), eventsADay)
			days = append(days, events(eventsADay-bad, bad))
			sum = sum.Plus(days[len(days)-1])
		}
		e := Weigh(days, 999_000_000)
		weighed += holds(e.Low, e.High) / histories
		plain += holds(Wilson(sum.Good.Events(), sum.Total.Events())) / histories
	}
	return weighed, plain
}

// Where failures come in clumps, the interval beside a result holds the truth in
// at least 90% of 2,000 months. Without the overdispersion it seldom does.
func TestEvidenceHoldsTheTruthOfBurstyServices(t *testing.T) {
	for k, b := range []bursty{
		clumped("failures vary twice as much as by chance", 2),
		clumped("ten times as much", 10),
		clumped("a hundred times as much", 100),
		incidents("eight incidents a month", 8),
		incidents("one every other day", 15),
		incidents("one a day", 30),
	} {
		weighed, plain := b.covered(uint64(k))
		if weighed < 0.90 {
			t.Errorf("%s: the interval holds the truth in %.1f%% of months", b.about, 100*weighed)
		}
		if plain > weighed || k > 0 && plain > 0.55 {
			t.Errorf("%s: without overdispersion it would in %.1f%%, so this shows nothing", b.about, 100*plain)
		}
	}
}

// What the method page warns of: a month knows nothing of the incidents that did
// not come. Of a service with one in most months the interval is too narrow.
func TestEvidenceOfAMonthKnowsNothingOfRareIncidents(t *testing.T) {
	if weighed, _ := incidents("one incident a month", 1).covered(11); weighed > 0.75 {
		t.Errorf("the interval holds the truth in %.1f%% of months, so the method page warns of nothing", 100*weighed)
	}
}
