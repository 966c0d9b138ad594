// Package promserver is a Prometheus for tests: the real engine and storage,
// behind as much of the HTTP API as a pull asks. It is a module of its own, since
// Prometheus needs about three hundred others.
package promserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/tsdb"
)

// A Server answers questions about the samples that were put into it.
type Server struct {
	db     *tsdb.DB
	engine *promql.Engine

	// leftClosed makes a range hold the sample at its left edge too: it is asked
	// for a millisecond more, and samples have whole milliseconds.
	leftClosed bool
}

// A Sample is a value of a series at a moment.
type Sample struct {
	Series labels.Labels
	At     int64 // Unix milliseconds
	Value  float64
}

// New opens a server that keeps its samples in a folder.
func New(dir string) (*Server, error) {
	options := tsdb.DefaultOptions()
	options.RetentionDuration = math.MaxInt64 / int64(time.Millisecond)
	options.WALSegmentSize = -1
	db, err := tsdb.Open(dir, nil, nil, options, nil)
	if err != nil {
		return nil, err
	}
	db.DisableCompactions()
	return &Server{db: db, engine: engine(parser.Options{})}, nil
}

func engine(features parser.Options) *promql.Engine {
	return promql.NewEngine(promql.EngineOpts{
		MaxSamples: 50_000_000, Timeout: 2 * time.Minute, EnableAtModifier: true, EnableNegativeOffset: true,
		Parser: parser.NewParser(features),
	})
}

// Before3 is a server of the same samples whose ranges are closed on the left, as
// they were before Prometheus 3.
func (s *Server) Before3() *Server { return &Server{s.db, s.engine, true} }

// Extended is a server of the same samples that has the feature
// promql-extended-range-selectors.
func (s *Server) Extended() *Server {
	return &Server{s.db, engine(parser.Options{EnableExtendedRangeSelectors: true}), false}
}

// Close closes the storage.
func (s *Server) Close() error { return s.db.Close() }

// Put stores samples, which must come in order of time over all series.
func (s *Server) Put(samples []Sample) error {
	const together = 100_000
	for len(samples) > 0 {
		n := min(together, len(samples))
		app := s.db.Appender(context.Background())
		for _, x := range samples[:n] {
			if _, err := app.Append(0, x.Series, x.At, x.Value); err != nil {
				return errors.Join(fmt.Errorf("%s at %d: %w", x.Series, x.At, err), app.Rollback())
			}
		}
		if err := app.Commit(); err != nil {
			return err
		}
		samples = samples[n:]
	}
	return nil
}

// ServeHTTP answers query, query_range and buildinfo.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/api/v1/status/buildinfo":
		fmt.Fprint(w, `{"status":"success","data":{"version":"3.0.0-test"}}`)
	case "/api/v1/query":
		q, err := s.engine.NewInstantQuery(r.Context(), s.db, nil, s.query(r), at(r, "time"))
		answer(w, r, q, err)
	case "/api/v1/query_range":
		step, err := strconv.ParseFloat(r.FormValue("step"), 64)
		start, end := at(r, "start"), at(r, "end")
		width := time.Duration(step * float64(time.Second))
		switch {
		case err != nil || width <= 0:
			fail(w, http.StatusBadRequest, "bad_data", "zero or negative query resolution step widths are not accepted")
			return
		case end.Sub(start)/width > 11_000: // as Prometheus does
			fail(w, http.StatusBadRequest, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries")
			return
		}
		q, err := s.engine.NewRangeQuery(r.Context(), s.db, nil, s.query(r), start, end, width)
		answer(w, r, q, err)
	default:
		http.NotFound(w, r)
	}
}

var windowRange = regexp.MustCompile(`\[(\d+)ms`)

func (s *Server) query(r *http.Request) string {
	query := r.FormValue("query")
	if !s.leftClosed {
		return query
	}
	return windowRange.ReplaceAllStringFunc(query, func(m string) string {
		n, _ := strconv.Atoi(windowRange.FindStringSubmatch(m)[1])
		return fmt.Sprintf("[%dms", n+1)
	})
}

func at(r *http.Request, name string) time.Time {
	seconds, _ := strconv.ParseFloat(r.FormValue(name), 64)
	return time.UnixMilli(int64(seconds * 1000))
}

func answer(w http.ResponseWriter, r *http.Request, q promql.Query, err error) {
	if err != nil {
		fail(w, http.StatusBadRequest, "bad_data", err.Error())
		return
	}
	defer q.Close()
	result := q.Exec(r.Context())
	if result.Err != nil {
		fail(w, http.StatusUnprocessableEntity, "execution", result.Err.Error())
		return
	}
	warnings, infos := result.Warnings.AsStrings(r.FormValue("query"), 10, 10)
	json.NewEncoder(w).Encode(map[string]any{
		"status": "success", "warnings": warnings, "infos": infos,
		"data": map[string]any{"resultType": result.Value.Type(), "result": result.Value},
	})
}

func fail(w http.ResponseWriter, code int, kind, text string) {
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(map[string]string{"status": "error", "errorType": kind, "error": text})
}
