package catalog

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tribune/generator/diag"
	"tribune/generator/slo"
)

// manual returns the site that the package comment shows: each indented block
// whose first line is "# data/…" is that file.
func manual(t testing.TB) fstest.MapFS {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	site := fstest.MapFS{}
	var file *fstest.MapFile
	for line := range strings.Lines(f.Doc.Text()) {
		code, isCode := strings.CutPrefix(line, "\t")
		name, isName := strings.CutPrefix(strings.TrimSpace(code), "# data/")
		switch {
		case isCode && isName:
			file = &fstest.MapFile{}
			site["data/"+name] = file
		case !isCode && strings.TrimSpace(line) != "":
			file = nil
		}
		if file != nil {
			file.Data = append(file.Data, code...)
		}
	}
	return site
}

func TestTheManualsSiteHasNoProblems(t *testing.T) {
	site := manual(t)
	if len(site) != 6 {
		t.Errorf("the package comment shows %d files, want 6", len(site))
	}
	_, problems := Load(site)
	for _, p := range problems {
		t.Error(p)
	}
}

func TestTheManualsSiteIsUnderstood(t *testing.T) {
	got, _ := Load(manual(t))
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 10, day, hour, 0, 0, 0, time.UTC) }
	want := &Catalog{
		Site: Site{
			Title:      "Acme reliability",
			BaseURL:    "https://reliability.acme.example/sre/",
			Zone:       berlin,
			ZoneName:   "Europe/Berlin",
			Resolution: time.Hour,
			Freshness:  26 * time.Hour,
			Settle:     72 * time.Hour,
			Headline:   []string{"payments/checkout-api/availability"},
			AsOf:       time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC),
			Thresholds: slo.DefaultThresholds,
			Specs: Specs{
				TribeLabels: []string{"tribe"}, SquadLabels: []string{"squad", "team", "owner"}, ServiceLabels: []string{"service"},
				Source: "prod", Window: slo.Rolling30,
			},
			Postmortems: Postmortems{
				People:   []string{"Ada Lovelace"},
				Headings: map[string][]string{"timeline": {"Ablauf"}, "checklist": {"Before you publish"}},
				Keys:     map[string][]string{"started": {"Beginn"}, "owner": {"Verantwortlich"}},
			},
			Sources: []Source{{
				Name: "prod", Kind: Prometheus, URL: "${PROM_URL}", Increase: "overlap",
				ScrapeInterval: 30 * time.Second, Timeout: 2 * time.Minute, Concurrency: 4,
				Headers:   map[string]string{"X-Scope-OrgID": "acme"},
				Auth:      map[string]any{"basic_auth": map[string]any{"username": "tribune", "password_file": "/run/secrets/prom"}},
				Variables: []Variable{{Name: "PROM_URL"}},
			}},
			Publish: []Target{{Name: "internal", URL: "git+https://git.acme.example/sre/pages.git#main", Audience: "org"}},
		},
		Tribes: []Tribe{{
			ID: "payments", Name: "Payments",
			Squads: []Squad{{ID: "checkout", Name: "Checkout", SRE: []string{"sre-lead"}}},
			Services: []Service{{
				ID: "checkout-api", Tribe: "payments", Name: "Checkout API", Squad: "checkout", Tier: 1, Lifecycle: InMaintenance,
				Was: []string{"shop/cart-api"}, Aliases: []string{"cart"},
				Model: OperationalModel{
					OnCall: "Checkout, weekly", Runbook: "https://runbooks.acme.example/checkout-api",
					Dashboard: "https://dashboards.acme.example/checkout-api", Alerts: "https://alerts.acme.example/checkout-api",
					Agreed: slo.Date{Year: 2026, Month: 2, Day: 1}, Approver: "head of payments",
					Revisit: slo.Date{Year: 2027, Month: 2, Day: 1}, ReadinessReview: slo.Date{Year: 2026, Month: 1, Day: 15},
				},
				SLOs: []SLO{{
					ID: "payments/checkout-api/availability", Key: "availability", Tribe: "payments", Service: "checkout-api", Squad: "checkout",
					Title: "Requests answered without a server error", Objective: 999_000_000,
					Previous: []PastObjective{{995_000_000, slo.Date{Year: 2026, Month: 6, Day: 30}}},
					Since:    slo.Date{Year: 2025, Month: 3, Day: 1}, Window: slo.Monthly, Resolution: time.Hour, Source: "prod",
					Good:   `sum(increase(http_requests_total{job="checkout",code!~"5.."}[{{.window}}]))`,
					Total:  `sum(increase(http_requests_total{job="checkout"}[{{.window}}]))`,
					Counts: "increase", Was: []string{"shop/cart-api/availability"},
				}, {
					ID: "payments/checkout-api/settled", Key: "settled", Tribe: "payments", Service: "checkout-api", Squad: "checkout", Title: "settled",
					Objective: 990_000_000, Retired: slo.Date{Year: 2026, Month: 3, Day: 31},
					Window: slo.Monthly, Resolution: 30 * time.Minute, Was: []string{"shop/cart-api/settled"},
				}},
			}, {
				ID: "ledger", Tribe: "payments", Name: "ledger", Squad: "checkout",
				SLOs: []SLO{{
					ID: "payments/ledger/latency", Key: "latency", Tribe: "payments", Service: "ledger", Squad: "checkout", Title: "latency",
					Objective: 995_000_000, Window: slo.Monthly, Resolution: time.Hour, Source: "prod",
					Good:     `sum by (service) (increase(fast_total[{{.window}}]))`,
					Total:    `sum by (service) (increase(requests_total[{{.window}}]))`,
					Template: "payments/latency", By: "service", Match: "ledger-v2",
				}},
			}},
		}},
		Maintenance: []Maintenance{{
			IDs: []string{"payments/checkout-api"}, Span: slo.Span{From: at(20, 0), To: at(20, 2)}, Reason: "database upgrade",
		}},
		Exclusions: []Exclusion{{
			IDs: []string{"payments/checkout-api/availability"}, Span: slo.Span{From: at(21, 0), To: at(21, 1)},
			Reason: "load test agreed with the business", ApprovedBy: "head of payments",
		}},
		Exceptions: []Exception{{
			IDs: []string{"payments/ledger/latency"}, Reason: "migration to the new store", ApprovedBy: "engineering board",
			Granted: slo.Date{Year: 2026, Month: 9, Day: 1}, Review: slo.Date{Year: 2026, Month: 12, Day: 1},
		}},
		Decisions: []Decision{{
			IDs: []string{"payments"}, Date: slo.Date{Year: 2026, Month: 10, Day: 8}, Text: "Checkout does its open P0 actions before any feature.",
			Owner: "head of payments", Due: slo.Date{Year: 2026, Month: 11, Day: 20}, Done: slo.Date{Year: 2026, Month: 11, Day: 18},
		}},
		SRE: SRETeam{
			Engineers: 96,
			Members:   []Member{{ID: "sre-lead", FTE: 0.8, Squads: []string{"payments/checkout"}, Hours: 102, Since: slo.Date{Year: 2025, Month: 1, Day: 1}}},
			Tasks: []Task{{
				ID: "cert-inventory", Title: "Keep the list of partner certificates", FirstManual: slo.Date{Year: 2026, Month: 8, Day: 20},
				Hours: new(2.0), SplitFrom: "cert-rotation",
				Exempt: &Exemption{"the auditor wants a person to do it", slo.Date{Year: 2027, Month: 1, Day: 1}},
			}, {
				ID: "cert-rotation", Title: "Rotate partner certificates", FirstManual: slo.Date{Year: 2025, Month: 3, Day: 14},
				Hours: new(12.0), Runs: &Runs{Manual: 4, Automated: 20},
				Automated: slo.Date{Year: 2026, Month: 8, Day: 1}, Accepted: slo.Date{Year: 2026, Month: 8, Day: 20}, AcceptedBy: "platform",
				Reopened: []slo.Date{{Year: 2026, Month: 9, Day: 5}},
			}},
			Requests: []Request{{Title: "Certificates from the issuer's API", Asked: slo.Date{Year: 2026, Month: 4, Day: 2}}},
			Records: []TimeRecord{
				{slo.Date{Year: 2026, Month: 10, Day: 1}, 225 * time.Minute, Reliability, ByHand, "payments/checkout", "cert-rotation"},
				{slo.Date{Year: 2026, Month: 10, Day: 2}, 4 * time.Hour, Improvement, ByMachine, "", "user-support"},
			},
		},
	}
	same := []cmp.Option{
		cmpopts.IgnoreUnexported(Catalog{}),
		cmpopts.IgnoreTypes(diag.Pos{}),
		cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
	}
	if d := cmp.Diff(want, got, same...); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

