package site

import (
	"fmt"

	"tribune/generator/slo"
)

type methodView struct {
	Thresholds slo.Thresholds
	Watch      string
	AtRisk     string
	Coverage   string
	Zone       string
	Resolution string
	Settle     string
	Freshness  string
}

func (r *root) methodPage() error {
	p := r.at("method/index.html")
	pg := p.page("Method and glossary", "Method")
	pg.Description = "What every figure on this site means."
	site := r.in.Catalog.Site
	pg.Short = [][]linked{{{"What every figure on this site means, and what it does not. One definition each; pages, JSON and feeds use these words.", ""}}}
	pg.Body = methodView{
		Thresholds: site.Thresholds, Watch: slo.BudgetPercent(site.Thresholds.Watch), AtRisk: slo.BudgetPercent(site.Thresholds.AtRisk),
		Coverage: slo.BudgetPercent(site.Thresholds.Coverage), Zone: site.ZoneName,
		Resolution: stepName(site.Resolution), Settle: fmt.Sprintf("%.0f hours", site.Settle.Hours()),
		Freshness: fmt.Sprintf("%.0f hours", site.Freshness.Hours()),
	}
	return p.render("method", pg)
}
