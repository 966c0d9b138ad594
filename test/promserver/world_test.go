package promserver

import (
	"cmp"
	"fmt"
	"math/rand"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"tribune/generator/slo"
)

// A world is services that count requests, and what was counted.
type world struct {
	from     time.Time
	days     int
	scrape   time.Duration
	samples  []Sample
	counted  map[string]map[slo.Month]*sums // by service: what went in
	caughtUp map[string]map[slo.Month]*sums // by service: what was counted while nobody scraped, by when it was seen
	silent   map[string]int                 // by service: the hours of which the server knows nothing
}

// sums are events as a server could see them.
type sums struct{ total, bad float64 }

func (s *sums) add(n, failures int) { s.plus(sums{float64(n), float64(failures)}) }

func (s *sums) plus(more sums) { s.total, s.bad = s.total+more.total, s.bad+more.bad }

// A service's life in the world. Times are minutes from its beginning.
type life struct {
	name       string
	offset     time.Duration                 // of its scrapes from the full minute
	uneven     int                           // by how many milliseconds they are early or late
	requests   func(at time.Time) int        // in the minute before
	failures   func(at time.Time, n int) int // of n requests
	born, gone int
	down       [2]int // not scraped from, to
	resets     []int
}

func newWorld(from time.Time, days int) *world {
	return &world{from: from, days: days, scrape: time.Minute, silent: map[string]int{},
		counted: map[string]map[slo.Month]*sums{}, caughtUp: map[string]map[slo.Month]*sums{}}
}

// live lets a service live. What happens between two scrapes that are a minute
// apart was counted; what was counted while nobody scraped is caught up with at
// the next scrape, by servers that look back as far; what no scrape can tell goes
// into neither account.
func (w *world) live(l life) {
	series := func(code string) labels.Labels {
		return labels.FromStrings("__name__", "requests_total", "service", l.name, "code", code)
	}
	ok, failed := series("200"), series("500")
	w.counted[l.name], w.caughtUp[l.name] = map[slo.Month]*sums{}, map[slo.Month]*sums{}
	minutes := w.days * 24 * 60
	if l.gone == 0 {
		l.gone = minutes + 1
	}
	random := rand.New(rand.NewSource(int64(len(l.name)) + int64(l.offset)))
	var good, bad float64
	var unseen sums
	const never = -2
	before, heard := never, map[int]int{} // samples by hour
	for m := l.born; m <= min(minutes, l.gone-1); m++ {
		at := w.from.Add(time.Duration(m) * time.Minute)
		n := l.requests(at)
		f := l.failures(at, n)
		if slices.Contains(l.resets, m) {
			good, bad = 0, 0
		}
		if m > l.born {
			good, bad = good+float64(n-f), bad+float64(f)
			unseen.add(n, f)
		}
		if m >= l.down[0] && m < l.down[1] {
			continue
		}
		moment := at.Add(l.offset)
		if l.uneven > 0 {
			moment = moment.Add(time.Duration(random.Intn(2*l.uneven)-l.uneven) * time.Millisecond)
		}
		if moment.After(w.until()) {
			break
		}
		w.samples = append(w.samples, Sample{ok, moment.UnixMilli(), good}, Sample{failed, moment.UnixMilli(), bad})
		month := slo.MonthOf(moment.Add(-time.Millisecond), time.UTC) // at an edge it ends the bucket before
		for _, months := range []map[slo.Month]*sums{w.counted[l.name], w.caughtUp[l.name]} {
			if months[month] == nil {
				months[month] = new(sums)
			}
		}
		switch before {
		case m - 1:
			w.counted[l.name][month].add(n, f)
		case never:
		default:
			w.caughtUp[l.name][month].plus(unseen)
		}
		unseen, before = sums{}, m
		heard[int(moment.Add(-time.Millisecond).Sub(w.from)/time.Hour)]++
	}
	for hour := range w.days * 24 {
		if heard[hour] == 0 {
			w.silent[l.name]++
		}
	}
}

// inOrder returns all samples in order of time.
func (w *world) inOrder() []Sample {
	slices.SortStableFunc(w.samples, func(a, b Sample) int { return cmp.Compare(a.At, b.At) })
	return w.samples
}

func (w *world) until() time.Time { return w.from.AddDate(0, 0, w.days) }

// A trouble is a way in which services live that has made others count wrongly.
type trouble struct {
	name   string
	change func(l *life)
}

const day = 24 * 60 // minutes

// steady is a service without trouble: busy by day, one failure in a thousand.
func steady(name string) life {
	return life{
		name: name, offset: 17_123 * time.Millisecond,
		requests: func(at time.Time) int { return 400 + 20*at.Hour() + at.Minute()%7 },
		failures: func(at time.Time, n int) int {
			if at.Minute()%2 == 0 {
				return 1
			}
			return 0
		},
	}
}

// firstMinute is failures in the first minute of an hour only.
func firstMinute(at time.Time, n int) int {
	if at.Minute() == 0 {
		return n
	}
	return 0
}

var troubles = []trouble{
	{"none", func(*life) {}},
	{"scraped unevenly", func(l *life) { l.uneven = 300 }},
	{"scraped on the edges of buckets", func(l *life) { l.offset = 0 }},
	{"failures in the first minute of every hour", func(l *life) { l.failures = firstMinute }},
	{"the same, scraped on the edges", func(l *life) { l.failures, l.offset = firstMinute, 0 }},
	{"failures in the last minute of every hour", func(l *life) {
		l.failures = func(at time.Time, n int) int { return firstMinute(at.Add(time.Minute), n) }
	}},
	{"all traffic in the first minute of the hour", func(l *life) {
		l.requests = func(at time.Time) int { return firstMinute(at, 30_000) }
		l.failures = func(_ time.Time, n int) int { return n / 100 }
	}},
	{"counters that are reset", func(l *life) { l.resets = []int{3*day + 77, 12 * day, 22*day + 1439, 31*day + 600} }},
	{"born in the middle", func(l *life) { l.born = 15*day + 754 }},
	{"gone in the middle", func(l *life) { l.gone = 25*day + 133 }},
	{"not scraped for some hours", func(l *life) { l.down = [2]int{20*day + 250, 20*day + 820} }},
	{"nights without traffic", func(l *life) {
		busy := l.requests
		l.requests = func(at time.Time) int {
			if at.Add(-time.Second).Hour() < 5 {
				return 0
			}
			return busy(at)
		}
		l.failures = func(at time.Time, n int) int { return min(n, firstMinute(at, 7)) }
	}},
	{"no failure at all", func(l *life) { l.failures = func(time.Time, int) int { return 0 } }},
	{"nothing but failures", func(l *life) { l.failures = func(_ time.Time, n int) int { return n } }},
}

// fill lets n services live, each with one of the troubles in turn.
func (w *world) fill(n int) (names []string) {
	for i := range n {
		l := steady(fmt.Sprintf("service-%d", i))
		l.offset += time.Duration(i) * 431 * time.Millisecond
		troubles[i%len(troubles)].change(&l)
		l.offset %= w.scrape
		w.live(l)
		names = append(names, l.name)
	}
	return names
}
