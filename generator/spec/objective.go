package spec

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// percent reads an objective that its format writes as a percentage.
func (r *reader) percent(n node, key string) slo.Objective {
	return r.objective(n, key, `write a percentage below 100, like 99.9`, 7, slo.ParseObjective)
}

// share reads an objective that its format writes as a share of 1.
func (r *reader) share(n node, key string) slo.Objective {
	return r.objective(n, key, `write a share below 1, like 0.999`, 9, slo.ParseShare)
}

func (r *reader) objective(n node, key, hint string, places int, parse func(string) (slo.Objective, error)) slo.Objective {
	value, ok := r.need(n, key, hint)
	if !ok {
		return 0
	}
	o, err := parse(quiet(value.text(), places))
	if err != nil {
		if f, _ := strconv.ParseFloat(value.text(), 64); f == 1 || f == 100 {
			hint = "promise less than everything: what remains is the budget for change"
		}
		r.report(value, "spec-objective", hint, "%v", err)
	}
	return o
}

// quiet takes the noise of floating point out of a decimal text. A tool that
// computes with floats writes 99.9 as 99.90000000000001; a person who means that
// many places does not write them so that they round away.
func quiet(text string, places int) string {
	f, err := strconv.ParseFloat(text, 64)
	_, tail, _ := strings.Cut(text, ".")
	if err != nil || len(tail) <= places {
		return text
	}
	round := strconv.FormatFloat(f, 'f', places, 64)
	if near, _ := strconv.ParseFloat(round, 64); math.Abs(f-near) > 1e-12*math.Abs(f) {
		return text
	}
	return round
}

// window sets the window over which an objective must hold, or says that the
// spec has one that is not computed.
func (r *reader) window(o *catalog.SLO, at node, w slo.Window) {
	if _, err := slo.ParseWindow(string(w)); err == nil {
		o.Window = w
		return
	}
	o.Window = slo.Monthly
	var known []string
	for _, w := range slo.Windows {
		known = append(known, string(w))
	}
	r.report(at, "spec-window", "only "+listing(known)+" can be", "a window of %s is not computed: each calendar month is judged instead", at.text())
	o.Caveats = append(o.Caveats, fmt.Sprintf("Its spec has a window of %s, which is not computed here: each calendar month is judged instead.", at.text()))
}

// rolling returns the window of so many days, which may be none that is
// computed.
func rolling(days int) slo.Window { return slo.Window(strconv.Itoa(days) + "d") }

var (
	durations = regexp.MustCompile(`^(?:[0-9]{1,6}(?:ms|[smhdwy]))+$`)
	duration1 = regexp.MustCompile(`([0-9]+)(ms|[smhdwy])`)
)

var units = map[string]time.Duration{
	"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour,
	"d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour,
}

// parseDuration reads a duration as Prometheus writes it: 4w, 1h30m, 200ms.
func parseDuration(text string) (d time.Duration, ok bool) {
	if !durations.MatchString(text) {
		return 0, false
	}
	for _, m := range duration1.FindAllStringSubmatch(text, -1) {
		n, _ := strconv.Atoi(m[1])
		if unit := units[m[2]]; n > int((math.MaxInt64-d)/unit) {
			return 0, false
		}
		d += time.Duration(n) * units[m[2]]
	}
	return d, d > 0
}
