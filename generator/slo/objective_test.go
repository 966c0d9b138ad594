package slo

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"testing/quick"
	"time"
)

// objective and tally make any number into a valid value, for laws.
func objective(n uint32) Objective { return 1 + Objective(n)%(whole-1) }

func tally(good, bad uint32) Tally { return Tally{Count(good), Count(good) + Count(bad)} }

func law(t *testing.T, f any) {
	t.Helper()
	if err := quick.Check(f, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func TestAnObjectiveIsReadAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]Objective{
		"99.9%":       999_000_000,
		"99.9":        999_000_000,
		" 99.95 % ":   999_500_000,
		"99.9000000%": 999_000_000,
		"0.5%":        5_000_000,
		"1":           10_000_000,
		"99.9999999":  999_999_999,
	} {
		if got, err := ParseObjective(text); got != want || err != nil {
			t.Errorf("ParseObjective(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestAnObjectiveThatCannotBeIsRefusedWithItsReason(t *testing.T) {
	for text, want := range map[string]string{
		"100%":                        "leaves no error budget",
		"100.1":                       "is over 100%",
		"0%":                          "asks for nothing",
		"0.999":                       `write "99.9%"`,
		"0.5":                         `write "50%"`,
		"99.99999999":                 "more than 7 decimal places",
		"three nines":                 "is not a number",
		"99,9":                        "is not a number",
		"-99.9":                       "is not a number",
		"9e1":                         "is not a number",
		"":                            "is not a number",
		"%":                           "is not a number",
		"1" + strings.Repeat("0", 30): "is too large",
	} {
		if _, err := ParseObjective(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseObjective(%q) says %v; want %q", text, err, want)
		}
	}
}

func TestAShareIsReadAsAnObjective(t *testing.T) {
	for text, want := range map[string]Objective{"0.999": 999_000_000, ".95": 950_000_000, "0.999999999": 999_999_999} {
		if got, err := ParseShare(text); got != want || err != nil {
			t.Errorf("ParseShare(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"1", "99.9", "0", "0.9999999999", "99.9%"} {
		if got, err := ParseShare(text); err == nil {
			t.Errorf("ParseShare(%q) = %d; want an error", text, got)
		}
	}
}

func TestAnObjectivePrintedReadsBackTheSame(t *testing.T) {
	law(t, func(n uint32) bool {
		got, err := ParseObjective(objective(n).String())
		return err == nil && got == objective(n)
	})
}

func TestMetAgreesWithUnboundedArithmetic(t *testing.T) {
	law(t, func(n uint32, good, bad uint64) bool {
		tally := Tally{Good: Count(good >> 2)}
		tally.Total = tally.Good + Count(bad>>2)
		left := new(big.Int).Mul(big.NewInt(int64(tally.Good)), big.NewInt(int64(whole)))
		right := new(big.Int).Mul(big.NewInt(int64(tally.Total)), big.NewInt(int64(objective(n))))
		met, ok := objective(n).Met(tally)
		return ok == (tally.Total > 0) && met == (ok && left.Cmp(right) >= 0)
	})
}

func TestMetIsExactOnTheObjective(t *testing.T) {
	o := Objective(999_000_000)
	for _, c := range []struct {
		good, total Count
		met, ok     bool
	}{
		{999, 1000, true, true},
		{998, 999, false, true},
		{MaxCount / 1000 * 999, MaxCount / 1000 * 1000, true, true},
		{MaxCount/1000*999 - 1, MaxCount / 1000 * 1000, false, true},
		{0, 0, false, false},
	} {
		if met, ok := o.Met(Tally{c.good, c.total}); met != c.met || ok != c.ok {
			t.Errorf("99.9%% of %d of %d: met %v, ok %v; want %v, %v", c.good, c.total, met, ok, c.met, c.ok)
		}
	}
}

func TestAllowedOutageAgreesWithPublishedFigures(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		source, objective string
		window            time.Duration
		want              string
	}{
		{"OpenSLO, 2 weeks of one-minute slices", "95%", 14 * day, "16h48m0s"},
		{"OpenSLO, calendar week", "99.95%", 7 * day, "5m2.4s"},
		{"GitLab error budgets", "99.95%", 28 * day, "20m9.6s"},
		{"slo-generator's report test", "99%", 3600 * time.Second, "36s"},
		{"slo-generator's report test", "90%", 43_200 * time.Second, "1h12m0s"},
	} {
		o, err := ParseObjective(c.objective)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(o.AllowedOutage(c.window)); got != c.want {
			t.Errorf("%s: %s of %v allows %s; want %s", c.source, c.objective, c.window, got, c.want)
		}
	}
}

func FuzzParseObjective(f *testing.F) {
	for _, s := range []string{"99.9%", "99.9", "0.999", "100", "0", "99.9999999%", " 50 %", "1.2.3", "-1", "٩٩"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := ParseObjective(s)
		if err != nil {
			return
		}
		if o <= 0 || o >= whole {
			t.Fatalf("ParseObjective(%q) = %d, which is no objective", s, o)
		}
		if back, err := ParseObjective(o.String()); back != o || err != nil {
			t.Fatalf("%q prints as %s, which reads as %d, %v", s, o, back, err)
		}
		digits := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "%"))
		value, ok := new(big.Rat).SetString(digits)
		if !ok || value.Cmp(big.NewRat(int64(o), int64(whole)/100)) != 0 {
			t.Fatalf("ParseObjective(%q) = %s, which is another number", s, o)
		}
	})
}
