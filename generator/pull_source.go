package generator

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"tribune/generator/catalog"
	"tribune/generator/diag"
	"tribune/generator/history"
	"tribune/generator/slo"
	"tribune/generator/source"
)

// enough is how many questions in a row may fail because of their source, until
// the others are not asked any more.
const enough = 3

// stopped is the fault of an SLO when ctx has ended.
func stopped(ctx context.Context) *source.Fault {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &source.Fault{Kind: source.Stopped, Message: fmt.Sprintf("the pull was stopped after %v", pullTime), Hint: "what came is stored; the next one goes on from there"}
	}
	return &source.Fault{Kind: source.Stopped, Message: "the pull was stopped", Hint: "what came is stored; the next one goes on from there"}
}

// faultOf returns the fault that an error of a source stands for, or nil if the
// error is none of it.
func faultOf(ctx context.Context, err error) *source.Fault {
	if f, ok := errors.AsType[*source.Fault](err); ok {
		return f
	}
	if ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) {
		return stopped(ctx)
	}
	return nil
}

// askServer asks a Prometheus about all its SLOs.
func (p *pull) askServer(ctx context.Context, src catalog.Source, report *PulledSource) error {
	all := p.bySource[src.Name]
	server, err := source.OpenPrometheus(src, p.cfg.Site, p.cfg.Lookup)
	if err == nil {
		defer func() { report.Requests = server.Requests() }()
		if src.Increase != "" {
			server.Increase = source.Increase(src.Increase)
		} else {
			err = server.Detect(ctx, p.cfg.Now)
		}
	}
	if err != nil {
		f := faultOf(ctx, err)
		if f == nil {
			return err
		}
		p.fail(all, f)
		p.finished(float64(len(all)))
		return nil
	}
	report.Increase = server.Increase

	questions := source.Questions(all)
	plans, err := p.planner.plans(questions, src.ScrapeInterval)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	inRow, last := 0, (*source.Fault)(nil) // failures because of the source
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(server.Concurrency())
	for _, q := range questions {
		group.Go(func() error {
			mu.Lock()
			if inRow >= enough {
				p.finished(float64(len(q.SLOs)))
				p.fail(q.SLOs, &source.Fault{Kind: source.Stopped, Message: "not asked, since its source failed " + fmt.Sprint(enough) + " times in a row: " + last.Message, Hint: last.Hint})
				mu.Unlock()
				return nil
			}
			mu.Unlock()
			err := p.askQuestion(gctx, server, q, plans)
			f := faultOf(gctx, err)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				inRow = 0
			case f == nil:
				return err
			default:
				p.fail(q.SLOs, f)
				if last = f; f.OfSource() {
					inRow++
				} else {
					inRow = 0
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// askQuestion asks for what its SLOs need, and keeps it. After a fault that lies
// with the source it stops, so that what is stored has a beginning before which
// nothing is missing; after one that lies with the answer it goes on, since later
// times may be answered well.
func (p *pull) askQuestion(ctx context.Context, server *source.Prometheus, q source.Question, plans map[string]*plan) error {
	list, left := spans(q, plans), float64(len(q.SLOs))
	defer func() { p.finished(left) }()
	var whole time.Duration
	for _, span := range list {
		whole += span.Duration()
	}
	var first error
	for _, span := range list {
		err := server.Ask(ctx, q, span, func(a source.Answer) error {
			n := float64(len(q.SLOs)) * float64(a.Span.Duration()) / float64(whole)
			p.finished(n)
			left -= n
			return p.take(ctx, q, a, plans)
		})
		f, isFault := errors.AsType[*source.Fault](err)
		switch {
		case err == nil:
		case !isFault:
			return err
		default:
			if first == nil {
				first = f
			}
			if f.OfSource() || f.Kind == source.Server || f.Kind == source.BadQuery {
				return first
			}
		}
	}
	return first
}

// take counts what came for each SLO, and keeps what was wanted.
func (p *pull) take(ctx context.Context, q source.Question, a source.Answer, plans map[string]*plan) error {
	for _, o := range q.SLOs {
		points := p.wanted(o.ID, a, plans[o.ID])
		if d, ok := a.Doubts[o.ID]; ok {
			p.doubt(o, d)
		}
		if len(points) == 0 {
			continue
		}
		if err := p.keeper.keep(ctx, o.ID, slo.Series{Step: o.Resolution, Points: points}); err != nil {
			return err
		}
	}
	return nil
}

// wanted returns the points of an answer that the SLO's plan wants. One that is
// stored stays as it is if the source has no data for the bucket before it, which
// is stored too: then it has begun to forget, and may know of this one in part
// only.
func (p *pull) wanted(id string, a source.Answer, plan *plan) (points []slo.Point) {
	p.keeper.mu.Lock()
	defer p.keeper.mu.Unlock()
	report, came := p.keeper.slos[id], a.Series[id].Points
	for at := a.Span.From.Unix(); at < a.Span.To.Unix(); at += plan.step {
		known := len(came) > 0 && came[0].At == at
		var point slo.Point
		if known {
			point, came = came[0], came[1:]
		}
		if !plan.wants(at) {
			continue
		}
		report.Asked++
		stored := plan.isStored(at)
		switch {
		case known && !(stored && plan.forgotten == at-plan.step):
			points = append(points, point)
			report.count(point)
		case stored:
			report.Forgotten++
			if !known {
				plan.forgotten = at
			}
		default:
			report.Missing++
		}
	}
	return points
}

// doubt notes what cannot be a tally.
func (p *pull) doubt(o catalog.SLO, d source.Doubt) {
	p.fail([]catalog.SLO{o}, &source.Fault{
		Kind:    source.BadAnswer,
		Message: fmt.Sprintf("%s left out, the first at %s", count(d.LeftOut, "bucket was", "buckets were"), d.Why),
		Hint:    "look at what the queries return there; the next pull asks again",
	})
}

// runProgram takes the CSV that a command prints.
func (p *pull) runProgram(ctx context.Context, src catalog.Source) error {
	all := p.bySource[src.Name]
	defer func() { p.finished(float64(len(all))) }()
	plans, err := p.planner.plans([]source.Question{{SLOs: all}}, 0)
	if err != nil {
		return err
	}
	var ids []string
	var span slo.Span
	for _, o := range all {
		ids = append(ids, o.ID)
		from, to := plans[o.ID].firstWanted(), time.Unix(plans[o.ID].to, 0)
		if span.From.IsZero() || from.Before(span.From) {
			span.From = from
		}
		if to.After(span.To) {
			span.To = to
		}
	}
	in, problems, err := source.RunCommand(ctx, src, p.cfg.Site, p.cfg.Lookup, span, ids, p.resolver(src))
	return p.takeCSV(ctx, src, []history.Import{in}, problems, err)
}

// readFiles takes a CSV file, or those of a folder.
func (p *pull) readFiles(ctx context.Context, src catalog.Source) error {
	defer func() { p.finished(float64(len(p.bySource[src.Name]))) }()
	in, problems, err := source.ReadFiles(src, p.cfg.Site, p.cfg.Lookup, p.resolver(src))
	return p.takeCSV(ctx, src, in, problems, err)
}

// resolver tells a reader of CSV the SLOs of a source, by their ids of today and
// earlier ones.
func (p *pull) resolver(src catalog.Source) source.Resolve {
	step := map[string]time.Duration{}
	for _, o := range p.ofSource[src.Name] {
		for _, id := range o.HistoryIDs() {
			step[id] = o.Resolution
		}
	}
	return func(id string) (time.Duration, bool) {
		d, ok := step[id]
		return d, ok
	}
}

// takeCSV keeps the series of all SLOs that are pulled, up to now.
func (p *pull) takeCSV(ctx context.Context, src catalog.Source, all []history.Import, problems diag.List, err error) error {
	slos := p.bySource[src.Name]
	if err != nil {
		f := faultOf(ctx, err)
		if f == nil {
			return err
		}
		p.fail(slos, f)
		return nil
	}
	p.mu.Lock()
	p.csvProblems = append(p.csvProblems, problems...)
	p.mu.Unlock()
	if n := problems.Count(diag.Error); n > 0 {
		p.fail(slos, &source.Fault{Kind: source.File, Message: fmt.Sprintf("its CSV has %s", count(n, "error", "errors")), Hint: "a file with an error is left out whole; others were taken"})
	}
	for _, in := range all {
		for _, o := range slos {
			for _, id := range o.HistoryIDs() {
				if err := p.takeSeries(ctx, o, in.Series[id]); err != nil {
					return err
				}
			}
		}
		if err := p.keeper.finish(ctx); err != nil { // the next file may speak of the same time
			return err
		}
		if _, found, err := p.keeper.store.MergeIssued(ctx, in.Issued); err != nil {
			return err
		} else if len(found) > 0 {
			p.mu.Lock()
			p.csvProblems = append(p.csvProblems, found...)
			p.mu.Unlock()
		}
	}
	return nil
}

// takeSeries keeps the points of an SLO that end by now.
func (p *pull) takeSeries(ctx context.Context, o catalog.SLO, s slo.Series) error {
	points := s.In(slo.Span{To: p.cfg.Now.Add(time.Second - o.Resolution)}).Points
	if len(points) == 0 {
		return nil
	}
	p.keeper.mu.Lock()
	report, twice := p.keeper.slos[o.ID], len(p.keeper.held[o.ID].Points) > 0
	report.Asked += len(points)
	for _, point := range points {
		report.count(point)
	}
	p.keeper.mu.Unlock()
	if twice { // the file has it under an earlier id as well
		if err := p.keeper.finish(ctx); err != nil {
			return err
		}
	}
	return p.keeper.keep(ctx, o.ID, slo.Series{Step: s.Step, Points: points})
}
