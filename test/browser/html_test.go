package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// roles is the one thing that pages do against the letter of the standard: they
// say that a table is a table. Where a narrow page lays its rows out as blocks,
// some screen readers would not know it otherwise.
const roles = `The “role” attribute must not be used on a “(tr|td|th)” element which has a “table” ancestor.*`

// Every page is valid HTML, as the checker of the standard's authors judges it.
func TestEveryPageIsValidHTML(t *testing.T) {
	jar := "node_modules/vnu-jar/build/dist/vnu.jar"
	needFile(t, jar)
	java, err := exec.LookPath("java")
	if err != nil {
		t.Fatal("the HTML checker needs Java\n\thint: on Debian and Ubuntu, apt-get install default-jre-headless")
	}
	out, err := exec.Command(java, "-jar", jar, "--errors-only", "--skip-non-html", "--filterpattern", roles, root).CombinedOutput()
	if err != nil {
		const most = 4000 // bytes of a list that repeats itself from page to page
		t.Errorf("%v\n%.*s", err, most, out)
	}
}

// needFile fails if what npm downloads is not there.
func needFile(t *testing.T, name string) {
	t.Helper()
	if _, err := os.Stat(name); err != nil {
		t.Fatalf("%s is not there\n\thint: npm ci --ignore-scripts in %s", filepath.Base(name), "test/browser")
	}
}
