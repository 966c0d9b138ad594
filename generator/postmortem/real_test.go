package postmortem_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tribune/generator/diag"
	"tribune/generator/postmortem"
)

// realReports are facts of reports that others wrote and that are not kept
// here, found by reading them: when impact started, when it was detected and
// when it ended as far as they say so in words, how they call its severity, how
// many entries their timelines have, how long they say it took, and whether
// there is reason to doubt their times. Days are those of UTC.
var realReports = []struct {
	file                     string
	started, detected, ended string
	severity                 string
	entries                  int
	stated                   time.Duration
	doubt                    bool
}{
	{file: "dfds/PM2019-009 - Kubernetes network infrastructure IP starvation.md", entries: 14},
	{file: "dfds/PM2020-001 - Inotify file watches exhaustion.md", entries: 2},
	{file: "dfds/PM2020-002 - KIAM service disruption on Hellman.md", entries: 4, stated: 148 * time.Minute},
	{file: "dfds/PM2020-003 - Postmortem for ADSync migration.md", entries: 5, doubt: true},
	{file: "dfds/PM2020-005 - ALB instance attachment.md", ended: "2020-06-09 12:13", entries: 6, stated: 15 * time.Minute, doubt: true},
	{file: "dfds/PM2020-007 - Unhealthy nodes.md", ended: "2020-10-06 11:00", entries: 5, stated: 240 * time.Minute, doubt: true},
	{file: "dfds/PM2021-002 - Flux version bump causing component downtime.md", detected: "2021-02-15 05:45", entries: 4, stated: 55 * time.Minute},
	{file: "dfds/PM2021-005 - All services returning 503 in Kubernetes.md", detected: "2021-06-22 08:29", ended: "2021-06-22 08:46", entries: 7, stated: 25 * time.Minute},
	{file: "dfds/PM2021-006 - All services returning 503 in Kubernetes.md", ended: "2021-06-30 10:04", entries: 5, stated: 5 * time.Minute},
	{file: "dfds/PM2021-007 - All services returning 503 in Kubernetes.md", started: "2021-07-02 07:32", ended: "2021-07-02 07:42", entries: 5, stated: 10 * time.Minute},
	{file: "dfds/PM2021-011 - Log4Shell.md", entries: 26},
	{file: "dfds/PM2022-001 - Prometheus is down with connection refused errors.md", detected: "2022-01-25 10:21", ended: "2022-01-25 15:00", entries: 18, stated: 279 * time.Minute},
	{file: "dfds/PM2022-003 - Two Kuberneste nodes were down.md", detected: "2022-02-08 12:05", ended: "2022-02-08 12:48", entries: 12, stated: 43 * time.Minute},
	{file: "dfds/PM2022-004 - Kafka metrics missing from Prometheus.md", detected: "2022-02-09 08:03", ended: "2022-02-09 08:40", entries: 10, stated: 20*time.Hour + 20*time.Minute},
	{file: "dfds/PM2022-006 - ALB 502 errors.md", entries: 10},
	{file: "dfds/PM2022-009 - Bad AWS EKS AMI causing Kubernetes issues", entries: 20, stated: 54*time.Hour + 10*time.Minute},
	{file: "dfds/PM2024-001 - Two Kubernetes nodes went into NotReady state.md", ended: "2024-03-14 09:20", entries: 28, stated: 399 * time.Minute},
	{file: "dfds/PM2025-002 - Traefik rule preventing some inbound traffic.md", ended: "2025-03-18 00:42", entries: 12, stated: 389 * time.Minute},

	{file: "mybinder/docs/source/incident-reports/2017-09-27-hub-403.md", ended: "2017-09-27 23:25", entries: 6, doubt: true},
	{file: "mybinder/docs/source/incident-reports/2017-11-30-oom-proxy.md", entries: 11},
	{file: "mybinder/docs/source/incident-reports/2018-01-17-ubuntu-upgrade.md", ended: "2018-01-18 02:57", entries: 6},
	{file: "mybinder/docs/source/incident-reports/2018-02-20-jupyterlab-announcement.md", entries: 41},
	{file: "mybinder/docs/source/incident-reports/2018-02-22-nginx-down.md", ended: "2018-02-23 00:35", entries: 4},
	{file: "mybinder/docs/source/incident-reports/2018-04-18-cull-flood.md", entries: 15, doubt: true},
	{file: "mybinder/docs/source/incident-reports/2018-07-30-jupyterlab-build-cpu-saturate.md", entries: 9, doubt: true},
	{file: "mybinder/docs/source/incident-reports/2019-03-24-r2d-upgrade.md", started: "2019-03-24 07:54", ended: "2019-03-25 06:01", entries: 8},
	{file: "mybinder/docs/source/incident-reports/2019-04-03-ingress-cordoned.md", started: "2019-04-03 10:50", ended: "2019-04-03 11:29", entries: 3},
	{file: "mybinder/docs/source/incident-reports/2020-07-09-simultaneous-launches-scipy.md", entries: 4},
	{file: "mybinder/docs/source/incident-reports/2022-06-02-pod-limit.md", started: "2022-06-02 09:00", entries: 5, doubt: true},

	{file: "berkeley-datahub/docs/incidents/2017-02-09-datahub-db-outage.qmd", ended: "2017-02-09 11:17", entries: 16},
	{file: "berkeley-datahub/docs/incidents/2017-03-06-helm-config-image-mismatch.qmd", entries: 11, doubt: true},
	{file: "berkeley-datahub/docs/incidents/2017-05-09-gce-billing.qmd", entries: 6},
	{file: "berkeley-datahub/docs/incidents/2018-01-26-hub-slow-startup.qmd", entries: 5, doubt: true},
	{file: "berkeley-datahub/docs/incidents/2018-06-11-course-subscription-canceled.qmd", entries: 5, doubt: true},
	{file: "berkeley-datahub/docs/incidents/2019-02-25-k8s-api-server-down.qmd", entries: 13},
	{file: "berkeley-datahub/docs/incidents/2019-05-01-service-account-leak.qmd", ended: "2019-05-01 15:40", entries: 5},
	{file: "berkeley-datahub/docs/incidents/2022-01-20-package-dependency-upgrade-incident.qmd", entries: 8},

	{file: "kubernetes-test-infra/docs/post-mortems/2019-01-23.md", entries: 11},
	{file: "kubernetes-test-infra/docs/post-mortems/2019-02-05.md", started: "2019-02-05 16:47", ended: "2019-02-05 17:34", entries: 12, stated: 47 * time.Minute},
	{file: "kubernetes-test-infra/docs/post-mortems/2019-02-08.md", entries: 13, doubt: true},
	{file: "kubernetes-test-infra/docs/post-mortems/2019-03-26.md", entries: 10, doubt: true},
	{file: "kubernetes-test-infra/docs/post-mortems/2019-05-30.md", entries: 10},

	{file: "jenkins-infra-postmortems/postmortem/20210525-window-outage.md", started: "2021-05-25 11:30", ended: "2021-05-26 07:51", entries: 7},
	{file: "jenkins-infra-postmortems/postmortem/20210529-aci-outage.md", ended: "2021-05-30 02:09", entries: 14},
	{file: "jenkins-infra-postmortems/postmortem/20210602-AKS-incident.md", entries: 4, doubt: true},
	{file: "jenkins-infra-postmortems/postmortem/20210602-windows-packaging-2.289.1.md", started: "2021-06-02 16:30", ended: "2021-06-03 07:03", entries: 7},
	{file: "jenkins-infra-postmortems/postmortem/20210603-ACI-agent-outage.md", entries: 8, doubt: true},
	{file: "jenkins-infra-postmortems/postmortem/20210607-artifactory-auth.md", entries: 3, doubt: true},
	{file: "jenkins-infra-postmortems/postmortem/20210608-fastly-outage.md", started: "2021-06-08 09:47", ended: "2021-06-08 11:38", entries: 6},
	{file: "jenkins-infra-postmortems/postmortem/20211118-jenkinsio-outage.md", ended: "2021-11-18 17:11", entries: 7, doubt: true},

	{file: "jenkins-infra-status/2020-06-13-maintenance-window.md", started: "2020-06-13 15:54", ended: "2020-06-13 16:54", severity: "disrupted"},
	{file: "jenkins-infra-status/2020-11-12-get-jenkins-io.md", started: "2020-11-12 15:54", ended: "2020-11-14 08:26", severity: "down"},
	{file: "jenkins-infra-status/2020-12-08-maintenance-publick8s.md", started: "2020-12-07 13:00", ended: "2020-12-07 14:00", severity: "notice"},
	{file: "jenkins-infra-status/2021-05-29-no-aci-agents-for-ci-jenkins-io.md", started: "2021-05-29 22:41", ended: "2021-05-30 02:11", severity: "disrupted", entries: 14},
	{file: "jenkins-infra-status/2021-06-01-updates-job-blocked.md", started: "2021-05-30 08:13", ended: "2021-06-02 01:00", severity: "disrupted", entries: 4},
	{file: "jenkins-infra-status/2021-09-02-wiki-offline.md", started: "2021-09-02 08:15", ended: "2021-11-03 15:30", severity: "down"},
	{file: "jenkins-infra-status/2021-10-01-ldap-outage.md", started: "2021-10-01 00:00", ended: "2021-10-04 09:55", severity: "down"},
}

