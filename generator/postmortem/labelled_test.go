package postmortem_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A labelledReport is what people who did not know the program read in a report of
// others that is not kept here: facts, none of the text. Their times, which they
// wrote as on the report's own clock, are those of UTC here; the comment names the
// zone. A date is the day on that clock. What they left open is left out, and so
// are lengths that are bounds or guesses.
type labelledReport struct {
	said realReport
	// but says of a fact why the program may read something else, or something
	// that they left open.
	but map[string]string
}

// A labelledFact is one of a report that people labelled.
type labelledFact struct {
	name    string
	of      func(realReport) string
	nothing string // what it is where nothing is said
	timed   bool   // whether it is a day or a time, or rests on them, so that a doubt about those is one about it
	right   int    // how often what is read is right; that may not become less
}

var labelledFacts = []labelledFact{
	{"date", func(r realReport) string { return r.date }, "", true, 34},
	{"entries", func(r realReport) string { return fmt.Sprint(r.entries) }, "0", false, 36},
	{"untimed", func(r realReport) string { return fmt.Sprint(r.untimed) }, "0", true, 3},
	{"first", func(r realReport) string { return r.first }, "", true, 35},
	{"last", func(r realReport) string { return r.last }, "", true, 34},
	{"started", func(r realReport) string { return r.started }, "", true, 10},
	{"detected", func(r realReport) string { return r.detected }, "", true, 20},
	{"mitigated", func(r realReport) string { return r.mitigated }, "", true, 1},
	{"resolved", func(r realReport) string { return r.resolved }, "", true, 16},
	{"stated", func(r realReport) string { return r.stated.String() }, "0s", true, 12},
	{"severity", func(r realReport) string { return r.severity }, "", false, 3},
	{"actions", func(r realReport) string { return fmt.Sprint(r.actions) }, "0", false, 35},
	{"done", func(r realReport) string { return fmt.Sprint(r.done) }, "0", false, 2},
}

// What the program reads in a report is what people read in it, or it reads
// nothing, or it says that there is reason to doubt, but for what is listed.
func TestWhatIsReadIsWhatPeopleRead(t *testing.T) {
	root := realRoot(t)
	var table strings.Builder
	fmt.Fprintf(&table, "%-10s %5s %5s %5s %8s %7s\n", "", "said", "read", "right", "doubted", "listed")
	reports := make([]realReport, len(labelledReports))
	for i, l := range labelledReports {
		reports[i] = factsOf(t, root, l.said.file)
	}
	for _, fact := range labelledFacts {
		said, read, right, doubted, listed := 0, 0, 0, 0, 0
		for i, l := range labelledReports {
			want, got := fact.of(l.said), fact.of(reports[i])
			if want != fact.nothing {
				said++
			}
			if got != fact.nothing {
				read++
			}
			reason, excepted := l.but[fact.name]
			switch {
			case excepted && (got == fact.nothing || got == want):
				t.Errorf("%s: %s needs no exception: %s", l.said.file, fact.name, reason)
			case got == fact.nothing:
			case got == want:
				right++
			case excepted:
				listed++
			case fact.timed && reports[i].doubt:
				doubted++
			default:
				t.Errorf("%s: %s is read as %q, people read %q", l.said.file, fact.name, got, want)
			}
		}
		fmt.Fprintf(&table, "%-10s %5d %5d %5d %8d %7d\n", fact.name, said, read, right, doubted, listed)
		if right < fact.right {
			t.Errorf("%s: right %d times, before %d times", fact.name, right, fact.right)
		}
	}
	t.Logf("of %d reports\n%s", len(labelledReports), table.String())
}

