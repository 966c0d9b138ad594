package spec

import "testing"

// A comment must not swallow the parenthesis that we add.
func TestACommentInAQueryStaysOne(t *testing.T) {
	got := present("a / b # the share")
	if want := "(\na / b # the share\n) >= bool -Inf"; got != want {
		t.Errorf("present = %q, want %q", got, want)
	}
}

func TestBareCountersAreCounted(t *testing.T) {
	for query, want := range map[string]string{
		`x_total{a="b"}`:           `sum(increase(x_total{a="b"}[{{.window}}]))`,
		`sum(x_total)`:             `sum(increase(x_total[{{.window}}]))`,
		"sum by (a) (\n x_total )": `sum by (a) (increase(x_total[{{.window}}]))`,
		`sum(x) + sum(y)`:          ``,
		`max(x_total)`:             ``,
	} {
		if got, ok := counted(query); got != want || ok != (want != "") {
			t.Errorf("counted(%q) = %q, %v; want %q", query, got, ok, want)
		}
	}
}
