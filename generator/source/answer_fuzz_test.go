package source

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"tribune/generator/catalog"
)

// FuzzAnswer has a server answer both queries of an SLO with whatever comes. Then
// there is a fault in words, or tallies that can be: none below zero, no more
// good than all, each of a bucket that was asked for, in order.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1791162000,"9"],[1791165600,"1e3"]]}]}}`,
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1791162000,"NaN"],[1791162000.5,"-1"]]},{"metric":{},"values":[]}]},"warnings":["x"]}`,
		`{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1791162000,"+Inf"]}]}}`,
		`{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"histograms":[[1791162000,{"count":"1","sum":"2"}]]}]}}`,
		`{"status":"error","errorType":"bad_data","error":"parse error"}`,
		`{"status":"success","data":null}`, `<html>`, `{`,
	} {
		f.Add([]byte(seed), uint16(http.StatusOK))
	}
	var mu sync.Mutex
	var body []byte
	var status int
	p := openFor(f, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.WriteHeader(status)
		w.Write(body)
	}))
	f.Fuzz(func(t *testing.T, answer []byte, code uint16) {
		mu.Lock()
		body, status = answer, 200+int(code)%400
		mu.Unlock()
		span := hours(0, 3)
		err := p.Ask(context.Background(), Question{[]catalog.SLO{slo1}}, span, func(a Answer) error {
			last := int64(0)
			for _, point := range a.Series[slo1.ID].Points {
				if point.Good < 0 || point.Bad() < 0 || point.At <= last || point.At < span.From.Unix() || point.At >= span.To.Unix() || point.At%3600 != 0 {
					t.Errorf("a tally that cannot be: %+v", point)
				}
				last = point.At
			}
			return nil
		})
		if fault := asFault(err); err != nil && (fault == nil || fault.Kind == "" || fault.Message == "") {
			t.Errorf("an error that says too little: %v", err)
		}
	})
}
