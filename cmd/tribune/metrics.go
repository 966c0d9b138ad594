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
	"tribune/generator/diag"
	"tribune/generator/publish"
)

// A textfile collects what a command did, for the textfile collector of
// node_exporter.
type textfile struct {
	registry *prometheus.Registry
}

func newTextfile() textfile { return textfile{prometheus.NewRegistry()} }

// gauge adds a metric.
func (t textfile) gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	t.registry.MustRegister(g)
	return g
}

// write writes the file at once, so that a collector never reads half of it.
func (t textfile) write(file string) error { return prometheus.WriteToTextfile(file, t.registry) }

// earlier reads the values of a metric from an earlier run's file, by the value
// of one of its labels, "" without one. A file that is none of ours says nothing.
func earlier(file, metric, label string) (map[string]float64, error) {
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
	for _, m := range families[metric].GetMetric() {
		name := ""
		for _, l := range m.GetLabel() {
			if l.GetName() == label {
				name = l.GetValue()
			}
		}
		all[name] = m.GetGauge().GetValue()
	}
	return all, nil
}

// writeBuildMetrics writes what a build did. When one last succeeded is taken
// over from the file that is there, if this one did not.
func writeBuildMetrics(file string, r generator.Report, asOf, start, end time.Time, failed bool) error {
	const lastSuccess = "tribune_build_last_success_timestamp_seconds"
	before, err := earlier(file, lastSuccess, "")
	if err != nil {
		return err
	}
	t := newTextfile()
	set := func(name, help string, value float64) { t.gauge(name, help).WithLabelValues().Set(value) }
	set("tribune_build_timestamp_seconds", "When the last build began.", float64(start.Unix()))
	set("tribune_build_duration_seconds", "How long the last build took.", end.Sub(start).Seconds())
	problems := t.gauge("tribune_build_problems", "What is wrong with the files that people wrote, at the last build.", "severity")
	for _, severity := range []diag.Severity{diag.Error, diag.Warning, diag.Note} {
		problems.WithLabelValues(severity.String()).Set(float64(r.Problems.Count(severity)))
	}
	if !failed {
		before[""] = float64(end.Unix())
		set("tribune_build_as_of_timestamp_seconds", "The moment that the site speaks of.", float64(asOf.Unix()))
		set("tribune_build_tribes", "Tribes of the site.", float64(r.Tribes))
		set("tribune_build_tribes_behind", "Tribes that the site was assembled without, or with older pages.", float64(len(r.Behind)))
		set("tribune_build_postmortems", "Postmortems of the site, as its readers may see them.", float64(r.Postmortems))
		set("tribune_build_files", "Files of the site.", float64(r.Files))
		set("tribune_build_pages", "Pages of the site.", float64(r.Pages))
		set("tribune_build_size_bytes", "Size of the site's files.", float64(r.Bytes))
		data := t.gauge("tribune_build_data_timestamp_seconds", "The end of a tribe's newest bucket.", "tribe")
		for tribe, to := range r.DataTo {
			data.WithLabelValues(tribe).Set(float64(to.Unix()))
		}
	}
	if at, ok := before[""]; ok {
		set(lastSuccess, "When a build last succeeded.", at)
	}
	return t.write(file)
}

// writePublishMetrics writes what a publish did. When one to each target last
// succeeded is taken over from the file that is there.
func writePublishMetrics(file, target string, r publish.Report, start, end time.Time, failed bool) error {
	const lastSuccess = "tribune_publish_last_success_timestamp_seconds"
	before, err := earlier(file, lastSuccess, "target")
	if err != nil {
		return err
	}
	t := newTextfile()
	set := func(name, help string, value float64) {
		t.gauge(name, help, "target").WithLabelValues(target).Set(value)
	}
	set("tribune_publish_timestamp_seconds", "When the last publish began.", float64(start.Unix()))
	set("tribune_publish_duration_seconds", "How long the last publish took.", end.Sub(start).Seconds())
	if !failed {
		before[target] = float64(end.Unix())
		set("tribune_publish_as_of_timestamp_seconds", "The moment that the published site speaks of.", float64(r.Origin.AsOf.Unix()))
		set("tribune_publish_freshness_seconds", "Data older than this are stale.", float64(r.Origin.Freshness))
		set("tribune_publish_pages", "Pages of the published site.", float64(r.Pages))
		set("tribune_publish_size_bytes", "Size of the published site's files.", float64(r.Bytes))
		set("tribune_publish_sent_bytes", "Size of the files that were sent.", float64(r.Sent))
		files := t.gauge("tribune_publish_files", "Files of the last publish, by what became of them.", "target", "result")
		sent := len(r.New) + len(r.Changed)
		for result, n := range map[string]int{"new": len(r.New), "changed": len(r.Changed), "unchanged": r.Files - sent, "deleted": len(r.Deleted), "kept": r.Kept} {
			files.WithLabelValues(target, result).Set(float64(n))
		}
		data := t.gauge("tribune_publish_data_timestamp_seconds", "The end of a tribe's newest bucket in the published site.", "target", "tribe")
		for tribe, to := range r.Origin.DataTo {
			if to != nil {
				data.WithLabelValues(target, tribe).Set(float64(to.Unix()))
			}
		}
	}
	last := t.gauge(lastSuccess, "When a publish to the target last succeeded.", "target")
	for name, at := range before {
		last.WithLabelValues(name).Set(at)
	}
	return t.write(file)
}
