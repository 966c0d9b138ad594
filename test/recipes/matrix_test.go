package recipes

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v3"
	batch "k8s.io/api/batch/v1"
	strict "sigs.k8s.io/yaml"
)

const moment = "2026-10-02T00:00:00Z"

// organisation makes a site of five tribes.
func organisation(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	write(t, dir, map[string]string{"data/site.toml": "title = \"Five\"\ntime_zone = \"UTC\"\nresolution = \"24h\"\n[publish.internal]\nurl = \"file://" + dir + "/published\"\n"})
	for _, tribe := range []string{"alpha", "beta", "gamma", "delta", "epsilon"} {
		write(t, dir, map[string]string{
			"data/tribes/" + tribe + ".toml":            "name = \"" + tribe + "\"\n[[services]]\nid = \"web\"\nname = \"Web\"\n[[services.slos]]\nid = \"up\"\ntitle = \"Up\"\nobjective = \"99%\"\n",
			"content/postmortems/" + tribe + "/down.md": "+++\ntitle = \"" + tribe + " was down\"\nservices = [\"web\"]\nstarted = 2026-09-10T00:00:00Z\nresolved = 2026-09-11T00:00:00Z\n+++\n\nA cable.\n",
			"september.csv":                             "slo,time,bad,total\nalpha/web/up,2026-09-09T00:00:00Z,1,100\nalpha/web/up,2026-09-10T00:00:00Z,50,100\n",
		})
	}
	must(t, dir, "tribune import --quiet september.csv; rm september.csv")
	return dir
}

// asOneBuild holds that the site in dir/public is the one that a build makes.
func asOneBuild(t *testing.T, dir, public string) {
	t.Helper()
	must(t, dir, "tribune build --quiet --as-of "+moment+" --out whole")
	must(t, dir, "diff -r whole "+public)
}

func TestTheMatrixOfTheManualIsOneBuild(t *testing.T) {
	dir := organisation(t)
	block := recipe(t, "A job for each tribe", "sh")[0]
	block = strings.Replace(block, "$(date -u +%FT%H:%M:00Z)", moment, 1)
	deploy, err := filepath.Abs(filepath.Join(repository, "deploy"))
	if err != nil {
		t.Fatal(err)
	}
	must(t, dir, strings.ReplaceAll(block, "deploy/matrix-job", deploy+"/matrix-job"))
	asOneBuild(t, dir, "public")
}

// A job that has no tribe does nothing, and one that does not know the moment says
// so.
func TestAJobOfAMatrixKnowsItsTribesAndItsMoment(t *testing.T) {
	dir := organisation(t)
	job, err := filepath.Abs(filepath.Join(repository, "deploy", "matrix-job"))
	if err != nil {
		t.Fatal(err)
	}
	must(t, dir, job+" 5 6", "TRIBUNE_AS_OF="+moment)
	if _, err := os.Stat(filepath.Join(dir, "built")); err == nil {
		t.Error("the sixth job of five tribes built something")
	}
	if out, status := shell(t, dir, job+" 0 6"); status == 0 || !strings.Contains(out, "TRIBUNE_AS_OF: is not set") {
		t.Errorf("exit status %d without a moment: %s", status, out)
	}
}

// A pipeline is what a file in deploy runs: a script for the job of each index, and
// one that makes the site of what they built.
type pipeline struct {
	jobs int
	job  func(index int, asOf string) (script string, env []string)
	site string
	env  []string
	out  string // the folder that site leaves the site in
	last string // where it keeps the site for the next night
}

// runs plays a night, and one in which the tribe delta fails.
func (p pipeline) runs(t *testing.T, dir string) {
	t.Helper()
	night := func(asOf string) (failed []int) {
		for index := range p.jobs {
			script, env := p.job(index, asOf)
			if out, status := shell(t, dir, script, env...); status != 0 {
				failed = append(failed, index)
				t.Logf("job %d: exit status %d: %s", index, status, out)
			}
		}
		must(t, dir, p.site, p.env...)
		return failed
	}
	if failed := night(moment); failed != nil {
		t.Fatalf("jobs %v failed", failed)
	}
	asOneBuild(t, dir, p.out)
	must(t, dir, "diff -r whole "+p.last+"; diff -r -x '.*' whole published")

	// The next night delta cannot be built, and keeps its pages.
	must(t, dir, "rm -rf built; mkdir -p built; touch built/delta")
	if failed := night("2026-10-03T00:00:00Z"); len(failed) != 1 {
		t.Fatalf("jobs %v failed, not delta's alone", failed)
	}
	must(t, dir, "grep -q 'delta is as of 1 October' "+p.out+"/index.html && diff -r whole/delta "+p.out+"/delta")
}

