package source

import (
	"context"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"

	"tribune/generator/catalog"
	"tribune/generator/slo"
)

// What holds for a source that does not say otherwise, and for all.
const (
	defaultTimeout     = 2 * time.Minute // the limit that Prometheus itself sets for a query
	defaultConcurrency = 4
	maxPoints          = 11_000  // of a series in one answer; Prometheus refuses more
	maxSamples         = 200_000 // of all series in one answer, as far as can be foreseen
)

// A Prometheus is a server that is asked through the HTTP API of Prometheus. It
// may be asked from several goroutines; only Concurrency requests are made at a
// time.
type Prometheus struct {
	// Increase is how the server counts; Detect asks it.
	Increase Increase

	api      v1.API
	host     string // for messages
	scrape   time.Duration
	timeout  time.Duration // of one request
	pause    time.Duration // before the first repetition
	turns    chan struct{}
	secrets  *secrets
	requests atomic.Int64
}

// OpenPrometheus prepares to ask a source; it asks nothing yet. lookup gives the
// values of the environment. Files that the settings name are relative to dir,
// the site's folder. The error is a *Fault.
func OpenPrometheus(src catalog.Source, dir string, lookup func(string) (string, bool)) (*Prometheus, error) {
	s := newSecrets(lookup)
	p, err := open(src, dir, s)
	if err != nil {
		f := asFault(err)
		if f == nil {
			f = faultf(Settings, "", "%s: %s", src.Pos, settingsError(err))
		}
		return nil, s.hidden(f)
	}
	return p, nil
}

func open(src catalog.Source, dir string, s *secrets) (*Prometheus, error) {
	address, err := s.expand(src, src.URL)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, faultf(Settings, "write where the server answers, such as https://prometheus.example:9090", "%s: url is not an http or https address", src.Pos)
	}
	client, err := newClient(src, dir, s)
	if err != nil {
		return nil, err
	}
	c, err := api.NewClient(api.Config{Address: address, Client: client})
	if err != nil {
		return nil, err
	}
	p := &Prometheus{
		Increase: Overlap,
		api:      v1.NewAPI(c), host: u.Host,
		scrape: src.ScrapeInterval, timeout: src.Timeout, pause: time.Second,
		secrets: s,
	}
	if p.timeout == 0 {
		p.timeout = defaultTimeout
	}
	n := src.Concurrency
	if n == 0 {
		n = defaultConcurrency
	}
	p.turns = make(chan struct{}, n)
	return p, nil
}

// Concurrency is how many requests are made at a time.
func (p *Prometheus) Concurrency() int { return cap(p.turns) }

// Requests is how many requests were made, repetitions included.
func (p *Prometheus) Requests() int { return int(p.requests.Load()) }

// Detect asks the server how it counts an increase: whether it understands what
// only VictoriaMetrics does, or what only a Prometheus with anchored windows
// does. An error says that it cannot be asked anything.
func (p *Prometheus) Detect(ctx context.Context, now time.Time) error {
	for _, way := range []struct {
		increase Increase
		query    string
	}{
		{Exact, "vector(1) default 0"},
		{Anchored, "increase(up[1m] anchored)"},
	} {
		ok, err := p.understands(ctx, way.query, now)
		if err != nil {
			return err
		}
		if ok {
			p.Increase = way.increase
			return nil
		}
	}
	p.Increase = Overlap
	return nil
}

func (p *Prometheus) understands(ctx context.Context, query string, now time.Time) (bool, error) {
	err := p.try(ctx, func(ctx context.Context) error {
		_, _, _, err := p.api.Query(ctx, query, now)
		return err
	})
	if f := asFault(err); f != nil && f.Kind == BadQuery {
		return false, nil
	}
	return err == nil, err
}

// Ask asks a question about the buckets of a span, in parts that the server can
// answer and that fit into memory, and gives each part of the answer to take, in
// order of time. It ends at the first error, which is a *Fault, that of ctx or
// that of take; parts before it have been taken.
func (p *Prometheus) Ask(ctx context.Context, q Question, span slo.Span, take func(Answer) error) error {
	o, step := q.SLOs[0], q.step()
	part := o.Good
	if o.Bad != "" {
		part = o.Bad
	}
	partly, err := fill(part, o.Counts, step, p.scrape, p.Increase)
	if err != nil {
		return err
	}
	total, err := fill(o.Total, o.Counts, step, p.scrape, p.Increase)
	if err != nil {
		return err
	}
	inBucket := int(q.Resolution() / step)
	size := max(1, min(maxPoints, maxSamples/len(q.SLOs))/inBucket) // buckets
	for from := span.From; from.Before(span.To); {
		part := slo.Span{From: from, To: from.Add(time.Duration(size) * q.Resolution())}.Meet(span)
		answer, err := p.part(ctx, q, part, partly, total)
		if f, n := asFault(err), part.Buckets(q.Resolution()); f != nil && f.smaller && n > 1 {
			size = max(1, n/8)
			continue
		}
		if err != nil {
			return err
		}
		if err := take(answer); err != nil {
			return err
		}
		from = part.To
	}
	return nil
}

// part asks both queries about a part of the span, at the same instants.
func (p *Prometheus) part(ctx context.Context, q Question, span slo.Span, partly, total filled) (Answer, error) {
	g := grid{first: span.From.Add(q.step()).Unix(), step: int64(q.step() / time.Second), n: span.Buckets(q.step())}
	var some, all values
	group, gctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) { some, err = p.values(gctx, q, g, partly); return err })
	group.Go(func() (err error) { all, err = p.values(gctx, q, g, total); return err })
	if err := group.Wait(); err != nil {
		return Answer{}, err
	}
	return q.answer(span, some, all), nil
}

// values asks one query at the instants of the grid.
func (p *Prometheus) values(ctx context.Context, q Question, g grid, f filled) (found values, err error) {
	err = p.try(ctx, func(ctx context.Context) error {
		r := v1.Range{Start: time.Unix(g.first, 0), End: time.Unix(g.last(), 0), Step: time.Duration(g.step) * time.Second}
		answer, warnings, _, err := p.api.QueryRange(ctx, f.text, r)
		if err != nil {
			return err
		}
		if w := lacking(warnings); w != "" {
			return faultf(Incomplete, "nothing was taken from it; the next pull asks again", "%s says that its answer may be incomplete: %s", p.host, brief(w))
		}
		if answer == nil { // "data": null
			return faultf(BadAnswer, "is it a Prometheus?", "%s answers with nothing, where a matrix was asked for", p.host)
		}
		matrix, ok := answer.(model.Matrix)
		if !ok {
			return faultf(BadAnswer, "is it a Prometheus?", "%s answers with a %s, where a matrix was asked for", p.host, answer.Type())
		}
		found, err = q.read(matrix, g, f.factor)
		return err
	})
	return found, err
}

// lacking returns the first warning that says that data may be missing. Remarks
// on the query itself come as warnings from Prometheus 2.
func lacking(warnings v1.Warnings) string {
	for _, w := range warnings {
		if !strings.HasPrefix(w, "PromQL info:") {
			return w
		}
	}
	return ""
}