func TestFactsOfRealReportsAreThoseThatAPersonReads(t *testing.T) {
	root := os.Getenv("TRIBUNE_REAL")
	if root == "" {
		t.Skip("TRIBUNE_REAL does not name a folder that holds the corpora under postmortems/")
	}
	printed := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Format("2006-01-02 15:04")
	}
	for _, want := range realReports {
		src, err := os.ReadFile(filepath.Join(root, "postmortems", want.file))
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(want.file)
		file := "content/postmortems/real/" + strings.TrimSuffix(strings.TrimSuffix(base, ".md"), ".qmd") + ".md"
		p, problems := postmortem.Read(file, src, time.UTC, postmortem.Names{})
		body, _ := postmortem.Body(file, src, p.Title, postmortem.Links{Zone: time.UTC, Day: p.Date})
		ended := p.Resolved
		if ended.IsZero() {
			ended = p.Mitigated
		}
		got := want
		got.started, got.detected, got.ended = printed(p.Started), printed(p.Detected), printed(ended)
		got.severity, got.entries, got.stated, got.doubt = p.Severity, len(body.Timeline), p.Stated, false
		for _, problem := range problems {
			got.doubt = got.doubt || problem.Severity == diag.Warning &&
				(problem.Rule == postmortem.RuleTime || problem.Rule == postmortem.RuleOrder || problem.Rule == postmortem.RuleDate)
		}
		if got != want {
			t.Errorf("read\n%+v\nwant\n%+v", got, want)
		}
	}
}

