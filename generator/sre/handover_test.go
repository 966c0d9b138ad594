package sre

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// watched makes tasks from a list of ages as the books print them: 9 was handed
// over, 13+ was still there when last seen.
func watched(ages string) (tasks []Task) {
	for _, s := range strings.Fields(ages) {
		state := HandedOver
		if strings.HasSuffix(s, "+") {
			state = Open
		}
		months, _ := strconv.ParseFloat(strings.TrimSuffix(s, "+"), 64)
		tasks = append(tasks, Task{ID: s, State: state, Months: months})
	}
	return tasks
}

// checkCurve compares the share that is left after each step, to four decimals.
func checkCurve(t *testing.T, name, ages string, left map[float64]float64, median float64) {
	t.Helper()
	h := handover(watched(ages))
	if len(h.Steps) != len(left) {
		t.Errorf("%s: there are %d steps, want %d", name, len(h.Steps), len(left))
	}
	for _, s := range h.Steps {
		if want, ok := left[s.Months]; !ok || math.Abs(1-s.Share-want) > 0.00005 {
			t.Errorf("%s: at %v %.4f are left, want %.4f", name, s.Months, 1-s.Share, want)
		}
	}
	switch {
	case h.Median == nil && median != 0:
		t.Errorf("%s: there is no median, want %v", name, median)
	case h.Median != nil && *h.Median != median:
		t.Errorf("%s: the median is %v, want %v", name, *h.Median, median)
	}
	if h.Tasks != len(strings.Fields(ages)) || len(h.Watched) != strings.Count(ages, "+") || h.HandedOver != h.Tasks-len(h.Watched) {
		t.Errorf("%s: %d tasks, %d handed over, %d watched", name, h.Tasks, h.HandedOver, len(h.Watched))
	}
}

func TestHandoverAgreesWithWorkedExamples(t *testing.T) {
	// Freireich and others, Blood 21 (1963) 699–716: weeks in remission of 42
	// children with leukaemia. The estimate is worked out in Kleinbaum and Klein,
	// Survival Analysis, chapter 2.
	checkCurve(t, "6-mercaptopurine", "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+",
		map[float64]float64{6: .8571, 7: .8067, 10: .7529, 13: .6902, 16: .6275, 22: .5378, 23: .4482}, 23)
	checkCurve(t, "placebo", "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23",
		map[float64]float64{1: .9048, 2: .8095, 3: .7619, 4: .6667, 5: .5714, 8: .3810, 11: .2857, 12: .1905, 15: .1429, 17: .0952, 22: .0476, 23: 0}, 8)
	// Miller, Survival Analysis (1981), the data set aml of R's package survival:
	// weeks in remission with and without maintenance.
	checkCurve(t, "maintained", "9 13 13+ 18 23 28+ 31 34 45+ 48 161+",
		map[float64]float64{9: .9091, 13: .8182, 18: .7159, 23: .6136, 31: .4909, 34: .3682, 48: .1841}, 31)
	checkCurve(t, "not maintained", "5 5 8 8 12 16+ 23 27 30 33 43 45",
		map[float64]float64{5: .8333, 8: .6667, 12: .5833, 23: .4861, 27: .3889, 30: .2917, 33: .1944, 43: .0972, 45: 0}, 23)
}

func TestThereIsNoMedianUnlessHalfAreHandedOver(t *testing.T) {
	checkCurve(t, "nothing", "", nil, 0)
	checkCurve(t, "all open", "3+ 7+ 18+", nil, 0)
	checkCurve(t, "one of three", "3 7+ 18+", map[float64]float64{3: .6667}, 0)
	checkCurve(t, "exactly half", "3 7 9+ 18+", map[float64]float64{3: .75, 7: .5}, 7)
}

func TestAnExemptTaskIsNotInTheHandover(t *testing.T) {
	tasks := watched("3 7")
	tasks = append(tasks, Task{ID: "exempt", State: Exempt, Months: 5})
	if h := handover(tasks); h.Tasks != 2 || len(h.Watched) != 0 {
		t.Errorf("the handover is %+v", h)
	}
}
