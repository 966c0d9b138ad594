package spec

import (
	"regexp"
	"strings"

	"tribune/generator/promql"
)

// in puts a query in parentheses, which a comment in it must not swallow.
func in(query string) string {
	if strings.ContainsAny(query, "\n#") {
		return "(\n" + query + "\n)"
	}
	return "(" + query + ")"
}

// increase sums what the counters of a selector gained.
func increase(selector string) string {
	return "sum(increase(" + selector + "[" + promql.Window + "]))"
}

// present is 1 where a query has a value, 0 where that is not a number, as it is
// without traffic, and absent where the query has none.
func present(query string) string { return in(query) + " >= bool -Inf" }

// oneSum is a sum of bare counters, as OpenSLO's examples write them.
var oneSum = regexp.MustCompile(`(?s)^(sum\s*(?:by\s*\([^()]*\)\s*)?\()(.*)\)$`)

// counted returns the query that counts what the counters in query gained.
func counted(query string) (string, bool) {
	if promql.IsSelector(query) {
		return increase(query), true
	}
	if m := oneSum.FindStringSubmatch(query); m != nil && promql.IsSelector(m[2]) {
		return m[1] + "increase(" + strings.TrimSpace(m[2]) + "[" + promql.Window + "]))", true
	}
	return "", false
}