func TestTheWorkflowOfGitHubBuildsAMatrix(t *testing.T) {
	type steps []struct {
		Name, Run, Uses string
		Env             map[string]string
	}
	var flow struct {
		Jobs map[string]struct {
			Strategy struct {
				Matrix struct{ Job []int }
			}
			Steps steps
		}
	}
	read(t, "matrix-github.yml", &flow)
	find := func(all steps, has string) string {
		for _, s := range all {
			if strings.Contains(s.Run, has) {
				return s.Run
			}
		}
		t.Fatalf("no step has %q", has)
		return ""
	}
	dir := organisation(t)
	p := pipeline{jobs: len(flow.Jobs["tribes"].Strategy.Matrix.Job), out: "last", last: "last"}
	linked(t, dir)
	tribune := "TRIBUNE=" + filepath.Join(dir, ".tribune-source/bin/tribune")
	p.job = func(index int, asOf string) (string, []string) {
		return strings.Replace(find(flow.Jobs["tribes"].Steps, "matrix-job"), "chmod", ": chmod", 1), []string{tribune, "TRIBUNE_AS_OF=" + asOf,
			"INDEX=" + string(rune('0'+index)), "JOBS=" + string(rune('0'+p.jobs))}
	}
	site := flow.Jobs["site"].Steps
	p.site = strings.Join([]string{"if [ -f built/delta ]; then rm built/delta; fi", find(site, "assemble"), find(site, "verify"), find(site, "publish"), find(site, "mv public last")}, "\n")
	p.env = []string{tribune, "TRIBUNE_TARGETS=internal"}
	p.runs(t, dir)
}

func TestThePipelineOfGitLabBuildsAMatrix(t *testing.T) {
	var flow map[string]yaml.Node
	read(t, "matrix-gitlab-ci.yml", &flow)
	lines := func(name string) (job struct {
		Parallel int
		Script   []string
	}, script string) {
		node := flow[name]
		if err := node.Decode(&job); err != nil {
			t.Fatal(err)
		}
		own := slices.DeleteFunc(slices.Clone(job.Script), func(s string) bool { return strings.HasPrefix(s, "apt-get") })
		return job, strings.Join(own, "\n")
	}
	dir := organisation(t)
	linked(t, dir)
	job, script := lines("tribes")
	_, site := lines("pages")
	p := pipeline{jobs: job.Parallel, out: "public", last: "last", site: "if [ -f built/delta ]; then rm built/delta; fi\nset +u\n" + site, env: []string{"TRIBUNE_TARGETS=internal"}}
	p.job = func(index int, asOf string) (string, []string) {
		return script, []string{"CI_PIPELINE_CREATED_AT=" + asOf, "CI_NODE_INDEX=" + string(rune('1'+index)), "CI_NODE_TOTAL=" + string(rune('0'+p.jobs))}
	}
	p.runs(t, dir)
}

func TestTheJobsOfKubernetesBuildAMatrix(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, "deploy", "matrix-kubernetes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var jobs []batch.Job
	for _, doc := range bytes.Split(text, []byte("\n---\n")) {
		var j batch.Job
		if err := strict.UnmarshalStrict(doc, &j); err != nil {
			t.Fatal(err)
		}
		if j.APIVersion != "batch/v1" || j.Kind != "Job" || len(j.Spec.Template.Spec.Containers) != 1 {
			t.Fatalf("%s %s with %d containers", j.APIVersion, j.Kind, len(j.Spec.Template.Spec.Containers))
		}
		jobs = append(jobs, j)
	}
	tribes, site := jobs[0], jobs[1]
	if *tribes.Spec.CompletionMode != batch.IndexedCompletion || tribes.Spec.Template.Spec.RestartPolicy != "Never" {
		t.Error("the first job is not indexed, or restarts in place, which backoffLimitPerIndex does not allow")
	}
	dir := organisation(t)
	must(t, dir, "mkdir site && mv data content site")
	here := strings.NewReplacer("/reports", dir)
	command := func(j batch.Job) string {
		c := j.Spec.Template.Spec.Containers[0]
		if len(c.Command) != 3 || c.Command[0] != "bash" || c.Command[1] != "-euc" {
			t.Fatalf("the command is %q", c.Command)
		}
		return here.Replace(c.Command[2])
	}
	deploy, err := filepath.Abs(filepath.Join(repository, "deploy"))
	if err != nil {
		t.Fatal(err)
	}
	p := pipeline{jobs: int(*tribes.Spec.Completions), out: "public", last: "last"}
	p.job = func(index int, asOf string) (string, []string) {
		env := []string{"JOB_COMPLETION_INDEX=" + string(rune('0'+index))}
		for _, e := range tribes.Spec.Template.Spec.Containers[0].Env {
			env = append(env, e.Name+"="+here.Replace(strings.Replace(e.Value, "MOMENT", asOf, 1)))
		}
		return "PATH=$PATH:" + deploy + "\n" + command(tribes), env
	}
	p.site = "if [ -f built/delta ]; then rm built/delta; fi\n" + command(site)
	must(t, dir, "ln -s site/data data; ln -s site/content content")
	p.runs(t, dir)
}

// linked puts the program and the job's script where the workflows have them.
func linked(t *testing.T, dir string) {
	t.Helper()
	deploy, err := filepath.Abs(filepath.Join(repository, "deploy"))
	if err != nil {
		t.Fatal(err)
	}
	must(t, dir, "mkdir -p .tribune-source/bin && ln -s "+program+"/tribune .tribune-source/bin/tribune && ln -s "+deploy+" .tribune-source/deploy")
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