// A corpus counts the reports of one place that say each fact; of entries and
// actions it counts both the reports that have some and all of them.
type corpus struct {
	reports, title, date, started, ended, severity int
	timelines, entries, promising, actions         int
}

// realCorpora are what is read of all reports, so that a change of the reader
// shows where it reads more and where less.
var realCorpora = map[string]corpus{
	"berkeley-datahub":          {reports: 19, title: 19, date: 19, started: 0, ended: 2, severity: 0, timelines: 19, entries: 148, promising: 19, actions: 77},
	"dfds":                      {reports: 39, title: 39, date: 38, started: 1, ended: 10, severity: 0, timelines: 39, entries: 378, promising: 39, actions: 127},
	"jenkins-infra-postmortems": {reports: 8, title: 8, date: 8, started: 3, ended: 5, severity: 0, timelines: 8, entries: 56, promising: 6, actions: 24},
	"jenkins-infra-status":      {reports: 175, title: 175, date: 175, started: 175, ended: 175, severity: 175, timelines: 3, entries: 21, promising: 0, actions: 0},
	"kubernetes-test-infra":     {reports: 5, title: 5, date: 5, started: 1, ended: 1, severity: 0, timelines: 5, entries: 56, promising: 5, actions: 9},
	"mybinder":                  {reports: 23, title: 23, date: 23, started: 3, ended: 5, severity: 0, timelines: 23, entries: 199, promising: 23, actions: 120},
}

func TestAsMuchIsReadOfRealReportsAsBefore(t *testing.T) {
	root := os.Getenv("TRIBUNE_REAL")
	if root == "" {
		t.Skip("TRIBUNE_REAL does not name a folder that holds the corpora under postmortems/")
	}
	got := map[string]corpus{}
	err := filepath.WalkDir(filepath.Join(root, "postmortems"), func(name string, d os.DirEntry, err error) error {
		base := filepath.Base(name)
		ext := filepath.Ext(name)
		if err != nil || d.IsDir() || ext != ".md" && ext != ".qmd" && !strings.HasPrefix(base, "PM") || noReport(base) {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		within, _ := filepath.Rel(filepath.Join(root, "postmortems"), name)
		place, _, _ := strings.Cut(filepath.ToSlash(within), "/")
		c := got[place]
		c.add("content/postmortems/real/"+strings.TrimSuffix(strings.TrimSuffix(base, ".md"), ".qmd")+".md", src)
		got[place] = c
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for place, c := range got {
		t.Logf("%s: %+v", place, c)
		if want := realCorpora[place]; c != want {
			t.Errorf("%s: read\n%+v, before\n%+v", place, c, want)
		}
	}
}

// noReport reports whether a file among the reports is none.
func noReport(base string) bool {
	base = strings.ToLower(base)
	return strings.HasPrefix(base, "readme.") || strings.HasPrefix(base, "index.") || strings.Contains(base, "template")
}

func (c *corpus) add(file string, src []byte) {
	p, _ := postmortem.Read(file, src, time.UTC, postmortem.Names{})
	body, _ := postmortem.Body(file, src, p.Title, postmortem.Links{Zone: time.UTC, Day: p.Date})
	count := func(n *int, ok bool) {
		if ok {
			*n++
		}
	}
	named := false // the title is of the file's name
	for _, r := range p.Prose {
		named = named || r.Field == "title" && r.Line == 0
	}
	count(&c.reports, true)
	count(&c.title, !named)
	count(&c.date, !p.Date.IsZero())
	count(&c.started, !p.Started.IsZero())
	count(&c.ended, !p.Resolved.IsZero() || !p.Mitigated.IsZero())
	count(&c.severity, p.Severity != "")
	count(&c.timelines, len(body.Timeline) > 0)
	count(&c.promising, len(p.Actions) > 0)
	c.entries += len(body.Timeline)
	c.actions += len(p.Actions)
}
