package chart

import (
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"tribune/generator/slo"
)

// A MonthlySLI is the SLI of one SLO by month, usually 24 of them, against its
// objective. Both lines break where the objective changed.
type MonthlySLI struct {
	Label  string
	Months []SLIMonth // in order of time, without holes
}

// An SLIMonth is one point of the series.
type SLIMonth struct {
	Month     slo.Month
	SLI       float64 // the share of events that were good
	Known     bool    // whether it could be told
	InScope   bool    // false before the SLO began and after it was retired
	Objective slo.Objective
	Events    float64 // the traffic beneath; 0 if there was none or it is unknown
}

// The plot is 270 wide; traffic stands in a strip beneath the SLI.
const (
	monthlyLeft, monthlyRight   = 46.0, 306.0
	monthlyTop, monthlyBottom   = 12.0, 112.0
	trafficTop, trafficBottom   = 120.0, 144.0
	monthlyWidth, monthlyHeight = 360.0, 162.0
)

// SVG draws the series.
func (s MonthlySLI) SVG() template.HTML {
	low, step := s.scale()
	y := func(share float64) float64 {
		return monthlyTop + (monthlyBottom-monthlyTop)*math.Min(math.Max((1-share)/(1-low), 0), 1)
	}
	var d drawing
	d.open("chart", monthlyWidth, monthlyHeight, "", s.title())
	d.desc(s.describe())
	for v := 1.0; v >= low-step/10; v -= step {
		class := `class="hair"`
		if v == 1 {
			class = `class="tick"`
		}
		d.stroke(monthlyLeft, y(v), monthlyRight, y(v), class)
		d.text(monthlyLeft-5, y(v)+4, "end", shortPercent(v, 7))
	}
	s.years(&d)
	s.traffic(&d)
	s.objectives(&d, y)
	s.line(&d, y)
	s.values(&d, y)
	return d.close()
}

// width returns how wide a month is, at most that of a 12-month series.
func (s MonthlySLI) width() float64 {
	return (monthlyRight - monthlyLeft) / float64(max(12, len(s.Months)))
}

// x returns the middle of the i-th month.
func (s MonthlySLI) x(i int) float64 { return monthlyLeft + s.width()*(float64(i)+0.5) }

// scale returns the lower end of the scale and the distance of its gridlines:
// one, two or five of a decimal place, four at most.
func (s MonthlySLI) scale() (low, step float64) {
	worst := 0.0
	for _, m := range s.Months {
		if !m.InScope {
			continue
		}
		worst = max(worst, 1-m.Objective.Share())
		if m.known() {
			worst = max(worst, 1-m.SLI)
		}
	}
	for step = 1e-6; step < 0.25; step *= 10 {
		for _, n := range []float64{1, 2, 5} {
			if 4*n*step >= worst {
				return max(0, 1-math.Ceil(worst/(n*step))*n*step), n * step
			}
		}
	}
	return 0, 0.25
}

func (m SLIMonth) known() bool { return m.InScope && m.Known && finite(m.SLI) }

// objectives draws the objective as steps, with its text where it begins or
// changes, and a break in full height at each change.
func (s MonthlySLI) objectives(d *drawing, y func(float64) float64) {
	for i := 0; i < len(s.Months); {
		j := i
		for j < len(s.Months) && s.same(i, j) {
			j++
		}
		if !s.Months[i].InScope {
			i = j
			continue
		}
		from, to := s.x(i)-s.width()/2, s.x(j-1)+s.width()/2
		at := y(s.Months[i].Objective.Share())
		d.stroke(from, at, to, at, `class="even"`)
		if i > 0 && s.Months[i-1].InScope {
			d.stroke(from, 4, from, trafficBottom, `class="limit thin" stroke-dasharray="2 2"`)
		}
		d.text(from+3, at+12, "label", s.Months[i].Objective.String())
		i = j
	}
}

// same reports whether months i and j have one objective, or none.
func (s MonthlySLI) same(i, j int) bool {
	a, b := s.Months[i], s.Months[j]
	return a.InScope == b.InScope && (!a.InScope || a.Objective == b.Objective)
}

// line draws the SLI: a stretch for each run of known months of one objective.
// A month alone is a dot; one without data is hatched.
func (s MonthlySLI) line(d *drawing, y func(float64) float64) {
	var run []point
	finish := func() {
		switch {
		case len(run) == 1:
			d.put(`<circle cx="`, run[0].x, `" cy="`, run[0].y, `" r="2" class="fill-ink"/>`)
		case len(run) > 1:
			d.polyline(run)
		}
		run = nil
	}
	for i, m := range s.Months {
		if i > 0 && !s.same(i-1, i) {
			finish()
		}
		switch {
		case m.known():
			run = append(run, point{s.x(i), y(m.SLI)})
		case m.InScope:
			finish()
			d.rect(s.x(i)-s.width()/2, monthlyTop, s.width(), monthlyBottom-monthlyTop, `fill="url(#p-gap)"`)
		default:
			finish()
		}
	}
	finish()
}

// values marks the last known month and writes its SLI beside it.
func (s MonthlySLI) values(d *drawing, y func(float64) float64) {
	for i := len(s.Months) - 1; i >= 0; i-- {
		if m := s.Months[i]; m.known() {
			d.put(`<circle cx="`, s.x(i), `" cy="`, y(m.SLI), `" r="3" class="fill-ink"/>`)
			d.text(s.x(i)+6, y(m.SLI)-4, "label strong", slo.SharePercent(m.SLI, m.Objective))
			return
		}
	}
}

func (s MonthlySLI) years(d *drawing) {
	for i, m := range s.Months {
		if i > 0 && m.Month.Month != time.January {
			continue
		}
		x := s.x(i) - s.width()/2
		d.stroke(x, trafficBottom, x, trafficBottom+4, `class="tick"`)
		if i == 0 && m.Month.Month > time.September && len(s.Months) > 12 {
			continue // the next January's label stands here
		}
		d.text(x, monthlyHeight-2, "", m.Month.Month.String()[:3]+" "+strconv.Itoa(m.Month.Year))
	}
}

// traffic draws the events of each month, the busiest in full height.
func (s MonthlySLI) traffic(d *drawing) {
	most := 0.0
	for _, m := range s.Months {
		if finite(m.Events) {
			most = max(most, m.Events)
		}
	}
	d.stroke(monthlyLeft, trafficBottom, monthlyRight, trafficBottom, `class="tick thin"`)
	if most == 0 {
		return
	}
	for i, m := range s.Months {
		if finite(m.Events) && m.Events > 0 {
			h := (trafficBottom - trafficTop) * m.Events / most
			d.rect(s.x(i)-s.width()/2+0.5, trafficBottom-h, s.width()-1, h, `class="fill-bg"`)
		}
	}
	d.text(monthlyLeft-5, trafficBottom-2, "end", "traffic")
}

func (s MonthlySLI) title() string {
	if len(s.Months) == 0 {
		return s.Label + ": no months"
	}
	return s.Label + ": SLI by month, " + between(s.Months[0].Month, s.Months[len(s.Months)-1].Month)
}

func (s MonthlySLI) describe() string {
	var words []string
	for i, m := range s.Months {
		if !m.InScope {
			continue
		}
		if i == 0 || !s.same(i-1, i) {
			words = append(words, "objective "+m.Objective.String()+" from "+monthName(m.Month))
		}
		value := "no data"
		if m.known() {
			value = slo.SharePercent(m.SLI, m.Objective)
		}
		words = append(words, value)
	}
	return strings.Join(words, ", ")
}
