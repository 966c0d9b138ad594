package main

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"tribune/generator/slo"
)

// A rhythm is how traffic goes through a day and a week, in the site's zone.
// Only proportions matter: mean brings them to one.
type rhythm struct {
	hours  [24]float64 // from midnight
	days   [7]float64  // from Sunday
	season bool        // whether the shop's high season shows
}

var (
	// evenings: people shop after work, and on Sundays.
	evenings = rhythm{
		hours:  [24]float64{.45, .32, .26, .24, .25, .32, .5, .75, .95, 1.1, 1.2, 1.2, 1.2, 1.15, 1.1, 1.15, 1.2, 1.4, 1.6, 1.85, 1.9, 1.7, 1.2, .75},
		days:   [7]float64{1.15, 1, .97, .95, .96, .95, 1.02},
		season: true,
	}
	// office: people at desks, and a little at other times.
	office = rhythm{
		hours: [24]float64{.1, .06, .05, .05, .05, .1, .3, .9, 1.8, 2.2, 2.3, 2.1, 1.6, 2, 2.2, 2.1, 1.8, 1.3, .8, .6, .5, .4, .3, .2},
		days:  [7]float64{.25, 1.25, 1.3, 1.3, 1.25, 1.1, .4},
	}
	// desk: a desk open on weekdays from eight to six. Nothing at other times.
	desk = rhythm{
		hours: [24]float64{8: .7, 1, 1.2, 1.2, .8, 1, 1.2, 1.2, 1, .7},
		days:  [7]float64{0, 1.2, 1, 1, 1, 1, 0},
	}
	// shifts: a warehouse working two shifts and the night before the trucks leave.
	shifts = rhythm{
		hours:  [24]float64{.9, .8, .6, .35, .3, .5, .9, 1.1, 1.2, 1.2, 1.2, 1.1, .9, 1.1, 1.2, 1.2, 1.2, 1.2, 1.2, 1.3, 1.3, 1.25, 1.2, 1.1},
		days:   [7]float64{.6, 1.2, 1.1, 1.1, 1.1, 1.1, .8},
		season: true,
	}
	// nightly: one event between five and six in the morning.
	nightly = rhythm{
		hours: [24]float64{5: 1},
		days:  [7]float64{1, 1, 1, 1, 1, 1, 1},
	}
	// flat: machines, mostly.
	flat = rhythm{
		hours:  [24]float64{.8, .8, .85, .9, .8, .8, .85, .9, 1, 1.05, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.05, .95, .9},
		days:   [7]float64{.95, 1, 1, 1, 1, 1, .95},
		season: true,
	}
)

// at returns the traffic at t as a multiple of the average.
func (r rhythm) at(t time.Time) float64 {
	x := r.hours[t.Hour()] / mean(r.hours[:]) * r.days[t.Weekday()] / mean(r.days[:])
	if r.season {
		x *= season(t)
	}
	return x
}

// season returns the shop's high season as a factor: the days around Black
// Friday, and the weeks to Christmas.
func season(t time.Time) float64 {
	switch y, m, d := t.Date(); {
	case y == 2025 && m == time.November && d == 28:
		return 2.3
	case y == 2025 && m == time.November && d >= 24:
		return 1.5
	case m == time.December && d <= 21:
		return 1.35
	case m == time.December && d >= 24 && d <= 26:
		return 0.6
	}
	return 1
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// trafficIn returns the events of a bucket of a history that begins at start;
// busy is the day's factor.
func (s source) trafficIn(bucket slo.Span, start time.Time, zone *time.Location, busy float64, d dice) int64 {
	years := bucket.From.Sub(start).Hours() / (365 * 24)
	mean := s.monthly / (30 * 24) * bucket.Duration().Hours() * math.Pow(s.growth, years) * s.rhythm.at(bucket.From.In(zone))
	if s.exact {
		return int64(math.Round(mean))
	}
	return d.events(mean * busy)
}

// levelIn returns how many of 100,000 events fail in the month.
func (s source) levelIn(m slo.Month) float64 {
	at := s.failures[0]
	for _, next := range s.failures[1:] {
		if from, to := month(at.month), month(next.month); m.Before(to) {
			whole, part := between(from, to), between(from, m)
			return at.per100k + (next.per100k-at.per100k)*max(0, part)/whole
		}
		at = next
	}
	return at.per100k
}

// between returns the months from a to b.
func between(a, b slo.Month) float64 {
	return float64((b.Year-a.Year)*12 + int(b.Month) - int(a.Month))
}

// month reads a month of the tables in this package.
func month(s string) slo.Month {
	m, err := slo.ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// dice are a stream of chance that depends on a name only, so that a new SLI
// changes no other. Everything is drawn from the generator's Uint64, whose
// algorithm is fixed.
type dice struct{ *rand.PCG }

func diceFor(name string) dice {
	h := fnv.New64a()
	h.Write([]byte(name))
	return dice{rand.NewPCG(20251001, h.Sum64())}
}

// uniform returns a number in [0, 1).
func (d dice) uniform() float64 { return float64(d.Uint64()>>11) / (1 << 53) }

// normal returns a number of mean 0 and standard deviation 1, nearly normal: a
// sum of twelve uniform ones.
func (d dice) normal() float64 {
	sum := -6.0
	for range 12 {
		sum += d.uniform()
	}
	return sum
}

// uneven returns a factor of mean 1, log-normal with the given deviation.
func (d dice) uneven(deviation float64) float64 {
	return math.Exp(deviation*d.normal() - deviation*deviation/2)
}

// events returns a Poisson number of the given mean.
func (d dice) events(mean float64) int64 {
	switch {
	case mean <= 0:
		return 0
	case mean > 30:
		return max(0, int64(math.Round(mean+math.Sqrt(mean)*d.normal())))
	}
	n, p := int64(0), math.Exp(-mean)
	for u := d.uniform() - p; u > 0 && n < 200; n++ {
		p *= mean / float64(n+1)
		u -= p
	}
	return n
}