func TestEarlierIDsLeadToTheCurrentOnes(t *testing.T) {
	c, _ := Load(manual(t))
	for id, want := range map[string]string{
		"payments":                           "payments",
		"payments/checkout-api":              "payments/checkout-api",
		"payments/checkout-api/availability": "payments/checkout-api/availability",
		"shop/cart-api":                      "payments/checkout-api",
		"shop/cart-api/availability":         "payments/checkout-api/availability",
		"shop":                               "",
		"shop/cart-api-2":                    "",
		"shop/cart-api/throughput":           "",
		"payments/checkout-api/x/y":          "",
		"":                                   "",
	} {
		if got, ok := c.Resolve(id); got != want || ok != (want != "") {
			t.Errorf("Resolve(%q) = %q, %v; want %q", id, got, ok, want)
		}
	}
	s := c.Tribe("payments").Service("checkout-api").SLOs[0]
	want := []string{"payments/checkout-api/availability", "shop/cart-api/availability"}
	if d := cmp.Diff(want, s.HistoryIDs()); d != "" {
		t.Errorf("HistoryIDs: -want +got:\n%s", d)
	}
}

func TestVariablesThatAreNotSetAreNoted(t *testing.T) {
	c, _ := Load(manual(t))
	got := c.UnsetVariables(func(string) bool { return false })
	if len(got) != 1 || got[0].Severity != diag.Note || got[0].Pos.Line != 30 || !strings.Contains(got[0].Message, "PROM_URL") {
		t.Errorf("UnsetVariables = %v, want one note on PROM_URL in line 30", got)
	}
	if got := c.UnsetVariables(func(string) bool { return true }); len(got) > 0 {
		t.Errorf("with all set, UnsetVariables = %v", got)
	}
}
