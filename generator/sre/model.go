package sre

import (
	"slices"
	"strings"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// Models counts how much of how services are run has been agreed. In scope are
// services that are not retired.
type Models struct {
	Services       int            `json:"services"`
	Agreed         int            `json:"agreed"`
	Partly         int            `json:"partly"`
	Missing        int            `json:"missing"`
	RevisitOverdue int            `json:"revisit_overdue"`
	ErrorBudgets   int            `json:"error_budgets"` // services with an SLO in scope this month
	Rows           []ServiceModel `json:"not_whole"`     // those that are not agreed, or due to be revisited
}

// A ServiceModel is how one service is run, where something is missing or overdue.
type ServiceModel struct {
	Tribe          string     `json:"tribe"`
	TribeName      string     `json:"tribe_name"`
	Service        string     `json:"service"`
	Name           string     `json:"name"`
	State          ModelState `json:"state"`
	Lacks          []string   `json:"lacks"` // which parts
	Revisit        slo.Date   `json:"revisit"`
	RevisitOverdue bool       `json:"revisit_overdue"`
	ErrorBudget    bool       `json:"error_budget"`
}

// A ModelState says how much of an operational model there is.
type ModelState string

// The states, as they stand in JSON.
const (
	ModelAgreed  ModelState = "agreed"
	ModelPartly  ModelState = "partly"
	ModelMissing ModelState = "missing"
)

// StateOf says how much of a service's operational model there is, and which
// parts it lacks: the owner, who is called, runbook, dashboard, alerts, the
// agreement with its approver, the day to revisit it, the readiness review.
// Without any agreed part it is missing, whoever owns the service.
func StateOf(s catalog.Service) (state ModelState, lacks []string) {
	m := s.Model
	for _, part := range []struct {
		name string
		is   bool
	}{
		{"owner", s.Squad != ""}, {"on-call", m.OnCall != ""}, {"runbook", m.Runbook != ""}, {"dashboard", m.Dashboard != ""},
		{"alerts", m.Alerts != ""}, {"agreement", !m.Agreed.IsZero() && m.Approver != ""},
		{"revisit date", !m.Revisit.IsZero()}, {"readiness review", !m.ReadinessReview.IsZero()},
	} {
		if !part.is {
			lacks = append(lacks, part.name)
		}
	}
	switch {
	case m == catalog.OperationalModel{}:
		return ModelMissing, lacks
	case len(lacks) > 0:
		return ModelPartly, lacks
	}
	return ModelAgreed, nil
}

// RevisitOverdue reports whether the day to revisit a model has passed.
func RevisitOverdue(m catalog.OperationalModel, today slo.Date) bool {
	return !m.Revisit.IsZero() && m.Revisit.Before(today)
}

// models counts the services in scope of all tribes.
func models(cat *catalog.Catalog, today slo.Date) Models {
	return ModelsOf(cat.Tribes, today)
}

// ModelsOf counts the services in scope of some tribes, as of a day in the site's
// zone.
func ModelsOf(tribes []catalog.Tribe, today slo.Date) Models {
	all := Models{Rows: []ServiceModel{}}
	for _, t := range tribes {
		for _, v := range t.Services {
			if v.Lifecycle == catalog.IsRetired {
				continue
			}
			state, lacks := StateOf(v)
			row := ServiceModel{
				Tribe: t.ID, TribeName: t.Name, Service: v.ID, Name: v.Name, State: state, Lacks: append([]string{}, lacks...),
				Revisit: v.Model.Revisit, RevisitOverdue: RevisitOverdue(v.Model, today),
				ErrorBudget: slices.ContainsFunc(v.SLOs, func(s catalog.SLO) bool { return s.InScope(today.Of()) }),
			}
			all.count(row)
			if state != ModelAgreed || row.RevisitOverdue || !row.ErrorBudget {
				all.Rows = append(all.Rows, row)
			}
		}
	}
	worst := []ModelState{ModelMissing, ModelPartly, ModelAgreed}
	slices.SortStableFunc(all.Rows, func(a, b ServiceModel) int {
		if a.State != b.State {
			return slices.Index(worst, a.State) - slices.Index(worst, b.State)
		}
		return strings.Compare(a.TribeName, b.TribeName)
	})
	return all
}

func (m *Models) count(row ServiceModel) {
	m.Services++
	switch row.State {
	case ModelAgreed:
		m.Agreed++
	case ModelPartly:
		m.Partly++
	case ModelMissing:
		m.Missing++
	}
	if row.RevisitOverdue {
		m.RevisitOverdue++
	}
	if row.ErrorBudget {
		m.ErrorBudgets++
	}
}
