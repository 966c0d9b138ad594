package main

import (
	"time"

	"tribune/generator"
)

const lastSuccess = "tribune_pull_last_success_timestamp_seconds"

// writeMetrics writes what a pull did in the text format of Prometheus. When a
// source last answered for all its SLOs is taken over from the file that is
// there, if it did not this time.
func writeMetrics(file string, r generator.Pulled, start time.Time, took time.Duration) error {
	t := newTextfile()
	last := t.gauge(lastSuccess, "When a pull from the source was last without a fault.", "source")
	run := t.gauge("tribune_pull_timestamp_seconds", "When the last pull began.")
	duration := t.gauge("tribune_pull_duration_seconds", "How long the last pull took, by source.", "source")
	requests := t.gauge("tribune_pull_requests", "Requests of the last pull, repetitions included.", "source")
	slos := t.gauge("tribune_pull_slos", "SLOs of the last pull.", "source", "result")
	rows := t.gauge("tribune_pull_buckets", "Buckets of the last pull, by what became of them.", "source", "result")
	faults := t.gauge("tribune_pull_errors", "SLOs with a fault in the last pull, by its kind.", "source", "kind")
	whole := t.gauge("tribune_pull_total_duration_seconds", "How long the last pull took in all.")

	before, err := earlier(file, lastSuccess, "source")
	if err != nil {
		return err
	}
	run.WithLabelValues().Set(float64(start.Unix()))
	whole.WithLabelValues().Set(took.Seconds())
	for _, s := range r.Sources {
		failed := 0
		for result, n := range bucketsOf(s) {
			rows.WithLabelValues(s.Name, result).Set(float64(n))
		}
		for _, o := range s.SLOs {
			if o.Fault != nil {
				failed++
				faults.WithLabelValues(s.Name, string(o.Fault.Kind)).Inc()
			}
		}
		slos.WithLabelValues(s.Name, "pulled").Set(float64(len(s.SLOs) - failed))
		slos.WithLabelValues(s.Name, "failed").Set(float64(failed))
		requests.WithLabelValues(s.Name).Set(float64(s.Requests))
		duration.WithLabelValues(s.Name).Set(s.Took.Seconds())
		if failed == 0 {
			before[s.Name] = float64(start.Add(took).Unix())
		}
	}
	for source, at := range before {
		last.WithLabelValues(source).Set(at)
	}
	return t.write(file)
}

// bucketsOf sums the buckets of a source's SLOs.
func bucketsOf(s generator.PulledSource) map[string]int {
	sums := map[string]int{}
	for _, o := range s.SLOs {
		sums["asked"] += o.Asked
		sums["stored"] += o.Stored
		sums["replaced"] += o.Replaced
		sums["unchanged"] += o.Unchanged
		sums["refused"] += o.Refused
		sums["forgotten"] += o.Forgotten
		sums["missing"] += o.Missing
		sums["empty"] += o.Empty
	}
	return sums
}
