package promserver

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v2"
)

// A reading is what a spec says, read plainly: by another YAML library into maps,
// with no thought for places or mistakes.
type reading struct {
	objective int64 // parts per billion
	window    string
	squad     string // the label that names it, "" if there is none
}

// A table is a mapping of YAML. What is not there is empty.
type table map[any]any

func (t table) of(keys ...string) table {
	for _, k := range keys {
		m, _ := t[k].(map[any]any)
		t = m
	}
	return t
}

func (t table) list(key string) (all []table) {
	list, _ := t[key].([]any)
	for _, v := range list {
		m, _ := v.(map[any]any)
		all = append(all, m)
	}
	return all
}

func (t table) text(key string) string {
	switch v := t[key].(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		if len(v) > 0 {
			return fmt.Sprint(v[0])
		}
		return ""
	default:
		return fmt.Sprint(v)
	}
}

var notOfAnID = regexp.MustCompile(`[^a-z0-9._-]+`)

func idOf(name string) string {
	id := strings.TrimLeft(notOfAnID.ReplaceAllString(strings.ToLower(name), "-"), "._-")
	return strings.TrimRight(id[:min(64, len(id))], "._-")
}

// billionths are the parts per billion of a decimal number, rounded.
func billionths(text string, of int64) int64 {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return -1
	}
	r.Mul(r, big.NewRat(1_000_000_000, of))
	n, _ := strconv.ParseInt(r.FloatString(0), 10, 64)
	return n
}

// windowOf is a rolling window of days, or months where that is not computed.
func windowOf(days int) string {
	if slices.Contains([]int{7, 14, 28, 30, 90}, days) {
		return strconv.Itoa(days) + "d"
	}
	return "month"
}

// squadOf is the first label that names a squad.
func squadOf(labels ...table) string {
	for _, name := range []string{"squad", "team", "owner"} {
		for _, l := range labels {
			if v := cmp.Or(l.text(name), l.text("pyrra.dev/"+name)); v != "" {
				return v
			}
		}
	}
	return ""
}

// plainly reads the SLOs of a file, by service/key.
func plainly(text []byte) map[string]reading {
	all := map[string]reading{}
	var docs []table
	services := map[string]table{} // labels
	for d := yaml.NewDecoder(strings.NewReader(string(text))); ; {
		var v any
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return all
		}
		list, isList := v.([]any)
		if m, ok := v.(map[any]any); ok && !isList {
			list = []any{m}
			if m["kind"] == "List" {
				list, _ = m["items"].([]any)
			}
		}
		for _, v := range list {
			m, _ := v.(map[any]any)
			docs = append(docs, m)
		}
	}
	for _, d := range docs {
		if d.text("kind") == "Service" {
			services[d.of("metadata").text("name")] = d.of("metadata", "labels")
		}
	}
	for _, d := range docs {
		switch kind := cmp.Or(d.text("version"), d.text("apiVersion")+" "+d.text("kind")); kind {
		case "prometheus/v1", "sloth.slok.dev/v1 PrometheusServiceLevel":
			s := d
			if kind != "prometheus/v1" {
				s = d.of("spec")
			}
			for _, o := range s.list("slos") {
				all[idOf(s.text("service"))+"/"+idOf(o.text("name"))] = reading{billionths(o.text("objective"), 100), "30d",
					squadOf(o.of("labels"), s.of("labels"), d.of("metadata", "labels"))}
			}
		case "pyrra.dev/v1alpha1 ServiceLevelObjective":
			labels := d.of("metadata", "labels")
			name := d.of("metadata").text("name")
			service := cmp.Or(labels.text("service"), labels.text("pyrra.dev/service"), name)
			window := d.of("spec").text("window")
			n, _ := strconv.Atoi(window[:max(0, len(window)-1)])
			if strings.HasSuffix(window, "w") {
				n *= 7
			}
			all[idOf(service)+"/"+idOf(name)] = reading{billionths(d.of("spec").text("target"), 100), windowOf(n), squadOf(labels)}
		case "openslo/v1 SLO", "openslo/v1alpha SLO":
			s := d.of("spec")
			objectives := s.list("objectives")
			for i, o := range objectives {
				name := d.of("metadata").text("name")
				if len(objectives) > 1 {
					name += "-" + cmp.Or(idOf(o.text("displayName")), strconv.Itoa(i+1))
				}
				share := billionths(o.text("target"), 1)
				if percent := o.text("targetPercent"); percent != "" {
					share = billionths(percent, 100)
				}
				all[idOf(s.text("service"))+"/"+idOf(name)] = reading{share, openSLOWindow(s),
					squadOf(d.of("metadata", "labels"), services[s.text("service")])}
			}
		}
	}
	return all
}

func openSLOWindow(spec table) string {
	windows := append(spec.list("timeWindow"), spec.list("timeWindows")...)
	if len(windows) == 0 {
		return "30d"
	}
	w := windows[0]
	length := w.text("duration")
	if unit := w.text("unit"); unit != "" {
		length = w.text("count") + map[string]string{"Day": "d", "Week": "w", "Month": "M", "Quarter": "Q"}[unit]
	}
	n, _ := strconv.Atoi(length[:max(0, len(length)-1)])
	rolls := w.text("isRolling") == "true" || w["isRolling"] == nil && w["calendar"] == nil
	switch {
	case rolls && strings.HasSuffix(length, "d"):
		return windowOf(n)
	case rolls && strings.HasSuffix(length, "w"):
		return windowOf(7 * n)
	case !rolls && (length == "1Q" || length == "3M" || length == "3m"):
		return "quarter"
	}
	return "month"
}
