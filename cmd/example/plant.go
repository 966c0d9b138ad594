package main

import (
	"fmt"
	"math"
	"time"

	"tribune/generator/slo"
)

// A plantedSLI is all buckets of one SLI, and what was planted in them.
type plantedSLI struct {
	source
	series slo.Series
	months []plantedMonth // in order
}

// A plantedMonth is what one SLI did in one month, in whole events. Bad is the
// background and what the events caused.
type plantedMonth struct {
	SLO        string         `json:"slo"`
	Month      slo.Month      `json:"month"`
	Total      int64          `json:"total"`
	Bad        int64          `json:"bad"`
	Background int64          `json:"background"`
	Missing    int            `json:"missing_buckets"`
	Events     []plantedEvent `json:"events"`
}

// A plantedEvent is the part of an event that fell on one SLI in one month.
type plantedEvent struct {
	Name string    `json:"name"`
	Kind string    `json:"kind"`
	From time.Time `json:"from"` // of the whole event, UTC
	To   time.Time `json:"to"`
	Bad  int64     `json:"bad"` // bad events that it caused

	// Only of an exclusion: all events of the buckets that it takes out.
	ExcludedTotal int64 `json:"excluded_total,omitempty"`
	ExcludedBad   int64 `json:"excluded_bad,omitempty"`
}

// plant makes the buckets of an SLI over the span, bucket by bucket.
func plant(s source, span slo.Span, zone *time.Location) (plantedSLI, error) {
	p := plantedSLI{source: s, series: slo.Series{Step: s.step()}}
	traffic, failing := diceFor(s.service()), diceFor(s.id)
	hits := hitsOn(s.id)
	var today slo.Date
	busy, rough := 1.0, 1.0
	for t := s.begin(span, zone); !t.Add(p.series.Step).After(s.end(span, zone)); t = t.Add(p.series.Step) {
		if d := slo.DateOf(t, zone); d != today {
			today, busy, rough = d, traffic.uneven(.03), failing.uneven(s.swing)
		}
		bucket := slo.Span{From: t, To: t.Add(p.series.Step)}
		month := p.month(slo.MonthOf(t, zone))

		total := s.trafficIn(bucket, span.From, zone, busy, traffic)
		total += hits.load(bucket, total)
		usual := s.levelIn(month.Month) / 100_000 * rough * failing.uneven(.25)
		background := min(total, failing.events(float64(total)*usual))
		if hits.lost(bucket) {
			month.Missing++
			continue
		}
		caused := hits.strike(month, bucket, total, background)
		if caused+background > total {
			return p, fmt.Errorf("%s: more fails at %s than there was", s.id, t.Format(time.RFC3339))
		}
		month.Total += total
		month.Background += background
		month.Bad += background + caused
		p.series.Points = append(p.series.Points, slo.Point{At: t.Unix(), Tally: slo.Tally{
			Good:  slo.Count(total-background-caused) * slo.Event,
			Total: slo.Count(total) * slo.Event,
		}})
	}
	return p, nil
}

// month returns what was planted in m, which is the last month or a new one.
func (p *plantedSLI) month(m slo.Month) *plantedMonth {
	if n := len(p.months); n == 0 || p.months[n-1].Month != m {
		p.months = append(p.months, plantedMonth{SLO: p.id, Month: m, Events: []plantedEvent{}})
	}
	return &p.months[len(p.months)-1]
}

// A hit is an event as one SLI felt it.
type hit struct {
	event
	share float64 // of the SLI's events, that failed because of it
}

// hits are the events that one SLI felt, in order of time.
type hits []hit

func hitsOn(id string) (all hits) {
	for _, e := range events {
		if share, ok := e.fails[id]; ok {
			all = append(all, hit{e, share})
		}
	}
	return all
}

// overlap returns the share of the bucket that the event lasted.
func (h hit) overlap(bucket slo.Span) float64 { return h.Meet(bucket).Minutes() / bucket.Minutes() }

// load returns the events that load tests add to a bucket of the usual total.
func (hs hits) load(bucket slo.Span, total int64) (more int64) {
	for _, h := range hs {
		if h.times > 1 {
			more += int64(math.Round(float64(total) * (h.times - 1) * h.overlap(bucket)))
		}
	}
	return more
}

// lost reports whether the samples of the bucket never arrived.
func (hs hits) lost(bucket slo.Span) bool {
	for _, h := range hs {
		if h.kind == gap && h.overlap(bucket) > 0 {
			return true
		}
	}
	return false
}

// strike notes in the month what each event did to the bucket, and returns how
// many bad events they caused.
func (hs hits) strike(month *plantedMonth, bucket slo.Span, total, background int64) (caused int64) {
	for _, h := range hs {
		part := h.overlap(bucket)
		if part == 0 {
			continue
		}
		bad := int64(math.Round(h.share * float64(total) * part))
		caused += bad
		e := month.event(h)
		e.Bad += bad
		if h.kind == exclusion {
			e.ExcludedTotal += total
			e.ExcludedBad += bad + background
		}
	}
	return caused
}

// event returns what h did in the month so far.
func (m *plantedMonth) event(h hit) *plantedEvent {
	for i := range m.Events {
		if m.Events[i].Name == h.name {
			return &m.Events[i]
		}
	}
	m.Events = append(m.Events, plantedEvent{Name: h.name, Kind: h.kind, From: h.From, To: h.To})
	return &m.Events[len(m.Events)-1]
}
