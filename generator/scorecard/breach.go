package scorecard

import (
	"slices"

	"tribune/generator/sre"
)

// mostAsked is how many decisions the front page asks for at most.
const mostAsked = 5

// AskBreaches asks what becomes of the tasks that are past their 18 months, in
// one sentence. It stands before P0 actions that nobody has promised yet and the
// gaps in the data, which can wait; where there are five decisions without them,
// they give way.
func (o *Org) AskBreaches(tasks []sre.Task) {
	var late []Ask
	for _, t := range tasks {
		if t.State != sre.Overdue {
			continue
		}
		task := Part{"“" + t.Title + "”", "sre/#task-" + t.ID}
		ask := Ask{
			Kind: "automation", Weight: float64(-*t.DaysLeft), Subject: Sentence{task}, Who: "SRE and Platform",
			Sentence: Sentence{say("Automate or retire "), task, say("? It is past its 18 months.")},
		}
		if !t.Automated.IsZero() {
			ask.Sentence = Sentence{say("Accept or retire "), task, say("? It is automated, not accepted, and past its 18 months.")}
		}
		late = append(late, ask)
	}
	switch late = ofKind(late, "automation"); len(late) {
	case 0:
		return
	case 1:
	default:
		s := Sentence{say("What becomes of %d tasks past their 18 months: ", len(late))}
		late[0].Subject = subjects(late)
		late[0].Sentence = append(append(s, late[0].Subject...), say("?"))
	}
	after := len(o.Asked)
	for after > 0 && (o.Asked[after-1].Kind == "p0" || o.Asked[after-1].Kind == "data") {
		after--
	}
	o.Asked = slices.Insert(o.Asked, after, late[0])
	o.Asked = o.Asked[:min(mostAsked, len(o.Asked))]
}
