package sre

import (
	"cmp"
	"slices"
)

// A Handover is how long tasks take from the first time by hand to acceptance by
// the Platform Team, as Kaplan and Meier estimate it: a task that is still open,
// or was retired, counts for as long as it was watched. Exempt tasks take no
// part.
type Handover struct {
	Tasks      int      `json:"tasks"`
	HandedOver int      `json:"handed_over"`
	Median     *float64 `json:"median_months"` // null unless half have been handed over by then
	Steps      []Step   `json:"steps"`         // in order of age
	Watched    []Seen   `json:"watched"`       // those not handed over, in order of age
}

// A Step is an age at which tasks were handed over, and the share that has been
// handed over by then.
type Step struct {
	Months     float64 `json:"months"`
	HandedOver int     `json:"handed_over"`
	Share      float64 `json:"share"`
}

// A Seen is a task that had not been handed over at the age at which it was last
// looked at, and the share of others that had been by then.
type Seen struct {
	ID     string  `json:"id"`
	Months float64 `json:"months"`
	Share  float64 `json:"share"`
}

// handover makes the estimate from the ledger. Where one task was handed over at
// the age at which another was last seen, the other was still there.
func handover(tasks []Task) Handover {
	h := Handover{Steps: []Step{}, Watched: []Seen{}}
	var all []Task
	for _, t := range tasks {
		if t.State != Exempt {
			all = append(all, t)
		}
	}
	slices.SortStableFunc(all, func(a, b Task) int { return cmp.Compare(a.Months, b.Months) })
	h.Tasks = len(all)
	left := 1.0 // the share that has not been handed over
	for i := 0; i < len(all); {
		age, there, over, end := all[i].Months, len(all)-i, 0, i
		for ; end < len(all) && all[end].Months == age; end++ {
			if all[end].State == HandedOver {
				over++
			}
		}
		if over > 0 {
			h.HandedOver += over
			left *= float64(there-over) / float64(there)
			h.Steps = append(h.Steps, Step{age, over, 1 - left})
			if h.Median == nil && left <= 0.5+1e-9 { // a half may come as a product of rounded numbers
				h.Median = &age
			}
		}
		for ; i < end; i++ {
			if all[i].State != HandedOver {
				h.Watched = append(h.Watched, Seen{all[i].ID, age, 1 - left})
			}
		}
	}
	return h
}