var labelledReports = []labelledReport{
	{said: realReport{file: "berkeley-datahub/docs/incidents/2017-03-06-helm-config-image-mismatch.qmd", date: "2017-03-06", first: "2017-03-07 06:59", last: "2017-03-13 07:27", entries: 11, started: "2017-03-07 07:21", stated: 40 * time.Minute, actions: 3}},                                                                                                                                                                                                // PST
	{said: realReport{file: "berkeley-datahub/docs/incidents/2017-03-23-kernel-deaths-incident.qmd", date: "2017-03-22", first: "2017-03-22 19:30", last: "2017-03-23 17:25", entries: 9, started: "2017-03-22 19:30", detected: "2017-03-23 09:08", mitigated: "2017-03-23 09:41", resolved: "2017-03-23 09:45", stated: 40 * time.Minute, actions: 3}},                                                                                                          // no zone is named: UTC
	{said: realReport{file: "berkeley-datahub/docs/incidents/2017-04-03-cluster-full-incident.qmd", date: "2017-04-03", first: "2017-04-03 11:32", last: "2017-04-03 11:46", entries: 5, untimed: 1, detected: "2017-04-03 11:32", resolved: "2017-04-03 11:46", actions: 3}, but: map[string]string{"entries": "a heading that says when without a day or a clock is no entry"}},                                                                                 // no zone is named: UTC
	{said: realReport{file: "berkeley-datahub/docs/incidents/2017-10-19-course-subscription-canceled.qmd", date: "2017-10-10", first: "2017-10-10 09:06", last: "2017-10-19 10:53", entries: 8, detected: "2017-10-10 09:06", actions: 3}},                                                                                                                                                                                                                        // no zone is named: UTC
	{said: realReport{file: "berkeley-datahub/docs/incidents/2018-01-25-helm-chart-upgrade.qmd", date: "2018-01-25", first: "2018-01-25 14:30", last: "2018-01-25 16:35", entries: 4, started: "2018-01-25 15:30", detected: "2018-01-25 16:11", resolved: "2018-01-25 16:35", actions: 3}},                                                                                                                                                                       // no zone is named: UTC
	{said: realReport{file: "berkeley-datahub/docs/incidents/2018-06-11-course-subscription-canceled.qmd", date: "2018-06-11", first: "2018-06-11 09:02", last: "2018-06-11 10:14", entries: 5, detected: "2018-06-11 09:02", actions: 2}},                                                                                                                                                                                                                        // no zone is named: UTC
	{said: realReport{file: "berkeley-datahub/docs/incidents/2019-02-25-k8s-api-server-down.qmd", date: "2019-02-25", first: "2019-02-25 11:21", last: "2019-02-25 14:48", entries: 13, started: "2019-02-25 11:21", detected: "2019-02-25 11:34", resolved: "2019-02-25 14:48", actions: 1}},                                                                                                                                                                     // no zone is named: UTC
	{said: realReport{file: "berkeley-datahub/docs/incidents/2022-01-20-package-dependency-upgrade-incident.qmd", date: "2022-01-20", first: "2022-01-20 10:00", last: "2022-01-20 20:33", entries: 8, started: "2022-01-20 10:30", detected: "2022-01-20 13:45", resolved: "2022-01-20 20:33", stated: 6 * time.Hour, actions: 7}},                                                                                                                               // PST
	{said: realReport{file: "dfds/PM2020-005 - ALB instance attachment.md", date: "2020-06-09", first: "2020-06-09 10:00", last: "2020-06-09 12:13", entries: 6, detected: "2020-06-09 11:25", mitigated: "2020-06-09 11:35", resolved: "2020-06-09 12:13", stated: 15 * time.Minute, actions: 3}, but: map[string]string{"started": "it fits the stated 5 and 15 minutes; people leave it open"}},                                                                // CET
	{said: realReport{file: "dfds/PM2020-006 - ADSync service accounts.md", first: "2020-02-24 09:50", last: "2020-03-17 19:29", entries: 5, detected: "2020-02-24 09:50", actions: 2}},                                                                                                                                                                                                                                                                           // CET
	{said: realReport{file: "dfds/PM2021-001 - Logs from Kubernetes not shipped to CWL.md", date: "2021-01-05", first: "2021-01-05 10:25", last: "2021-01-06 14:26", entries: 4, started: "2021-01-05 10:25", detected: "2021-01-06 10:00", mitigated: "2021-01-06 10:20", resolved: "2021-01-06 14:26", stated: 1435 * time.Minute, actions: 3}, but: map[string]string{"resolved": "the manual fix fits the stated 1435 minutes; people take the lasting one"}}, // CET
	{said: realReport{file: "dfds/PM2021-003 - Flux version bump causing component downtime.md", date: "2021-02-19", first: "2021-02-19 07:35", last: "2021-02-19 08:23", entries: 7, started: "2021-02-19 07:35", detected: "2021-02-19 07:55", resolved: "2021-02-19 08:23", stated: 48 * time.Minute, actions: 3}},                                                                                                                                             // CET
	{said: realReport{file: "dfds/PM2021-004 - ADFS outage.md", date: "2021-03-31", first: "2021-03-31 12:06", last: "2021-03-31 13:30", entries: 8, detected: "2021-03-31 12:11", resolved: "2021-03-31 13:30", stated: 84 * time.Minute, actions: 3}, but: map[string]string{"started": "it fits the stated 5 and 84 minutes; people leave it open"}},
	{said: realReport{file: "dfds/PM2021-009 - All services returning 404 in Kubernetes.md", date: "2021-09-06", first: "2021-09-01 11:34", last: "2021-09-06 09:20", entries: 13, started: "2021-09-06 08:00", resolved: "2021-09-06 09:08", stated: 68 * time.Minute, actions: 6}, but: map[string]string{"detected": "it fits the stated 5 and 68 minutes; people leave it open"}},
	{said: realReport{file: "dfds/PM2022-005 - Node-IPC incident response.md", date: "2022-03-07", first: "2022-03-07 00:00", last: "2022-03-18 11:20", entries: 12, detected: "2022-03-18 08:37", actions: 2}},
	{said: realReport{file: "dfds/PM2022-006 - ALB 502 errors.md", first: "2022-06-07 08:30", last: "2022-06-07 08:30", entries: 10, untimed: 9, actions: 4}},
	{said: realReport{file: "dfds/PM2022-007 - Kafka metrics stopped being exported to Prometheus.md", date: "2022-07-07", first: "2022-07-07 08:58", last: "2022-07-07 13:40", entries: 13, detected: "2022-07-07 09:08", mitigated: "2022-07-07 13:34", resolved: "2022-07-07 13:40", stated: 282 * time.Minute, actions: 1, done: 1}, but: map[string]string{"started": "it fits the stated 10 and 282 minutes; people leave it open"}},
	{said: realReport{file: "dfds/PM2024-001 - Two Kubernetes nodes went into NotReady state.md", date: "2024-03-13", first: "2024-03-13 10:01", last: "2024-03-14 09:20", entries: 27, untimed: 2, started: "2024-03-13 10:01", detected: "2024-03-13 10:05", resolved: "2024-03-14 09:20", stated: 399 * time.Minute, actions: 7}},
	{said: realReport{file: "dfds/PM2024-003 - Kube state metrics exposing wrong labels.md", date: "2024-06-06", first: "2024-06-06 11:27", last: "2024-06-07 09:41", entries: 7, detected: "2024-06-06 11:27", resolved: "2024-06-07 08:33", stated: 22 * time.Hour, actions: 2}},
	{said: realReport{file: "dfds/PM2025-002 - Traefik rule preventing some inbound traffic.md", date: "2025-03-17", first: "2025-03-17 16:06", last: "2025-03-18 00:42", entries: 12, detected: "2025-03-17 23:42", mitigated: "2025-03-18 00:41", resolved: "2025-03-18 00:42", stated: 389 * time.Minute, actions: 6}},
	{said: realReport{file: "jenkins-infra-postmortems/postmortem/20210602-windows-packaging-2.289.1.md", date: "2021-06-02", first: "2021-06-02 16:15", last: "2021-06-03 07:03", entries: 7, started: "2021-06-02 16:30", detected: "2021-06-02 19:00", resolved: "2021-06-03 07:03", actions: 3}},
	{said: realReport{file: "jenkins-infra-postmortems/postmortem/20210607-artifactory-auth.md", date: "2021-06-07", first: "2021-06-07 12:37", last: "2021-06-07 07:37", entries: 3, actions: 1}}, // no zone is named: UTC
	{said: realReport{file: "jenkins-infra-postmortems/postmortem/20210608-fastly-outage.md", date: "2021-06-08", first: "2021-06-08 09:47", last: "2021-06-08 11:38", entries: 6, started: "2021-06-08 09:47", detected: "2021-06-08 10:11", mitigated: "2021-06-08 11:35", resolved: "2021-06-08 11:38", actions: 4}},
	{said: realReport{file: "jenkins-infra-postmortems/postmortem/20211118-jenkinsio-outage.md", date: "2021-11-18", first: "2021-11-18 10:42", last: "2021-11-18 17:11", entries: 7, started: "2021-11-18 11:07", detected: "2021-11-18 11:32", mitigated: "2021-11-18 13:40", resolved: "2021-11-18 17:11", actions: 2, done: 1}}, // two lengths, of two outages
	{said: realReport{file: "jenkins-infra-status/2021-11-05-archives-jenkins-io-maintenance.md", date: "2021-11-05", started: "2021-11-05 16:49", resolved: "2021-11-05 16:50", severity: "disrupted"}},                                                                                                                            // a bound of its length
	{said: realReport{file: "jenkins-infra-status/2022-05-27-ssl-certificate-expired.md", date: "2022-05-27", started: "2022-05-27 16:50", resolved: "2022-05-27 21:18", severity: "disrupted"}},
	{said: realReport{file: "jenkins-infra-status/2023-07-26-ci-maintenance.md", date: "2023-07-26", started: "2023-07-26 10:30", resolved: "2023-07-26 14:30", severity: "down"}},
	{said: realReport{file: "kubernetes-test-infra/docs/post-mortems/2019-01-23.md", date: "2019-01-23", first: "2019-01-22 22:54", last: "2019-01-23 16:36", entries: 11, detected: "2019-01-23 12:49", resolved: "2019-01-23 16:27", actions: 2}},                                                                                                                                        // PST; a guess of its length, and a bound
	{said: realReport{file: "kubernetes-test-infra/docs/post-mortems/2019-02-08.md", date: "2019-02-08", first: "2019-02-08 21:20", last: "2019-02-09 02:09", entries: 13, started: "2019-02-08 21:46", detected: "2019-02-09 00:04", mitigated: "2019-02-09 01:30", resolved: "2019-02-09 01:59", actions: 1}},                                                                            // PST
	{said: realReport{file: "kubernetes-test-infra/docs/post-mortems/2019-03-26.md", date: "2019-03-25", first: "2018-12-05 23:21", last: "2019-03-26 15:10", entries: 10, started: "2019-03-26 06:04", detected: "2019-03-26 09:50", resolved: "2019-03-26 15:10", actions: 3}},                                                                                                           // PDT; a bound of its length
	{said: realReport{file: "kubernetes-test-infra/docs/post-mortems/2019-05-30.md", date: "2019-05-30", first: "2019-05-30 20:26", last: "2019-05-31 14:00", entries: 11, untimed: 1, detected: "2019-05-30 20:26", mitigated: "2019-05-31 06:55", resolved: "2019-05-31 14:00", actions: 2}},                                                                                             // PDT; a bound of its length
	{said: realReport{file: "mybinder/docs/source/incident-reports/2017-10-17-cluster-full.md", date: "2017-10-17", first: "2017-10-17 15:42", last: "2017-10-17 19:29", entries: 9, detected: "2017-10-17 15:42", resolved: "2017-10-17 19:29", actions: 4}},                                                                                                                              // PST
	{said: realReport{file: "mybinder/docs/source/incident-reports/2018-01-18-reddit-hug.md", date: "2018-01-18", first: "2018-01-18 12:19", last: "2018-01-18 17:14", entries: 25, detected: "2018-01-18 12:19", resolved: "2018-01-18 17:14", actions: 6}},                                                                                                                               // PST
	{said: realReport{file: "mybinder/docs/source/incident-reports/2018-03-13-PVC-hub-locked.md", date: "2018-03-13", first: "2018-03-13 06:28", last: "2018-03-21 05:31", entries: 11, detected: "2018-03-13 06:28", mitigated: "2018-03-13 07:05", resolved: "2018-03-13 12:34", actions: 6}, but: map[string]string{"actions": "a paragraph below a heading is not read as an action"}}, // CET
	{said: realReport{file: "mybinder/docs/source/incident-reports/2018-07-08-podsnips-aplenty.md", date: "2018-07-07", first: "2018-07-08 16:30", last: "2018-07-09 08:00", entries: 5, started: "2018-07-08 16:30", detected: "2018-07-08 20:48", stated: 5 * time.Hour, actions: 7}},                                                                                                    // CEST (UTC+2)
	{said: realReport{file: "mybinder/docs/source/incident-reports/2018-07-30-jupyterlab-build-cpu-saturate.md", date: "2018-07-30", first: "2018-07-30 18:20", last: "2018-07-30 22:11", entries: 9, detected: "2018-07-30 18:20", resolved: "2018-07-30 22:11", actions: 3}},                                                                                                             // PST (UTC-7)
	{said: realReport{file: "mybinder/docs/source/incident-reports/2019-02-20-no-logs.md", date: "2019-02-20", first: "2019-02-20 07:03", last: "2019-02-20 12:30", entries: 6, started: "2019-02-20 07:03", resolved: "2019-02-20 12:30", actions: 3}},                                                                                                                                    // CET
	{said: realReport{file: "mybinder/docs/source/incident-reports/2019-03-24-r2d-upgrade.md", date: "2019-03-24", first: "2019-03-24 07:54", last: "2019-03-25 06:01", entries: 8, started: "2019-03-24 07:54", resolved: "2019-03-25 06:01", actions: 3}},                                                                                                                                // UTC+1 (Zurich time); its length without a number
	{said: realReport{file: "mybinder/docs/source/incident-reports/2019-04-03-ingress-cordoned.md", date: "2019-04-03", first: "2019-04-03 10:50", last: "2019-04-03 11:29", entries: 3, started: "2019-04-03 10:50", detected: "2019-04-03 11:28", mitigated: "2019-04-03 11:29", resolved: "2019-04-03 11:29", stated: 40 * time.Minute, actions: 2}},                                    // GMT+2
	{said: realReport{file: "mybinder/docs/source/incident-reports/2020-07-09-simultaneous-launches-scipy.md", date: "2020-07-09", first: "2020-07-09 14:30", last: "2020-07-09 14:42", entries: 4, detected: "2020-07-09 14:30", resolved: "2020-07-09 14:42", actions: 10, done: 1}},                                                                                                     // UC/Pacific
}
