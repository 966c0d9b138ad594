package scorecard

import (
	"encoding/json"
	"math"
	"testing"
	"testing/quick"
)

// A site has millions of numbers, so they are written and read without the
// decoder's detours, and as it would.
func TestANumberIsWrittenAndReadAsJSONHasIt(t *testing.T) {
	law := func(v float64) bool {
		got, err := json.Marshal(known(v))
		want, wrong := json.Marshal(v)
		var back Number
		return err == nil && wrong == nil && string(got) == string(want) && json.Unmarshal(got, &back) == nil && back == known(v)
	}
	for _, v := range []float64{0, 1, -1, 0.1, 1e-6, 9.9e-7, 1e21, 9e20, -2.5e-9, 1.0 / 3, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		if !law(v) {
			t.Errorf("%v is not written or read as JSON has it", v)
		}
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
	if _, err := json.Marshal(known(math.NaN())); err == nil {
		t.Error("NaN is written")
	}
	var n Number
	for _, text := range []string{`"1"`, `true`, `[1]`, `{}`} {
		if json.Unmarshal([]byte(text), &n) == nil {
			t.Errorf("%s is read as a number", text)
		}
	}
}
