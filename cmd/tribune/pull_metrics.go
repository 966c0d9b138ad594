package main

import (
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"tribune/generator"
)

const lastSuccess = "tribune_pull_last_success_timestamp_seconds"

// writeMetrics writes what a pull did in the text format of Prometheus. When a
// source last answered for all its SLOs is taken over from the file that is
// there, if it did not this time.
func writeMetrics(file string, r generator.Pulled, start time.Time, took time.Duration) error {
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	}
	last := gauge(lastSuccess, "When a pull from the source was last without a fault.", "source")
	run := gauge("tribune_pull_timestamp_seconds", "When the last pull began.")
	duration := gauge("tribune_pull_duration_seconds", "How long the last pull took, by source.", "source")
	requests := gauge("tribune_pull_requests", "Requests of the last pull, repetitions included.", "source")
	slos := gauge("tribune_pull_slos", "SLOs of the last pull.", "source", "result")
	rows := gauge("tribune_pull_buckets", "Buckets of the last pull, by what became of them.", "source", "result")
	faults := gauge("tribune_pull_errors", "SLOs with a fault in the last pull, by its kind.", "source", "kind")
	whole := gauge("tribune_pull_total_duration_seconds", "How long the last pull took in all.")

	before, err := lastSuccesses(file)
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
	registry := prometheus.NewRegistry()
	for _, c := range []prometheus.Collector{last, run, duration, requests, slos, rows, faults, whole} {
		if err := registry.Register(c); err != nil {
			return err
		}
	}
	return prometheus.WriteToTextfile(file, registry)
}

// bucketsOf sums the buckets of a source's SLOs.
func bucketsOf(s generator.PulledSource) map[string]int {
	sums := map[string]int{}
	for _, o := range s.SLOs {
		sums["asked"] += o.Asked
		sums["stored"] += o.Stored
		sums["replaced"] += o.Replaced
		sums["unchanged"] += o.Unchanged
		sums["forgotten"] += o.Forgotten
		sums["missing"] += o.Missing
		sums["empty"] += o.Empty
	}
	return sums
}

// lastSuccesses reads from an earlier run's file when each source last had one.
// A file that is none of ours says nothing.
func lastSuccesses(file string) (map[string]float64, error) {
	all := map[string]float64{}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, _ := parser.TextToMetricFamilies(f)
	for _, m := range families[lastSuccess].GetMetric() {
		for _, l := range m.GetLabel() {
			if l.GetName() == "source" {
				all[l.GetValue()] = m.GetGauge().GetValue()
			}
		}
	}
	return all, nil
}
