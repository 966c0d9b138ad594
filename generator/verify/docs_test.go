package verify

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestTheManualHasEveryRule(t *testing.T) {
	text, err := os.ReadFile("../../docs/commands/verify.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, r := range Rules {
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", r.ID, r.Title, r.Severity)
	}
	if _, rows, _ := strings.Cut(string(text), "|---|---|---|\n"); rows != table.String() {
		t.Errorf("the last table of docs/commands/verify.md should be\n%s", &table)
	}
}
