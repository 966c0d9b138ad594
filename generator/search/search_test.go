package search

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTextIsSplitWhereThereIsSpaceOrPunctuation(t *testing.T) {
	for text, want := range map[string][]string{
		"":                       {""},
		"failover":               {"failover"},
		"Pool exhausted.":        {"Pool", "exhausted", ""},
		"“INC-212”: a\u00a0pool": {"", "INC", "212", "a", "pool"},
		"5xx+4xx = 10%":          {"5xx+4xx", "=", "10", ""},
		"…":                      {"", ""},
		"数据库 故障。":                {"数据库", "故障", ""},
	} {
		if d := cmp.Diff(want, tokens(text)); d != "" {
			t.Errorf("%q is split -want +got:\n%s", text, d)
		}
	}
}

func TestAnIndexIsWhatMiniSearchSaves(t *testing.T) {
	got, err := Index([]string{"title", "tags"}, []Document{
		{"first", []string{"Pool pool full", "pool"}},
		{"second", []string{"Queue full", ""}},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"documentCount":2,"nextId":2,"documentIds":{"0":"first","1":"second"},"fieldIds":{"tags":1,"title":0},` +
		`"fieldLength":{"0":[3,1],"1":[2,1]},"averageFieldLength":[2.5,1],"storedFields":{},"dirtCount":0,` +
		`"index":[["pool",{"0":{"0":2},"1":{"0":1}}],["full",{"0":{"0":1,"1":1}}],["queue",{"0":{"1":1}}]],"serializationVersion":2}`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}

func TestWhatCannotBeIndexedIsAnError(t *testing.T) {
	_, twice := Index([]string{"title"}, []Document{{"a", []string{"x"}}, {"a", []string{"y"}}})
	_, fields := Index([]string{"title"}, []Document{{"a", nil}})
	for _, err := range []error{twice, fields} {
		if err == nil || !strings.Contains(err.Error(), `"a"`) {
			t.Errorf("the error is %v, and does not name the document", err)
		}
	}
}

// A hit is what MiniSearch returns of a document.
type hit struct {
	ID    string
	Score float64
}

// ask runs every query over our index and over one that MiniSearch makes of the
// same documents. Shards are indexed one by one and merged in the page.
const ask = `
import fs from "fs";
import MiniSearch from "minisearch";
import { open } from "./src/minisearch.mjs";
const { documents, shards, fields, queries } = JSON.parse(fs.readFileSync(0));
const own = new MiniSearch({ fields });
own.addAll(documents);
const ours = open(shards);
const hits = (index, [text, options]) => index.search(text, options).map(({ id, score }) => ({ id, score }));
console.log(JSON.stringify(queries.map((q) => [hits(own, q), hits(ours, q)])));
`

// asked runs node with the npm package that the pages search with.
func asked(t *testing.T, shards [][]Document, fields []string, queries [][]any) (answers [][2][]hit) {
	t.Helper()
	assets, err := filepath.Abs("../../templates/assets")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(assets, "node_modules", "minisearch")); err != nil {
		t.Fatal("MiniSearch is not there to compare with: run make assets first")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal("node is not there to run MiniSearch: install Node.js")
	}
	type object = map[string]any
	var documents []object
	var indexes []json.RawMessage
	for _, shard := range shards {
		index, err := Index(fields, shard)
		if err != nil {
			t.Fatal(err)
		}
		indexes = append(indexes, index)
		for _, d := range shard {
			o := object{"id": d.ID}
			for i, f := range fields {
				o[f] = d.Fields[i]
			}
			documents = append(documents, o)
		}
	}
	input, err := json.Marshal(object{"documents": documents, "shards": indexes, "fields": fields, "queries": queries})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "--input-type=module", "--eval", ask)
	cmd.Dir, cmd.Stdin, cmd.Stderr = assets, strings.NewReader(string(input)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// invented returns documents made of few words, so that they have much in
// common, with words in which small letters are not simple.
func invented(n int) (all []Document) {
	words := strings.Fields(`database failover pool Pool certificate expired refunds Überlast İstanbul ΣΊΣΥΦΟΣ
		queue full. (payout) "ledger", 5xx 50% checkout-api INC-212 straße naïve 数据库 ǅ retries… — connection connections`)
	random := rand.New(rand.NewPCG(7, 11))
	text := func(most int) string {
		var b strings.Builder
		for range random.IntN(most + 1) {
			b.WriteString(words[random.IntN(len(words))] + " ")
		}
		return b.String()
	}
	for i := range n {
		all = append(all, Document{fmt.Sprintf("d%d", i), []string{text(8), text(20), text(3)}})
	}
	return all
}

func TestMiniSearchFindsTheSameInOurIndexAsInItsOwn(t *testing.T) {
	fields := []string{"title", "impact", "tags"}
	narrow := map[string]any{"fuzzy": 0.2, "prefix": true, "combineWith": "AND", "boost": map[string]any{"title": 2}}
	var queries [][]any
	for _, text := range []string{"failover", "conection pool", "fail", "INC-212", "istanbul", "ΣΊΣΥΦΟΣ", "σίσυφος", "数据", "über", "STRASSE", "certifcate expird", "5xx", "absent"} {
		queries = append(queries, []any{text, narrow}, []any{text, map[string]any{"fuzzy": 0.3, "prefix": true}}, []any{text, map[string]any{}})
	}
	all := invented(400)
	for name, shards := range map[string][][]Document{
		"in one index":             {all},
		"in shards of other sizes": {all[:3], all[3:250], all[250:250], all[250:]},
	} {
		t.Run(name, func(t *testing.T) {
			found := 0
			for i, a := range asked(t, shards, fields, queries) {
				same := cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*math.Abs(x) })
				if d := cmp.Diff(a[0], a[1], same); d != "" {
					t.Errorf("%v: -MiniSearch's own +ours:\n%s", queries[i], d)
				}
				found += len(a[0])
			}
			if found == 0 {
				t.Error("no query found anything")
			}
		})
	}
}
