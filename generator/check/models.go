package check

import (
	"slices"
	"strings"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/slo"
	"tribune/generator/sre"
)

// The rules that Models applies.
const (
	RuleModelOwner   = "model-owner"
	RuleModelMissing = "model-missing"
	RuleModelPartly  = "model-partly"
	RuleModelRevisit = "model-revisit"
	RuleModelBudget  = "model-budget"
	RuleEmbedded     = "embedded-maintenance"
	RuleSquadAlone   = "embedded-squad"
)

// Models returns what is lacking in how services are run, as of a day in the
// site's zone: parts of operational models, error budgets, somebody of the SRE
// team. A site that has neither an operational model nor an SRE team has not
// begun with it, and lacks nothing.
func Models(cat *catalog.Catalog, today slo.Date) (problems diag.List) {
	if !begun(cat) {
		return nil
	}
	for i := range cat.Tribes {
		t := &cat.Tribes[i]
		for _, v := range t.Services {
			if v.Lifecycle != catalog.IsRetired {
				model(&problems, v, today)
				embedded(&problems, cat, t, v, today)
			}
		}
		for _, q := range t.Squads {
			owns := slices.ContainsFunc(t.Services, func(v catalog.Service) bool {
				return v.Squad == q.ID && v.Lifecycle != catalog.IsRetired
			})
			if owns && alone(cat, q, today) {
				problems.Add(q.Pos, RuleSquadAlone, diag.Note, "write its full id under squads of a member in data/sre.toml", "squad %s has nobody of the SRE team", q.ID)
			}
		}
	}
	return problems
}

// begun reports whether a site says anything of how its services are run.
func begun(cat *catalog.Catalog) bool {
	return cat.SRE.Pos.File != "" || slices.ContainsFunc(cat.Tribes, func(t catalog.Tribe) bool {
		return slices.ContainsFunc(t.Services, func(v catalog.Service) bool { return v.Model != catalog.OperationalModel{} })
	})
}

// model tells what a service's operational model lacks.
func model(problems *diag.List, v catalog.Service, today slo.Date) {
	if v.Squad == "" {
		problems.Add(v.Pos, RuleModelOwner, diag.Warning, `write squad = "…"`, "service %s has no owner", v.ID)
	}
	state, lacks := sre.StateOf(v)
	lacks = slices.DeleteFunc(lacks, func(part string) bool { return part == "owner" })
	switch {
	case state == sre.ModelMissing:
		problems.Add(v.Pos, RuleModelMissing, diag.Warning, "write [services.operational_model] below it with on_call, runbook, dashboard, alerts, agreed, approver, revisit and readiness_review",
			"service %s has no operational model", v.ID)
	case len(lacks) > 0:
		problems.Add(v.Pos, RuleModelPartly, diag.Warning, "add to its operational_model: "+keysOf(v.Model), "the operational model of service %s lacks %s", v.ID, join(lacks))
	}
	if sre.RevisitOverdue(v.Model, today) {
		problems.Add(v.Pos, RuleModelRevisit, diag.Warning, "agree on it again and write agreed and revisit anew", "the operational model of service %s was to be revisited on %s", v.ID, v.Model.Revisit)
	}
	if !slices.ContainsFunc(v.SLOs, func(s catalog.SLO) bool { return s.InScope(today.Of()) }) {
		problems.Add(v.Pos, RuleModelBudget, diag.Note, "write [[services.slos]] below it", "service %s has no SLO, and so no error budget", v.ID)
	}
}

// keysOf names the keys of a model that are not given.
func keysOf(m catalog.OperationalModel) string {
	var keys []string
	for _, k := range []struct {
		name  string
		given bool
	}{
		{"on_call", m.OnCall != ""}, {"runbook", m.Runbook != ""}, {"dashboard", m.Dashboard != ""}, {"alerts", m.Alerts != ""},
		{"agreed", !m.Agreed.IsZero()}, {"approver", m.Approver != ""}, {"revisit", !m.Revisit.IsZero()}, {"readiness_review", !m.ReadinessReview.IsZero()},
	} {
		if !k.given {
			keys = append(keys, k.name)
		}
	}
	return join(keys)
}

// embedded tells of a service in maintenance mode whose squad has nobody of the
// SRE team.
func embedded(problems *diag.List, cat *catalog.Catalog, t *catalog.Tribe, v catalog.Service, today slo.Date) {
	if v.Lifecycle != catalog.InMaintenance || v.Squad == "" {
		return
	}
	i := slices.IndexFunc(t.Squads, func(q catalog.Squad) bool { return q.ID == v.Squad })
	if i >= 0 && alone(cat, t.Squads[i], today) {
		problems.Add(v.Pos, RuleEmbedded, diag.Warning, "embed a member of data/sre.toml in its squad, or agree who cares for it", "service %s is in maintenance mode and its squad %s has nobody of the SRE team", v.ID, v.Squad)
	}
}

// alone reports whether a squad has nobody of the SRE team on the day.
func alone(cat *catalog.Catalog, q catalog.Squad, today slo.Date) bool {
	return len(sre.InTeam(q.SRE, &cat.SRE, today)) == 0
}

// join writes "a", "a and b", "a, b and c".
func join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
